//! What the roster trusts of a vault before it grants anything: admitted grants, and the `kept` that leads to them.

use strongroom_vault::{
    AccessKey, Credential, Document, Draft, EnvironmentType, GrantError, HolderKey, HolderSecret,
    Index, KeyRing, NewHolder, NewVault, Passphrase, Scopes, VaultId, holders_without_word,
};

use crate::deposit_keys::made;
use crate::editing::{TODAY, edit, get, set, vault};

const KINDS: [EnvironmentType; 2] = [EnvironmentType::Local, EnvironmentType::Production];

/// A vault with a holder `guest` of a new key, for two types.
fn with_guest(vault: &NewVault) -> String {
    edit(&vault.text, |draft, _| add(draft, vault, "guest").expect("every grant was admitted"))
}

fn add(draft: &mut Draft<'_, '_>, vault: &NewVault, name: &str) -> Result<(), GrantError> {
    add_for(draft, vault, name, &KINDS)
}

fn add_for(
    draft: &mut Draft<'_, '_>,
    vault: &NewVault,
    name: &str,
    kinds: &[EnvironmentType],
) -> Result<(), GrantError> {
    let key = AccessKey::generate(VaultId([7; 16])).expect("randomness");
    let secret = HolderSecret::AccessKey(key);
    let scopes = Scopes { kinds: kinds.to_vec(), roster: false };
    draft.add_holder(&vault.ring, &NewHolder { name, secret: &secret, scopes, today: TODAY })
}

/// Whether a holder can be granted both types.
fn grants(text: &str, vault: &NewVault) -> Result<(), GrantError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    add(&mut Draft::new(&document, &index), vault, "next")
}

