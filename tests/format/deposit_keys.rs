//! Deposit keys through the life of a vault: what waits can be accepted after every rotation, and nobody's swapped key counts.

use age::secrecy::ExposeSecret;
use strongroom_vault::{
    AccessKey, DepositKey, DepositPlace, Document, Draft, EditError, Environment, EnvironmentType,
    HolderSecret, Index, KeyRing, NewDepositKey, NewHolder, NewKeys, Rotation, Scopes, Vouched,
    holders_without_word,
};

use super::editing::{TODAY, edit};
use super::rotation::{Team, rotated};

const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const LOCAL: EnvironmentType = EnvironmentType::Local;

pub(super) fn made(kind: EnvironmentType) -> NewDepositKey {
    let identity = age::x25519::Identity::generate();
    NewDepositKey {
        kind,
        recipient: identity.to_public().to_string(),
        identity: identity.to_string().expose_secret().to_owned().into(),
    }
}

/// The vault of a team with a deposit key for each type.
pub(super) fn team() -> Team {
    let mut team = Team::new();
    let keys = EnvironmentType::ALL.map(made);
    team.text = edit(&team.text, |draft, _| {
        draft.add_deposit_keys(&team.owner, &keys).expect("the owner has the roster key");
    });
    team
}

/// New keys for these types, with a deposit key for each.
pub(super) fn rotate(
    team: &Team,
    text: &str,
    kinds: &[EnvironmentType],
) -> Result<String, EditError> {
    let deposits = kinds.iter().copied().map(made).collect();
    let new = NewKeys { deposits, ..NewKeys::default() };
    rotated(text, &team.owner, &Rotation::of_types(kinds.to_vec()), &new).map(|(text, _)| text)
}

/// Leaves a value under a type's current deposit key.
pub(super) fn leave(text: &str, kind: EnvironmentType, value: &[u8]) -> String {
    let environment = Environment::from(kind);
    edit(text, |draft, index| {
        let to = index.deposits().key(kind).expect("a deposit key").public();
        let to: age::x25519::Recipient = to.parse().expect("a recipient");
        let place = DepositPlace { kind, environment: environment.name(), name: "x", replaces: 0 };
        let age_file = age::encrypt(&to, &place.with_value(index.id(), value)).expect("age");
        draft.put_deposit(&environment, place, &age_file, TODAY).expect("a deposit");
    })
}

/// The public half that counts for a type, and the earlier ones that are kept.
pub(super) fn public(text: &str, kind: EnvironmentType) -> (String, Vec<String>) {
    let index = Index::read(text).expect("a vault");
    let deposits = index.deposits();
    let older = deposits.older().iter().filter(|older| older.kind() == kind);
    let counts = deposits.key(kind).expect("a deposit key").public().to_owned();
    (counts, older.map(|older| older.public().to_owned()).collect())
}

/// Everything that waits for a type, opened as a holder opens it.
pub(super) fn accepted(text: &str, ring: &KeyRing, kind: EnvironmentType) -> Vec<Vec<u8>> {
    let index = Index::read(text).expect("a vault");
    let key = ring.data_key(&index, kind).expect("a grant");
    let deposits = index.deposits();
    let older = deposits.older().iter().filter(|older| older.kind() == kind);
    let identities = deposits.key(kind).into_iter().chain(older).map(|known| {
        let identity = key.open_deposit_key(known).expect("it lies under the current key");
        identity.parse::<age::x25519::Identity>().expect("an identity")
    });
    let identities: Vec<_> = identities.collect();
    let waiting = deposits.waiting().iter().filter(|deposit| deposit.kind() == kind);
    let opened = waiting.map(|deposit| {
        let age_file = deposit.age_file(index.id()).expect("its code");
        let decrypted = identities.iter().find_map(|it| age::decrypt(it, &age_file).ok());
        let decrypted = decrypted.expect("one of the keys that are kept");
        let value = DepositPlace::of(deposit).value_in(index.id(), &decrypted);
        value.expect("its place").into_bytes()
    });
    opened.collect()
}

pub(super) fn without_deposits(text: &str) -> String {
    edit(text, |draft, index| {
        for deposit in index.deposits().waiting() {
            assert!(draft.drop_deposit(deposit.code()));
        }
        assert!(!draft.drop_deposit("aaaaaaaaaaaaaaaa"));
    })
}

