//! A nested struct against a large vault: the compiler evaluates its check without a word about how long that takes.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::workspace::{cargo, copy_lock, fresh_folder, manifest, write};

#[test]
fn a_thousand_secrets_and_a_hundred_nested_fields_are_checked_in_silence() {
    let root = fresh_folder("many");
    fs::create_dir(root.join(".git")).expect("the mark of a repository");
    let vault = concat!(env!("CARGO_MANIFEST_DIR"), "/compile/vaults/usual.toml");
    let vault = fs::read_to_string(vault).expect("a vault");
    // The seals are made up, and the compiler opens none.
    let value = vault.lines().find(|line| line.starts_with("local = {")).expect("a value");
    let mut secrets = String::new();
    for number in 0..1_000 {
        writeln!(secrets, "\n[secrets.\"services/secret_number_{number}\"]\n{value}")
            .expect("text");
    }
    write(&root.join("strongroom.toml"), &format!("{vault}{secrets}"));
    let fields = |from: usize| {
        (from..1_000).step_by(10).fold(String::new(), |mut fields, number| {
            writeln!(fields, "    pub secret_number_{number}: String,").expect("text");
            fields
        })
    };
    let program = |more: &str| {
        format!(
            "#![deny(warnings)]\n\
             #[strongroom::secrets(nested)]\npub struct Part {{\n{}{more}}}\n\
             #[strongroom::secrets]\npub struct Whole {{\n    \
             #[secret(nested, prefix = \"services/\")]\n    pub part: Part,\n}}\n",
            fields(7)
        )
    };
    let more = "edition = \"2024\"\n\n[workspace]";
    write(&root.join("Cargo.toml"), &manifest("many", more, "strongroom"));
    copy_lock(&root);
    let said = |program: &str| {
        write(&root.join("src/lib.rs"), program);
        let output = cargo(&root)
            .args(["check", "--offline", "--message-format=json"])
            .output()
            .expect("cargo runs");
        let lines = String::from_utf8(output.stdout).expect("UTF-8 from cargo");
        let messages = lines.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let messages = messages.filter(|line: &Value| line["reason"] == "compiler-message");
        let said = messages.filter_map(|line| Diagnostic::read(&line["message"]));
        said.map(|said| said.message).collect::<Vec<_>>()
    };
    assert_eq!(said(&program("")), Vec::<String>::new());
    let missing = said(&program("    pub secret_number_1000: String,\n"));
    let [message] = missing.as_slice() else { panic!("one message is wanted: {missing:?}") };
    assert!(message.contains("secret `services/secret_number_1000` (field"), "{message}");
}
