//! The words of `encore secret set`, which mean here what they mean there.

use snapbox::str;

use crate::session::{MARKER, Session};

/// Where a line sets a value.
fn set_for(line: &str) -> String {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    let outcome = session.typed(line).input(MARKER).run();
    outcome.succeeds();
    let words = outcome.stderr.lines().map(|line| line.replace("created GitHubAPIToken for ", ""));
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn dev_is_everything_but_production() {
    assert_eq!(set_for("strongroom set --dev GitHubAPIToken"), "development, preview, local");
    assert_eq!(set_for("strongroom set -d GitHubAPIToken"), "development, preview, local");
}

#[test]
fn prod_is_production() {
    assert_eq!(set_for("strongroom set --prod GitHubAPIToken"), "production");
    assert_eq!(set_for("strongroom set -p GitHubAPIToken"), "production");
}

#[test]
fn ephemeral_is_preview() {
    for line in [
        "strongroom set --ephemeral GitHubAPIToken",
        "strongroom set --type ephemeral GitHubAPIToken",
        "strongroom set --type pr --ephemeral GitHubAPIToken",
    ] {
        assert_eq!(set_for(line), "preview", "{line}");
    }
    assert_eq!(
        set_for("strongroom set --type dev --ephemeral --env staging GitHubAPIToken"),
        "development, preview, staging"
    );
}

#[test]
fn the_short_options_are_those_of_encore() {
    assert_eq!(
        set_for("strongroom set -t dev,local,pr -e staging GitHubAPIToken"),
        "development, local, preview, staging"
    );
}

#[test]
fn they_are_combined_with_nothing_else() {
    let session = Session::with_vault();
    session.run("strongroom set --dev --prod x").shows(str![[r#"
[2]
--- stderr
error: the argument '--dev' cannot be used with '--prod'
       Usage: strongroom set [--type TYPES] [--env NAMES] [OPTIONS] NAME
       For more information, try '--help'.

"#]]);
    for line in [
        "strongroom set --dev --type local x",
        "strongroom set --prod --env staging x",
        "strongroom set --prod --ephemeral x",
        "strongroom check --all --ephemeral",
    ] {
        session.run(line).ends_with(2).says("cannot be used with");
    }
}

#[test]
fn other_commands_for_several_environments_take_them_too() {
    let session = Session::with_vault();
    session.typed("strongroom set --dev x").input(MARKER).run().succeeds();
    session.run("strongroom unset --ephemeral x").shows(str![[r#"
[0]
--- stderr
removed x for preview

"#]]);
    session.run("strongroom unset --dev x").ends_with(0).says("x had no other value and is gone");
    session.run("strongroom check --prod").succeeds();
}

#[test]
fn help_shows_one_of_them() {
    let help = Session::new().run("strongroom set --help").succeeds().output();
    assert!(help.contains("--ephemeral"), "{help}");
    assert!(!help.contains("--dev") && !help.contains("--prod"), "{help}");
}
