//@ vault: settings.toml
//@ env: STRONGROOM_BUILD_CHECK=warn
#[strongroom::settings]
struct Settings {
    cache_size: u16,
    //~^ warning: setting `cache_size` is `many` for `production`, and not valid for `u16`
    missing: u8,
    //~^ warning: setting `missing` has no value for environment types `local` and `production`
}

fn main() {
    let _ = Settings::load().map(|settings| (settings.cache_size, settings.missing));
}
