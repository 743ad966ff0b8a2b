//! New data keys: who stays goes on without doing anything, and who was removed opens nothing that is sealed from then on.

use std::collections::HashMap;

use strongroom_vault::{
    AccessKey, Content, Credential, Document, Draft, EditError, EnvironmentType, GrantError, Had,
    HolderSecret, Index, KeyRing, NewHolder, NewKeys, OpenError, Passphrase, Place, Rotated,
    Rotation, Scopes, UnlockError, left_behind,
};

use super::editing::{TODAY, edit, get, set, vault};

const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

/// A vault of a team: `owner` and `second` have everything, `ci` production, `guest` development and local.
pub(super) struct Team {
    pub(super) text: String,
    pub(super) owner: KeyRing,
    keys: HashMap<&'static str, AccessKey>,
}

impl Team {
    pub(super) fn new() -> Self {
        let (vault, owner_key) = vault();
        let mut keys = HashMap::from([("owner", owner_key)]);
        let mut text = vault.text;
        for (name, scopes) in [
            ("second", Scopes::everything()),
            ("ci", Scopes { kinds: vec![PRODUCTION], roster: false }),
            ("guest", Scopes { kinds: vec![DEVELOPMENT, LOCAL], roster: false }),
        ] {
            let id = Index::read(&text).expect("a vault").id();
            let key = AccessKey::generate(id).expect("randomness");
            let secret = HolderSecret::AccessKey(key.clone());
            text = edit(&text, |draft, _| {
                let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
                draft.add_holder(&vault.ring, &holder).expect("a new holder");
            });
            keys.insert(name, key);
        }
        let values: [(&str, &str, &[u8]); 4] = [
            ("a", "production", b"1"),
            ("a", "development", b"2"),
            ("b", "local", b"3"),
            ("b", "preview", b"4"),
        ];
        let text = set(&text, &vault.ring, &values);
        Self { text, owner: vault.ring, keys }
    }

    pub(super) fn ring(&self, text: &str, holder: &str) -> Result<KeyRing, UnlockError> {
        let credential = Credential::AccessKey(self.keys[holder].clone());
        KeyRing::unlock(&Index::read(text).expect("a vault"), &credential, None)
    }

    pub(super) fn key(&self, holder: &str) -> AccessKey {
        self.keys[holder].clone()
    }

    pub(super) fn rotated(
        &self,
        text: &str,
        rotation: &Rotation,
    ) -> Result<(String, Rotated), EditError> {
        rotated(text, &self.owner, rotation, &NewKeys::default())
    }

    pub(super) fn removed(&self, text: &str, name: &str) -> Result<(String, Rotated), EditError> {
        let index = Index::read(text).expect("a vault");
        self.rotated(text, &Rotation::of_removal(&index, name, None, false, &Had::default())?)
    }
}

pub(super) fn rotated(
    text: &str,
    ring: &KeyRing,
    rotation: &Rotation,
    new: &NewKeys,
) -> Result<(String, Rotated), EditError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let done = draft.rotate(ring, rotation, new, TODAY)?;
    Ok((draft.finish()?, done))
}

/// What opens a value for a holder now; the text of a sealed value.
fn sealed(text: &str, name: &str, environment: &str) -> String {
    let index = Index::read(text).expect("a vault");
    let value = index.secret(name).and_then(|secret| secret.value(environment)).expect("a value");
    match value.content() {
        Content::Sealed(sealed) => sealed.to_string(),
        Content::Reference { .. } => panic!("a sealed value"),
    }
}

#[test]
fn whoever_stays_opens_everything_as_before_with_the_key_that_they_have() {
    let team = Team::new();
    let (text, done) =
        team.rotated(&team.text, &Rotation::of_types(vec![PRODUCTION])).expect("new keys");
    assert_eq!(done.values, 1);
    let index = Index::read(&text).expect("a vault");
    assert_eq!(
        index.keys().of_type(PRODUCTION).current().map(strongroom_vault::Current::generation),
        Some(2)
    );
    assert_eq!(
        index.keys().of_type(DEVELOPMENT).current().map(strongroom_vault::Current::generation),
        Some(1)
    );
    for holder in ["owner", "second", "ci"] {
        let ring = team.ring(&text, holder).expect("a grant");
        assert_eq!(get(&text, &ring, "a", "production").as_deref(), Some(&b"1"[..]), "{holder}");
    }
    assert_eq!(sealed(&text, "a", "development"), sealed(&team.text, "a", "development"));
    assert_eq!(left_behind(&index).count(), 0);
    let twice = Rotation::of_types(EnvironmentType::ALL.to_vec());
    let (text, _) = team.rotated(&text, &twice).expect("new keys");
    let ring = team.ring(&text, "guest").expect("a grant");
    assert_eq!(get(&text, &ring, "b", "local").as_deref(), Some(&b"3"[..]));
}

