//! Settings: which value counts, what a change leaves as it was, and what cannot be one.

use strongroom_vault::{
    Document, Draft, EditError, EnvironmentType, Index, NameFault, PlainOutcome, PlainValue, limits,
};

use super::editing::{edit, set, vault};

/// A vault with the environment `staging`, and settings that somebody wrote by hand.
pub(super) const WRITTEN: &str = "
[environments]
staging = \"development\"

[settings]   # by hand
ratio = { default = 0.5 }

[settings.Max-Retries]
# more in production
production = 0x1F
default = \"3\" # usual
staging = true

[settings.level]
about = \"what is logged\"
local = \"debug\"
";

pub(super) fn written() -> String {
    vault().0.text + WRITTEN
}

fn counts(text: &str, name: &str, environment: &str) -> Option<(String, String)> {
    let index = Index::read(text).expect("a vault");
    let environment = index.environment(environment).expect("an environment");
    let value = index.settings().lookup(name, &environment)?;
    Some((value.scope().to_owned(), value.text().to_owned()))
}

fn refused(
    text: &str,
    change: impl FnOnce(&mut Draft<'_, '_>) -> Result<(), EditError>,
) -> EditError {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    change(&mut Draft::new(&document, &index)).expect_err("refused")
}

#[test]
fn a_named_environment_comes_before_its_type_and_that_before_the_default() {
    let text = written();
    let found = |name, environment| {
        let (scope, text) = counts(&text, name, environment)?;
        Some(format!("{scope}: {text}"))
    };
    assert_eq!(found("max_retries", "staging").as_deref(), Some("staging: true"));
    assert_eq!(found("MaxRetries", "prod").as_deref(), Some("production: 31"));
    for environment in ["dev", "preview", "local"] {
        assert_eq!(found("max-retries", environment).as_deref(), Some("default: 3"));
    }
    assert_eq!(found("level", "local").as_deref(), Some("local: debug"));
    assert_eq!(found("level", "staging"), None);
    assert_eq!(found("levels", "local"), None);
    let text = text.replace("staging = true", "development = \"of the type\"");
    assert_eq!(counts(&text, "max_retries", "staging").expect("a value").1, "of the type");
    let index = Index::read(&text).expect("a vault");
    assert_eq!(index.settings().near("max_retires"), Some("Max-Retries"));
}

#[test]
fn a_change_leaves_every_other_byte_as_it_was() {
    let before = written();
    let after = edit(&before, |draft, index| {
        let staging = index.environment("staging").expect("declared");
        let production = EnvironmentType::Production.into();
        let set = |draft: &mut Draft<'_, '_>, name, environment, text| {
            draft.set_setting(name, environment, text).expect("settable")
        };
        assert_eq!(set(draft, "max_retries", Some(&staging), "2"), PlainOutcome::Updated);
        // However it is written.
        assert_eq!(set(draft, "max_retries", Some(&production), "31"), PlainOutcome::Unchanged);
        assert_eq!(set(draft, "ratio", None, "0.5"), PlainOutcome::Unchanged);
        assert_eq!(set(draft, "ratio", Some(&staging), "0.25"), PlainOutcome::Created);
        assert_eq!(set(draft, "level", None, "in \"quotes\" \\"), PlainOutcome::Created);
        assert_eq!(set(draft, "kept/new", None, ""), PlainOutcome::Created);
        draft.set_setting_about("kept/new", "why").expect("describable");
    });
    let wanted = before
        .replace("staging = true", "staging = \"2\"")
        .replace("{ default = 0.5 }", "{ default = 0.5, staging = \"0.25\" }")
        .replace("local = \"debug\"", "default = \"in \\\"quotes\\\" \\\\\"\nlocal = \"debug\"");
    let wanted = wanted.replace(
        "[settings.level]",
        "[settings.\"kept/new\"]\nabout = \"why\"\ndefault = \"\"\n\n[settings.level]",
    );
    assert_eq!(after, wanted);
}

#[test]
fn with_its_last_value_a_setting_goes_and_with_an_environment_its_values() {
    let before = written();
    let after = edit(&before, |draft, _| {
        assert!(!draft.unset_setting("level", PlainValue::DEFAULT));
        assert!(!draft.unset_setting("levels", "local"));
        assert!(draft.unset_setting("LEVEL", "local"));
    });
    assert!(!after.contains("level") && !after.contains("what is logged"), "{after}");
    let after = edit(&before, |draft, index| {
        let staging = index.environment("staging").expect("declared");
        draft.remove_environment(&staging);
    });
    assert_eq!(counts(&after, "max_retries", "dev").expect("a value").1, "3");
    let after = edit(&before, |draft, _| {
        assert!(draft.remove_setting("max_retries") && !draft.remove_setting("nothing"));
    });
    assert!(!after.contains("Max-Retries") && after.contains("ratio"), "{after}");
}

