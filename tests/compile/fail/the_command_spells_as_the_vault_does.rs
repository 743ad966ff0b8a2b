#[strongroom::secrets]
struct Secrets {
    github_webhook_secret: String,
    //~^ error: secret `github_webhook_secret` has no value for environment type `local`
    //~| and: set one with: strongroom set --type local GitHubWebhookSecret
}

fn main() {}
