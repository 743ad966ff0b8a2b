//! Two branches that both made new data keys: what becomes of values, deposits, grants, and of the roster's word for the
//! deposit keys.

use snapbox::str;

use super::{Clone, shows};
use crate::session::MARKER;

/// A clone with a holder who has no roster key, on two branches that both made new data keys.
fn diverged(feature: impl FnOnce(&Clone), main: impl FnOnce(&Clone)) -> Clone {
    let clone = Clone::installed();
    let add = "strongroom holder add ci --type dev,prod,local --out ../ci.key";
    clone.session.run(add).succeeds();
    clone.commit("Ann", "ci");
    let rotate = |clone: &Clone| clone.rotate("dev,prod");
    clone.diverge(
        |clone| {
            rotate(clone);
            feature(clone);
        },
        |clone| {
            rotate(clone);
            main(clone);
        },
    );
    assert!(!clone.merge().0);
    clone
}

/// Leaves a deposit as `ci`, who knows the deposit keys by the roster's word alone.
fn leave_as_ci(clone: &Clone, status: i32) -> String {
    let leave = clone.session.typed("strongroom set --deposit --type prod left_by_ci");
    let leave = leave.variable("STRONGROOM_KEY_FILE", clone.session.path("../ci.key"));
    let outcome = leave.input(MARKER).run();
    outcome.ends_with(status);
    clone.shown(&outcome.stderr)
}

fn leave(clone: &Clone, name: &str) {
    let line = format!("strongroom set --deposit --type prod {name}");
    clone.session.typed(&line).input(format!("{MARKER}-left")).run().succeeds();
}

