//! What a removed holder knows stays marked until another value is set, whichever way the value comes back.

use snapbox::str;

use super::{Clone, shows};

/// `guest` opens development, and is removed in the last commit.
fn left() -> Clone {
    let clone = Clone::installed();
    clone.session.run("strongroom holder add guest --type dev --out ../guest.key").succeeds();
    clone.commit("Ann", "guest joins");
    clone.set("--type dev", "zone_token", "2");
    clone.commit("Ann", "version 2");
    clone.session.run("strongroom holder remove guest --yes").succeeds();
    clone.commit("Ann", "guest leaves");
    clone
}

/// What is due for change, as `NAME ENVIRONMENT HOLDERS`.
fn due(clone: &Clone) -> Vec<String> {
    let check = clone.session.run("strongroom check --json").output();
    let json: serde_json::Value = serde_json::from_str(&check).expect("JSON");
    let due = json["due"].as_array().expect("a list").iter();
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    due.map(|it| {
        let holders: Vec<String> =
            it["holders"].as_array().expect("a list").iter().map(text).collect();
        format!("{} {} {}", text(&it["name"]), text(&it["environment"]), holders.join(","))
    })
    .collect()
}

#[test]
fn a_rollback_to_a_value_that_a_removed_holder_could_read_marks_it_again() {
    let clone = left();
    clone.set("--type dev", "stripe_api_key", "new");
    clone.set("--type dev", "zone_token", "new");
    assert!(due(&clone).is_empty());
    // The version that was noted as due.
    shows(
        clone.run("strongroom rollback stripe_api_key --to 1 --type dev", 0),
        str![[r#"
--- stderr
set stripe_api_key for development to version 1 (commit [COMMIT..], [DATE....], first in commit [COMMIT..]), as version 3
`guest` was removed and knows this value of stripe_api_key: change it where it came from

"#]],
    );
    // A version that was replaced before the holder was removed, so that nothing was noted of it.
    shows(
        clone.run("strongroom rollback zone_token --to 1 --type dev --yes", 0),
        str![[r#"
--- stderr
set zone_token for development to version 1 (commit [COMMIT..], [DATE....]), as version 4
`guest` was removed and knows this value of zone_token: change it where it came from

"#]],
    );
    assert_eq!(due(&clone), ["stripe_api_key development guest", "zone_token development guest"]);
    // Once more, where the value is there already and somebody took the mark away.
    clone.session.edit(|text| text.replace(", due = [\"guest\"]", ""));
    assert!(due(&clone).is_empty());
    clone.session.run("strongroom rollback stripe_api_key --to 1 --type dev").succeeds();
    assert_eq!(due(&clone), ["stripe_api_key development guest"]);
}

#[test]
fn a_rollback_to_what_no_removed_holder_could_read_marks_nothing() {
    let clone = left();
    clone.set("--type dev", "stripe_api_key", "new");
    clone.commit("Ann", "changed");
    clone.set("--type dev", "stripe_api_key", "newer");
    clone.set("--type prod", "stripe_api_key", "new");
    clone.session.run("strongroom rollback stripe_api_key --to 2 --type dev").succeeds();
    clone.session.run("strongroom rollback stripe_api_key --to 1 --type prod").succeeds();
    assert_eq!(due(&clone), ["zone_token development guest"]);
}

#[test]
fn a_copied_and_a_moved_value_stay_marked() {
    let clone = left();
    shows(
        clone.run("strongroom copy stripe_api_key --from dev --to preview", 0),
        str![[r#"
--- stderr
copied stripe_api_key from development to preview
`guest` was removed and knows this value of stripe_api_key: change it where it came from

"#]],
    );
    clone.session.run("strongroom move zone_token --from dev --to preview").succeeds();
    // The same value is there already, without a mark.
    clone.set("--type local", "stripe_api_key", "1");
    clone.session.run("strongroom copy stripe_api_key --from dev --to local").succeeds();
    let marked = [
        "stripe_api_key development guest",
        "stripe_api_key local guest",
        "stripe_api_key preview guest",
        "zone_token preview guest",
    ];
    let mut found = due(&clone);
    found.sort();
    assert_eq!(found, marked);
    clone.set("--type dev,preview,local", "stripe_api_key", "new");
    assert_eq!(due(&clone), ["zone_token preview guest"]);
}

#[test]
fn a_value_that_is_sealed_again_shows_who_made_it_and_stays_known_to_who_was_removed() {
    let clone = left();
    let text = clone.session.read("strongroom.toml");
    let older = clone.git(&["show", "HEAD~1:strongroom.toml"]);
    let line = |text: &str| {
        let table = text.split("[secrets.zone_token]\n").nth(1).expect("a table");
        table.lines().find(|line| line.starts_with("development")).expect("a line").to_owned()
    };
    clone.session.replace(&line(&text), &line(&older));
    clone.commit("Mallory", "a merge");
    shows(
        clone.run("strongroom reseal --type dev", 2),
        str![[r#"
--- stderr
zone_token for development, version 2, lies under another data key
  from      Mallory <x@example.com>, in commit [COMMIT..] of [DATE....]
  known to  `guest`
whoever was removed could have made it, and an author's name in git is what the author wrote
error: no terminal to ask at
       do it without a question: --yes

"#]],
    );
    clone.session.run("strongroom reseal --type local").shows(str![[r#"
[0]
--- stderr
each of these values lies under the current data key of its type

"#]]);
    assert_eq!(due(&clone), ["stripe_api_key development guest"]);
    shows(
        clone.run("strongroom reseal zone_token --env development --yes", 0),
        str![[r#"
--- stderr
sealed zone_token for development again, version 2
`guest` was removed and knows this value of zone_token: change it where it came from
commit strongroom.toml, so that it counts for everybody

"#]],
    );
    assert_eq!(due(&clone), ["stripe_api_key development guest", "zone_token development guest"]);
    assert_eq!(clone.get("--type dev", "zone_token"), "-2");
}
