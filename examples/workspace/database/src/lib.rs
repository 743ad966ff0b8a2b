//! A library with a secret of its own: whoever uses it need not know which.
//!
//! The library and both programs find the same vault, in the folder above theirs.

use strongroom::LoadError;

#[strongroom::secrets]
struct Secrets {
    /// where the database is, and how to log in
    database_url: String,
}

/// A connection, as far as an example needs one.
#[derive(Debug)]
pub struct Database {
    host: String,
}

impl Database {
    /// Connects with the library's own secret.
    ///
    /// # Errors
    ///
    /// The secret cannot be loaded.
    pub fn connect() -> Result<Self, &'static LoadError> {
        let url = &Secrets::get()?.database_url;
        let host = url.rsplit_once('@').map_or("unknown", |(_, host)| host);
        Ok(Self { host: host.to_owned() })
    }

    /// The host that it is connected to.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}
