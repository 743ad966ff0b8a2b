//! Kubernetes: Secrets as manifests, in YAML or JSON. A group is a Secret, and its keys are the names within.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::entry::{Entry, Item, refuse_twice};
use crate::error::{ReadError, ReadFault, Unfit, WriteError};
use crate::limits::KUBERNETES_BYTES;
use crate::sheet::Sheet;
use crate::text::text_of;
use crate::tree::{Field, Kind, Node, take};
use crate::{json, yaml};

/// Reads every `kind: Secret`, also in several documents and in lists; other kinds are passed over.
///
/// A key `password` of the Secret `db` is named `db/password`; of the Secret that `ungrouped` names, `password`.
///
/// # Errors
///
/// What is no YAML or JSON, holds no Secret, twice the same name, or no base64; with its place.
pub fn read(bytes: &[u8], ungrouped: Option<&str>) -> Result<Vec<Entry>, ReadError> {
    let text = text_of(bytes)?;
    let documents = if text.trim_start().starts_with('{') {
        vec![json::tree(text)?]
    } else {
        yaml::documents(text)?
    };
    let (mut entries, mut secrets) = (Vec::new(), 0);
    for document in documents {
        read_object(document, ungrouped, &mut entries, &mut secrets)?;
    }
    if secrets == 0 {
        return Err(ReadFault::NoSecret.of_file());
    }
    refuse_twice(&entries)?;
    Ok(entries)
}

