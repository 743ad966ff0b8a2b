//! `strongroom accept`.

use snapbox::str;

use super::Team;
use crate::session::MARKER;

#[test]
fn a_holder_sees_from_whom_it_is_and_what_it_replaces() {
    let team = Team::new();
    let code =
        team.leave("strongroom set --deposit --type prod stripe_api_key", "MARKER-5f1e-1", "CODE");
    let line = format!("strongroom accept {code} --yes --json");
    let before = team.session().read("strongroom.toml");
    team.owner("strongroom accept stripe_api_key").run().shows(str![[r#"
[2]
--- stderr
[CODE.............]  stripe_api_key for production, left [DATE....]
error: no terminal to ask at
       accept it with: strongroom accept [CODE.............] --yes

"#]]);
    assert_eq!(team.session().read("strongroom.toml"), before);
    team.commit("Dev", "deposit");
    let accepted = team.owner(&line).run();
    assert!(accepted.output().contains("\"author\": \"Dev <Dev@shop>\""));
    accepted.says("from      Dev <Dev@shop>, in commit");
    accepted.says("replaces  version 1\n");
    team.owner(&line).run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits

"#]]);
}

#[test]
fn what_is_not_committed_yet_says_so() {
    let team = Team::new();
    team.leave("strongroom set --deposit --type dev new_key", MARKER, "CODE");
    team.owner("strongroom accept new-key --yes").run().shows(str![[r#"
[0]
--- stderr
new_key for development
  a secret that the vault does not have yet
  code      [CODE.............]
  left      [DATE....]
  from      unknown: it is not committed yet
  replaces  nothing
created new_key for development, with the deposit [CODE.............]

"#]]);
}

#[test]
fn without_git_it_says_that_it_cannot_know() {
    let team = Team::new();
    team.leave("strongroom set --deposit --type dev other_key", MARKER, "CODE");
    team.owner("strongroom accept other_key --yes")
        .variable("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        .run()
        .says("from      unknown: git cannot be asked: detected dubious ownership");
    std::fs::remove_dir_all(team.session().path(".git")).expect("the repository");
    team.leave("strongroom set --deposit --type dev new_key", MARKER, "CODE");
    team.owner("strongroom accept new_key --yes")
        .run()
        .says("from      unknown: git does not keep this vault");
}

#[test]
fn the_value_is_shown_only_where_that_is_asked_for() {
    let team = Team::new();
    team.leave("strongroom set --deposit --type dev a", MARKER, "CODE");
    team.owner("strongroom accept a --yes").run().succeeds();
    team.leave("strongroom set --deposit --type dev b", MARKER, "CODE");
    let shown = team.owner("strongroom accept b --yes --reveal").that_shows_secrets().run();
    assert_eq!(shown.succeeds().output(), format!("{MARKER}\n"));
    team.session().write("bytes", [0xff, 0]);
    team.leave("strongroom set --deposit --type dev c --from-file bytes", "", "CODE");
    let shown = team.owner("strongroom accept c --yes --reveal").run();
    assert_eq!(shown.succeeds().output(), "2 bytes that are no text\n");
}

#[test]
fn of_two_for_one_place_one_is_accepted_and_the_other_says_that_it_is_late() {
    let team = Team::new();
    let line = "strongroom set --deposit --type prod stripe_api_key";
    let first = team.leave(line, "MARKER-5f1e-1", "FIRST");
    let second = team.leave(line, "MARKER-5f1e-2", "SECOND");
    let refused = team.owner("strongroom accept stripe_api_key --yes").run();
    // They are sorted by code, which differs from run to run.
    refused.ends_with(2).says("2 deposits wait for `stripe_api_key` in `production`").says(&first);
    team.owner("strongroom accept --all --yes").run().ends_with(2).says(&second);
    team.commit("Dev", "two-values");
    team.owner(&format!("strongroom accept {second} --yes")).run().shows(str![[r#"
[0]
--- stderr
stripe_api_key for production
  code      [SECOND...........]
  left      [DATE....]
  from      Dev <Dev@shop>, in commit [two-values] of [DATE....]
  replaces  version 1
updated stripe_api_key for production (version 2), with the deposit [SECOND...........]
another deposit waits for it, and replaces an earlier version: strongroom reject [FIRST............]

"#]]);
    team.owner("strongroom accept stripe_api_key --yes").run().shows(str![[r#"
[3]
--- stderr
stripe_api_key for production
  code      [FIRST............]
  left      [DATE....]
  from      Dev <Dev@shop>, in commit [two-values] of [DATE....]
  replaces  version 1, and version 2 is there now
error: `stripe_api_key` for `production` is not as it was when this was left: another value was set, or this was accepted already and put back
       accept it all the same with: strongroom accept [FIRST............] --yes --force
       or drop it with: strongroom reject [FIRST............]

"#]]);
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-2");
    team.owner("strongroom accept stripe_api_key --yes --force").run().succeeds();
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-1");
}

#[test]
fn one_that_is_put_back_after_it_was_accepted_is_noticed() {
    let team = Team::new();
    let code =
        team.leave("strongroom set --deposit --type prod stripe_api_key", "MARKER-5f1e-1", "CODE");
    team.commit("Dev", "deposit");
    let text = team.session().read("strongroom.toml");
    let line =
        text.lines().find(|line| line.contains("replaces = 1")).expect("a deposit").to_owned();
    team.owner("strongroom accept --all --yes").run().succeeds();
    team.commit("Owner", "accepted");
    team.session().edit(|text| {
        text.replace("[deposits.waiting]\n", &format!("[deposits.waiting]\n{line}\n"))
    });
    team.commit("Mallory", "put-back");
    team.owner(&format!("strongroom accept {code} --yes")).run().shows(str![[r#"
[3]
--- stderr
stripe_api_key for production
  code      [CODE.............]
  left      [DATE....]
  from      Mallory <Mallory@shop>, in commit [put-back] of [DATE....]
  replaces  version 1, and version 2 is there now
  careful   it was taken away in an earlier commit, and put back
error: `stripe_api_key` for `production` is not as it was when this was left: another value was set, or this was accepted already and put back
       accept it all the same with: strongroom accept [CODE.............] --yes --force
       or drop it with: strongroom reject [CODE.............]

"#]]);
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-1");
}

#[test]
fn who_has_a_key_for_one_type_accepts_what_is_left_for_that() {
    let team = Team::new();
    team.leave("strongroom set --deposit --type prod a", MARKER, "CODE-A");
    team.leave("strongroom set --deposit --type dev b", MARKER, "CODE-B");
    team.owner("strongroom holder add guest --type dev --out ../guest.key").run().succeeds();
    team.dev("strongroom key add ../guest.key").run().succeeds();
    team.dev("strongroom accept a --yes").run().shows(str![[r#"
[3]
--- stderr
error: the key of `guest` has no grant for `production`; it opens development
       who could open it: owner
       read from: [ROOT]/work/../dev/.config/strongroom/keys/[ID]/guest.key

"#]]);
    team.dev("strongroom accept --all --yes").run().shows(str![[r#"
[0]
--- stderr
no key for production here: a deposit is left there for owner to accept
b for development
  a secret that the vault does not have yet
  code      [CODE-B...........]
  left      [DATE....]
  from      unknown: it is not committed yet
  replaces  nothing
created b for development, with the deposit [CODE-B...........]

"#]]);
    team.dev("strongroom accept --all --yes --type dev").run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits for `development`

"#]]);
}

#[test]
fn nothing_is_accepted_by_accident() {
    let team = Team::new();
    for line in ["strongroom accept", "strongroom accept --yes"] {
        team.owner(line).run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits

"#]]);
    }
    team.owner("strongroom accept --all --yes").run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits

"#]]);
    team.leave("strongroom set --deposit --type prod stripe_api_key", MARKER, "CODE");
    let before = team.session().read("strongroom.toml");
    team.owner("strongroom accept --yes").run().shows(str![[r#"
[2]
--- stderr
[CODE.............]  stripe_api_key for production, left [DATE....]
error: which deposit?
       accept it with: strongroom accept [CODE.............] --yes

"#]]);
    assert_eq!(team.session().read("strongroom.toml"), before);
    team.owner("strongroom accept stripe_api_kye --yes").run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits under the name or the code `stripe_api_kye`
       did you mean `stripe_api_key`?

"#]]);
    team.owner("strongroom accept aaaa-bbbb-cccc-dddd --yes").run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits under the name or the code `[CODE]`
       see those that wait with: strongroom list

"#]]);
    team.owner("strongroom accept stripe_api_key --type dev --yes").run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits for `development`

"#]]);
    team.owner("strongroom accept --all stripe_api_key --yes").run().ends_with(2);
}

#[test]
fn the_same_value_again_leaves_the_line_as_it_is_and_drops_the_deposit() {
    let team = Team::new();
    let before = team.session().read("strongroom.toml");
    team.leave("strongroom set --deposit --type prod stripe_api_key", MARKER, "CODE");
    team.owner("strongroom accept stripe_api_key --yes")
        .run()
        .says("unchanged stripe_api_key for production");
    let after = team.session().read("strongroom.toml");
    assert_eq!(before.lines().last(), after.lines().last());
    assert!(!after.contains("replaces"));
}

#[test]
fn what_was_left_before_rotations_is_accepted_after_them() {
    let team = Team::new();
    team.leave("strongroom set --deposit --type prod first", "MARKER-5f1e-1", "FIRST");
    team.owner("strongroom key rotate --type production --yes").run().succeeds();
    team.owner("strongroom key deposit").run().succeeds();
    let line = "strongroom set --deposit --type prod second";
    let refused = team.dev(line).input("MARKER-5f1e-2").run();
    refused.ends_with(3).says("a rotation makes a new one");
    let now = team.fingerprint("production", "NOW");
    team.leave(&format!("{line} --accept-key {now}"), "MARKER-5f1e-2", "SECOND");
    team.owner("strongroom key rotate --type production --yes").run().succeeds();
    team.owner("strongroom accept --all --yes").run().succeeds();
    assert_eq!(team.value("strongroom get --type prod first"), "MARKER-5f1e-1");
    assert_eq!(team.value("strongroom get --type prod second"), "MARKER-5f1e-2");
}

#[test]
fn what_was_left_before_a_holder_was_removed_is_accepted_and_the_holder_cannot() {
    let team = Team::new();
    team.owner("strongroom holder add guest --type prod --out ../guest.key").run().succeeds();
    team.dev("strongroom key add ../guest.key").run().succeeds();
    team.leave("strongroom set --deposit --type prod waiting", MARKER, "CODE");
    team.owner("strongroom holder remove guest --yes").run().succeeds();
    team.dev("strongroom accept waiting --yes").run().ends_with(3);
    team.owner("strongroom accept waiting --yes").run().succeeds();
    assert_eq!(team.value("strongroom get --type prod waiting"), MARKER);
}

#[test]
fn without_a_terminal_everything_that_has_to_be_typed_is_said_at_once() {
    let team = Team::new();
    let line = "strongroom set --deposit --type prod stripe_api_key";
    let first = team.leave(line, "MARKER-5f1e-1", "FIRST");
    let other = team.leave("strongroom set --deposit --type dev other", "MARKER-5f1e-2", "OTHER");
    team.owner("strongroom set --type prod stripe_api_key").input("MARKER-5f1e-3").run().succeeds();
    let told = team.owner("strongroom accept --json").run();
    told.shows(str![[r#"
[2]
--- stderr
[OTHER............]  other for development, left [DATE....]
[FIRST............]  stripe_api_key for production, left [DATE....], for another version than is there now
error: no terminal to ask at
       accept them with: strongroom accept [OTHER............] [FIRST............] --yes --force --json

"#]]);
    // Of several for one place one is to be chosen.
    let second = team.leave(line, "MARKER-5f1e-4", "SECOND");
    let told = team.owner("strongroom accept").run();
    told.ends_with(2).says("one place one can be accepted: CODE is that one");
    told.says(&format!("strongroom accept {other} CODE --yes --force\n"));
    team.owner("strongroom accept --all --yes")
        .run()
        .says("strongroom accept CODE --yes --force\n");
    team.owner(&format!("strongroom accept {other} {second} --yes --force")).run().succeeds();
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-4");
    // What somebody else has to accept is not among it.
    team.owner("strongroom holder add guest --type dev --out ../guest.key").run().succeeds();
    team.dev("strongroom key add ../guest.key").run().succeeds();
    let third = team.leave("strongroom set --deposit --type dev third", "MARKER-5f1e-5", "THIRD");
    let told = team.dev("strongroom accept").run();
    told.ends_with(2).says(&format!("strongroom accept {third} --yes\n"));
    assert!(!told.stderr.contains(&first), "{}", told.stderr);
    team.dev(&format!("strongroom accept {third} --yes")).run().succeeds();
    team.leave("strongroom set --deposit --type preview fourth", "MARKER-5f1e-6", "FOURTH");
    let told = team.dev("strongroom accept --json").run();
    told.ends_with(1).says("for owner to accept");
    assert_eq!(told.output(), "{\n  \"deposits\": []\n}\n");
}
