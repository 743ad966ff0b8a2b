//! A command line of a vault: a program, and arguments into which a name goes; no shell ever reads it.

use std::ffi::OsString;
use std::path::{self, Component, Path, PathBuf};
use std::{env, fs, io};

use strongroom_vault::Shown;

use crate::failure::Failure;
use crate::settings::InvalidSettings;

/// A program and its arguments.
#[derive(Debug)]
pub(super) struct Line {
    program: String,
    /// Whether it is looked for in `PATH`.
    is_bare: bool,
    arguments: Vec<String>,
    /// Where it runs: the folder of the vault.
    folder: PathBuf,
}

/// What a program is asked for.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    name: &'a str,
    key: Option<&'a str>,
    version: Option<&'a str>,
}

impl Line {
    /// A line about one secret: an argument has its name.
    pub(super) fn about_one(
        setting: &'static str,
        words: Vec<String>,
        base: &Path,
    ) -> Result<Self, InvalidSettings> {
        let line = Self::new(setting, words, base)?;
        if line.mentions(NAME) {
            return Ok(line);
        }
        let why = "has no argument with `{name}`, so every secret would have the same value";
        Err(InvalidSettings::Refused { name: setting, why })
    }

    /// A line about all secrets.
    pub(super) fn about_all(
        setting: &'static str,
        words: Vec<String>,
        base: &Path,
    ) -> Result<Self, InvalidSettings> {
        let line = Self::new(setting, words, base)?;
        if [NAME, KEY, VERSION].into_iter().any(|place| line.mentions(place)) {
            let why = "is about no secret: it cannot have `{name}`, `{key}` or `{version}`";
            return Err(InvalidSettings::Refused { name: setting, why });
        }
        Ok(line)
    }

    fn new(
        setting: &'static str,
        words: Vec<String>,
        base: &Path,
    ) -> Result<Self, InvalidSettings> {
        let refused = |why| Err(InvalidSettings::Refused { name: setting, why });
        if words.iter().any(|word| word.contains('\0')) {
            return refused("has a NUL byte");
        }
        let mut words = words.into_iter();
        let program = words.next().unwrap_or_default();
        if program.is_empty() {
            return refused("begins with an empty text, where a program is needed");
        }
        if [NAME, KEY, VERSION].into_iter().any(|place| program.contains(place)) {
            return refused("has a place for a name in its program: only arguments can have one");
        }
        // A bare name is looked for in PATH; any other path begins at the vault.
        let is_bare = matches!(
            Path::new(&program).components().collect::<Vec<_>>()[..],
            [Component::Normal(name)] if name == program.as_str()
        );
        let Ok(folder) =
            path::absolute(if base.as_os_str().is_empty() { ".".as_ref() } else { base })
        else {
            return refused("cannot run: there is no current folder");
        };
        let program = match folder.join(&program).into_os_string().into_string() {
            _ if is_bare => program,
            Ok(path) => path,
            Err(_) => return refused("names a program below a folder whose name is not Unicode"),
        };
        Ok(Self { program, is_bare, arguments: words.collect(), folder })
    }

    fn mentions(&self, place: &str) -> bool {
        self.arguments.iter().any(|argument| argument.contains(place))
    }

    /// What the program is asked for, if the line can say it.
    pub(super) fn asked<'a>(
        &self,
        name: &'a str,
        version: Option<&'a str>,
    ) -> Result<Asked<'a>, Failure> {
        if let Some(version) = version.filter(|_| !self.mentions(VERSION)) {
            let version = Shown(version);
            let what = "no argument of its command has `{version}`";
            return Err(Failure::absent(format!("{what}, so there is no version `{version}`")));
        }
        let (name, key) = match name.rsplit_once('/') {
            Some((name, key)) if self.mentions(KEY) => (name, Some(key)),
            None if self.mentions(KEY) => {
                let name = Shown(name);
                let what = "its command has `{key}`: name one behind the last `/`";
                return Err(Failure::invalid(format!("{what}, {name}/KEY")));
            }
            _ => (name, None),
        };
        for part in [Some(name), key, version].into_iter().flatten() {
            let shown = Shown(part);
            if part.is_empty() || part.contains('\0') {
                let what = "is empty or has a NUL byte, and cannot be an argument";
                return Err(Failure::invalid(format!("`{shown}` {what}")));
            }
            // The program would take it for an option.
            if part.starts_with('-') {
                let what = "begins with `-`, which a program takes for an option";
                return Err(Failure::invalid(format!("`{shown}` {what}")));
            }
        }
        Ok(Asked { name, key, version })
    }

    /// Where the program is.
    pub(super) fn program(&self) -> io::Result<PathBuf> {
        if self.is_bare { found(&self.program) } else { Ok(PathBuf::from(&self.program)) }
    }

    /// Where it runs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program, for a message.
    pub(super) fn shown(&self) -> Shown<'_> {
        Shown(&self.program)
    }

    /// The arguments for what is asked. One with a place for a version is left out when none is asked for.
    pub(super) fn arguments(&self, asked: Option<&Asked<'_>>) -> Vec<String> {
        let Some(asked) = asked else { return self.arguments.clone() };
        let is_said = |argument: &&String| asked.version.is_some() || !argument.contains(VERSION);
        self.arguments.iter().filter(is_said).map(|argument| filled(argument, asked)).collect()
    }

    /// The program and its arguments, as the vault has them.
    pub(super) fn words(&self) -> Vec<String> {
        [&self.program].into_iter().chain(&self.arguments).cloned().collect()
    }
}

