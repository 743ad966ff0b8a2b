//! One version number means one value: what `resolve` makes of two, and what diffs say where there are two all the same.

use super::{Clone, shows};
use crate::session::MARKER;

/// A merge with a value that both sides set: as Bob set it, and as Ann did.
fn open(feature: &str, main: &str) -> Clone {
    let clone = Clone::installed();
    clone.diverge(
        |clone| clone.set("--type prod", "stripe_api_key", feature),
        |clone| clone.set("--type prod", "stripe_api_key", main),
    );
    assert!(!clone.merge().0);
    clone
}

/// What the line of the value has as its version.
fn version(clone: &Clone) -> String {
    let text = clone.session.read("strongroom.toml");
    let (_, secret) = text.split_once("[secrets.stripe_api_key]").expect("the secret");
    let line = secret.lines().find(|line| line.starts_with("production")).expect("a value");
    line.split("version = ").nth(1).and_then(|rest| rest.split(',').next()).expect("one").to_owned()
}

fn revealed(clone: &Clone, line: &str) -> String {
    let outcome = clone.session.typed(line).that_shows_secrets().run();
    outcome.succeeds();
    outcome.output().replace(MARKER, "[MARKER]")
}

#[test]
fn the_value_that_stays_has_a_version_that_neither_side_gave() {
    for (side, value) in [("--theirs", "-feature"), ("--ours", "-main")] {
        let clone = open("feature", "main");
        let said = clone.run(&format!("strongroom resolve stripe_api_key {side}"), 0);
        assert!(
            said.contains(
                "a new version, since both sides had counted on from the same one: stripe_api_key for production\n"
            ),
            "{said}"
        );
        assert_eq!(version(&clone), "3");
        assert_eq!(clone.get("--type prod", "stripe_api_key"), value);
        clone.session.run("strongroom check").succeeds();
        shows(
            clone.git(&["diff", "HEAD"]),
            "strongroom.toml\n~ `stripe_api_key` production: version 2 → 3\n",
        );
    }
    // All at once as one by one.
    let clone = open("feature", "main");
    clone.session.run("strongroom resolve --all --theirs").succeeds();
    assert_eq!(version(&clone), "3");
}

#[test]
fn a_higher_version_that_is_chosen_stays_and_a_lower_one_does_not() {
    for (side, expected) in [("--theirs", "3"), ("--ours", "4")] {
        let clone = Clone::installed();
        clone.diverge(
            |clone| {
                clone.set("--type prod", "stripe_api_key", "feature");
                clone.set("--type prod", "stripe_api_key", "feature again");
            },
            |clone| clone.set("--type prod", "stripe_api_key", "main"),
        );
        assert!(!clone.merge().0);
        clone.session.run(&format!("strongroom resolve stripe_api_key {side}")).succeeds();
        assert_eq!(version(&clone), expected);
    }
}

#[test]
fn the_same_value_on_both_sides_stays_as_it_is() {
    let clone = open("same", "same");
    shows(
        clone.run("strongroom resolve stripe_api_key --theirs", 0),
        "--- stderr\nsettled `stripe_api_key` production: theirs\nnothing is open\nthen: git add strongroom.toml\n",
    );
    assert_eq!(version(&clone), "2");
    // With keys the values are compared.
    let said = clone.run("strongroom diff", 0);
    assert!(said.contains("version 2, sealed again\n"), "{said}");
}

#[test]
fn without_a_key_the_line_stays_and_diffs_say_that_it_is_another_value() {
    let clone = open("feature", "main");
    let key = clone.session.kept_key("owner");
    let elsewhere = key.with_extension("elsewhere");
    std::fs::rename(&key, &elsewhere).expect("a key");
    shows(
        clone.run("strongroom resolve stripe_api_key --theirs", 0),
        "--- stderr\nsettled `stripe_api_key` production: theirs\nnothing is open\nthen: git add strongroom.toml\n",
    );
    assert_eq!(version(&clone), "2");
    let said = clone.run("strongroom diff", 0);
    assert!(said.contains("version 2, another value\n"), "{said}");
    std::fs::rename(&elsewhere, &key).expect("a key");
    shows(
        clone.git(&["diff", "HEAD"]),
        "strongroom.toml\n~ `stripe_api_key` production: version 2, another value\n",
    );
    let said = clone.run("strongroom diff --json", 0);
    assert!(said.contains("\"note\": \"another-value\""), "{said}");
    let said = revealed(&clone, "strongroom diff --reveal");
    assert!(
        said.ends_with("`stripe_api_key` production\n- [MARKER]-main\n+ [MARKER]-feature\n"),
        "{said}"
    );
}

#[test]
fn what_a_rotation_seals_again_is_the_same_value() {
    let clone = Clone::installed();
    clone.rotate("prod");
    let said = clone.run("strongroom diff", 0);
    assert!(
        said.contains("version 1, sealed again\n") && !said.contains("another value"),
        "{said}"
    );
    assert!(clone.git(&["diff"]).contains("production: version 1, sealed again\n"));
    let said = revealed(&clone, "strongroom diff --reveal");
    assert!(!said.contains("MARKER"), "{said}");
    clone.commit("Ann", "rotated");
    // Another spelling of the name as well.
    clone.session.run("strongroom rename stripe_api_key StripeAPIKey").succeeds();
    assert!(!clone.git(&["diff"]).contains("another value"));
}
