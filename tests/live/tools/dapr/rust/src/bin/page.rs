use dapr::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut client = Client::new().await?;
    let secret = client.get_secret("vault", "db-secret").await?;
    let settings = client.get_configuration("vault", vec!["max_retries"], None).await?;
    let retries: u32 = settings.items["max_retries"].value.parse()?;
    println!("{} bytes, {retries} retries", secret.data["db-secret"].len());
    Ok(())
}
