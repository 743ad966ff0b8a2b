//! A tour: a new project from nothing to a commit, with real builds in a temporary folder.
//!
//! Shows each command as you would type it, and what it printed. It fails if a command does not do what the tour says of
//! it, so it is a test as well: of the command that it is given.

#![expect(clippy::print_stdout, reason = "a program that shows something")]

mod stage;

pub use stage::{Failure, Output, Stage};

/// Plays the tour on a stage.
///
/// # Errors
///
/// A command does not do what the tour says of it.
pub fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.say("A new project:");
    stage.run("cargo new shop")?.succeeds()?;
    stage.enter("shop");
    stage.run("git init")?.succeeds()?;
    stage.run("cargo add strongroom --path ../strongroom/runtime")?.succeeds()?;

    stage.say(
        "A vault for its secrets. It asks nothing without a terminal, and says where the key is:",
    );
    stage.run("strongroom init")?.succeeds()?.says("strongroom.toml")?;

    stage.say("The program declares what it needs:");
    stage.write("src/main.rs", MAIN)?;

    stage.say("What is missing is found by the build, each at its field:");
    stage
        .run("cargo build")?
        .fails_with(101)?
        .says("secret `ssh_private_key` has no value for environment type `local`")?
        .says("strongroom set --type local ssh_private_key")?
        .says("secret `github_api_token` has no value for environment type `local`")?
        .says("strongroom set --type local github_api_token")?;

    stage.say("Values come from standard input, a file, or a hidden prompt. Any spelling of a name will do:");
    stage.put("token.txt", &format!("{TOKEN}\n"))?;
    stage.put("../home/.ssh/id_ed25519", KEY)?;
    let set = "strongroom set --type dev,preview,local GitHubAPIToken < token.txt";
    stage.run(set)?.succeeds()?.says("created GitHubAPIToken")?;
    stage.remove("token.txt")?;
    let set = "strongroom set --type local SSHPrivateKey --from-file ~/.ssh/id_ed25519";
    stage.run(set)?.succeeds()?.says("created SSHPrivateKey for local")?;

    stage.say("Now it builds, without `touch` or `cargo clean`, and runs; printing the secrets shows no value:");
    stage.run("cargo build")?.succeeds()?;
    stage.run("cargo run")?.succeeds()?.says("github_api_token: [hidden]")?;

    stage.say(
        "Another environment is another question, and the build knows the answer without any key:",
    );
    stage
        .run("STRONGROOM_ENV=production cargo build")?
        .fails_with(101)?
        .says("has no value for environment type `production`")?;

    stage.say("What is taken away is missing again:");
    stage.run("strongroom unset --type local SSHPrivateKey")?.succeeds()?;
    stage.run("cargo build")?.fails_with(101)?.says("secret `ssh_private_key` has no value")?;
    stage.run("strongroom check")?.fails_with(1)?.says("ssh_private_key")?;

    stage.say("Everything can be committed: names are readable, values are sealed:");
    stage.run("git add -A")?.succeeds()?;
    stage.run("git commit -q -m secrets")?.succeeds()?;
    stage.quiet("git show")?.succeeds()?.says("[secrets.GitHubAPIToken]")?.hides(&SECRETS)?;
    println!("\nThat was the tour. Next: docs/start.md");
    Ok(())
}

const TOKEN: &str = "MARKER-b71c4-token";

const KEY: &str =
    "-----BEGIN OPENSSH PRIVATE KEY-----\nMARKER-b71c4-key\n-----END OPENSSH PRIVATE KEY-----\n";

const SECRETS: [&str; 2] = ["MARKER-b71c4", "strongroom_key_"];

const MAIN: &str = r#"#[strongroom::secrets]
struct Secrets {
    /// ed25519 private key for the SSH server
    ssh_private_key: String,
    /// personal access token for deployments
    github_api_token: String,
}

fn main() -> Result<(), strongroom::LoadError> {
    let secrets = Secrets::load()?;
    println!("{secrets:?}");
    serve(&secrets.ssh_private_key);
    deploy(&secrets.github_api_token);
    Ok(())
}

fn serve(_key: &str) {}

fn deploy(_token: &str) {}
"#;
