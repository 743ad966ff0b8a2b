//! Bounds of what is written: the largest that fits is taken, and one more is refused before anything is spent on it.

use strongroom_vault::{
    AccessKey, Altered, DepositPlace, Document, Draft, EditError, Environment, EnvironmentType,
    GrantError, HolderSecret, Index, KeyRing, NewHolder, Passphrase, Scopes, VaultFile, VaultId,
    limits,
};

use crate::editing::{TODAY, edit, get, set, vault};

/// Makes one change to a vault, which may be refused.
fn change<T>(text: &str, change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>) -> T) -> T {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    change(&mut Draft::new(&document, &index), &index)
}

#[test]
fn a_value_has_a_mebibyte_at_most() {
    let (vault, _) = vault();
    let largest = vec![b'x'; limits::VALUE_BYTES];
    let text = set(&vault.text, &vault.ring, &[("a", "local", &largest)]);
    assert!(get(&text, &vault.ring, "a", "local") == Some(largest.clone()), "it does not open");
    let larger = [largest, vec![b'x']].concat();
    let refused = change(&text, |draft, index| {
        let key = vault.ring.data_key(index, EnvironmentType::Local).expect("a grant");
        draft.set_value(key, "a", &EnvironmentType::Local.into(), &larger, TODAY)
    });
    assert_eq!(refused, Err(EditError::ValueTooLong(larger.len())));
}

/// What a reader says of a vault with this line among a secret's values.
fn read_line(line: &str) -> Result<(), &'static str> {
    let text = format!("{}\n[secrets.a]\n{line}\n", vault().0.text);
    Index::read(&text).map(drop).map_err(|error| error.fault.code())
}

#[test]
fn no_value_is_read_that_is_longer_than_the_longest() {
    // Whether it opens is another question: nothing of it is decoded when it is read.
    let value = |bytes: usize| {
        let sealed = "A".repeat((bytes * 4).div_ceil(3));
        read_line(&format!("local = {{ version = 1, set = 2026-11-20, sealed = \"{sealed}\" }}"))
    };
    let (head, padding, tag) = (21, 32, 16);
    let around = head + padding + tag;
    assert_eq!(value(limits::VALUE_BYTES + around), Ok(()));
    assert_eq!(value(limits::VALUE_BYTES + around + 1), Err("length"));
}

#[test]
fn a_value_is_due_for_ten_thousand_removed_holders_at_most() {
    let due = |count: usize| {
        let names = vec!["\"x\""; count].join(", ");
        let sealed = "A".repeat(72);
        let value = format!("version = 1, set = 2026-11-20, sealed = \"{sealed}\"");
        read_line(&format!("local = {{ {value}, due = [{names}] }}"))
    };
    assert_eq!(due(limits::REMOVED), Ok(()));
    assert_eq!(due(limits::REMOVED + 1), Err("too-many"));
}

#[test]
fn a_vault_has_sixteen_mebibytes_at_most() {
    let (vault, _) = vault();
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let read = |length: usize| {
        let text = format!("{}#{}", vault.text, "x".repeat(length - vault.text.len() - 1));
        std::fs::write(file.path(), &text).expect("the vault is written");
        let read = VaultFile::read(file.path());
        let from_file = read.map(|read| read.text() == text);
        let from_file =
            from_file.map_err(|error| error.read_error().map(|error| error.fault.code()));
        (from_file, Document::parse(&text).map(drop).map_err(|error| error.fault.code()))
    };
    assert_eq!(read(limits::FILE_BYTES), (Ok(true), Ok(())));
    assert_eq!(read(limits::FILE_BYTES + 1), (Err(Some("too-large")), Err("too-large")));
}

#[test]
fn a_deposit_has_a_mebibyte_at_most_inside() {
    let id = VaultId([7; 16]);
    let place = DepositPlace {
        kind: EnvironmentType::Production,
        environment: "production",
        name: "a",
        replaces: 0,
    };
    let inside = |length: usize| place.value_in(id, &place.with_value(id, &vec![b'x'; length]));
    let largest = inside(limits::VALUE_BYTES).expect("it fits");
    assert_eq!(largest.as_bytes().len(), limits::VALUE_BYTES);
    assert!(inside(limits::VALUE_BYTES + 1).is_err());
}

#[test]
fn a_description_is_one_line_of_4_kib_at_most() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1")]);
    let about = |about: &str| change(&text, |draft, _| draft.set_about("a", about));
    assert_eq!(about(&"x".repeat(limits::STRING_BYTES)), Ok(()));
    assert_eq!(about(&"x".repeat(limits::STRING_BYTES + 1)), Err(EditError::AboutTooLong));
    assert_eq!(about("two\nlines"), Err(EditError::AboutControl));
    assert_eq!(about("\u{202e}backwards"), Err(EditError::AboutControl));
    let longest = "x".repeat(limits::STRING_BYTES);
    let described = edit(&text, |draft, _| draft.set_about("A", &longest).expect("it fits"));
    let index = Index::read(&described).expect("a vault");
    assert_eq!(index.secret("a").and_then(|secret| secret.about()), Some(&*longest));
}

#[test]
fn a_second_spelling_is_refused_where_nothing_is_set_yet() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("github_token", "local", b"1")]);
    let set_as = |name: &str, kind: EnvironmentType| {
        change(&text, |draft, index| {
            let key = vault.ring.data_key(index, kind).expect("a grant");
            draft.set_value(key, name, &kind.into(), b"2", TODAY).map(drop)
        })
    };
    let environment = Environment::from(EnvironmentType::Preview);
    let existing = "github_token".to_owned();
    let second = Err(EditError::SecondSpelling { existing, environment });
    assert_eq!(set_as("GitHub-Token", EnvironmentType::Preview), second);
    assert_eq!(set_as("github_token", EnvironmentType::Preview), Ok(()));
    assert_eq!(set_as("GitHub-Token", EnvironmentType::Local), Ok(()));
}