#[test]
fn whoever_was_removed_opens_nothing_that_is_there_from_then_on() {
    let team = Team::new();
    let guest = team.ring(&team.text, "guest").expect("grants");
    let (text, done) = team.removed(&team.text, "guest").expect("removed");
    assert_eq!((done.values, done.dropped), (2, vec![]));
    assert_eq!(team.ring(&text, "guest").err(), Some(UnlockError::WrongAccessKey));
    let index = Index::read(&text).expect("a vault");
    assert!(index.holder("guest").is_none());
    assert_eq!(index.removal("guest").map(strongroom_vault::Removed::on), Some(TODAY));
    // The keys that the guest kept are of the former generation.
    let before = Index::read(&team.text).expect("a vault");
    for (kind, name) in [(DEVELOPMENT, "a"), (LOCAL, "b")] {
        let key = guest.data_key(&before, kind).expect("a kept key");
        let secret = index.secret(name).expect("a secret");
        let value = secret.value(kind.as_str()).expect("a value");
        let opened = key.open(Place::of(secret, value), &sealed(&text, name, kind.as_str()));
        assert_eq!(opened, Err(OpenError::AnotherDataKey));
        assert_eq!(value.due(), ["guest"]);
    }
    let due = index
        .secrets()
        .flat_map(strongroom_vault::Secret::values)
        .filter(|value| !value.due().is_empty());
    assert_eq!(due.count(), 2);
    assert_eq!(sealed(&text, "a", "production"), sealed(&team.text, "a", "production"));
    // Setting a value again takes the mark away.
    let ring = team.ring(&text, "second").expect("grants");
    let text = set(&text, &ring, &[("b", "local", b"new")]);
    let index = Index::read(&text).expect("a vault");
    assert!(index.secret("b").and_then(|it| it.value("local")).expect("a value").due().is_empty());
}

#[test]
fn the_previous_key_opens_with_the_current_one_and_never_loads() {
    let team = Team::new();
    let (text, _) = team.rotated(&team.text, &Rotation::of_types(vec![LOCAL])).expect("new keys");
    // What a merge with somebody who had not rotated leaves behind.
    let former = sealed(&team.text, "b", "local");
    let text = text.replace(&sealed(&text, "b", "local"), &former);
    let end = format!("\"{former}\" }}");
    let due = format!("\"{former}\", due = [\"before\"] }}");
    assert!(text.contains(&end));
    let text = text.replace(&end, &due);
    let index = Index::read(&text).expect("a vault");
    let left: Vec<_> =
        left_behind(&index).map(|(secret, value)| (secret.name(), value.environment())).collect();
    assert_eq!(left, [("b", "local")]);
    let guest = team.ring(&text, "guest").expect("grants");
    let key = guest.data_key(&index, LOCAL).expect("a grant");
    let secret = index.secret("b").expect("a secret");
    let place = Place::of(secret, secret.value("local").expect("a value"));
    assert_eq!(key.open(place, &sealed(&text, "b", "local")), Err(OpenError::AnotherDataKey));
    let retired = key.retired(&index);
    assert_eq!(retired.len(), 1);
    let known_to = std::collections::BTreeSet::from(["gone".to_owned()]);
    let mended = edit(&text, |draft, _| {
        assert_eq!(draft.reseal_value(key, &retired, "b", "local", &known_to), Ok(true));
        assert!(draft.reseal_value(key, &retired, "b", "preview", &known_to).is_err());
    });
    assert_eq!(get(&mended, &guest, "b", "local").as_deref(), Some(&b"3"[..]));
    let after = Index::read(&mended).expect("a vault");
    let value = after.secret("b").and_then(|it| it.value("local")).expect("a value");
    assert_eq!(value.due(), ["before", "gone"]);
    // The key of another type opens no retired key of this one.
    let ci = team.ring(&text, "ci").expect("grants");
    assert!(ci.data_key(&index, PRODUCTION).expect("a grant").retired(&index).is_empty());
    // Nor does an older current key: one step back is all.
    let (twice, _) = team.rotated(&mended, &Rotation::of_types(vec![LOCAL])).expect("new keys");
    assert!(key.retired(&Index::read(&twice).expect("a vault")).is_empty());
}

