//! What operating systems do differently: starting programs, stopping, core dumps, whose a file is.

#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::{
    are_core_dumps_off, asked_to_stop, become_program, core_dumps_off, foreign_owner, identity,
    input_is_file, is_own, keeps_own, open_own, open_unlinked, variable_value,
};
#[cfg(not(unix))]
pub(crate) use self::windows::{
    are_core_dumps_off, asked_to_stop, become_program, core_dumps_off, foreign_owner, identity,
    input_is_file, is_own, keeps_own, open_own, open_unlinked, variable_value,
};