/// Writes one Secret for each group, and one called `name` for the names without a group.
///
/// # Errors
///
/// Groups that cannot be the name of a Secret, names without a group if there is no `name`, a group that is called
/// `name`, and more than 1 MiB in one Secret.
pub fn write(
    items: &[Item<'_>],
    name: Option<&str>,
    namespace: Option<&str>,
) -> Result<Sheet, WriteError> {
    let mut secrets: BTreeMap<&str, BTreeMap<&str, &[u8]>> = BTreeMap::new();
    let mut unfit = Vec::new();
    for item in items {
        let (secret, key) = match (item.name.split_once('/'), name) {
            (Some((group, _)), name) if name == Some(group) => Err(Unfit::GroupIsName),
            (Some((group, _)), _) if !is_object_name(group) => Err(Unfit::GroupName),
            (Some((_, key)), _) if !is_key(key) => Err(Unfit::KeyName),
            (None, Some(_)) if !is_key(item.name) => Err(Unfit::KeyName),
            (Some((group, key)), _) => Ok((group, key)),
            (None, Some(name)) => Ok((name, item.name)),
            (None, None) => Err(Unfit::NoGroup),
        }
        .unwrap_or_else(|why| {
            unfit.push((item.name.to_owned(), why));
            ("", "")
        });
        secrets.entry(secret).or_default().insert(key, item.value);
    }
    for (secret, values) in &secrets {
        if values.values().map(|value| value.len()).sum::<usize>() > KUBERNETES_BYTES {
            unfit.push(((*secret).to_owned(), Unfit::SecretTooLarge));
        }
    }
    if !unfit.is_empty() {
        return Err(WriteError { unfit });
    }
    let mut sheet = Sheet::new();
    for (secret, values) in secrets {
        if !sheet.as_bytes().is_empty() {
            sheet.push("---\n");
        }
        push_secret(&mut sheet, secret, namespace, &values);
    }
    Ok(sheet)
}

/// Whether a Secret can be called so: an RFC 1123 subdomain of at most 253 bytes.
#[must_use]
pub fn is_object_name(name: &str) -> bool {
    let is_end = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_label = |label: &str| {
        let ends =
            label.bytes().next().is_some_and(is_end) && label.bytes().last().is_some_and(is_end);
        ends && label.bytes().all(|b| is_end(b) || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// Whether a key of a Secret can be called so.
fn is_key(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let is_path = name == "." || name.starts_with("..");
    !name.is_empty() && name.len() <= 253 && !is_path && name.bytes().all(is_plain)
}

/// Whether a namespace can be called so: an RFC 1123 label of at most 63 bytes.
#[must_use]
pub fn is_namespace(name: &str) -> bool {
    name.len() <= 63 && !name.contains('.') && is_object_name(name)
}

fn push_secret(
    sheet: &mut Sheet,
    name: &str,
    namespace: Option<&str>,
    values: &BTreeMap<&str, &[u8]>,
) {
    sheet.push("apiVersion: v1\nkind: Secret\nmetadata:\n  name: ");
    sheet.push_quoted(name);
    if let Some(namespace) = namespace {
        sheet.push("\n  namespace: ");
        sheet.push_quoted(namespace);
    }
    sheet.push("\ntype: Opaque\ndata:\n");
    for (key, value) in values {
        yaml::push_key(sheet, "  ", key);
        sheet.push(" \"");
        sheet.push(Zeroizing::new(BASE64.encode(value)).as_bytes());
        sheet.push("\"\n");
    }
}

fn read_object(
    object: Node,
    ungrouped: Option<&str>,
    entries: &mut Vec<Entry>,
    secrets: &mut usize,
) -> Result<(), ReadError> {
    let at = object.at;
    if matches!(object.kind, Kind::Null) {
        return Ok(());
    }
    let mut fields = object.fields("")?;
    let kind = match take(&mut fields, "kind") {
        Some(kind) => kind.text("kind")?,
        None => return Ok(()),
    };
    match kind.as_slice() {
        b"List" | b"SecretList" => match take(&mut fields, "items").map(|items| items.kind) {
            Some(Kind::List(items)) => items
                .into_iter()
                .try_for_each(|item| read_object(item, ungrouped, entries, secrets)),
            _ => Ok(()),
        },
        b"Secret" => {
            *secrets += 1;
            let metadata = take(&mut fields, "metadata").ok_or(ReadFault::Nameless.at(at))?;
            let name = take(&mut metadata.fields("metadata")?, "name");
            let name = name.ok_or(ReadFault::Nameless.at(at))?.text("name")?;
            let name = String::from_utf8_lossy(&name).into_owned();
            read_secret(fields, &name, ungrouped, entries)
        }
        _ => Ok(()),
    }
}

fn read_secret(
    mut fields: Vec<Field>,
    name: &str,
    ungrouped: Option<&str>,
    entries: &mut Vec<Entry>,
) -> Result<(), ReadError> {
    let named = |key: &str| {
        if ungrouped == Some(name) { key.to_owned() } else { format!("{name}/{key}") }
    };
    let values = |node: Option<Node>, what: &str| match node {
        None | Some(Node { kind: Kind::Null, .. }) => Ok(Vec::new()),
        Some(node) => node.fields(what),
    };
    let plain = values(take(&mut fields, "stringData"), "stringData")?;
    let plain_keys: BTreeSet<String> = plain.iter().map(|field| field.name.clone()).collect();
    for Field { name: key, at, node } in values(take(&mut fields, "data"), "data")? {
        // Kubernetes puts `stringData` over `data` when it is sent both.
        if plain_keys.contains(&key) {
            continue;
        }
        let name = named(&key);
        let place = node.at;
        let mut text = node.text(&name)?;
        text.retain(|byte| !byte.is_ascii_whitespace());
        let value =
            BASE64.decode(&text).map_err(|_| ReadFault::NotBase64(name.clone()).at(place))?;
        entries.push(Entry { name, value: Zeroizing::new(value), at });
    }
    for Field { name: key, at, node } in plain {
        let name = named(&key);
        entries.push(Entry { value: node.text(&name)?, name, at });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_read_whatever_else_is_in_them() {
        let text = "kind: Deployment\nspec: [1]\n---\nkind: Secret\nmetadata: {name: db}\ndata:\n  a: aA==\n  b: |\n    aA\n    ==\n\
            stringData: {b: no}\n---\nkind: List\nitems:\n- kind: Secret\n  metadata: {name: app}\n  data: {c: aA==}\n";
        let entries = read(text.as_bytes(), Some("app")).expect("Secrets");
        let read: Vec<(&str, &[u8], usize)> = entries
            .iter()
            .map(|entry| (entry.name.as_str(), entry.value.as_slice(), entry.at.line))
            .collect();
        assert_eq!(read, [("db/a", &b"h"[..], 7), ("db/b", b"no", 11), ("c", b"h", 17)]);
        let json = br#"{"kind": "Secret", "metadata": {"name": "db"}, "data": {"a": "aA=="}}"#;
        assert_eq!(super::read(json, None).expect("a Secret")[0].name, "db/a");
    }

    #[test]
    fn faults_have_their_place_and_no_value() {
        let secret = "kind: Secret\nmetadata: {name: db}\ndata:\n  a: ";
        for (text, said) in [
            (format!("{secret}hunter2!"), "line 4, column 6: the value of `db/a` is not base64"),
            (format!("{secret}[1]"), "line 4, column 6: `db/a` is a list: a secret has one value"),
            ("kind: Pod".into(), "there is no `kind: Secret` in it"),
            ("kind: Secret".into(), "line 1, column 1: a Secret without `metadata.name`"),
        ] {
            assert_eq!(
                read(text.as_bytes(), None).expect_err("a fault").to_string(),
                said,
                "{text}"
            );
        }
    }

    #[test]
    fn what_kubernetes_forbids_is_named() {
        let item = |name| Item { name, value: b"x" };
        let items = [item("Db/a"), item("free"), item("app/b")];
        let refused = |name| write(&items, name, None).expect_err("a fault").unfit;
        let all = [("Db/a", Unfit::GroupName), ("free", Unfit::NoGroup)];
        assert_eq!(refused(None), all.map(|(name, why)| (name.to_owned(), why)));
        assert_eq!(refused(Some("app"))[1], ("app/b".to_owned(), Unfit::GroupIsName));
        let large = vec![0; KUBERNETES_BYTES + 1];
        let large = [Item { name: "a/b", value: &large }];
        assert_eq!(
            write(&large, None, None).expect_err("a fault").unfit[0].1,
            Unfit::SecretTooLarge
        );
    }
}