#[test]
fn a_description_that_is_all_there_is_takes_its_table_along() {
    let (vault, _) = vault();
    let described =
        "\n[secrets.a]\nabout = \"not set yet\"\n\n[settings.b]\nabout = \"nor this\"\n";
    let before = vault.text.clone() + described;
    let after = edit(&before, |draft, _| {
        draft.set_about("a", "").expect("removable");
        draft.set_setting_about("b", "").expect("removable");
    });
    assert_eq!(after.trim_end(), vault.text.trim_end());
    // What is set in the same breath stays.
    let after = edit(&before, |draft, _| {
        draft.set_setting("b", None, "1").expect("settable");
        draft.set_setting_about("b", "").expect("removable");
    });
    assert_eq!(counts(&after, "b", "local").expect("a value").1, "1");
}

#[test]
fn a_setting_gets_another_name_where_it_stands() {
    let before = written();
    let after = edit(&before, |draft, _| {
        assert_eq!(draft.rename_setting("max_retries", "retries/most"), Ok(true));
        assert_eq!(draft.rename_setting("level", "Level"), Ok(true));
        assert_eq!(draft.rename_setting("RATIO", "ratio"), Ok(false));
    });
    let wanted = before.replace("settings.Max-Retries", "settings.\"retries/most\"");
    assert_eq!(after, wanted.replace("settings.level", "settings.Level"));
}

#[test]
fn what_cannot_be_a_setting_is_refused() {
    let (vault, _) = vault();
    let text = written();
    let text = set(&text, &vault.ring, &[("api_key", "local", b"1")]);
    let set = |name: &'static str, value: &str| {
        let value = value.to_owned();
        refused(&text, move |draft| draft.set_setting(name, None, &value).map(drop))
    };
    assert_eq!(set("_a", "1"), EditError::BadName(NameFault::Start));
    assert_eq!(set("API-Key", "1"), EditError::IsSecret("api_key".to_owned()));
    assert_eq!(set("a", &"x".repeat(4097)), EditError::SettingTooLong(4097));
    assert_eq!(set("a", "two\nlines"), EditError::SettingControl);
    let rename = |old, new| refused(&text, |draft| draft.rename_setting(old, new).map(drop));
    assert_eq!(rename("nothing", "a"), EditError::NoSetting);
    assert_eq!(rename("level", "RATIO"), EditError::SettingExists("ratio".to_owned()));
    assert_eq!(rename("level", "apikey"), EditError::IsSecret("api_key".to_owned()));
    assert_eq!(rename("level", "a b"), EditError::BadName(NameFault::Character));
    // And a secret cannot have the name of a setting.
    let key = |draft: &mut Draft<'_, '_>| {
        let index = Index::read(&text).expect("a vault");
        let key = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
        let local = EnvironmentType::Local.into();
        draft.set_value(key, "LEVEL", &local, b"1", super::editing::TODAY).map(drop)
    };
    assert_eq!(refused(&text, key), EditError::IsSetting("level".to_owned()));
    let rename = |draft: &mut Draft<'_, '_>| {
        let index = Index::read(&text).expect("a vault");
        let key = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
        draft.rename_secret(&[key], "api_key", "Ratio").map(drop)
    };
    assert_eq!(refused(&text, rename), EditError::IsSetting("ratio".to_owned()));
}

#[test]
fn a_vault_takes_so_many_settings_and_no_more() {
    let empty = |number: usize| format!("s{number} = {{}}");
    let full: Vec<String> = (0..limits::PLAIN_SETTINGS).map(empty).collect();
    let full = full.join("\n");
    let text = format!("{}\n[settings]\n{full}", vault().0.text);
    let add = |draft: &mut Draft<'_, '_>| draft.set_setting("new", None, "1").map(drop);
    assert_eq!(refused(&text, add), EditError::TooManySettings);
    let after = edit(&text, |draft, _| {
        draft.set_setting("s9", None, "1").expect("one that is there");
    });
    assert_eq!(counts(&after, "S9", "local").expect("a value").1, "1");
}
