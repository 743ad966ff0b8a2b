mod inner {
    pub(crate) mod deeper {
        #[strongroom::secrets]
        pub(in crate::inner) struct Secrets {
            pub(in crate::inner) github_api_token: String,
        }
    }

    pub(super) fn token() -> Option<&'static String> {
        deeper::Secrets::get().ok().map(|secrets| &secrets.github_api_token)
    }
}

macro_rules! declare {
    ($visibility:vis $name:ident, $field:ident: $type:ty, $optional:ident: Option<$inner:ty>, $text:literal) => {
        #[strongroom::secrets]
        $visibility struct $name {
            $visibility $field: $type,
            github_api_token: String,
            $optional: Option<$inner>,
            #[secret(name = $text)]
            named: $type,
        }

        fn tokens(secrets: &$name) -> (&$type, &String, &Option<$inner>, &$type) {
            (&secrets.$field, &secrets.github_api_token, &secrets.$optional, &secrets.named)
        }
    };
}

declare!(pub(crate) Declared, ssh_private_key: String, port: Option<u16>, "smtp/password");

fn main() {
    #[strongroom::secrets]
    struct Secrets {
        github_api_token: String,
    }

    #[strongroom::secrets]
    struct Empty {}

    #[strongroom::settings]
    struct Settings {
        #[cfg(any())]
        missing: u8,
        #[setting(default = "a, b")]
        there: Vec<String>,
    }

    #[strongroom::settings]
    struct None {}

    let _ = Settings::load().map(|settings| settings.there);
    let _ = None::load();

    let _ = Secrets::load().map(|secrets| secrets.github_api_token.len());
    let _ = Secrets::get();
    let _ = Empty::load();
    let _ = Declared::load().map(|secrets| tokens(&secrets).0.len());
    let _ = inner::token();
}
