//! The struct whose 20 secrets are loaded; each vault of 25 secrets and more has them.
//!
//! `declared.toml`, against which it is built, is made again with:
//! `STRONGROOM_BUILD_CHECK=off cargo bench -p strongroom-benches -- --child declare > benches/declared.toml`

/// As an application declares it. `declared.toml` has the id of the generated vaults, and nobody has its key.
#[expect(clippy::struct_field_names, reason = "secrets of one kind are called alike")]
#[strongroom::secrets(vault = "../declared.toml")]
pub(crate) struct Secrets {
    github_api_token: String,
    stripe_api_token: String,
    sentry_api_token: String,
    postgres_api_token: String,
    redis_api_token: String,
    smtp_api_token: String,
    twilio_api_token: String,
    slack_api_token: String,
    datadog_api_token: String,
    cloudflare_api_token: String,
    mailgun_api_token: String,
    openai_api_token: String,
    auth0_api_token: String,
    algolia_api_token: String,
    segment_api_token: String,
    fastly_api_token: String,
    pagerduty_api_token: String,
    linear_api_token: String,
    intercom_api_token: String,
    plaid_api_token: String,
}
