//! A team with three homes and one repository: joining, opening once, leaving values for others, leaving, and git.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::session::{MARKER, Session, is_installed};

/// A person: a home, and a clone of the repository that all share.
struct Person(Session);

impl Person {
    /// Clones the repository into a new home.
    fn joining(name: &str, repository: &Path) -> Self {
        let session = Session::new();
        fs::remove_dir_all(session.path("")).expect("a folder");
        fs::create_dir(session.path("")).expect("a folder");
        let person = Self(session);
        person.git(&["clone", "-q", &repository.to_string_lossy(), "."]);
        person.git(&["config", "user.name", name]);
        person.git(&["config", "user.email", &format!("{name}@example.com")]);
        person
    }

    fn try_git(&self, words: &[&str]) -> Output {
        let mut git = Command::new("git");
        self.0.set_up(&mut git);
        // The driver is the command that is tested.
        git.args(words).output().expect("git")
    }

    fn git(&self, words: &[&str]) -> String {
        let output = self.try_git(words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {words:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn commits(&self, subject: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", subject]);
        self.git(&["pull", "-q", "--no-rebase", "--no-edit"]);
        self.git(&["push", "-q"]);
    }

    fn pulls(&self) {
        self.git(&["pull", "-q", "--no-rebase", "--no-edit"]);
    }

    /// Types a line that must succeed; gives its words.
    fn types(&self, line: &str) -> String {
        self.0.run(line).succeeds().stderr.clone()
    }

    fn sets(&self, line: &str, value: &str) -> String {
        self.0.typed(line).input(value).run().succeeds().stderr.clone()
    }

    fn gets(&self, kind: &str, name: &str) -> Option<String> {
        let get = self.0.typed(&format!("strongroom get --type {kind} {name}"));
        let outcome = get.that_shows_secrets().run();
        outcome.status_is_one_of(&[0]).then(|| outcome.output())
    }
}

/// What follows a word in a text, up to the next white space.
fn after<'t>(text: &'t str, word: &str) -> &'t str {
    let rest = text.split(word).nth(1).unwrap_or_else(|| panic!("`{word}` is not in\n{text}"));
    rest.split_whitespace().next().unwrap_or_default()
}

/// The first code in a text: four groups of four.
fn code(text: &str) -> &str {
    let is_code = |word: &&str| word.len() == 19 && word.split('-').all(|group| group.len() == 4);
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.find(is_code).unwrap_or_else(|| panic!("no code in\n{text}"))
}

fn value(what: &str) -> String {
    format!("{MARKER}-{what}")
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is one story, told in its order")]
fn a_team_joins_leaves_values_for_each_other_and_parts() {
    if !is_installed("git", "a team with one repository") {
        return;
    }
    let shared = tempfile::tempdir().expect("a folder");
    let repository = shared.path().join("shop.git");
    let made =
        Command::new("git").args(["init", "-q", "--bare", "-b", "main"]).arg(&repository).status();
    assert!(made.expect("git").success());

    // The owner makes the vault.
    let owner = Person::joining("owner", &repository);
    owner.git(&["checkout", "-q", "-b", "main"]);
    owner.types("strongroom init");
    owner.sets("strongroom set --type dev,local github_api_token", &value("token"));
    owner.sets("strongroom set --type production stripe_api_key", &value("stripe"));
    owner.git(&["add", "-A"]);
    owner.git(&["commit", "-qm", "a vault"]);
    owner.git(&["push", "-q", "-u", "origin", "main"]);

    // Two join with keys of their own; nothing secret is sent.
    let dev = Person::joining("dev", &repository);
    let guest = Person::joining("guest", &repository);
    let recipient = dev.0.run("strongroom key new").succeeds().output();
    assert!(recipient.starts_with("age1"), "{recipient}");
    let joined = owner
        .types(&format!("strongroom holder add dev {} --type dev,preview,local", recipient.trim()));
    let for_dev = after(&joined, "--expect ").to_owned();
    let ssh = guest.0.home().join(".ssh");
    fs::create_dir_all(&ssh).expect("a folder");
    let keygen = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "laptop", "-f"])
        .arg(ssh.join("id_ed25519"))
        .status();
    let has_ssh = keygen.is_ok_and(|status| status.success());
    let for_guest = if has_ssh {
        let public = fs::read_to_string(ssh.join("id_ed25519.pub")).expect("a public key");
        let line = format!("strongroom holder add guest '{}' --type dev,local", public.trim());
        after(&owner.types(&line), "--expect ").to_owned()
    } else {
        crate::session::skipped("a holder with an SSH key: ssh-keygen is not installed");
        let recipient = guest.0.run("strongroom key new").succeeds().output();
        let line = format!("strongroom holder add guest {} --type dev,local", recipient.trim());
        after(&owner.types(&line), "--expect ").to_owned()
    };
    let ci = shared.path().join("ci.key");
    owner.types(&format!(
        "strongroom holder add ci --access-key --type production --out {}",
        ci.display()
    ));
    owner.commits("dev, guest and ci join");