/// Looks for a program in `PATH`. An entry that is no absolute path would begin at the vault's folder, where whoever writes to
/// the repository could put a program.
fn found(program: &str) -> io::Result<PathBuf> {
    let entries = env::var_os("PATH").unwrap_or_else(|| OsString::from(UNSET_PATH));
    let mut file = PathBuf::from(program);
    if cfg!(windows) && file.extension().is_none() {
        file.set_extension("exe");
    }
    let mut of_no_use = None;
    for folder in env::split_paths(&entries).filter(|folder| folder.is_absolute()) {
        let path = folder.join(&file);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() && can_run(&metadata) => return Ok(path),
            Ok(metadata) if metadata.is_file() => of_no_use = of_no_use.or(Some(path)),
            _ => {}
        }
    }
    // The system says why that one does not run.
    of_no_use.ok_or_else(|| io::ErrorKind::NotFound.into())
}

fn can_run(metadata: &fs::Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    return metadata.is_file();
}

/// Where Unix looks when there is no `PATH`.
const UNSET_PATH: &str = if cfg!(unix) { "/bin:/usr/bin" } else { "" };

/// An argument with what is asked in its places. What was put there is not looked at again.
fn filled(argument: &str, asked: &Asked<'_>) -> String {
    let places = [(NAME, Some(asked.name)), (KEY, asked.key), (VERSION, asked.version)];
    let mut filled = String::new();
    let mut rest = argument;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let place = places.iter().find(|(place, _)| rest.starts_with(place));
        let (text, length) =
            place.map_or(("{", 1), |(place, text)| (text.unwrap_or(""), place.len()));
        filled.push_str(text);
        rest = &rest[length..];
    }
    filled.push_str(rest);
    filled
}

const NAME: &str = "{name}";
const KEY: &str = "{key}";
const VERSION: &str = "{version}";

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> Result<Line, InvalidSettings> {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Line::about_one("command", words, Path::new("/vault"))
    }

    fn arguments(words: &[&str], name: &str, version: Option<&str>) -> Result<Vec<String>, String> {
        let line = line(words).expect("a line");
        let asked = line.asked(name, version).map_err(|failure| failure.to_string())?;
        Ok(line.arguments(Some(&asked)))
    }

    #[test]
    fn what_is_asked_goes_into_arguments_once() {
        let op = ["op", "read", "op://{name}/{key}"];
        assert_eq!(
            arguments(&op, "shop/db/{name}", None).expect("words")[1],
            "op://shop/db/{name}"
        );
        let gopass = ["gopass", "show", "--revision={version}", "{na{name}}"];
        assert_eq!(arguments(&gopass, "a b", None).expect("words"), ["show", "{naa b}"]);
        let versioned = arguments(&gopass, "a b", Some("3")).expect("words");
        assert_eq!(versioned, ["show", "--revision=3", "{naa b}"]);
    }

    #[test]
    fn what_would_be_an_option_or_nothing_is_refused() {
        let op = ["op", "{name}", "{key}"];
        for (words, name, version) in [
            (&op[..2], "-x", None),
            (&op[..2], "a\0b", None),
            (&op, "a/-x", None),
            (&op, "-a/x", None),
            (&op, "a", None),
            (&op, "a/", None),
            (&op[..2], "a", Some("1")),
            (&["x", "{name}", "{version}"], "a", Some("-1")),
        ] {
            let refused = arguments(words, name, version).expect_err(name);
            assert!(
                refused.starts_with("not valid: ") || refused.starts_with("absent: "),
                "{refused}"
            );
        }
    }

    #[test]
    fn a_program_is_in_path_or_at_the_vault() {
        let program = |word| line(&[word, "{name}"]).map(|line| line.program);
        assert_eq!(program("op").as_deref(), Ok("op"));
        if cfg!(unix) {
            assert_eq!(program("./get").as_deref(), Ok("/vault/./get"));
            assert_eq!(program("bin/get").as_deref(), Ok("/vault/bin/get"));
            assert_eq!(program("/bin/get").as_deref(), Ok("/bin/get"));
        }
        for words in [&["{name}", "{name}"][..], &["op"], &["", "{name}"], &["op", "a\0", "{name}"]]
        {
            assert!(matches!(line(words), Err(InvalidSettings::Refused { .. })), "{words:?}");
        }
    }
}
