//! Encore: the list in `ENCORE_APP_SECRETS`, and `secrets` of a self-hosted application's configuration.

use std::io::Read as _;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::read::GzDecoder;
use zeroize::Zeroizing;

use crate::entry::{Entry, Item, refuse_twice};
use crate::error::{ReadError, ReadFault, Unfit, WriteError};
use crate::json;
use crate::limits::FILE_BYTES;
use crate::position::{Lines, Position};
use crate::sheet::Sheet;
use crate::shell::is_variable;
use crate::text::text_of;
use crate::tree::{Field, Kind, Node, entries, take};

/// What a variable of the environment holds.
pub type Variables<'a> = &'a dyn Fn(&str) -> Result<Zeroizing<Vec<u8>>, NoContent>;

/// Why nothing is known of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoContent {
    /// It is not set.
    Unset,
    /// It holds or leads to a key, and is not read.
    OfKeys,
}

impl NoContent {
    /// The fault of a file that names the variable, for the value of this name.
    fn of(self, variable: &str, name: &str) -> ReadFault {
        match self {
            Self::Unset => ReadFault::Unset(variable.to_owned(), name.to_owned()),
            Self::OfKeys => ReadFault::OfKeys(variable.to_owned()),
        }
    }
}

/// Reads what `ENCORE_APP_SECRETS` holds (`name=base64,…`, or `gzip:` or `envref:` and what they say), or an
/// infrastructure configuration in JSON (`secrets` with values, or `{"$env": "VARIABLE"}` for one or for all).
///
/// # Errors
///
/// What follows neither form, twice the same name, or a variable that is not set or not read; with its place.
/// What a variable holds is not quoted, its names neither.
pub fn read(bytes: &[u8], variables: Variables<'_>) -> Result<Vec<Entry>, ReadError> {
    let text = text_of(bytes)?;
    if text.trim_start().starts_with('{') {
        return configuration(json::tree(text)?, variables);
    }
    let text = text.trim_end_matches(['\r', '\n']);
    match text.strip_prefix("envref:") {
        Some(names) => {
            let text = joined(names, variables)?;
            text_of(&text).and_then(list).map_err(ReadError::without_names)
        }
        None => list(text),
    }
}

/// Writes what `ENCORE_APP_SECRETS` holds.
///
/// # Errors
///
/// Names that no secret of Encore can have.
pub fn write(items: &[Item<'_>]) -> Result<Sheet, WriteError> {
    let mut sheet = Sheet::new();
    let mut unfit = Vec::new();
    for item in items {
        if !is_variable(item.name) {
            unfit.push((item.name.to_owned(), Unfit::NoIdentifier));
            continue;
        }
        sheet.push(if sheet.as_bytes().is_empty() { "" } else { "," });
        sheet.push(item.name);
        sheet.push("=");
        sheet.push(Zeroizing::new(BASE64URL_NOPAD.encode(item.value)).as_bytes());
    }
    if unfit.is_empty() { Ok(sheet) } else { Err(WriteError { unfit }) }
}

/// What the variables of `envref:` hold, one behind the other.
fn joined(names: &str, variables: Variables<'_>) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let mut joined = Sheet::new();
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let part = match variables(name) {
            Ok(part) if part.is_empty() => Err(NoContent::Unset),
            part => part,
        };
        joined.push(&*part.map_err(|why| why.of(name, "").of_file())?);
    }
    Ok(joined.into_bytes())
}

fn list(text: &str) -> Result<Vec<Entry>, ReadError> {
    match text.strip_prefix("gzip:") {
        Some(packed) => pairs(text_of(&unpacked(packed)?)?),
        None => pairs(text),
    }
}

fn unpacked(packed: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let packed = packed.as_bytes();
    let packed = BASE64.decode(packed).or_else(|_| BASE64URL_NOPAD.decode(packed));
    let packed = Zeroizing::new(packed.map_err(|_| ReadFault::NotGzip.of_file())?);
    let (mut unpacked, mut piece) = (Sheet::new(), Zeroizing::new([0; 4 << 10]));
    let mut gzip = GzDecoder::new(packed.as_slice());
    loop {
        match gzip.read(&mut *piece) {
            Ok(0) => return Ok(unpacked.into_bytes()),
            Ok(length) => unpacked.push(&piece[..length]),
            Err(_) => return Err(ReadFault::NotGzip.of_file()),
        }
        if unpacked.as_bytes().len() > FILE_BYTES {
            return Err(ReadFault::TooLarge.of_file());
        }
    }
}

fn pairs(text: &str) -> Result<Vec<Entry>, ReadError> {
    let lines = Lines::of(text.as_bytes());
    let mut entries = Vec::new();
    let mut offset = 0;
    for pair in text.split(',').filter(|_| !text.is_empty()) {
        let at = lines.position(offset);
        offset += pair.len() + 1;
        let (name, value) = pair.split_once('=').ok_or(ReadFault::NoPair.at(at))?;
        let behind = Position { column: at.column + name.chars().count() + 1, ..at };
        let value = BASE64URL_NOPAD.decode(value.as_bytes());
        let value = value.map_err(|_| ReadFault::NotBase64(name.to_owned()).at(behind))?;
        entries.push(Entry { name: name.to_owned(), value: Zeroizing::new(value), at });
    }
    refuse_twice(&entries)?;
    Ok(entries)
}

