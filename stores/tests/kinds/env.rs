//! `env`: variables as they are, in upper case, and as Encore has them. Each test runs again in a process with variables.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use strongroom_stores::{FailureKind, Item, Keys, Store};

use crate::again::{self, block_on};
use crate::contract::{Seed, Soon, Subject, holds_for, seeds};
use crate::opened::{failure, names, opened, refused, text, value};

const PREFIX: &str = "SHOP_";
/// As [`again::is_with`], for a test of this module.
fn is_with(test: &str, variables: impl IntoIterator<Item = (String, OsString)>) -> bool {
    again::is_with(&format!("env::{test}"), || variables)
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8(bytes.to_vec()).expect("text").into()
}

struct Variables;

impl Variables {
    fn seeds(&self) -> Vec<Seed> {
        seeds(self, Keys::One).into_iter().filter(|seed| !seed.value.contains(&0)).collect()
    }
}

impl Subject for Variables {
    fn open(&self) -> Arc<dyn Store> {
        opened("env", Path::new("/"), &[("prefix", text(PREFIX))])
    }

    /// It is there already: what a process's variables are is settled when it starts.
    fn plant<'a>(&'a self, name: &'a str, _: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let there = std::env::var_os(format!("{PREFIX}{name}"));
        assert_eq!(there, Some(os_string(value)), "{name}");
        Box::pin(async {})
    }

    fn has_binary_values(&self) -> bool {
        // A NUL byte ends a variable; other bytes have a test of their own.
        false
    }

    fn most_bytes(&self) -> usize {
        100_000
    }

    fn writes(&self) -> bool {
        false
    }
}

#[test]
fn variables_hold_the_contract() {
    let seeds = Variables.seeds().into_iter();
    let variables = seeds.map(|seed| (format!("{PREFIX}{}", seed.name), os_string(&seed.value)));
    if is_with("variables_hold_the_contract", variables) {
        block_on(holds_for(&Variables));
    }
}

#[test]
fn names_may_be_written_as_variables_are() {
    let variables = [
        ("SHOP_STRIPE_API_KEY", &b"hunter2"[..]),
        ("SHOP_DB_USER_1", b"u"),
        ("SHOP_lower", b"l"),
        ("SHOP_", b"nothing"),
        ("SHOPPING", b"other"),
        ("STRONGROOM_KEY", b"hunter2-key"),
        ("STRONGROOM_SHOP_X", b"hunter2-key"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), os_string(value)));
    if !is_with("names_may_be_written_as_variables_are", variables) {
        return;
    }
    block_on(async {
        let settings = [("prefix", text(PREFIX)), ("names", text("upper"))];
        let store = opened("env", Path::new("/"), &settings);
        assert_eq!(value(&store, "stripe_api_key").await.as_deref(), Ok(&b"hunter2"[..]));
        assert_eq!(value(&store, "Stripe-API.key").await.as_deref(), Ok(&b"hunter2"[..]));
        assert_eq!(value(&store, "db/user-1").await.as_deref(), Ok(&b"u"[..]));
        assert_eq!(failure(&store, "db").await, "absent: the variable `SHOP_DB` is not set");
        assert_eq!(names(&store).await.expect("a list"), ["db_user_1", "stripe_api_key"]);
        let exact = opened("env", Path::new("/"), &[("prefix", text(PREFIX))]);
        assert!(failure(&exact, "stripe_api_key").await.starts_with("absent: "));
        let all = ["DB_USER_1", "STRIPE_API_KEY", "lower"];
        assert_eq!(names(&exact).await.expect("a list"), all);

        let bare = opened("env", Path::new("/"), &[]);
        assert_eq!(value(&bare, "SHOP_lower").await.as_deref(), Ok(&b"l"[..]));
        let failed = bare.list().await.expect_err("everything");
        assert_eq!(failed.kind(), FailureKind::Denied, "{failed}");
        for ours in
            ["STRONGROOM_KEY", "strongroom_key", "STRONGROOM_SHOP_X", "CREDENTIALS_DIRECTORY"]
        {
            assert!(failure(&bare, ours).await.ends_with("a key, and is never given"), "{ours}");
        }
        let sly = opened("env", Path::new("/"), &[("prefix", text("STRONGROOM_"))]);
        assert!(failure(&sly, "KEY").await.starts_with("denied: "));
        assert_eq!(names(&sly).await.expect("a list"), [""; 0]);
        for name in ["a=b", "=", "a\0b"] {
            assert!(failure(&bare, name).await.starts_with("absent: no variable can be called"));
        }
        let put = store.put("x", None, b"hunter2").await.expect_err("no variable is set");
        assert_eq!(put.kind(), FailureKind::Conflict, "{put}");
    });
}

