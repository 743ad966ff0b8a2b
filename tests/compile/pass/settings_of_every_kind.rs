//@ vault: settings.toml
use std::path::PathBuf;
use std::time;

use strongroom::{FromSetting, InvalidSetting};

#[strongroom::settings]
#[derive(Debug, Clone, PartialEq)]
struct Settings {
    retries: u32,
    ratio: f64,
    release: bool,
    public_url: String,
    flags: Vec<String>,
    #[setting(name = "public.url")]
    #[cfg(not(all()))]
    elsewhere: u8,
    #[setting(name = "retries_of_nothing", default = "7")]
    more: u8,
    #[setting(default = "1h")]
    pause: time::Duration,
    #[setting(default = "/etc/shop")]
    folder: PathBuf,
    nothing: Option<u8>,
    level: Level,
    /// Nobody knows what it reads.
    initial: own::Duration,
}

#[derive(Debug, Clone, PartialEq)]
enum Level {
    Info,
}

impl FromSetting for Level {
    fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
        if text == "info" { Ok(Self::Info) } else { Err(InvalidSetting::new("`info`")) }
    }
}

mod own {
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Duration(String);

    impl strongroom::FromSetting for Duration {
        fn from_setting(text: &str) -> Result<Self, strongroom::InvalidSetting> {
            Ok(Self(text.to_owned()))
        }
    }
}

fn needs<S: strongroom::Settings + Clone>(_: &S) {}

fn main() {
    let settings = Settings::load().expect("values");
    needs(&settings);
    // An ordinary struct: its fields can be moved out.
    let Settings { retries, ratio, release, public_url, flags, more, .. } = settings.clone();
    let _: (u32, f64, bool, String, Vec<String>, u8) =
        (retries, ratio, release, public_url, flags, more);
    let _: (time::Duration, PathBuf, Option<u8>) =
        (settings.pause, settings.folder, settings.nothing);
    let _: (Level, own::Duration) = (settings.level, settings.initial);
    let _: Result<&'static Settings, &'static strongroom::LoadError> = Settings::get();
}