/// The text with what is the guest's in one of its parts replaced by what another text has there.
fn with_part_of(text: &str, other: &str, part: impl Fn(&Index<'_>) -> String) -> String {
    let part_of = |text| part(&Index::read(text).expect("a vault"));
    let (old, new) = (part_of(text), part_of(other));
    assert_ne!(old, new);
    text.replace(&old, &new)
}

fn kept(index: &Index<'_>) -> String {
    index.holder("guest").expect("the guest").kept().to_owned()
}

fn grant(holder: &str, kind: EnvironmentType) -> impl Fn(&Index<'_>) -> String {
    move |index| index.keys().of_type(kind).grant(holder).expect("a grant").sealed().to_owned()
}

#[test]
fn an_older_kept_of_a_holder_that_was_added_again_leads_nowhere() {
    let (vault, _) = vault();
    let (first, again) = (with_guest(&vault), with_guest(&vault));
    // Nobody but the guest has the data key of `local` now, so the way to it is the guest's `kept`.
    let own = grant("owner", EnvironmentType::Local)(&Index::read(&again).expect("a vault"));
    let again = again.replace(&format!("owner = \"{own}\"\n"), "");
    assert_eq!(grants(&again, &vault), Ok(()));

    let nothing = Err(GrantError::NoDataKey(EnvironmentType::Local));
    let old_kept = with_part_of(&again, &first, kept);
    assert_eq!(grants(&old_kept, &vault), nothing);
    // Nor beside the grant that it opens: the roster admitted both, and the guest has another key since.
    let old_grant = with_part_of(&old_kept, &first, grant("guest", EnvironmentType::Local));
    assert_eq!(grants(&old_grant, &vault), nothing);
    // All of the guest's lines together are what they were: putting those back is a commit that git shows.
    let all = with_part_of(&old_grant, &first, grant("guest", EnvironmentType::Production));
    assert_eq!(grants(&all, &vault), Ok(()));
}

#[test]
fn a_kept_whose_head_was_changed_leads_nowhere() {
    let (vault, _) = vault();
    let text = with_guest(&vault);
    let index = Index::read(&text).expect("a vault");
    let own = grant("owner", EnvironmentType::Local)(&index);
    let kept = kept(&index);
    let text = text.replace(&format!("owner = \"{own}\"\n"), "");
    assert_eq!(grants(&text, &vault), Ok(()));
    // The version is in the first two characters, the roster's fingerprint in the ten after them.
    for at in [0, 1, 2, 11] {
        let mut changed = kept.clone().into_bytes();
        changed[at] = if changed[at] == b'B' { b'C' } else { b'B' };
        let changed = String::from_utf8(changed).expect("base64url");
        let text = text.replace(&kept, &changed);
        let nothing = Err(GrantError::NoDataKey(EnvironmentType::Local));
        assert_eq!(grants(&text, &vault), nothing, "character {at}");
    }
}

#[test]
fn a_grant_that_nobody_admitted_says_nothing_about_a_kept() {
    let (vault, _) = vault();
    let text = with_guest(&vault);
    let index = Index::read(&text).expect("a vault");
    let own = grant("owner", EnvironmentType::Local)(&index);
    let production = grant("guest", EnvironmentType::Production)(&index);
    // Somebody broke the guest's line for `production`; the one for `local` is the only way to that key.
    let broken = format!("{}AAAA{}", &production[..40], &production[44..]);
    assert_ne!(broken, production);
    let text = text.replace(&format!("owner = \"{own}\"\n"), "").replace(&production, &broken);
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    assert_eq!(add_for(&mut draft, &vault, "next", &[EnvironmentType::Local]), Ok(()));
    let error = add_for(&mut draft, &vault, "more", &[EnvironmentType::Production]);
    assert!(matches!(error, Err(GrantError::Suspicious { .. })), "{error:?}");
}

#[test]
fn without_the_roster_key_nobody_is_granted_anything_and_who_has_it_is_named() {
    let team = super::rotation::Team::new();
    let document = Document::parse(&team.text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let ring = team.ring(&team.text, "ci").expect("a grant");
    let holders = ["owner", "second"].map(str::to_owned).to_vec();
    let refused = GrantError::NoRoster { holder: "ci".to_owned(), holders };
    let key = AccessKey::generate(index.id()).expect("randomness");
    let secret = HolderSecret::AccessKey(key);
    let scopes = Scopes { kinds: vec![EnvironmentType::Production], roster: false };
    let holder = NewHolder { name: "next", secret: &secret, scopes, today: TODAY };
    let mut draft = Draft::new(&document, &index);
    assert_eq!(draft.add_holder(&ring, &holder), Err(refused.clone()));
    assert_eq!(draft.grant_types(&ring, "guest", &KINDS), Err(refused));
    assert_eq!(draft.finish().as_deref(), Ok(&*team.text));
}

#[test]
fn a_holder_of_any_kind_who_is_granted_the_roster_opens_everything_with_the_key_that_it_has() {
    let (vault, _) = vault();
    let id = VaultId([7; 16]);
    let access_key = AccessKey::generate(id).expect("randomness");
    let passphrase = Passphrase::from("correct horse battery".to_owned());
    let holder_key = HolderKey::generate().expect("randomness");
    let of_public_key = HolderSecret::PublicKey {
        recipient: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".to_owned(),
        delivered: holder_key.to_delivered(id, "ben").to_vec(),
        key: holder_key.clone(),
    };
    for (secret, credential) in [
        (HolderSecret::AccessKey(access_key.clone()), Credential::AccessKey(access_key)),
        (HolderSecret::Passphrase(passphrase.clone()), Credential::Passphrase(passphrase)),
        (of_public_key, Credential::HolderKey(holder_key)),
    ] {
        let text = set(&vault.text, &vault.ring, &[("a", "production", b"1")]);
        let text = edit(&text, |draft, _| {
            let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
            let holder = NewHolder { name: "ben", secret: &secret, scopes, today: TODAY };
            draft.add_holder(&vault.ring, &holder).expect("added");
            draft.add_deposit_keys(&vault.ring, &KINDS.map(made)).expect("made");
        });
        let before = Index::read(&text).expect("a vault");
        let text = edit(&text, |draft, _| draft.grant_roster(&vault.ring, "ben").expect("granted"));
        let index = Index::read(&text).expect("a vault");
        let of = |index: &Index<'_>| {
            let holder = index.holder("ben").expect("a holder");
            (holder.kept().to_owned(), format!("{:?}", holder.kind()))
        };
        assert_eq!(of(&before), of(&index), "its key stays");
        assert_eq!(holders_without_word(&index, &vault.ring), Vec::<String>::new());
        let ring = KeyRing::unlock(&index, &credential, Some("ben")).expect("grants");
        assert!(ring.roster().is_some());
        assert_eq!(get(&text, &ring, "a", "production").as_deref(), Some(&b"1"[..]));
        // Its own grants were admitted, so that it adds somebody in turn.
        let ben = NewVault { text: text.clone(), ring };
        grants(&text, &ben).expect("every grant was admitted");
        // Once more changes nothing but the word.
        let again = edit(&text, |draft, _| draft.grant_roster(&ben.ring, "ben").expect("granted"));
        let keys = |text: &str| text.split("[keys").skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(keys(&again), keys(&text));
    }
}
