//! Applications and their API keys: managed with the command, and served.

mod managing;
#[cfg(unix)]
mod serving;
