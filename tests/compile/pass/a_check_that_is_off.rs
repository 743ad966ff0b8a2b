//@ env: STRONGROOM_BUILD_CHECK=off
#![deny(warnings)]

#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String,
    moved: String,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.sentry_dsn.len() + secrets.moved.len());
}
