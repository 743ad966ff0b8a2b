//! Settings: loaded without any key, reported all at once, and followed.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use strongroom::{FromSetting, InvalidSetting, LoadErrorKind, Loader, SecretCause};

use crate::scene::Scene;

#[strongroom::settings(vault = "vault.toml", any_vault)]
#[derive(Debug, Clone, PartialEq)]
struct Settings {
    max_retries: u8,
    request_timeout: Duration,
    public_url: Option<String>,
    #[setting(name = "log/level", default = "info")]
    level: String,
    #[setting(default = "two")]
    own: Own,
}

/// What the build cannot read.
#[derive(Debug, Clone, PartialEq)]
struct Own(u8);

impl FromSetting for Own {
    fn from_setting(text: &str) -> Result<Self, InvalidSetting> {
        match text {
            "one" => Ok(Self(1)),
            "two" => Ok(Self(2)),
            _ => Err(InvalidSetting::new("`one` or `two`")),
        }
    }
}

/// The vault of this struct has another id than those of the tests.
#[strongroom::settings(vault = "vault.toml")]
struct Bound {
    max_retries: u8,
}

const WRITTEN: &str = "
[settings.Max-Retries]
default = 3
development = \"4\"
staging = \"5\"

[settings.request_timeout]
default = \"1m30s\"

[settings.public_url]
production = \"https://shop.example\"
";

/// A vault with settings, and a machine without a key.
fn scene() -> Scene {
    let scene = Scene::new().without_kept_key();
    scene.draft(|draft, _| {
        draft
            .add_environment("staging", strongroom::EnvironmentType::Development)
            .expect("a new name");
    });
    scene.rewrite(|text| text + WRITTEN);
    scene
}

fn load(scene: &Scene, environment: &str) -> Result<Settings, strongroom::LoadError> {
    Loader::new().vault(scene.vault()).environment(environment).load()
}

#[test]
fn each_environment_has_its_own_or_that_of_its_type_or_the_default() {
    for (environment, lines) in [
        ("local", "3 90s None info"),
        ("dev", "4 90s None info"),
        ("staging", "5 90s None info"),
        ("prod", "3 90s Some(\"https://shop.example\") info"),
    ] {
        scene().with("STRONGROOM_ENV", environment).run("settings").loads(lines);
    }
}

