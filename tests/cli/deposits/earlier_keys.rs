//! An earlier deposit key in the place of the current one: whoever was removed knows it, and can put it there.

use snapbox::str;

use super::Team;
use super::trust::{LEAVE, production};
use crate::session::MARKER;

/// The tables of a vault that show the generation of production's data key.
pub fn grants(text: &str) -> String {
    let from = text.find("[keys.production]").expect("grants");
    text[from..].split("\n\n").next().expect("a table").to_owned()
}

/// A team whose deposit key of production was made anew after `dev` left something under the first one. Gives the vault of
/// before, too.
pub fn after_a_rotation() -> (Team, String) {
    let team = Team::new();
    team.fingerprint("production", "FIRST");
    team.dev(LEAVE).input(MARKER).run().succeeds();
    team.owner("strongroom accept --all --yes").run().succeeds();
    team.commit("Owner", "accepted");
    let before = team.session().read("strongroom.toml");
    team.owner("strongroom key rotate --type production --yes").run().succeeds();
    team.fingerprint("production", "SECOND");
    team.commit("Owner", "rotated");
    (team, before)
}

/// Puts the deposit key of before back, as somebody does who knows it: with the private half that lies under the new data
/// key, and without the line that has it among the earlier ones.
pub fn put_back(team: &Team, before: &str) {
    let old = production(before);
    let (_, public) = old.split_once("public = \"").expect("a public half");
    let public = public.split('"').next().expect("a public half").to_owned();
    team.session().edit(|text| {
        let line = text.lines().find(|line| line.starts_with(&public)).expect("an earlier key");
        let private = line.split('"').nth(3).expect("a private half");
        let table =
            format!("[deposits.production]\nprivate = \"{private}\"\npublic = \"{public}\"");
        text.replace(&production(&text), &table).replace(&format!("{line}\n"), "")
    });
}

/// Takes the history away, so that the vault and the memory of a machine are all there is.
fn forget_history(team: &Team) {
    std::fs::remove_dir_all(team.session().path(".git")).expect("a folder");
}

#[test]
fn an_earlier_key_put_back_is_noticed_by_whoever_left_something_under_it() {
    let (team, before) = after_a_rotation();
    put_back(&team, &before);
    forget_history(&team);
    let there = team.session().read("strongroom.toml");
    team.dev(LEAVE).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the deposit key of `production` is an earlier one: the data key was rotated since it was seen here, and that makes a new one
       whoever was removed may know it, and have put it back: git log -p strongroom.toml
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FIRST............] …

"#]]);
    assert_eq!(team.session().read("strongroom.toml"), there);
}

#[test]
fn a_key_that_another_replaced_is_not_trusted_silently_again() {
    let (team, before) = after_a_rotation();
    let second = team.fingerprint("production", "SECOND");
    forget_history(&team);
    team.dev(&format!("{LEAVE} --accept-key {second}")).input(MARKER).run().succeeds();
    team.dev(LEAVE).input(MARKER).run().succeeds();
    put_back(&team, &before);
    team.dev(LEAVE).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the deposit key of `production` is an earlier one: its fingerprint is [FIRST............], and [SECOND...........] took its place here
       whoever was removed may know it, and have put it back: git log -p strongroom.toml
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FIRST............] …

"#]]);
}

#[test]
fn a_newer_vault_that_was_seen_is_missed_where_the_grants_are_put_back_as_well() {
    let (team, before) = after_a_rotation();
    let second = team.fingerprint("production", "SECOND");
    forget_history(&team);
    team.dev(&format!("{LEAVE} --accept-key {second}")).input(MARKER).run().succeeds();
    let text = team.session().read("strongroom.toml");
    // Only the grants: so the deposit key is the one that was seen last.
    team.session().replace(&grants(&text), &grants(&before));
    team.dev(LEAVE)
        .input(MARKER)
        .run()
        .ends_with(3)
        .says("were rolled back: the vault had a newer");
}

