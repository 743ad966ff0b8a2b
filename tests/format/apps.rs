//! Applications and their API keys: a line counts only with the seal that somebody with the data key gave it.

use strongroom_vault::{
    AppId, AppKey, DataKey, Date, Document, Draft, EditError, EnvironmentType, Index, KeyRing,
    OpenError, Rotation, VaultId,
};

use super::editing::{TODAY, edit, set, vault};
use super::rotation::Team;

const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LATER: Date = Date { year: 2027, month: 3, day: 1 };
const ID: &str = "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22";

fn data_key<'r>(ring: &'r KeyRing, text: &str, kind: EnvironmentType) -> &'r DataKey {
    ring.data_key(&Index::read(text).expect("a vault"), kind).expect("a grant")
}

/// A vault with the application `shop` and a key for production.
fn with_key(text: &str, ring: &KeyRing) -> (String, AppKey, String) {
    let text = edit(text, |draft, _| {
        let id = AppId::from_text(ID).expect("a UUID");
        draft.add_app("shop", id, "a").expect("a new application");
    });
    let key = AppKey::generate(VaultId([7; 16])).expect("randomness");
    let mut code = String::new();
    let text = edit(&text, |draft, _| {
        let production = data_key(ring, &text, PRODUCTION);
        let added = draft.add_app_key(production, "Shop", &key, (TODAY, Some(LATER)));
        code = added.expect("a new key");
    });
    (text, key, code)
}

/// What is said of the seal of each key.
fn seals(text: &str, ring: &KeyRing) -> Vec<Result<(), OpenError>> {
    let index = Index::read(text).expect("a vault");
    let apps = index.apps().expect("applications");
    let check = |app: &strongroom_vault::App<'_>| -> Vec<Result<(), OpenError>> {
        let keys = app.keys().iter();
        keys.map(|key| data_key(ring, text, key.kind()).check_app_key(app, key)).collect()
    };
    apps.iter().flat_map(check).collect()
}

fn fault(apps: &str) -> &'static str {
    let (vault, _) = vault();
    let text = format!("{}\n{apps}", vault.text);
    let index = Index::read(&text).expect("who has no use for applications skips them");
    index.apps().map_or_else(|error| error.fault.code(), |_| "fine")
}

#[test]
fn a_new_key_fits_and_only_its_hash_is_kept() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "production", b"1")]);
    let (text, key, code) = with_key(&text, &vault.ring);
    assert_eq!(seals(&text, &vault.ring), [Ok(())]);
    assert!(!text.contains(key.to_text().trim_start_matches("strongroom_app_")));
    let index = Index::read(&text).expect("a vault");
    let apps = index.apps().expect("applications");
    let (app, line) = apps.key(&code).expect("the key");
    assert_eq!((app.name(), app.id().to_string().as_str(), app.secret()), ("shop", ID, "a"));
    assert_eq!(line.hash_bytes(), key.hash(VaultId([7; 16])));
    assert_eq!((line.set(), line.expires(), line.right().as_str()), (TODAY, Some(LATER), "read"));
    assert!(line.is_expired(LATER) && !line.is_expired(TODAY));
    let revoked = edit(&text, |draft, _| draft.revoke_app_key("shop", &code).expect("a key"));
    assert!(!revoked.contains(&code) && revoked.contains("[apps.shop]"));
    let removed = edit(&text, |draft, _| draft.remove_app("shop").expect("an application"));
    assert!(!removed.contains("[apps"), "{removed}");
}

#[test]
fn whoever_can_only_write_the_file_gives_himself_no_key() {
    let (vault, _) = vault();
    let values: [(&str, &str, &[u8]); 2] = [("a", "production", b"1"), ("b", "production", b"2")];
    let text = set(&vault.text, &vault.ring, &values);
    let (text, _, code) = with_key(&text, &vault.ring);
    let other = AppKey::generate(VaultId([7; 16])).expect("randomness");
    let hash = text.split("hash = \"").nth(1).and_then(|it| it.split('"').next()).expect("a hash");
    let changes = [
        ("[apps.shop]", "[apps.shop2]".to_owned()),
        ("secret = \"a\"", "secret = \"b\"".to_owned()),
        (ID, ID.replace('6', "7")),
        (&code, "aaaaaaaa".to_owned()),
        (hash, other.hash_text(VaultId([7; 16]))),
        ("2026-11-20, expires", "2026-11-21, expires".to_owned()),
        ("expires = 2027-03-01", "expires = 2099-03-01".to_owned()),
        ("expires = 2027-03-01, ", String::new()),
    ];
    for (from, to) in changes {
        // What the holders' tables say is not meant.
        let (head, apps) = text.split_at(text.find("[apps").expect("applications"));
        assert!(apps.contains(from), "{from}");
        let text = format!("{head}{}", apps.replacen(from, &to, 1));
        assert_eq!(seals(&text, &vault.ring), [Err(OpenError::Altered)], "{from}");
    }
    let moved = text.replace("type = \"production\"", "type = \"preview\"");
    assert_eq!(seals(&moved, &vault.ring), [Err(OpenError::AnotherDataKey)]);
}

