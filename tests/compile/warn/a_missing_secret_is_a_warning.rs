//@ env: STRONGROOM_BUILD_CHECK=warn
#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String,
    //~^ warning: secret `sentry_dsn` has no value for environment type `local`
    //~| and: \nset one with: strongroom set --type local sentry_dsn
    //~| at: sentry_dsn
    moved: String,
    //~^ warning: the value of `moved` for `local` lies under another data key
    //~| at: moved
}

fn main() {
    let _ = Secrets::load();
}
