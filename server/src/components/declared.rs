//! A component as its file declares it: what kind of store it is, and where each of its settings comes from.

use std::env;
use std::fmt;
use std::path::Path;

use strongroom_vault::{Shown, is_dangerous};
use zeroize::Zeroizing;

use super::kind::Kind;
use super::told::{note, warn};
use crate::yaml::{Table, documents};

/// A component that is a secret store.
pub(super) struct Component {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// `secretstores.kubernetes`, and the version of that.
    pub(super) of: (String, String),
    /// Its settings by Dapr's names, in order.
    pub(super) metadata: Vec<(String, Worth)>,
    /// Its own namespace in Kubernetes, where its secrets are, if the file says so.
    pub(super) namespace: Option<String>,
    /// The store that has what `secretKeyRef` names.
    pub(super) secret_store: String,
    /// The file and the line where it begins, for messages.
    pub(super) place: String,
}

/// Where a setting comes from.
pub(super) enum Worth {
    /// It stands in the file.
    Text(Zeroizing<String>),
    /// A key of a secret in another store.
    Secret { name: String, key: String },
    /// A variable of the environment.
    Variable(String),
}

impl Component {
    /// Whether another store must be asked before it can be opened.
    pub(super) fn needs_store(&self) -> bool {
        self.metadata.iter().any(|(_, worth)| matches!(worth, Worth::Secret { .. }))
    }
}

/// The secret stores that a file declares for an application.
pub(super) fn read(path: &Path, app_id: &str) -> Result<Vec<Component>, String> {
    let text = std::fs::read(path).map(Zeroizing::new);
    let text = text.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let file = path.display().to_string();
    components(&file, &text, app_id).map_err(|why| format!("{file}: {why}"))
}

fn components(file: &str, text: &[u8], app_id: &str) -> Result<Vec<Component>, String> {
    let documents = documents(text)?;
    let mut all = Vec::new();
    for document in &documents {
        let document = Table::of(document, "a component")?;
        match document.text("kind")? {
            Some(("Component", _)) => all.extend(component(file, document, app_id)?),
            // Dapr has other kinds of resources, too.
            Some((kind, at)) => {
                let kind = Shown(kind);
                note(&format!("{file}: {at}: a resource of the kind `{kind}` is passed over"));
            }
            None => return Err(format!("{}: `kind` is not there", document.at())),
        }
    }
    Ok(all)
}

/// A secret store; none where it is something else, or for others.
fn component(file: &str, document: Table<'_>, app_id: &str) -> Result<Option<Component>, String> {
    let missing = |what: &str| format!("{}: `{what}` is not there", document.at());
    let metadata = document.table("metadata")?.ok_or_else(|| missing("metadata"))?;
    let (name, at) = metadata.required("name")?;
    if name.contains(is_dangerous) {
        return Err(format!("{at}: a component's name has no control characters"));
    }
    let spec = document.table("spec")?.ok_or_else(|| missing("spec"))?;
    let (written, at) = spec.required("type")?;
    let of = written.to_ascii_lowercase();
    let shown = Shown(&of);
    let place = format!("{file}, line {}", document.at().line);
    if !of.starts_with(SECRET_STORES) {
        note(&format!("{place}: the component `{name}` is of the type `{shown}`, and passed over"));
        return Ok(None);
    }
    let scopes = document.texts("scopes")?;
    if !scopes.is_empty() && !scopes.iter().any(|id| id == app_id) {
        note(&format!("{place}: the component `{name}` is for other applications"));
        return Ok(None);
    }
    let namespace = metadata.text("namespace")?.map(|(it, _)| it).filter(|it| !it.is_empty());
    let own = env::var("NAMESPACE").unwrap_or_default();
    if namespace.is_some_and(|it| !own.is_empty() && it != own) {
        note(&format!("{place}: the component `{name}` is of another namespace"));
        return Ok(None);
    }
    let version = spec.text("version")?.map_or("v1", |(version, _)| version).to_owned();
    let kind = Kind::named(&of).filter(|_| matches!(version.as_str(), "" | "v1"));
    let Some(kind) = kind else {
        let (version, names) = (Shown(&version), Kind::NAMES);
        let why = format!("there is no `{shown}` of version `{version}`; there are: {names}");
        let is_ignored = spec.text("ignoreErrors")?.is_some_and(|(text, _)| text == "true");
        if is_ignored {
            warn(&format!("{place}: the component `{name}` is passed over: {why}"));
            return Ok(None);
        }
        return Err(format!("{at}: the component `{name}`: {why}"));
    };
    let items = spec.tables("metadata")?;
    let metadata = items.into_iter().map(|item| setting(item, name, app_id));
    let auth = document.table("auth")?.map(|auth| auth.text("secretStore")).transpose()?.flatten();
    let secret_store = auth.map(|(store, _)| store).filter(|store| !store.is_empty());
    Ok(Some(Component {
        name: name.to_owned(),
        kind,
        of: (of, version),
        metadata: metadata.collect::<Result<_, _>>()?,
        namespace: namespace.map(str::to_owned),
        secret_store: secret_store.unwrap_or(USUAL_STORE).to_owned(),
        place,
    }))
}

fn setting(item: Table<'_>, component: &str, app_id: &str) -> Result<(String, Worth), String> {
    let (name, at) = item.required("name")?;
    let worth = if let Some(reference) = item.table("secretKeyRef")? {
        let (secret, _) = reference.required("name")?;
        let key = reference.text("key")?.map(|(key, _)| key).filter(|key| !key.is_empty());
        Worth::Secret { name: secret.to_owned(), key: key.unwrap_or(secret).to_owned() }
    } else if let Some((variable, _)) = item.text("envRef")?.filter(|(text, _)| !text.is_empty()) {
        if super::local_env::is_hidden(variable) || variable.contains(' ') {
            return Err(format!(
                "{at}: `{}` of the component `{component}`: the variable `{}` is never given",
                Shown(name),
                Shown(variable)
            ));
        }
        Worth::Variable(variable.to_owned())
    } else {
        let text = item.text("value")?.map_or("", |(text, _)| text);
        Worth::Text(filled(text, app_id))
    };
    Ok((name.to_owned(), worth))
}

/// A text with what Dapr puts in for its words.
fn filled(text: &str, app_id: &str) -> Zeroizing<String> {
    if !text.contains('{') {
        return Zeroizing::new(text.to_owned());
    }
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let filled = text.replace("{appID}", app_id);
    let filled = filled.replace("{namespace}", &variable("NAMESPACE"));
    Zeroizing::new(filled.replace("{podName}", &variable("POD_NAME")))
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component").field("name", &self.name).finish_non_exhaustive()
    }
}

const SECRET_STORES: &str = "secretstores.";
/// Where Dapr looks for what `secretKeyRef` names, unless a component says otherwise.
pub(super) const USUAL_STORE: &str = "kubernetes";
