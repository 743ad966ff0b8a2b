//! `strongroom setting`, and what `run` and `env` do with settings.

mod refused;
mod removed;
#[cfg(unix)]
mod running;
mod values;

use crate::session::Session;

/// A vault with a named environment and some settings, one written by hand.
fn scene() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom setting set --default max_retries 3 --about 'how often'").succeeds();
    session.run("strongroom setting set --type prod max_retries 5").succeeds();
    session.run("strongroom setting set --type local,dev public_url http://localhost").succeeds();
    session
        .edit(|text| format!("{text}\n[settings.by_hand] # mine\nstaging = 0x10\nlocal = true\n"));
    session
}
