//! `STRONGROOM_NO_REVEAL`: in a shell that is handed to a tool no command shows a value or a key, or writes one to a file.

use std::fs;
use std::path::Path;

use snapbox::str;

use crate::json::commands_below;
use crate::session::{MARKER, Outcome, Session};

/// What becomes of a line where nothing may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Then {
    /// It is refused, and changes nothing.
    Refused,
    /// It goes on working.
    Works,
    /// It shows nothing of what is secret; whether it works here is another test's business.
    ShowsNothing,
}
use Then::{Refused, ShowsNothing, Works};

/// A line for every command there is, with the option that would show the most.
const LINES: &[(&str, Then)] = &[
    ("strongroom get token", Refused),
    ("strongroom get --type prod token", Refused),
    ("strongroom export --format json", Refused),
    ("strongroom export --format dotenv --out values.env", Refused),
    ("strongroom export --format github", Refused),
    ("strongroom serve --type local --http-port 0 --grpc-port 0", Refused),
    ("strongroom render values.json", Refused),
    ("strongroom render values.json --out filled.json", Refused),
    ("strongroom render values.json --check", Works),
    ("strongroom edit", Refused),
    ("strongroom init --vault new.toml --key-file -", Refused),
    ("strongroom init --vault new.toml --key-file new.key", Refused),
    ("strongroom holder add tests --type dev", Refused),
    ("strongroom holder add tests --type dev --out tests.key", Refused),
    ("strongroom key new --out mine.key", Refused),
    ("strongroom set --type local other", Works),
    ("strongroom set --type local made --generate", Works),
    ("strongroom key rotate --rekey --yes --keys-to keys", Refused),
    ("strongroom key rotate --roster --yes --keys-to -", Refused),
    ("strongroom holder remove ci --rekey --yes --keys-to keys", Refused),
    ("strongroom holder remove ci --yes", Works),
    ("strongroom holder known ci", Works),
    ("strongroom holder grant owner --type dev", Works),
    ("strongroom key rotate --yes --type local", Works),
    ("strongroom reseal", Works),
    ("strongroom store add kept --kind directory --path mounted", Works),
    ("strongroom store add op --kind command -- echo {name}", Works),
    ("strongroom store list --json", Works),
    ("strongroom store set kept trim=true", Works),
    ("strongroom store default prod kept", Works),
    ("strongroom store default prod --unset", Works),
    ("strongroom store allow op --yes", Works),
    ("strongroom store forbid op", Works),
    ("strongroom store remove op", Works),
    ("strongroom link --type prod linked kept:linked", Works),
    ("strongroom get --type prod linked", Refused),
    ("strongroom sync --type prod --store kept --yes", Works),
    ("strongroom store add pushed --kind directory --path pushed", Works),
    ("strongroom push --to pushed --type prod --json", Refused),
    ("strongroom check --type prod --live --json", Works),
    ("strongroom copy linked --from prod --to dev --store kept --yes --json", Refused),
    ("strongroom copy linked --from prod --to dev --store kept --dry-run", Works),
    ("strongroom list", Works),
    ("strongroom list token --json", Works),
    ("strongroom check --json", Works),
    ("strongroom run -- true", Works),
    ("strongroom app add shop --secret token", Works),
    ("strongroom app list --json", Works),
    ("strongroom app key new shop --type dev", Refused),
    ("strongroom app key new shop --type dev --out app.key", Refused),
    ("strongroom app key list shop --json", Works),
    ("strongroom app key revoke shop 2whd6aqv", ShowsNothing),
    ("strongroom app remove shop", Works),
    ("strongroom scan strongroom.toml", Works),
    ("strongroom import values.json --type dev", Works),
    ("strongroom import values.json --type dev --dry-run --replace", Works),
    ("strongroom diff dev prod", Works),
    ("strongroom copy token --from local --to dev --replace", Works),
    ("strongroom move other --from local --to dev --replace", Works),
    ("strongroom rename made done", Works),
    // What is no secret is shown.
    ("strongroom setting set --default max_retries 3", Works),
    ("strongroom setting get max_retries", Works),
    ("strongroom setting list --json", Works),
    ("strongroom setting rename max_retries retries", Works),
    ("strongroom setting history retries", ShowsNothing),
    ("strongroom setting unset --all retries", Works),
    ("strongroom env add staging --type dev", Works),
    ("strongroom env list", Works),
    ("strongroom env retype staging --type preview", Works),
    ("strongroom env remove staging --yes", Works),
    ("strongroom holder list", Works),
    ("strongroom key list", Works),
    ("strongroom unset --type dev token", Works),
    ("strongroom completions bash", Works),
    ("strongroom man manual", Works),
    ("strongroom doctor", ShowsNothing),
    ("strongroom history token", ShowsNothing),
    ("strongroom rollback token --to 1 --type local", ShowsNothing),
    ("strongroom resolve token --ours", ShowsNothing),
    ("strongroom holder passphrase owner", ShowsNothing),
    ("strongroom key add values.json", ShowsNothing),
    ("strongroom key remove owner", ShowsNothing),
    ("strongroom key wrap --with vault-transit:shop", ShowsNothing),
    ("strongroom unlock", ShowsNothing),
    ("strongroom lock", ShowsNothing),
    ("strongroom git install", ShowsNothing),
    ("strongroom git uninstall", ShowsNothing),
    ("strongroom git merge-driver strongroom.toml strongroom.toml strongroom.toml", ShowsNothing),
    ("strongroom git textconv strongroom.toml", ShowsNothing),
    ("strongroom git status", ShowsNothing),
    ("strongroom log", Works),
    ("strongroom diff HEAD --reveal", Refused),
    ("strongroom resolve token --reveal", Refused),
    ("strongroom accept --all --yes --reveal", Refused),
    ("strongroom reject --all --yes", ShowsNothing),
    ("strongroom key deposit", Works),
    ("strongroom key rotate", ShowsNothing),
    ("strongroom key older --yes", ShowsNothing),
    ("strongroom holder remove ci", ShowsNothing),
    ("strongroom holder grant ci --type dev", ShowsNothing),
    ("strongroom reseal", ShowsNothing),
];

