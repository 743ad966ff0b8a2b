//! `command`: a program that prints the value, such as a password manager; never through a shell.

mod child;
mod line;

use std::path::Path;
use std::time::Duration;

use strongroom_vault::Shown;

use self::child::{in_words, run};
use self::line::{Asked, Line};
use crate::failure::{Failure, FailureKind};
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Content, Fetched, Item, Keys, Listed, Store, Value};

/// Programs that print, take and list values.
#[derive(Debug)]
pub(super) struct Command {
    read: Line,
    write: Option<Line>,
    list: Option<Line>,
    patience: Duration,
    /// Whether the last newline of what is printed is not part of the value.
    trim: bool,
    /// The status with which a program says that there is no such secret.
    absent_status: Option<i32>,
}

impl Command {
    pub(super) fn open(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        let what = "the program and its arguments, such as [\"pass\", \"show\", \"{name}\"]";
        let read = settings.list("command")?;
        let read = read.ok_or(InvalidSettings::Missing { name: "command", what })?;
        let read = Line::about_one("command", read, base)?;
        let of_one = |line| Line::about_one("write", line, base);
        let write = settings.list("write")?.map(of_one).transpose()?;
        let of_all = |line| Line::about_all("list", line, base);
        let list = settings.list("list")?.map(of_all).transpose()?;
        let seconds = settings.number("timeout_seconds", MOST_SECONDS)?.unwrap_or(SECONDS);
        let trim = settings.boolean("trim")?.unwrap_or(true);
        let absent_status = settings.number("absent_status", 255)?;
        let absent_status = absent_status.and_then(|status| i32::try_from(status).ok());
        let patience = Duration::from_secs(seconds.into());
        Ok(Self { read, write, list, patience, trim, absent_status })
    }

    /// Runs a line to a good end; gives what it printed.
    async fn run(
        &self,
        line: &Line,
        asked: Option<&Asked<'_>>,
        input: Option<&[u8]>,
    ) -> Result<Value, Failure> {
        let program = line.shown();
        let ran = tokio::time::timeout(self.patience, run(line, asked, input)).await;
        let (status, printed) = ran.unwrap_or_else(|_| {
            let seconds = self.patience.as_secs();
            Err(Failure::unreachable(format!(
                "`{program}` was not done within {seconds} s (`timeout_seconds`), and was ended"
            )))
        })?;
        if status.success() {
            return Ok(printed);
        }
        let ended = format!("`{program}` ended with {}", in_words(status));
        if status.code().is_some() && status.code() == self.absent_status {
            return Err(Failure::absent(format!("{ended} (`absent_status`)")));
        }
        Err(Failure::invalid(format!("{ended}; run it by hand to see what it says")))
    }

    async fn fetched(&self, item: &Item) -> Result<Fetched, Failure> {
        let asked = self.read.asked(&item.name, item.version.as_deref())?;
        let mut value = self.run(&self.read, Some(&asked), None).await?;
        if self.trim && value.last() == Some(&b'\n') {
            value.pop();
            if cfg!(windows) && value.last() == Some(&b'\r') {
                value.pop();
            }
        }
        Ok(Fetched { content: Content::One(value), version: item.version.clone() })
    }

    async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let Some(line) = &self.list else {
            return Err(Failure::denied("it lists nothing: its setting `list` names no program"));
        };
        let printed = self.run(line, None, None).await?;
        let text = std::str::from_utf8(&printed).ok().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| {
            Failure::invalid(format!("`{}` printed no lines of text", line.shown()))
        })?;
        let mut names: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        let listed = |name: &str| Listed { name: name.to_owned(), keys: Vec::new() };
        Ok(names.into_iter().map(listed).collect())
    }

    async fn written(&self, name: &str, value: &[u8]) -> Result<Option<String>, Failure> {
        let Some(line) = &self.write else {
            let what = "it writes nothing: its setting `write` names no program";
            return Err(Failure::new(FailureKind::Conflict, what));
        };
        let asked = line.asked(name, None)?;
        self.run(line, Some(&asked), Some(value)).await?;
        Ok(None)
    }
}

impl Store for Command {
    fn keys(&self) -> Keys {
        // A program is asked for one value, so a `{key}` is the end of the name.
        Keys::One
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(self.fetched(item))
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(self.listed())
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async move {
            match key {
                None => self.written(name, value).await,
                Some(key) => {
                    let key = Shown(key);
                    Err(Failure::invalid(format!("its secrets have no keys, and `{key}` is one")))
                }
            }
        })
    }

    fn runs(&self) -> Vec<Vec<String>> {
        let lines = [Some(&self.read), self.write.as_ref(), self.list.as_ref()];
        lines.into_iter().flatten().map(Line::words).collect()
    }

    /// A little more than the program gets: what ends it says so.
    fn patience(&self) -> Duration {
        self.patience + GRACE
    }
}

/// How long it may take to end a program and to say so.
const GRACE: Duration = Duration::from_secs(1);
/// How long a program may run, unless the vault says otherwise.
const SECONDS: u32 = 10;
/// The longest that a vault can say.
const MOST_SECONDS: u32 = 600;