fn add(text: &str, ring: &KeyRing, name: &str, secret: &HolderSecret) -> Result<(), GrantError> {
    let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    let holder = NewHolder { name, secret, scopes, today: TODAY };
    change(text, |draft, _| draft.add_holder(ring, &holder))
}

fn access_key() -> HolderSecret {
    HolderSecret::AccessKey(AccessKey::generate(VaultId([7; 16])).expect("randomness"))
}

#[test]
fn a_new_passphrase_has_twelve_characters_at_least() {
    let (vault, _) = vault();
    let words = |words: &str| HolderSecret::Passphrase(Passphrase::from(words.to_owned()));
    let short = add(&vault.text, &vault.ring, "me", &words("elf Zeichen"));
    assert_eq!(short, Err(GrantError::ShortPassphrase(11)));
    // Characters, not bytes.
    let short = add(&vault.text, &vault.ring, "me", &words("größer süß"));
    assert_eq!(short, Err(GrantError::ShortPassphrase(10)));
    assert_eq!(add(&vault.text, &vault.ring, "me", &words("zwölfZeichen")), Ok(()));
}

#[test]
fn a_holder_has_a_name_of_its_own() {
    let (vault, _) = vault();
    for name in ["owner", "Owner", "o_w-n.er"] {
        let error = add(&vault.text, &vault.ring, name, &access_key());
        assert_eq!(error, Err(GrantError::Exists("owner".to_owned())), "{name}");
    }
    let error = add(&vault.text, &vault.ring, "a/b", &access_key());
    assert!(matches!(error, Err(GrantError::BadName(_))), "{error:?}");
}

#[test]
fn a_vault_has_a_thousand_holders_and_sixteen_passphrases_at_most() {
    let (vault, _) = vault();
    let index = Index::read(&vault.text).expect("a vault");
    let kept = index.holders()[0].kept();
    let people = |count: usize, kind: &str| {
        let holder = |n| format!("\n[holders.h{n}]\nkind = {kind}\nkept = \"{kept}\"\n");
        vault.text.clone() + &(0..count).map(holder).collect::<String>()
    };
    // One is there already.
    let full = people(limits::HOLDERS - 1, "\"access-key\"");
    let error = add(&full, &vault.ring, "next", &access_key());
    assert_eq!(error, Err(GrantError::TooMany("holders", 1_000)));
    let room = people(limits::HOLDERS - 2, "\"access-key\"");
    assert_eq!(add(&room, &vault.ring, "next", &access_key()), Ok(()));

    let salt = "A".repeat(22);
    let costs =
        format!("\"passphrase\"\nsalt = \"{salt}\"\nmemory_kib = 19456\npasses = 2\nlanes = 1");
    let words = HolderSecret::Passphrase(Passphrase::from("correct horse battery".to_owned()));
    let full = people(limits::PASSPHRASE_HOLDERS, &costs);
    let error = add(&full, &vault.ring, "next", &words);
    assert_eq!(error, Err(GrantError::TooMany("holders with a passphrase", 16)));
    assert_eq!(add(&full, &vault.ring, "next", &access_key()), Ok(()));
    let room = people(limits::PASSPHRASE_HOLDERS - 1, &costs);
    assert_eq!(add(&room, &vault.ring, "next", &words), Ok(()));
}

#[test]
fn a_vault_has_256_named_environments_and_checks_as_many() {
    let (vault, _) = vault();
    let text = |environments: usize, checks: usize| {
        let declared = (0..environments).map(|n| format!("e{n} = \"preview\"\n"));
        let checked = vec!["\"production\""; checks].join(", ");
        let build = format!("\n[build]\ncheck = [{checked}]\n\n[environments]\n");
        vault.text.clone() + &build + &declared.collect::<String>()
    };
    let most = limits::ENVIRONMENTS;
    let fault = |text: &str| Index::read(text).map(drop).map_err(|error| error.fault.code());
    assert_eq!(fault(&text(most, most)), Ok(()));
    assert_eq!(fault(&text(most + 1, 0)), Err("too-many"));
    assert_eq!(fault(&text(0, most + 1)), Err("too-many"));
}

#[test]
fn a_deposit_holds_no_more_than_a_value_may() {
    let (id, kind) = (VaultId([7; 16]), EnvironmentType::Production);
    let place = DepositPlace { kind, environment: "production", name: "a", replaces: 0 };
    let left = |bytes: usize| {
        let inside = place.with_value(id, &vec![b'x'; bytes]);
        place.value_in(id, &inside).map(|value| value.as_bytes().len())
    };
    assert_eq!(left(limits::VALUE_BYTES), Ok(limits::VALUE_BYTES));
    assert_eq!(left(limits::VALUE_BYTES + 1), Err(Altered));
}

#[test]
fn no_deposit_is_read_that_is_longer_than_the_longest() {
    let deposit = |bytes: usize| {
        let sealed = "A".repeat(bytes / 3 * 4) + ["", "AA", "AAA"][bytes % 3];
        let text = format!(
            "{}\n[deposits.waiting]\n{} = {{ name = \"a\", environment = \"production\", \
             left = {TODAY}, sealed = \"{sealed}\" }}\n",
            vault().0.text,
            "a".repeat(limits::CODE),
        );
        Index::read(&text).map(drop).map_err(|error| error.fault.code())
    };
    assert_eq!(deposit(1), Ok(()));
    assert_eq!(deposit(limits::DEPOSIT_BYTES / 4 * 3), Ok(()));
    assert_eq!(deposit(limits::DEPOSIT_BYTES / 4 * 3 + 1), Err("length"));
}
