//! Dapr's YAML files: what is looked at says where it stands, what is not is passed over.

use std::str;

use strongroom_formats::yaml::read_documents;
use strongroom_formats::{Field, Kind, Node, Position};

/// The documents of a file; those that are empty are left out.
///
/// # Errors
///
/// It is no YAML; with the line.
pub(crate) fn documents(text: &[u8]) -> Result<Vec<Node>, String> {
    let mut documents = read_documents(text).map_err(|error| error.to_string())?;
    documents.retain(|document| !matches!(document.kind, Kind::Null));
    Ok(documents)
}

/// A mapping of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'n> {
    fields: &'n [Field],
    at: Position,
}

impl<'n> Table<'n> {
    /// A mapping; `what` says in words what it should be.
    pub(crate) fn of(node: &'n Node, what: &str) -> Result<Self, String> {
        match &node.kind {
            Kind::Table(fields) => Ok(Self { fields, at: node.at }),
            _ => Err(format!("{}: {what} is a mapping", node.at)),
        }
    }

    /// Where it begins.
    pub(crate) fn at(&self) -> Position {
        self.at
    }

    /// What a name stands for; none where it is null too.
    fn get(&self, name: &str) -> Option<&'n Node> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        (!matches!(field.node.kind, Kind::Null)).then_some(&field.node)
    }

    /// A mapping in it.
    pub(crate) fn table(&self, name: &str) -> Result<Option<Self>, String> {
        self.get(name).map(|node| Self::of(node, &format!("`{name}`"))).transpose()
    }

    /// A list of mappings in it.
    pub(crate) fn tables(&self, name: &str) -> Result<Vec<Self>, String> {
        let nodes = self.list(name)?;
        nodes.iter().map(|node| Self::of(node, &format!("an element of `{name}`"))).collect()
    }

    /// A text in it, and where it stands.
    pub(crate) fn text(&self, name: &str) -> Result<Option<(&'n str, Position)>, String> {
        let read = |node: &'n Node| Ok((text(node, &format!("`{name}`"))?, node.at));
        self.get(name).map(read).transpose()
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<(&'n str, Position), String> {
        let found = self.text(name)?.filter(|(text, _)| !text.is_empty());
        found.ok_or_else(|| format!("{}: `{name}` is not there", self.at))
    }

    /// A list of texts in it.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let what = format!("an element of `{name}`");
        let texts = self.list(name)?.iter().map(|node| text(node, &what).map(str::to_owned));
        texts.collect()
    }

    fn list(&self, name: &str) -> Result<&'n [Node], String> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Node { kind: Kind::List(nodes), .. }) => Ok(nodes),
            Some(node) => Err(format!("{}: `{name}` is a list", node.at)),
        }
    }
}

fn text<'n>(node: &'n Node, what: &str) -> Result<&'n str, String> {
    match &node.kind {
        Kind::Text(bytes) => str::from_utf8(bytes).ok(),
        Kind::Null => Some(""),
        _ => None,
    }
    .ok_or_else(|| format!("{}: {what} is a text", node.at))
}
