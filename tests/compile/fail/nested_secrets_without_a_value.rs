mod database {
    #[strongroom::secrets(nested)]
    pub struct Secrets {
        pub url: String,
        pub password: String,
        pub user: Option<String>,
        #[secret(nested, prefix = "pool_")]
        pub pool: Pool,
    }

    #[strongroom::secrets(nested)]
    pub struct Pool {
        pub token: String,
    }
}

#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    #[secret(nested)]
    plain: database::Secrets,
    //~^ error: secret `url` (field `url` of `database::Secrets`) has no value for environment type `local`
    //~| and: set one with: strongroom set --type local url
    //~| and: secret `pool_token` (field `pool.token` of `database::Secrets`) has no value
    //~| at: plain
    #[secret(nested, prefix = "smtp/")]
    mail: database::Secrets,
    //~^ error: secret `smtp/url` (field `url` of `database::Secrets`) has no value for environment type `local`\nset one with: strongroom set --type local smtp/url\nsecret `smtp/pool_token`
    //~| at: mail
    nonsense: String,
    //~^ error: secret `nonsense` has no value
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.plain.url.len() + secrets.mail.password.len());
}
