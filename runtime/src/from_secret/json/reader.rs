//! From JSON to whatever serde can make of it, without a copy that nobody wipes and without an error that quotes it.
//!
//! `serde_json` undoes escapes in memory of its own and puts values into its errors; neither is wiped. So it only says
//! whether a text is JSON, and this reader, which relies on that, hands the parts over.

use std::fmt;

use serde_core::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde_core::forward_to_deserialize_any;
use zeroize::Zeroizing;

use super::key::Key;

/// A place in a text that is JSON.
pub(super) struct Reader<'j> {
    json: &'j str,
    at: usize,
    /// Where the value that was read last begins.
    pub(super) last: usize,
    depth: usize,
}

/// What was read is not of the shape that was wanted. Holds nothing of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongShape;

impl fmt::Display for WrongShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another shape")
    }
}

impl std::error::Error for WrongShape {}

impl de::Error for WrongShape {
    /// Says nothing of the message, which may quote the value.
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }

    fn invalid_type(_found: de::Unexpected<'_>, _expected: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_found: de::Unexpected<'_>, _expected: &dyn de::Expected) -> Self {
        Self
    }
}

impl<'j> Reader<'j> {
    pub(super) fn new(json: &'j str) -> Self {
        Self { json, at: 0, last: 0, depth: 0 }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> u8 {
        let rest = self.json.as_bytes()[self.at..].iter();
        self.at += rest.take_while(|byte| byte.is_ascii_whitespace()).count();
        self.json.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    /// Skips the next byte if it is this one.
    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte;
        self.at += usize::from(is_next);
        is_next
    }

    /// The text of a number or a word.
    fn word(&mut self) -> &'j str {
        let rest = &self.json[self.at..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The next string, with its escapes undone.
    pub(super) fn text(&mut self) -> Result<Text<'j>, WrongShape> {
        self.last = self.at;
        if !self.skip(b'"') {
            return Err(WrongShape);
        }
        let rest = &self.json[self.at..];
        let mut length = 0;
        let mut has_escapes = false;
        loop {
            match rest.as_bytes().get(length) {
                None => return Err(WrongShape),
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    length += 2;
                }
                Some(_) => length += 1,
            }
        }
        let text = rest.get(..length).ok_or(WrongShape)?;
        self.at += length + 1;
        if has_escapes { unescaped(text).map(Text::Own) } else { Ok(Text::Part(text)) }
    }

    /// Reads the parts of an array or an object, no deeper than a thread's stack bears.
    fn within<T>(
        &mut self,
        end: u8,
        read: impl FnOnce(&mut Self) -> Result<T, WrongShape>,
    ) -> Result<T, WrongShape> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(WrongShape);
        }
        let value = read(self)?;
        self.depth -= 1;
        if self.skip(end) { Ok(value) } else { Err(WrongShape) }
    }
}

/// A string of the text.
pub(super) enum Text<'j> {
    Part(&'j str),
    Own(Zeroizing<String>),
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Text::Part(text) => text,
            Text::Own(text) => text,
        }
    }
}

/// Undoes escapes; what comes out is never longer, so the memory for it is never left for a larger one.
fn unescaped(text: &str) -> Result<Zeroizing<String>, WrongShape> {
    let mut own = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        own.push_str(before);
        let mut after = escape.chars();
        own.push(match after.next() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let first = unit(after.as_str())?;
                after = after.as_str()[4..].chars();
                let second = after.as_str().strip_prefix("\\u").map(unit);
                let mut units = vec![first];
                if let (0xd800..0xdc00, Some(second)) = (first, second) {
                    units.push(second?);
                    after = after.as_str()[6..].chars();
                }
                let mut chars = char::decode_utf16(units);
                chars.next().and_then(Result::ok).ok_or(WrongShape)?
            }
            Some(c) => c,
            None => return Err(WrongShape),
        });
        rest = after.as_str();
    }
    own.push_str(rest);
    Ok(own)
}

