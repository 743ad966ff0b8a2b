//! What a watcher learns of a load and lends to it. A load that nobody watches has an observer that does nothing.

#[cfg(not(feature = "watch"))]
mod none;
#[cfg(feature = "watch")]
mod watching;

#[cfg(not(feature = "watch"))]
pub(crate) use self::none::Observer;
#[cfg(feature = "watch")]
pub(crate) use self::watching::{Observer, Seen};
