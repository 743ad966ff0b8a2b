//! What the editor shows: the values as they were when it opened, as dotenv with comments.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use strongroom_formats::{Item, Sheet, dotenv};
use strongroom_vault::{
    Content, Environment, Index, Lookup, Plaintext, Secret, Shown, Value, fold,
};

use crate::error::Error;
use crate::keys::Keys;
use crate::value::open;

/// The environment's own values as the editor was opened on them, by folded name.
#[derive(Debug)]
pub(super) struct Base {
    values: BTreeMap<String, Known>,
    /// What does not stand in the file, and why.
    kept: Vec<(String, String)>,
}

/// A value as it was.
#[derive(Debug)]
pub(super) struct Known {
    /// The secret, as spelled in the vault.
    pub(super) name: String,
    /// Its line, as far as it tells one setting from another.
    line: String,
    /// The value, where it stands in the file.
    pub(super) shown: Option<Plaintext>,
}

impl Base {
    /// Opens every own value of an environment.
    pub(super) fn of(
        index: &Index<'_>,
        keys: &Keys,
        environment: &Environment,
    ) -> Result<Self, Error> {
        let key = keys.current_data_key(index, environment.kind())?;
        let (mut values, mut kept) = (BTreeMap::new(), Vec::new());
        for secret in index.secrets() {
            let Some(value) = secret.value(environment.name()) else { continue };
            let opened = open(key, secret, value).map_err(|why| why.to_string());
            let shown = opened.and_then(|plaintext| carried(secret.name(), plaintext));
            let known = match shown {
                Ok(plaintext) => Known::of(secret, value, Some(plaintext)),
                Err(why) => {
                    kept.push((secret.name().to_owned(), why));
                    Known::of(secret, value, None)
                }
            };
            values.insert(fold(secret.name()), known);
        }
        Ok(Self { values, kept })
    }

    /// The value of a name, in any spelling.
    pub(super) fn get(&self, name: &str) -> Option<&Known> {
        self.values.get(&fold(name))
    }

    /// All values, by folded name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Known)> {
        self.values.iter().map(|(folded, known)| (folded.as_str(), known))
    }

    /// Takes what others set meanwhile for known: whoever saves again has been told of it.
    pub(super) fn know(&mut self, theirs: Vec<(String, Option<Known>)>) {
        for (name, known) in theirs {
            let folded = fold(&name);
            match known {
                Some(known) => drop(self.values.insert(folded, known)),
                None => drop(self.values.remove(&folded)),
            }
        }
    }

    /// The file.
    pub(super) fn text(
        &self,
        index: &Index<'_>,
        environment: &Environment,
    ) -> Result<Sheet, Error> {
        let mut sheet = Sheet::new();
        let mut head = HEAD.replace("{environment}", environment.name());
        if !self.kept.is_empty() {
            head.push_str("#\n# Not here, and kept as they are:\n");
        }
        for (name, why) in &self.kept {
            let _ = writeln!(head, "#   {}: {}", Shown(name), Shown(why));
        }
        let kind = environment.kind();
        let of_type = |secret: &&Secret<'_>| {
            environment.is_named()
                && secret.value(environment.name()).is_none()
                && !matches!(index.lookup_in(secret, &kind.into()), Lookup::Missing)
        };
        let of_type: Vec<&str> = index.secrets().filter(of_type).map(Secret::name).collect();
        if !of_type.is_empty() {
            let _ = writeln!(head, "#\n# Without a line, these have the value of {kind}:");
        }
        for name in of_type {
            let _ = writeln!(head, "#   {}", Shown(name));
        }
        put(&mut sheet, head.as_bytes())?;
        for secret in index.secrets() {
            let Some(Known { shown: Some(plaintext), .. }) = self.get(secret.name()) else {
                continue;
            };
            let about = secret.about().map(|about| format!("# {}\n", Shown(about)));
            put(&mut sheet, format!("\n{}", about.unwrap_or_default()).as_bytes())?;
            let item = Item { name: secret.name(), value: plaintext.as_bytes() };
            let line = dotenv::write(&[item]).map_err(Error::cannot)?;
            put(&mut sheet, line.sheet.as_bytes())?;
        }
        let is_missing =
            |secret: &&Secret<'_>| matches!(index.lookup_in(secret, environment), Lookup::Missing);
        let mut missing = index.secrets().filter(is_missing).map(Secret::name).peekable();
        if missing.peek().is_some() {
            put(&mut sheet, b"\n# Not set here; take the # away and add a value:\n")?;
        }
        for name in missing {
            put(&mut sheet, format!("# {}=\n", Shown(name)).as_bytes())?;
        }
        Ok(sheet)
    }
}

impl Known {
    /// A value as the vault has it.
    pub(super) fn of(secret: &Secret<'_>, value: &Value<'_>, shown: Option<Plaintext>) -> Self {
        Self { name: secret.name().to_owned(), line: line_of(value), shown }
    }

    /// Whether a value is still the one that was there.
    pub(super) fn is(&self, value: &Value<'_>) -> bool {
        self.line == line_of(value)
    }
}

/// A value, if a line of dotenv carries it through an editor and back.
fn carried(name: &str, plaintext: Plaintext) -> Result<Plaintext, String> {
    let value = plaintext.as_bytes();
    let line = dotenv::write(&[Item { name, value }]).map_err(|error| {
        error.unfit.into_iter().map(|(_, why)| why.to_string()).collect::<String>()
    })?;
    let read = dotenv::read(line.sheet.as_bytes()).map(|read| read.entries);
    match read.as_deref() {
        Ok([entry]) if entry.name == name && *entry.value == value => Ok(plaintext),
        _ => Err("a line of dotenv cannot hold it".to_owned()),
    }
}

fn line_of(value: &Value<'_>) -> String {
    match value.content() {
        Content::Sealed(sealed) => format!("{} {sealed}", value.version()),
        Content::Reference { store, reference, seal } => {
            format!("{} {store} {reference} {seal}", value.version())
        }
    }
}

fn put(sheet: &mut Sheet, bytes: &[u8]) -> Result<(), Error> {
    sheet
        .write_all(bytes)
        .map_err(|error| Error::cannot(format!("no room for the values: {error}")))
}

const HEAD: &str = "\
# The values of {environment}, one NAME=value for each secret.
#
# Change a line to change the value, delete it to remove the value, add one for a new secret.
# 'Single quotes' hold everything as it is, over several lines too; \"double quotes\" know \\n and \\\".
# Comments are not kept. A file without a change, and an empty one, change nothing.
";
