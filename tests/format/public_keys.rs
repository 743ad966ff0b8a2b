//! Holders with a public key: what is delivered opens what was granted, and what is kept of it opens no roster.

use strongroom_vault::{
    Credential, Document, Draft, EnvironmentType, GrantError, HolderKey, HolderSecret, Index,
    KeyRing, NewHolder, NewVault, Passphrase, Scopes, UnlockError, UnlockedKey, VaultId, limits,
};

use crate::editing::{TODAY, edit, get, set, vault};

const ID: VaultId = VaultId([7; 16]);
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// A holder `dev` for a key, and what it is to open; stands in for an age file with what would be inside.
fn add(
    draft: &mut Draft<'_, '_>,
    vault: &NewVault,
    name: &str,
    recipient: &str,
    scopes: Scopes,
) -> Result<HolderKey, GrantError> {
    let key = HolderKey::generate().expect("randomness");
    let delivered = key.to_delivered(ID, name).to_vec();
    let secret =
        HolderSecret::PublicKey { recipient: recipient.to_owned(), key: key.clone(), delivered };
    let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
    draft.add_holder(&vault.ring, &holder).map(|()| key)
}

fn for_local() -> Scopes {
    Scopes { kinds: vec![EnvironmentType::Local], roster: false }
}

#[test]
fn what_is_delivered_and_what_is_kept_of_it_open_what_was_granted() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1"), ("a", "production", b"2")]);
    let mut key = None;
    let text = edit(&text, |draft, _| {
        key = add(draft, &vault, "dev", RECIPIENT, for_local()).ok();
    });
    let key = key.expect("the owner has the roster key");
    let index = Index::read(&text).expect("a vault");
    assert!(text.contains(&format!("kind = \"age\"\nsince = {TODAY}\n")), "{text}");
    assert!(text.contains(&format!("recipient = \"{RECIPIENT}\"\n")), "{text}");
    let unlocked = Credential::Unlocked(UnlockedKey::of(ID, &key));
    for credential in [Credential::HolderKey(key), unlocked] {
        let ring = KeyRing::unlock(&index, &credential, None).expect("a grant");
        assert_eq!(ring.holder(), "dev");
        assert_eq!(get(&text, &ring, "a", "local").as_deref(), Some(&b"1"[..]));
        assert!(ring.data_key(&index, EnvironmentType::Production).is_err());
        let of_owner = KeyRing::unlock(&index, &credential, Some("owner"));
        assert!(of_owner.is_err(), "the owner's grants open with the owner's key only");
    }
}

#[test]
fn what_is_kept_unlocked_opens_no_roster() {
    let (vault, _) = vault();
    let mut key = None;
    let text = edit(&vault.text, |draft, _| {
        key = add(draft, &vault, "dev", RECIPIENT, Scopes::everything()).ok();
    });
    let key = key.expect("the owner has the roster key");
    let index = Index::read(&text).expect("a vault");
    let open = |credential| KeyRing::unlock(&index, &credential, None).expect("grants");
    assert!(open(Credential::Unlocked(UnlockedKey::of(ID, &key))).roster().is_none());
    assert!(open(Credential::HolderKey(key)).roster().is_some());
}

#[test]
fn a_key_of_another_holder_or_vault_opens_nothing() {
    let (vault, _) = vault();
    let index = Index::read(&vault.text).expect("a vault");
    let other = HolderKey::generate().expect("randomness");
    for id in [ID, VaultId([8; 16])] {
        let key = Credential::Unlocked(UnlockedKey::of(id, &other));
        let error = KeyRing::unlock(&index, &key, None).expect_err("nobody's key");
        assert_eq!(error, UnlockError::WrongUnlockedKey);
    }
    let error = KeyRing::unlock(&index, &Credential::HolderKey(other), Some("owner"));
    let error = error.expect_err("nobody's key");
    assert_eq!(error, UnlockError::WrongHolderKey(Some("owner".to_owned())));
}

#[test]
fn a_passphrase_gives_the_holder_key_that_is_kept() {
    let (vault, _) = vault();
    let passphrase = Passphrase::from("correct horse battery".to_owned());
    let secret = HolderSecret::Passphrase(passphrase.clone());
    let text = edit(&vault.text, |draft, _| {
        let holder = NewHolder { name: "me", secret: &secret, scopes: for_local(), today: TODAY };
        draft.add_holder(&vault.ring, &holder).expect("the owner has the roster key");
    });
    let index = Index::read(&text).expect("a vault");
    let of = |name| HolderKey::of_holder(ID, index.holder(name).expect("known"), &passphrase);
    assert!(of("owner").expect("nothing to spend").is_none(), "the owner has an access key");
    let key = of("me").expect("memory").expect("a passphrase");
    let kept = Credential::Unlocked(UnlockedKey::of(ID, &key));
    assert_eq!(KeyRing::unlock(&index, &kept, None).expect("a grant").holder(), "me");
}

#[test]
fn a_public_key_is_one_holder_s_only_and_fits_into_the_vault() {
    let (vault, _) = vault();
    let text = edit(&vault.text, |draft, _| {
        add(draft, &vault, "dev", RECIPIENT, for_local()).expect("a new public key");
    });
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let mut refused = |recipient: &str| {
        let added = add(&mut draft, &vault, "again", recipient, for_local());
        added.expect_err("nobody gets it").to_string()
    };
    assert!(refused(RECIPIENT).contains("`dev` has this public key already"));
    assert!(refused(&"a".repeat(4097)).contains("more than 4096 characters"));
}

#[test]
fn the_longest_public_key_and_delivery_fit_and_longer_ones_are_refused() {
    let (vault, _) = vault();
    let add = |recipient: usize, delivered: usize| {
        let secret = HolderSecret::PublicKey {
            recipient: "a".repeat(recipient),
            key: HolderKey::generate().expect("randomness"),
            delivered: vec![b'x'; delivered],
        };
        let document = Document::parse(&vault.text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        let holder = NewHolder { name: "dev", secret: &secret, scopes: for_local(), today: TODAY };
        draft.add_holder(&vault.ring, &holder)?;
        Index::read(&draft.finish().expect("a vault")).expect("it reads");
        Ok::<_, GrantError>(())
    };
    // Of bytes in the file, and of characters that they become.
    let (longest, most) = (limits::STRING_BYTES, limits::DELIVERED_BYTES / 4 * 3);
    assert_eq!(add(longest, most), Ok(()));
    assert!(matches!(add(longest + 1, most), Err(GrantError::TooLong(..))));
    assert!(matches!(add(longest, most + 1), Err(GrantError::TooLong(..))));
}
