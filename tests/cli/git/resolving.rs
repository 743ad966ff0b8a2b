//! `strongroom resolve`.

use snapbox::str;

use super::{Clone, shows};

/// A merge with two values that both sides set.
fn open() -> Clone {
    let clone = Clone::installed();
    clone.diverge(
        |clone| {
            clone.set("--type dev,prod", "stripe_api_key", "feature");
            clone.session.run("strongroom unset --type local zone_token").succeeds();
        },
        |clone| {
            clone.set("--type dev,prod", "stripe_api_key", "main");
            clone.set("--type local", "zone_token", "main");
        },
    );
    assert!(!clone.merge().0);
    clone
}

#[test]
fn what_is_open_is_listed_and_settled_one_by_one() {
    let clone = open();
    shows(
        clone.run("strongroom resolve", 1),
        str![[r#"
`stripe_api_key` development: ours has version 2 (set [DATE....] by Ann), theirs has version 2 (set [DATE....] by Bob): different values
  strongroom resolve stripe_api_key --type development --ours, or --theirs
`stripe_api_key` production: ours has version 2 (set [DATE....] by Ann), theirs has version 2 (set [DATE....] by Bob): different values
  strongroom resolve stripe_api_key --type production --ours, or --theirs
`zone_token` local: ours has version 2 (set [DATE....] by Ann), theirs has none
  strongroom resolve zone_token --type local --ours, or --theirs

"#]],
    );
    shows(
        clone.run("strongroom resolve Stripe-API-Key --type prod --theirs", 0),
        str![[r#"
--- stderr
settled `stripe_api_key` production: theirs
a new version, since both sides had counted on from the same one: stripe_api_key for production
2 conflicts are open still
see: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve stripe_api_key --ours", 0),
        str![[r#"
--- stderr
settled `stripe_api_key` development: ours
a new version, since both sides had counted on from the same one: stripe_api_key for development
1 conflict is open still
see: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve --all --theirs --json", 0),
        str![[r#"
{
  "open": []
}
--- stderr
settled `zone_token` local: theirs
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-feature");
    assert_eq!(clone.get("--type dev", "stripe_api_key"), "-main");
    clone.session.run("strongroom get --type local zone_token").ends_with(1);
    clone.git(&["add", "strongroom.toml"]);
    clone.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(clone.git(&["status", "--short"]), "");
    shows(
        clone.run("strongroom resolve", 0),
        str![[r#"
--- stderr
nothing is open
then: git add strongroom.toml

"#]],
    );
}

#[test]
fn a_program_gets_what_is_open_as_json() {
    let clone = open();
    shows(
        clone.run("strongroom resolve --json", 1),
        str![[r#"
{
  "open": [
    {
      "environment": "development",
      "name": "stripe_api_key",
      "ours": {
        "by": "Ann",
        "set": "[DATE....]",
        "version": 2
      },
      "same": false,
      "theirs": {
        "by": "Bob",
        "set": "[DATE....]",
        "version": 2
      },
      "what": "value"
    },
    {
      "environment": "production",
      "name": "stripe_api_key",
      "ours": {
        "by": "Ann",
        "set": "[DATE....]",
        "version": 2
      },
      "same": false,
      "theirs": {
        "by": "Bob",
        "set": "[DATE....]",
        "version": 2
      },
      "what": "value"
    },
    {
      "environment": "local",
      "name": "zone_token",
      "ours": {
        "by": "Ann",
        "set": "[DATE....]",
        "version": 2
      },
      "same": null,
      "theirs": null,
      "what": "value"
    }
  ]
}

"#]],
    );
}

#[test]
fn flags_that_say_too_little_are_explained() {
    let clone = open();
    shows(
        clone.run("strongroom resolve stripe_api_key", 2),
        str![[r#"
--- stderr
error: which side? say it with: --ours, or --theirs
       see what each has with: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve --ours", 2),
        str![[r#"
--- stderr
error: what is to be settled? name a secret, or say --all
       see what is open with: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve nothing --ours", 1),
        str![[r#"
--- stderr
error: no such conflict is open
       see what is with: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve --keys nothing --ours", 2),
        str![[r#"
--- stderr
error: unknown environment type `nothing`
       types: production (prod), development (dev), preview (pr), local, or roster

"#]],
    );
    let settled = Clone::installed();
    shows(
        settled.run("strongroom resolve --all --ours", 1),
        str![[r#"
--- stderr
error: nothing is open: the vault has no conflict
       if git still waits: git add strongroom.toml

"#]],
    );
}

#[test]
fn where_git_merged_line_by_line_the_file_is_merged_anew() {
    let clone = Clone::new();
    clone.set("--type local", "a", "1");
    clone.set("--type local", "z", "1");
    clone.commit("Ann", "a vault");
    // Neighbours, so git finds a conflict where there is none.
    clone.diverge(
        |clone| clone.set("--type local", "m1", "feature"),
        |clone| clone.set("--type local", "m2", "main"),
    );
    assert!(!clone.merge().0);
    // An edit outside the markers stays where nothing is settled.
    clone.session.edit(|vault| vault + "# by hand\n");
    let by_hand = clone.session.read("strongroom.toml");
    shows(
        clone.run("strongroom resolve", 1),
        str![[r#"
--- stderr
git merged the vault line by line: merged it anew, entry by entry
nothing is open then; what was edited since git merged is not in it
write it with: strongroom resolve --all --ours

"#]],
    );
    assert_eq!(clone.session.read("strongroom.toml"), by_hand);
    shows(
        clone.run("strongroom resolve --all --ours", 0),
        str![[r#"
--- stderr
git merged the vault line by line: merged it anew, entry by entry
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type local", "m1"), "-feature");
    assert_eq!(clone.get("--type local", "m2"), "-main");
    clone.commit("Ann", "merged");
    clone.git(&["branch", "-D", "feature"]);
    clone.diverge(
        |clone| {
            clone.set("--type local", "a", "feature");
            clone.set("--type dev", "n1", "feature");
        },
        |clone| {
            clone.set("--type local", "a", "main");
            clone.set("--type dev", "n2", "main");
        },
    );
    assert!(!clone.merge().0);
    let before = clone.session.read("strongroom.toml");
    let listed = clone.run("strongroom resolve", 1);
    assert!(listed.contains("strongroom resolve a --type local --ours, or --theirs"), "{listed}");
    assert_eq!(clone.session.read("strongroom.toml"), before);
    shows(
        clone.run("strongroom resolve a --theirs", 0),
        str![[r#"
--- stderr
git merged the vault line by line: merged it anew, entry by entry
settled `a` local: theirs
a new version, since both sides had counted on from the same one: a for local
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type local", "a"), "-feature");
    assert_eq!(clone.get("--type dev", "n1"), "-feature");
    assert_eq!(clone.get("--type dev", "n2"), "-main");
}

#[test]
fn an_edit_between_the_markers_that_makes_no_sense_is_explained() {
    let clone = open();
    clone.session.edit(|vault| vault.replacen("=======\n", "=======\nnonsense\n", 1));
    let before = clone.session.read("strongroom.toml");
    shows(
        clone.run("strongroom resolve --all --ours", 3),
        str![[r#"
--- stderr
error: what `theirs` has between the markers is no vault: line 45, column 9: not TOML: key with no value, expected `=`
       begin again with: git checkout --merge -- strongroom.toml

"#]],
    );
    assert_eq!(clone.session.read("strongroom.toml"), before);
    clone.session.edit(|vault| vault.replacen("=======\n", "", 1));
    shows(
        clone.run("strongroom resolve --all --ours", 3),
        str![[r#"
--- stderr
error: cannot use the vault [ROOT]/work/strongroom.toml:45:1: git's conflict markers: a merge is not finished
       see what is open, and settle it, with: strongroom resolve

"#]],
    );
}

#[test]
fn two_new_data_keys_for_one_type_are_settled_as_a_whole() {
    let clone = Clone::installed();
    let rotate = |clone: &Clone| clone.rotate("production");
    clone.diverge(
        |clone| {
            rotate(clone);
            clone.set("--type production", "of_feature", "f");
            clone.set("--type local", "of_feature", "l");
        },
        |clone| {
            rotate(clone);
            clone.set("--type production", "stripe_api_key", "main");
        },
    );
    assert!(!clone.merge().0);
    shows(
        clone.run("strongroom resolve", 1),
        str![[r#"
the data key of production: both sides made a new one; what only one side set comes along
  strongroom resolve --keys production --ours, or --theirs

"#]],
    );
    shows(
        clone.run("strongroom resolve --keys prod --ours", 0),
        str![[r#"
--- stderr
settled the data key of production: ours
set by the other side, and sealed again under the key that stays: of_feature for production
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert_eq!(clone.get("--type production", "stripe_api_key"), "-main");
    assert_eq!(clone.get("--type local", "of_feature"), "-l");
    assert_eq!(clone.get("--type production", "of_feature"), "-f");
}

#[test]
fn two_removals_warn_of_the_key_that_stays() {
    let clone = Clone::new();
    clone.set("--type dev", "zone_token", "1");
    for holder in ["guest", "robin"] {
        let line = format!("strongroom holder add {holder} --type dev --out ../{holder}.key");
        clone.session.run(&line).succeeds();
    }
    clone.session.run("strongroom git install --no-hook").succeeds();
    clone.commit("Ann", "a vault");
    let remove = |clone: &Clone, name: &str| {
        clone.session.run(&format!("strongroom holder remove {name} --yes")).succeeds();
    };
    clone.diverge(|clone| remove(clone, "guest"), |clone| remove(clone, "robin"));
    assert!(!clone.merge().0);
    shows(
        clone.run("strongroom resolve --keys dev --theirs", 0),
        str![[r#"
--- stderr
settled the data key of development: theirs
warning: whom only the other side removed may know the key that is kept now
         once the merge is committed, make a new one: strongroom key rotate --type development
nothing is open
then: git add strongroom.toml

"#]],
    );
    let vault = clone.session.read("strongroom.toml");
    assert!(vault.contains("due = [\"guest\", \"robin\"]"), "{vault}");
    assert!(!vault.contains("\nguest = \"") && !vault.contains("\nrobin = \""), "{vault}");
}

#[test]
fn while_a_merge_is_open_git_shows_both_sides_readably() {
    let clone = open();
    let diff = clone.git(&["diff"]);
    assert!(!diff.contains("sealed = ") && !diff.contains("kept = "), "{diff}");
    assert!(diff.contains("++a merge is open: see it with: strongroom resolve\n"), "{diff}");
    let shown = clone.session.run("strongroom git textconv -- strongroom.toml").output();
    let lines: Vec<String> = shown
        .lines()
        .filter(|line| line.starts_with("ours: ") || line.starts_with("theirs: "))
        .map(|line| clone.session.redacted(line.split(", sealed").next().unwrap_or(line)))
        .collect();
    assert_eq!(
        lines,
        [
            "ours: `stripe_api_key` development: version 2, set [DATE....]",
            "ours: `stripe_api_key` production: version 2, set [DATE....]",
            "theirs: `stripe_api_key` development: version 2, set [DATE....]",
            "theirs: `stripe_api_key` production: version 2, set [DATE....]",
            "ours: `zone_token` local: version 2, set [DATE....]",
        ]
    );
    assert_eq!(shown.matches("`zone_token` development").count(), 1, "{shown}");
    shows(
        clone.git(&["diff", "HEAD"]),
        str![[r#"
strongroom.toml
a merge is open: see it with: strongroom resolve
what our side has:
nothing but comments, blanks, the order, or parts that this version skips

"#]],
    );
}

#[test]
fn the_values_of_both_sides_are_compared_with_a_key_and_shown_where_that_is_asked_for() {
    let clone = open();
    let reveal = |line: &str| {
        let outcome = clone.session.typed(line).that_shows_secrets().run();
        outcome.ends_with(1);
        clone.shown(&outcome.output().replace(crate::session::MARKER, "[MARKER]"))
    };
    shows(
        reveal("strongroom resolve stripe_api_key --type prod --reveal"),
        str![[r#"
`stripe_api_key` production: ours has version 2 (set [DATE....] by Ann), theirs has version 2 (set [DATE....] by Bob): different values
  strongroom resolve stripe_api_key --type production --ours, or --theirs
  ours: [MARKER]-main
  theirs: [MARKER]-feature

"#]],
    );
    let all = reveal("strongroom resolve --reveal");
    assert_eq!(all.matches("  ours: ").count(), 3, "{all}");
    assert_eq!(all.matches("  theirs: ").count(), 2, "{all}");
    clone.session.run("strongroom resolve nothing --reveal").ends_with(1);
    let forbidden = clone.session.typed("strongroom resolve --reveal");
    forbidden.variable("STRONGROOM_NO_REVEAL", "1").run().ends_with(3);
    // Without a key nothing is said, and nothing can be shown.
    let key = clone.session.kept_key("owner");
    std::fs::remove_file(key).expect("a key");
    let listed = clone.run("strongroom resolve", 1);
    assert!(!listed.contains("values"), "{listed}");
    clone.session.run("strongroom resolve stripe_api_key --reveal").ends_with(3);
}

#[test]
fn two_sides_that_set_the_same_value_are_said_to_have_done_so() {
    let clone = Clone::installed();
    let same = |clone: &Clone| clone.set("--type prod", "stripe_api_key", "same");
    clone.diverge(same, same);
    assert!(!clone.merge().0);
    assert!(clone.run("strongroom resolve", 1).contains("by Bob): the same value\n"));
    assert!(clone.session.run("strongroom resolve --json").output().contains("\"same\": true"));
}

#[test]
fn what_ours_had_and_gave_up_with_the_roster_key_is_said() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| {
            clone.session.run("strongroom key rotate --roster --yes").succeeds();
            // By hand, as nobody should.
            clone.session.edit(|text| {
                let from = text.find("[deposits.preview]").expect("a deposit key");
                let to = from + 1 + text[from + 1..].find("\n[").expect("a table") + 1;
                format!("{}{}", &text[..from], &text[to..])
            });
        },
        |clone| {
            let add = "strongroom holder add guest --type local --out guest.key";
            clone.session.run(add).succeeds();
        },
    );
    assert!(!clone.merge().0);
    shows(
        clone.run("strongroom resolve --all --theirs --yes", 0),
        str![[r#"
--- stderr
settled the roster key and everything under it: theirs
the holder `guest` was added by the other side only
add it again with: strongroom holder add guest
ours had, and theirs has not: the deposit key of preview
nothing is open
then: git add strongroom.toml

"#]],
    );
    assert!(!clone.session.read("strongroom.toml").contains("guest"));
}
