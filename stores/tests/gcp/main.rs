//! Google Cloud on bad days: APIs, token servers and metadata servers that hang, lie, refuse or forget.

mod answers;
mod cloud;
#[expect(dead_code, reason = "nobody trusts its certificates here")]
#[path = "../hashicorp/listener.rs"]
mod listener;
mod logins;
mod network;
mod settings;
#[cfg(feature = "tracing")]
#[path = "../contract/traced.rs"]
mod traced;
#[cfg(feature = "tracing")]
mod traces;
mod writing;
