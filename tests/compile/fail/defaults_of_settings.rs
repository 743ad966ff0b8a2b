//@ vault: settings.toml
#[strongroom::settings]
struct Settings {
    #[setting(default = "seven")]
    //~^ error: this default is not valid for `u8`: expected a whole number from 0 to 255
    //~| at: "seven"
    more: u8,
    #[setting(default = "7")]
    //~^ error: an `Option` with a default is never `None`
    //~| and: write the type without `Option`, or delete the default
    never: Option<u8>,
    #[setting(default = 7)]
    //~^ error: `default` takes a text in quotes, of a number too: default = "3"
    //~| at: 7
    level: String,
    #[setting(defualt = "7")]
    //~^ error: unknown option `defualt` in `#[setting]`
    //~| and: did you mean `default`?
    retries: u8,
}

fn main() {}
