//! `strongroom render`, and files that `run --render` hands to a program.

mod files;
#[cfg(unix)]
mod handed;
mod refused;
mod repositories;

use crate::session::{MARKER, Session};

/// A vault with a token, a group of two, and a value that needs care wherever it is put.
fn session() -> Session {
    let session = Session::with_secret();
    for (name, value) in [
        ("db/password", format!("{MARKER}: it's \"#1\"")),
        ("db/user", format!("{MARKER}-user")),
        ("tls/key", format!("-----BEGIN-----\n{MARKER}\n-----END-----\n")),
    ] {
        session.write("value", value);
        session
            .run(&format!("strongroom set --type local,dev {name} --from-file value"))
            .succeeds();
    }
    session
}
