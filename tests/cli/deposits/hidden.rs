//! An earlier deposit key put back by commits that are to hide that it is one, from whoever has no key and from the roster.

use snapbox::str;

use super::Team;
use super::earlier_keys::{after_a_rotation, grants, put_back};
use super::trust::LEAVE;
use crate::decoy;
use crate::session::{MARKER, Outcome};

/// What a person without a key types, who never left anything.
fn stranger_leaves(team: &Team) -> Outcome<'_> {
    let stranger = team.session().path("../stranger");
    team.session().typed(LEAVE).variable("HOME", stranger).input(MARKER).run()
}

/// The vault with the earlier deposit key, and without the words for the right one.
fn forged(team: &Team, before: &str) -> String {
    put_back(team, before);
    let text = team.session().read("strongroom.toml");
    let lines = text.lines().filter(|line| !line.starts_with("vouch = "));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn a_decoy_that_comes_in_place_of_the_vault_hides_nothing() {
    let (team, before) = after_a_rotation();
    let forged = forged(&team, &before);
    decoy::moves_in(team.session(), &forged);
    team.owner("strongroom key deposit").run().ends_with(3).says("is an earlier one: commit");
    stranger_leaves(&team).ends_with(3).says("is an earlier one: commit");
    assert_eq!(team.session().read("strongroom.toml"), forged);
}

#[cfg(unix)]
#[test]
fn a_link_to_another_file_hides_nothing() {
    let (team, before) = after_a_rotation();
    let forged = forged(&team, &before);
    decoy::git(team.session(), &["checkout", "-q", "strongroom.toml"]);
    decoy::links_to(team.session(), &forged);
    team.owner("strongroom key deposit").run().ends_with(3).says("is an earlier one: commit");
    stranger_leaves(&team).ends_with(3).says("is an earlier one: commit");
}

#[test]
fn a_branch_of_before_the_rotation_hides_nothing() {
    let (team, before) = after_a_rotation();
    team.git(&["checkout", "-q", "-b", "feature", "HEAD~1"]);
    assert_eq!(grants(&team.session().read("strongroom.toml")), grants(&before));
    stranger_leaves(&team).shows(str![[r#"
[3]
--- stderr
error: the keys of `production` were rotated elsewhere: commit [rotated.] of [DATE....], which is not part of what is checked out, has a newer data key
       whoever was removed since may know the deposit key that is here: merge that commit first, or check out the branch that has it
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FIRST............] …

"#]]);
    team.git(&["checkout", "-q", "-"]);
    stranger_leaves(&team).succeeds();
}

#[test]
fn where_the_history_is_cut_whoever_never_left_anything_compares_the_key() {
    let (team, before) = after_a_rotation();
    put_back(&team, &before);
    team.commit("Guest", "put back");
    let from = format!("file://{}", team.session().path("").display());
    team.git(&["clone", "-q", "--depth", "1", &from, "../shallow"]);
    let vault = team.session().path("../shallow/strongroom.toml");
    team.session().export("STRONGROOM_VAULT", &vault);
    stranger_leaves(&team).shows(str![[r#"
[3]
--- stderr
error: nothing here says whether the deposit key of `production` is that of today: git's history ends early here (git fetch --unshallow)
       whoever was removed may know an earlier one, and have put it back
       ask owner, who sees the right one with: strongroom key deposit
       if it is this one: strongroom set --deposit --accept-key [FIRST............] …

"#]]);
    team.session().forget("STRONGROOM_VAULT");
    // Whoever compared it is not asked again, there or in a whole clone.
    team.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let second = team.fingerprint("production", "SECOND");
    team.git(&["clone", "-q", "--depth", "1", &from, "../again"]);
    team.session().export("STRONGROOM_VAULT", team.session().path("../again/strongroom.toml"));
    team.dev(&format!("{LEAVE} --accept-key {second}")).input(MARKER).run().succeeds();
    team.dev(LEAVE).input(MARKER).run().succeeds();
}