#[cfg(unix)]
#[test]
fn any_bytes_are_a_value() {
    let variables = [("SHOP_BYTES".to_owned(), os_string(b"\xff\xfe\x80"))];
    if is_with("any_bytes_are_a_value", variables) {
        let store = opened("env", Path::new("/"), &[]);
        assert_eq!(block_on(value(&store, "SHOP_BYTES")).as_deref(), Ok(&b"\xff\xfe\x80"[..]));
    }
}

#[test]
fn encores_forms_are_read() {
    let variables = [
        ("ENCORE_APP_SECRETS", "Foo=SGVsbG8,Bar=V29ybGQ"),
        ("PACKED", "gzip:H4sIAAAAAAACA3PLz7cNdg8rTnK30HFKLLINM7KsTHIPBADoECl/FwAAAA=="),
        ("LED", "envref:ENCORE_APP_SECRETS"),
        ("LED_ASTRAY", "envref:STRONGROOM_KEY"),
        ("BROKEN", "Foo=hunter2!"),
        ("STRONGROOM_KEY", "Foo=SGVsbG8"),
        ("ONE", "World"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.into()));
    if !is_with("encores_forms_are_read", variables) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let infra = r#"{"metadata": {}, "secrets": {"Foo": "Hello", "Bar": {"$env": "ONE"}}}"#;
    std::fs::write(folder.path().join("infra.json"), infra).expect("a file");
    let astray = r#"{"secrets": {"Foo": {"$env": "STRONGROOM_KEY"}}}"#;
    std::fs::write(folder.path().join("astray.json"), astray).expect("a file");
    let encore = |name, setting: &str| {
        opened("env", folder.path(), &[("format", text("encore")), (name, text(setting))])
    };
    block_on(async {
        let plain = opened("env", folder.path(), &[("format", text("encore"))]);
        let stores = [
            plain,
            encore("variable", "PACKED"),
            encore("variable", "LED"),
            encore("infra_config", "infra.json"),
        ];
        for store in stores {
            assert_eq!(value(&store, "Foo").await.as_deref(), Ok(&b"Hello"[..]), "{store:?}");
            assert_eq!(value(&store, "Bar").await.as_deref(), Ok(&b"World"[..]), "{store:?}");
            assert_eq!(names(&store).await.expect("a list"), ["Bar", "Foo"]);
            assert!(failure(&store, "foo").await.starts_with("absent: there is no `foo` in "));
            let item = Item { name: "Foo".to_owned(), version: Some("1".to_owned()) };
            let failed = store.fetch(&item).await.expect_err("no versions");
            assert_eq!(failed.kind(), FailureKind::Absent, "{failed}");
        }
        for (store, said) in [
            (encore("variable", "NONE"), "absent: the variable `NONE` is not set"),
            (
                encore("variable", "BROKEN"),
                "not valid: the variable `BROKEN`: line 1, column 5: the value of `Foo` is not base64",
            ),
            (
                encore("variable", "STRONGROOM_KEY"),
                "denied: the variable `STRONGROOM_KEY` holds or leads to a key, and is never given",
            ),
        ] {
            assert_eq!(failure(&store, "Foo").await, said);
        }
        for store in [encore("variable", "LED_ASTRAY"), encore("infra_config", "astray.json")] {
            let told = failure(&store, "Foo").await;
            assert!(told.contains("`STRONGROOM_KEY` holds or leads to a key"), "{told}");
        }
        let missing = failure(&encore("infra_config", "none.json"), "Foo").await;
        assert!(missing.starts_with("absent: there is no ") && missing.ends_with("none.json"));
    });
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    for (settings, said) in [
        (&[("names", text("lower"))][..], "its setting `names` must be `exact` or `upper`"),
        (&[("format", text("yaml"))], "its setting `format` must be `encore`, or left out"),
        (&[("variable", text("X"))], "its setting `variable` goes only with `format = \"encore\"`"),
        (
            &[("format", text("encore")), ("prefix", text("X"))],
            "its settings `prefix` and `format` exclude each other",
        ),
        (
            &[("format", text("encore")), ("variable", text("X")), ("infra_config", text("x"))],
            "its settings `variable` and `infra_config` exclude each other",
        ),
        (
            &[("prefix", text("a=b"))],
            "its setting `prefix` must be a text that variables can have in their names",
        ),
    ] {
        assert_eq!(refused("env", settings), said);
    }
}
