//! What the client of Dapr for Rust, and reqwest, get from the server that started this program.

use std::env;
use std::error::Error;
use std::process::Command;

use dapr::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut client = Client::new().await?;
    let one = client.get_secret("vault", "db-secret").await?;
    assert_eq!(one.data["db-secret"], "one");
    let several = client.get_secret("vault", "api").await?;
    assert_eq!((several.data["id"].as_str(), several.data.len()), ("id", 2));
    let all = client.get_bulk_secret("vault", None).await?;
    assert_eq!(all.data["api"].secrets["key"], "key");
    let absent = client.get_secret("vault", "nothing").await.expect_err("no secret");
    assert!(absent.to_string().contains("the vault has no value for"), "{absent}");

    let settings = client.get_configuration("vault", vec!["max_retries"], None).await?;
    let before = settings.items["max_retries"].value.clone();
    let mut updates = client.subscribe_configuration("vault", vec!["max_retries"], None).await?;
    let id = updates.message().await?.expect("an id").id;
    let after = format!("{before}0");
    let set = ["setting", "set", "--type", "local", "max_retries", &after];
    assert!(Command::new(env::var("STRONGROOM")?).args(set).status()?.success());
    let changed = updates.message().await?.expect("a change");
    assert_eq!((changed.id.as_str(), changed.items["max_retries"].value.as_str()), (id.as_str(), after.as_str()));
    assert!(client.unsubscribe_configuration("vault", id.as_str()).await?.ok);
    assert!(updates.message().await?.is_none(), "it was ended");

    let server = env::var("DAPR_HTTP_ENDPOINT")?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let answer = http.get(format!("{server}/v1.0/secrets/vault/db-secret")).send().await?;
    assert_eq!(answer.text().await?, "{\"db-secret\":\"one\"}\n");
    println!("everything is as it should be");
    Ok(())
}
