//! `git merge` with the driver, and without it.

use snapbox::str;

use super::{Clone, shows};
use crate::session::MARKER;

#[test]
fn different_secrets_environments_and_holders_merge_by_themselves() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| {
            clone.set("--type production", "stripe_api_key", "feature");
            clone.set("--type local", "new_of_feature", "f");
            clone.session.run("strongroom env add staging --type dev").succeeds();
            clone.set("--env staging", "zone_token", "staging");
            clone
                .session
                .run("strongroom holder add robin --type dev --out ../robin.key")
                .succeeds();
        },
        |clone| {
            clone.set("--type dev", "stripe_api_key", "main");
            clone.set("--type local", "new_of_main", "m");
            clone.session.run("strongroom holder add sam --type dev --out ../sam.key").succeeds();
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    assert_eq!(said, "");
    assert_eq!(clone.get("--type production", "stripe_api_key"), "-feature");
    assert_eq!(clone.get("--type dev", "stripe_api_key"), "-main");
    assert_eq!(clone.get("--type local", "new_of_feature"), "-f");
    assert_eq!(clone.get("--type local", "new_of_main"), "-m");
    assert_eq!(clone.get("--env staging", "zone_token"), "-staging");
    for holder in ["robin", "sam"] {
        let key = std::fs::read_to_string(clone.session.path(&format!("../{holder}.key")));
        let key = key.expect("a key");
        let got = clone.session.typed("strongroom get --type dev zone_token");
        let got = got.variable("STRONGROOM_KEY", key.trim()).that_shows_secrets().run();
        got.succeeds();
    }
    assert_eq!(clone.git(&["status", "--short"]), "");
}

