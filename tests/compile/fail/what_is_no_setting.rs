//@ vault: settings.toml
#[strongroom::settings]
struct Settings {
    public_url: &'static str,
    //~^ error: a setting cannot be a reference
    //~| and: write `String`, or a type of your own that implements `strongroom::FromSetting`
    flags: [u8; 2],
    //~^ error: a setting cannot be an array
    //~| and: write `Vec<u8>`
    odd_numbers: Vec<Vec<u8>>,
    //~^ error: a setting cannot be a list of lists: one is written with commas
    //~| and: write `strongroom::Json<Vec<Vec<u8>>>`, with the feature `json`, or a type of your own that implements `strongroom::FromSetting`
    //~| at: Vec<Vec<u8>>
    level: fn(),
    //~^ error: a setting cannot be a function
    //~| and: write `String`, `bool`, a number, `Duration`, `Vec<_>`, `Option<_>`, or a type that implements `strongroom::FromSetting`
    retries: u32,
    #[setting(name = "Retries")]
    again: u32,
    //~^^ error: `Retries` names the same setting as the field `retries`
    //~| and: keep one of the two fields
}

#[strongroom::settings]
struct Foreign {
    level: std::sync::Mutex<u8>,
    //~^ error: `std::sync::Mutex<u8>` cannot be the type of a setting
}

#[strongroom::settings(embed)]
//~^ error: `#[settings]` takes no `embed`: a program carries sealed values of secrets only, and reads settings in the vault
//~| and: delete it
//~| at: embed
struct Embedded {
    retries: u32,
}

#[strongroom::settings(nested)]
//~^ error: `#[settings]` takes no `nested`: only a struct of secrets can be a part of another
//~| and: load the struct by itself
struct Part {
    retries: u32,
}

#[strongroom::settings]
struct Whole {
    #[setting(nested, prefix = "shop/")]
    //~^ error: `#[setting]` takes no `nested`: only a struct of secrets can be a part of another
    //~| and: take the field out, and load the struct by itself
    //~^^^ error: `#[setting]` takes no `prefix`: it is for nested structs, which only secrets have
    //~| and: write the whole name: name = "log/level"
    retries: u32,
}

#[strongroom::settings]
enum Choice {}
//~^ error: `#[settings]` goes on a struct
//~| and: write it like this: struct Settings { max_retries: u32 }

#[strongroom::secrets]
#[strongroom::settings]
//~^ error: a struct declares secrets or settings, not both
struct Both {
    retries: Option<String>,
}

#[strongroom::secrets]
struct Secrets {
    #[secret(nested)]
    settings: Nested,
    //~^ error: `Nested` is no struct of secrets
}

#[strongroom::settings]
struct Nested {
    retries: u32,
}

fn main() {
    let _ = (Settings::load(), Both::load(), Foreign::get());
}
