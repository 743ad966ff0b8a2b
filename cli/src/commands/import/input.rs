//! What is imported: a file or standard input, and which format it has.

use std::env;
use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use strongroom_formats::encore::NoContent;
use strongroom_formats::limits::FILE_BYTES;
use strongroom_formats::{Entry, ReadError, dotenv, encore, json, kubernetes, toml, yaml};
use strongroom_vault::search::is_of_keys;
use zeroize::Zeroizing;

use super::foreign::{refuse_entries, refuse_sealed};
use crate::error::Error;
use crate::value::limited;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    Dotenv,
    Json,
    Yaml,
    Toml,
    Kubernetes,
    Encore,
}

impl Format {
    /// The word of `--format`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Dotenv => "dotenv",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Kubernetes => "kubernetes",
            Self::Encore => "encore",
        }
    }
}

/// Where values come from, and how they are read.
#[derive(Debug)]
pub(crate) struct Input {
    /// None for standard input.
    path: Option<PathBuf>,
    format: Format,
    /// The Kubernetes Secret whose keys have no group.
    ungrouped: Option<String>,
}

/// What was read.
pub(crate) struct Read {
    /// The values, in order.
    pub(crate) entries: Vec<Entry>,
    /// Names that other readers of the format read otherwise.
    pub(crate) doubtful: Vec<String>,
}

impl Input {
    /// The input that the arguments mean. Nothing is read yet.
    pub(crate) fn of(
        file: Option<&Path>,
        format: Option<Format>,
        ungrouped: Option<&str>,
    ) -> Result<Self, Error> {
        let path = file.filter(|path| *path != Path::new("-")).map(Path::to_owned);
        let of_name = path.as_deref().and_then(format_of_name);
        let Some(format) = format.or(of_name) else {
            if let Some(path) = &path {
                fs::metadata(path).map_err(|error| Error::file("read", path, &error))?;
            }
            let what = match &path {
                Some(path) => format!("the name of {} does not say its format", path.display()),
                None => "standard input does not say its format".to_owned(),
            };
            return Err(Error::usage(format!("{what}\nname it with: --format {FORMATS}")));
        };
        if ungrouped.is_some() && format != Format::Kubernetes {
            return Err(Error::usage("--name is about Kubernetes Secrets: --format kubernetes"));
        }
        if path.is_none() && io::stdin().is_terminal() {
            return Err(Error::usage(
                "standard input is a terminal: name a file, or send one\nfor one value at a prompt: strongroom set --type local NAME",
            ));
        }
        Ok(Self { path, format, ungrouped: ungrouped.map(str::to_owned) })
    }

    /// The format that it is read as.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The argument that names it.
    pub(crate) fn argument(&self) -> String {
        self.path.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    }

    /// What messages call it.
    pub(crate) fn described(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "standard input".to_owned(),
        }
    }

    /// Reads everything.
    pub(crate) fn read(&self) -> Result<Read, Error> {
        let bytes = self.bytes()?;
        refuse_sealed(&bytes, self)?;
        let only = |entries| Read { entries, doubtful: Vec::new() };
        let read = match self.format {
            Format::Dotenv => dotenv::read(&bytes)
                .map(|dotenv::Read { entries, doubtful }| Read { entries, doubtful }),
            Format::Json => json::read(&bytes).map(only),
            Format::Yaml => yaml::read(&bytes).map(only),
            Format::Toml => toml::read(&bytes).map(only),
            Format::Kubernetes => kubernetes::read(&bytes, self.ungrouped.as_deref()).map(only),
            Format::Encore => encore::read(&bytes, &variable).map(only),
        }
        .map_err(|error| self.faulty(&error))?;
        refuse_entries(&read.entries, self)?;
        Ok(read)
    }

    fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let read = match &self.path {
            Some(path) => File::open(path)
                .and_then(|file| limited(file, FILE_BYTES))
                .map_err(|error| Error::file("read", path, &error))?,
            None => limited(io::stdin().lock(), FILE_BYTES)
                .map_err(|error| Error::cannot(format!("cannot read standard input: {error}")))?,
        };
        read.ok_or_else(|| {
            Error::cannot(format!("{} has more than {FILE_BYTES} bytes", self.described()))
        })
    }

    /// The error for a file that does not follow its format.
    fn faulty(&self, error: &ReadError) -> Error {
        let at = error.at.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
        Error::cannot(format!("{}{at}: {}", self.described(), error.fault))
            .with_hint("nothing was changed")
    }
}

/// What `$env` and `envref:` name. A file may be another one's: it gets no key of ours.
fn variable(name: &str) -> Result<Zeroizing<Vec<u8>>, NoContent> {
    if is_of_keys(name) {
        return Err(NoContent::OfKeys);
    }
    // A name with one of these would make the standard library panic.
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(NoContent::Unset);
    }
    let content = env::var_os(name).ok_or(NoContent::Unset)?;
    Ok(Zeroizing::new(content.into_encoded_bytes()))
}

fn format_of_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?;
    if name == ".env" || name.starts_with(".env.") {
        return Some(Format::Dotenv);
    }
    match path.extension()?.to_str()? {
        "env" => Some(Format::Dotenv),
        "json" => Some(Format::Json),
        "yaml" | "yml" => Some(Format::Yaml),
        "toml" => Some(Format::Toml),
        _ => None,
    }
}

const FORMATS: &str = "dotenv|json|yaml|toml|kubernetes|encore";
