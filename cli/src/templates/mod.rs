//! Files whose references get values: `render` and `run --render` read and fill them here.

mod circle;
mod survey;
mod unfilled;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use strongroom_formats::limits::FILE_BYTES;
use strongroom_formats::render::Format;
use strongroom_formats::{ReadError, Sheet};
use strongroom_vault::search::is_place_of_keys;
use strongroom_vault::{
    Environment, Mine, Plaintext, Secret, Shown, ShownPath, is_key_text, open_regular_or_pipe,
};
use zeroize::Zeroizing;

use self::circle::Circle;
pub(crate) use self::survey::Survey;
use self::unfilled::Unfilled;
use crate::error::Error;
use crate::selection::{Chosen, Undone, look_up, open_all};
use crate::session::Session;
use crate::value::limited;

/// A file as it was read.
pub(crate) struct Source {
    /// None for standard input.
    path: Option<PathBuf>,
    format: Format,
    bytes: Zeroizing<Vec<u8>>,
}

impl Source {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(path: &Path, format: Option<Format>) -> Result<Self, Error> {
        let path = (path != Path::new("-")).then(|| path.to_owned());
        if path.is_none() && io::stdin().is_terminal() {
            return Err(Error::usage(
                "standard input is a terminal\nname a file, or send one: strongroom render FILE",
            ));
        }
        let of_name = path.as_deref().map_or(Format::Text, Format::of_name);
        let mut source =
            Self { path, format: format.unwrap_or(of_name), bytes: Zeroizing::default() };
        let read = match &source.path {
            Some(path) => read_file(path).map_err(|error| {
                let cannot = Error::file("read", path, &error);
                match error.kind() {
                    io::ErrorKind::Other => {
                        cannot.with_hint("name a file, or send one: strongroom render - < FILE")
                    }
                    _ => cannot,
                }
            })?,
            None => limited(io::stdin().lock(), FILE_BYTES)
                .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?,
        };
        source.bytes = read.ok_or_else(|| {
            Error::cannot(format!("{} has more than {FILE_BYTES} bytes", source.described()))
        })?;
        source.refuse_keys()?;
        Ok(source)
    }

    /// Refuses what has a key of ours: a link that somebody committed may lead to one.
    fn refuse_keys(&self) -> Result<(), Error> {
        let real = self.path.as_deref().and_then(|path| fs::canonicalize(path).ok());
        let has_key = || {
            let text = String::from_utf8_lossy(&self.bytes);
            let is_key =
                |start: &str| text.match_indices(start).any(|(at, _)| is_key_text(&text[at..]));
            let found = KEY_STARTS.into_iter().any(is_key);
            drop(Zeroizing::new(text.into_owned()));
            found
        };
        if real.is_some_and(|real| is_place_of_keys(&real)) || has_key() {
            return Err(Error::usage(format!(
                "{} has a key of Strongroom in it, or lies where keys are kept: nothing of it is handed on\n\
                 look where it leads (ls -l), and give a program its key as STRONGROOM_KEY",
                self.described()
            )));
        }
        Ok(())
    }

    /// What messages call it.
    pub(crate) fn described(&self) -> String {
        match &self.path {
            Some(path) => ShownPath(path).to_string(),
            None => "standard input".to_owned(),
        }
    }

    /// The file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The error for a file that does not follow its format.
    fn unreadable(&self, ReadError { at, fault }: &ReadError, undone: Undone) -> Error {
        let at = at.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
        Error::cannot(format!("{}{at}: {fault}\n{}", self.described(), self.how_it_is_read()))
            .with_hint(undone.0)
    }

    fn how_it_is_read(&self) -> String {
        let word = match self.format {
            Format::Json => "JSON",
            Format::Toml => "TOML",
            Format::Yaml => "YAML",
            Format::Text => "text",
        };
        format!(
            "it was read as {word}; for another format: strongroom render --format text|json|toml|yaml FILE"
        )
    }
}

/// The bytes of a file; none if there are too many.
fn read_file(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let file = open_regular_or_pipe(path)?;
    let found = file.metadata()?;
    // What is made ready for a file is wiped in the end, so no more is than it needs.
    let bytes = usize::try_from(found.len()).unwrap_or(usize::MAX).min(FILE_BYTES);
    if !found.is_file() {
        return limited(file, FILE_BYTES);
    }
    match limited(file, bytes)? {
        // The files of `/proc` say that they are empty.
        None if bytes < FILE_BYTES => limited(open_regular_or_pipe(path)?, FILE_BYTES),
        read => Ok(read),
    }
}

