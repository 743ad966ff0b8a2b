//! `strongroom sync`: what a store has and the vault does not, and the other way round.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, Expiry, Index, Shown, StoreEntry, Value, check_secret_name,
    check_settable, fold,
};

use crate::environments::One;
use crate::error::{Error, Status, listed};
use crate::keys::Keys;
use crate::session::{Place, Session};
use crate::stores::{self, Asker, Doubt, Link, Listing, Offered, Wanted, leads_to};
use crate::ui::{self, Cell, Table, Terminal};

/// Show what a store has and the vault does not, and link what is chosen
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom sync [--type TYPE | --env NAME] [--store STORE] [OPTIONS]",
    after_help = "\
Shown the other way round too: references to what the store does not have, and values that are sealed in the
vault. What is chosen is fetched once, never shown, and linked. Nothing is written into the store: `copy --store`
does that.

Exit status: 0; 1 if a reference leads to what the store does not have; 3 if what was chosen cannot be fetched.

Examples:
  strongroom sync --type production
  strongroom sync --type production --store cluster --only smtp/password,sentry_dsn"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// The store; the default one of the environment if not said
    #[arg(long, value_name = "STORE")]
    store: Option<String>,

    /// Link these secrets only, without asking
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "yes")]
    only: Vec<String>,

    /// Link everything that the vault does not have, without asking
    #[arg(long)]
    yes: bool,

    /// Show it, and link nothing
    #[arg(long, conflicts_with_all = ["yes", "only"])]
    dry_run: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// What differs between a store and an environment of the vault.
struct Differences<'i> {
    /// What the store has and can be linked.
    new: Vec<Offered>,
    /// What the store has and cannot be, and why.
    left: Vec<(String, String)>,
    /// Secrets with a reference to what the store does not have.
    dangling: Vec<(&'i str, &'i str)>,
    /// Secrets whose value is sealed, or in another store.
    elsewhere: Vec<&'i str>,
    /// How many references lead to what the store has.
    agreed: usize,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let example = format!("strongroom sync {} --store STORE", environment.flag());
    let store = stores::named_or_default(index, args.store.as_deref(), &environment, &example)?;
    // Before anything is asked: the key shows whether the store is the one that it was.
    let mut keys = Keys::of_types(index, [environment.kind()])?;
    let asker = Asker::of(&session);
    stores::refuse_doubtful(index, &mut keys, &asker, store, &[environment.kind()], None)?;
    let Listing { offered, unnamed } = asker.list(store).map_err(|why| {
        Error::cannot(format!("cannot list what the store `{}` has: {why}", store.name()))
            .with_hints(why.next(store.name()))
    })?;
    let differences = Differences::of(index, &environment, store, offered, unnamed);
    if !args.json {
        differences.show(&environment, store)?;
    }
    let chosen = differences.choose(args)?;
    let (sound, faults) = fetch(&asker, store, chosen);
    link(&session, &keys, &environment, store, &sound)?;
    for offered in &sound {
        ui::say(&format!("linked {} to {}:{}", offered.name, store.name(), offered.reference));
    }
    for fault in &faults {
        ui::error(fault);
    }
    if args.json {
        ui::json(&differences.json(&environment, store, &sound))?;
    }
    Ok(match (faults.is_empty(), differences.dangling.is_empty()) {
        (false, _) => Status::Cannot,
        (true, false) => Status::No,
        (true, true) => Status::Done,
    })
}

