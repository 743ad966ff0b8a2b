//! Secrets of Kubernetes on bad days: clusters that hang, lie, refuse or forget, and kubeconfigs that want too much.

mod answers;
mod cluster;
mod kubeconfig;
#[path = "../hashicorp/listener.rs"]
mod listener;
mod network;
#[expect(dead_code, reason = "live tests need more of it")]
#[path = "../../../tests/live/server.rs"]
mod server;
mod watching;
