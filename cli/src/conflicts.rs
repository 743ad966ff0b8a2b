//! What two sides of a merge disagree about, in words: names, versions, who set them, and what settles it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Index, Marked, MergeNote, PlainValue, Plaintext, Secret, Shown, Side, Subject, TakenOut, Value,
    flag_of,
};

use crate::error::{Error, listed};
use crate::history::{Blobs, InGit, Places, sealed_of};
use crate::keys::Keys;
use crate::ui;
use crate::value::open;

/// Who made a sealed value, as far as git knows: by how it is sealed.
#[derive(Debug, Default)]
pub(crate) struct Authors(BTreeMap<String, String>);

impl Authors {
    /// The authors of what `HEAD` and another commit do not share. Where git cannot say, nobody is named.
    pub(crate) fn of(file: &InGit, other: &str) -> Self {
        Self::look(file, other).unwrap_or_default()
    }

    fn look(file: &InGit, other: &str) -> Result<Self, Error> {
        let log = file.log(&[&format!("HEAD...{other}")])?;
        let mut blobs = Blobs::of(file)?;
        let mut authors = BTreeMap::new();
        for change in &log.changes {
            let mut places = |blob: &String| -> Result<Places, Error> {
                let text = blobs.text(blob)?;
                Ok(text.and_then(|text| Places::of_text(&text, None)).unwrap_or_default())
            };
            let Some(after) = &change.after else { continue };
            let after = places(after)?;
            let before = change.before.iter().map(&mut places).collect::<Result<Vec<_>, _>>()?;
            for (place, stands) in after.0 {
                if !before.iter().any(|it| it.get(&place) == Some(&stands)) {
                    // The oldest commit that has it made it, and it comes last.
                    authors.insert(stands.sealed, change.author.clone());
                }
            }
        }
        Ok(Self(authors))
    }

    fn author(&self, value: &Value<'_>) -> Option<&str> {
        self.0.get(sealed_of(value)).map(String::as_str)
    }
}

/// What is merged into `HEAD` now, by what git notes while it does so.
pub(crate) fn merged_commit(file: &InGit) -> Option<String> {
    let is_commit =
        |word: &str| file.ask(&["rev-parse", "--verify", "-q", &format!("{word}^{{commit}}")]);
    // `git merge` tells its drivers so, before there is any `MERGE_HEAD`.
    let told = std::env::vars_os().filter_map(|(name, _)| {
        let id = name.to_str()?.strip_prefix("GITHEAD_")?.to_owned();
        id.bytes().all(|b| b.is_ascii_hexdigit()).then_some(id)
    });
    let head = is_commit("HEAD");
    let told = told.filter_map(|id| is_commit(&id)).find(|commit| Some(commit) != head.as_ref());
    let noted = || {
        let mut names =
            ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD"].into_iter();
        names.find_map(is_commit)
    };
    told.or_else(noted).map(|commit| commit.trim().to_owned())
}

/// The two sides, read.
pub(crate) struct Sides<'t> {
    ours: Index<'t>,
    theirs: Index<'t>,
    authors: Authors,
    /// The keys of both, as far as they were opened.
    keys: [Keys; 2],
}

impl<'t> Sides<'t> {
    /// The sides of a text with markers.
    pub(crate) fn of(marked: &'t Marked, authors: Authors) -> Result<Self, Error> {
        let read = |side| {
            Index::read(marked.side(side))
                .map_err(|error| Error::cannot(strongroom_vault::SettleError::Unread(side, error)))
        };
        let (ours, theirs) = (read(Side::Ours)?, read(Side::Theirs)?);
        Ok(Self { ours, theirs, authors, keys: <[Keys; 2]>::default() })
    }

    /// Opens the data keys of the values in question, as far as they are at hand; those that are needed are asked for.
    pub(crate) fn open(&mut self, conflicts: &[Subject], is_needed: bool) -> Result<(), Error> {
        for subject in conflicts {
            let Subject::Value { name, environment } = subject else { continue };
            for (index, keys) in [&self.ours, &self.theirs].into_iter().zip(&mut self.keys) {
                let Some((_, value)) = value_of(index, name, environment) else { continue };
                if !keys.try_side(index, value.kind()) && is_needed {
                    keys.ask_for_side(index, value.kind())?;
                }
            }
        }
        Ok(())
    }

