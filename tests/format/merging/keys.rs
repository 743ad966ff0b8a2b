//! Merging what holders and data keys became.

use strongroom_vault::{
    AccessKey, EnvironmentType, HolderSecret, Index, KeyRing, Lookup, MergeNote, NewDepositKey,
    NewHolder, Rotation, Scopes, Subject, merge,
};

use super::super::editing::{TODAY, edit, set};
use super::super::rotation::Team;
use super::{clean, merged, value};

const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

pub(super) fn with_holder(
    team: &Team,
    text: &str,
    name: &str,
    kinds: Vec<EnvironmentType>,
) -> String {
    let id = Index::read(text).expect("a vault").id();
    let secret = HolderSecret::AccessKey(AccessKey::generate(id).expect("randomness"));
    edit(text, |draft, _| {
        let scopes = Scopes { kinds, roster: false };
        let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
        draft.add_holder(&team.owner, &holder).expect("a new holder");
    })
}

pub(super) fn rotated(team: &Team, text: &str, kinds: &[EnvironmentType]) -> String {
    team.rotated(text, &Rotation::of_types(kinds.to_vec())).expect("new keys").0
}

/// What the owner's key opens in a text with new data keys.
pub(super) fn own(team: &Team, text: &str) -> KeyRing {
    team.ring(text, "owner").expect("the owner's key")
}

pub(super) fn holders(text: &str) -> Vec<String> {
    let index = Index::read(text).expect("a vault");
    index.holders().iter().map(|holder| holder.name().to_owned()).collect()
}

pub(super) fn grants(text: &str, kind: EnvironmentType) -> Vec<String> {
    let index = Index::read(text).expect("a vault");
    index.keys().of_type(kind).grants().iter().map(|it| it.holder().to_owned()).collect()
}

#[test]
fn two_new_holders_merge() {
    let team = Team::new();
    let ours = with_holder(&team, &team.text, "robin", vec![DEVELOPMENT]);
    let theirs = with_holder(&team, &team.text, "sam", vec![DEVELOPMENT, PRODUCTION]);
    let text = clean(&team.text, &ours, &theirs);
    assert_eq!(holders(&text), ["ci", "guest", "owner", "robin", "sam", "second"]);
    assert_eq!(grants(&text, PRODUCTION), ["ci", "owner", "sam", "second"]);
    // The roster goes on: every grant is as it admitted it.
    rotated(&team, &text, &[DEVELOPMENT, PRODUCTION]);
}

#[test]
fn one_name_for_two_new_holders_is_a_conflict() {
    let team = Team::new();
    let ours = with_holder(&team, &team.text, "robin", vec![DEVELOPMENT]);
    let theirs = with_holder(&team, &team.text, "robin", vec![PRODUCTION]);
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, [Subject::Holder("robin".to_owned())]);
    let spelled = with_holder(&team, &team.text, "Robin", vec![PRODUCTION]);
    let both = merge(Some(&team.text), &ours, &spelled).expect("mergeable");
    assert!(matches!(both.conflicts.as_slice(), [Subject::Holder(_)]), "{:?}", both.conflicts);
}

#[test]
fn a_rotation_and_new_values_merge_and_what_lies_behind_is_named() {
    let team = Team::new();
    let ours = rotated(&team, &team.text, &[PRODUCTION, LOCAL]);
    let theirs = set(
        &team.text,
        &team.owner,
        &[("a", "production", b"new"), ("c", "local", b"c"), ("a", "development", b"d")],
    );
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    let index = Index::read(&both.text).expect("a vault");
    let found = index.lookup("a", &PRODUCTION.into());
    assert!(matches!(found, Lookup::OtherDataKey(value) if value.version() == 2), "{found:?}");
    assert!(matches!(index.lookup("b", &LOCAL.into()), Lookup::Found(_)));
    assert!(
        matches!(index.lookup("a", &DEVELOPMENT.into()), Lookup::Found(value) if value.version() == 2)
    );
    assert_eq!(
        both.notes,
        [
            MergeNote::Behind { kind: PRODUCTION, names: vec!["a".to_owned()] },
            MergeNote::Behind { kind: LOCAL, names: vec!["c".to_owned()] },
        ]
    );
}

