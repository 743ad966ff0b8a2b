//! Messages and services of `server/proto`, as `server/tests/generated.rs` makes them; the folders are their packages.

pub(crate) mod dapr {
    pub(crate) mod proto {
        pub(crate) mod common {
            pub(crate) mod v1 {
                include!("dapr.proto.common.v1.rs");
            }
        }
        pub(crate) mod components {
            pub(crate) mod v1 {
                include!("dapr.proto.components.v1.rs");
            }
        }
        pub(crate) mod runtime {
            pub(crate) mod v1 {
                include!("dapr.proto.runtime.v1.rs");
            }
        }
    }
}

pub(crate) mod grpc {
    pub(crate) mod health {
        pub(crate) mod v1 {
            include!("grpc.health.v1.rs");
        }
    }
}

/// The definitions, for clients that ask for them.
pub(crate) const DESCRIPTORS: &[u8] = include_bytes!("descriptors.bin");
