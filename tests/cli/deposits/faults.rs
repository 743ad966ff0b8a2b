//! Deposits that were altered, moved, replayed, or left under another key: each says what is wrong, and none is accepted.

use super::Team;
use crate::session::MARKER;

/// A team for whom a deposit waits, and its code.
fn waiting() -> (Team, String) {
    let team = Team::new();
    let line = "strongroom set --deposit --type prod stripe_api_key";
    let code = team.leave(line, "MARKER-5f1e-new", "CODE");
    (team, code)
}

/// Asserts that accepting fails with these words, and that the vault stays as it is.
#[track_caller]
fn refuses(team: &Team, line: &str, status: i32, words: &[&str]) {
    let before = team.session().read("strongroom.toml");
    let outcome = team.owner(line).run();
    outcome.ends_with(status);
    for words in words {
        outcome.says(words);
    }
    assert_eq!(team.session().read("strongroom.toml"), before);
}

const ALL: &str = "strongroom accept --all --yes --force";

/// Changes the one deposit's line.
fn change(team: &Team, change: impl Fn(&str) -> String) {
    team.session().edit(|text| {
        let line = text.lines().find(|line| line.contains("left = ")).expect("a deposit");
        text.replace(line, &change(line))
    });
}

#[test]
fn one_that_was_altered() {
    let (team, code) = waiting();
    let words = ["was altered: its code is not that of what it holds", "strongroom reject"];
    // The last four characters before the quote are far behind the age header.
    change(&team, |line| {
        let at = line.rfind("\" }").expect("the end") - 40;
        let other = if &line[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &line[..at], &line[at + 1..])
    });
    refuses(&team, ALL, 3, &words);
    let (team, _) = waiting();
    change(&team, |line| line.replacen(&line[..16], "aaaabbbbccccdddd", 1));
    refuses(&team, ALL, 3, &words);
    assert!(!team.session().read("strongroom.toml").contains(&code.replace('-', "")));
}

#[test]
fn one_that_was_moved_to_another_name_environment_or_version() {
    let moved = "was left for another place: somebody changed its name, environment or version";
    let (team, _) = waiting();
    change(&team, |line| line.replace("stripe_api_key", "sentry_dsn"));
    refuses(&team, ALL, 3, &[moved]);
    let (team, _) = waiting();
    change(&team, |line| line.replace("replaces = 1, ", "replaces = 2, "));
    refuses(&team, ALL, 3, &[moved]);
    let (team, _) = waiting();
    change(&team, |line| line.replace("replaces = 1, ", ""));
    refuses(&team, ALL, 3, &[moved]);
    let (team, _) = waiting();
    team.owner("strongroom env add live --type prod").run().succeeds();
    change(&team, |line| line.replace("\"production\"", "\"live\""));
    refuses(&team, ALL, 3, &[moved]);
    // Under another type it is under none of that type's keys.
    let (team, _) = waiting();
    change(&team, |line| line.replace("\"production\"", "\"preview\""));
    refuses(&team, ALL, 3, &["was left under a key that is none of `preview`, now or earlier"]);
}

#[test]
fn one_from_another_vault() {
    let (team, _) = waiting();
    let text = team.session().read("strongroom.toml");
    let line = text.lines().find(|line| line.contains("left = ")).expect("a deposit").to_owned();
    let other = Team::new();
    other.session().edit(|text| format!("{text}\n[deposits.waiting]\n{line}\n"));
    refuses(&other, ALL, 3, &["was altered: its code is not that of what it holds"]);
}

#[test]
fn one_that_comes_too_late() {
    let (team, _) = waiting();
    team.owner("strongroom set --type prod stripe_api_key").input("MARKER-5f1e-2").run().succeeds();
    refuses(
        &team,
        "strongroom accept --all --yes",
        3,
        &[
            "replaces  version 1, and version 2 is there now",
            "`stripe_api_key` for `production` is not as it was when this was left",
            "--force",
            "strongroom reject",
        ],
    );
    team.owner("strongroom unset --type prod stripe_api_key").run().succeeds();
    refuses(
        &team,
        "strongroom accept --all --yes",
        3,
        &["replaces  version 1, which was removed since"],
    );
    team.owner(ALL).run().says("created stripe_api_key for production");
}

#[test]
fn one_for_a_named_environment_that_changed_its_type() {
    let team = Team::new();
    team.owner("strongroom env add staging --type dev").run().succeeds();
    team.leave("strongroom set --deposit --env staging x", MARKER, "CODE");
    refuses(&team, "strongroom env retype staging --type prod", 3, &["a deposit waits there"]);
    team.session().replace("staging = \"development\"", "staging = \"production\"");
    refuses(&team, ALL, 3, &["was left under a key that is none of `production`"]);
    team.session().replace("staging = \"production\"", "");
    team.owner(ALL).run().ends_with(3);
}

#[test]
fn one_that_is_nothing_like_an_age_file() {
    let team = Team::new();
    team.session().edit(|text| {
        format!(
            "{text}\n[deposits.waiting]\na2b3c4d5e6f7g2h3 = {{ name = \"x\", environment = \"production\", left = 2026-11-21, sealed = \"YWdl\" }}\n"
        )
    });
    refuses(&team, ALL, 3, &["was altered"]);
}

#[test]
fn a_fault_of_one_does_not_hold_up_another() {
    let (team, _) = waiting();
    change(&team, |line| line.replace("stripe_api_key", "sentry_dsn"));
    team.leave("strongroom set --deposit --type dev good", MARKER, "GOOD");
    let outcome = team.owner("strongroom accept --all --yes").run();
    outcome.ends_with(3).says("was left for another place").says("created good for development");
    assert_eq!(team.value("strongroom get --type dev good"), MARKER);
}
