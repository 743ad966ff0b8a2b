//! `copy --store`: values into a store, and their references into the vault; the plan is shown first.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, Index, Plaintext, Secret, Shown, StoreEntry, Terms, Value,
};

use super::{Transfer, Way, What, targets};
use crate::error::{Error, Status};
use crate::expiry::of_copy;
use crate::history::still_known;
use crate::keys::Keys;
use crate::reveal;
use crate::session::{Place, Session};
use crate::stores::{self, Asker, Link, Wanted, Why};
use crate::ui::{self, Cell, Progress, Table, Terminal};
use crate::value::{Unopened, kinds_of, unopened};

/// Where the values go, and whether that is agreed already.
#[derive(Debug, clap::Args)]
pub(crate) struct Into {
    /// Write the values into this store, and record where they lie
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,

    /// Do not ask; for --store
    #[arg(long, requires = "store")]
    yes: bool,
}

pub(crate) fn run(what: &What, into: &Into, name: &str, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let from = index.environment(&what.from)?;
    let to = targets(what, index, &from)?;
    let store = stores::named(index, name)?;
    if !what.dry_run {
        reveal::permit_into(store)?;
    }
    let transfer = Transfer { what, way: Way::Copy, from: &from, to: &to };
    let sources = transfer.sources(index)?;
    let asker = Asker::of(&session);
    if let Some((secret, _)) = sources.first() {
        let reference = asker.reference_of(store, secret.name());
        reference
            .and_then(|reference| asker.check_writable(store, &reference))
            .map_err(|why| refused(store, &why))?;
    }
    let mut all = to.clone();
    all.push(from.clone());
    let mut keys = Keys::of_types(index, kinds_of(&all))?;
    stores::refuse_doubtful(index, &mut keys, &asker, store, &kinds_of(&to), None)?;
    let values = open_sources(index, &keys, &asker, &sources)?;
    let copier = Copier { session: &session, keys: &keys, asker: &asker, store, what };
    let steps = copier.plan(&sources, &values, &to)?;
    if !what.json {
        show(&steps, store)?;
    }
    let is_saved = copier.is_agreed(&steps, into)?;
    let failure = if is_saved { copier.carry_out(&steps, &from)? } else { None };
    if what.json {
        ui::json(&json!({
            "from": from.name(),
            "store": store.name(),
            "values": steps.iter().map(Step::json).collect::<Vec<_>>(),
            "saved": is_saved,
        }))?;
    }
    match failure {
        Some(failure) => Err(failure),
        None if steps.iter().any(|step| matches!(step.act, Act::Skip(_))) => Ok(Status::No),
        None => Ok(Status::Done),
    }
}

/// What becomes of one value for one environment.
struct Step<'a> {
    secret: &'a Secret<'a>,
    value: &'a Value<'a>,
    plaintext: &'a Plaintext,
    environment: &'a Environment,
    reference: String,
    act: Act,
}

enum Act {
    /// The store has nothing there.
    Create,
    /// The store has another value there.
    Replace,
    /// The store has this value there, and the vault does not say so.
    Link,
    /// All is so already.
    Same,
    /// Something else is there, and must be meant.
    Skip(String),
}

impl Act {
    fn writes(&self) -> bool {
        matches!(self, Self::Create | Self::Replace)
    }

    /// The stable word for `--json`.
    fn word(&self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Replace => "replaced",
            Self::Link => "linked",
            Self::Same => "unchanged",
            Self::Skip(_) => "skipped",
        }
    }
}

impl Step<'_> {
    fn json(&self) -> Json {
        let why = match &self.act {
            Act::Skip(why) => Some(why),
            _ => None,
        };
        json!({
            "name": self.secret.name(),
            "environment": self.environment.name(),
            "reference": self.reference,
            "change": self.act.word(),
            "why": why,
        })
    }
}

/// Carries values into a store.
struct Copier<'a> {
    session: &'a Session<'a>,
    keys: &'a Keys,
    asker: &'a Asker,
    store: &'a StoreEntry<'a>,
    what: &'a What,
}

