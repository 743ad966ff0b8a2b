//! The example service as it is run: the built program, its container recipe, its systemd unit. `tests/live` runs it in a
//! cluster.

#![cfg_attr(
    not(unix),
    expect(dead_code, unused_imports, reason = "the tests of signals and sockets use them")
)]

mod building;
mod container;
mod example;
#[cfg(target_os = "linux")]
mod mounted;
mod renewing;
mod server;
mod serving;
mod starting;
mod unit;
