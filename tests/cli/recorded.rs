//! `[audit] log`: no command opens or changes a value without the record seeing it.

use std::fmt::Write;

use serde_json::Value as Json;
use snapbox::{Assert, str};

use crate::git::Clone;
use crate::json::commands_below;
use crate::session::{MARKER, Session};

/// A line for every command that opens or changes values, or moves the keys that they lie under.
const LINES: &[&str] = &[
    "strongroom set --type dev other",
    "strongroom get token",
    "strongroom run -- true",
    "strongroom export --format json",
    "strongroom render config.yaml",
    "strongroom run --only token --render config.yaml=CONFIG -- true",
    "strongroom list token",
    "strongroom check --type local",
    "strongroom scan strongroom.toml",
    "strongroom diff local prod",
    "strongroom diff HEAD~1 --reveal",
    "strongroom import values.json --type dev",
    "strongroom copy token --from local --to preview",
    "strongroom move other --from dev --to local",
    "strongroom rename other done",
    "strongroom edit --type preview",
    "strongroom rollback token --to 1 --type local",
    "strongroom unset --type preview token",
    // A setting must not be one of the values, so that these are looked at.
    "strongroom setting set --default max_retries 3",
    // Values of one's own.
    "strongroom set --mine token",
    "strongroom get token",
    "strongroom run -- true",
    "strongroom export --format json",
    "strongroom unset --mine token",
    // What a store keeps.
    "strongroom store add kept --kind directory --path mounted",
    "strongroom link --type dev linked kept:linked",
    "strongroom get --type dev linked",
    "strongroom set --type prod --store kept written",
    "strongroom set --type prod --store kept written",
    "strongroom sync --type preview --store kept --yes",
    "strongroom check --type preview --live",
    "strongroom store set kept trim=true",
    "strongroom copy linked --from dev --to prod --store kept --yes",
    "strongroom store add pushed --kind directory --path pushed",
    "strongroom push --to pushed --type local",
    "strongroom unset --type dev,preview,prod linked",
    "strongroom unset --type preview,prod written",
    // What is left is no value yet.
    "strongroom set --deposit --type prod left",
    "strongroom set --deposit --type prod more",
    "strongroom accept left --yes",
    "strongroom reject more --yes",
    // Sealing again is no change, but for what did not count.
    "strongroom env add staging --type dev",
    "strongroom set --env staging token",
    "strongroom env retype staging --type preview",
    "strongroom env remove staging --yes",
    "strongroom holder add ci --type dev --out ../ci.key",
    "strongroom holder grant ci --type local",
    "strongroom holder remove ci --yes",
    "strongroom key rotate --type local --yes",
    "strongroom reseal --yes",
    "strongroom key rotate --roster --yes",
    "strongroom holder passphrase",
    // What two branches made.
    "strongroom resolve --all --theirs",
];

/// Commands that neither open nor change a value, each with the reason where that is not plain.
const OTHERS: &[&str] = &[
    "strongroom init",
    // Who asked a server for what is in a record of its own: `--access-log`.
    "strongroom serve",
    // An API key is no value.
    "strongroom app add",
    "strongroom app list",
    "strongroom app remove",
    "strongroom app key new",
    "strongroom app key list",
    "strongroom app key revoke",
    "strongroom setting get",
    "strongroom setting list",
    "strongroom setting unset",
    "strongroom setting rename",
    "strongroom setting history",
    "strongroom env list",
    "strongroom store list",
    "strongroom store remove",
    "strongroom store default",
    "strongroom store allow",
    "strongroom store forbid",
    "strongroom holder known",
    "strongroom holder list",
    "strongroom key new",
    "strongroom key add",
    "strongroom key list",
    "strongroom key older",
    "strongroom key remove",
    "strongroom key deposit",
    "strongroom key wrap",
    "strongroom unlock",
    "strongroom lock",
    "strongroom history",
    "strongroom doctor",
    "strongroom log",
    "strongroom completions",
    "strongroom man",
    "strongroom git install",
    "strongroom git uninstall",
    "strongroom git status",
    "strongroom git textconv",
    // It has no key, and git decides what becomes of what it writes.
    "strongroom git merge-driver",
];

fn record(session: &Session) -> Vec<Json> {
    let output = session.run("strongroom log --json").succeeds().output();
    serde_json::from_str(&output).expect("JSON")
}

/// `token/local`, and `token/local*` for a value of one's own.
fn places(places: &Json) -> String {
    let word = |place: &Json, key: &str| place[key].as_str().expect("text").to_owned();
    let star = |place: &Json| if place["own"] == true { "*" } else { "" };
    let places = places.as_array().expect("a list").iter();
    let places: Vec<String> = places
        .map(|it| format!("{}/{}{}", word(it, "secret"), word(it, "environment"), star(it)))
        .collect();
    if places.is_empty() { "-".to_owned() } else { places.join(" ") }
}

fn scene() -> Clone {
    let clone = Clone::new();
    clone.session.run("strongroom key deposit").succeeds();
    clone.set("--type local,prod,dev", "token", "one");
    clone.session.edit(|text| text.replacen("[holders", "[audit]\nlog = true\n\n[holders", 1));
    clone.commit("Ann", "one");
    clone.set("--type local", "token", "two");
    clone.commit("Ann", "two");
    clone.session.write("values.json", format!("{{ \"imported\": \"{MARKER}\" }}"));
    clone.session.write("mounted/linked", MARKER);
    clone.session.write("pushed/other", "");
    clone.session.write("config.yaml", "token: ${secret:token}\n");
    clone.session.write("edit.sh", "sed -i 's/one/three/; s/two/three/' \"$1\"\n");
    clone.session.export("EDITOR", "sh edit.sh");
    clone
}

