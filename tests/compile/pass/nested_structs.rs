#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]
//! A program whose parts bring secrets of their own.

mod mail {
    /// The vault has `smtp/password`.
    #[strongroom::secrets(nested)]
    pub(crate) struct Secrets {
        pub(crate) password: String,
        pub(crate) user: Option<String>,
    }
}

mod deep {
    #[strongroom::secrets(nested)]
    pub(crate) struct Outer {
        #[secret(nested)]
        pub(crate) inner: Inner,
        pub(crate) port: u16,
    }

    #[strongroom::secrets(nested)]
    pub(crate) struct Inner {
        pub(crate) values: String,
        #[secret(nested, prefix = "smtp/")]
        pub(crate) mail: super::mail::Secrets,
    }
}

/// Loaded and checked by itself as well.
#[strongroom::secrets]
struct Alone {
    github_api_token: String,
}

#[strongroom::secrets]
struct Secrets {
    #[secret(nested, prefix = "smtp/")]
    mail: mail::Secrets,
    #[secret(nested)]
    deep: deep::Outer,
    #[secret(nested)]
    r#type: Alone,
    ssh_private_key: String,
}

fn main() {
    let secrets = Secrets::load().expect("values");
    let _: (&String, &Option<String>) = (&secrets.mail.password, &secrets.mail.user);
    let _: (&String, u16) = (&secrets.deep.inner.values, secrets.deep.port);
    let _: &String = &secrets.deep.inner.mail.password;
    let _: (&String, &String) = (&secrets.r#type.github_api_token, &secrets.ssh_private_key);
    let _ = Alone::load();
}