impl<'i> Differences<'i> {
    fn of(
        index: &'i Index<'_>,
        environment: &Environment,
        store: &StoreEntry<'_>,
        offered: Vec<Offered>,
        unnamed: Vec<String>,
    ) -> Self {
        let no_reference = "it has `#` in its name, or `/` in that of its key";
        let left = unnamed.into_iter().map(|name| (name, no_reference.to_owned())).collect();
        let mut differences =
            Self { new: Vec::new(), left, dangling: Vec::new(), elsewhere: Vec::new(), agreed: 0 };
        let mut referred: BTreeMap<&str, &str> = BTreeMap::new();
        for secret in index.secrets() {
            match secret.value(environment.name()).map(Value::content) {
                Some(Content::Reference { store: to, reference, .. }) if to == store.name() => {
                    referred.insert(reference, secret.name());
                }
                Some(_) => differences.elsewhere.push(secret.name()),
                None => {}
            }
        }
        for (reference, name) in &referred {
            if has(&offered, reference) {
                differences.agreed += 1;
            } else {
                differences.dangling.push((name, reference));
            }
        }
        let mut taken: Vec<String> = Vec::new();
        for one in offered {
            // Also a reference to a version of it, or into its JSON.
            if referred.keys().any(|reference| leads_to(reference, &one.reference)) {
                continue;
            }
            let why = unfit(index, environment, store, &one, &taken);
            taken.push(fold(&one.name));
            match why {
                Some(why) => differences.left.push((one.reference, why)),
                None => differences.new.push(one),
            }
        }
        differences
    }

    fn show(&self, environment: &Environment, store: &StoreEntry<'_>) -> Result<(), Error> {
        let name = store.name();
        if !self.new.is_empty() {
            let mut table = Table::new([&*format!("in {name}, not in the vault"), "would be"]);
            for Offered { reference, name } in &self.new {
                table.row([Cell::from(reference.as_str()), Cell::from(name.as_str())]);
            }
            ui::table(&table)?;
        }
        if !self.dangling.is_empty() {
            if !self.new.is_empty() {
                ui::data("\n")?;
            }
            let mut table = Table::new([&*format!("in the vault, not in {name}"), "reference"]);
            for (secret, reference) in &self.dangling {
                table.row([Cell::bad(*secret), Cell::from(*reference)]);
            }
            ui::table(&table)?;
        }
        for (reference, why) in &self.left {
            ui::say(&format!("{name}:{} is left out: {why}", Shown(reference)));
        }
        let parts = [
            (self.new.len(), format!("only in {name}")),
            (self.dangling.len(), "only in the vault".to_owned()),
            (self.agreed, "in both".to_owned()),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|it| it.0 > 0).map(|(n, what)| format!("{n} {what}")).collect();
        ui::say(&match parts.as_slice() {
            [] if self.left.is_empty() => {
                format!("{name} has nothing, and {environment} refers to nothing in it")
            }
            [] => format!("{name} has nothing to link for {environment}"),
            parts => parts.join(", "),
        });
        if !self.elsewhere.is_empty() {
            ui::say(&format!(
                "with a value elsewhere, sealed or in another store: {}",
                listed(self.elsewhere.iter().copied())
            ));
        }
        Ok(())
    }

    /// What is to be linked.
    fn choose(&self, args: &Args) -> Result<Vec<&Offered>, Error> {
        if !args.only.is_empty() {
            return self.named(args.only.iter().map(String::as_str));
        }
        if args.yes {
            return Ok(self.new.iter().collect());
        }
        if args.dry_run || self.new.is_empty() {
            return Ok(Vec::new());
        }
        let Some(mut terminal) = Terminal::of_person() else {
            return Err(Error::usage(
                "no terminal to ask at: nothing was linked\n\
                 link them with: --yes, some with: --only NAMES, or only look with: --dry-run",
            ));
        };
        let answer = terminal.ask("link which? all, none, or their names: ")?;
        match answer.to_lowercase().as_str() {
            "all" | "a" | "y" | "yes" => Ok(self.new.iter().collect()),
            "none" | "n" | "no" | "" => Ok(Vec::new()),
            _ => self.named(answer.split([',', ' ']).filter(|name| !name.is_empty())),
        }
    }

    fn named<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<Vec<&Offered>, Error> {
        let find = |name: &str| {
            let found = self.new.iter().find(|it| fold(&it.name) == fold(name));
            found.or_else(|| self.new.iter().find(|it| it.reference == name)).ok_or_else(|| {
                Error::no(format!("`{}` is not among what can be linked", Shown(name)))
                    .with_hint("nothing was linked; see them with: --dry-run")
            })
        };
        names.map(find).collect()
    }

