//! What a program carries of a vault opens as it does there, and holds nothing to change it with.

use strongroom_vault::{
    Content, Credential, Embedded, EmbeddedGrant, EmbeddedKind, EmbeddedSecret, EmbeddedValue,
    Environment, EnvironmentType, Index, KeyRing, Lookup, Place,
};

use super::editing::{edit, set};
use super::rotation::Team;

const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const PRODUCTION: EnvironmentType = EnvironmentType::Production;

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn list<T>(items: impl IntoIterator<Item = T>) -> &'static [T] {
    Box::leak(items.into_iter().collect::<Vec<_>>().into_boxed_slice())
}

/// What a program carries that is built for an environment of a vault in which everybody has an access key.
fn carried(index: &Index<'_>, environment: &Environment) -> Embedded {
    let kind = environment.kind();
    let values = |secret: &strongroom_vault::Secret<'_>| {
        let values = secret
            .values()
            .iter()
            .filter(|value| [environment.name(), kind.as_str()].contains(&value.environment()));
        list(values.map(|value| EmbeddedValue {
            environment: leaked(value.environment()),
            version: value.version(),
            set: value.set(),
            sealed: match value.content() {
                Content::Sealed(sealed) => leaked(sealed),
                Content::Reference { .. } => panic!("a sealed value"),
            },
        }))
    };
    let named = index.named_environments().iter().map(|it| (leaked(it.name()), it.kind()));
    Embedded {
        id: index.id().0,
        environment: leaked(environment.name()),
        kind,
        named_environments: list(named),
        grants: list(index.keys().of_type(kind).grants().iter().map(|grant| EmbeddedGrant {
            holder: leaked(grant.holder()),
            kind: EmbeddedKind::AccessKey,
            sealed: leaked(grant.sealed()),
        })),
        roster: list(index.keys().roster().holders().map(leaked)),
        secrets: list(
            index.secrets().map(|secret| EmbeddedSecret {
                name: leaked(secret.name()),
                values: values(secret),
            }),
        ),
    }
}

#[test]
fn what_is_carried_opens_with_the_same_keys_and_changes_nothing() {
    let team = Team::new();
    let text = edit(&team.text, |draft, _| {
        draft.add_environment("staging", DEVELOPMENT).expect("a new name");
        draft.add_environment("qa", DEVELOPMENT).expect("a new name");
    });
    let text = set(&text, &team.owner, &[("b", "staging", b"5"), ("b", "qa", b"6")]);
    let index = Index::read(&text).expect("a vault");
    let staging = index.environment("staging").expect("declared");
    let parts = carried(&index, &staging);
    let qa = index.environment("qa").expect("declared");
    let is_for = |environment: &Environment| parts.is_for(environment);
    assert!(is_for(&staging) && is_for(&DEVELOPMENT.into()));
    assert!(!is_for(&qa) && !is_for(&PRODUCTION.into()));
    let index = Index::embedded(&parts);
    for holder in ["guest", "owner"] {
        let credential = Credential::AccessKey(team.key(holder));
        let ring = KeyRing::unlock(&index, &credential, None).expect("a grant");
        assert!(ring.roster().is_none());
        let key = ring.data_key(&index, DEVELOPMENT).expect("a grant");
        assert!(ring.data_key(&index, PRODUCTION).is_err());
        for (name, expected) in [("a", b"2"), ("b", b"5")] {
            let Lookup::Found(value) = index.lookup(name, &staging) else { panic!("{name}") };
            let Content::Sealed(sealed) = value.content() else { panic!("{name}") };
            let place = Place::of(index.secret(name).expect("a secret"), value);
            assert_eq!(key.open(place, sealed).expect("it opens").as_bytes(), expected);
        }
    }
    // Whoever is no holder of the type, whatever else they hold.
    let ci = KeyRing::unlock(&index, &Credential::AccessKey(team.key("ci")), None);
    assert!(ci.is_err());
    assert_eq!(index.keys().roster().holders().collect::<Vec<_>>(), ["owner", "second"]);
}