#[test]
fn everything_that_is_missing_or_wrong_is_reported_at_once() {
    let scene = scene();
    scene.rewrite(|text| {
        text.replace("default = 3", "default = 300").replace(
            "[settings.request_timeout]\ndefault = \"1m30s\"",
            "[settings.request_timeuot]\nlocal = \"1s\"",
        ) + "\n[settings.own]\nlocal = \"three\"\n"
    });
    let error = load(&scene, "local").expect_err("wrong");
    assert_eq!(error.kind(), LoadErrorKind::Settings);
    let text = error.to_string();
    for part in [
        "cannot load `Settings` for `local` (chosen by the program): 3 of 5 settings\n",
        "\n  `max_retries` is `300` by default, and not valid for `u8`: expected a whole number from 0 to 255\n",
        "set it again with: strongroom setting set --default Max-Retries VALUE\n",
        "\n  `request_timeout` has no value; there is a setting `request_timeuot`: is that it?\n",
        "set one with: strongroom setting set --type local request_timeout VALUE\n",
        "\n  `own` is `three` for `local`, and not valid for `Own`: expected `one` or `two`\n",
        "set it again with: strongroom setting set --type local own VALUE",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let causes: Vec<_> = error.failures().iter().map(strongroom::SecretFailure::cause).collect();
    assert!(matches!(
        causes.as_slice(),
        [
            SecretCause::InvalidSetting { .. },
            SecretCause::NoSetting { near: Some(_), is_secret: false },
            SecretCause::InvalidSetting { scope: Some(_), .. },
        ]
    ));
}

#[strongroom::settings(vault = "vault.toml", any_vault)]
#[derive(Debug, PartialEq)]
struct Lists {
    words: Vec<String>,
    numbers: Vec<u8>,
}

#[test]
fn a_list_has_what_stands_between_its_commas() {
    let lists = |words: &str, numbers: &str| {
        let scene = scene();
        let lists =
            format!("[settings.words]\nlocal = {words}\n[settings.numbers]\nlocal = {numbers}\n");
        scene.rewrite(|text| text + &lists);
        Loader::new().vault(scene.vault()).environment("local").load::<Lists>()
    };
    for (text, words) in [
        ("\"\"", &[][..]),
        ("\" \"", &[]),
        ("\"one\"", &["one"]),
        ("\" a b , c\"", &["a b", "c"]),
        ("\"a,,b,\"", &["a", "", "b", ""]),
        ("\",\"", &["", ""]),
        ("5", &["5"]),
    ] {
        assert_eq!(lists(text, "7").expect("lists").words, words, "{text}");
    }
    for (text, wrong) in [
        ("\"1,,3\"", "as element 2 of a list with commas, where nothing stands"),
        ("\"1, 2,\"", "as element 3 of a list with commas, where nothing stands"),
        ("\"1, 256\"", "as element 2 of a list with commas\n"),
    ] {
        let error = lists("\"\"", text).expect_err("no numbers").to_string();
        let wanted =
            format!("not valid for `Vec<u8>`: expected a whole number from 0 to 255 {wrong}");
        assert!(error.contains(&wanted), "{error}");
    }
}

#[test]
fn a_secret_is_no_setting() {
    let scene = scene();
    scene.rewrite(|text| {
        text.replace("[settings.request_timeout]\ndefault = \"1m30s\"", "[secrets.request_timeout]")
    });
    let text = load(&scene, "local").expect_err("missing").to_string();
    let wanted = "`request_timeout` is a secret in the vault, and no setting\n       \
                  declare it in a struct with #[strongroom::secrets]";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn one_name_of_a_secret_and_of_a_setting_is_refused_with_both_lines() {
    let scene = scene();
    scene.rewrite(|text| text + "\n[secrets.max_retries]\n");
    let text = std::fs::read_to_string(scene.vault()).expect("a vault");
    let line = |start: &str| 1 + text.lines().position(|line| line == start).expect("a line");
    let error = load(&scene, "local").expect_err("both");
    assert_eq!(error.kind(), LoadErrorKind::Vault);
    let wanted = format!(
        ":{}:10: `max_retries` is a secret here, and a setting in line {} as `Max-Retries`\n",
        line("[secrets.max_retries]"),
        line("[settings.Max-Retries]"),
    );
    assert!(error.to_string().contains(&wanted), "{error}");
}

#[test]
fn another_vault_than_the_build_saw_and_an_unknown_environment_are_refused() {
    let scene = scene();
    let error = Loader::new().vault(scene.vault()).load::<Bound>().map(|it| it.max_retries);
    assert_eq!(error.expect_err("another vault").kind(), LoadErrorKind::NotAsBuilt);
    let error = load(&scene, "stagin").expect_err("unknown");
    assert_eq!(error.kind(), LoadErrorKind::Environment);
    assert!(error.to_string().contains("did you mean `staging`?"), "{error}");
    scene.rewrite(|text| text.replace("default = 3", "defualt = 3"));
    let error = load(&scene, "local").expect_err("a faulty vault");
    assert_eq!(error.kind(), LoadErrorKind::Vault);
    assert!(error.to_string().contains("did you mean `default`?"), "{error}");
}

#[test]
fn a_test_gives_values_and_a_scope_lends_them() {
    let given = [("MaxRetries", "7"), ("request-timeout", "2s"), ("own", "one")];
    let settings = Settings::from_values(given).expect("valid");
    let wanted = Settings {
        max_retries: 7,
        request_timeout: Duration::from_secs(2),
        public_url: None,
        level: "info".to_owned(),
        own: Own(1),
    };
    assert_eq!(settings, wanted);
    settings.scope(|| assert_eq!(Settings::get().expect("given"), &wanted));
    let given = [("max_retries", "many"), ("own", "1"), ("what", "?")];
    let error = Settings::from_values(given).expect_err("invalid");
    assert_eq!(error.kind(), LoadErrorKind::Settings);
    let text = error.to_string();
    for part in [
        "no field takes `what`",
        "`max_retries` is `many`, and not valid for `u8`: expected a whole number from 0 to 255",
        "`request_timeout` was not given to `from_values`",
        "`own` is `1`, and not valid for `Own`: expected `one` or `two`",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_change_arrives_as_a_whole_and_a_bad_one_changes_nothing() {
    let scene = scene();
    let reports = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&reports);
    let loader = Loader::new()
        .vault(scene.vault())
        .environment("local")
        .on_failed_reload(move |error| told.lock().expect("a lock").push(error.to_string()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let receiver = runtime.expect("a runtime").block_on(loader.watch::<Settings>());
    let mut receiver = receiver.expect("a first load");
    assert_eq!(receiver.borrow_and_update().max_retries, 3);
    let change = |from: &str, to: &str| {
        let text = scene.text();
        assert!(text.contains(from), "{text}");
        // In one step, as the command writes.
        let new = scene.write("new.toml", &text.replace(from, to));
        fs::rename(new, scene.vault()).expect("a vault");
    };
    change("default = 3", "default = 4\nlocal = \"8\"");
    until("the new number", || receiver.borrow().max_retries == 8);
    assert_eq!(receiver.borrow_and_update().request_timeout, Duration::from_secs(90));

    // One setting is wrong, so that the other one does not change either.
    change("local = \"8\"", "local = \"9\"");
    change("\"1m30s\"", "\"soon\"");
    until("a report", || !reports.lock().expect("a lock").is_empty());
    let report = reports.lock().expect("a lock")[0].clone();
    assert!(report.contains("`request_timeout` is `soon` by default"), "{report}");
    assert_ne!(receiver.borrow().request_timeout, Duration::ZERO);
    change("\"soon\"", "\"2s\"");
    until("the last change", || receiver.borrow().request_timeout == Duration::from_secs(2));
    assert_eq!(receiver.borrow_and_update().max_retries, 9);

    // What is not of these settings is no change.
    change("[settings.public_url]", "# a comment\n[settings.public_url]\ndevelopment = \"x\"");
    thread::sleep(Duration::from_millis(400));
    assert!(!receiver.has_changed().expect("followed"));
}