fn configuration(root: Node, variables: Variables<'_>) -> Result<Vec<Entry>, ReadError> {
    let at = root.at;
    let secrets = take(&mut root.fields("")?, "secrets").ok_or(ReadFault::NoSecrets.at(at))?;
    let at = secrets.at;
    let mut fields = secrets.fields("secrets")?;
    if let Some(variable) = reference(&mut fields)? {
        return all_of(&variable, at, variables);
    }
    let mut entries = Vec::with_capacity(fields.len());
    for Field { name, at, node } in fields {
        let value = match node {
            Node { kind: Kind::Table(mut inner), at } => match reference(&mut inner)? {
                Some(variable) => {
                    variables(&variable).map_err(|why| why.of(&variable, &name).at(at))?
                }
                None => return Err(ReadFault::Table(name).at(at)),
            },
            node => node.text(&name)?,
        };
        entries.push(Entry { name, value, at });
    }
    refuse_twice(&entries)?;
    Ok(entries)
}

/// The variable of `{"$env": "VARIABLE"}`.
fn reference(fields: &mut Vec<Field>) -> Result<Option<String>, ReadError> {
    if fields.len() != 1 {
        return Ok(None);
    }
    let Some(variable) = take(fields, "$env") else { return Ok(None) };
    Ok(Some(String::from_utf8_lossy(&variable.text("$env")?).into_owned()))
}

/// All secrets, as one variable holds them: a JSON object.
fn all_of(variable: &str, at: Position, variables: Variables<'_>) -> Result<Vec<Entry>, ReadError> {
    let text = variables(variable).map_err(|why| why.of(variable, "").at(at))?;
    let within = |error: ReadError| {
        ReadFault::Variable(variable.to_owned(), Box::new(error.without_names())).at(at)
    };
    let read = || entries(json::tree(text_of(&text)?)?);
    let mut entries = read().map_err(within)?;
    for entry in &mut entries {
        entry.at = at;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(name: &str) -> Result<Zeroizing<Vec<u8>>, NoContent> {
        let value: &[u8] = match name {
            "FIRST" => b"Foo=SGVs",
            "SECOND" => b"bG8,Bar=V29ybGQ",
            "ALL" => b"{\"Foo\": \"Hello\", \"Bar\": \"World\"}",
            "BAD" => b"{\n \"Foo\": hunter2}",
            "ONE" => b"World",
            "NAMES" => b"hunter2=!",
            "LISTS" => b"{\"hunter2\": []}",
            "KEY" => return Err(NoContent::OfKeys),
            _ => return Err(NoContent::Unset),
        };
        Ok(Zeroizing::new(value.to_vec()))
    }

    #[test]
    fn every_form_gives_the_same() {
        for text in [
            "Foo=SGVsbG8,Bar=V29ybGQ\n",
            "envref:FIRST, SECOND,",
            "gzip:H4sIAAAAAAACA3PLz7cNdg8rTnK30HFKLLINM7KsTHIPBADoECl/FwAAAA==",
            "{\"metadata\": {\"app_id\": \"x\"}, \"secrets\": {\"Foo\": \"Hello\", \"Bar\": {\"$env\": \"ONE\"}}}",
            "{\"secrets\": {\"$env\": \"ALL\"}}",
        ] {
            let entries = read(text.as_bytes(), &variables).expect(text);
            let read: Vec<(&str, &[u8])> =
                entries.iter().map(|entry| (entry.name.as_str(), entry.value.as_slice())).collect();
            assert_eq!(read, [("Foo", &b"Hello"[..]), ("Bar", b"World")], "{text}");
        }
        assert_eq!(read(b"", &variables), Ok(Vec::new()));
    }

    #[test]
    fn faults_have_their_place_and_no_value() {
        for (text, said) in [
            ("Foo=SGVsbG8,hunter2", "line 1, column 13: no `NAME=value`"),
            ("Foo=hunter2!", "line 1, column 5: the value of `Foo` is not base64"),
            (
                "Foo=YQ,Foo=YQ",
                "line 1, column 8: `Foo` stands twice, first at line 1, column 1: keep one of the two",
            ),
            ("envref:FIRST,THIRD", "the variable `THIRD` is not set"),
            ("gzip:hunter2", "what follows `gzip:` is not base64 of gzip"),
            ("{}", "line 1, column 1: there is no `secrets` in this configuration"),
            ("{\"secrets\": {\"$env\": \"X\"}}", "line 1, column 13: the variable `X` is not set"),
            (
                "{\"secrets\": {\"a\": {\"$env\": \"X\"}}}",
                "line 1, column 19: `a` is in the variable `X`, which is not set",
            ),
            (
                "{\"secrets\": {\"$env\": \"BAD\"}}",
                "line 1, column 13: the variable `BAD`: line 2, column 9: expected value",
            ),
            (
                "envref:FIRST,KEY",
                "the variable `KEY` holds or leads to a key, and is never imported",
            ),
            (
                "{\"secrets\": {\"a\": {\"$env\": \"KEY\"}}}",
                "line 1, column 19: the variable `KEY` holds or leads to a key, and is never imported",
            ),
            (
                "{\"secrets\": {\"$env\": \"KEY\"}}",
                "line 1, column 13: the variable `KEY` holds or leads to a key, and is never imported",
            ),
            (
                "envref:NAMES",
                "line 1, column 9: the value of a name that is not shown is not base64",
            ),
            (
                "{\"secrets\": {\"$env\": \"LISTS\"}}",
                "line 1, column 13: the variable `LISTS`: line 1, column 13: a name that is not shown is a list: a secret has one value",
            ),
        ] {
            assert_eq!(
                read(text.as_bytes(), &variables).expect_err("a fault").to_string(),
                said,
                "{text}"
            );
        }
    }
}
