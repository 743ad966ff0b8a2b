//@ package: bare
//@ env: STRONGROOM_BUILD_CHECK=off
//@ env: STRONGROOM_ENV=nowhere
#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.sentry_dsn.len());
}
