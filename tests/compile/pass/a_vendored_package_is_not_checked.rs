//@ package: vendored
#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String,
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.sentry_dsn.len());
}