#[test]
fn new_data_keys_and_another_name_seal_keys_again() {
    let team = Team::new();
    let (text, key, code) = with_key(&team.text, &team.owner);
    let rotation = Rotation::of_types(vec![PRODUCTION]);
    let (rotated, _) = team.rotated(&text, &rotation).expect("rotated");
    let ring = team.ring(&rotated, "owner").expect("a grant");
    assert_eq!(seals(&rotated, &ring), [Ok(())]);
    assert_ne!(seal_of(&rotated), seal_of(&text));
    let without_seal = |text: &str| text.replace(seal_of(text), "");
    let line =
        |text: &str| without_seal(text).lines().find(|it| it.contains(&code)).map(String::from);
    assert_eq!(line(&rotated), line(&text), "nothing else of the line changes");

    let keys = EnvironmentType::ALL.map(|kind| data_key(&ring, &rotated, kind)).to_vec();
    let renamed = edit(&rotated, |draft, _| {
        draft.rename_secret(&keys, "a", "signing_key").expect("another name");
    });
    assert_eq!(seals(&renamed, &ring), [Ok(())]);
    assert!(renamed.contains("secret = \"signing_key\"\n"), "{renamed}");

    let (gone, _) = team.removed(&text, "ci").expect("removed");
    let ring = team.ring(&gone, "owner").expect("a grant");
    assert_eq!(seals(&gone, &ring), [Ok(())]);
    drop(key);
}

fn seal_of(text: &str) -> &str {
    let (_, apps) = text.split_once("[apps").expect("applications");
    apps.split("seal = \"").nth(1).and_then(|it| it.split('"').next()).expect("a seal")
}

#[test]
fn a_key_that_does_not_fit_is_not_sealed_again() {
    let team = Team::new();
    let (text, _, code) = with_key(&team.text, &team.owner);
    let forged = text.replace("expires = 2027-03-01", "expires = 2099-03-01");
    let rotation = Rotation::of_types(vec![PRODUCTION]);
    let unfit = EditError::AppKeyUnfit { app: "shop".to_owned(), code, why: OpenError::Altered };
    assert_eq!(team.rotated(&forged, &rotation).err(), Some(unfit));
    // Another type's key has nothing to do with it.
    let rotation = Rotation::of_types(vec![EnvironmentType::Local]);
    team.rotated(&forged, &rotation).expect("rotated");
}

#[test]
fn an_application_has_a_name_an_id_and_a_secret_of_its_own() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "production", b"1")]);
    let (text, ..) = with_key(&text, &vault.ring);
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let add = |name: &str, id: [u8; 16], secret: &str| {
        Draft::new(&document, &index).add_app(name, AppId::of_random(id), secret)
    };
    assert_eq!(add("SHOP", [1; 16], "a"), Err(EditError::AppExists("shop".to_owned())));
    assert_eq!(add("other", [1; 16], "z"), Err(EditError::NoSecret));
    assert!(matches!(add("a/b", [1; 16], "a"), Err(EditError::BadAppName(_))));
    let same = AppId::from_text(ID).expect("a UUID");
    let same = Draft::new(&document, &index).add_app("other", same, "a");
    assert_eq!(same, Err(EditError::SameAppId("shop".to_owned())));
    assert_eq!(add("other", [1; 16], "A"), Ok(()));
    let random = AppId::of_random([0xff; 16]).to_string();
    assert_eq!(random, "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    let app = format!("[apps.shop]\nid = \"{ID}\"\nsecret = \"a\"\n");
    let hash = "A".repeat(43);
    let seal = "A".repeat(50);
    let line = format!(
        "k7wq3m2a = {{ type = \"production\", right = \"read\", hash = \"{hash}\", set = 2026-12-01, seal = \"{seal}\" }}\n"
    );
    for (text, code) in [
        (app.clone(), "fine"),
        (format!("{app}{line}"), "fine"),
        (format!("{app}{}", line.replace("\"production\"", "\"prod\"")), "unknown-type"),
        (format!("{app}{}", line.replace("\"read\"", "\"write\"")), "wrong-shape"),
        (format!("{app}{}", line.replace("k7wq3m2a", "k7wq3m2")), "unknown-key"),
        (format!("{app}{}", line.replace("k7wq3m2a", "k7wq3m21")), "wrong-shape"),
        (format!("{app}{}", line.replace(&hash, "AAAA")), "length"),
        (format!("{app}{}", line.replace(&seal, "AAAA")), "length"),
        (format!("{app}{}", line.replace("right", "rights")), "unknown-key"),
        (app.replace("6f1c", "6F1C"), "wrong-shape"),
        (app.replace("secret = \"a\"\n", ""), "missing-key"),
        (app.replace("\"a\"", "\"a b\""), "bad-name"),
        (format!("{app}{}", app.replace("shop", "Shop").replace('6', "7")), "two-spellings"),
        (format!("{app}{}", app.replace("shop", "other")), "twice"),
        ("[apps]\nshop = 1\n".to_owned(), "wrong-shape"),
        (
            format!(
                "{app}{}",
                (0..65)
                    .map(|n| line.replace(
                        "k7wq3m",
                        &format!("k7wq{}{}", char::from(b'a' + n / 20), char::from(b'a' + n % 20))
                    ))
                    .collect::<String>()
            ),
            "too-many",
        ),
    ] {
        assert_eq!(fault(&text), code, "{text}");
    }
}