/// The secrets that some files need, each once, with its value for an environment.
pub(crate) struct Needed<'i, 't> {
    /// By the name that a file gives it.
    names: BTreeMap<String, usize>,
    chosen: Vec<Chosen<'i, 't>>,
}

/// A value that a file needs.
pub(crate) enum Opened<'v> {
    /// It was opened for something else.
    Known(&'v Plaintext),
    Fresh(Plaintext),
}

impl Opened<'_> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Known(value) => value.as_bytes(),
            Self::Fresh(value) => value.as_bytes(),
        }
    }
}

impl<'i, 't> Needed<'i, 't> {
    /// Looks every reference up. One error names all that cannot be filled.
    pub(crate) fn by(
        surveys: &[Survey<'_>],
        session: &'i Session<'t>,
        environment: &Environment,
        mine: Option<&'i Mine<'t>>,
        undone: Undone,
    ) -> Result<Self, Error> {
        let index = &session.index;
        let (mut names, mut chosen) = (BTreeMap::new(), Vec::new());
        let mut unfilled = Unfilled::new(index, environment);
        for (number, survey) in surveys.iter().enumerate() {
            let source = survey.source;
            for (at, fault) in &survey.faults {
                unfilled.fault(number, source, *at, fault.to_string());
            }
            for (at, name) in survey.references() {
                if names.contains_key(name) {
                    continue;
                }
                let own = || mine.and_then(|mine| mine.secret(name));
                let secret: Option<&Secret<'_>> = index.secret(name).or_else(own);
                let Some(one) = secret.and_then(|it| look_up(index, mine, it, environment)) else {
                    unfilled.missing(number, source, at, name);
                    continue;
                };
                if let Some(circle) = Circle::of(source, &one, session) {
                    unfilled.fault(number, source, at, circle.explain());
                    continue;
                }
                names.insert(name.to_owned(), chosen.len());
                chosen.push(one);
            }
        }
        unfilled.refuse(undone)?;
        Ok(Self { names, chosen })
    }

    /// How many secrets.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The values as they are sealed.
    pub(crate) fn chosen(&self) -> &[Chosen<'i, 't>] {
        &self.chosen
    }

    /// Opens every value but those that are known already, by the names of their secrets.
    pub(crate) fn open<'v>(
        &self,
        session: &Session<'_>,
        environment: &Environment,
        known: &BTreeMap<&str, &'v Plaintext>,
        undone: Undone,
    ) -> Result<Vec<Opened<'v>>, Error> {
        let known_of = |one: &Chosen<'_, '_>| known.get(one.secret.name()).copied();
        let lacking = self.chosen.iter().filter(|one| known_of(one).is_none()).cloned();
        let lacking: Vec<Chosen<'_, '_>> = lacking.collect();
        let fresh = open_all(session, environment, &lacking, undone);
        let mut fresh = fresh.map_err(|unopenable| unopenable.error)?.into_iter();
        let opened = self.chosen.iter().filter_map(|one| match known_of(one) {
            Some(value) => Some(Opened::Known(value)),
            None => fresh.next().map(Opened::Fresh),
        });
        Ok(opened.collect())
    }

    /// Writes a file with its values, which are those of [`Needed::open`].
    pub(crate) fn write(
        &self,
        survey: &Survey<'_>,
        values: &[Opened<'_>],
        undone: Undone,
    ) -> Result<Sheet, Error> {
        let value_of = |name: &str| {
            let at = self.names.get(name);
            at.and_then(|at| values.get(*at)).map_or(&[][..], Opened::as_bytes)
        };
        survey.template().write(value_of).map_err(|error| {
            let lines: Vec<String> =
                error.unfit.iter().map(|(name, why)| format!("`{}`: {why}", Shown(name))).collect();
            Error::cannot(format!(
                "{} cannot carry this: {}\n{}\na text file carries every byte: --format text",
                survey.source.described(),
                undone.0,
                lines.join("\n")
            ))
        })
    }
}

/// How a key begins, of ours or of age.
const KEY_STARTS: [&str; 2] = ["strongroom_", "AGE-SECRET-KEY-"];
