//! Where new lines and tables go, and that everything else is as it was, whatever a vault holds.

use strongroom_vault::{
    EnvironmentType, Expiry, HolderSecret, Index, NewHolder, Passphrase, Scopes, merge,
};

use super::editing::{TODAY, edit, get, set, vault};

const LOCAL: EnvironmentType = EnvironmentType::Local;

fn headers(text: &str) -> Vec<&str> {
    let headers = text.lines().filter(|line| line.starts_with('['));
    headers.map(|line| line.split(['.', ']']).next().unwrap_or_default()).collect()
}

#[test]
fn the_first_table_of_a_kind_goes_where_its_kind_belongs() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1")]);
    let text = edit(&text, |draft, _| {
        draft.add_environment("staging", LOCAL).expect("a new name");
    });
    let team = super::deposit_keys::team();
    let with_keys = super::deposit_keys::leave(&team.text, LOCAL, b"left");
    let mut kinds = headers(&text);
    kinds.dedup();
    assert_eq!(kinds, ["[strongroom", "[environments", "[holders", "[keys", "[secrets"]);
    let mut kinds = headers(&with_keys);
    kinds.dedup();
    assert_eq!(kinds, ["[strongroom", "[holders", "[keys", "[deposits", "[secrets"]);
    // Behind what is there, where everything that is there comes before it.
    let (head, _) = vault.text.split_once("\n[holders").expect("a table");
    let rest = vault.text.strip_prefix(head).expect("the rest");
    let turned = format!("{}\n{head}\n", rest.trim_start());
    let text = set(&turned, &vault.ring, &[("a", "local", b"1")]);
    assert_eq!(get(&text, &vault.ring, "a", "local").as_deref(), Some(&b"1"[..]));
    assert!(text.starts_with("[holders.owner]") && headers(&text).last() == Some(&"[secrets"));
}

#[test]
fn a_new_table_can_come_before_the_first_line_of_a_file() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("m", "local", b"1")]);
    let (head, secrets) = text.split_once("[secrets.m]\n").expect("a table");
    let text = format!("[secrets.m]\n{}\n\n{head}", secrets.trim_end());
    let text = set(&text, &vault.ring, &[("a", "local", b"2")]);
    assert!(text.starts_with("[secrets.a]\n"), "{text}");
    assert_eq!(get(&text, &vault.ring, "m", "local").as_deref(), Some(&b"1"[..]));
}

#[test]
fn a_new_holder_s_table_begins_with_its_kind_and_ends_with_what_is_kept() {
    let (vault, _) = vault();
    let secret = HolderSecret::Passphrase(Passphrase::from("correct horse battery".to_owned()));
    let text = edit(&vault.text, |draft, _| {
        let scopes = Scopes { kinds: vec![LOCAL], roster: false };
        let holder = NewHolder { name: "me", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&vault.ring, &holder).expect("a new holder");
    });
    let table = text.split_once("[holders.me]\n").expect("a table").1;
    let table = table.split_once("\n\n").expect("an end").0;
    let keys: Vec<&str> = table.lines().filter_map(|line| line.split(" = ").next()).collect();
    assert_eq!(keys, ["kind", "since", "lanes", "memory_kib", "passes", "salt", "kept"]);
}

#[test]
fn a_table_in_braces_takes_a_value_an_empty_one_too() {
    let (vault, _) = vault();
    for braces in ["{}", "{ }", "{ about = \"why\" }"] {
        let text = format!("{}\n[secrets]\na = {braces}\n", vault.text);
        let text = set(&text, &vault.ring, &[("a", "local", b"1")]);
        assert_eq!(get(&text, &vault.ring, "a", "local").as_deref(), Some(&b"1"[..]), "{braces}");
    }
}

#[test]
fn reserved_tables_keep_values_of_every_kind() {
    let (vault, _) = vault();
    let reserved = "\n[apps]\nfloat = 1.5\nnan = nan\ntruth = true\nday = 2026-11-20\n\
                    time = 07:32:00\nhex = 0xff\nlist = [1, [2.5, false], { a = 'x' }]\n";
    let base = format!("{}{reserved}", vault.text);
    let text = set(&base, &vault.ring, &[("a", "local", b"1")]);
    assert!(text.contains(reserved), "{text}");
    // Another value is another one, of whatever kind it is.
    let ours = set(&base, &vault.ring, &[("b", "local", b"1")]);
    for (old, new) in [
        ("float = 1.5", "float = 1.25"),
        ("truth = true", "truth = false"),
        ("[2.5, false]", "[2.5, true]"),
        ("hex = 0xff", "hex = 0xfe"),
        ("time = 07:32:00", "time = 07:32:01"),
    ] {
        let theirs = base.replace(old, new);
        let merged = merge(Some(&base), &ours, &theirs).expect("mergeable");
        assert!(merged.conflicts.is_empty() && merged.text.contains(new), "{}", merged.text);
    }
}

#[test]
fn the_same_value_again_for_ever_changes_no_byte_of_its_line() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1")]);
    let text = text.replace("local = { version = 1, set", "local = {version=1,   set");
    let again = |text: &str, expiry| {
        edit(text, |draft, index| {
            let key = vault.ring.data_key(index, LOCAL).expect("a grant");
            draft.set_value_until(key, "a", &LOCAL.into(), b"1", TODAY, expiry).expect("settable");
        })
    };
    assert_eq!(again(&text, Expiry::Never), text);
    assert_eq!(again(&text, Expiry::Unsaid), text);
    // A day is noted with a new value too, and goes with another one.
    let day = strongroom_vault::Date { year: 2027, month: 1, day: 1 };
    let expires = |text: &str, name: &str| {
        let index = Index::read(text).expect("a vault");
        let value = index.secret(name).and_then(|it| it.value("local"));
        value.and_then(strongroom_vault::Value::expires)
    };
    let noted = edit(&text, |draft, index| {
        let key = vault.ring.data_key(index, LOCAL).expect("a grant");
        let on = Expiry::On(day);
        draft.set_value_until(key, "b", &LOCAL.into(), b"1", TODAY, on).expect("settable");
    });
    assert_eq!((expires(&noted, "b"), expires(&noted, "a")), (Some(day), None));
    assert_eq!(expires(&set(&noted, &vault.ring, &[("b", "local", b"1")]), "b"), Some(day));
    assert_eq!(expires(&set(&noted, &vault.ring, &[("b", "local", b"2")]), "b"), None);
    assert_eq!(expires(&again(&again(&text, Expiry::On(day)), Expiry::Never), "a"), None);
}