#[test]
fn a_grant_that_nobody_admitted_stops_everything_but_its_own_removal() {
    let team = Team::new();
    // Somebody copies a line of `guest` for an invented holder: a grant that opens nothing, and was never admitted.
    let index = Index::read(&team.text).expect("a vault");
    let line = index.keys().of_type(LOCAL).grant("guest").expect("a grant").sealed().to_owned();
    let kept = index.holder("guest").expect("a holder").kept().to_owned();
    let text = team.text.replace(
        "[keys.local]\n",
        &format!("[holders.mallory]\nkind = \"access-key\"\nkept = \"{kept}\"\n\n[keys.local]\nmallory = \"{line}\"\n"),
    );
    let suspicious = |scope: &str, holder: &str, current| {
        EditError::Grant(GrantError::Suspicious {
            scope: scope.into(),
            holder: holder.into(),
            current,
        })
    };
    for rotation in [Rotation::of_types(vec![PRODUCTION]), Rotation::of_types(vec![LOCAL])] {
        let refused = team.rotated(&text, &rotation).expect_err("refused");
        assert_eq!(refused, suspicious("local", "mallory", true));
    }
    assert_eq!(
        team.removed(&text, "guest").expect_err("refused"),
        suspicious("local", "mallory", true)
    );
    let (clean, _) = team.removed(&text, "mallory").expect("removed");
    let index = Index::read(&clean).expect("a vault");
    assert!(index.holder("mallory").is_none());
    assert_eq!(
        index.keys().of_type(LOCAL).current().map(strongroom_vault::Current::generation),
        Some(2)
    );
    assert!(team.ring(&clean, "guest").is_ok());
}

#[test]
fn lines_of_a_removed_holder_that_come_back_get_no_new_key() {
    let team = Team::new();
    let (text, _) = team.removed(&team.text, "guest").expect("removed");
    let before = Index::read(&team.text).expect("a vault");
    let holder = before.holder("guest").expect("a holder");
    let table = format!("[holders.guest]\nkind = \"access-key\"\nkept = \"{}\"\n\n", holder.kept());
    let grant = before.keys().of_type(LOCAL).grant("guest").expect("a grant").sealed().to_owned();
    let back = text
        .replace("[keys.development]\n", &format!("{table}[keys.development]\n"))
        .replace("[keys.local]\n", &format!("[keys.local]\nguest = \"{grant}\"\n"));
    assert!(Index::read(&back).is_ok(), "{back}");
    let refused = team.rotated(&back, &Rotation::of_types(vec![LOCAL])).expect_err("refused");
    assert!(refused.to_string().contains("strongroom holder remove guest"), "{refused}");
    // A table without grants is no way in either.
    let hollow = text.replace("[keys.development]\n", &format!("{table}[keys.development]\n"));
    let refused = team.rotated(&hollow, &Rotation::of_types(vec![LOCAL])).expect_err("refused");
    assert_eq!(refused, EditError::Grant(GrantError::CameBack("guest".into())));
    // Taking the lines out again needs no new key.
    let index = Index::read(&back).expect("a vault");
    let again =
        Rotation::of_removal(&index, "guest", None, false, &Had::default()).expect("a holder");
    assert_eq!(again.kinds, []);
    let (clean, done) = team.rotated(&back, &again).expect("removed");
    assert_eq!((done.values, clean.contains("guest = \"")), (0, false));
}

