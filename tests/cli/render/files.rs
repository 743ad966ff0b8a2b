//! What is written, and where.

use std::fs;

use snapbox::str;

use super::session;
#[cfg(unix)]
use crate::session::mode;

const COMPONENT: &str = "\
# state of the shop
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: state}
spec:
  type: state.postgresql   # ${secret:nobody}
  metadata:
  - name: connectionString
    value: 'host=db user=${secret:db/user}'
  - name: password
    secretKeyRef: {name: db, key: password}
  - name: token
    secretKeyRef:
      name: github_api_token
auth: {secretStore: vault}
";

#[test]
fn a_component_of_dapr_gets_values_and_keeps_the_rest() {
    let session = session();
    session.write("state.yaml", COMPONENT);
    session.typed("strongroom render state.yaml").that_shows_secrets().run().shows(str![[r##"
[0]
# state of the shop
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: state}
spec:
  type: state.postgresql   # ${secret:nobody}
  metadata:
  - name: connectionString
    value: 'host=db user=MARKER-5f1e-user'
  - name: password
    value: "MARKER-5f1e: it's /"#1/""
  - name: token
    value: "MARKER-5f1e-token"
auth: {secretStore: vault}

"##]]);
}

#[test]
fn a_file_is_read_as_its_name_says() {
    let session = session();
    session.write("app.json", "{\"password\": \"${secret:db/password}\"}");
    session.write("app.toml", "password = '${secret:db/password}' # ours\n");
    session.write("app.conf", "password {{ secret \"db/password\" }} $${secret:x}\n");
    session.write("plain", "{\"password\": \"${secret:db/password}\"}");
    session.typed("strongroom render app.json").that_shows_secrets().run().shows(str![[r##"
[0]
{"password": "MARKER-5f1e: it's /"#1/""}<no newline>

"##]]);
    session.typed("strongroom render app.toml").that_shows_secrets().run().shows(str![[r##"
[0]
password = "MARKER-5f1e: it's /"#1/"" # ours

"##]]);
    session.typed("strongroom render app.conf").that_shows_secrets().run().shows(str![[r##"
[0]
password MARKER-5f1e: it's "#1" ${secret:x}

"##]]);
    let typed = session.typed("strongroom render --format json plain").that_shows_secrets();
    assert_eq!(typed.run().succeeds().output(), "{\"password\": \"MARKER-5f1e: it's \\\"#1\\\"\"}");
    let typed = session.typed("strongroom render --type dev -").input("<${secret:db/user}>");
    assert_eq!(typed.that_shows_secrets().run().succeeds().output(), "<MARKER-5f1e-user>");
}

#[test]
fn a_value_that_looks_like_a_reference_stays_what_it_is() {
    let session = session();
    let typed = session.typed("strongroom set --type local looping");
    typed.input("${secret:looping}").run().succeeds();
    session.write("a", "${secret:looping}");
    assert_eq!(session.run("strongroom render a").succeeds().output(), "${secret:looping}");
}

#[test]
fn a_value_of_ones_own_and_that_of_a_named_environment_count() {
    let session = session();
    session.run("strongroom env add staging --type dev").succeeds();
    let typed = session.typed("strongroom set --env staging db/user").input("staging-user");
    typed.run().succeeds();
    session.typed("strongroom set --mine db/user").input("my-own").run().succeeds();
    session.write("a", "${secret:db/user}");
    let output = |line: &str| session.run(line).succeeds().output();
    assert_eq!(output("strongroom render a"), "my-own");
    assert_eq!(output("strongroom render --env staging a"), "staging-user");
}

#[test]
fn a_new_file_is_private_and_whole() {
    let session = session();
    session.write("state.yaml", COMPONENT);
    session.run("strongroom render state.yaml --out filled.yaml").shows(str![[r#"
[0]
--- stderr
wrote filled.yaml (references: 3)

"#]]);
    assert!(session.read("filled.yaml").contains("password\n    value: \"MARKER-5f1e: it's"));
    #[cfg(unix)]
    assert_eq!(mode(&session.path("filled.yaml")), 0o600);
    session.run("strongroom render state.yaml --out filled.yaml").shows(str![[r#"
[2]
--- stderr
error: filled.yaml exists already
       replace it with: --force

"#]]);
    session.run("strongroom render state.yaml --out filled.yaml --force").succeeds();
    session.run("strongroom render state.yaml --out state.yaml --force").shows(str![[r#"
[2]
--- stderr
error: state.yaml would be written over itself, and its references be gone
       name another file, which git ignores: --out FILE

"#]]);
    session.run("strongroom render state.yaml --out ./state.yaml --force").ends_with(2);
    assert_eq!(session.read("state.yaml"), COMPONENT);
    let names = fs::read_dir(session.path("")).expect("a folder");
    let left = names.filter(|it| {
        it.as_ref().expect("an entry").file_name().to_string_lossy().contains(".strongroom-export-")
    });
    assert_eq!(left.count(), 0, "nothing is left beside it");
}

#[test]
fn what_git_tracks_is_never_written() {
    let session = session();
    fs::remove_dir(session.path(".git")).expect("no repository");
    let git = |words: &[&str]| {
        let mut git = std::process::Command::new("git");
        session.set_up(&mut git);
        assert!(git.args(words).output().expect("git").status.success(), "{words:?}");
    };
    git(&["init", "-q"]);
    session.write("filled.yaml", "old");
    git(&["add", "filled.yaml"]);
    session.write("a.yaml", "a: ${secret:db/user}\n");
    session.run("strongroom render a.yaml --out filled.yaml --force").shows(str![[r#"
[2]
--- stderr
error: git tracks filled.yaml, and values in clear do not belong there
       name another file, which git ignores; or: git rm --cached filled.yaml

"#]]);
    // Not even where it was deleted: the next commit would have it again.
    fs::remove_file(session.path("filled.yaml")).expect("a file");
    session.run("strongroom render a.yaml --out filled.yaml").ends_with(2);
    session.run("strongroom render a.yaml --out other.yaml").shows(str![[r#"
[0]
--- stderr
wrote other.yaml (references: 1)
warning: git does not ignore other.yaml, which has values in clear
         add it to .gitignore, and delete it once nothing needs it

"#]]);
    session.write(".gitignore", "ignored.yaml\n");
    let said = session.run("strongroom render a.yaml --out ignored.yaml");
    assert!(!said.succeeds().stderr.contains("git does not ignore"), "{}", said.stderr);
}

#[test]
fn check_needs_no_key_and_shows_nothing() {
    let session = session();
    session.write("state.yaml", COMPONENT);
    fs::remove_dir_all(session.home().join(".config")).expect("the keys");
    session.run("strongroom render state.yaml --check").shows(str![[r#"
[0]
--- stderr
state.yaml: every reference has a value for `local` (references: 3, secrets: 3)

"#]]);
    session.run("strongroom render state.yaml --check --type prod").shows(str![[r#"
[1]
--- stderr
error: state.yaml:9:26: `db/user` has no value for `production`
       set it with: strongroom set --type production db/user
       state.yaml:11:5: `db/password` has no value for `production`
       set it with: strongroom set --type production db/password
       state.yaml:13:5: `github_api_token` has no value for `production`
       set it with: strongroom set --type production github_api_token
       no value was opened

"#]]);
}

#[test]
fn a_file_without_a_reference_is_told_by_check_too() {
    let session = session();
    session.write("plain.yaml", "a: 1\n");
    session.run("strongroom render plain.yaml --check").shows(str![[r#"
[0]
--- stderr
warning: plain.yaml has no reference to a secret

"#]]);
}

#[test]
fn what_may_be_meant_as_a_reference_is_told_with_its_right_form() {
    let session = session();
    session.write(
        "app.conf",
        "a {{ secret 'db/user' }}\nb {{ .Values.secret }} ${SECRET:-x}\nc ${Secret:a} ${ secret:b } $secret:c\n\
         d ${secret:db/user}\n",
    );
    session.typed("strongroom render app.conf").that_shows_secrets().run().shows(str![[r#"
[0]
a {{ secret 'db/user' }}
b {{ .Values.secret }} ${SECRET:-x}
c ${Secret:a} ${ secret:b } $secret:c
d MARKER-5f1e-user
--- stderr
warning: app.conf:1:3: this is no reference, and stays text: write `{{ secret "db/user" }}`
         app.conf:3:3: this is no reference, and stays text: write `${secret:a}`
         app.conf:3:15: this is no reference, and stays text: write `${secret:b}`
         app.conf:3:29: this is no reference, and stays text: write `${secret:c}`

"#]]);
    session.run("strongroom render app.conf --check").succeeds().says("write `${secret:a}`");
    session
        .run("strongroom run --render app.conf=CONFIG -- true")
        .succeeds()
        .says("app.conf:1:3: this is no reference");
    session.write("many", "$secret:a ".repeat(1_000));
    session.run("strongroom render many --check").says("and 995 more");
}

/// A link that is committed may lead anywhere, and so may one in the place of the file.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_or_over_a_file_of_ours() {
    use std::os::unix::fs::symlink;
    let session = session();
    fs::remove_dir(session.path(".git")).expect("no repository");
    session.write("a.yaml", "a: ${secret:db/user}\n");
    let elsewhere = session.home().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    symlink(elsewhere.join("b.yaml"), session.path("file")).expect("a link");
    symlink(&elsewhere, session.path("folder")).expect("a link");
    for force in ["", " --force"] {
        session.run(&format!("strongroom render a.yaml --out file{force}")).ends_with(2);
    }
    // A link that its owner made is theirs to follow.
    session.run("strongroom render a.yaml --out folder/b.yaml").succeeds();
    fs::remove_file(elsewhere.join("b.yaml")).expect("a file");
    let git = |words: &[&str]| {
        let mut git = std::process::Command::new("git");
        session.set_up(&mut git);
        assert!(git.args(words).output().expect("git").status.success(), "{words:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "file", "folder"]);
    for out in ["file", "folder/b.yaml", "./folder/../folder/b.yaml"] {
        for force in ["", " --force"] {
            session.run(&format!("strongroom render a.yaml --out {out}{force}")).ends_with(2);
        }
    }
    session
        .run("strongroom render a.yaml --out folder/b.yaml")
        .says("folder is a link that git tracks, or may track");
    session.run("strongroom export --format dotenv --out folder/.env").ends_with(2);
    assert_eq!(fs::read_dir(&elsewhere).expect("a folder").count(), 0);

    let before = session.read("strongroom.toml");
    fs::create_dir(session.path("inner")).expect("a folder");
    for out in [
        "strongroom.toml",
        "./strongroom.toml",
        "inner/strongroom.toml",
        "strongroom.mine.toml",
        "STRONGROOM.mine.toml",
    ] {
        for line in [
            format!("strongroom render a.yaml --out {out} --force"),
            format!("strongroom export --format dotenv --out {out} --force"),
        ] {
            session.run(&line).ends_with(2);
        }
        session
            .run(&format!("strongroom export --format dotenv --out {out} --force"))
            .says("a file of Strongroom's own");
    }
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(!session.path("strongroom.mine.toml").exists());
    let keys = session.kept_key("owner").with_file_name("new");
    let line = format!("strongroom render a.yaml --out {}", keys.display());
    session.run(&line).ends_with(2).says("lies where keys are kept");
    assert!(!keys.exists());
}
