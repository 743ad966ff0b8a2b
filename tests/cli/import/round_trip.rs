//! Import after export, with the real command: every value that a format carries comes back.

use crate::session::{MARKER, Session};

/// Values of every kind: text that formats give a meaning, and bytes that are no text.
fn values() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| format!("{MARKER}{text}").into_bytes();
    vec![
        ("plain", text("")),
        ("bcrypt", text("$2b$10$N9qo8uLOickgx2ZMRZoMye")),
        ("quotes", text("'\"`\\ ${HOME} $(id) # c\n\\n\r\n\t")),
        ("pem", text("-----BEGIN PRIVATE KEY-----\nMIIE+/==\n-----END PRIVATE KEY-----\n")),
        ("spaces", text("  \n ")),
        ("words", text(" null: - ~ no 0o17 <<: *a &b !c")),
        ("unicode", text("é😀\u{85}\u{2028}\u{feff}")),
        ("control", text("\u{1}\u{1b}[31m\u{7f}")),
        ("nul", text("\0\0")),
        ("bytes", (0..=255).collect()),
    ]
}

#[test]
fn every_value_that_a_format_carries_comes_back() {
    for (format, options, lost) in [
        ("dotenv", "", &["nul", "bytes"][..]),
        ("json", "", &["bytes"]),
        ("yaml", "", &["bytes"]),
        ("toml", "", &["bytes"]),
        ("kubernetes", "--name app", &[]),
        ("encore", "", &[]),
    ] {
        let from = Session::with_vault();
        for (name, value) in values() {
            from.write("value", value);
            from.run(&format!("strongroom set --type dev {name} --from-file value")).succeeds();
        }
        let except = lost.join(",");
        let except = if lost.is_empty() { String::new() } else { format!("--except {except}") };
        let export = format!("strongroom export --type dev --format {format} {options}");
        if !lost.is_empty() {
            let outcome = from.run(&export);
            for name in lost {
                outcome.ends_with(3).says(&format!("`{name}`: "));
            }
        }
        let exported = from.typed(&format!("{export} {except}")).that_shows_secrets().run();
        let exported = exported.succeeds().output();
        let to = Session::with_vault();
        to.typed(&format!("strongroom import --type prod --format {format} {options}"))
            .input(exported)
            .run()
            .succeeds();
        for (name, value) in values().iter().filter(|(name, _)| !lost.contains(name)) {
            let line = format!("strongroom get --type prod {name}");
            let outcome = to.typed(&line).that_shows_secrets().run();
            assert_eq!(outcome.succeeds().stdout, *value, "{format}: {name}");
        }
    }
}
