//! A tree as a deserializer: makes the program's type, and tells what does not fit without what it is.

use std::fmt;
use std::str::{self, FromStr};

use serde_core::de::value::StrDeserializer;
use serde_core::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_core::{Deserializer, forward_to_deserialize_any};

use super::error::ResolveError;
use super::tree::Node;

/// Makes a type of a tree.
pub(super) fn give<T: DeserializeOwned>(tree: &Node) -> Result<T, ResolveError> {
    T::deserialize(Giver(tree)).map_err(|Misfit { mut path, expected, .. }| {
        path.reverse();
        ResolveError::invalid(&path.join("."), &expected)
    })
}

/// Something that does not fit.
#[derive(Debug)]
struct Misfit {
    /// From the inside out.
    path: Vec<String>,
    expected: String,
    /// Whether a type of the program chose the words, which may repeat what it was given.
    is_foreign: bool,
    /// Whether it is known where it is.
    is_placed: bool,
}

impl Misfit {
    fn new(expected: String) -> Self {
        Self { path: Vec::new(), expected, is_foreign: false, is_placed: false }
    }

    /// The innermost value that did not fit: words that could be of a secret go.
    fn of(mut self, node: &Node) -> Self {
        if !self.is_placed && self.is_foreign && node.has_secret() {
            "it is not valid for its type".clone_into(&mut self.expected);
        }
        self.is_placed = true;
        self
    }

    fn below(mut self, part: &str) -> Self {
        self.path.push(part.to_owned());
        self
    }
}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self { is_foreign: true, ..Self::new(words.to_string()) }
    }

    fn invalid_type(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn invalid_value(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        let known: Vec<String> = expected.iter().map(|known| format!("`{known}`")).collect();
        Self::new(format!("expected one of {}", known.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known: Vec<String> = expected.iter().map(|known| format!("`{known}`")).collect();
        Self::new(format!("unknown field `{field}`, expected one of {}", known.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` stands twice"))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expected)
    }
}

impl std::error::Error for Misfit {}

/// Gives a node.
#[derive(Clone, Copy)]
struct Giver<'a>(&'a Node);

impl<'a> Giver<'a> {
    fn words(self) -> Option<&'a str> {
        match self.0 {
            Node::Text(text) => Some(text),
            Node::Filled(bytes) => str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// What a text says, where a number, a `bool` or a `char` is wanted.
    fn parsed<T: FromStr>(self) -> Option<T> {
        self.words()?.parse().ok()
    }

    fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let given = match self.0 {
            Node::Nothing => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Signed(value) => match i64::try_from(*value) {
                Ok(small) => visitor.visit_i64(small),
                Err(_) => visitor.visit_i128(*value),
            },
            Node::Unsigned(value) => match u64::try_from(*value) {
                Ok(small) => visitor.visit_u64(small),
                Err(_) => visitor.visit_u128(*value),
            },
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_str(text),
            Node::Filled(bytes) => match str::from_utf8(bytes) {
                Ok(text) => visitor.visit_str(text),
                Err(_) => visitor.visit_bytes(bytes),
            },
            Node::Bytes(bytes) => visitor.visit_bytes(bytes),
            Node::List(all) => {
                let mut list = List { rest: all.iter(), next: 0 };
                let given = visitor.visit_seq(&mut list);
                given.and_then(|given| match list.rest.len() {
                    0 => Ok(given),
                    more => Err(Misfit::new(format!("{more} elements too many"))),
                })
            }
            Node::Table(all) => visitor.visit_map(Table { rest: all.iter(), value: None }),
        };
        given.map_err(|misfit: Misfit| misfit.of(self.0))
    }
}

/// Numbers, which a text may be as well.
macro_rules! numbers {
    ($($method:ident $kind:ty => $visit:ident,)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match self.parsed::<$kind>() {
                Some(number) => visitor.$visit(number).map_err(|misfit: Misfit| misfit.of(self.0)),
                None => self.any(visitor),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for Giver<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.any(visitor)
    }

    numbers! {
        deserialize_bool bool => visit_bool,
        deserialize_i8 i8 => visit_i8,
        deserialize_i16 i16 => visit_i16,
        deserialize_i32 i32 => visit_i32,
        deserialize_i64 i64 => visit_i64,
        deserialize_i128 i128 => visit_i128,
        deserialize_u8 u8 => visit_u8,
        deserialize_u16 u16 => visit_u16,
        deserialize_u32 u32 => visit_u32,
        deserialize_u64 u64 => visit_u64,
        deserialize_u128 u128 => visit_u128,
        deserialize_f32 f32 => visit_f32,
        deserialize_f64 f64 => visit_f64,
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Filled(bytes) => {
                visitor.visit_bytes(bytes).map_err(|misfit: Misfit| misfit.of(self.0))
            }
            _ => self.any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let words = match self.0 {
            Node::Bool(value) => value.to_string(),
            Node::Signed(value) => value.to_string(),
            Node::Unsigned(value) => value.to_string(),
            _ => return self.any(visitor),
        };
        visitor.visit_str(&words).map_err(|misfit: Misfit| misfit.of(self.0))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Nothing => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self).map_err(|misfit: Misfit| misfit.of(self.0))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let given = match (self.0, self.words()) {
            (_, Some(word)) => visitor.visit_enum(StrDeserializer::<Misfit>::new(word)),
            (Node::Table(all), _) => match all.as_slice() {
                [(variant, content)] => {
                    visitor.visit_enum(Variant { variant, content: Giver(content) })
                }
                _ => Err(Misfit::new("expected one variant".to_owned())),
            },
            _ => return self.any(visitor),
        };
        given.map_err(|misfit| misfit.of(self.0))
    }

    forward_to_deserialize_any! {
        char unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'a> IntoDeserializer<'_, Misfit> for Giver<'a> {
    type Deserializer = Giver<'a>;

    fn into_deserializer(self) -> Giver<'a> {
        self
    }
}

struct List<'a> {
    rest: std::slice::Iter<'a, Node>,
    next: usize,
}

impl<'de> SeqAccess<'de> for List<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        let given = seed.deserialize(Giver(node)).map(Some);
        given.map_err(|misfit| misfit.of(node).below(&at.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Table<'a> {
    rest: std::slice::Iter<'a, (Node, Node)>,
    value: Option<(&'a Node, &'a Node)>,
}

impl<'de> MapAccess<'de> for Table<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some((key, value));
        seed.deserialize(Giver(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let Some((key, value)) = self.value.take() else {
            return Err(Misfit::new("expected a key before a value".to_owned()));
        };
        let given = seed.deserialize(Giver(value));
        given.map_err(|misfit| misfit.of(value).below(key.text().unwrap_or("?")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A variant of an enum with something in it: a table with one member.
struct Variant<'a> {
    variant: &'a Node,
    content: Giver<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Misfit;
    type Variant = Giver<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Giver<'a>), Misfit> {
        Ok((seed.deserialize(Giver(self.variant))?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Giver<'_> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.0 {
            Node::Nothing => Ok(()),
            _ => Err(Misfit::new("expected nothing in this variant".to_owned())),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.any(visitor)
    }
}