    /// The values that the sides have, each of which its key may not open.
    pub(crate) fn values(&self, subject: &Subject) -> Vec<(Side, Option<Plaintext>)> {
        let Subject::Value { name, environment } = subject else { return Vec::new() };
        let [ours, theirs] = self.opened(subject);
        let sides = [(Side::Ours, &self.ours, ours), (Side::Theirs, &self.theirs, theirs)];
        let there =
            sides.into_iter().filter(|(_, index, _)| value_of(index, name, environment).is_some());
        there.map(|(side, _, value)| (side, value)).collect()
    }

    /// A value of each side that its key opens.
    fn opened(&self, subject: &Subject) -> [Option<Plaintext>; 2] {
        let Subject::Value { name, environment } = subject else { return [None, None] };
        let opened = |index: &Index<'_>, keys: &Keys| {
            let (secret, value) = value_of(index, name, environment)?;
            open(keys.data_key(index, value.kind())?, secret, value).ok()
        };
        let [ours, theirs] = &self.keys;
        [opened(&self.ours, ours), opened(&self.theirs, theirs)]
    }

    /// Whether both sides have the same value; none where that cannot be seen.
    fn is_same(&self, subject: &Subject) -> Option<bool> {
        match self.opened(subject) {
            [Some(ours), Some(theirs)] => Some(ours == theirs),
            _ => None,
        }
    }

    /// A conflict in words, and the command that settles it.
    pub(crate) fn words(&self, subject: &Subject) -> String {
        let told = match subject {
            Subject::Value { name, environment } => {
                let side = |index: &Index<'_>| self.value_words(index, name, environment);
                let compared = match self.is_same(subject) {
                    Some(true) => ": the same value",
                    Some(false) => ": different values",
                    None => "",
                };
                let (ours, theirs) = (side(&self.ours), side(&self.theirs));
                format!("{subject}: ours {ours}, theirs {theirs}{compared}")
            }
            Subject::Roster => {
                "the roster key: both sides made a new one, or one did while the other changed \
                 holders; every key and value goes with it"
                    .to_owned()
            }
            Subject::Keys(kind) => {
                format!(
                    "the data key of {kind}: both sides made a new one; what only one side set comes along"
                )
            }
            Subject::Environment(name) => {
                let side = |index: &Index<'_>| declared(index, name);
                format!("{subject}: ours {}, theirs {}", side(&self.ours), side(&self.theirs))
            }
            Subject::Holder(_) => {
                format!("{subject}: both sides changed it, its key or its grants")
            }
            Subject::Spelling(name) => {
                let side = |index: &Index<'_>| {
                    index.secret(name).map_or_else(String::new, |it| it.name().to_owned())
                };
                format!(
                    "`{}` and `{}` are two spellings of one secret",
                    Shown(&side(&self.ours)),
                    Shown(&side(&self.theirs))
                )
            }
            Subject::SettingSpelling(name) => {
                let side = |index: &Index<'_>| {
                    index.settings().get(name).map_or_else(String::new, |it| it.name().to_owned())
                };
                format!(
                    "`{}` and `{}` are two spellings of one setting",
                    Shown(&side(&self.ours)),
                    Shown(&side(&self.theirs))
                )
            }
            Subject::SecretOrSetting(name) => {
                let side = |index: &Index<'_>| {
                    let setting = index.settings().get(name);
                    let secret = || index.secret(name).map_or(name.as_str(), Secret::name);
                    setting.map_or_else(
                        || format!("has the secret `{}`", Shown(secret())),
                        |setting| format!("has the setting `{}`", Shown(setting.name())),
                    )
                };
                format!("{subject}: ours {}, theirs {}", side(&self.ours), side(&self.theirs))
            }
            Subject::Setting { name, scope } => {
                let side = |index: &Index<'_>| match setting_of(index, name, scope) {
                    Some(text) => format!("has `{}`", Shown(&text)),
                    None => "has none".to_owned(),
                };
                format!("{subject}: ours {}, theirs {}", side(&self.ours), side(&self.theirs))
            }
            Subject::About(_) | Subject::Entry(..) => format!("{subject}: both sides changed it"),
        };
        format!("{told}\n  strongroom resolve {} --ours, or --theirs", selection(subject))
    }

    fn value_words(&self, index: &Index<'_>, name: &str, environment: &str) -> String {
        let value = index.secret(name).and_then(|secret| secret.value(environment));
        let Some(value) = value else { return "has none".to_owned() };
        let by = self.authors.author(value).map(|who| format!(" by {}", Shown(who)));
        format!("has version {} (set {}{})", value.version(), value.set(), by.unwrap_or_default())
    }

    /// A conflict for programs.
    pub(crate) fn json(&self, subject: &Subject) -> Json {
        let side = |index: &Index<'_>| match subject {
            Subject::Value { name, environment } => {
                let value = index.secret(name).and_then(|secret| secret.value(environment));
                value.map_or(Json::Null, |value| {
                    json!({
                        "version": value.version(),
                        "set": value.set().to_string(),
                        "by": self.authors.author(value),
                    })
                })
            }
            Subject::Setting { name, scope } => {
                setting_of(index, name, scope).map_or(Json::Null, |text| json!({ "value": text }))
            }
            _ => Json::Null,
        };
        let (what, name, environment) = match subject {
            Subject::Roster => ("roster", None, None),
            Subject::Keys(kind) => ("keys", Some(kind.as_str()), None),
            Subject::Environment(name) => ("environment", Some(name.as_str()), None),
            Subject::Holder(name) => ("holder", Some(name.as_str()), None),
            Subject::Spelling(name) => ("spelling", Some(name.as_str()), None),
            Subject::Value { name, environment } => {
                ("value", Some(name.as_str()), Some(environment.as_str()))
            }
            Subject::About(name) => ("about", Some(name.as_str()), None),
            Subject::SettingSpelling(name) => ("setting-spelling", Some(name.as_str()), None),
            Subject::SecretOrSetting(name) => ("secret-or-setting", Some(name.as_str()), None),
            Subject::Setting { name, scope } => {
                ("setting", Some(name.as_str()), Some(scope.as_str()))
            }
            Subject::Entry(_, key) => ("entry", Some(key.as_str()), None),
        };
        json!({
            "what": what,
            "name": name,
            "environment": environment,
            "ours": side(&self.ours),
            "theirs": side(&self.theirs),
            "same": self.is_same(subject),
        })
    }
}