    fn json(&self, environment: &Environment, store: &StoreEntry<'_>, linked: &[&Offered]) -> Json {
        let new = self.new.iter().map(|it| {
            let is_linked = linked.contains(&it);
            json!({ "reference": it.reference, "name": it.name, "linked": is_linked })
        });
        let left = self.left.iter().map(|(at, why)| json!({ "reference": at, "why": why }));
        let dangling =
            self.dangling.iter().map(|(name, at)| json!({ "name": name, "reference": at }));
        json!({
            "environment": environment.name(),
            "store": store.name(),
            "only_in_store": new.collect::<Vec<_>>(),
            "left_out": left.collect::<Vec<_>>(),
            "only_in_vault": dangling.collect::<Vec<_>>(),
            "elsewhere": self.elsewhere,
            "in_both": self.agreed,
        })
    }
}

/// Whether a store has what a reference leads to.
fn has(offered: &[Offered], reference: &str) -> bool {
    offered.iter().any(|it| leads_to(reference, &it.reference))
}

/// Why a secret of this name cannot be linked.
fn unfit(
    index: &Index<'_>,
    environment: &Environment,
    store: &StoreEntry<'_>,
    Offered { reference, name }: &Offered,
    taken: &[String],
) -> Option<String> {
    if let Err(fault) = check_secret_name(name) {
        return Some(format!("it cannot be the name of a secret: {fault}"));
    }
    if taken.contains(&fold(name)) {
        return Some(format!("another one is called `{name}` too, but for its spelling"));
    }
    let secret = index.secret(name);
    if let Some(secret) = secret.filter(|it| it.value(environment.name()).is_some()) {
        return Some(format!("`{}` has a value already, which lies elsewhere", secret.name()));
    }
    // Another spelling of a secret that there is.
    let spelled = secret.map_or(name.as_str(), |secret| secret.name());
    if spelled != name {
        let (flag, store) = (environment.flag(), store.name());
        return Some(format!(
            "there is a secret `{spelled}`; link that with: strongroom link {flag} {spelled} {store}:{reference}"
        ));
    }
    check_settable(index, name, environment).err().map(|error| error.to_string())
}

/// Fetches what was chosen once; nothing is shown of it.
fn fetch<'o>(
    asker: &Asker,
    store: &StoreEntry<'_>,
    chosen: Vec<&'o Offered>,
) -> (Vec<&'o Offered>, Vec<Error>) {
    let wanted: Vec<Wanted<'_>> =
        chosen.iter().map(|it| Wanted { store, reference: &it.reference }).collect();
    let answers = asker.fetch(&wanted);
    let (mut sound, mut faults) = (Vec::new(), Vec::new());
    for (offered, answer) in chosen.into_iter().zip(answers) {
        match answer {
            Ok(value) => {
                if let Some(doubt) = Doubt::of(store, &value) {
                    ui::warn(&doubt.words(store, &offered.reference));
                }
                sound.push(offered);
            }
            Err(why) => faults.push(Error::cannot(format!(
                "`{}` was not linked: at `{}` in the store `{}`: {why}",
                offered.name,
                Shown(&offered.reference),
                store.name()
            ))),
        }
    }
    (sound, faults)
}

fn link(
    session: &Session<'_>,
    keys: &Keys,
    environment: &Environment,
    store: &StoreEntry<'_>,
    chosen: &[&Offered],
) -> Result<(), Error> {
    if chosen.is_empty() {
        return Ok(());
    }
    session.edit(|draft, index| {
        for Offered { reference, name } in chosen {
            if index.secret(name).is_some_and(|it| it.value(environment.name()).is_some()) {
                return Err(Error::cannot(format!("`{name}` got a value meanwhile: try again")));
            }
            let terms = Expiry::Unsaid.into();
            Link { name, environment, store, reference, terms, is_new_value: false }
                .record(draft, index, keys)?;
        }
        Ok(())
    })
}
