//! Which deposit keys somebody takes for the right ones.

use snapbox::str;

use super::Team;
use crate::session::{MARKER, Session};

pub const LEAVE: &str = "strongroom set --deposit --type prod stripe_api_key";

/// The deposit key of production of another vault, made in the same way.
fn of_another_vault() -> String {
    let session = Session::with_vault();
    session.run("strongroom key deposit").succeeds();
    production(&session.read("strongroom.toml"))
}

/// The table of production's deposit key.
pub fn production(text: &str) -> String {
    let from = text.find("[deposits.production]").expect("a deposit key");
    text[from..].split("\n\n").next().expect("a table").to_owned()
}

/// Puts another deposit key in the place of production's.
fn swap(team: &Team) {
    let other = of_another_vault();
    team.session().edit(|text| text.replace(&production(&text), &other));
}

#[test]
fn a_stranger_sees_a_new_key_once_and_then_it_is_remembered() {
    let team = Team::new();
    team.fingerprint("production", "FINGERPRINT");
    team.dev(LEAVE).input(MARKER).run().says("the deposit key of production is new here");
    let again = team.dev(LEAVE).input(MARKER).run();
    assert!(!again.succeeds().stderr.contains("fingerprint"), "{}", again.stderr);
}

#[test]
fn a_stranger_takes_another_key_only_with_its_fingerprint() {
    let team = Team::new();
    team.fingerprint("production", "BEFORE");
    team.dev(LEAVE).input(MARKER).run().succeeds();
    swap(&team);
    let before = team.session().read("strongroom.toml");
    let refused = team.dev(LEAVE).input(MARKER).run();
    let (_, now) = refused.stderr.split_once("fingerprint is ").expect("a fingerprint");
    let now = now[..19].to_owned();
    team.session().redact(&now, "NOW");
    refused.shows(str![[r#"
[3]
--- stderr
error: the deposit key of `production` is another one than before: its fingerprint is [NOW..............], and was [BEFORE...........]
       a rotation makes a new one, and so does somebody who wants to open what you leave
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [NOW..............] …

"#]]);
    let other = format!("{LEAVE} --accept-key aaaa-bbbb-cccc-dddd");
    team.dev(&other).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: no deposit key that is meant has the fingerprint [CODE]: it is [NOW..............] for production
       nothing was left; ask who gave you the fingerprint to compare it again: strongroom key deposit

"#]]);
    assert_eq!(team.session().read("strongroom.toml"), before);
    team.dev(&format!("{LEAVE} --accept-key {now}")).input(MARKER).run().succeeds();
    team.dev(LEAVE).input(MARKER).run().succeeds();
}

#[test]
fn a_holder_refuses_a_key_for_which_the_roster_gave_no_word() {
    let team = Team::new();
    team.owner("strongroom holder add guest --type dev --out ../guest.key").run().succeeds();
    team.dev("strongroom key add ../guest.key").run().succeeds();
    let left = team.dev(LEAVE).input(MARKER).run();
    assert!(!left.succeeds().stderr.contains("fingerprint"), "{}", left.stderr);
    swap(&team);
    let before = team.session().read("strongroom.toml");
    team.dev(LEAVE).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the roster's word is for other deposit keys than this vault has
       either two branches that both made new keys were merged, or somebody swapped a deposit key and could open what is left under it
       nothing was done; owner sees which, and makes the word anew, with: strongroom key deposit

"#]]);
    team.owner("strongroom key deposit").run().ends_with(3).says("was altered or swapped");
    team.owner("strongroom key deposit --yes").run().ends_with(3).says("was altered or swapped");
    assert_eq!(team.session().read("strongroom.toml"), before);
    // Who takes the words away as well makes nobody a stranger.
    team.session().edit(|text| {
        let lines = text.lines().filter(|line| !line.starts_with("vouch = "));
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
    let told = team.dev(LEAVE).input(MARKER).run();
    told.ends_with(3).says("[holders.guest] has no `vouch` any more");
    team.owner("strongroom key deposit").run().ends_with(3).says("was altered or swapped");
    let before = team.session().read("strongroom.toml");
    for line in [
        "strongroom holder add third --type dev --out ../third.key",
        "strongroom key rotate --type dev --yes",
    ] {
        team.owner(line).run().ends_with(3).says("was altered or swapped: it is not the one that");
        assert_eq!(team.session().read("strongroom.toml"), before, "{line}");
    }
}

#[test]
fn an_earlier_key_that_somebody_put_in_its_place_is_no_key_of_a_merge() {
    let team = Team::new();
    team.owner("strongroom holder add guest --type prod --out ../guest.key").run().succeeds();
    team.owner("strongroom holder add ci --type prod --out ../ci.key").run().succeeds();
    team.dev(LEAVE).input(MARKER).run().succeeds();
    team.commit("Owner", "guest joins");
    let earlier = production(&team.session().read("strongroom.toml"));
    let earlier = earlier.split("public = \"").nth(1).and_then(|rest| rest.split('"').next());
    let earlier = earlier.expect("a public half").to_owned();
    team.owner("strongroom holder remove guest --yes").run().succeeds();
    team.commit("Owner", "guest leaves");
    // The earlier key lies under the current data key, while a deposit waits that was left under it.
    team.session().edit(|text| {
        let line = text.lines().find(|line| line.starts_with(&earlier)).expect("kept");
        let private = line.split("private = \"").nth(1).and_then(|rest| rest.split('"').next());
        let table = format!(
            "[deposits.production]\nprivate = \"{}\"\npublic = \"{earlier}\"",
            private.expect("a private half")
        );
        text.replace(&production(&text), &table).replace(&format!("{line}\n"), "")
    });
    team.commit("Guest", "tidy up");
    let ci = team.owner(LEAVE).variable("STRONGROOM_KEY_FILE", "../ci.key").input(MARKER).run();
    ci.ends_with(3).says("somebody swapped a deposit key");
    let before = team.session().read("strongroom.toml");
    team.owner("strongroom key deposit --yes").run().shows(str![[r#"
[3]
--- stderr
error: the deposit key of `production` is an earlier one: commit [guest leaves] of [DATE....] has it too, and a new one was made since
       whoever was removed may know it, and have put it back: git log -p strongroom.toml
       nothing was done; restore [deposits.production] from git

"#]]);
    assert_eq!(team.session().read("strongroom.toml"), before);
    team.owner("strongroom key rotate --type prod --yes").run().succeeds();
    let ci = team.owner(LEAVE).variable("STRONGROOM_KEY_FILE", "../ci.key").input(MARKER).run();
    ci.succeeds();
}

#[test]
fn what_was_left_under_a_swapped_key_does_not_open_and_says_why() {
    let team = Team::new();
    swap(&team);
    team.dev(LEAVE).input(MARKER).run().succeeds();
    let before = team.session().read("strongroom.toml");
    let refused = team.owner("strongroom accept --all --yes").run();
    refused.ends_with(3).says("the deposit key of `production` was altered or swapped");
    refused.says("restore [deposits.production] from git");
    assert_eq!(team.session().read("strongroom.toml"), before);
}

#[test]
fn a_key_that_would_start_a_plugin_is_none() {
    let team = Team::new();
    let text = team.session().read("strongroom.toml");
    let own = production(&text);
    let public = own.lines().find(|line| line.starts_with("public")).expect("a public half");
    for other in ["age1yubikey1qwerty", "age1", "x"] {
        let line = format!("public = \"{other}\"");
        team.session().write("strongroom.toml", text.replace(public, &line));
        let refused = team.dev(LEAVE).input(MARKER).run();
        refused
            .ends_with(3)
            .says("the deposit key of `production` was altered: it is no age public key");
    }
}

#[test]
fn the_keys_are_made_once_by_somebody_of_the_roster() {
    let session = Session::with_vault();
    session.run("strongroom holder add guest --type dev --out ../guest.key").succeeds();
    // As in a vault from before there were any.
    session.edit(|text| {
        let tables = text.split_inclusive("\n\n").filter(|table| !table.starts_with("[deposits"));
        let lines = tables.flat_map(str::lines).filter(|line| !line.starts_with("vouch = "));
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
    let guest = |line: &str| {
        let key = std::fs::read_to_string(session.path("../guest.key")).expect("a key");
        session.typed(line).variable("STRONGROOM_KEY", key.trim()).run()
    };
    guest("strongroom key deposit").shows(str![[r#"
[3]
--- stderr
error: the key of `guest` does not open the roster
       ask one of those who have it: owner
       read from: STRONGROOM_KEY

"#]]);
    session.run("strongroom key deposit").says("made a deposit key for `production`");
    let text = session.read("strongroom.toml");
    assert_eq!(text.matches("\nvouch = ").count(), 2, "{text}");
    let again = session.run("strongroom key deposit");
    assert_eq!(session.read("strongroom.toml"), text);
    for line in again.output().lines().skip(1) {
        session.redact(line.split_whitespace().nth(1).expect("a fingerprint"), "FINGERPRINT");
    }
    again.shows(str![[r#"
[0]
type         fingerprint          private half
production   [FINGERPRINT......]  opens
development  [FINGERPRINT......]  opens
preview      [FINGERPRINT......]  opens
local        [FINGERPRINT......]  opens

"#]]);
    guest("strongroom key deposit").shows(str![[r#"
[0]
type         fingerprint          private half
production   [FINGERPRINT......]  not checked: no key here
development  [FINGERPRINT......]  opens
preview      [FINGERPRINT......]  not checked: no key here
local        [FINGERPRINT......]  not checked: no key here

"#]]);
}
