//! A case: a program, its scene, and what the compiler must say of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::diagnostic::Diagnostic;

/// What a case shows; also the name of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The build fails, with these errors.
    Fail,
    /// The build succeeds, with these warnings.
    Warn,
    /// The build succeeds without a word.
    Pass,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Fail, Self::Warn, Self::Pass];

    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Pass => "pass",
        }
    }
}

/// Under what a program is compiled.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scene {
    /// The package; empty for the usual one.
    pub(crate) package: String,
    /// Environment variables.
    pub(crate) variables: BTreeMap<String, String>,
}

pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) scene: Scene,
    expected: Vec<Expected>,
}

/// One annotation.
#[derive(Debug, Default)]
struct Expected {
    line: usize,
    level: String,
    parts: Vec<String>,
    at: Option<String>,
}

impl Case {
    /// The cases of a kind, in a folder of this name.
    pub(crate) fn all(kind: Kind, folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder.join(kind.folder())).expect("the folder of the cases");
        let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
        let mut paths: Vec<_> =
            paths.filter(|path| path.extension() == Some("rs".as_ref())).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(kind, path)).collect()
    }

    fn read(kind: Kind, path: &Path) -> Self {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(path).expect("the text of a case");
        let mut scene = Scene::default();
        let mut expected: Vec<Expected> = Vec::new();
        for (line, words) in (1..).zip(text.lines()) {
            if let Some(header) = words.strip_prefix("//@ ") {
                scene.add(header, &name);
            } else if let Some((_, note)) = words.split_once("//~") {
                add(&mut expected, line, note).unwrap_or_else(|| panic!("{name}:{line}: {note}"));
            }
        }
        assert_eq!(expected.is_empty(), kind == Kind::Pass, "{name}: annotations");
        Self { kind, name, text, scene, expected }
    }

    /// Compares what was said with the annotations; empty if they agree.
    pub(crate) fn compare(&self, found: &[Diagnostic], was_built: bool) -> String {
        let counts = |found: &&Diagnostic| self.kind != Kind::Fail || found.level == "error";
        let mut found: Vec<&Diagnostic> = found.iter().filter(counts).collect();
        let mut faults = String::new();
        let mut fault = |what: &str| {
            writeln!(faults, "{}/{}: {what}", self.kind.folder(), self.name).expect("a string");
        };
        if was_built == (self.kind == Kind::Fail) {
            fault(if was_built { "it builds" } else { "it does not build" });
        }
        for expected in &self.expected {
            match found.iter().position(|diagnostic| expected.fits(diagnostic)) {
                Some(at) => drop(found.remove(at)),
                None => fault(&format!("not reported: {expected:?}")),
            }
        }
        for diagnostic in found {
            fault(&format!("not annotated:\n{}", diagnostic.rendered));
        }
        faults
    }
}

impl Scene {
    fn add(&mut self, header: &str, case: &str) {
        let (key, value) = header.split_once(": ").unwrap_or((header, ""));
        let (name, value) = match key {
            "package" => return value.clone_into(&mut self.package),
            "vault" => ("STRONGROOM_VAULT", format!("../vaults/{value}")),
            "env" => {
                value.split_once('=').map(|(name, value)| (name, value.to_owned())).expect(case)
            }
            _ => panic!("{case}: unknown header `{header}`"),
        };
        self.variables.insert(name.to_owned(), value);
    }
}

/// Reads what follows `//~`.
fn add(expected: &mut Vec<Expected>, line: usize, note: &str) -> Option<()> {
    let words = note.trim_start_matches(['^', '|']).trim();
    let up = note.chars().take_while(|&c| c == '^').count();
    let (key, words) = words.split_once(": ")?;
    let words = words.replace("\\n", "\n");
    match key {
        "error" | "warning" => expected.push(Expected {
            line: line - up,
            level: key.to_owned(),
            parts: vec![words],
            at: None,
        }),
        "and" => expected.last_mut()?.parts.push(words),
        "at" => expected.last_mut()?.at = Some(words),
        _ => return None,
    }
    Some(())
}

impl Expected {
    fn fits(&self, found: &Diagnostic) -> bool {
        found.level == self.level
            && found.line == self.line
            && self.parts.iter().all(|part| found.message.contains(part))
            && self.at.as_ref().is_none_or(|at| *at == found.underlined)
    }
}
