//! Vaults that cannot be read: file, line and what to do; every byte of the file stays.

use snapbox::str;

use crate::session::{MARKER, Session};

/// Every command that reads the vault refuses it with the same words and changes nothing.
fn refused(session: &Session) -> String {
    let before = std::fs::read(session.path("strongroom.toml")).expect("a vault");
    let words = session.run("strongroom list").ends_with(3).stderr.clone();
    for line in [
        "strongroom get github_api_token",
        "strongroom unset --type local github_api_token",
        "strongroom check",
        "strongroom run -- touch started",
        "strongroom env list",
        "strongroom env add staging --type dev",
        "strongroom holder list",
        "strongroom holder add ci --type dev",
        "strongroom key list",
        "strongroom set --type local github_api_token",
    ] {
        let outcome = session.typed(line).input(MARKER).run();
        assert_eq!(outcome.ends_with(3).stderr, words, "{line}");
    }
    assert!(!session.path("started").exists());
    assert_eq!(std::fs::read(session.path("strongroom.toml")).expect("a vault"), before);
    session.redacted(&words)
}

fn refused_after(change: impl FnOnce(String) -> String) -> String {
    let session = Session::with_secret();
    session.edit(change);
    refused(&session)
}

#[test]
fn text_that_is_not_toml() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault.replace("format = 1", "format = = 1")),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:4:10: not TOML: extra `=`, expected nothing

"#]]
    );
}

#[test]
fn bytes_that_are_not_utf_8() {
    let session = Session::with_secret();
    let mut vault = session.read("strongroom.toml").into_bytes();
    vault.extend_from_slice(b"# \xff\n");
    session.write("strongroom.toml", vault);
    snapbox::assert_data_eq!(
        refused(&session),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:30: the file is not UTF-8
       restore it with: git checkout -- strongroom.toml

"#]]
    );
}

#[test]
fn conflict_markers_of_git() {
    let conflict = "<<<<<<< HEAD\n[secrets.a]\n=======\n[secrets.b]\n>>>>>>> theirs\n";
    snapbox::assert_data_eq!(
        refused_after(|vault| vault + conflict),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:30:1: git's conflict markers: a merge is not finished
       see what is open, and settle it, with: strongroom resolve

"#]]
    );
}

#[test]
fn an_unknown_key() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault + "\n[build]\nchek = [\"production\"]\n"),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:32:1: unknown key `chek` in [build]
       did you mean `check`?

"#]]
    );
}

#[test]
fn an_unknown_format() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault.replace("format = 1", "format = 2")),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:4:10: the vault has format 2, and this version of Strongroom reads format 1
       a newer one is needed: cargo install strongroom-cli, and cargo update -p strongroom

"#]]
    );
}

#[test]
fn an_unknown_environment() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault.replace("\nlocal = {", "\nlocale = {")),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:29:1: the environment `locale` is not declared in [environments]
       did you mean `local`?

"#]]
    );
}

#[test]
fn an_unknown_kind_of_holder() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault.replace("\"access-key\"", "\"yubikey\"")),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:8:8: unknown kind of holder `yubikey`
       known: access-key, passphrase, age

"#]]
    );
}

#[test]
fn a_table_twice() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault + "\n[secrets.github_api_token]\n"),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:31:10: the same key or table a second time
       keep one of the two (a merge may have left both), then: strongroom check

"#]]
    );
}

#[test]
fn two_spellings_of_one_name() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault + "\n[secrets.GitHubAPIToken]\n"),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:31:10: `github_api_token` and `GitHubAPIToken` are two spellings of one name
       keep one of the two tables

"#]]
    );
}

#[test]
fn one_name_of_a_secret_and_of_a_setting() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault + "\n[settings.GitHubAPIToken]\ndefault = \"x\"\n"),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:31:11: `GitHubAPIToken` is a setting here, and a secret in line 27 as `github_api_token`
       a name belongs to one of the two: delete the table of the other, then: strongroom check

"#]]
    );
    snapbox::assert_data_eq!(
        refused_after(
            |vault| vault.replace("[secrets.git", "[settings.github_api_token]\n\n[secrets.git")
        ),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:29:10: `github_api_token` is a secret here, and a setting in line 27
       a name belongs to one of the two: delete the table of the other, then: strongroom check

"#]]
    );
}

