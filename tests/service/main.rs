//! The example service as it is run: the built program, its container recipe and its systemd unit.

mod container;
mod server;
mod serving;
mod starting;
mod unit;
