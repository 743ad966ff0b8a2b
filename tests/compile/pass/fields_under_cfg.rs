#[strongroom::secrets]
struct Secrets {
    #[cfg(not(feature = "extra"))]
    github_api_token: String,
    #[cfg(feature = "extra")]
    github_api_token: u16,
    #[cfg(feature = "extra")]
    sentry_dsn: String,
    #[cfg_attr(not(feature = "extra"), secret(name = "smtp/password"))]
    smtp: String,
    #[cfg_attr(feature = "extra", secret(name = "smtp password"))]
    port: u16,
}

fn main() {
    let secrets = Secrets::load().expect("values");
    let _: (&String, &String, u16) = (&secrets.github_api_token, &secrets.smtp, secrets.port);
}