fn value_of<'i, 't>(
    index: &'i Index<'t>,
    name: &str,
    environment: &str,
) -> Option<(&'i Secret<'t>, &'i Value<'t>)> {
    let secret = index.secret(name)?;
    Some((secret, secret.value(environment)?))
}

/// What a side has of a setting: a value, or what it is for.
fn setting_of(index: &Index<'_>, name: &str, scope: &str) -> Option<String> {
    let setting = index.settings().get(name)?;
    match scope {
        "about" => setting.about().map(str::to_owned),
        scope => setting.value(scope).map(|value| value.text().to_owned()),
    }
}

fn declared(index: &Index<'_>, name: &str) -> String {
    match index.environment(name) {
        Ok(environment) => format!("declares it as {}", environment.kind()),
        Err(_) => "has it not".to_owned(),
    }
}

/// The words that name a conflict to `resolve`.
fn selection(subject: &Subject) -> String {
    match subject {
        Subject::Roster => "--keys roster".to_owned(),
        Subject::Keys(kind) => format!("--keys {kind}"),
        Subject::Environment(name) => format!("--env {}", Shown(name)),
        Subject::Holder(name) => format!("--holder {}", Shown(name)),
        Subject::Spelling(name) | Subject::About(name) | Subject::SecretOrSetting(name) => {
            Shown(name).to_string()
        }
        Subject::Value { name, environment } => {
            format!("{} {}", Shown(name), flag_of(environment))
        }
        Subject::SettingSpelling(name) => format!("--entry settings.{}", Shown(name)),
        Subject::Setting { name, scope } => {
            format!("--entry settings.{}.{}", Shown(name), Shown(scope))
        }
        Subject::Entry(table, key) => format!("--entry {}.{}", Shown(&table.join(".")), Shown(key)),
    }
}