/// A text in which the sealed half of a deposit key is that of another.
pub(super) fn altered(text: &str, find: impl Fn(&Index<'_>) -> (String, String)) -> String {
    let (private, other) = find(&Index::read(text).expect("a vault"));
    assert_ne!(private, other);
    text.replacen(&private, &other, 1)
}

pub(super) fn private(key: Option<&DepositKey<'_>>) -> String {
    key.expect("a deposit key").private().to_owned()
}

#[test]
fn what_waits_can_be_accepted_after_each_rotation_and_keys_that_nothing_needs_go() {
    let team = team();
    let ci = |text: &str| team.ring(text, "ci").expect("a grant");
    let guest = |text: &str| team.ring(text, "guest").expect("grants");
    let first = public(&team.text, PRODUCTION).0;
    let text = leave(&team.text, PRODUCTION, b"left");
    // Another type has an earlier key too, and a deposit: neither concerns the other.
    let text = rotate(&team, &text, &[LOCAL]).expect("new keys");
    let text = leave(&text, LOCAL, b"here");
    let local = public(&text, LOCAL);
    assert_eq!(local.1, [public(&team.text, LOCAL).0]);

    let text = rotate(&team, &text, &[PRODUCTION]).expect("new keys");
    let (second, older) = public(&text, PRODUCTION);
    assert_eq!(older, std::slice::from_ref(&first));
    assert_ne!(first, second);
    assert_eq!(accepted(&text, &ci(&text), PRODUCTION), [b"left"]);
    let text = rotate(&team, &text, &[PRODUCTION]).expect("new keys");
    let (third, mut older) = public(&text, PRODUCTION);
    older.sort();
    let mut both = [first, second];
    both.sort();
    assert_eq!(older, both);
    assert_eq!(accepted(&text, &ci(&text), PRODUCTION), [b"left"]);
    assert_eq!(public(&text, LOCAL), local);
    assert_eq!(accepted(&text, &guest(&text), LOCAL), [b"here"]);

    // Somebody may have left something that is not merged yet, under the key of today: it alone stays.
    let text = without_deposits(&text);
    let text = leave(&text, LOCAL, b"again");
    let text = rotate(&team, &text, &[PRODUCTION]).expect("new keys");
    assert_eq!(public(&text, PRODUCTION).1, [third]);
    assert_eq!(accepted(&text, &ci(&text), PRODUCTION), [b""; 0]);
    assert_eq!(accepted(&text, &guest(&text), LOCAL), [b"again"]);
}

#[test]
fn an_earlier_deposit_key_that_was_altered_stops_a_rotation_while_something_may_need_it() {
    let team = team();
    let text = rotate(&team, &team.text, &[PRODUCTION]).expect("new keys");
    let older = altered(&text, |index| {
        (private(index.deposits().older().first()), private(index.deposits().key(LOCAL)))
    });
    let current = altered(&text, |index| {
        (private(index.deposits().key(PRODUCTION)), private(index.deposits().key(LOCAL)))
    });
    for text in [older, current] {
        let waits = leave(&text, PRODUCTION, b"left");
        let refused = rotate(&team, &waits, &[PRODUCTION]).expect_err("an altered key");
        assert_eq!(refused, EditError::DepositKeyAltered(PRODUCTION));
        // What nothing needs may be lost.
        let text = leave(&text, DEVELOPMENT, b"elsewhere");
        let after = rotate(&team, &text, &[PRODUCTION]).expect("new keys");
        let ring = team.ring(&after, "ci").expect("a grant");
        assert_eq!(accepted(&after, &ring, PRODUCTION), [b""; 0]);
    }
}

#[test]
fn a_new_data_key_comes_with_a_new_deposit_key_and_no_other_type_gets_one() {
    let team = team();
    let all = EnvironmentType::ALL;
    let rotation = Rotation::of_types(vec![LOCAL]);
    let without = rotated(&team.text, &team.owner, &rotation, &NewKeys::default());
    assert_eq!(without.expect_err("no key"), EditError::NoDepositKey(LOCAL));
    let new = NewKeys { deposits: all.map(made).into(), ..NewKeys::default() };
    let (text, _) = rotated(&team.text, &team.owner, &rotation, &new).expect("new keys");
    for kind in all {
        let kept = public(&text, kind).0 == public(&team.text, kind).0;
        assert_eq!(kept, kind != LOCAL, "{kind}");
    }
    // A vault that has none gets one for each type.
    let bare = Team::new();
    let (text, _) = rotated(&bare.text, &bare.owner, &rotation, &new).expect("new keys");
    for kind in all {
        assert_eq!(public(&text, kind).1, [""; 0], "{kind}");
        let of_kind = new.deposits.iter().find(|made| made.kind == kind).expect("a key");
        assert_eq!(public(&text, kind).0, of_kind.recipient);
    }
    // And one that has none, and is given none, goes on without.
    assert!(rotated(&bare.text, &bare.owner, &rotation, &NewKeys::default()).is_ok());
}

#[test]
fn a_rotation_or_new_deposit_keys_vouch_for_no_key_that_was_swapped() {
    let team = team();
    let swapped = altered(&team.text, |index| {
        (private(index.deposits().key(PRODUCTION)), private(index.deposits().key(LOCAL)))
    });
    let refused = rotate(&team, &swapped, &[LOCAL]).expect_err("a swapped key");
    assert_eq!(refused, EditError::DepositKeySwapped(PRODUCTION));
    let document = Document::parse(&swapped).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let refused = Draft::new(&document, &index).add_deposit_keys(&team.owner, &[]);
    assert_eq!(refused, Err(EditError::DepositKeySwapped(PRODUCTION)));
}

#[test]
fn everybody_has_a_word_for_the_deposit_keys_that_count_and_for_no_others() {
    let team = team();
    let vouched = |text: &str, holder: &str| {
        let index = Index::read(text).expect("a vault");
        team.ring(text, holder).expect("a grant").vouched(&index)
    };
    let text = rotate(&team, &team.text, &[PRODUCTION]).expect("new keys");
    for holder in ["owner", "second", "ci", "guest"] {
        assert_eq!(vouched(&team.text, holder), Vouched::Yes, "{holder}");
        assert_eq!(vouched(&text, holder), Vouched::Yes, "{holder}");
        // One who is no holder of the type that changed is told as well.
        let (old, new) = (public(&team.text, PRODUCTION).0, public(&text, PRODUCTION).0);
        let swapped = text.replace(&format!("public = \"{new}\""), &format!("public = \"{old}\""));
        assert_ne!(swapped, text);
        assert_eq!(vouched(&swapped, holder), Vouched::No, "{holder}");
    }
}

#[test]
fn whose_word_is_missing_or_another_shows_to_the_roster_alone() {
    let (team, bare) = (team(), Team::new());
    let without = |text: &str, holder: &str| {
        let index = Index::read(text).expect("a vault");
        holders_without_word(&index, &team.ring(text, holder).expect("a grant"))
    };
    assert_eq!(without(&team.text, "owner"), [""; 0]);
    let index = Index::read(&team.text).expect("a vault");
    let word = index.holder("guest").and_then(|it| it.vouch()).expect("a word");
    let dropped = team.text.replace(&format!("vouch = \"{word}\"\n"), "");
    assert_ne!(dropped, team.text);
    assert_eq!(without(&dropped, "owner"), ["guest"]);
    assert_eq!(without(&dropped, "guest"), [""; 0]);
    // Where there are no deposit keys, nobody misses a word for them.
    let index = Index::read(&bare.text).expect("a vault");
    assert_eq!(holders_without_word(&index, &bare.owner), [""; 0]);
}

#[test]
fn a_new_holder_has_a_word_for_the_deposit_keys_unless_one_was_swapped() {
    let team = team();
    let swapped = altered(&team.text, |index| {
        (private(index.deposits().key(PRODUCTION)), private(index.deposits().key(LOCAL)))
    });
    for (text, expected) in [(&team.text, Vouched::Yes), (&swapped, Vouched::Nothing)] {
        let id = Index::read(text).expect("a vault").id();
        let key = AccessKey::generate(id).expect("randomness");
        let secret = HolderSecret::AccessKey(key.clone());
        let scopes = Scopes { kinds: vec![LOCAL], roster: false };
        let text = edit(text, |draft, _| {
            let holder = NewHolder { name: "new", secret: &secret, scopes, today: TODAY };
            draft.add_holder(&team.owner, &holder).expect("a new holder");
        });
        let index = Index::read(&text).expect("a vault");
        let credential = strongroom_vault::Credential::AccessKey(key);
        let ring = KeyRing::unlock(&index, &credential, None).expect("a grant");
        assert_eq!(ring.vouched(&index), expected);
    }
}

#[test]
fn only_an_identity_of_age_becomes_a_deposit_key() {
    let team = Team::new();
    let document = Document::parse(&team.text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let good = made(LOCAL);
    let other = format!("X{}", &good.identity[1..]);
    let short = good.identity[..good.identity.len() - 1].to_owned();
    for identity in [other, short] {
        let key = NewDepositKey { identity: identity.into(), ..made(LOCAL) };
        let refused = Draft::new(&document, &index).add_deposit_keys(&team.owner, &[key]);
        assert_eq!(refused, Err(EditError::NoDepositKey(LOCAL)));
    }
}
