//! The roster's word for the deposit keys: whoever takes it away does not make a holder a stranger.

use snapbox::str;

use super::Team;
use super::trust::LEAVE;
use crate::session::MARKER;

/// A team in whose vault `guest`, whose key `dev` has here, has no word for the deposit keys any more; and the fingerprint of
/// production's.
fn without_the_word() -> (Team, String) {
    let team = Team::new();
    let fingerprint = team.fingerprint("production", "FINGERPRINT");
    team.owner("strongroom holder add guest --type dev --out ../guest.key").run().succeeds();
    team.dev("strongroom key add ../guest.key").run().succeeds();
    team.dev(LEAVE).input(MARKER).run().succeeds();
    team.session().edit(|text| {
        let from = text.find("[holders.guest]").expect("a holder");
        let line = text[from..].lines().find(|line| line.starts_with("vouch = "));
        text.replace(&format!("{}\n", line.expect("a word")), "")
    });
    team.commit("Owner", "without");
    (team, fingerprint)
}

#[test]
fn a_holder_without_the_word_is_told_and_leaves_nothing() {
    let (team, fingerprint) = without_the_word();
    let before = team.session().read("strongroom.toml");
    team.dev(LEAVE).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: [holders.guest] has no `vouch` any more, by which `guest` knows the deposit keys: somebody took it out, who may have swapped a key
       nothing was done; look who did it (git log -p strongroom.toml)
       owner makes it right with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FINGERPRINT......] …

"#]]);
    team.dev("strongroom key deposit").run().ends_with(3).says("has no `vouch` any more");
    assert_eq!(team.session().read("strongroom.toml"), before);
    team.dev(&format!("{LEAVE} --accept-key {fingerprint}")).input(MARKER).run().succeeds();
    // It was accepted for once, and not for ever.
    team.dev(LEAVE).input(MARKER).run().ends_with(3).says("has no `vouch` any more");
}

#[test]
fn the_roster_makes_it_right() {
    let (team, _) = without_the_word();
    team.owner("strongroom key deposit")
        .run()
        .says("gave the roster's word for the deposit keys to `guest`");
    let left = team.dev(LEAVE).input(MARKER).run();
    assert!(!left.succeeds().stderr.contains("fingerprint"), "{}", left.stderr);
    let text = team.session().read("strongroom.toml");
    let again = team.owner("strongroom key deposit").run();
    assert_eq!(again.succeeds().stderr, "");
    assert_eq!(team.session().read("strongroom.toml"), text);
}

#[test]
fn somebody_of_the_roster_makes_their_own_word_right_as_well() {
    let (team, _) = without_the_word();
    team.session().edit(|text| {
        let lines = text.lines().filter(|line| !line.starts_with("vouch = "));
        lines.collect::<Vec<_>>().join("\n") + "\n"
    });
    team.owner(LEAVE).input(MARKER).run().ends_with(3).says("[holders.owner] has no `vouch`");
    let made = team.owner("strongroom key deposit").run();
    made.succeeds().says("gave the roster's word for the deposit keys to `guest` and `owner`");
    team.owner(LEAVE).input(MARKER).run().succeeds();
}
