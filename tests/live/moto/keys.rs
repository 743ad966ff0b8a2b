//! The access key from KMS, and from a secret of Secrets Manager: for the command, and for a program that runs.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::command::at;
use super::service::{Moto, ask, plant_secret, variables};
use crate::built::built;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrapped_key_and_a_kept_one_open_a_vault_for_a_program_that_runs() {
    let Some(moto) = Moto::start() else { return };
    let session = at(&moto);
    let key = ask(&moto.address, "TrentService.CreateKey", &json!({})).await;
    let id = key["KeyMetadata"]["KeyId"].as_str().expect("a key").to_owned();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/quickstart");
    let demo_key = example.join("demo.key");
    let wrap = format!("key wrap --with aws-kms:{id} --key-file {}", demo_key.display());
    let said = session.types(&wrap, "", true);
    let line = said.lines().find(|line| line.starts_with("aws-kms:")).expect("a line");
    let text = std::fs::read_to_string(&demo_key).expect("a key");
    assert!(!said.contains(text.trim()), "a key is shown");
    plant_secret(&moto.address, "shop/strongroom", &json!({ "SecretString": text.trim() })).await;

    let features = "strongroom/aws-kms,strongroom/aws-secrets-manager";
    let program = built("quickstart", "quickstart", features, &example, &[]);
    let run = |line: &str| {
        let mut command = Command::new(&program);
        command.env_clear().envs(variables(&moto.address, ("AKIDANYBODY", "s3cr3t-key")));
        command.env("STRONGROOM_KEY", line);
        command.env("STRONGROOM_VAULT", example.join("strongroom.toml"));
        let output = command.output().expect("it runs");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        (output.status.success(), said)
    };
    for line in [line, "aws-secrets-manager:shop/strongroom"] {
        let (is_loaded, said) = run(line);
        assert!(is_loaded && said.contains("the SSH key has"), "{said}");
    }
    // Cut short; a key that is not there; a service that this program was built without.
    for (line, expected) in [
        (&line[..line.len() - 8], "KMS does not open it: "),
        ("aws-secrets-manager:shop/nothing", "absent: "),
        ("aws-parameter-store:/shop/strongroom", "aws-parameter-store"),
    ] {
        let (is_loaded, said) = run(line);
        assert!(!is_loaded && said.contains(expected), "{said}");
        assert!(!said.contains("the SSH key has") && !said.contains(text.trim()), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_holders_key_is_wrapped_and_never_shown() {
    let Some(moto) = Moto::start() else { return };
    let session = at(&moto);
    let key = ask(&moto.address, "TrentService.CreateKey", &json!({})).await;
    let id = key["KeyMetadata"]["KeyId"].as_str().expect("a key").to_owned();
    session.types("set --type production token", "hunter2-token", true);
    let add = format!("holder add shop --type production --wrap aws-kms:{id}");
    let said = session.types(&add, "", true);
    let line = said.lines().find(|line| line.starts_with("aws-kms:")).expect("a line").to_owned();
    assert!(!said.contains("strongroom_key_"), "a key is shown");
    let session = session.with("STRONGROOM_KEY", line);
    let said = session.types("doctor", "", false);
    assert!(said.contains("that of `shop` opens `production`"), "{said}");
    session.types("run --type production -- true", "", true);
}
