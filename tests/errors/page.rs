//! The page itself: which files' messages stand under which heading.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::cases;
use crate::messages::{Message, displayed, of_command};
use crate::notes::notes;
use crate::source::Source;

/// Makes the page.
pub(crate) fn make() -> String {
    let mut page = HEAD.to_owned();
    for section in SECTIONS.iter() {
        let anchor: String = section
            .heading
            .to_lowercase()
            .chars()
            .filter_map(|c| if c == ' ' { Some('-') } else { c.is_alphanumeric().then_some(c) })
            .collect();
        writeln!(page, "- [{}](#{anchor})", section.heading).expect("a string");
    }
    for section in SECTIONS.iter() {
        write!(page, "\n## {}\n\n{}\n", section.heading, section.lead).expect("a string");
        let mut messages = section.messages.iter().peekable();
        while let Some(message) = messages.next() {
            write!(page, "\n```text\n{}\n```\n", message.text.trim_end()).expect("a string");
            let said = said(message);
            // One word for all that have the same cause.
            if !said.is_empty() && messages.peek().is_none_or(|next| self::said(next) != said) {
                write!(page, "\n{said}\n").expect("a string");
            }
        }
    }
    page
}

/// Every message on the page.
pub(crate) fn messages() -> impl Iterator<Item = &'static Message> {
    SECTIONS.iter().flat_map(|section| &section.messages)
}

/// Made once: reading all of the source takes seconds in an unoptimised build.
static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(sections);

struct Section {
    heading: String,
    lead: String,
    messages: Vec<Message>,
}

fn sections() -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |heading: &str, lead: &str, messages: Vec<Message>| {
        assert!(!messages.is_empty(), "{heading}: the source has no such messages any more");
        let messages = different(messages);
        sections.push(Section { heading: heading.to_owned(), lead: lead.to_owned(), messages });
    };
    let runtime = Source::read("runtime", &["vault"]);
    let compiler = cases::all(&runtime).into_iter();
    let compiler =
        compiler.map(|case| Message { text: case.text, cause: String::new(), status: None });
    add("When you build", BUILD, compiler.collect());
    let mut start = of_files(&runtime, &|name| name == "report.rs");
    start.extend(of_files(&runtime, &|name| name != "report.rs"));
    add("When a program starts", START, start);
    let vault = Source::read("vault", &[]);
    for (heading, lead, folders) in VAULT {
        add(heading, lead, of_files(&vault, &|name| is_in(name, folders)));
    }
    let formats = Source::read("formats", &[]);
    add("Files of other programs", FORMATS, of_files(&formats, &|_| true));
    let command = Source::read("cli", &["vault"]);
    let mut any = Vec::new();
    let mut commands: Vec<(String, Vec<Message>)> = Vec::new();
    for (name, file) in &command.files {
        let mut messages = of_command(&command, file);
        messages.extend(displayed(&command, file));
        let Some(path) = name.strip_prefix("commands/") else {
            any.extend(messages);
            continue;
        };
        let word = path.split(['/', '.']).next().unwrap_or(path);
        let word = if OF_KEY.contains(&word) { "key" } else { word };
        match commands.iter_mut().find(|(known, _)| known == word) {
            Some((_, known)) => known.extend(messages),
            None => commands.push((word.to_owned(), messages)),
        }
    }
    add("Any command", COMMAND, any);
    for (word, messages) in commands.into_iter().filter(|(_, messages)| !messages.is_empty()) {
        add(
            &format!("strongroom {word}"),
            &format!("What `strongroom {word}` says beside the messages above."),
            messages,
        );
    }
    sections
}

/// Each message once; those that differ in `it` and `them` alone are one.
fn different(messages: Vec<Message>) -> Vec<Message> {
    let singular = |text: &str| text.replace("them", "it");
    let mut kept: Vec<Message> = Vec::new();
    for message in messages {
        if !kept.iter().any(|other| singular(&other.text) == singular(&message.text)) {
            kept.push(message);
        }
    }
    kept
}

/// What stands under a message: when it comes, what to do, and how the command ends.
fn said(message: &Message) -> String {
    let note = notes()
        .find(|(start, _)| message.text.starts_with(start))
        .map(|(_, note)| (*note).to_owned());
    let status = message.status.map(|status| format!("Exit status {status}."));
    let cause = (!message.cause.is_empty()).then(|| message.cause.clone());
    [cause, note, status].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn of_files(source: &Source, wanted: &dyn Fn(&str) -> bool) -> Vec<Message> {
    let files = source.files.iter().filter(|(name, _)| wanted(name));
    files.flat_map(|(_, file)| displayed(source, file)).collect()
}

/// Whether a file lies in one of these folders; without folders, in none that another heading has.
fn is_in(name: &str, folders: &[&str]) -> bool {
    if folders.is_empty() {
        return !VAULT.iter().any(|(_, _, others)| !others.is_empty() && is_in(name, others));
    }
    folders.iter().any(|folder| name.starts_with(folder))
}

const HEAD: &str = "# Every error message

Made from the source by `tests/errors`, and compared with it by a test: what is not here is not said. A `…` stands for a name, a path, a number or another message. Search this page for the part of
your message that is not yours.

A message says what happened on its first line, and what to do on the lines under it. Under each stands when it comes and, where the message does not say so itself, the cure. No message ever
holds a value or a key.

";

const BUILD: &str = "Errors at a field or at the struct, with the names of an example. Under `STRONGROOM_BUILD_CHECK=warn` those about missing values are warnings.";

const START: &str = "The report of `LoadError`: a first line with the struct, the environment and how it was chosen, then the vault, then what stands in the way or each secret with its cause.";

const FORMATS: &str = "Of `strongroom import` and `export`. The file, the line and the column stand before the message. Nothing was changed, or written: mend that place, or leave the name out with `--except`, and type the command again.";

const COMMAND: &str =
    "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 it cannot be done.";

/// Files of commands that are parts of `strongroom key`.
const OF_KEY: [&str; 5] = ["deposit_key", "identity", "older", "rotate", "wrap"];

/// Headings of the vault's crate, with the folders whose messages stand there; none for all others.
const VAULT: [(&str, &str, &[&str]); 3] = [
    (
        "The key",
        "Of a program that starts, and of every command that opens or seals values.",
        &["search/", "crypto/"],
    ),
    (
        "Finding and reading the vault",
        "Of the build, of a program that starts, and of every command. The path, the line and the column stand before the message.",
        &[],
    ),
    ("Changing the vault", "Of the commands that write. The vault is as it was.", &["edit/"]),
];
