//! Stores: declared, linked to, written into, compared with, asked; with the kinds that need nothing but this machine.

mod allowing;
mod asking;
mod copying;
mod declaring;
mod following;
mod linking;
mod pruning;
mod pushing;
#[cfg(target_os = "linux")]
mod stopping;
mod syncing;
mod writing;

use crate::session::{MARKER, Session};

/// A vault with the store `mounted`, a folder that has `token` and `smtp/password`.
pub fn scene() -> Session {
    let session = Session::with_vault();
    session.write("mounted/token", format!("{MARKER}-token"));
    session.write("mounted/smtp/password", format!("{MARKER}-smtp"));
    session.run("strongroom store add mounted --kind directory --path mounted").succeeds();
    session
}

/// As [`scene`], with a reference to `token` for production.
pub fn linked() -> Session {
    let session = scene();
    session.run("strongroom link --type prod token mounted:token").succeeds();
    session
}

/// What `get` prints.
pub fn value(session: &Session, environment: &str, name: &str) -> String {
    let line = format!("strongroom get {environment} {name}");
    session.typed(&line).that_shows_secrets().run().succeeds().output()
}