#[test]
fn removing_who_had_the_roster_key_gives_everybody_a_new_key() {
    let mut team = Team::new();
    let passphrase = HolderSecret::Passphrase(Passphrase::from("correct horse battery".to_owned()));
    let text = edit(&team.text, |draft, _| {
        let scopes = Scopes { kinds: vec![LOCAL], roster: false };
        let holder = NewHolder { name: "paper", secret: &passphrase, scopes, today: TODAY };
        draft.add_holder(&team.owner, &holder).expect("a new holder");
    });
    let index = Index::read(&text).expect("a vault");
    let rotation =
        Rotation::of_removal(&index, "second", None, false, &Had::default()).expect("a holder");
    assert_eq!(rotation.kinds, EnvironmentType::ALL);
    assert_eq!(rotation.rekeyed, ["ci", "guest", "owner", "paper"]);
    let error = rotated(&text, &team.owner, &rotation, &NewKeys::default()).expect_err("no keys");
    assert_eq!(error, EditError::Grant(GrantError::NoNewKey("ci".into())));
    let mut new = NewKeys::default();
    for name in ["ci", "guest", "owner"] {
        let key = AccessKey::generate(index.id()).expect("randomness");
        new.holders.insert(name.to_owned(), HolderSecret::AccessKey(key.clone()));
        let old = team.keys.insert(name, key).expect("it had one");
        let opens = KeyRing::unlock(&index, &Credential::AccessKey(old), None);
        assert!(opens.is_ok());
    }
    let second = team.keys["second"].clone();
    let roster_before =
        KeyRing::unlock(&index, &Credential::AccessKey(second.clone()), None).expect("grants");
    let (after, done) = rotated(&text, &team.owner, &rotation, &new).expect("removed");
    assert_eq!((done.values, done.dropped), (4, vec!["paper".to_owned()]));
    let index = Index::read(&after).expect("a vault");
    let holders: Vec<_> = index.holders().iter().map(strongroom_vault::Holder::name).collect();
    assert_eq!(holders, ["ci", "guest", "owner"]);
    assert!(KeyRing::unlock(&index, &Credential::AccessKey(second), None).is_err());
    for (holder, name, environment) in
        [("ci", "a", "production"), ("guest", "b", "local"), ("owner", "b", "preview")]
    {
        let ring = team.ring(&after, holder).expect("a new key");
        assert!(get(&after, &ring, name, environment).is_some());
    }
    // The roster key that `second` kept admits nothing any more.
    let owner = team.ring(&after, "owner").expect("a new key");
    assert_ne!(
        owner.roster().expect("the roster").fingerprint(),
        roster_before.roster().expect("the roster").fingerprint()
    );
    let old = edit_error(&after, &roster_before);
    assert!(matches!(old, GrantError::Suspicious { .. }), "{old}");
}

/// What adding a holder with a ring gives.
fn edit_error(text: &str, ring: &KeyRing) -> GrantError {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let secret = HolderSecret::AccessKey(AccessKey::generate(index.id()).expect("randomness"));
    let scopes = Scopes { kinds: vec![LOCAL], roster: false };
    draft
        .add_holder(ring, &NewHolder { name: "x", secret: &secret, scopes, today: TODAY })
        .expect_err("refused")
}

#[test]
fn the_last_holder_of_a_type_or_of_the_roster_stays() {
    let (vault, _) = vault();
    let index = Index::read(&vault.text).expect("a vault");
    let last =
        Rotation::of_removal(&index, "owner", None, false, &Had::default()).expect_err("the last");
    assert!(matches!(&last, GrantError::Last { holder, .. } if holder == "owner"), "{last}");
    let unknown = Rotation::of_removal(&index, "nobody", None, false, &Had::default());
    assert_eq!(unknown, Err(GrantError::NoHolder("nobody".into())));
    let team = Team::new();
    let index = Index::read(&team.text).expect("a vault");
    let part = Rotation::of_removal(&index, "second", Some(&[LOCAL]), false, &Had::default());
    assert_eq!(part, Err(GrantError::OpensEverything("second".into())));
    let part = Rotation::of_removal(&index, "ci", Some(&[LOCAL]), false, &Had::default());
    assert_eq!(part, Err(GrantError::NoGrant("ci".into(), LOCAL)));
}

#[test]
fn a_holder_can_lose_and_get_one_type_alone() {
    let team = Team::new();
    let index = Index::read(&team.text).expect("a vault");
    let rotation =
        Rotation::of_removal(&index, "guest", Some(&[DEVELOPMENT]), false, &Had::default())
            .expect("a holder");
    let (text, _) = team.rotated(&team.text, &rotation).expect("removed");
    let index = Index::read(&text).expect("a vault");
    let guest = team.ring(&text, "guest").expect("one grant");
    assert!(guest.data_key(&index, DEVELOPMENT).is_err());
    assert_eq!(get(&text, &guest, "b", "local").as_deref(), Some(&b"3"[..]));
    assert!(index.removal("guest").is_none());
    assert_eq!(
        index.secret("a").and_then(|it| it.value("development")).expect("a value").due(),
        ["guest"]
    );
    let text = edit(&text, |draft, _| {
        draft.grant_types(&team.owner, "guest", &[PRODUCTION]).expect("granted");
    });
    let guest = team.ring(&text, "guest").expect("grants");
    assert_eq!(get(&text, &guest, "a", "production").as_deref(), Some(&b"1"[..]));
}