#[test]
fn a_rotation_and_a_new_holder_merge_and_the_grant_to_renew_is_named() {
    let team = Team::new();
    let ours = rotated(&team, &team.text, &[DEVELOPMENT]);
    let theirs = with_holder(&team, &team.text, "robin", vec![DEVELOPMENT, PRODUCTION]);
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    let holder = "robin".to_owned();
    assert_eq!(both.notes, [MergeNote::GrantAgain { holder, kind: DEVELOPMENT, is_known: true }]);
    assert!(grants(&both.text, DEVELOPMENT).contains(&"robin".to_owned()));
    // It stands in the way of others until it is granted again, which the roster's word for it allows.
    let again = edit(&both.text, |draft, _| {
        draft.grant_types(&team.owner, "robin", &[DEVELOPMENT]).expect("granted again");
    });
    rotated(&team, &again, &[DEVELOPMENT]);
    let index = Index::read(&both.text).expect("a vault");
    let generation = |name| {
        let grant = index.keys().of_type(DEVELOPMENT).grant(name);
        grant.map(strongroom_vault::Grant::generation)
    };
    assert_eq!((generation("owner"), generation("robin")), (Some(2), Some(1)));
}

#[test]
fn both_sides_rotating_one_key_is_one_conflict_and_other_types_merge() {
    let team = Team::new();
    let ours = rotated(&team, &team.text, &[PRODUCTION]);
    let ours = set(&ours, &team.owner, &[("a", "local", b"ours")]);
    let theirs = rotated(&team, &team.text, &[PRODUCTION, DEVELOPMENT]);
    let theirs = set(&theirs, &team.owner, &[("d", "preview", b"theirs")]);
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, [Subject::Keys(PRODUCTION)]);
}

#[test]
fn a_removed_holder_does_not_come_back() {
    let team = Team::new();
    let ours = team.removed(&team.text, "guest").expect("removed").0;
    // The other side knows guest as before, and sets values meanwhile.
    let theirs = set(&team.text, &team.owner, &[("b", "local", b"new"), ("b", "production", b"p")]);
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    assert!(!holders(&both.text).contains(&"guest".to_owned()));
    let index = Index::read(&both.text).expect("a vault");
    assert!(index.removal("guest").is_some());
    // Whoever was removed can read what was set under the key that they had.
    let value = index.secret("b").and_then(|secret| secret.value("local")).expect("a value");
    assert_eq!(value.version(), 2);
    assert_eq!(value.due(), ["guest"]);
    // The other side gave guest more, and another key.
    let theirs = edit(&team.text, |draft, _| {
        draft.grant_types(&team.owner, "guest", &[EnvironmentType::Preview]).expect("granted");
    });
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    assert!(!both.text.contains("\nguest = \""), "{}", both.text);
}

#[test]
fn two_removals_are_one_conflict_for_each_key_that_both_made_anew() {
    let team = Team::new();
    let base = with_holder(&team, &team.text, "robin", vec![LOCAL]);
    let ours = team.removed(&base, "guest").expect("removed").0;
    let theirs = team.removed(&base, "robin").expect("removed").0;
    let both = merged(&base, &ours, &theirs);
    assert_eq!(both.conflicts, [Subject::Keys(LOCAL)]);
    for line in both.text.lines() {
        assert!(!line.starts_with("guest = \"") && !line.starts_with("robin = \""), "{line}");
    }
    // Both could read the value, whichever key stays.
    let dues: Vec<&str> = both.text.lines().filter(|line| line.contains("due = ")).collect();
    let with_both = dues.iter().filter(|line| line.contains("due = [\"guest\", \"robin\"]"));
    assert_eq!(with_both.count(), 2, "{dues:?}");
}