#[test]
fn what_one_side_set_under_the_key_that_gives_way_is_sealed_again() {
    let clone = diverged(
        |clone| {
            clone.set("--type prod", "of_feature", "f");
            clone.set("--type dev,prod", "stripe_api_key", "feature");
        },
        |clone| {
            clone.set("--type prod", "stripe_api_key", "main");
        },
    );
    shows(
        clone.run("strongroom resolve --keys prod --ours", 0),
        str![[r#"
--- stderr
settled the data key of production: ours
set by the other side, and sealed again under the key that stays: of_feature for production
set by both sides, so this is open now: stripe_api_key for production
2 conflicts are open still
see: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve --keys dev --ours", 0),
        str![[r#"
--- stderr
settled the data key of development: ours
set by the other side, and sealed again under the key that stays: stripe_api_key for development
1 conflict is open still
see: strongroom resolve

"#]],
    );
}

#[test]
fn everything_for_one_side_is_everything() {
    let set = |value: &'static str| {
        move |clone: &Clone| clone.set("--type prod", "stripe_api_key", value)
    };
    let clone = diverged(set("feature"), set("main"));
    shows(
        clone.run("strongroom resolve --all --theirs", 0),
        str![[r#"
--- stderr
settled `stripe_api_key` production: theirs
settled the data key of production: theirs
settled the data key of development: theirs
a new version, since both sides had counted on from the same one: stripe_api_key for production
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-feature");
}

#[test]
fn what_no_key_here_opens_is_named_with_the_command_that_sets_it() {
    let clone = diverged(|clone| clone.set("--type prod", "of_feature", "f"), |_| {});
    let resolve = |line: &str| {
        let line = clone.session.typed(line);
        let outcome = line.variable("STRONGROOM_KEY_FILE", clone.session.path("../dev.key")).run();
        outcome.succeeds();
        clone.shown(&outcome.stderr)
    };
    std::fs::write(clone.session.path("../dev.key"), "no key\n").expect("a file");
    shows(
        resolve("strongroom resolve --keys prod --ours"),
        str![[r#"
warning: the data key of production is not opened on both sides: not an access key: one begins with `strongroom_key_`
settled the data key of production: ours
of_feature for production was set by the other side under its key, and no key here opens both sides: ours has none; set it again
strongroom set --type production of_feature
1 conflict is open still
see: strongroom resolve

"#]],
    );
    shows(
        resolve("strongroom resolve --keys dev --theirs"),
        str![[r#"
settled the data key of development: theirs
nothing is open
then: git add strongroom.toml
`ci` and `owner` cannot leave deposits yet: the roster's word for the deposit keys is for those of one side
whoever has the roster key (owner) makes it anew, once the merge is committed, with: strongroom key deposit

"#]],
    );
}

#[test]
fn a_deposit_that_waits_is_accepted_whichever_side_it_was_left_on() {
    let clone = diverged(|clone| leave(clone, "on_feature"), |clone| leave(clone, "on_main"));
    clone.session.run("strongroom resolve --all --ours").succeeds();
    clone.session.run("strongroom accept --all --yes").succeeds();
    assert_eq!(clone.get("--type prod", "on_feature"), "-left");
    assert_eq!(clone.get("--type prod", "on_main"), "-left");
}

#[test]
fn what_somebody_who_was_removed_can_have_made_is_sealed_after_a_yes_only() {
    let clone = Clone::installed();
    clone.session.run("strongroom holder add ci --type prod --out ../ci.key").succeeds();
    clone.commit("Ann", "ci");
    clone.diverge(
        |clone| {
            clone.rotate("prod");
            clone.set("--type prod", "of_feature", "f");
        },
        |clone| {
            clone.session.run("strongroom holder remove ci --yes").succeeds();
        },
    );
    assert!(!clone.merge().0);
    let before = clone.session.read("strongroom.toml");
    shows(
        clone.run("strongroom resolve --keys prod --ours", 2),
        str![[r#"
--- stderr
warning: `ci` can know the key of theirs, and ours has no such holder of it, or another one
         so this may be of somebody else: of_feature for production
         look first who made it: git log -p HEAD MERGE_HEAD -- strongroom.toml
error: no terminal to ask at
       seal these again with: --yes

"#]],
    );
    assert_eq!(clone.session.read("strongroom.toml"), before);
    shows(
        clone.run("strongroom resolve --keys prod --ours --yes", 0),
        str![[r#"
--- stderr
settled the data key of production: ours
set by the other side, and sealed again under the key that stays: of_feature for production
warning: whom only the other side removed may know the key that is kept now
         once the merge is committed, make a new one: strongroom key rotate --type production
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type prod", "of_feature"), "-f");
    let vault = clone.session.read("strongroom.toml");
    let line = vault.split("[secrets.of_feature]\n").nth(1).and_then(|it| it.lines().next());
    assert!(line.expect("a line").contains("due = [\"ci\"]"), "{vault}");
}

#[test]
fn mixed_sides_leave_no_word_that_fits_neither() {
    let clone = diverged(|_| {}, |_| {});
    clone.session.run("strongroom resolve --keys prod --ours").succeeds();
    shows(
        clone.run("strongroom resolve --keys dev --theirs", 0),
        str![[r#"
--- stderr
settled the data key of development: theirs
nothing is open
then: git add strongroom.toml
the roster's word for the deposit keys is made anew for `ci` and `owner`

"#]],
    );
    shows(
        leave_as_ci(&clone, 0),
        str![[r#"
left a deposit of left_by_ci for production
nothing loads it yet: commit the vault, and tell ci or owner to type: strongroom accept [CODE]

"#]],
    );
}

#[test]
fn without_the_roster_key_it_says_who_gives_the_word_and_a_holder_hears_both_reasons() {
    let clone = diverged(|_| {}, |_| {});
    let as_ci = |line: &str, status: i32| {
        let line = clone.session.typed(line);
        let outcome = line.variable("STRONGROOM_KEY_FILE", clone.session.path("../ci.key")).run();
        outcome.ends_with(status);
        clone.shown(&outcome.stderr)
    };
    as_ci("strongroom resolve --keys prod --ours", 0);
    shows(
        as_ci("strongroom resolve --keys dev --theirs", 0),
        str![[r#"
settled the data key of development: theirs
nothing is open
then: git add strongroom.toml
`ci` and `owner` cannot leave deposits yet: the roster's word for the deposit keys is for those of one side
whoever has the roster key (owner) makes it anew, once the merge is committed, with: strongroom key deposit

"#]],
    );
    clone.commit("Bob", "merged");
    shows(
        leave_as_ci(&clone, 3),
        str![[r#"
error: the roster's word is for other deposit keys than this vault has
       either two branches that both made new keys were merged, or somebody swapped a deposit key and could open what is left under it
       nothing was done; owner sees which, and makes the word anew, with: strongroom key deposit

"#]],
    );
    shows(
        as_ci("strongroom key deposit", 3),
        str![[r#"
error: the roster's word is for other deposit keys than this vault has
       either two branches that both made new keys were merged, or somebody swapped a deposit key and could open what is left under it
       nothing was done; owner sees which, and makes the word anew, with: strongroom key deposit

"#]],
    );
    shows(
        clone.run("strongroom key deposit", 2),
        str![[r#"
--- stderr
the roster's word is for other deposit keys than this vault has: two branches were merged, or one was swapped
  production: [CODE], Ann <x@example.com>, in commit [COMMIT..] of [DATE....]
  development: [CODE], Bob <x@example.com>, in commit [COMMIT..] of [DATE....]
  preview: [CODE], Ann <x@example.com>, in commit [COMMIT..] of [DATE....]
  local: [CODE], Ann <x@example.com>, in commit [COMMIT..] of [DATE....]
error: no terminal to ask at
       give the word without a question: --yes

"#]],
    );
    let said = clone.run("strongroom key deposit --yes", 0);
    assert!(said.contains("made the roster's word for the deposit keys anew for `ci` and `owner`"));
    leave_as_ci(&clone, 0);
}

#[test]
fn rotations_of_different_types_need_no_decision_and_the_word_is_mended_with_one_command() {
    let clone = Clone::installed();
    let add = "strongroom holder add ci --type dev,prod,local --out ../ci.key";
    clone.session.run(add).succeeds();
    clone.commit("Ann", "ci");
    let rotate = |kind: &'static str| move |clone: &Clone| clone.rotate(kind);
    clone.diverge(rotate("dev"), rotate("prod"));
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    shows(
        said,
        str![[r#"
the roster's word for the deposit keys that `ci` and `owner` have is for those of one side only, so deposits of theirs are refused
whoever has the roster key makes it anew with: strongroom key deposit

"#]],
    );
    leave_as_ci(&clone, 3);
    clone.session.run("strongroom key deposit --yes").succeeds();
    leave_as_ci(&clone, 0);
}

/// Puts the earlier deposit key of production, which lies under the current data key too, in the place of today's.
fn swap_for_earlier(clone: &Clone) {
    clone.session.edit(|text| {
        let mut older = text.split("[deposits.older]\n").nth(1).expect("earlier keys").lines();
        let older = older.find(|line| line.contains("type = \"production\""));
        let older = older.expect("an earlier key").to_owned();
        let private = older.split("private = \"").nth(1).and_then(|rest| rest.split('"').next());
        let (public, private) = (older.split(' ').next().expect("a key"), private.expect("half"));
        let table = text.split("[deposits.production]\n").nth(1).expect("a key");
        let table = table.split("\n\n").next().expect("a table");
        text.replace(table, &format!("private = \"{private}\"\npublic = \"{public}\""))
    });
}

#[test]
fn a_merge_gives_no_word_for_a_key_that_somebody_swapped_on_a_branch() {
    let clone = Clone::installed();
    leave(&clone, "waits");
    clone.rotate("prod");
    clone.commit("Ann", "new keys");
    let rotate = |clone: &Clone| clone.rotate("dev");
    clone.diverge(
        |clone| {
            rotate(clone);
            swap_for_earlier(clone);
        },
        rotate,
    );
    assert!(!clone.merge().0);
    let said = clone.run("strongroom resolve --keys dev --ours", 0);
    assert!(said.contains("cannot leave deposits yet") && !said.contains("made anew"), "{said}");
    clone.commit("Ann", "merged");
    let said = clone.run("strongroom key deposit --yes", 3);
    assert!(said.contains("the deposit key of `production` was altered or swapped"), "{said}");
}