/// Puts a value back that lies under the key before: as a merge leaves it.
fn leave_behind(session: &Session, before: &str) {
    let line = |text: &str| {
        let from = text.find("[secrets.token]").expect("a secret");
        let line = text[from..].lines().find(|line| line.starts_with("local = "));
        line.expect("a value").to_owned()
    };
    let (old, new) = (line(before), line(&session.read("strongroom.toml")));
    session.replace(&new, &old);
}

/// Makes a merge that git leaves open.
fn diverge(clone: &Clone) {
    clone.commit("Ann", "so far");
    clone.diverge(
        |clone| clone.set("--type local", "token", "feature"),
        |clone| clone.set("--type local", "token", "main"),
    );
    assert!(!clone.merge().0);
}

/// Types every line, and gives what the record says of each.
fn told() -> String {
    let clone = scene();
    let session = &clone.session;
    let mut told = String::new();
    for line in LINES {
        let before = session.read("strongroom.toml");
        match *line {
            "strongroom holder passphrase" => {
                let add = "strongroom holder add words --roster --passphrase";
                session.typed(add).input(format!("{MARKER}-long-enough")).run().succeeds();
            }
            "strongroom resolve --all --theirs" => diverge(&clone),
            _ => {}
        }
        let typed = session.typed(line).input(format!("{MARKER}-typed-{}", told.len()));
        let outcome = typed.that_shows_secrets().run();
        assert!(outcome.status_is_one_of(&[0, 1]), "{line}: {}", outcome.stderr);
        let record = record(session);
        let last = record.last().expect("a line");
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let command = last["command"].as_str().expect("a command");
        assert!(words.join(" ").starts_with(command), "{line} is not recorded, but {last}");
        let (read, changed) = (places(&last["read"]), places(&last["changed"]));
        let words = words.join(" ");
        let _ = write!(told, "{words}\n  read {read}\n  changed {changed}\n");
        if line.starts_with("strongroom key rotate --type local") {
            leave_behind(session, &before);
        }
    }
    told
}

#[expect(clippy::too_many_lines, reason = "a line for every command")]
#[test]
fn every_command_that_opens_or_changes_values_is_recorded() {
    Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV).eq(
        told(),
        str![[r#"
set --type dev other
  read -
  changed other/development
get token
  read token/local
  changed -
run -- true
  read token/local
  changed -
export --format json
  read token/local
  changed -
render config.yaml
  read token/local
  changed -
run --only token --render config.yaml=CONFIG -- true
  read token/local
  changed -
list token
  read token/development token/local token/production
  changed -
check --type local
  read token/local
  changed -
scan strongroom.toml
  read other/development token/development token/local token/production
  changed -
diff local prod
  read token/local token/production
  changed -
diff HEAD~1 --reveal
  read other/development token/local
  changed -
import values.json --type dev
  read -
  changed imported/development
copy token --from local --to preview
  read token/local
  changed token/preview
move other --from dev --to local
  read other/development
  changed other/development other/local
rename other done
  read -
  changed done/local other/local
edit --type preview
  read token/preview
  changed token/preview
rollback token --to 1 --type local
  read token/local
  changed token/local
unset --type preview token
  read -
  changed token/preview
setting set --default max_retries 3
  read done/local imported/development token/development token/local token/production
  changed -
set --mine token
  read -
  changed token/local*
get token
  read token/local*
  changed -
run -- true
  read done/local token/local*
  changed -
export --format json
  read done/local token/local*
  changed -
unset --mine token
  read -
  changed token/local*
store add kept --kind directory --path mounted
  read -
  changed -
link --type dev linked kept:linked
  read -
  changed linked/development
get --type dev linked
  read linked/development
  changed -
set --type prod --store kept written
  read -
  changed written/production
set --type prod --store kept written
  read -
  changed written/production
sync --type preview --store kept --yes
  read -
  changed linked/preview written/preview
check --type preview --live
  read linked/preview written/preview
  changed -
store set kept trim=true
  read -
  changed -
copy linked --from dev --to prod --store kept --yes
  read linked/development
  changed linked/production
store add pushed --kind directory --path pushed
  read -
  changed -
push --to pushed --type local
  read done/local token/local
  changed -
unset --type dev,preview,prod linked
  read -
  changed linked/development linked/preview linked/production
unset --type preview,prod written
  read -
  changed written/preview written/production
set --deposit --type prod left
  read -
  changed -
set --deposit --type prod more
  read -
  changed -
accept left --yes
  read left/production
  changed left/production
reject more --yes
  read -
  changed -
env add staging --type dev
  read -
  changed -
set --env staging token
  read -
  changed token/staging
env retype staging --type preview
  read -
  changed -
env remove staging --yes
  read -
  changed token/staging
holder add ci --type dev --out ../ci.key
  read -
  changed -
holder grant ci --type local
  read -
  changed -
holder remove ci --yes
  read -
  changed -
key rotate --type local --yes
  read -
  changed -
reseal --yes
  read -
  changed token/local
key rotate --roster --yes
  read -
  changed -
holder passphrase
  read -
  changed -
resolve --all --theirs
  read -
  changed token/local

"#]],
    );
}

#[test]
fn every_command_is_among_those_lines() {
    let session = Session::new();
    for command in commands_below(&session, "strongroom") {
        let begins = |line: &&&str| {
            line.strip_prefix(&*command)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let is_there = LINES.iter().chain(OTHERS).any(|line| begins(&line));
        assert!(is_there, "say in this file what `{command}` opens and changes");
    }
}
