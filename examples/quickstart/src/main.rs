//! Loads two secrets and says so.
//!
//! The vault beside this package's `Cargo.toml` is sealed for a demo key that is committed too, so that you can try:
//!
//! ```sh
//! STRONGROOM_KEY_FILE=examples/quickstart/demo.key cargo run -p quickstart
//! ```
//!
//! Without the variable the program refuses to start and says where it looked for a key.

#![expect(clippy::print_stdout, reason = "an example that shows something")]

#[strongroom::secrets]
struct Secrets {
    /// ed25519 private key for the SSH server
    ssh_private_key: String,
    /// personal access token for deployments
    github_api_token: String,
}

fn main() -> Result<(), strongroom::LoadError> {
    let secrets = Secrets::load()?;
    println!("loaded {secrets:?}");
    serve(&secrets.ssh_private_key);
    deploy(&secrets.github_api_token);
    Ok(())
}

fn serve(key: &str) {
    println!("the SSH key has {} lines", key.lines().count());
}

fn deploy(token: &str) {
    println!("the token has {} characters", token.len());
}