#[test]
fn a_value_set_twice_is_told_in_names_versions_and_authors() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| {
            clone.set("--type production", "stripe_api_key", "x");
            clone.set("--type production", "stripe_api_key", "feature");
        },
        |clone| clone.set("--type production", "stripe_api_key", "main"),
    );
    let (is_merged, said) = clone.merge();
    assert!(!is_merged);
    shows(
        said,
        str![[r#"
1 conflict in strongroom.toml:
`stripe_api_key` production: ours has version 2 (set [DATE....] by Ann), theirs has version 3 (set [DATE....] by Bob)
  strongroom resolve stripe_api_key --type production --ours, or --theirs

"#]],
    );
    assert_eq!(clone.git(&["status", "--short"]), "UU strongroom.toml\n");
    let vault = clone.session.read("strongroom.toml");
    assert_eq!(vault.lines().filter(|line| line.starts_with("<<<<<<<")).count(), 1);
    shows(
        clone.run("strongroom list", 3),
        str![[r#"
--- stderr
error: cannot use the vault [ROOT]/work/strongroom.toml:46:1: git's conflict markers: a merge is not finished
       see what is open, and settle it, with: strongroom resolve

"#]],
    );
}

#[test]
fn holders_grants_deposits_and_environments_that_the_other_branch_removed_are_said() {
    let clone = Clone::installed();
    let run = |line: &str| clone.session.run(line).succeeds().output();
    for name in ["dev", "guest"] {
        run(&format!("strongroom holder add {name} --type dev,local --out {name}.key"));
    }
    run("strongroom env add staging --type dev");
    for name in ["stripe_api_key", "accepted"] {
        let line = format!("strongroom set --deposit --type production {name}");
        clone.session.typed(&line).input(MARKER).run().succeeds();
    }
    clone.commit("Ann", "more of everything");
    clone.diverge(
        |clone| {
            clone.session.run("strongroom env remove staging").succeeds();
            clone.session.run("strongroom accept accepted --yes").succeeds();
            // By hand, as nobody should.
            let in_table = |table: &str, line: &str| {
                clone.session.edit(|text| {
                    let (head, rest) = text.split_once(&format!("[{table}]\n")).expect("a table");
                    let from = rest.find(line).expect("a line");
                    let to = from + rest[from..].find('\n').expect("an end") + 1;
                    format!("{head}[{table}]\n{}{}", &rest[..from], &rest[to..])
                });
            };
            in_table("keys.local", "dev = ");
            in_table("holders.dev", "vouch = ");
            for scope in ["development", "local"] {
                in_table(&format!("keys.{scope}"), "guest = ");
            }
            clone.session.edit(|text| {
                let from = text.find("[holders.guest]").expect("a holder");
                let to = from + 1 + text[from + 1..].find("\n[").expect("a table") + 1;
                format!("{}{}", &text[..from], &text[to..])
            });
            let code = clone.session.read("strongroom.toml");
            let code = code.split("[deposits.waiting]\n").nth(1).expect("a deposit");
            let code = code.split(' ').next().expect("a code").to_owned();
            in_table("deposits.waiting", &code);
        },
        |clone| clone.set("--type local", "another", "1"),
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    shows(
        said,
        str![[r#"
the side that was merged removed: the holder `guest`, the grant of `dev` for local, a deposit for `stripe_api_key` (production), the environment `staging`

"#]],
    );
    // A word is kept as long as a side has one that fits.
    let vault = clone.session.read("strongroom.toml");
    let dev = vault.split("[holders.dev]").nth(1).and_then(|it| it.split("\n[").next());
    assert!(dev.expect("a holder").contains("vouch = "));
}

#[test]
fn what_the_other_branch_removed_is_said() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| {
            clone.session.run("strongroom unset --type local zone_token").succeeds();
        },
        |clone| clone.set("--type local", "another", "1"),
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged);
    shows(
        said,
        str![[r#"
the side that was merged removed: zone_token (local)

"#]],
    );
}

#[test]
fn a_rebase_and_a_cherry_pick_use_the_driver_too() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| clone.set("--type production", "stripe_api_key", "feature"),
        |clone| clone.set("--type dev", "stripe_api_key", "main"),
    );
    clone.git(&["cherry-pick", "feature"]);
    assert_eq!(clone.get("--type production", "stripe_api_key"), "-feature");
    assert_eq!(clone.get("--type dev", "stripe_api_key"), "-main");
    clone.git(&["reset", "-q", "--hard", "HEAD~1"]);
    clone.git(&["checkout", "-q", "feature"]);
    clone.git(&["rebase", "-q", "main"]);
    assert_eq!(clone.get("--type production", "stripe_api_key"), "-feature");
    assert_eq!(clone.get("--type dev", "stripe_api_key"), "-main");
}

#[test]
fn both_branches_adding_the_vault_merges_as_well() {
    let clone = Clone::new();
    clone.session.run("strongroom git install --no-hook").succeeds();
    let vault = clone.session.read("strongroom.toml");
    std::fs::remove_file(clone.session.path("strongroom.toml")).expect("a vault");
    clone.session.write("x", "");
    clone.commit("Ann", "without a vault");
    clone.diverge(
        |clone| {
            clone.session.write("strongroom.toml", &vault);
            clone.set("--type local", "of_feature", "f");
        },
        |clone| {
            clone.session.write("strongroom.toml", &vault);
            clone.set("--type local", "of_main", "m");
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    assert_eq!(clone.get("--type local", "of_feature"), "-f");
    assert_eq!(clone.get("--type local", "of_main"), "-m");
}

#[test]
fn a_vault_below_the_root_with_a_difficult_name_merges() {
    let clone = Clone::new();
    clone.set("--type dev,prod", "a", "1");
    std::fs::create_dir(clone.session.path("the app")).expect("a folder");
    clone.git(&["add", "-A"]);
    clone.git(&["mv", "strongroom.toml", "the app/it's a [vault].toml"]);
    clone.session.export("STRONGROOM_VAULT", clone.session.path("the app/it's a [vault].toml"));
    clone.session.run("strongroom git install --no-hook").succeeds();
    clone.commit("Ann", "a vault");
    clone.diverge(
        |clone| clone.set("--type prod", "a", "feature"),
        |clone| clone.set("--type dev", "a", "main"),
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    assert_eq!(clone.get("--type prod", "a"), "-feature");
    assert_eq!(clone.get("--type dev", "a"), "-main");
}

#[test]
fn another_vault_and_a_broken_side_are_left_to_a_person() {
    let clone = Clone::installed();
    let other = crate::session::Session::with_vault().read("strongroom.toml");
    clone.diverge(
        |clone| clone.session.write("strongroom.toml", &other),
        |clone| clone.set("--type local", "more", "1"),
    );
    let (is_merged, said) = clone.merge();
    assert!(!is_merged);
    shows(
        said,
        str![[r#"
error: strongroom.toml: the sides are two different vaults: their ids differ
       keep one of the two files: git checkout --ours or --theirs

"#]],
    );
    clone.git(&["merge", "--abort"]);
    clone.git(&["branch", "-D", "feature"]);
    clone.diverge(
        |clone| clone.session.edit(|vault| format!("{vault}\n[nonsense]\n")),
        |clone| clone.set("--type local", "more", "2"),
    );
    let (is_merged, said) = clone.merge();
    assert!(!is_merged);
    shows(
        said,
        str![[r#"
error: strongroom.toml: theirs cannot be read: line 55, column 2: unknown key `nonsense` at the top of the vault
       delete it, or see docs/format.md for the keys that exist

"#]],
    );
    assert_eq!(clone.git(&["status", "--short"]), "UU strongroom.toml\n");
}

#[test]
fn without_the_driver_git_merges_two_new_secrets_that_are_no_neighbours() {
    let clone = Clone::new();
    for name in ["b", "d", "f"] {
        clone.set("--type local", name, "1");
    }
    clone.commit("Ann", "a vault");
    clone.diverge(
        |clone| clone.set("--type local", "c", "of feature"),
        |clone| clone.set("--type local", "e", "of main"),
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    assert_eq!(clone.get("--type local", "c"), "-of feature");
    assert_eq!(clone.get("--type local", "e"), "-of main");
    clone.session.run("strongroom check").succeeds();
}

#[test]
fn a_new_data_key_on_one_side_and_values_on_the_other_merge_and_what_to_do_is_said() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| {
            clone.set("--type production", "stripe_api_key", "feature");
            clone
                .session
                .run("strongroom holder add robin --type prod,local --out ../robin.key")
                .succeeds();
        },
        |clone| {
            clone.rotate("production");
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    shows(
        said,
        str![[r#"
`robin` cannot open production yet: one side made a new data key, and the other a grant or a key for `robin`
grant it again with: strongroom holder grant robin --type production
set on one side while the other made a new data key for production, so sealed under the previous one: `stripe_api_key`
seal them again with: strongroom reseal stripe_api_key

"#]],
    );
    clone.session.run("strongroom get --type production stripe_api_key").ends_with(3);
    clone.session.run("strongroom reseal stripe_api_key --yes").succeeds();
    assert_eq!(clone.get("--type production", "stripe_api_key"), "-feature");
    clone.session.run("strongroom holder grant robin --type production").succeeds();
    let key = std::fs::read_to_string(clone.session.path("../robin.key")).expect("a key");
    let got = clone.session.typed("strongroom get --type production stripe_api_key");
    got.variable("STRONGROOM_KEY", key.trim()).that_shows_secrets().run().succeeds();
}

#[test]
fn a_removed_holder_does_not_come_back_with_a_merge() {
    let clone = Clone::new();
    clone.set("--type dev", "zone_token", "1");
    clone.session.run("strongroom holder add guest --type dev --out ../guest.key").succeeds();
    clone.session.run("strongroom git install --no-hook").succeeds();
    clone.commit("Ann", "a vault");
    clone.diverge(
        |clone| clone.set("--type dev", "zone_token", "feature"),
        |clone| {
            clone.session.run("strongroom holder remove guest --yes").succeeds();
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    let vault = clone.session.read("strongroom.toml");
    assert!(!vault.contains("[holders.guest]") && !vault.contains("\nguest = \""), "{vault}");
    assert!(vault.contains("development = { version = 2"), "{vault}");
    assert!(vault.contains("due = [\"guest\"]"), "{vault}");
}
