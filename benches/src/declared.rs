//! The struct whose 20 secrets are loaded; each vault of 25 secrets and more has them.
//!
//! The vaults against which it is built are made again with:
//! `STRONGROOM_BUILD_CHECK=off cargo bench -p strongroom-benches -- --child declare > benches/declared.toml`
//! `STRONGROOM_BUILD_CHECK=off cargo bench -p strongroom-benches -- --child carry benches/carried`

macro_rules! declared {
    ($name:ident: $($options:tt)*) => {
        #[strongroom::secrets($($options)*)]
        pub(crate) struct $name {
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
    };
}

// As an application declares it. `declared.toml` has the id of the generated vaults, and nobody has its key.
declared!(Secrets: vault = "../declared.toml");

// As a program carries it. `carried.key` opens `carried.toml`; neither is of any use elsewhere.
declared!(Carried: vault = "../carried.toml", embed);

/// The access key for what [`Carried`] carries.
pub(crate) const CARRIED_KEY: &str = include_str!("../carried.key");
