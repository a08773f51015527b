//! What the worker and the submitter share.

pub mod attempt;
mod drain;
mod stream;
pub mod tracing;
pub mod worker;

/// The protocol, as build.rs generates it.
pub mod proto {
    pub mod baton {
        pub mod v1 {
            tonic::include_proto!("baton.v1");
        }
    }
    pub mod google {
        pub mod rpc {
            tonic::include_proto!("google.rpc");
        }
    }
}

/// Reads a variable of the environment.
pub fn setting(name: &str, default: &str) -> String {
    let given = std::env::var(name).unwrap_or_default();
    if given.is_empty() { default.to_string() } else { given }
}
