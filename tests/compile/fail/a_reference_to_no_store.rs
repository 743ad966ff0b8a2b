//@ vault: stores.toml
//@ env: STRONGROOM_ENV=qa
#[strongroom::secrets]
struct Secrets {
    api_key: Option<String>,
    //~^ error: `api_key` for `production` is kept in the store `clusters`, and the vault declares no such store\nthere is a store `cluster`: did you mean it?\ndeclare it with: strongroom store add clusters --kind KIND\nor link it elsewhere: strongroom link --type production api_key STORE:REFERENCE
    //~| at: api_key
    //~^^^ error: `api_key` for `development` is kept in the store `bank`, and the vault declares no such store\ndeclare it with: strongroom store add bank --kind KIND\nor link it elsewhere: strongroom link --type development api_key STORE:REFERENCE
    kept: String,
    #[secret(nested, prefix = "api_")]
    api: Api,
    //~^ error: the value of `api_key` (field `key` of `Api`) for `production` is kept in a store that the vault does not declare\ndeclare it with: strongroom store add STORE --kind KIND\nor link it elsewhere: strongroom link --type production api_key STORE:REFERENCE\nthe value of `api_key` (field `key` of `Api`) for `development`
}

#[strongroom::secrets(nested)]
struct Api {
    key: String,
}

fn main() {}
