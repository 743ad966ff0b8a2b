//! What `#[secrets(embed)]` carries: this struct's sealed values, and the grants that open them.

use strongroom_vault::{
    Content, Date, Environment, EnvironmentType, Grant, HolderKind, Index, PassphraseCosts, Secret,
    Shown, Value, VaultId,
};

use super::Finding;
use crate::input::Input;

/// The parts of a vault that go into the program, as text of their own: the file is read no more.
pub(crate) struct Carried {
    pub(crate) vault: VaultId,
    pub(crate) environment: Environment,
    pub(crate) named: Vec<Environment>,
    /// Holder, what the holder needs, and the grant.
    pub(crate) grants: Vec<(String, Needs, String)>,
    /// Who has the roster key.
    pub(crate) roster: Vec<String>,
    /// Each secret with its values.
    pub(crate) secrets: Vec<(String, Vec<Sealed>)>,
}

/// What a holder of a kind needs to use a grant.
pub(crate) enum Needs {
    AccessKey,
    Passphrase(String, PassphraseCosts),
    PublicKey,
}

/// A sealed value.
pub(crate) struct Sealed {
    pub(crate) environment: String,
    pub(crate) version: u32,
    pub(crate) set: Date,
    pub(crate) text: String,
}

impl Carried {
    /// Takes what the struct's fields need of a vault for an environment and its type; gives what
    /// cannot be carried as well.
    pub(super) fn of(
        input: &Input,
        index: &Index<'_>,
        environment: &Environment,
    ) -> (Self, Vec<Finding>) {
        let kind = environment.kind();
        let (mut secrets, mut findings) = (Vec::new(), Vec::new());
        for field in &input.item.fields {
            let at = field.ident.span();
            if field.nested.is_some() {
                findings.push(Finding { at, message: NESTED.to_owned() });
                continue;
            }
            // What has no value is missing in the program as well; the check has said so.
            let Some(secret) = index.secret(&field.name) else { continue };
            let mut values = Vec::new();
            for value in values_of(secret, environment, kind) {
                match value.content() {
                    Content::Sealed(text) => values.push(Sealed::of(value, text)),
                    Content::Reference { store, .. } => findings.push(Finding {
                        at,
                        message: format!(
                            "`{}` is kept in the store `{}`, and `embed` carries sealed values \
                             only\nseal a value with: strongroom set {} {}",
                            field.name,
                            Shown(store),
                            environment.flag(),
                            secret.name()
                        ),
                    }),
                }
            }
            secrets.push((secret.name().to_owned(), values));
        }
        secrets.sort_by(|(one, _), (other, _)| one.cmp(other));
        let grants = index.keys().of_type(kind).grants();
        let carried = Self {
            vault: index.id(),
            environment: environment.clone(),
            named: index.named_environments().to_vec(),
            grants: grants.iter().map(|grant| grant_of(index, grant)).collect(),
            roster: index.keys().roster().holders().map(str::to_owned).collect(),
            secrets,
        };
        (carried, findings)
    }
}

impl Sealed {
    fn of(value: &Value<'_>, text: &str) -> Self {
        Self {
            environment: value.environment().to_owned(),
            version: value.version(),
            set: value.set(),
            text: text.to_owned(),
        }
    }
}

/// The value of the environment itself and that of its type, as far as there are any.
fn values_of<'s>(
    secret: &'s Secret<'s>,
    environment: &Environment,
    kind: EnvironmentType,
) -> impl Iterator<Item = &'s Value<'s>> {
    let of_type = environment.is_named().then(|| secret.value(kind.as_str()));
    secret.value(environment.name()).into_iter().chain(of_type.flatten())
}

fn grant_of(index: &Index<'_>, grant: &Grant<'_>) -> (String, Needs, String) {
    let needs = match index.holder(grant.holder()).map(strongroom_vault::Holder::kind) {
        Some(HolderKind::Passphrase { salt, costs }) => Needs::Passphrase(salt.to_string(), *costs),
        Some(HolderKind::Age { .. }) => Needs::PublicKey,
        Some(HolderKind::AccessKey) | None => Needs::AccessKey,
    };
    (grant.holder().to_owned(), needs, grant.sealed().to_owned())
}

const NESTED: &str = "`embed` carries the struct's own fields: what a nested struct asks for is not \
                      known when this one is expanded\n\
                      load it by itself, or delete `embed`";
