//! What is refused: each with its place, nothing written, and no value in a message.

use snapbox::str;

use super::session;
use crate::session::MARKER;

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let session = session();
    session.run("strongroom set --type dev only_dev --allow-empty").succeeds();
    session.write(
        "app.yaml",
        "a: ${secret:db/pasword}\nb: {{ secret \"only_dev\" }}\nc: [\"${secret:nothing_like_it}\", ${secret:db/pasword}]\n\
         d: ${secret:db/user}\ne:\n- name: x\n  secretKeyRef: {name: no secret, key: has spaces}\n",
    );
    session.run("strongroom render app.yaml --out filled.yaml").shows(str![[r#"
[1]
--- stderr
error: app.yaml:1:4, app.yaml:3:34: there is no secret `db/pasword`; did you mean `db/password`?
       set it with: strongroom set --type local db/pasword
       app.yaml:2:4: `only_dev` has no value for `local`
       set it with: strongroom set --type local only_dev
       app.yaml:3:6: there is no secret `nothing_like_it`
       set it with: strongroom set --type local nothing_like_it
       app.yaml:7:3: this cannot be the name of a secret
       see those that exist with: strongroom list
       nothing was written

"#]]);
    assert!(!session.path("filled.yaml").exists());
    session
        .run("strongroom run --render app.yaml=CONFIG -- true")
        .ends_with(1)
        .says("app.yaml:1:4");
}

#[test]
fn a_reference_to_a_setting_says_that_it_is_none() {
    let session = session();
    session.run("strongroom setting set --type local max_retries 3").succeeds();
    session.write("app.yaml", "a: ${secret:max_retries}\n");
    session.run("strongroom render app.yaml").shows(str![[r#"
[1]
--- stderr
error: app.yaml:1:4: `max_retries` is a setting, and no secret
       write its value there: strongroom setting get max_retries
       nothing was written

"#]]);
}

#[test]
fn a_file_that_is_broken_has_a_place_and_no_value() {
    let session = session();
    session.write("broken.yaml", format!("a: [1, {MARKER}\nb: ${{secret:db/user}}\n"));
    session.run("strongroom render broken.yaml").shows(str![[r#"
[3]
--- stderr
error: broken.yaml:2:2: illegal placement of ':' indicator
       it was read as YAML; for another format: strongroom render --format text|json|toml|yaml FILE
       nothing was written

"#]]);
    session.write("broken.json", format!("{{\"a\": \"{MARKER}\" \"b\": \"${{secret:db/user}}\"}}"));
    session.run("strongroom render broken.json").shows(str![[r#"
[3]
--- stderr
error: broken.json:1:21: expected `,` or `}`
       it was read as JSON; for another format: strongroom render --format text|json|toml|yaml FILE
       nothing was written

"#]]);
    session.write("broken.toml", format!("a = {MARKER}\nb = '${{secret:db/user}}'"));
    session.run("strongroom render broken.toml").shows(str![[r#"
[3]
--- stderr
error: broken.toml:1:5: string values must be quoted, expected literal string
       it was read as TOML; for another format: strongroom render --format text|json|toml|yaml FILE
       nothing was written

"#]]);
    session.write("bytes", b"a: \xff".as_slice());
    session.run("strongroom render bytes").shows(str![[r#"
[3]
--- stderr
error: bytes:1:4: not UTF-8 text
       it was read as text; for another format: strongroom render --format text|json|toml|yaml FILE
       nothing was written

"#]]);
    session.run("strongroom render nowhere.yaml").shows(str![[r#"
[3]
--- stderr
error: cannot read nowhere.yaml: No such file or directory (os error 2)

"#]]);
}

#[test]
fn a_reference_where_no_value_can_stand_is_told_with_its_reason() {
    let session = session();
    session.write("a.yaml", "x: 1\n${secret:db/user}: 2\n${secret:db user}: 3\n");
    session.run("strongroom render a.yaml").shows(str![[r#"
[3]
--- stderr
error: a.yaml:2:1: a reference inside a key: keys are names, and names are no secrets
       a.yaml:3:1: this begins a reference, and no name and end follow: write `${secret:NAME}`, or `$${secret:` for the text itself
       nothing was written

"#]]);
    session.write("a.json", "{\"a\": ${secret:db/user}}");
    session.run("strongroom render a.json").shows(str![[r#"
[3]
--- stderr
error: a.json:1:7: a reference outside of a string: write it in quotes, "${secret:NAME}"
       nothing was written

"#]]);
}

#[test]
fn a_circle_is_refused() {
    let session = session();
    session
        .write("config.json", "{\"token\": \"${secret:token}\", \"user\": \"${secret:db/user}\"}");
    session.run("strongroom store add here --kind json --path config.json").succeeds();
    session.run("strongroom link --type local token here:token").succeeds();
    session.run("strongroom render config.json").shows(str![[r#"
[3]
--- stderr
error: config.json:1:12: a circle: the store `here` reads the value of `token` from this very file
       put the value elsewhere: strongroom set --store STORE token, or into the vault: strongroom set token
       nothing was written

"#]]);
    session.write("folder/other", "${secret:other}");
    session.run("strongroom store add folder --kind directory --path folder").succeeds();
    session.run("strongroom link --type local other folder:other").succeeds();
    session.run("strongroom render folder/other").ends_with(3).says("a circle: the store `folder`");
    // Another file may refer to it: what the store gives is text.
    session.write("third", "${secret:other}");
    let output = session.run("strongroom render third").succeeds().output();
    assert_eq!(output, "${secret:other}");
    session.write(
        "store.yaml",
        "kind: Component\nmetadata: {name: vault}\nspec:\n  type: secretstores.hashicorp.vault\n  metadata:\n  \
         - name: vaultToken\n    secretKeyRef: {name: token}\nauth: {secretStore: vault}\n",
    );
    session.run("strongroom render store.yaml").shows(str![[r#"
[3]
--- stderr
error: store.yaml:8:21: a circle: this secret store needs secrets to be opened, and `auth.secretStore` says that it keeps them itself
       nothing was written

"#]]);
}

#[test]
fn a_value_that_a_format_cannot_carry_is_named() {
    let session = session();
    session.write("value", b"\xff\x00MARKER-5f1e".as_slice());
    session.run("strongroom set --type local bytes --from-file value").succeeds();
    session.write("a.yaml", "a: ${secret:bytes}\n");
    session.run("strongroom render a.yaml").shows(str![[r#"
[3]
--- stderr
error: a.yaml cannot carry this: nothing was written
       `bytes`: the value is not UTF-8 text
       a text file carries every byte: --format text

"#]]);
    session.write("a", "${secret:bytes}");
    let outcome = session.typed("strongroom render a").that_shows_secrets().run();
    assert_eq!(outcome.stdout, b"\xff\x00MARKER-5f1e");
}

#[test]
fn without_a_key_nothing_is_written() {
    let session = session();
    session.write("a.yaml", "a: ${secret:db/user}\n");
    std::fs::remove_dir_all(session.home().join(".config")).expect("the keys");
    session.run("strongroom render a.yaml --out b.yaml").ends_with(3).says("no key");
    assert!(!session.path("b.yaml").exists());
}

#[test]
fn a_value_that_was_altered_is_named() {
    let session = session();
    session.write("a.yaml", "a: ${secret:db/user}\nb: ${secret:db/password}\n");
    session.edit(|text| {
        let (before, rest) = text.split_once("[secrets.\"db/user\"]").expect("the secret");
        let (line, rest) = rest.split_once("\nlocal = ").expect("its value");
        let at = rest.find("sealed = \"").expect("sealed") + 60;
        let other = if rest.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!(
            "{before}[secrets.\"db/user\"]{line}\nlocal = {}{other}{}",
            &rest[..at],
            &rest[at + 1..]
        )
    });
    session.run("strongroom render a.yaml").shows(str![[r#"
[3]
--- stderr
error: nothing was written, because of values for `local`
       `db/user`: altered: it does not open at this place with this key
       restore the lines from git, or set the values again

"#]]);
}

/// A link that somebody committed leads to where the vault's keys are kept, or to a file with one.
#[cfg(unix)]
#[test]
fn a_file_that_is_or_has_a_key_of_ours_goes_nowhere() {
    let session = session();
    let key = session.kept_key("owner");
    std::os::unix::fs::symlink(&key, session.path("link.yaml")).expect("a link");
    let text = std::fs::read_to_string(&key).expect("a key");
    session.write("holds.yaml", format!("a: ${{secret:db/user}}\nkey: '{}'\n", text.trim()));
    for file in ["link.yaml", "holds.yaml"] {
        for line in [
            format!("strongroom render {file}"),
            format!("strongroom render {file} --out filled.yaml"),
            format!("strongroom run --render {file}=CONFIG -- cat {{{file}}}"),
        ] {
            session.run(&line).ends_with(2).says("has a key of Strongroom in it");
        }
    }
    assert!(!session.path("filled.yaml").exists());
}

#[test]
fn all_kinds_of_faults_are_told_together() {
    let session = session();
    session.write(
        "app.yaml",
        "a: ${secret:nobody}\n${secret:db/user}: 1\nb: ${secret:no name}\nc: [\"${secret:nobody}\"]\n",
    );
    session.write("b.json", "{\"a\": ${secret:db/user}}");
    session.run("strongroom run --render app.yaml=A --render b.json=B -- true").shows(str![[r#"
[3]
--- stderr
error: app.yaml:1:4, app.yaml:4:6: there is no secret `nobody`
       set it with: strongroom set --type local nobody
       app.yaml:2:1: a reference inside a key: keys are names, and names are no secrets
       app.yaml:3:4: this begins a reference, and no name and end follow: write `${secret:NAME}`, or `$${secret:` for the text itself
       b.json:1:7: a reference outside of a string: write it in quotes, "${secret:NAME}"
       nothing was started

"#]]);
}

#[test]
fn of_too_many_faults_the_first_are_told_and_how_many_more() {
    let session = session();
    let unknown = |number: usize| format!("${{secret:n{number}}} ${{secret:}} ");
    session.write("many", (0..5_000).map(unknown).collect::<String>());
    let outcome = session.run("strongroom render many");
    outcome.ends_with(3).says("and 9980 more\n       nothing was written");
    assert_eq!(outcome.stderr.matches("many:1:").count(), 20, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("there is no secret `n9`"));
    assert!(!outcome.stderr.contains("there is no secret `n10`"));
}

/// What is no file is called so, and what has no length is read to its end.
#[cfg(target_os = "linux")]
#[test]
fn a_device_is_refused_and_a_file_of_proc_is_read() {
    let session = session();
    session.run("strongroom render /dev/zero").shows(str![[r#"
[3]
--- stderr
error: cannot read /dev/zero: it is a device or a socket, and no regular file
       name a file, or send one: strongroom render - < FILE

"#]]);
    session.run("strongroom render .").ends_with(3).says("it is a folder, and no regular file");
    let read = session.run("strongroom render /proc/sys/kernel/ostype");
    assert_eq!(read.succeeds().output(), "Linux\n");
}
