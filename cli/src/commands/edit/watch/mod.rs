//! Runs the editor, and watches for whatever could end this process while values lie in a file.

#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

#[cfg(unix)]
pub(super) use self::unix::Watch;
#[cfg(not(unix))]
pub(super) use self::windows::Watch;
