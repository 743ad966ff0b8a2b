//! Settings in git: merged line by line, shown with their values, and told by commit.

use snapbox::str;

use super::{Clone, shows};

/// As [`Clone::installed`], with two settings.
fn installed() -> Clone {
    let clone = Clone::installed();
    setting(&clone, "set --default max_retries 3 --about 'how often'");
    setting(&clone, "set --type dev,prod public_url https://shop.example");
    clone.commit("Ann", "settings");
    clone
}

fn setting(clone: &Clone, words: &str) {
    clone.session.run(&format!("strongroom setting {words}")).succeeds();
}

#[test]
fn different_settings_merge_by_themselves() {
    let clone = installed();
    clone.diverge(
        |clone| {
            setting(clone, "set --type prod max_retries 5");
            setting(clone, "unset --type dev public_url");
        },
        |clone| setting(clone, "set --type local max_retries 1"),
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    shows(
        said,
        str![[r#"
the side that was merged removed: the setting public_url (development)

"#]],
    );
    shows(
        clone.run("strongroom setting list", 0),
        str![[r#"
setting      by default  production            development  preview  local
max_retries  3           5                     ·            ·        1
public_url   -           https://shop.example  -            -        -
--- stderr

· that of the type, or by default   - none

"#]],
    );
}

#[test]
fn the_same_setting_changed_twice_is_a_conflict_with_both_values() {
    let clone = installed();
    clone.diverge(
        |clone| {
            setting(clone, "set --type prod max_retries 6 --about other");
            setting(clone, "rename public_url PublicUrl");
        },
        |clone| {
            setting(clone, "set --type prod max_retries 7");
            setting(clone, "set --type prod public_url https://other.example");
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(!is_merged);
    shows(
        said,
        str![[r#"
2 conflicts in strongroom.toml:
`public_url` and `PublicUrl` are two spellings of one setting
  strongroom resolve --entry settings.public_url --ours, or --theirs
the setting `max_retries` production: ours has `7`, theirs has `6`
  strongroom resolve --entry settings.max_retries.production --ours, or --theirs

"#]],
    );
    shows(
        clone.run("strongroom resolve", 1),
        str![[r#"
`public_url` and `PublicUrl` are two spellings of one setting
  strongroom resolve --entry settings.public_url --ours, or --theirs
the setting `max_retries` production: ours has `7`, theirs has `6`
  strongroom resolve --entry settings.max_retries.production --ours, or --theirs

"#]],
    );
    shows(
        clone.run("strongroom resolve --json", 1),
        str![[r#"
{
  "open": [
    {
      "environment": null,
      "name": "public_url",
      "ours": null,
      "same": null,
      "theirs": null,
      "what": "setting-spelling"
    },
    {
      "environment": "production",
      "name": "max_retries",
      "ours": {
        "value": "7"
      },
      "same": null,
      "theirs": {
        "value": "6"
      },
      "what": "setting"
    }
  ]
}

"#]],
    );
    let theirs = "strongroom resolve --entry settings.max_retries.production --theirs";
    shows(
        clone.run(theirs, 0),
        str![[r#"
--- stderr
settled the setting `max_retries` production: theirs
1 conflict is open still
see: strongroom resolve

"#]],
    );
    shows(
        clone.run("strongroom resolve --entry settings.public_url --ours", 0),
        str![[r#"
--- stderr
settled the spelling of the setting `public_url`: ours
nothing is open
then: git add strongroom.toml

"#]],
    );
    shows(
        clone.run("strongroom setting list", 0),
        str![[r#"
setting      by default  production             development           preview  local
max_retries  3           6                      ·                     ·        ·
public_url   -           https://other.example  https://shop.example  -        -
--- stderr

· that of the type, or by default   - none

"#]],
    );
}

#[test]
fn what_changed_of_a_setting_is_shown_with_its_values() {
    let clone = installed();
    setting(&clone, "set --default max_retries 4 --about ''");
    setting(&clone, "set --type prod log/level debug");
    setting(&clone, "unset --all public_url");
    shows(
        clone.git(&["diff"]),
        str![[r#"
strongroom.toml
+ setting `log/level` production: debug
- setting-about `max_retries`: how often
~ setting `max_retries` by default: 3 → 4
- setting `public_url` development: https://shop.example
- setting `public_url` production: https://shop.example

"#]],
    );
    shows(
        clone.run("strongroom diff", 0),
        str![[r#"
   what           name         where
+  setting        log/level    production   debug
-  setting-about  max_retries               how often
~  setting        max_retries  by default   3 → 4
-  setting        public_url   development  https://shop.example
-  setting        public_url   production   https://shop.example
--- stderr

+ added   - removed   ~ changed since HEAD ([COMMIT..])

"#]],
    );
    clone.commit("Bob", "less of it");
    let log = clone.git(&["log", "-p", "-1", "--format=%s"]);
    let lines = log.lines().filter(|line| line.starts_with(['+', '-']) && line.contains("setting"));
    shows(
        lines.collect::<Vec<_>>().join("\n"),
        str![[r#"
-setting `max_retries`: how often
-setting `max_retries` by default: 3
-setting `public_url` development: https://shop.example
-setting `public_url` production: https://shop.example
+setting `log/level` production: debug
+setting `max_retries` by default: 4
"#]],
    );
}

#[test]
fn who_set_a_setting_to_what_is_told_by_commit() {
    let clone = installed();
    setting(&clone, "set --type prod max_retries 5");
    clone.commit("Bob", "more in production");
    setting(&clone, "unset --type prod max_retries");
    clone.commit("Ann", "as elsewhere");
    setting(&clone, "set --default max_retries 4");
    shows(
        clone.run("strongroom setting history Max-Retries", 0),
        str![[r#"
name         environment  value    by             on          commit      subject
max_retries  by default   4        not committed
max_retries  production   removed  Ann            [DATE....]  [COMMIT..]  as elsewhere
max_retries  production   5        Bob            [DATE....]  [COMMIT..]  more in production
max_retries  by default   3        Ann            [DATE....]  [COMMIT..]  settings

"#]],
    );
    shows(
        clone.run("strongroom setting history --type dev", 0),
        str![[r#"
name        environment  value                 by   on          commit      subject
public_url  development  https://shop.example  Ann  [DATE....]  [COMMIT..]  settings

"#]],
    );
    shows(
        clone.run("strongroom setting history max_retrys", 1),
        str![[r#"
--- stderr
error: there is no setting `max_retrys`
       did you mean `max_retries`?

"#]],
    );
    let json = clone.run("strongroom setting history max_retries --type prod --json", 0);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["history"][0]["change"], "removed");
    assert_eq!(json["history"][1]["value"], "5");
    assert_eq!(json["history"][1]["author"], "Bob");
}

#[test]
fn a_name_that_became_a_secret_here_and_a_setting_there_is_a_conflict() {
    let clone = installed();
    clone.diverge(
        |clone| setting(clone, "set --default log_level info"),
        |clone| clone.set("--type local", "LogLevel", "x"),
    );
    let (is_merged, said) = clone.merge();
    assert!(!is_merged);
    shows(
        said,
        str![[r#"
1 conflict in strongroom.toml:
whether `LogLevel` is a secret or a setting: ours has the secret `LogLevel`, theirs has the setting `log_level`
  strongroom resolve LogLevel --ours, or --theirs

"#]],
    );
    shows(
        clone.run("strongroom list", 3),
        str![[r#"
--- stderr
error: cannot use the vault [ROOT]/work/strongroom.toml:44:1: git's conflict markers: a merge is not finished
       see what is open, and settle it, with: strongroom resolve

"#]],
    );
    let json = clone.run("strongroom resolve --json", 1);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["open"][0]["what"], "secret-or-setting");
    shows(
        clone.run("strongroom resolve log_level --theirs", 0),
        str![[r#"
--- stderr
settled whether `LogLevel` is a secret or a setting: theirs
nothing is open
then: git add strongroom.toml

"#]],
    );
    shows(
        clone.run("strongroom setting get log_level", 0),
        str![[r#"
info

"#]],
    );
}
