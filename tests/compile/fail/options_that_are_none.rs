#[strongroom::secrets(valt = "strongroom.toml")]
//~^ error: unknown option `valt` in `#[secrets]`
//~| and: did you mean `vault`?
//~| at: valt
struct Near {
    github_api_token: String,
}

#[strongroom::secrets(environment = "staging")]
//~^ error: unknown option `environment` in `#[secrets]`
//~| and: known: `vault = "…"`, `crate = …`, `any_vault`, `embed`, `nested`
//~| at: environment
struct Unknown {
    github_api_token: String,
}

#[strongroom::secrets("strongroom.toml", any_vault)]
//~^ error: `#[secrets]` takes no such argument
//~| and: known: `vault = "…"`, `crate = …`, `any_vault`, `embed`, `nested`
//~| at: "strongroom.toml"
struct Text {
    github_api_token: String,
}

#[strongroom::secrets(any_vault, any_vault)]
//~^ error: `any_vault` a second time
//~| and: keep one of the two
struct Twice {
    github_api_token: String,
}

#[strongroom::secrets(embed = true)]
//~^ error: `embed` takes no value
//~| at: true
struct Embedded {
    github_api_token: String,
}

#[strongroom::secrets(any_vault = true)]
//~^ error: `any_vault` takes no value
//~| at: true
struct Valued {
    github_api_token: String,
}

#[strongroom::secrets(vault)]
//~^ error: `vault` takes a path in quotes: vault = "../strongroom.toml"
//~| at: vault
struct Nowhere {
    github_api_token: String,
}

#[strongroom::secrets(vault = strongroom.toml)]
//~^ error: `vault` takes a path in quotes: vault = "../strongroom.toml"
//~| at: strongroom.toml
struct Unquoted {
    github_api_token: String,
}

#[strongroom::secrets(vault("strongroom.toml"))]
//~^ error: `vault` is not written like this
//~| and: known: `vault = "…"`, `crate = …`, `any_vault`, `embed`, `nested`
//~| at: ("strongroom.toml")
struct Called {
    github_api_token: String,
}

#[strongroom::secrets(crate = "strongroom")]
//~^ error: `crate` takes a path without quotes: crate = my_crate::strongroom
//~| at: "strongroom"
struct Quoted {
    github_api_token: String,
}

#[strongroom::secrets(crate)]
//~^ error: `crate` takes a path without quotes: crate = my_crate::strongroom
//~| at: crate
struct Crateless {
    github_api_token: String,
}

fn main() {}