    // Opened once, found from then on.
    dev.pulls();
    assert_eq!(dev.gets("local", "github_api_token"), None);
    let wrong = dev.0.run(&format!("strongroom unlock --expect {for_guest}"));
    wrong.ends_with(3);
    dev.types(&format!("strongroom unlock --expect {for_dev}"));
    assert_eq!(dev.gets("local", "github_api_token"), Some(value("token")));
    guest.pulls();
    guest.types(&format!("strongroom unlock --expect {for_guest}"));
    assert_eq!(guest.gets("dev", "github_api_token"), Some(value("token")));

    // What one may not read, one can still leave for those who may.
    dev.0.run("strongroom get --type production stripe_api_key").ends_with(3).says("owner");
    let set =
        dev.0.typed("strongroom set --type production stripe_api_key").input(value("no")).run();
    set.ends_with(3).says("--deposit");
    let left = dev.sets("strongroom set --deposit --type production stripe_api_key", &value("new"));
    let deposit = code(&left).to_owned();
    dev.commits("a new key for stripe waits");
    owner.pulls();
    let listed = owner.0.run("strongroom list");
    listed.succeeds();
    assert!(
        format!("{}{}", listed.output(), listed.stderr).contains(&deposit),
        "{}",
        listed.stderr
    );
    assert_eq!(owner.gets("production", "stripe_api_key"), Some(value("stripe")));
    owner.0.run("strongroom accept stripe_api_key").ends_with(2);
    let accepted = owner.types(&format!("strongroom accept {deposit} --yes"));
    assert!(accepted.contains("dev"), "who left it: {accepted}");
    assert_eq!(owner.gets("production", "stripe_api_key"), Some(value("new")));
    owner.commits("the new key for stripe");

    // With the driver, both sides' work merges by itself, and only a real conflict is one.
    for person in [&owner, &dev] {
        person.pulls();
        person.types("strongroom git install");
    }
    owner.git(&["add", "-A"]);
    owner.git(&["commit", "-qm", "git knows the vault"]);
    owner.git(&["push", "-q"]);
    dev.git(&["checkout", "-q", "--", "."]);
    dev.git(&["clean", "-qf"]);
    dev.pulls();
    owner.sets("strongroom set --type dev smtp_password", &value("smtp"));
    owner.types("strongroom env add staging --type dev");
    owner.commits("smtp, staging");
    dev.sets("strongroom set --type dev smtp_user", &value("user"));
    dev.sets("strongroom set --type local github_api_token", &value("dev's"));
    dev.commits("smtp's user");
    owner.pulls();
    for (name, expected) in [("smtp_password", "smtp"), ("smtp_user", "user")] {
        assert_eq!(owner.gets("dev", name), Some(value(expected)));
    }
    owner.sets("strongroom set --type local github_api_token", &value("owner's"));
    owner.commits("another token");
    dev.sets("strongroom set --type local github_api_token", &value("dev's second"));
    dev.git(&["commit", "-qam", "yet another token"]);
    let pulled = dev.try_git(&["pull", "-q", "--no-rebase", "--no-edit"]);
    assert!(!pulled.status.success(), "the same value twice is a conflict");
    let open = dev.0.run("strongroom resolve");
    open.ends_with(1);
    assert!(open.output().contains("github_api_token"), "{}", open.output());
    dev.types("strongroom resolve github_api_token --theirs");
    dev.git(&["add", "strongroom.toml"]);
    dev.git(&["commit", "-q", "--no-edit"]);
    dev.git(&["push", "-q"]);
    assert_eq!(dev.gets("local", "github_api_token"), Some(value("owner's")));

    // One leaves. What they knew is listed, and everybody else goes on.
    owner.pulls();
    let removed = owner.0.run("strongroom holder remove guest --yes");
    let known = removed.succeeds().output();
    assert!(known.contains("github_api_token") && !known.contains("stripe_api_key"), "{known}");
    owner.commits("guest leaves");
    guest.pulls();
    assert_eq!(guest.gets("dev", "github_api_token"), None);
    dev.pulls();
    assert_eq!(dev.gets("dev", "github_api_token"), Some(value("token")));
    owner.types("strongroom key rotate --type production --yes");
    owner.commits("new key for production");
    let read = |key: &Path| {
        owner.0.export("STRONGROOM_KEY_FILE", key.as_os_str().to_owned());
        let value = owner.gets("production", "stripe_api_key");
        owner.0.forget("STRONGROOM_KEY_FILE");
        value
    };
    assert_eq!(read(&ci), Some(value("new")));

    // What was is in git's history.
    let history =
        owner.0.run("strongroom history github_api_token --type local --all").succeeds().output();
    for (version, author) in
        [("version 1 ", "owner"), ("version 2 ", "dev"), ("sealed again", "owner")]
    {
        let line = history.lines().find(|line| line.contains(version));
        assert!(line.is_some_and(|line| line.contains(author)), "{version}: {history}");
    }
    owner.types("strongroom rollback stripe_api_key --to 2 --type production --yes");
    dev.pulls();
    dev.types("strongroom lock");
    assert_eq!(dev.gets("dev", "github_api_token"), None);
    dev.types(&format!("strongroom unlock --expect {for_dev}"));
    assert_eq!(dev.gets("dev", "github_api_token"), Some(value("token")));
}