fn scene() -> Session {
    let session = Session::with_vault();
    let set = "strongroom set --type local,prod token";
    session.typed(set).input(format!("{MARKER}-token")).run().succeeds();
    let file = session.home().join("ci.key");
    session
        .run(&format!("strongroom holder add ci --type prod --out {}", file.display()))
        .succeeds();
    session.write("values.json", "{ \"imported\": \"a value that nobody marked\" }");
    // What lies there is no value of the vault until it is linked, and nothing that the command wrote.
    session.write("mounted/linked", "a value that nobody marked");
    session.write("pushed/.keep", "");
    session.write("github.env", "");
    session.export("GITHUB_ENV", session.path("github.env"));
    // An editor that keeps what it is shown.
    session.export("EDITOR", format!("cp -t {}", session.path("").display()));
    session.export("STRONGROOM_NO_REVEAL", "1");
    session
}

fn run<'s>(session: &'s Session, line: &str) -> Outcome<'s> {
    session.typed(line).input(format!("{MARKER}-typed")).run()
}

/// Fails if a file holds a value, or a key that is not kept for its own user.
fn refuse_secrets_in_files(folder: &Path, line: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            refuse_secrets_in_files(&path, line);
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
        assert!(!text.contains(MARKER), "{line} wrote a value to {}", path.display());
        let is_key = text.starts_with("strongroom_key_") || text.contains("AGE-SECRET-KEY-1");
        assert!(!is_key, "{line} wrote a key to {}", path.display());
    }
}

#[test]
fn no_command_shows_a_value_or_a_key() {
    let session = scene();
    for (line, then) in LINES {
        let before = session.read("strongroom.toml");
        let outcome = run(&session, line);
        match then {
            Refused => {
                outcome.ends_with(3).says("STRONGROOM_NO_REVEAL forbids that here");
                assert_eq!(session.read("strongroom.toml"), before, "{line}");
                assert!(outcome.stdout.is_empty(), "{line}");
            }
            Works => {
                outcome.succeeds();
            }
            ShowsNothing => {}
        }
        refuse_secrets_in_files(&session.path(""), line);
    }
    assert!(!session.path("new.toml").exists());
}

#[test]
fn every_command_is_among_those_lines() {
    let session = Session::new();
    for command in commands_below(&session, "strongroom") {
        let is_there = LINES.iter().any(|(line, _)| {
            line.strip_prefix(&*command)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        assert!(is_there, "say in this file what becomes of `{command}`");
        // What an option shows is for a line of its own.
        let help = session.run(&format!("{command} --help")).succeeds().output();
        let reveals = help.contains("--reveal");
        let has_line =
            LINES.iter().any(|(line, _)| line.starts_with(&*command) && line.contains("--reveal"));
        assert!(!reveals || has_line, "say in this file what becomes of `{command} --reveal`");
    }
}

#[test]
fn it_is_said_before_anybody_is_asked_for_anything() {
    let session = scene();
    session.run("strongroom get nothing").shows(str![[r#"
[3]
--- stderr
error: the value would be shown, and STRONGROOM_NO_REVEAL forbids that here
       give secrets to a program without showing them with: strongroom run -- COMMAND

"#]]);
    session.export("STRONGROOM_NO_REVEAL", "");
    session.typed("strongroom get token").that_shows_secrets().run().succeeds();
    session.export("STRONGROOM_NO_REVEAL", "0");
    session.typed("strongroom get token").that_shows_secrets().run().succeeds();
}