impl<'a> Copier<'a> {
    /// Looks at every place in the store and in the vault, and decides.
    fn plan(
        &self,
        sources: &'a [(&'a Secret<'a>, &'a Value<'a>)],
        values: &'a [Plaintext],
        to: &'a [Environment],
    ) -> Result<Vec<Step<'a>>, Error> {
        let mut places = Vec::new();
        for (&(secret, value), plaintext) in sources.iter().zip(values) {
            let reference = self
                .asker
                .reference_of(self.store, secret.name())
                .map_err(|why| refused(self.store, &why))?;
            places.extend(to.iter().map(|it| (secret, value, plaintext, it, reference.clone())));
        }
        let wanted: Vec<Wanted<'_>> =
            places.iter().map(|(.., reference)| Wanted { store: self.store, reference }).collect();
        let answers = self.asker.fetch(&wanted);
        let mut steps = Vec::new();
        for ((secret, value, plaintext, environment, reference), there) in
            places.into_iter().zip(answers)
        {
            let act = self.act(secret, plaintext, environment, &reference, there);
            steps.push(Step { secret, value, plaintext, environment, reference, act });
        }
        Ok(steps)
    }

    fn act(
        &self,
        secret: &Secret<'_>,
        plaintext: &Plaintext,
        environment: &Environment,
        reference: &str,
        there: Result<Plaintext, Why>,
    ) -> Act {
        let replaces = self.what.replace;
        let in_vault = secret.value(environment.name());
        let is_own = in_vault.is_some_and(|value| match value.content() {
            Content::Reference { store, reference: at, .. } => {
                (store.as_ref(), at.as_ref()) == (self.store.name(), reference)
            }
            Content::Sealed(_) => false,
        });
        let is_taken =
            in_vault.is_some_and(|value| !is_own && !self.is_sealed_same(secret, value, plaintext));
        match there {
            _ if is_taken && !replaces => Act::Skip("the vault has another value".to_owned()),
            Ok(there) if there == *plaintext && is_own => Act::Same,
            Ok(there) if there == *plaintext => Act::Link,
            Ok(_) if replaces => Act::Replace,
            Ok(_) => Act::Skip("the store has another value".to_owned()),
            Err(why) if why.is_absent() => Act::Create,
            Err(_) if replaces => Act::Replace,
            Err(why) => Act::Skip(why.to_string()),
        }
    }

    /// Whether a value is sealed in the vault and is this one.
    fn is_sealed_same(
        &self,
        secret: &Secret<'_>,
        value: &Value<'_>,
        plaintext: &Plaintext,
    ) -> bool {
        let Some(key) = self.keys.data_key(&self.session.index, value.kind()) else { return false };
        crate::value::open(key, secret, value).as_ref() == Ok(plaintext)
    }

    /// Whether the plan is to be carried out.
    fn is_agreed(&self, steps: &[Step<'_>], into: &Into) -> Result<bool, Error> {
        let changes =
            steps.iter().filter(|step| step.act.writes() || matches!(step.act, Act::Link));
        let changes = changes.count();
        if changes == 0 || self.what.dry_run {
            ui::say("nothing was changed");
            return Ok(false);
        }
        if !into.yes {
            let mut terminal = Terminal::of_person().ok_or_else(|| {
                Error::usage("no terminal to ask at: nothing was changed\ndo it with: --yes, or only look with: --dry-run")
            })?;
            terminal.confirm("do it?", Error::no("nothing was changed"))?;
        }
        Ok(true)
    }

    /// Writes and records; gives why it stopped in the middle, if it did.
    fn carry_out(&self, steps: &[Step<'_>], from: &Environment) -> Result<Option<Error>, Error> {
        // What the vault refuses is found before anything is written.
        let all: Vec<&Step<'_>> =
            steps.iter().filter(|it| it.act.writes() || matches!(it.act, Act::Link)).collect();
        self.session.rehearse(|draft, index| self.record(&all, draft, index))?;
        let mut done: Vec<&Step<'_>> = Vec::new();
        let mut written: BTreeSet<&str> = BTreeSet::new();
        let progress = Progress::new("writing", all.len());
        let mut failure = None;
        for step in all {
            if step.act.writes() && written.insert(&step.reference) {
                let wanted = Wanted { store: self.store, reference: &step.reference };
                if let Err(why) = self.asker.put(wanted, step.plaintext.as_bytes()) {
                    failure = Some(self.not_written(step, &why));
                    break;
                }
            }
            done.push(step);
            progress.step();
        }
        drop(progress);
        if !done.is_empty() {
            self.session.edit(|draft, index| self.record(&done, draft, index)).map_err(|error| {
                error.with_hint(format!(
                    "the values are in the store by now; record them with: strongroom sync --store {}",
                    self.store.name()
                ))
            })?;
        }
        for Step { secret, value, environment, reference, .. } in done {
            let (name, store) = (secret.name(), self.store.name());
            ui::say(&format!("copied {name} from {from} to {environment}, at {store}:{reference}"));
            let known_to: BTreeSet<String> = value.due().iter().map(ToString::to_string).collect();
            if let Some(line) = still_known(&known_to, name) {
                ui::say(&line);
            }
        }
        Ok(failure)
    }

    fn record(
        &self,
        steps: &[&Step<'_>],
        draft: &mut strongroom_vault::Draft<'_, '_>,
        index: &Index<'_>,
    ) -> Result<(), Error> {
        for step in steps {
            let known_to = step.value.due().iter().map(ToString::to_string).collect();
            Link {
                name: step.secret.name(),
                environment: step.environment,
                store: self.store,
                reference: &step.reference,
                terms: Terms { expiry: of_copy(step.value), known_to },
                is_new_value: step.act.writes(),
            }
            .record(draft, index, self.keys)?;
        }
        Ok(())
    }

    fn not_written(&self, step: &Step<'_>, why: &Why) -> Error {
        Error::cannot(format!(
            "`{}` for `{}` was not written, at `{}` in the store `{}`: {why}\n\
             what was written before it is recorded; the rest was left",
            Shown(step.secret.name()),
            step.environment,
            Shown(&step.reference),
            self.store.name()
        ))
    }
}

/// Opens what is to be copied; one that cannot be had stops everything.
fn open_sources(
    index: &Index<'_>,
    keys: &Keys,
    asker: &Asker,
    sources: &[(&Secret<'_>, &Value<'_>)],
) -> Result<Vec<Plaintext>, Error> {
    let answers = stores::open_all(index, keys, asker, sources)?;
    let opened = sources.iter().zip(answers).map(|(&(secret, value), answer)| {
        answer.map_err(|why: Unopened| unopened(index, secret, value, &why))
    });
    opened.collect()
}

fn refused(store: &StoreEntry<'_>, why: &Why) -> Error {
    Error::cannot(format!("cannot write into the store `{}`: {why}", store.name()))
        .with_hints(why.next(store.name()))
}

fn show(steps: &[Step<'_>], store: &StoreEntry<'_>) -> Result<(), Error> {
    let mut table = Table::new(["secret", "for", &*format!("in {}", store.name()), ""]);
    for Step { secret, environment, reference, act, .. } in steps {
        let what = match act {
            Act::Create => Cell::good("create"),
            Act::Replace => Cell::doubtful("replace"),
            Act::Link => Cell::good("is there already: link"),
            Act::Same => Cell::faint("unchanged"),
            Act::Skip(why) => Cell::bad(format!("skip: {why}")),
        };
        table.row([
            Cell::from(secret.name()),
            Cell::from(environment.name()),
            Cell::from(reference.as_str()),
            what,
        ]);
    }
    ui::table(&table)?;
    let count = |is: fn(&Act) -> bool| steps.iter().filter(|step| is(&step.act)).count();
    let parts = [
        (count(|act| matches!(act, Act::Create)), "to create"),
        (count(|act| matches!(act, Act::Replace)), "to replace"),
        (count(|act| matches!(act, Act::Link)), "to link"),
        (count(|act| matches!(act, Act::Same)), "unchanged"),
        (count(|act| matches!(act, Act::Skip(_))), "to skip; replace them with: --replace"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|it| it.0 > 0).map(|(n, what)| format!("{n} {what}")).collect();
    ui::say(&parts.join(", "));
    Ok(())
}
