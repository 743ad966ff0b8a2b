#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
//! A crate that denies everything; its secrets are public, private and in between.

/// Public in a public module.
pub mod public {
    /// What everybody sees.
    #[strongroom::secrets]
    pub struct Secrets {
        /// A token.
        pub github_api_token: String,
        /// A key, to be seen in the crate.
        pub(crate) ssh_private_key: Option<Vec<u8>>,
        values: String,
    }

    impl Secrets {
        /// The values.
        #[must_use]
        pub fn values(&self) -> &str {
            &self.values
        }
    }
}

mod private {
    #![deny(unreachable_pub, unused, nonstandard_style, let_underscore)]

    #[strongroom::secrets]
    pub(crate) struct Secrets {
        pub(crate) github_api_token: String,
    }

    #[strongroom::secrets]
    pub(super) struct Others {
        pub(super) github_api_token: String,
    }
}

fn main() {
    let _ = public::Secrets::load().map(|secrets| secrets.ssh_private_key.is_some());
    let _ = private::Secrets::get().map(|secrets| &secrets.github_api_token);
    let _ = private::Others::load().map(|secrets| secrets.github_api_token.len());
}
