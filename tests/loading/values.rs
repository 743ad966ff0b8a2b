//! What is loaded: values of the environment, of its type, of every type of field.

use strongroom_vault::EnvironmentType;

use crate::scene::{MARKER, Scene};

fn two_set() -> Scene {
    let scene = Scene::new();
    scene.set("GitHubAPIToken", "local", "1");
    scene.set("ssh_private_key", "local", "2");
    scene
}

#[test]
fn values_are_loaded_whatever_their_spelling() {
    two_set().run("two").loads("M1 M2");
}

#[test]
fn loading_works_inside_and_outside_of_an_async_runtime() {
    let scene = two_set();
    scene.run("two, async").loads("M1 M2");
    scene.run("two, inside a runtime").loads("M1 M2");
    scene.run("two, once").loads("M1 M2");
}

#[test]
fn a_named_environment_beats_its_type_and_falls_back_to_it() {
    let scene = Scene::new();
    scene.draft(|draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("new");
    });
    scene.set("github_api_token", "dev", "type");
    scene.set("ssh_private_key", "dev", "type");
    scene.set("ssh_private_key", "staging", "own");
    scene.run("two").refuses(&["2 of 2 secrets", "for `local`", "what the build checked"]);
    let scene = scene.with("STRONGROOM_ENV", "staging");
    scene.run("two").loads("Mtype Mown");
    let scene = scene.with("ARGUMENT", "development");
    scene.run("two, for an environment").loads("Mtype Mtype");
}

#[test]
fn fields_have_types_and_may_be_missing() {
    let scene = Scene::new();
    scene.set_bytes("port", "local", b"8080");
    scene.set_bytes("certificate", "local", &[0xff; 40]);
    let debug =
        "Typed { port: [hidden], certificate: [hidden], sentry_dsn: [hidden], stripe: [hidden] }";
    scene.run("typed").loads(&format!("8080 40 None None {debug}"));
    scene.set("api-credentials/API_key", "local", "s");
    scene.run("typed").loads(&format!("8080 40 None Some(\"Ms\") {debug}"));
}

#[test]
fn an_invalid_value_is_named_by_field_and_type() {
    let scene = Scene::new();
    scene.set("port", "local", "no number");
    scene.set_bytes("sentry_dsn", "local", &[0xff]);
    scene.run("typed").refuses(&[
        "3 of 4 secrets",
        "`port` is not valid for `u16`: expected a whole number from 0 to 65535",
        "`certificate` has no value",
        "`sentry_dsn` is not valid for `Option<String>`: expected UTF-8 text",
    ]);
}

#[test]
fn a_wrong_value_is_set_again_where_it_lies() {
    let scene = Scene::new();
    scene.draft(|draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("new");
    });
    scene.set("port", "dev", "no number");
    scene.with("STRONGROOM_ENV", "staging").run("typed").refuses(&[
        "for `staging` (type `development`)",
        "set it again with: strongroom set --type development port",
        "set one with: strongroom set --env staging certificate",
    ]);
}

#[test]
fn tests_make_structs_of_values() {
    #[strongroom::secrets(vault = "vault.toml")]
    struct Secrets {
        github_api_token: String,
        port: Option<u16>,
    }
    let secrets = Secrets::from_values([("GitHubAPIToken", MARKER)]).expect("complete");
    assert_eq!((secrets.github_api_token.as_str(), secrets.port), (MARKER, None));
    let error = Secrets::from_values([("port", "x"), ("prot", MARKER)]).expect_err("wrong");
    let text = error.to_string();
    for part in ["no field takes `prot`", "`github_api_token` was not given", "`port` is not valid"]
    {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains(MARKER));
}