#[test]
fn an_earlier_key_is_noticed_in_the_vault_itself() {
    let (team, before) = after_a_rotation();
    let text = team.session().read("strongroom.toml");
    team.session().replace(&production(&text), &production(&before));
    forget_history(&team);
    let there = team.session().read("strongroom.toml");
    let stranger = |line: &str| {
        let home = team.session().path("../stranger");
        team.session().typed(line).variable("HOME", home).input(MARKER).run()
    };
    stranger(LEAVE).shows(str![[r#"
[3]
--- stderr
error: the deposit key of `production` is an earlier one: [deposits.older] has it too, and whoever was removed may know it
       nothing was done; look who put it back, and restore [deposits.production]: git log -p strongroom.toml

"#]]);
    assert_eq!(team.session().read("strongroom.toml"), there);
}

#[test]
fn gits_history_tells_an_earlier_key_to_whoever_never_left_anything() {
    let (team, before) = after_a_rotation();
    put_back(&team, &before);
    team.commit("Guest", "put back");
    let stranger = team.session().path("../stranger");
    let leave =
        |line: &str| team.session().typed(line).variable("HOME", &stranger).input(MARKER).run();
    leave(LEAVE).shows(str![[r#"
[3]
--- stderr
error: the deposit key of `production` is an earlier one: commit [rotated.] of [DATE....] has it too, and a new one was made since
       whoever was removed may know it, and have put it back: git log -p strongroom.toml
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FIRST............] …

"#]]);
    // With the grants of before, too: to a program without a key it looks as if nothing had happened.
    let text = team.session().read("strongroom.toml");
    team.session().replace(&grants(&text), &grants(&before));
    team.commit("Guest", "put back more");
    leave(LEAVE).shows(str![[r#"
[3]
--- stderr
error: the keys of `production` were rolled back: commit [put back] of [DATE....] has a newer data key than the vault
       whoever was removed may know this deposit key, and have put it back: git log -p strongroom.toml
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FIRST............] …

"#]]);
    // A merge that takes one side as it was hides nothing.
    team.git(&["checkout", "-q", "-b", "side", "HEAD~3"]);
    let who = ["-c", "user.name=x", "-c", "user.email=x"];
    let merge = ["merge", "-q", "-s", "ours", "-m", "m", "@{-1}"];
    team.git(&[who.as_slice(), merge.as_slice()].concat());
    leave(LEAVE).ends_with(3).says("were rolled back");
}

#[test]
fn the_commit_that_made_the_first_key_is_enough() {
    let (team, before) = after_a_rotation();
    put_back(&team, &before);
    team.git(&["reset", "-q", "--soft", "HEAD~1"]);
    let stranger = team.session().path("../stranger");
    let refused = team.session().typed(LEAVE).variable("HOME", stranger).input(MARKER).run();
    refused.ends_with(3).says("is an earlier one: commit");
}

#[test]
fn a_rotation_in_history_is_nothing_against_the_key_that_it_made() {
    let (team, _) = after_a_rotation();
    let stranger = team.session().path("../stranger");
    let left = team.session().typed(LEAVE).variable("HOME", stranger).input(MARKER).run();
    left.succeeds().says("the deposit key of production is new here");
}

#[test]
fn the_roster_gives_no_word_for_an_earlier_key() {
    let (team, before) = after_a_rotation();
    put_back(&team, &before);
    let there = team.session().read("strongroom.toml");
    team.owner("strongroom key deposit").run().ends_with(3).says("is an earlier one: commit");
    for line in [
        "strongroom holder add third --type dev --out ../third.key",
        "strongroom holder grant owner --type dev",
        "strongroom key rotate --type dev --yes",
    ] {
        team.owner(line).run().ends_with(3).says("is an earlier one: commit");
        assert_eq!(team.session().read("strongroom.toml"), there, "{line}");
    }
    // Without the words as well, and where the history is not here.
    team.session().edit(|text| {
        let lines = text.lines().filter(|line| !line.starts_with("vouch = "));
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
    team.owner("strongroom key deposit").run().ends_with(3).says("is an earlier one: commit");
    forget_history(&team);
    team.owner("strongroom key deposit").run().shows(str![[r#"
[3]
--- stderr
error: nothing here says whether the deposit keys are those of today: [holders.owner] has no word for them, and git's history is not here
       in a whole clone (git fetch --unshallow) it can be looked up; owner can also make all of them new: strongroom key rotate

"#]]);
    team.owner("strongroom key rotate --yes").run().succeeds();
    team.owner("strongroom key deposit").run().succeeds();
}
