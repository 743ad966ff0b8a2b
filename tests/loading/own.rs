//! A developer's own values: they beat the vault's while the type is `local`, and nothing else does.

use std::fs;
use std::process::Command;

use strongroom_vault::{EnvironmentType, Index, MINE_FILE_NAME, NEW_MINE_FILE, set_mine};

use crate::scene::{MARKER, Scene, TODAY};

fn own_file(scene: &Scene) -> std::path::PathBuf {
    scene.vault().with_file_name(MINE_FILE_NAME)
}

/// Sets a value of one's own; the marker is put before it.
fn set_own(scene: &Scene, name: &str, environment: &str, value: &str) {
    let file = own_file(scene);
    let text = fs::read_to_string(&file).unwrap_or_else(|_| NEW_MINE_FILE.to_owned());
    let vault = scene.text();
    let index = Index::read(&vault).expect("a vault");
    let environment = index.environment(environment).expect("known");
    let key = scene.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
    let value = format!("{MARKER}{value}");
    let (text, _) = set_mine(&text, &index, key, name, &environment, value.as_bytes(), TODAY)
        .expect("settable");
    fs::write(file, text).expect("the mine file");
}

fn two_set() -> Scene {
    let scene = Scene::new();
    for environment in ["local", "dev"] {
        scene.set("github_api_token", environment, "shared");
        scene.set("ssh_private_key", environment, "shared");
    }
    scene
}

#[test]
fn a_value_of_ones_own_beats_that_of_the_vault() {
    let scene = two_set();
    set_own(&scene, "GitHubAPIToken", "local", "own");
    scene.run("two").loads("Mown Mshared");
    set_own(&scene, "ssh_private_key", "local", "too");
    scene.run("two").loads("Mown Mtoo");
}

#[test]
fn a_value_of_ones_own_stands_in_for_a_missing_one() {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "shared");
    set_own(&scene, "ssh_private_key", "local", "own");
    scene.run("two").loads("Mshared Mown");
}

#[test]
fn values_of_ones_own_count_for_no_other_type() {
    let scene = two_set();
    set_own(&scene, "github_api_token", "local", "own");
    scene.with("STRONGROOM_ENV", "dev").run("two").loads("Mshared Mshared");
}

#[test]
fn a_named_environment_of_the_type_local_has_its_own_first() {
    let scene = two_set();
    scene.draft(|draft, _| {
        draft.add_environment("desk", EnvironmentType::Local).expect("new");
    });
    scene.set("github_api_token", "desk", "shared for the desk");
    set_own(&scene, "github_api_token", "local", "own");
    set_own(&scene, "ssh_private_key", "local", "own");
    set_own(&scene, "ssh_private_key", "desk", "own for the desk");
    let scene = scene.with("STRONGROOM_ENV", "desk");
    scene.run("two").loads("Mown Mown for the desk");
}

#[test]
fn a_file_that_git_tracks_is_refused() {
    let scene = two_set();
    set_own(&scene, "github_api_token", "local", "own");
    let folder = scene.root().join("shop");
    for words in [&["init", "-q"][..], &["add", "-f", MINE_FILE_NAME]] {
        let git = Command::new("git").args(words).current_dir(&folder).output().expect("git");
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
    }
    scene.run("two").refuses(&["git tracks", "git rm --cached", "strongroom.mine.toml"]);
    scene.with("STRONGROOM_ENV", "dev").run("two").loads("Mshared Mshared");
}

#[test]
fn a_value_moved_between_the_files_does_not_open() {
    let scene = two_set();
    set_own(&scene, "github_api_token", "local", "own");
    let line = |text: String| {
        let line = text.lines().skip_while(|line| *line != "[secrets.github_api_token]");
        line.skip(1).find(|line| line.starts_with("local")).expect("the line").to_owned()
    };
    let (shared, own) =
        (line(scene.text()), line(fs::read_to_string(own_file(&scene)).expect("it")));
    fs::write(own_file(&scene), format!("[secrets.github_api_token]\n{shared}\n"))
        .expect("written");
    scene.run("two").refuses(&[
        "1 of 2 secrets",
        "`github_api_token` was altered in strongroom.mine.toml",
        "set it again with: strongroom set --mine github_api_token",
    ]);
    fs::remove_file(own_file(&scene)).expect("removed");
    scene.rewrite(|text| text.replace(&shared, &own));
    scene.run("two").refuses(&["`github_api_token` was altered: its value was changed, or moved"]);
}

#[test]
fn a_value_of_ones_own_under_another_data_key_is_set_again_there() {
    let scene = two_set();
    set_own(&scene, "github_api_token", "local", "own");
    let file = own_file(&scene);
    let text = fs::read_to_string(&file).expect("the mine file");
    fs::write(&file, text.replace("sealed = \"A", "sealed = \"AR")).expect("written");
    scene.run("two").refuses(&["your own values in", "cannot use"]);
    let (before, after) = text.split_at(text.find("sealed = \"").expect("a value") + 14);
    let other = if after.starts_with('x') { "y" } else { "x" };
    fs::write(&file, format!("{before}{other}{}", &after[1..])).expect("written");
    scene.run("two").refuses(&[
        "is sealed under another data key in strongroom.mine.toml: a rotation leaves it so",
        "seal it again: strongroom reseal github_api_token",
        "or set it again with: strongroom set --mine github_api_token",
    ]);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let scene = two_set();
    set_own(&scene, "github_api_token", "local", "own");
    let mode = fs::Permissions::from_mode(0o666);
    fs::set_permissions(own_file(&scene), mode).expect("a mode");
    scene.run("two").refuses(&["others can write", "strongroom.mine.toml", "chmod go-w"]);
}
