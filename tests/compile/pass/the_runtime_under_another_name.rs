//@ package: renamed
mod reexport {
    pub(crate) use lockbox as inner;
}

#[lockbox::secrets(crate = lockbox)]
struct Secrets {
    github_api_token: String,
}

#[lockbox::secrets(crate = crate::reexport::inner)]
struct Others {
    github_api_token: String,
}

#[lockbox::settings(crate = crate::reexport::inner)]
struct Settings {
    max_retries: Option<u8>,
}

macro_rules! declare {
    ($name:ident, $path:path) => {
        #[$crate::reexport::inner::secrets(crate = $crate::reexport::inner)]
        struct $name {
            github_api_token: String,
        }

        mod inner {
            #[lockbox::secrets(crate = $path)]
            pub(super) struct Inner {
                pub(super) github_api_token: String,
            }
        }
    };
}

declare!(Declared, ::lockbox);

fn main() {
    let _ = Settings::load().map(|settings| settings.max_retries);
    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
    let _ = Others::load().map(|secrets| secrets.github_api_token.len());
    let _ = Declared::load().map(|secrets| secrets.github_api_token.len());
    let _ = inner::Inner::load().map(|secrets| secrets.github_api_token.len());
}
