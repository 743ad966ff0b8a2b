//! Values: reading one that is to be set, and opening one that is sealed.

use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use strongroom_vault::limits::VALUE_BYTES;
use strongroom_vault::{
    Content, DataKey, Environment, EnvironmentType, Index, OpenError, Place, Plaintext, Secret,
    Shown, Value,
};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::hints::set_command;
use crate::log;
use crate::stores::{Lies, Why};
use crate::ui::{Asked, Terminal};

/// Reads a value from a file, byte for byte: the last newline of a PEM file is a part of it.
pub(crate) fn from_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let file = File::open(path).map_err(|error| Error::file("read", path, &error))?;
    limited(file, VALUE_BYTES)
        .map_err(|error| Error::file("read", path, &error))?
        .ok_or_else(too_large)
}

/// Reads a value from a hidden prompt, or from standard input to its end, without one newline that
/// ends it; none where standard input has not a byte.
pub(crate) fn from_prompt_or_input(prompt: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    if io::stdin().is_terminal() {
        return match Terminal::of_person() {
            Some(mut terminal) => terminal.hidden(prompt, Asked::Value).map(Some),
            None => Err(Error::cannot(
                "no terminal to ask for the value at\ngive it with: --from-file FILE, or a pipe",
            )),
        };
    }
    let mut value = limited(io::stdin().lock(), VALUE_BYTES + NEWLINE)
        .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?
        .ok_or_else(too_large)?;
    if value.is_empty() {
        return Ok(None);
    }
    drop_newline(&mut value);
    if value.len() > VALUE_BYTES { Err(too_large()) } else { Ok(Some(value)) }
}

/// Removes one `\n` or `\r\n` at the end.
pub(crate) fn drop_newline(bytes: &mut Vec<u8>) {
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
}

/// Reads to the end, or gives nothing if there are more bytes than this. The memory never moves, so
/// it is wiped whole.
pub(crate) fn limited(source: impl Read, most: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 2));
    source.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() > most { None } else { Some(bytes) })
}

/// Why a value that stands in the vault cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// It lies under another than the type's current data key.
    OtherDataKey,
    /// It, or its name, environment, version or vault was changed.
    Altered,
    /// This store keeps it, and was not asked.
    InStore(String),
    /// A store keeps it, and did not give it.
    NotGiven {
        /// The store.
        store: String,
        /// Where it lies there.
        reference: String,
        /// Why it was not given.
        why: Why,
    },
    /// It is sealed, and this machine says that it has no key.
    Keyless,
}

impl Unopened {
    /// A value of a store that was not given.
    pub(crate) fn at(store: &str, reference: &str, why: Why) -> Self {
        Self::NotGiven { store: store.to_owned(), reference: reference.to_owned(), why }
    }

    /// What to type about a value that a store did not give.
    pub(crate) fn next(&self, flag: &str, name: &str) -> Option<String> {
        let Self::NotGiven { store, why, .. } = self else { return None };
        why.next_for(Lies { store, flag, name })
    }

    /// The stable word for `--json`.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::OtherDataKey => "other-data-key",
            Self::Altered => "altered",
            Self::InStore(_) => "in-store",
            Self::NotGiven { why, .. } => why.word(),
            Self::Keyless => "keyless",
        }
    }
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherDataKey => f.write_str(
                "sealed under another data key (a merge with a rotation, or an edited [environments])",
            ),
            Self::Altered => f.write_str("altered: it does not open at this place with this key"),
            Self::InStore(store) => write!(f, "kept in the store `{}`", Shown(store)),
            Self::NotGiven { store, reference, why } => {
                write!(f, "at `{}` in the store `{}`: {why}", Shown(reference), Shown(store))
            }
            Self::Keyless => {
                f.write_str("sealed, and STRONGROOM_KEYLESS says that no key is here")
            }
        }
    }
}

/// Opens a sealed value with its type's data key. What stores keep is for [`crate::stores::open_all`].
pub(crate) fn open(
    key: &DataKey,
    secret: &Secret<'_>,
    value: &Value<'_>,
) -> Result<Plaintext, Unopened> {
    match value.content() {
        Content::Reference { store, .. } => Err(Unopened::InStore(store.to_string())),
        Content::Sealed(sealed) => {
            log::opened(secret, value);
            key.open(Place::of(secret, value), sealed).map_err(|error| match error {
                OpenError::AnotherDataKey => Unopened::OtherDataKey,
                OpenError::Altered => Unopened::Altered,
            })
        }
    }
}

/// The error for one value that cannot be had, with what to do.
pub(crate) fn unopened(
    index: &Index<'_>,
    secret: &Secret<'_>,
    value: &Value<'_>,
    why: &Unopened,
) -> Error {
    let error = Error::cannot(format!(
        "cannot open `{}` for `{}`: {why}",
        Shown(secret.name()),
        Shown(value.environment())
    ));
    let own = environment_of(index, value);
    let again = set_command(secret.name(), [&own]);
    match why {
        Unopened::Altered => {
            error.with_hint(format!("restore the line from git, or set it again with: {again}"))
        }
        Unopened::OtherDataKey => error.with_hint(format!(
            "look who set it, then seal it again: strongroom reseal {}\nor set another value with: {again}",
            Shown(secret.name())
        )),
        Unopened::InStore(_) | Unopened::Keyless => error,
        Unopened::NotGiven { .. } => error.with_hints(why.next(&own.flag(), secret.name())),
    }
}

/// The environment that a value stands for.
pub(crate) fn environment_of(index: &Index<'_>, value: &Value<'_>) -> Environment {
    index.environment(value.environment()).unwrap_or_else(|_| value.kind().into())
}

/// The types of some environments, each once.
pub(crate) fn kinds_of(environments: &[Environment]) -> Vec<EnvironmentType> {
    let is_among = |kind: &EnvironmentType| environments.iter().any(|each| each.kind() == *kind);
    EnvironmentType::ALL.into_iter().filter(is_among).collect()
}

fn too_large() -> Error {
    Error::usage(format!(
        "the value has more than {VALUE_BYTES} bytes, and a vault takes no larger ones\nkeep large files elsewhere, \
         and a key to them in the vault"
    ))
}

/// Bytes of the longest newline.
const NEWLINE: usize = 2;
