//! The references of a tree: found first, all of them, and filled when every value is there.

use std::collections::BTreeMap;

use strongroom_formats::reference::{What, find_all, of_key_ref};
use strongroom_vault::Plaintext;
use zeroize::Zeroizing;

use super::asked;
use super::error::{ReferenceFault, ResolveError};
use super::tree::Node;
use crate::declared::Asked;

/// The secrets that a tree refers to, each once, with where it is met first.
pub(super) struct References {
    /// By name: the number among what is asked for, and the path.
    names: BTreeMap<String, (usize, String)>,
    faults: Vec<(String, ReferenceFault)>,
}

impl References {
    /// Finds them, and lets every `secretKeyRef` be a `value` with a reference.
    pub(super) fn of(tree: &mut Node) -> Result<Self, ResolveError> {
        let mut references = Self { names: BTreeMap::new(), faults: Vec::new() };
        references.find(tree, "");
        if references.faults.is_empty() {
            return Ok(references);
        }
        Err(ResolveError::references(&references.faults))
    }

    /// What is to be loaded, in the order of the configuration.
    pub(super) fn asked(&self) -> Vec<Asked> {
        let mut all: Vec<_> = self.names.iter().collect();
        all.sort_by_key(|(_, (number, _))| *number);
        all.into_iter().map(|(name, (_, path))| asked(name, path)).collect()
    }

    /// Puts values in, which are those of what is asked for.
    pub(super) fn fill(&self, tree: &mut Node, values: &[Plaintext]) -> Result<(), ResolveError> {
        self.put(tree, "", values)
    }

    fn find(&mut self, node: &mut Node, path: &str) {
        match node {
            Node::Text(text) => {
                for found in find_all(text) {
                    match found.what {
                        What::Secret(name) => self.add(name, path),
                        What::Malformed => self.fault(path, ReferenceFault::Malformed),
                        What::Literal(_) => {}
                    }
                }
            }
            Node::List(all) => {
                for (at, each) in all.iter_mut().enumerate() {
                    self.find(each, &below(path, &at.to_string()));
                }
            }
            Node::Table(all) => {
                self.replace_key_ref(all, path);
                for (key, value) in all {
                    let key = key.text().unwrap_or("?");
                    if find_all(key).any(|found| !matches!(found.what, What::Literal(_))) {
                        self.fault(path, ReferenceFault::InKey);
                    } else {
                        self.find(value, &below(path, key));
                    }
                }
            }
            _ => {}
        }
    }

    /// `secretKeyRef` beside a `name`, or in the `valueFrom` beside one, becomes a `value`.
    fn replace_key_ref(&mut self, table: &mut [(Node, Node)], path: &str) {
        if member(table, "name").and_then(Node::text).is_none() {
            return;
        }
        let found = table.iter().enumerate().find_map(|(at, (key, value))| {
            let key_ref = match (key.text()?, value) {
                ("secretKeyRef", value) => value,
                ("valueFrom", Node::Table(inner)) if inner.len() == 1 => {
                    member(inner, "secretKeyRef")?
                }
                _ => return None,
            };
            Some((at, named_by(key_ref)?))
        });
        let Some((at, name)) = found else { return };
        if member(table, "value").is_some() {
            return self.fault(path, ReferenceFault::BesideValue);
        }
        if find_all(&name).next().is_some() {
            return self.fault(path, ReferenceFault::InKeyRef);
        }
        let text = |text: String| Node::Text(Zeroizing::new(text));
        // What no reference could spell is the name of no secret.
        let reference = text(format!("${{secret:{name}}}"));
        let spells = find_all(reference.text().unwrap_or_default())
            .next()
            .is_some_and(|found| found.what == What::Secret(&name));
        if !spells {
            return self.fault(path, ReferenceFault::NoName);
        }
        table[at] = (text("value".to_owned()), reference);
    }

    fn add(&mut self, name: &str, path: &str) {
        let number = self.names.len();
        self.names.entry(name.to_owned()).or_insert_with(|| (number, path.to_owned()));
    }

    fn fault(&mut self, path: &str, fault: ReferenceFault) {
        self.faults.push((path.to_owned(), fault));
    }

    fn put(&self, node: &mut Node, path: &str, values: &[Plaintext]) -> Result<(), ResolveError> {
        match node {
            Node::Text(text) => {
                if let Some(filled) = self.filled(text, path, values)? {
                    *node = filled;
                }
            }
            Node::List(all) => {
                for (at, each) in all.iter_mut().enumerate() {
                    self.put(each, &below(path, &at.to_string()), values)?;
                }
            }
            Node::Table(all) => {
                for (key, value) in all {
                    self.put(value, &below(path, key.text().unwrap_or("?")), values)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A text with its values; none where it has no reference.
    fn filled(
        &self,
        text: &str,
        path: &str,
        values: &[Plaintext],
    ) -> Result<Option<Node>, ResolveError> {
        let value_of = |name: &str| {
            let number = self.names.get(name).map(|(number, _)| *number);
            number.and_then(|number| values.get(number)).map_or(&[][..], Plaintext::as_bytes)
        };
        // Counted first, so that the memory never moves.
        let (mut bytes, mut secrets, mut others) = (0, 0, 0);
        for found in find_all(text) {
            match found.what {
                What::Secret(name) => {
                    bytes += value_of(name).len();
                    secrets += 1;
                    let is_whole = found.span == (0..text.len());
                    if !is_whole && std::str::from_utf8(value_of(name)).is_err() {
                        return Err(ResolveError::invalid(
                            path,
                            &format!(
                                "the value of `{name}` is not UTF-8 text, and stands within one"
                            ),
                        ));
                    }
                }
                What::Literal(_) | What::Malformed => others += 1,
            }
        }
        if secrets + others == 0 {
            return Ok(None);
        }
        let mut filled = Zeroizing::new(Vec::with_capacity(text.len() + bytes));
        let mut from = 0;
        for found in find_all(text) {
            filled.extend_from_slice(&text.as_bytes()[from..found.span.start]);
            from = found.span.end;
            match found.what {
                What::Secret(name) => filled.extend_from_slice(value_of(name)),
                What::Literal(text) => filled.extend_from_slice(text.as_bytes()),
                What::Malformed => {}
            }
        }
        filled.extend_from_slice(&text.as_bytes()[from..]);
        Ok(Some(Node::Filled(filled)))
    }
}

fn member<'a>(table: &'a [(Node, Node)], name: &str) -> Option<&'a Node> {
    table.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
}

/// The secret that a table of `name`, `key` and perhaps `optional` means; none for any other.
fn named_by(node: &Node) -> Option<String> {
    let Node::Table(table) = node else { return None };
    let is_known =
        |(key, _): &(Node, Node)| matches!(key.text(), Some("name" | "key" | "optional"));
    if !table.iter().all(is_known) {
        return None;
    }
    let key = member(table, "key").and_then(Node::text);
    Some(of_key_ref(member(table, "name")?.text()?, key))
}

/// The way to something within.
fn below(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}
