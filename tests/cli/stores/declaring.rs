//! `store add`, `list`, `set`, `remove` and `default`.

use snapbox::str;

use super::{linked, scene, value};
use crate::session::{MARKER, Session};

#[cfg(not(feature = "kubernetes"))]
#[test]
fn a_store_is_declared_with_the_settings_of_its_kind() {
    let session = Session::with_vault();
    session.run("strongroom store add cluster --kind kubernetes --namespace shop").shows(str![[r#"
[0]
--- stderr
warning: this command was built without stores of the kind `kubernetes` (feature `kubernetes`): its settings were not checked
         install the command with it: cargo install strongroom-cli --features kubernetes
added cluster, a store of the kind kubernetes: Secrets of a Kubernetes cluster
record where a value lies with: strongroom link --type production NAME cluster:REFERENCE

"#]]);
    session
        .run("strongroom store add mounted --kind directory --path=/run/secrets --trim true --json")
        .shows(str![[r#"
[0]
{
  "kind": "directory",
  "name": "mounted",
  "settings": {
    "path": "/run/secrets",
    "trim": true
  }
}
--- stderr
added mounted, a store of the kind directory: a folder with one file for each secret
record where a value lies with: strongroom link --type production NAME mounted:REFERENCE

"#]]);
    session
        .run("strongroom store add op --kind command --timeout_seconds 30 -- op read 'op://shop/{name}'")
        .shows(str![[r#"
[0]
--- stderr
added op, a store of the kind command: a program that prints the value, such as a password manager
it runs a command, on each machine only once that is allowed: strongroom store allow op
record where a value lies with: strongroom link --type production NAME op:REFERENCE

"#]]);
    let vault = session.read("strongroom.toml");
    let stores = &vault[vault.find("[stores.cluster]").expect("stores")..];
    snapbox::assert_data_eq!(
        stores,
        str![[r#"
[stores.cluster]
kind = "kubernetes"
namespace = "shop"

[stores.mounted]
kind = "directory"
path = "/run/secrets"
trim = true

[stores.op]
kind = "command"
command = ["op", "read", "op://shop/{name}"]
timeout_seconds = 30

"#]]
    );
}

#[test]
fn what_cannot_be_declared_is_refused() {
    let session = scene();
    let before = session.read("strongroom.toml");
    session.run("strongroom store add a --kind kubernets").shows(str![[r#"
[2]
--- stderr
error: there is no kind of store `kubernets`; did you mean `kubernetes`?
       aws-parameter-store  Parameter Store of AWS Systems Manager
       aws-secrets-manager  AWS Secrets Manager
       azure-key-vault      Azure Key Vault
       command              a program that prints the value, such as a password manager
       directory            a folder with one file for each secret
       dotenv               a dotenv file
       env                  environment variables
       gcp-secret-manager   Secret Manager of Google Cloud
       hashicorp-vault      HashiCorp Vault or OpenBao, KV version 1 or 2
       json                 a JSON file
       kubernetes           Secrets of a Kubernetes cluster
       strongroom           another vault
       toml                 a TOML file

"#]]);
    session.run("strongroom store add a --kind directory --pth x").shows(str![[r#"
[2]
--- stderr
error: a store of the kind `directory` cannot be declared so: it needs the setting `path`: the folder, or instead `path_from`: the variable that names it

"#]]);
    session.run("strongroom store add a --kind directory --path x --trim maybe").shows(str![[r#"
[2]
--- stderr
error: a store of the kind `directory` cannot be declared so: its setting `trim` must be `true` or `false`

"#]]);
    session.run("strongroom store add a --kind directory --path").shows(str![[r#"
[2]
--- stderr
error: the setting `path` has no value
       write: path=VALUE

"#]]);
    session.run("strongroom store add a --kind directory --path x --path y").shows(str![[r#"
[2]
--- stderr
error: the setting `path` is given twice
       write a list as one: path='["a", "b"]'

"#]]);
    session.run("strongroom store add Mounted --kind env --prefix A_").shows(str![[r#"
[2]
--- stderr
error: there is a store `mounted` already
       see it with: strongroom store list

"#]]);
    session.run("strongroom store add default --kind env --prefix A_").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a store: `default` says which store is meant where none is named, and `vault` is the vault itself

"#]]);
    session.run("strongroom store add vault --kind env --prefix A_").ends_with(2);
    session.run("strongroom store add a/b --kind env --prefix A_").ends_with(2);
    session.run("strongroom store add a --kind env --kind.of x").ends_with(2);
    session.run("strongroom store add a --kind env -- op read").ends_with(2);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[cfg(not(feature = "kubernetes"))]
/// Stores that this machine can ask, and some that it cannot.
fn with_stores_of_all_kinds() -> Session {
    let session = linked();
    session.run("strongroom env add staging --type prod").succeeds();
    session.run("strongroom store default staging mounted").succeeds();
    session.run("strongroom store add cluster --kind kubernetes --namespace shop").succeeds();
    session
        .run("strongroom store add op --kind command -- op read 'op://my vault/{name}'")
        .succeeds();
    session.edit(|text| text + "\n[stores.later]\nkind = \"telepathy\"\n\n[stores.bad]\nkind = \"env\"\nprefx = \"A_\"\n");
    session
}

#[cfg(not(feature = "kubernetes"))]
#[test]
fn the_list_says_what_this_machine_can_ask() {
    let session = linked();
    session.run("strongroom store list").shows(str![[r#"
[0]
store    kind       references  default of  here  settings
mounted  directory  1                             path=mounted

"#]]);
    let session = with_stores_of_all_kinds();
    session.run("strongroom store list").shows(str![[r#"
[0]
store    kind        references  default of  here          settings
bad      env         0                       not valid     prefx=A_
cluster  kubernetes  0                       not built in  namespace=shop
later    telepathy   0                       not valid
mounted  directory   1           staging                   path=mounted
op       command     0                       not allowed   command='["op","read","op://my vault/{name}"]'
--- stderr
bad: the store is not declared well: it has no setting `prefx`; it has: format, prefix, names, variable, infra_config
change it with: strongroom store set bad SETTING=VALUE --unset SETTING
cluster: this command was built without stores of the kind `kubernetes` (feature `kubernetes`)
install the command with it: cargo install strongroom-cli --features kubernetes
later: there is no kind of store `telepathy`; there are: aws-parameter-store, aws-secrets-manager, azure-key-vault, command, directory, dotenv, env, gcp-secret-manager, hashicorp-vault, json, kubernetes, strongroom, toml
change it with: strongroom store set later kind=KIND
op: the store runs a command, and nobody allowed that on this machine
look at what it would run, and allow it with: strongroom store allow op

"#]]);
    let none = Session::with_vault();
    none.run("strongroom store list").shows(str![[r#"
[0]
--- stderr
no stores
add one with: strongroom store add NAME --kind KIND

"#]]);
}

#[cfg(not(feature = "kubernetes"))]
#[test]
fn programs_get_the_list_as_json() {
    let session = with_stores_of_all_kinds();
    session.run("strongroom store list --json").shows(str![[r#"
[0]
[
  {
    "allowed": null,
    "default": [],
    "fault": "settings",
    "kind": "env",
    "name": "bad",
    "references": 0,
    "settings": {
      "prefx": "A_"
    }
  },
  {
    "allowed": null,
    "default": [],
    "fault": "not-built",
    "kind": "kubernetes",
    "name": "cluster",
    "references": 0,
    "settings": {
      "namespace": "shop"
    }
  },
  {
    "allowed": null,
    "default": [],
    "fault": "unknown-kind",
    "kind": "telepathy",
    "name": "later",
    "references": 0,
    "settings": {}
  },
  {
    "allowed": null,
    "default": [
      "staging"
    ],
    "fault": null,
    "kind": "directory",
    "name": "mounted",
    "references": 1,
    "settings": {
      "path": "mounted"
    }
  },
  {
    "allowed": false,
    "default": [],
    "fault": null,
    "kind": "command",
    "name": "op",
    "references": 0,
    "settings": {
      "command": [
        "op",
        "read",
        "op://my vault/{name}"
      ]
    }
  }
]

"#]]);
}

#[test]
fn a_changed_store_keeps_its_references() {
    let session = linked();
    session.write("elsewhere/token", format!("{MARKER}-other"));
    session.run("strongroom store set mounted path=elsewhere trim=true").shows(str![[r#"
[0]
--- stderr
changed mounted: path=elsewhere trim=true
its reference is sealed again

"#]]);
    assert_eq!(value(&session, "--type prod", "token"), format!("{MARKER}-other"));
    session.run("strongroom store set mounted trim=true").shows(str![[r#"
[0]
--- stderr
unchanged mounted: it is so already

"#]]);
    session.run("strongroom store set mounted --unset trim").shows(str![[r#"
[0]
--- stderr
changed mounted: path=elsewhere
its reference is sealed again

"#]]);
    session.run("strongroom check --type prod --live").succeeds();
}

#[test]
fn a_setting_that_cannot_be_is_not_changed() {
    let session = linked();
    let before = session.read("strongroom.toml");
    session.run("strongroom store set mounted pth=x").shows(str![[r#"
[2]
--- stderr
error: a store of the kind `directory` cannot be declared so: it has no setting `pth`; it has: path, path_from, keys, trim

"#]]);
    session.run("strongroom store set mounted --unset path").ends_with(2);
    session.run("strongroom store set mounted --unset nothing").shows(str![[r#"
[2]
--- stderr
error: the setting `nothing` is not allowed: it is not there

"#]]);
    session.run("strongroom store set mounted kind=telepathy").ends_with(2);
    session.run("strongroom store set mounted").shows(str![[r#"
[2]
--- stderr
error: which setting?
       for example: strongroom store set mounted SETTING=VALUE

"#]]);
    session.run("strongroom store set mountd path=x").shows(str![[r#"
[1]
--- stderr
error: there is no store `mountd`
       did you mean `mounted`?

"#]]);
    session.run("strongroom store set mounted path").shows(str![[r#"
[2]
--- stderr
error: the setting `path` has no value
       write: path=VALUE

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_store_that_somebody_altered_is_not_vouched_for_by_a_change() {
    let session = linked();
    session.replace("path = \"mounted\"", "path = \"elsewhere\"");
    let before = session.read("strongroom.toml");
    session.run("strongroom store set mounted trim=true").shows(str![[r#"
[3]
--- stderr
error: the seal of the reference `token` for `production` does not fit: it, or a setting of the store `mounted`, was changed
       look who did it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token mounted:REFERENCE

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn references_that_no_key_here_seals_are_named() {
    let session = linked();
    session.run("strongroom link --type dev token mounted:token").succeeds();
    let file = session.home().join("dev.key");
    let add = format!("strongroom holder add dev --type dev --out {}", file.display());
    session.run(&add).succeeds();
    session.export("STRONGROOM_KEY_FILE", &file);
    session.write("elsewhere/token", MARKER);
    session.run("strongroom store set mounted path=elsewhere --json").shows(str![[r#"
[1]
{
  "kind": "directory",
  "name": "mounted",
  "sealed_again": 1,
  "settings": {
    "path": "elsewhere"
  },
  "unsealed": [
    {
      "environment": "production",
      "name": "token"
    }
  ]
}
--- stderr
changed mounted: path=elsewhere
its reference is sealed again
warning: no key here seals these references, which nothing fetches until a holder links them again:
         strongroom link --type production token mounted:token

"#]]);
    assert_eq!(value(&session, "--type dev", "token"), MARKER);
    session.forget("STRONGROOM_KEY_FILE");
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `mounted`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token mounted:REFERENCE

"#]]);
    // What was named is what helps.
    session.run("strongroom link --type production token mounted:token").succeeds();
    assert_eq!(value(&session, "--type prod", "token"), MARKER);
}

#[test]
fn a_store_is_removed_once_nothing_refers_to_it() {
    let session = linked();
    session.run("strongroom store default prod mounted").succeeds();
    session.run("strongroom store remove mounted").shows(str![[r#"
[1]
--- stderr
error: 1 reference is to the store `mounted`:
       token for production
       set or link them elsewhere first: strongroom set, strongroom link, strongroom unset

"#]]);
    session.run("strongroom unset --type prod token").shows(str![[r#"
[0]
--- stderr
removed token for production
what is at mounted:token stays there
token had no other value and is gone

"#]]);
    session.run("strongroom store remove mounted --json").shows(str![[r#"
[0]
{
  "default": [
    "production"
  ],
  "name": "mounted"
}
--- stderr
removed mounted; what it keeps was not touched
it is no longer the default store of `production`

"#]]);
    assert!(!session.read("strongroom.toml").contains("stores"));
    session.run("strongroom store remove mounted").shows(str![[r#"
[1]
--- stderr
error: there is no store `mounted`
       see those that exist with: strongroom store list

"#]]);
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-token"));
}

#[test]
fn a_default_store_is_named_and_taken_back() {
    let session = scene();
    session.run("strongroom env add staging --type prod").succeeds();
    session.run("strongroom store default prod mounted").shows(str![[r#"
[0]
--- stderr
`set` and `link` mean mounted for production now; values that are there stay where they are

"#]]);
    session.run("strongroom store default staging --unset").shows(str![[r#"
[1]
--- stderr
error: `staging` has no default store of its own
       that of its type is `mounted`; take it back with: strongroom store default production --unset

"#]]);
    session.run("strongroom store default staging nowhere").shows(str![[r#"
[1]
--- stderr
error: there is no store `nowhere`
       see those that exist with: strongroom store list

"#]]);
    session.run("strongroom store default prod").ends_with(2);
    session.run("strongroom store default prod mounted --unset").ends_with(2);
    session.run("strongroom store default prod --unset --json").shows(str![[r#"
[0]
{
  "environment": "production",
  "store": null
}
--- stderr
production has no default store of its own any more

"#]]);
    session.run("strongroom store default prod --unset").shows(str![[r#"
[1]
--- stderr
error: `production` has no default store of its own

"#]]);
}
