//! A configuration as a tree: what any deserializer says, in words of our own, wiped when it is dropped.

use std::fmt;

use serde_core::Deserializer;
use serde_core::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::error::ResolveError;

/// A value of a configuration.
pub(super) enum Node {
    Nothing,
    Bool(bool),
    Signed(i128),
    Unsigned(u128),
    Float(f64),
    Text(Zeroizing<String>),
    Bytes(Zeroizing<Vec<u8>>),
    List(Vec<Node>),
    Table(Vec<(Node, Node)>),
    /// The value of a secret: a text with references in it.
    Filled(Zeroizing<Vec<u8>>),
}

impl Node {
    /// Reads everything.
    pub(super) fn read<'de, D: Deserializer<'de>>(configuration: D) -> Result<Self, ResolveError> {
        let read = Reader { depth: 0 }.deserialize(configuration);
        read.map_err(|error| ResolveError::unreadable(&error))
    }

    /// A text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether something in it is the value of a secret.
    pub(super) fn has_secret(&self) -> bool {
        match self {
            Self::Filled(_) => true,
            Self::List(all) => all.iter().any(Self::has_secret),
            Self::Table(all) => all.iter().any(|(_, value)| value.has_secret()),
            _ => false,
        }
    }
}

/// Reads a value at some depth.
#[derive(Clone, Copy)]
struct Reader {
    depth: usize,
}

impl Reader {
    fn inner<E: serde_core::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            return Err(E::custom("nested more than 128 deep"));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a configuration")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Signed(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Signed(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value.into()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(Zeroizing::new(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(Zeroizing::new(value)))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Node, E> {
        Ok(Node::Bytes(Zeroizing::new(value.to_vec())))
    }

    fn visit_byte_buf<E>(self, value: Vec<u8>) -> Result<Node, E> {
        Ok(Node::Bytes(Zeroizing::new(value)))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.inner::<D::Error>()?.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Node, D::Error> {
        self.inner::<D::Error>()?.deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut all = Vec::new();
        while let Some(node) = seq.next_element_seed(inner)? {
            all.push(node);
        }
        Ok(Node::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut all = Vec::new();
        while let Some(key) = map.next_key_seed(inner)? {
            all.push((key, map.next_value_seed(inner)?));
        }
        Ok(Node::Table(all))
    }
}

/// The deepest nesting.
const DEEPEST: usize = 128;