/// Says what a merge did that a person should know.
pub(crate) fn say_notes(notes: &[MergeNote]) {
    let (mut unset, mut again): (Vec<String>, Vec<&String>) = (Vec::new(), Vec::new());
    let mut taken_out = Vec::new();
    // What is to be granted again comes first.
    let is_grant = |note: &&MergeNote| matches!(note, MergeNote::GrantAgain { .. });
    let grants = notes.iter().filter(is_grant);
    for note in grants.chain(notes.iter().filter(|note| !is_grant(note))) {
        let text = match note {
            MergeNote::Unset { name, environment } => {
                unset.push(format!("{name} ({environment})"));
                continue;
            }
            MergeNote::SettingUnset { name, scope } => {
                unset.push(format!("the setting {name} ({})", PlainValue::scope_words(scope)));
                continue;
            }
            MergeNote::TakenOut(what) => {
                taken_out.push(what);
                continue;
            }
            MergeNote::Behind { kind, names } => format!(
                "set on one side while the other made a new data key for {kind}, so sealed under the previous one: {}\n\
                 seal them again with: strongroom reseal {}",
                listed(names.iter().map(String::as_str)),
                Shown(&names.join(" "))
            ),
            MergeNote::GrantAgain { holder, kind, is_known } => {
                again.push(holder);
                let then = if *is_known {
                    format!(
                        "grant it again with: strongroom holder grant {} --type {kind}",
                        Shown(holder)
                    )
                } else {
                    format!(
                        "give it a new key: strongroom holder remove {0}, then strongroom holder add {0} --again --type {kind}",
                        Shown(holder)
                    )
                };
                format!(
                    "`{0}` cannot open {kind} yet: one side made a new data key, and the other a grant or a key for `{0}`\n{then}",
                    Shown(holder)
                )
            }
            MergeNote::NotBroughtBack { holder } => format!(
                "the holder `{}` was removed by one side: what the other made of it is left out",
                Shown(holder)
            ),
            // A new grant makes a new word.
            MergeNote::Vouch { holders } if holders.iter().all(|name| again.contains(&name)) => {
                continue;
            }
            MergeNote::Vouch { holders } => format!(
                "the roster's word for the deposit keys that {} have is for those of one side only, so deposits of theirs are refused\n\
                 whoever has the roster key makes it anew with: strongroom key deposit",
                listed(holders.iter().map(String::as_str))
            ),
            MergeNote::DepositKey { kind, lost: true } => format!(
                "the deposit key that one side made for {kind} is lost, since the other made a new data key\n\
                 ask for deposits made there again: strongroom set --deposit"
            ),
            MergeNote::CheckDropped { environment } => format!(
                "[build] check names `{}`, which one side removed: it is left out there",
                Shown(environment)
            ),
            MergeNote::DefaultDropped { environment, store } => format!(
                "[stores.default] names `{}` for `{}`, and one side removed one of them: the line is left out",
                Shown(store),
                Shown(environment)
            ),
            MergeNote::Unfit { references } => {
                let places: Vec<String> =
                    references.iter().map(|(name, it)| format!("{name} for {it}")).collect();
                format!(
                    "one side changed a store while the other linked to it, so these references do not fit their seals: {}\n\
                     link them again with: strongroom link",
                    listed(places.iter().map(String::as_str))
                )
            }
            _ => continue,
        };
        ui::say(&text);
    }
    let lead = "the side that was merged removed";
    say_taken_out(lead, &taken_out);
    if !unset.is_empty() {
        ui::say(&format!("{lead}: {}", first_of(&unset)));
    }
}

/// Says what has gone, beside values.
pub(crate) fn say_taken_out(lead: &str, what: &[&TakenOut]) {
    if !what.is_empty() {
        let words: Vec<String> = what.iter().map(ToString::to_string).collect();
        ui::say(&format!("{lead}: {}", first_of(&words)));
    }
}

/// The first of several, and how many there are more.
fn first_of(words: &[String]) -> String {
    let shown = words.get(..SHOWN).unwrap_or(words).join(", ");
    match words.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// How much of what was removed is named.
const SHOWN: usize = 10;
