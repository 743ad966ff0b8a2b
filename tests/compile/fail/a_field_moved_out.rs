#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
}

fn main() {
    let mut secrets = Secrets::from_values([("github_api_token", "x")]).expect("a value");
    let _taken: String = std::mem::take(&mut secrets.github_api_token);
    let _moved: String = secrets.github_api_token;
    //~^ error: cannot move out of type `Secrets`, which implements the `Drop` trait
}
