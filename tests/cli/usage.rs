//! What every command has in common: help, options, finding the vault, ends of pipes.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use snapbox::str;

use crate::session::{MARKER, Session};

#[test]
fn alone_it_shows_help() {
    let session = Session::new();
    session.run("strongroom").shows(str![[r#"
[2]
--- stderr
Keep secrets in a file that is committed: names readable, values sealed

Usage: strongroom [OPTIONS] <COMMAND>

Commands:
  init         Make a vault and its first holder
  set          Set the value of a secret, typed at a hidden prompt or read from standard input
  get          Print the value of a secret, its exact bytes
  list         List names and the environments that they have values for, or the values of one secret
  unset        Remove the values of secrets for some environments
  link         Record where a store keeps the value of a secret
  sync         Show what a store has and the vault does not, and link what is chosen
  push         Make a store hold what the vault holds for an environment
  rename       Give a secret another name; its values, their versions and their dates stay
  reseal       Seal values again that lie under the previous data key
  copy         Copy values from one environment to others, or into a store
  move         Move values from one environment to others
  diff         Show how two environments differ, or how the vault differs from a commit
  history      Show who set which version of a secret when, from git's history
  rollback     Set the value of an earlier version again, from git's history, as a new version
  resolve      Settle the conflicts of a merge: take our side or theirs
  edit         Edit the values of an environment, as dotenv in your editor
  accept       Accept values that somebody left for an environment, and seal them
  reject       Drop values that somebody left for an environment
  check        Check that every secret and setting that the source code declares has a value
  scan         Look for the vault's values, and for keys, in files, in what is staged, in binaries and archives
  run          Run a program with the secrets and settings of an environment as variables
  import       Set the values that a file of another program holds
  export       Write the values of an environment as another program reads them
  render       Write a file with values where it refers to secrets
  serve        Give secrets and settings to programs of any language, over Dapr's API
  setting      Set, show, list, remove and rename settings, and tell their history: what differs between environments and is no secret
  env          Add, list, retype and remove named environments
  store        Add, list, change, allow and remove stores: systems outside the vault that keep values
  app          Add, list and remove applications that ask the server for one secret by API key
  holder       Add, list and remove holders: who can open which environment types
  key          Make an identity; add, list and remove the keys kept here for this vault; wrap one for a service
  unlock       Open your holder key once, with your identity or passphrase, and keep it for later commands
  lock         Forget what was unlocked for this vault; access keys that are kept stay
  git          Let git merge and show the vault by what it means, and keep values out of commits
  doctor       Look at vault, stores, environment, keys, git, cargo and terminal, and say what to do
  log          Show what was read and changed on this machine
  completions  Print the script that makes a shell complete secrets, environments and holders
  man          Write the manual pages, one for each command

Options:
  -h, --help     Print help
  -V, --version  Print version

Where:
      --vault <FILE>  Use this vault instead of the nearest strongroom.toml
  -C <FOLDER>         Work as if started in this folder

The vault is --vault FILE, else STRONGROOM_VAULT, else the nearest strongroom.toml in this folder
or above, to the root of the git repository.

With STRONGROOM_NO_REVEAL=1 no command shows a value or a key, or writes one to a file: for shells that are
handed to a tool. `run`, `set`, `list` and `check` go on working.

Exit status: 0 done; 1 the answer is no; 2 wrong usage; 3 cannot: no key, no vault, altered.

"#]]);
    assert_eq!(
        session.run("strongroom --help").succeeds().output(),
        session.run("strongroom").stderr
    );
}

#[test]
fn it_knows_its_version() {
    Session::new().run("strongroom --version").shows(str![[r#"
[0]
strongroom 0.1.0

"#]]);
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let session = Session::new();
    let commands = [
        "init",
        "set",
        "get",
        "list",
        "unset",
        "check",
        "scan",
        "run",
        "import",
        "export",
        "setting set",
        "setting get",
        "setting list",
        "setting unset",
        "setting rename",
        "setting history",
        "env add",
        "env list",
        "env retype",
        "env remove",
        "holder add",
        "holder list",
        "holder passphrase",
        "rename",
        "copy",
        "move",
        "diff",
        "edit",
        "key add",
        "key list",
        "key remove",
        "key wrap",
        "doctor",
        "log",
        "completions",
        "man",
    ];
    for command in commands {
        let outcome = session.run(&format!("strongroom {command} --help"));
        let help = outcome.succeeds().output();
        assert!(help.contains("Example"), "{command}");
        assert!(
            help.contains(&format!("  strongroom {command}"))
                || help.contains(&format!("Example: strongroom {command}")),
            "{help}"
        );
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }
}

#[test]
fn a_slip_of_the_pen_is_pointed_out() {
    let session = Session::with_vault();
    session.run("strongroom lst").shows(str![[r#"
[2]
--- stderr
error: unrecognized subcommand 'lst'
         tip: a similar subcommand exists: 'list'
       Usage: strongroom [OPTIONS] <COMMAND>
       For more information, try '--help'.

"#]]);
    session.run("strongroom get --tpye local x").shows(str![[r#"
[2]
--- stderr
error: unexpected argument '--tpye' found
         tip: a similar argument exists: '--type'
       Usage: strongroom get --type <TYPE> <NAME>
       For more information, try '--help'.

"#]]);
    session.run("strongroom env").ends_with(2);
}

#[test]
fn an_argument_too_many_is_not_repeated_since_it_may_be_a_value() {
    let session = Session::with_vault();
    session.run(&format!("strongroom get github_api_token {MARKER}")).shows(str![[r#"
[2]
--- stderr
error: an argument too many, an unknown option, or a value that an option does not take
       Usage: strongroom get [OPTIONS] <NAME>

"#]]);
    session.run(&format!("strongroom set --type local x -{MARKER}")).ends_with(2);
    session.run(&format!("strongroom set --type local x --{MARKER}")).ends_with(2);
    session.run(&format!("strongroom key add --key={MARKER}")).ends_with(2);
    session.run(&format!("strongroom set --type local --allow-empty={MARKER} x")).ends_with(2);
}

#[test]
fn without_a_vault_it_says_where_it_looked() {
    let session = Session::new();
    fs::create_dir_all(session.path("a/b")).expect("folders");
    session.run("strongroom -C a/b list").shows(str![[r#"
[3]
--- stderr
error: no strongroom.toml found
       looked in: [ROOT]/work/a/b
                  [ROOT]/work/a
                  [ROOT]/work
       make one with: strongroom init, or name one with: --vault FILE

"#]]);
}

#[test]
fn the_vault_is_found_upwards_to_the_root_of_the_repository() {
    let session = Session::with_secret();
    fs::create_dir_all(session.path("a/b")).expect("folders");
    session.run("strongroom -C a/b list").succeeds();
    fs::create_dir_all(session.path("a/.git")).expect("another repository");
    session.run("strongroom -C a/b list").ends_with(3);
}

#[test]
fn a_variable_and_an_option_name_another_vault() {
    let session = Session::new();
    session.run("strongroom --vault a.toml init").succeeds();
    session.typed("strongroom init").variable("STRONGROOM_VAULT", "b.toml").run().succeeds();
    session
        .typed("strongroom --vault a.toml env add staging --type dev")
        .variable("STRONGROOM_VAULT", "b.toml")
        .run()
        .succeeds();
    assert!(session.read("a.toml").contains("staging"));
    session.typed("strongroom list").variable("STRONGROOM_VAULT", "b.toml").run().shows(str![[
        r#"
[0]
--- stderr
the vault has no secrets yet; set one with: strongroom set --type local NAME

"#
    ]]);
    session.typed("strongroom list").variable("STRONGROOM_VAULT", "c.toml").run().shows(str![[
        r#"
[3]
--- stderr
error: there is no vault at c.toml
       make one with: strongroom init
       named by: STRONGROOM_VAULT

"#
    ]]);
    session.run("strongroom --vault c.toml list").shows(str![[r#"
[3]
--- stderr
error: there is no vault at c.toml
       make one with: strongroom init

"#]]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    Session::new().run("strongroom -C nowhere list").shows(str![[r#"
[3]
--- stderr
error: cannot go to the folder nowhere: No such file or directory (os error 2)

"#]]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let session = Session::with_secret();
    for line in ["list", "list --json", "list github_api_token", "get github_api_token", "--help"] {
        let mut command = session.command();
        let mut child = command
            .args(line.split(' '))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let mut words = String::new();
        child.stderr.take().expect("words").read_to_string(&mut words).expect("UTF-8");
        assert_eq!(child.wait().expect("an end").code(), Some(0), "{line}: {words}");
        assert!(!words.contains("error"), "{line}: {words}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    let session = Session::with_secret();
    let mut command = session.command();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let output =
        command.args(["get", "github_api_token"]).stdout(full).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(3));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("cannot write to standard output"), "{words}");
}

#[test]
fn dangerous_characters_in_arguments_and_paths_reach_no_terminal() {
    let session = Session::new();
    let folder = "a\u{1b}[31m\u{202e}b";
    fs::create_dir_all(session.path(folder)).expect("a folder");
    session.run(&format!("strongroom -C '{folder}' list")).ends_with(3);
    session.run(&format!("strongroom --vault '{folder}/x.toml' list")).ends_with(3);
    session.run(&format!("strongroom '{folder}'")).ends_with(2);
    session.run(&format!("strongroom -C '{folder}' init")).succeeds();
    session.run(&format!("strongroom -C '{folder}' get 'x\u{1b}'")).ends_with(1);
    session.run(&format!("strongroom -C '{folder}' get --env 'x\u{9b}' y")).ends_with(2);
    session.run(&format!("strongroom -C '{folder}' run -- 'x\u{1b}'")).ends_with(127);
}

#[test]
fn a_stray_word_that_is_an_environment_is_shown_as_an_option() {
    let session = Session::with_secret();
    session.run("strongroom edit production").shows(str![[r#"
[2]
--- stderr
error: an argument too many, an unknown option, or a value that an option does not take
       `production` is an environment: --type production
       Usage: strongroom edit [OPTIONS]

"#]]);
    session.run("strongroom export prod").shows(str![[r#"
[2]
--- stderr
error: an argument too many, an unknown option, or a value that an option does not take
       `prod` is an environment: --type prod
       Usage: strongroom export [--type TYPE | --env NAME] --format FORMAT [OPTIONS]

"#]]);
    session.run("strongroom get github_api_token dev").shows(str![[r#"
[2]
--- stderr
error: an argument too many, an unknown option, or a value that an option does not take
       `dev` is an environment: --type dev
       Usage: strongroom get [OPTIONS] <NAME>

"#]]);
}

#[test]
fn no_option_is_to_be_passed_as_a_value() {
    let session = Session::with_secret();
    session.run("strongroom get --out x").shows(str![[r#"
[2]
--- stderr
error: unexpected argument '--out' found
       Usage: strongroom get [OPTIONS] <NAME>
       For more information, try '--help'.

"#]]);
}
