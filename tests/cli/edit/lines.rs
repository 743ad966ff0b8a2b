//! The lines of `strongroom edit`: names without a value, names like others, and all that is wrong.

use snapbox::str;

use super::{edits_with, scene, set, value};

#[test]
fn names_without_a_value_wait_to_be_uncommented() {
    let session = scene("cp \"$1\" seen; sed -i 's/^# c=$/c=MARKER-5f1e-c/' \"$1\"");
    set(&session, "--type dev", "c", "dev");
    set(&session, "--type prod", "d", "prod");
    session.run("strongroom edit --type local").succeeds().says("created c for local");
    let seen = session.read("seen");
    let end = "\n# Not set here; take the # away and add a value:\n# c=\n# d=\n";
    assert!(seen.ends_with(end), "{seen}");
    assert_eq!(value(&session, "", "c"), "MARKER-5f1e-c");
    // What the type has is no gap.
    session.run("strongroom env add mine-too --type local").succeeds();
    session.run("strongroom edit --env mine-too").succeeds();
    assert!(session.read("seen").ends_with("add a value:\n# d=\n"), "{}", session.read("seen"));
}

#[test]
fn a_name_like_another_is_told_as_set_tells_it() {
    let session = scene("echo github_api_tokn=MARKER-5f1e >> \"$1\"");
    set(&session, "--type dev", "github_api_token", "x");
    session.run("strongroom edit").shows(str![[r#"
[0]
--- stderr
editing local
created github_api_tokn for local
there is also a secret `github_api_token`: if that was meant, remove this one with: strongroom unset --type local github_api_tokn

"#]]);
}

#[test]
fn all_faults_are_told_at_once() {
    let session = scene("printf 'good=MARKER-5f1e\nA=MARKER-5f1e\nc=\n' >> \"$1\"");
    let before = session.read("strongroom.toml");
    session.run("strongroom edit --type local").shows(str![[r#"
[2]
--- stderr
error: line 12, column 1: `A` is the secret of line 7, column 1 in another spelling
       line 13, column 1: `c` has no value
       delete the line to remove it; an empty value on purpose is for: strongroom set --allow-empty
       nothing was changed

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    edits_with(&session, "true");
    session.run("strongroom edit").says("editing local");
}
