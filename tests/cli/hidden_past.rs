//! What commands ask git's history, where somebody made commits to hide it from them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::decoy;
use crate::git::Clone;
use crate::session::Session;

const REMOVE: &str = "strongroom holder remove guest --yes";
const ROTATED: &str = "new data keys for `development` and `local`";

/// A vault whose `guest` opens development and local, committed.
fn with_guest() -> Clone {
    let clone = Clone::installed();
    clone.session.run("strongroom holder add guest --type dev,local --out ../g.key").succeeds();
    clone.commit("Ann", "a guest");
    clone
}

/// The vault as it is when guest deleted the line of one type.
fn with_one_line_less(session: &Session) -> String {
    decoy::without_grant(&session.read("strongroom.toml"), "local", "guest")
}

#[test]
fn a_grant_that_its_holder_deleted_is_found_wherever_the_vault_was() {
    let clone = with_guest();
    let forged = with_one_line_less(&clone.session);
    clone.session.write("strongroom.toml", &forged);
    clone.commit("Guest", "less for me");
    clone.session.run(REMOVE).succeeds().says(ROTATED);

    let clone = with_guest();
    decoy::moves_in(&clone.session, &with_one_line_less(&clone.session));
    clone.session.run(REMOVE).succeeds().says(ROTATED);

    // In another folder, and under another name, from which nobody who follows the last one comes back.
    let clone = with_guest();
    std::fs::create_dir(clone.session.path("shop")).expect("a folder");
    clone.git(&["mv", "strongroom.toml", "shop/vault.toml"]);
    clone.commit("Ann", "one for the shop");
    clone.git(&["mv", "shop/vault.toml", "strongroom.toml"]);
    clone.commit("Ann", "no, for all");
    decoy::moves_in(&clone.session, &with_one_line_less(&clone.session));
    clone.session.run(REMOVE).succeeds().says(ROTATED);

    // Nothing is found where nothing was.
    let clone = with_guest();
    let of_dev = "strongroom holder remove guest --yes --type dev";
    clone.session.run(of_dev).succeeds().says("new data keys for `development`");
}

#[test]
fn a_vault_that_was_called_otherwise_before_a_decoy_came_keeps_that_past() {
    let clone = Clone::installed();
    clone.session.run("strongroom holder add guest --type dev,local --out ../g.key").succeeds();
    clone.git(&["mv", "strongroom.toml", "secrets.toml"]);
    clone.commit("Ann", "a guest");
    let less = decoy::without_grant(&clone.session.read("secrets.toml"), "local", "guest");
    clone.session.write("secrets.toml", &less);
    clone.commit("Guest", "less for me");
    clone.git(&["mv", "secrets.toml", "strongroom.toml"]);
    clone.commit("Ann", "as others call it");
    decoy::moves_in(&clone.session, &less);
    clone.session.run(REMOVE).succeeds().says(ROTATED);
}

#[test]
fn what_cuts_the_history_is_said_before_a_holder_is_removed() {
    let clone = with_guest();
    clone.session.write("strongroom.toml", with_one_line_less(&clone.session));
    clone.commit("Guest", "less for me");
    let from = format!("file://{}", clone.session.path("").display());
    clone.git(&["clone", "-q", "--depth", "1", &from, "../shallow"]);
    clone.git(&["config", "uploadpack.allowFilter", "true"]);
    clone.git(&["clone", "-q", "--filter=blob:none", &from, "../partial"]);
    for (clone_of, why) in [
        ("shallow", "git's history ends early here (git fetch --unshallow), so lines that were"),
        ("partial", "git's history lacks files here (a partial clone: "),
    ] {
        let vault = clone.session.path(&format!("../{clone_of}/strongroom.toml"));
        clone.session.export("STRONGROOM_VAULT", &vault);
        clone.session.run("strongroom holder remove guest").ends_with(2).says(why);
    }
    clone.session.forget("STRONGROOM_VAULT");
    too_many_commits(&clone.session);
    let why = "git's history is too long to be looked through, so lines that were deleted";
    clone.session.run("strongroom holder remove guest").ends_with(2).says(why);
}

/// More commits of the vault than anybody looks through.
fn too_many_commits(session: &Session) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    git.args(["fast-import", "--quiet", "--force"]).stdin(Stdio::piped());
    let mut child = git.spawn().expect("git");
    let vault = session.read("strongroom.toml");
    let other = format!("{vault}\n");
    let mut text = String::new();
    for (mark, vault) in [(1, &vault), (2, &other)] {
        writeln!(text, "blob\nmark :{mark}\ndata {}\n{vault}", vault.len()).expect("text");
    }
    for count in 0..20_002 {
        let from = if count == 0 { "from refs/heads/main^0\n" } else { "" };
        writeln!(
            text,
            "commit refs/heads/main\ncommitter x <x@x> {} +0000\ndata 1\nx\n{from}M 100644 :{} strongroom.toml\n",
            1_900_000_000 + count,
            1 + (count + 1) % 2,
        )
        .expect("text");
    }
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
    assert!(child.wait().expect("git").success());
    decoy::git(session, &["reset", "-q", "--hard", "main"]);
}

#[test]
fn an_older_vault_that_came_in_place_of_the_newer_one_is_called_that() {
    let clone = Clone::installed();
    let older = clone.session.read("strongroom.toml");
    clone.session.run("strongroom key rotate --type local --yes").succeeds();
    clone.commit("Ann", "new keys");
    decoy::moves_in(&clone.session, &older);
    let said = clone.run("strongroom key older", 2);
    assert!(said.contains("by Ann, which is part of what is checked out"), "{said}");
    assert!(said.contains("generation 1 was put back by commit [COMMIT..]"), "{said}");
    assert!(said.contains("by Guest"), "{said}");

    // A vault of somebody else in the same repository tells nothing.
    let clone = Clone::installed();
    clone.session.run("strongroom key rotate --type local --yes").succeeds();
    std::fs::create_dir(clone.session.path("other")).expect("a folder");
    let other = clone.session.read("strongroom.toml");
    let id = other.split("id = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    clone.session.write("other/strongroom.toml", other.replace(id, &"0".repeat(id.len())));
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    clone.commit("Ann", "another vault");
    let said = clone.run("strongroom key older", 2);
    assert!(said.contains("no commit here has a newer one: it was thrown away"), "{said}");
}

#[test]
fn a_vault_that_was_deleted_and_came_again_keeps_its_history() {
    let clone = Clone::installed();
    clone.set("--type prod", "stripe_api_key", "2");
    clone.commit("Bob", "two");
    decoy::moves_in(&clone.session, &clone.session.read("strongroom.toml"));
    let said = clone.run("strongroom history --type prod stripe_api_key", 0);
    assert!(said.contains("two"), "{said}");
    clone.session.run("strongroom rollback stripe_api_key --to 1 --type prod").succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key").trim(), "-1");
}
