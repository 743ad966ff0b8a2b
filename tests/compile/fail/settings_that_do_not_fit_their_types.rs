//@ vault: settings.toml
use std::time::Duration;

#[strongroom::settings]
struct Settings {
    retries: Option<bool>,
    //~^ error: setting `retries` is `3` by default, and not valid for `Option<bool>`: expected `true` or `false`
    //~| and: set it again with: strongroom setting set --default retries VALUE
    //~| at: retries
    cache_size: u16,
    //~^ error: setting `cache_size` is `many` for `production`, and not valid for `u16`: expected a whole number from 0 to 65535
    //~| and: set it again with: strongroom setting set --type production cache_size VALUE
    timeout: Duration,
    //~^ error: setting `timeout` is `30` for `development`, and not valid for `Duration`: expected a time such as `250ms`, `30s` or `1h30m`
    //~| and: set it again with: strongroom setting set --type development timeout VALUE
    initial: char,
    //~^ error: setting `initial` is `xy` by default, and not valid for `char`: expected a single character
    //~| and: set it again with: strongroom setting set --default initial VALUE
    ratio: i128,
    //~^ error: setting `ratio` is `0.5` by default, and not valid for `i128`: expected a whole number from −2^127 to 2^127 − 1
    //~| and: set it again with: strongroom setting set --default ratio VALUE
    #[setting(name = "odd-numbers")]
    odd: Vec<u8>,
    //~^ error: setting `odd-numbers` is `1, 3, five` by default, and not valid for `Vec<u8>`: expected a whole number from 0 to 255 as element 3 of a list with commas
    //~| and: set it again with: strongroom setting set --default odd_numbers VALUE
    gaps: Vec<u8>,
    //~^ error: setting `gaps` is `1,,3` by default, and not valid for `Vec<u8>`: expected a whole number from 0 to 255 as element 2 of a list with commas, where nothing stands
    //~| and: set it again with: strongroom setting set --default gaps VALUE
    level: String,
}

fn main() {}