#[test]
fn a_new_passphrase_and_a_rotation_merge_with_the_grant_of_the_passphrase() {
    let team = Team::new();
    let passphrase = |words: &str| strongroom_vault::Passphrase::from(words.to_owned());
    let secret = HolderSecret::Passphrase(passphrase("correct horse battery"));
    let base = edit(&team.text, |draft, _| {
        let scopes = Scopes { kinds: vec![DEVELOPMENT, PRODUCTION], roster: false };
        let holder = NewHolder { name: "robin", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&team.owner, &holder).expect("a new holder");
    });
    let ours = edit(&base, |draft, _| {
        draft.change_passphrase(&team.owner, "robin", &passphrase("staple battery")).expect("new");
    });
    let theirs = rotated(&team, &base, &[PRODUCTION]);
    let both = merged(&base, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    let holder = "robin".to_owned();
    assert_eq!(both.notes, [MergeNote::GrantAgain { holder, kind: PRODUCTION, is_known: true }]);
    let index = Index::read(&both.text).expect("a vault");
    let credential = strongroom_vault::Credential::Passphrase(passphrase("staple battery"));
    let ring = strongroom_vault::KeyRing::unlock(&index, &credential, None).expect("it opens");
    assert!(ring.data_key(&index, DEVELOPMENT).is_ok());
}

#[test]
fn a_new_roster_key_on_both_sides_is_one_conflict() {
    let team = Team::new();
    let new = || {
        let index = Index::read(&team.text).expect("a vault");
        let mut new = strongroom_vault::NewKeys::default();
        for holder in index.holders() {
            let key = AccessKey::generate(index.id()).expect("randomness");
            new.holders.insert(holder.name().to_owned(), HolderSecret::AccessKey(key));
        }
        let rotation = Rotation::of_everything(&index);
        super::super::rotation::rotated(&team.text, &team.owner, &rotation, &new).expect("new").0
    };
    let (ours, theirs) = (new(), new());
    assert_eq!(merged(&team.text, &ours, &theirs).conflicts, [Subject::Roster]);
    let added = with_holder(&team, &team.text, "robin", vec![DEVELOPMENT]);
    assert_eq!(merged(&team.text, &ours, &added).conflicts, [Subject::Roster]);
    let set = set(&team.text, &team.owner, &[("b", "local", b"new")]);
    let both = merged(&team.text, &ours, &set);
    assert_eq!(both.conflicts, []);
    assert_eq!(both.notes, [MergeNote::Behind { kind: LOCAL, names: vec!["b".to_owned()] }]);
}

#[test]
fn two_first_deposit_keys_leave_one_that_counts_and_one_that_still_opens() {
    let team = Team::new();
    let with_keys = |letter: char| {
        let made: Vec<NewDepositKey> = EnvironmentType::ALL
            .into_iter()
            .map(|kind| NewDepositKey {
                kind,
                recipient: format!(
                    "age1{letter}{kind}{}",
                    letter.to_string().repeat(57 - kind.as_str().len())
                ),
                identity: format!(
                    "AGE-SECRET-KEY-1{}",
                    letter.to_ascii_uppercase().to_string().repeat(58)
                )
                .into(),
            })
            .collect();
        edit(&team.text, |draft, _| {
            draft.add_deposit_keys(&team.owner, &made).expect("deposit keys");
        })
    };
    let (ours, theirs) = (with_keys('q'), with_keys('z'));
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    let index = Index::read(&both.text).expect("a vault");
    assert_eq!(index.deposits().older().len(), 4);
    assert_eq!(
        index.deposits().key(LOCAL).map(strongroom_vault::DepositKey::public),
        Some(&*format!("age1zlocal{}", "z".repeat(52)))
    );
    let word = |text: &str, name: &str| {
        let index = Index::read(text).expect("a vault");
        index.holder(name).and_then(|holder| holder.vouch().map(str::to_owned))
    };
    assert_eq!(word(&both.text, "ci"), word(&theirs, "ci"));
    // A rotation finds every deposit key openable.
    rotated(&team, &set(&both.text, &team.owner, &[]), &[]);
}

#[test]
fn a_value_set_on_both_sides_of_a_rotation_is_a_conflict_of_that_value() {
    let team = Team::new();
    let ours = rotated(&team, &team.text, &[PRODUCTION]);
    let ours = set(&ours, &own(&team, &ours), &[("a", "production", b"ours")]);
    let theirs = set(&team.text, &team.owner, &[("a", "production", b"theirs")]);
    assert_eq!(merged(&team.text, &ours, &theirs).conflicts, [value("a", "production")]);
}
