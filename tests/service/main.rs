//! The example service as it is run: the built program, its container recipe and its systemd unit.

#![cfg_attr(
    not(unix),
    expect(dead_code, unused_imports, reason = "the tests of signals and sockets use them")
)]

mod container;
mod server;
mod serving;
mod starting;
mod unit;
