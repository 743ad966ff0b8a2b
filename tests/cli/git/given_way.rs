//! What somebody who was removed can have made, or read, on a branch: under a data key that gives way it is asked about, or
//! refused, and never sealed again silently; and it is due for change.

use snapbox::str;

use super::{Clone, shows};
use crate::decoy;

const RESOLVE: &str = "strongroom resolve --keys prod --ours";

/// A clone with a holder of production who has no roster key.
fn with_ci() -> Clone {
    let clone = Clone::installed();
    clone.session.run("strongroom holder add ci --type prod --out ../ci.key").succeeds();
    clone.commit("Ann", "ci");
    clone
}

fn rotate(clone: &Clone) {
    clone.rotate("prod");
}

fn remove_ci(clone: &Clone) {
    clone.session.run("strongroom holder remove ci --yes").succeeds();
}

/// Makes a key and sets a value on the branch.
fn set_under_new_key(clone: &Clone) {
    rotate(clone);
    clone.set("--type prod", "of_feature", "f");
}

/// Takes a holder's line out of `[keys.production]`.
fn take_out_grant(clone: &Clone, holder: &str) {
    clone.session.edit(|text| decoy::without_grant(&text, "production", holder));
}

/// Resolving asks, for this holder, and changes nothing; with `--yes` the value is due for whom it says.
#[track_caller]
fn asks(clone: &Clone, of: &str, due: Option<&str>) {
    let before = clone.session.read("strongroom.toml");
    let said = clone.run(RESOLVE, 2);
    assert!(said.contains(of) && said.contains("no terminal to ask at"), "{said}");
    assert!(said.contains("may be of somebody else: of_feature for production"), "{said}");
    assert_eq!(clone.session.read("strongroom.toml"), before);
    clone.session.run(&format!("{RESOLVE} --yes")).succeeds();
    assert_eq!(clone.get("--type prod", "of_feature"), "-f");
    let vault = clone.session.read("strongroom.toml");
    let line = vault.split("[secrets.of_feature]\n").nth(1).and_then(|it| it.lines().next());
    let due = due.map(|due| format!("due = [\"{due}\"]"));
    assert!(line.expect("a line").contains(due.as_deref().unwrap_or("sealed = ")), "{vault}");
}

#[test]
fn who_takes_their_own_grant_out_is_asked_about_all_the_same() {
    let clone = with_ci();
    clone.diverge(
        |clone| {
            set_under_new_key(clone);
            take_out_grant(clone, "ci");
        },
        remove_ci,
    );
    assert!(!clone.merge().0);
    asks(&clone, "`ci` can know the key of theirs", Some("ci"));
}