#[test]
fn a_value_that_does_not_open_stops_a_rotation_before_anything_is_lost() {
    let team = Team::new();
    let other = sealed(&team.text, "b", "local");
    for text in [
        // Of another place, and so altered.
        team.text
            .replace(&sealed(&team.text, "b", "preview"), &sealed(&team.text, "a", "production")),
        // Under another key.
        team.rotated(&team.text, &Rotation::of_types(vec![EnvironmentType::Preview, LOCAL]))
            .map(|(text, _)| text.replace(&sealed(&text, "b", "local"), &other))
            .expect("new keys"),
    ] {
        let all = Rotation::of_types(EnvironmentType::ALL.to_vec());
        let error = team.rotated(&text, &all).expect_err("refused");
        assert!(matches!(error, EditError::Unopened { .. }), "{error}");
    }
}

#[test]
fn nobody_with_a_grant_is_forgotten_by_a_rotation_for_want_of_its_kept() {
    let team = Team::new();
    let index = Index::read(&team.text).expect("a vault");
    let kept = |name: &str| index.holder(name).expect("a holder").kept().to_owned();
    let text = team.text.replace(&kept("guest"), &kept("ci"));
    let error = team.rotated(&text, &Rotation::of_types(vec![DEVELOPMENT])).expect_err("refused");
    assert_eq!(error, EditError::from(GrantError::NoKept("guest".to_owned())));
}

#[test]
fn a_grant_whose_line_was_deleted_before_the_removal_is_known_all_the_same() {
    let team = Team::new();
    let without = |text: &str, table: &str, holder: &str| {
        let (head, rest) = text.split_once(&format!("[keys.{table}]\n")).expect("a table");
        let line =
            rest.lines().find(|line| line.starts_with(&format!("{holder} = "))).expect("a grant");
        format!("{head}[keys.{table}]\n{}", rest.replacen(&format!("{line}\n"), "", 1))
    };
    let earlier = Index::read(&team.text).expect("a vault");
    let removal = |text: &str, name: &str| {
        let now = Index::read(text).expect("a vault");
        let mut had = Had::default();
        had.add(&now, name, &earlier);
        Rotation::of_removal(&now, name, None, false, &had)
    };
    // One of two types, and the roster: whoever can write the file can delete their own line.
    let text = without(&team.text, "local", "guest");
    let rotation = removal(&text, "guest").expect("a holder");
    assert_eq!(rotation.kinds, [DEVELOPMENT, LOCAL]);
    let (after, _) = team.rotated(&text, &rotation).expect("removed");
    let old = team.ring(&team.text, "guest").expect("grants");
    let index = Index::read(&after).expect("a vault");
    let key = old.data_key(&earlier, LOCAL).expect("a grant");
    let secret = index.secret("b").expect("a secret");
    let place = Place::of(secret, secret.value("local").expect("a value"));
    assert_eq!(key.open(place, &sealed(&after, "b", "local")), Err(OpenError::AnotherDataKey));
    let text = without(&team.text, "roster", "second");
    let rotation = removal(&text, "second").expect("a holder");
    assert!(rotation.roster && rotation.kinds == EnvironmentType::ALL);
    // The whole holder: only history has it.
    let (head, rest) = team.text.split_once("[holders.guest]\n").expect("a table");
    let text = format!("{head}{}", rest.split_once("\n\n").expect("an end").1);
    let text = without(&without(&text, "local", "guest"), "development", "guest");
    assert_eq!(removal(&text, "guest").expect("a former holder").kinds, [DEVELOPMENT, LOCAL]);
    // What was rotated since is known to nobody who left.
    let (rotated, _) = team.rotated(&text, &Rotation::of_types(vec![LOCAL])).expect("new keys");
    assert_eq!(removal(&rotated, "guest").expect("a former holder").kinds, [DEVELOPMENT]);
}

#[test]
fn a_holder_whom_nobody_granted_anything_gets_no_new_key() {
    let team = Team::new();
    let kept = Index::read(&team.text)
        .expect("a vault")
        .holder("guest")
        .expect("a holder")
        .kept()
        .to_owned();
    let invented =
        format!("[holders.mallory]\nkind = \"access-key\"\nkept = \"{kept}\"\n\n[holders.owner]\n");
    let text = team.text.replace("[holders.owner]\n", &invented);
    let index = Index::read(&text).expect("a vault");
    assert!(index.holder("mallory").is_some());
    let all = Rotation::of_everything(&index);
    assert_eq!(all.rekeyed, ["ci", "guest", "owner", "second"]);
    let removal = Rotation::of_removal(&index, "second", None, false, &Had::default());
    assert_eq!(removal.expect("a holder").rekeyed, ["ci", "guest", "owner"]);
}
