fn needs<S>(_: &S)
where
    S: strongroom::Secrets + std::fmt::Debug + Send + Sync + 'static,
{
}

#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
}

fn is_send(_: &impl Send) {}

fn main() -> Result<(), strongroom::LoadError> {
    let mut secrets: Secrets = Secrets::load()?;
    needs(&secrets);
    let _: String = std::mem::take(&mut secrets.github_api_token);
    let shared: Result<&'static Secrets, &'static strongroom::LoadError> = Secrets::get();
    let _ = shared.is_ok();
    let future = Secrets::load_async();
    is_send(&future);
    let _: Secrets = Secrets::from_values([("github_api_token", "x")])?;
    let _: Secrets = Secrets::from_values(vec![(String::from("github_api_token"), vec![1_u8])])?;
    let map = std::collections::BTreeMap::from([("github_api_token", "x")]);
    let _: Secrets = Secrets::from_values(&map)?;
    Ok(())
}
