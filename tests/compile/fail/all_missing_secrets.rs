#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String, //~ error: secret `sentry_dsn` has no value for environment type `local`
    #[secret(name = "backup/password")]
    backup: Vec<u8>,
    //~^ error: secret `backup/password` has no value for environment type `local`
    //~| and: set one with: strongroom set --type local backup/password
    //~| at: backup
    optional: Option<String>,
    r#static: String,
    //~^ error: secret `static` has no value for environment type `local`
    //~| at: r#static
}

#[strongroom::secrets]
struct Others {
    pager_key: String, //~ error: secret `pager_key` has no value for environment type `local`
}

fn main() {}