#[test]
fn the_deposit_key_of_a_side_that_somebody_else_knows_is_asked_about_as_values_are() {
    let clone = with_ci();
    clone.diverge(
        |clone| {
            rotate(clone);
            let leave = clone.session.typed("strongroom set --deposit --type prod left");
            leave.input(crate::session::MARKER).run().succeeds();
        },
        remove_ci,
    );
    assert!(!clone.merge().0);
    let before = clone.session.read("strongroom.toml");
    shows(
        clone.run(RESOLVE, 2),
        str![[r#"
--- stderr
warning: `ci` can know the key of theirs, and ours has no such holder of it, or another one
         so this may be of somebody else: the deposit key of production
         look first who made it: git log -p HEAD MERGE_HEAD -- strongroom.toml
error: no terminal to ask at
       seal these again with: --yes

"#]],
    );
    assert_eq!(clone.session.read("strongroom.toml"), before);
    shows(
        clone.run(&format!("{RESOLVE} --yes"), 0),
        str![[r#"
--- stderr
settled the data key of production: ours
deposits that were left under the other side's deposit key can be accepted still: production
warning: whom only the other side removed may know the key that is kept now
         once the merge is committed, make a new one: strongroom key rotate --type production
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert!(clone.session.read("strongroom.toml").contains("[deposits.older]"));
}

#[test]
fn who_was_removed_before_the_branches_parted_is_asked_about() {
    let clone = with_ci();
    remove_ci(&clone);
    clone.commit("Ann", "no ci");
    clone.diverge(set_under_new_key, rotate);
    assert!(!clone.merge().0);
    asks(&clone, "`ci` can know the key of theirs", Some("ci"));
}

#[test]
fn who_was_removed_and_added_again_is_not_taken_for_the_same() {
    let clone = with_ci();
    clone.diverge(set_under_new_key, |clone| {
        remove_ci(clone);
        let add = "strongroom holder add ci --again --type prod --out ../new.key";
        clone.session.run(add).succeeds();
    });
    assert!(!clone.merge().0);
    asks(&clone, "`ci` can know the key of theirs", None);
}

#[test]
fn who_was_a_holder_in_the_history_of_the_branch_only_is_asked_about() {
    let clone = with_ci();
    clone.diverge(
        |clone| {
            let add = "strongroom holder add temp --type prod --out ../temp.key";
            rotate(clone);
            let before = clone.session.read("strongroom.toml");
            clone.session.run(add).succeeds();
            clone.commit("Bob", "temp");
            clone.session.write("strongroom.toml", &before);
            clone.set("--type prod", "of_feature", "f");
        },
        rotate,
    );
    assert!(!clone.merge().0);
    asks(&clone, "`temp` can know the key of theirs", None);
}

#[test]
fn who_was_a_holder_only_where_the_vault_was_moved_is_asked_about() {
    let clone = with_ci();
    let add = "strongroom -C backend holder add temp --type prod --out ../temp.key";
    clone.git(&["checkout", "-q", "-b", "aside"]);
    std::fs::create_dir(clone.session.path("backend")).expect("a folder");
    clone.git(&["mv", "strongroom.toml", "backend/strongroom.toml"]);
    clone.commit("Bob", "moved");
    clone.session.run(add).succeeds();
    clone.commit("Bob", "temp");
    clone.git(&["checkout", "-q", "main"]);
    clone.diverge(set_under_new_key, rotate);
    assert!(!clone.merge().0);
    asks(&clone, "`temp` can know the key of theirs", None);
}

#[test]
fn a_history_that_ends_early_is_asked_about() {
    let clone = with_ci();
    clone.diverge(set_under_new_key, rotate);
    assert!(!clone.merge().0);
    // As `git clone --depth` leaves it.
    let head = clone.git(&["rev-parse", "HEAD"]);
    clone.session.write(".git/shallow", head);
    asks(&clone, "ends early here (git fetch --unshallow), so who else knew the key", None);
}

#[test]
fn markers_without_a_merge_are_asked_about() {
    let clone = with_ci();
    clone.diverge(set_under_new_key, rotate);
    assert!(!clone.merge().0);
    let marked = clone.session.read("strongroom.toml");
    clone.git(&["merge", "--abort"]);
    clone.session.write("strongroom.toml", &marked);
    clone.commit("Bob", "merged main");
    shows(
        clone.run(RESOLVE, 2),
        str![[r#"
--- stderr
warning: git keeps no sides of a merge of this file: anybody can have written its markers
         so this may be of somebody else: of_feature for production
         look first who made it: git log -p -- strongroom.toml
error: no terminal to ask at
       seal these again with: --yes

"#]],
    );
    assert_eq!(clone.session.read("strongroom.toml"), marked);
}

/// A key that was made after the sides parted, and given up since: who was removed in between knows it.
#[test]
fn a_data_key_that_one_side_has_given_up_carries_nothing() {
    let clone = with_ci();
    let first = clone.session.read("strongroom.toml");
    rotate(&clone);
    let given_up = clone.session.read("strongroom.toml");
    clone.set("--type prod", "of_feature", "f");
    let of_ci = clone.session.read("strongroom.toml");
    clone.session.write("strongroom.toml", &first);
    clone.diverge(
        |clone| clone.session.write("strongroom.toml", &of_ci),
        |clone| {
            clone.session.write("strongroom.toml", &given_up);
            remove_ci(clone);
        },
    );
    assert!(!clone.merge().0);
    let said = clone.run(&format!("{RESOLVE} --yes"), 0);
    assert!(
        said.contains(
            "of_feature for production was set by the other side under an older data key"
        ),
        "{said}"
    );
    assert!(!clone.session.read("strongroom.toml").contains("[secrets.of_feature]"));
}

#[test]
fn a_data_key_that_was_put_back_carries_nothing() {
    let clone = with_ci();
    let first = clone.session.read("strongroom.toml");
    clone.set("--type prod", "stripe_api_key", "of_ci");
    let of_ci = clone.session.read("strongroom.toml");
    clone.session.write("strongroom.toml", &first);
    remove_ci(&clone);
    clone.commit("Ann", "no ci");
    let line = |text: &str, table: &str, key: &str| {
        let table = text.split(&format!("[{table}]\n")).nth(1).expect("a table").to_owned();
        let line = table.lines().find(|line| line.starts_with(key)).expect("a line");
        line.to_owned()
    };
    clone.diverge(
        |clone| {
            clone.session.edit(|text| {
                [("keys.production", "owner = "), ("secrets.stripe_api_key", "production = ")]
                    .into_iter()
                    .fold(text, |text, (table, key)| {
                        text.replace(&line(&text, table, key), &line(&of_ci, table, key))
                    })
            });
        },
        rotate,
    );
    assert!(!clone.merge().0);
    shows(
        clone.run(RESOLVE, 0),
        str![[r#"
--- stderr
settled the data key of production: ours
stripe_api_key for production was set by the other side under an older data key, which somebody who was removed can know: what ours has stays; set it again
strongroom set --type production stripe_api_key
warning: whom only the other side removed may know the key that is kept now
         once the merge is committed, make a new one: strongroom key rotate --type production
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-1");
}

#[test]
fn a_data_key_older_than_one_that_was_seen_here_is_not_opened() {
    let clone = with_ci();
    clone.diverge(set_under_new_key, |clone| {
        rotate(clone);
        rotate(clone);
    });
    assert!(!clone.merge().0);
    shows(
        clone.run(RESOLVE, 0),
        str![[r#"
--- stderr
warning: the data key of production is not opened on both sides: the keys were rolled back: the data key of `production` was seen with generation 3, and the vault has 2
settled the data key of production: ours
of_feature for production was set by the other side under its key, and no key here opens both sides: ours has none; set it again
strongroom set --type production of_feature
nothing is open
then: git add strongroom.toml

"#]],
    );
}

/// The line of a secret's value in production.
fn line_of(clone: &Clone, name: &str) -> String {
    let vault = clone.session.read("strongroom.toml");
    let table = vault.split(&format!("[secrets.{name}]\n")).nth(1).expect("a secret").to_owned();
    table.lines().find(|line| line.starts_with("production = ")).expect("a value").to_owned()
}

#[test]
fn what_is_new_on_a_branch_from_before_a_removal_is_due_for_who_could_read_it_there() {
    let clone = with_ci();
    clone.session.run("strongroom holder add guest --type dev --out ../guest.key").succeeds();
    clone.commit("Ann", "guest");
    clone.diverge(
        |clone| clone.set("--type prod", "of_feature", "f"),
        |clone| {
            remove_ci(clone);
            clone.session.run("strongroom holder remove guest --yes").succeeds();
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    let line = line_of(&clone, "of_feature");
    assert!(line.ends_with("due = [\"ci\"] }"), "{line}");
    // What both had already is due for whom the removal noted.
    let line = line_of(&clone, "stripe_api_key");
    assert!(line.ends_with("due = [\"ci\"] }"), "{line}");
}

#[test]
fn what_lies_under_the_previous_key_is_due_for_who_was_removed_once_it_is_sealed_again() {
    let clone = with_ci();
    clone.set("--type prod", "of_feature", "f");
    let before = line_of(&clone, "of_feature");
    remove_ci(&clone);
    let after = line_of(&clone, "of_feature");
    clone.session.replace(&after, &before);
    clone.session.run("strongroom reseal of_feature --yes").succeeds();
    let line = line_of(&clone, "of_feature");
    assert!(line.ends_with("due = [\"ci\"] }"), "{line}");
    assert_eq!(clone.get("--type prod", "of_feature"), "-f");
}

#[test]
fn who_deletes_that_they_were_removed_takes_nothing_out_with_a_merge() {
    let clone = with_ci();
    remove_ci(&clone);
    clone.commit("Ann", "no ci");
    clone.diverge(
        |clone| {
            clone.session.edit(|text| {
                let on = text.lines().find(|line| line.starts_with("ci = { on = "));
                let text = text.replace(&format!("{}\n", on.expect("a removal")), "");
                text.replace(", due = [\"ci\"]", "")
            });
        },
        |clone| clone.set("--type dev", "of_main", "m"),
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    assert!(clone.session.read("strongroom.toml").contains("\nci = { on = "));
    let line = line_of(&clone, "stripe_api_key");
    assert!(line.ends_with("due = [\"ci\"] }"), "{line}");
    // Setting it again is what takes the mark away.
    clone.git(&["checkout", "-q", "-b", "second"]);
    clone.set("--type prod", "stripe_api_key", "2");
    clone.commit("Ann", "set again");
    clone.git(&["checkout", "-q", "main"]);
    clone.set("--type dev", "of_main", "m2");
    clone.commit("Ann", "another");
    clone.git(&["merge", "-q", "-m", "merged", "second"]);
    assert!(!line_of(&clone, "stripe_api_key").contains("due"));
}