/// Four hexadecimal digits.
fn unit(text: &str) -> Result<u16, WrongShape> {
    text.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok()).ok_or(WrongShape)
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = WrongShape;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongShape> {
        let first = self.peek();
        self.last = self.at;
        match first {
            b'"' => visitor.visit_str(self.text()?.as_str()),
            b'[' => self.within(b']', |reader| visitor.visit_seq(Parts { reader, begun: false })),
            b'{' => self.within(b'}', |reader| visitor.visit_map(Parts { reader, begun: false })),
            _ => match self.word() {
                "null" => visitor.visit_unit(),
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                number => visit_number(number, visitor),
            },
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongShape> {
        if self.peek() != b'n' {
            return visitor.visit_some(self);
        }
        self.word();
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, WrongShape> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongShape> {
        match self.peek() {
            b'"' => visitor.visit_enum(self.text()?.as_str().into_deserializer()),
            b'{' => self.within(b'}', |reader| visitor.visit_enum(Parts { reader, begun: false })),
            _ => Err(WrongShape),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongShape> {
        self.peek();
        self.last = self.at;
        visitor.visit_i128(self.word().parse().map_err(|_| WrongShape)?)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongShape> {
        self.peek();
        self.last = self.at;
        visitor.visit_u128(self.word().parse().map_err(|_| WrongShape)?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongShape> {
        match self.peek() {
            b'"' => visitor.visit_bytes(self.text()?.as_str().as_bytes()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongShape> {
        self.deserialize_bytes(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A number as the smallest of serde's usual kinds that holds it.
fn visit_number<'de, V: Visitor<'de>>(number: &str, visitor: V) -> Result<V::Value, WrongShape> {
    if let Ok(number) = number.parse() {
        return visitor.visit_u64(number);
    }
    // Zero is the same with a sign only where it is whole.
    match number.parse() {
        Ok(number) if number != 0 => return visitor.visit_i64(number),
        _ => {}
    }
    match number.parse::<f64>() {
        Ok(number) if number.is_finite() => visitor.visit_f64(number),
        _ => Err(WrongShape),
    }
}

/// The parts of an array, an object or a variant, one after the other.
struct Parts<'r, 'j> {
    reader: &'r mut Reader<'j>,
    begun: bool,
}

impl Parts<'_, '_> {
    /// Whether there is one more before this end.
    fn has_more(&mut self, end: u8) -> bool {
        let is_first = !std::mem::replace(&mut self.begun, true);
        if is_first { self.reader.peek() != end } else { self.reader.skip(b',') }
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, '_> {
    type Error = WrongShape;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, WrongShape> {
        let more = self.has_more(b']');
        more.then(|| seed.deserialize(&mut *self.reader)).transpose()
    }
}

impl<'de> MapAccess<'de> for Parts<'_, '_> {
    type Error = WrongShape;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, WrongShape> {
        if !self.has_more(b'}') {
            return Ok(None);
        }
        self.reader.peek();
        seed.deserialize(Key(self.reader.text()?)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, WrongShape> {
        if self.reader.skip(b':') { seed.deserialize(&mut *self.reader) } else { Err(WrongShape) }
    }
}

impl<'de> EnumAccess<'de> for Parts<'_, '_> {
    type Error = WrongShape;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        mut self,
        seed: V,
    ) -> Result<(V::Value, Self), WrongShape> {
        let variant = MapAccess::next_key_seed(&mut self, seed)?.ok_or(WrongShape)?;
        if self.reader.skip(b':') { Ok((variant, self)) } else { Err(WrongShape) }
    }
}

impl<'de> VariantAccess<'de> for Parts<'_, '_> {
    type Error = WrongShape;

    fn unit_variant(self) -> Result<(), WrongShape> {
        de::Deserialize::deserialize(self.reader)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, WrongShape> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, WrongShape> {
        self.reader.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongShape> {
        self.reader.deserialize_any(visitor)
    }
}

/// As deep as `serde_json` goes.
const DEEPEST: usize = 127;
