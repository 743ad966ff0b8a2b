//! Stores in AWS on bad days: services that refuse, hang, lie or forget, in front of a client that must not.

mod alone;
mod credentials;
#[path = "../hashicorp/listener.rs"]
#[expect(dead_code, reason = "the tests of other stores ask for more")]
mod listener;
mod network;
mod parameters;
mod quiet;
mod refusals;
mod secrets;
mod service;
mod settings;
#[path = "../contract/traced.rs"]
mod traced;
mod writing;