#[test]
fn a_name_that_is_not_allowed() {
    snapbox::assert_data_eq!(
        refused_after(|vault| vault + "\n[secrets.\"a b\"]\n"),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:31:10: the name `a b` is not allowed: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]
    );
}

#[test]
fn characters_that_do_something_to_a_terminal() {
    for dangerous in ["\\u001b[31m", "\\u009b", "\u{202e}", "\\u0007", "\u{feff}"] {
        let words =
            refused_after(|vault| vault + &format!("\n[secrets.x]\nabout = \"a{dangerous}b\"\n"));
        assert!(words.contains("a control or bidirectional character in a string"), "{words}");
        let words = refused_after(|vault| vault + &format!("\n[secrets.\"a{dangerous}b\"]\n"));
        assert!(words.contains("a control or bidirectional character in a string"), "{words}");
        let words = refused_after(|vault| {
            vault + &format!("\n[environments]\n\"a{dangerous}b\" = \"local\"\n")
        });
        assert!(words.contains("a control or bidirectional character in a string"), "{words}");
        let words = refused_after(|vault| vault + &format!("\n[apps]\nby = \"a{dangerous}b\"\n"));
        assert!(words.contains("a control or bidirectional character in a string"), "{words}");
    }
    // Raw, such a character is not even TOML; the parser's words must not repeat it.
    refused_after(|vault| vault + "\n[secrets.x]\nabout = \"a\u{1b}[31mb\"\n");
    refused_after(|vault| vault + "\n# \u{1b}[31m\n");
    refused_after(|vault| vault + "\n\u{1b}[31m = 1\n");
}

#[test]
fn base64_with_stray_bits_or_digits() {
    // A grant has 104 bytes, so the last of its 139 digits has two bits that must be 0.
    let with_last = |digit: char| {
        refused_after(|vault| {
            let at = vault.find("[keys.local]\nowner = \"").expect("a grant");
            let end = at + vault[at..].find("\"\n").expect("its end");
            format!("{}{digit}{}", &vault[..end - 1], &vault[end..])
        })
    };
    snapbox::assert_data_eq!(
        with_last('='),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:16:9: not base64url (A-Z, a-z, 0-9, `-`, `_`, without padding)
       the line was cut or edited: restore it from git, or set the value again

"#]]
    );
    for digit in ['B', '+', '/', ' '] {
        let words = with_last(digit);
        assert!(words.contains("not base64url"), "{words}");
    }
}

#[test]
fn numbers_out_of_bounds() {
    for number in ["0", "2147483648", "-1", "99999999999999999999", "1.5"] {
        let to = format!("version = {number},");
        let words = refused_after(|vault| vault.replacen("version = 1,", &to, 1));
        assert!(words.contains("a whole number from 1 to 2147483647"), "{words}");
    }
}

#[test]
fn costs_of_argon2_outside_the_limits() {
    let session = Session::new();
    session
        .typed("strongroom init --passphrase")
        .input("MARKER-5f1e correct horse")
        .run()
        .succeeds();
    session.replace("memory_kib = 65536", "memory_kib = 4000000");
    let words = session.run("strongroom list").ends_with(3).stderr.clone();
    snapbox::assert_data_eq!(
        session.redacted(&words),
        str![[r#"
error: cannot use the vault [ROOT]/work/strongroom.toml:11:14: costs of Argon2 outside the limits: memory_kib is from 19,456 to 1,048,576
       refused before anything is computed: restore the line from git

"#]]
    );
}

#[test]
fn a_file_or_nesting_beyond_the_limits() {
    let words = refused_after(|vault| vault + "\n[stores]\na.b.c.d.e.f.g.h.i = 1\n");
    assert!(words.contains("nested") || words.contains("deep"), "{words}");
    let session = Session::with_vault();
    session.write("strongroom.toml", vec![b'#'; (16 << 20) + 1]);
    session.run("strongroom list").shows(str![[r#"
[3]
--- stderr
error: cannot use the vault [ROOT]/work/strongroom.toml: the file is larger than 16 MiB
       a vault holds short secrets; keep large files in a store

"#]]);
}

#[test]
fn a_folder_in_its_place() {
    let session = Session::new();
    std::fs::create_dir(session.path("vault.toml")).expect("a folder");
    session.run("strongroom --vault vault.toml list").ends_with(3);
    session.run("strongroom --vault vault.toml init").ends_with(3);
}
