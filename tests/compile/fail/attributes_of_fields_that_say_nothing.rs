#[strongroom::secrets]
struct Secrets {
    #[secret]
    //~^ error: `#[secret]` says nothing without a name
    //~| and: write #[secret(name = "…")], or delete it
    //~| at: secret
    github_api_token: String,
    #[secret()]
    //~^ error: `#[secret]` says nothing without a name
    ssh_private_key: String,
    #[secret(nane = "port")]
    //~^ error: unknown option `nane` in `#[secret]`
    //~| and: did you mean `name`?
    //~| at: nane
    port: u16,
    #[secret(default = "x")]
    //~^ error: `#[secret]` takes no `default`: no secret stands in source code
    //~| and: write the type as `Option<_>`, or declare it as a setting, with #[strongroom::settings]
    password: String,
    #[secret(name = smtp)]
    //~^ error: `name` takes a text in quotes: name = "smtp/password"
    //~| at: smtp
    values: String,
    #[secret(name)]
    //~^ error: `name` takes a text in quotes: name = "smtp/password"
    r#type: String,
    #[secret = "tls"]
    //~^ error: `#[secret]` takes no value
    //~| and: write #[secret(name = "…")]
    //~| at: "tls"
    tls_certificate: String,
    #[secret(name = "smtp/password")]
    #[secret(name = "smtp/password")]
    //~^ error: `#[secret]` a second time
    //~| and: keep one of the two
    //~| at: secret
    smtp: String,
    #[secret(name = "access_key", name = "access_key")]
    //~^ error: `name` a second time
    //~| and: keep one of the two
    //~| at: name
    access_key: String,
}

fn main() {}
