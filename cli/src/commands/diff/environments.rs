//! `diff A B`: what two environments have, secret by secret.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, EnvironmentType, Index, Lookup, Plaintext, Secret, Shown, Value,
};

use super::Outcome;
use crate::error::{Error, listed};
use crate::keys::Keys;
use crate::session::Session;
use crate::stores::{self, Asker};
use crate::ui::{self, Cell, Table};
use crate::value::{Unopened, kinds_of};

pub(super) fn run(
    session: &Session<'_>,
    a: &Environment,
    b: &Environment,
    as_json: bool,
) -> Result<Outcome, Error> {
    if a == b {
        return Err(Error::usage(format!("both are `{a}`, which does not differ from itself")));
    }
    let index = &session.index;
    let (keys, without_key) = keys_at_hand(index, &[a.clone(), b.clone()]);
    let pairs: Vec<Pair<'_, '_>> =
        index.secrets().filter_map(|secret| Pair::of(index, secret, a, b)).collect();
    let rows = open_pairs(session, &keys, pairs)?;
    if as_json {
        let environment = |it: &Environment| json!({"name": it.name(), "type": it.kind().as_str()});
        ui::json(&json!({
            "a": environment(a),
            "b": environment(b),
            "without_key": without_key.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
            "secrets": rows.iter().map(Row::json).collect::<Vec<_>>(),
        }))?;
    } else {
        show(&rows, a, b)?;
        say(&rows, a, b, &without_key);
    }
    let has = |wanted: &dyn Fn(Verdict) -> bool| rows.iter().any(|row| wanted(row.verdict));
    Ok(if has(&Verdict::is_difference) {
        Outcome::Differ
    } else if has(&|verdict| verdict == Verdict::NotCompared) {
        Outcome::NotCompared
    } else {
        Outcome::Same
    })
}

/// The keys for some environments, as far as they are here; nobody is asked for a passphrase.
fn keys_at_hand(index: &Index<'_>, both: &[Environment]) -> (Keys, Vec<EnvironmentType>) {
    let (mut keys, mut without) = (Keys::default(), Vec::new());
    for kind in kinds_of(both) {
        match keys.try_type(index, kind) {
            Ok(true) => {}
            Ok(false) => without.push(kind),
            Err(error) => {
                ui::warn(error.text());
                without.push(kind);
            }
        }
    }
    (keys, without)
}

/// What comparing one secret came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    OnlyA,
    OnlyB,
    Different,
    Equal,
    NotCompared,
}

impl Verdict {
    fn is_difference(self) -> bool {
        matches!(self, Self::OnlyA | Self::OnlyB | Self::Different)
    }

    /// The stable word for `--json`.
    fn word(self) -> &'static str {
        match self {
            Self::OnlyA => "only-a",
            Self::OnlyB => "only-b",
            Self::Different => "different",
            Self::Equal => "equal",
            Self::NotCompared => "not-compared",
        }
    }
}

/// One side of a comparison.
struct Side<'i, 't> {
    value: &'i Value<'t>,
    is_own: bool,
    /// The value itself; none without a key.
    opened: Option<Result<Plaintext, Unopened>>,
}

impl<'i, 't> Side<'i, 't> {
    fn of(index: &Index<'t>, secret: &'i Secret<'t>, environment: &Environment) -> Option<Self> {
        let (value, opened) = match index.lookup_in(secret, environment) {
            Lookup::Missing => return None,
            Lookup::OtherDataKey(value) => (value, Some(Err(Unopened::OtherDataKey))),
            Lookup::Found(value) => (value, None),
        };
        Some(Self { value, is_own: value.environment() == environment.name(), opened })
    }

    fn cell(side: Option<&Self>) -> Cell {
        let Some(side) = side else { return Cell::bad("-") };
        let version = side.value.version();
        match (&side.opened, side.is_own) {
            (Some(Err(Unopened::OtherDataKey | Unopened::Altered)), _) => {
                Cell::bad(format!("! {version}"))
            }
            (_, true) => Cell::good(format!("✓ {version}")),
            (_, false) => Cell::faint(format!("· {version}")),
        }
    }

    fn json(side: Option<&Self>) -> Json {
        let Some(side) = side else { return Json::Null };
        let content = match (&side.opened, side.value.content()) {
            (Some(Err(fault @ (Unopened::OtherDataKey | Unopened::Altered))), _) => fault.word(),
            (_, Content::Reference { .. }) => "reference",
            (_, Content::Sealed(_)) => "sealed",
        };
        json!({
            "environment": side.value.environment(),
            "version": side.value.version(),
            "content": content,
        })
    }
}

/// A secret that at least one side has, before anything of it is opened.
struct Pair<'i, 't> {
    secret: &'i Secret<'t>,
    a: Option<Side<'i, 't>>,
    b: Option<Side<'i, 't>>,
}

impl<'i, 't> Pair<'i, 't> {
    fn of(
        index: &Index<'t>,
        secret: &'i Secret<'t>,
        a: &Environment,
        b: &Environment,
    ) -> Option<Self> {
        let (a, b) = (Side::of(index, secret, a), Side::of(index, secret, b));
        (a.is_some() || b.is_some()).then_some(Self { secret, a, b })
    }

    /// Whether both sides are one: then nothing needs to be opened to see it.
    fn is_one(&self) -> bool {
        let (Some(a), Some(b)) = (&self.a, &self.b) else { return false };
        std::ptr::eq(a.value, b.value) || is_one_reference(a.value, b.value)
    }

    /// The sides that are to be opened.
    fn closed(&mut self) -> impl Iterator<Item = &mut Side<'i, 't>> {
        let is_needed = self.a.is_some() && self.b.is_some() && !self.is_one();
        let sides = [&mut self.a, &mut self.b].into_iter().flatten();
        sides.filter(move |side| is_needed && side.opened.is_none())
    }
}

/// Opens what must be compared, as far as keys are at hand; what stores keep is fetched.
fn open_pairs<'i, 't>(
    session: &Session<'_>,
    keys: &Keys,
    mut pairs: Vec<Pair<'i, 't>>,
) -> Result<Vec<Row<'i, 't>>, Error> {
    let index = &session.index;
    let has_key =
        |value: &Value<'_>| stores::is_keyless() || keys.data_key(index, value.kind()).is_some();
    let mut wanted = Vec::new();
    for pair in &mut pairs {
        let secret = pair.secret;
        wanted.extend(pair.closed().filter(|it| has_key(it.value)).map(|it| (secret, it.value)));
    }
    let opened = stores::open_all(index, keys, &Asker::of(session), &wanted)?;
    let mut opened = opened.into_iter();
    for pair in &mut pairs {
        for side in pair.closed().filter(|it| has_key(it.value)) {
            side.opened = opened.next();
        }
    }
    Ok(pairs.into_iter().map(Row::of).collect())
}

/// A secret that at least one side has.
struct Row<'i, 't> {
    name: &'i str,
    a: Option<Side<'i, 't>>,
    b: Option<Side<'i, 't>>,
    verdict: Verdict,
}

impl<'i, 't> Row<'i, 't> {
    fn of(pair: Pair<'i, 't>) -> Self {
        let verdict = match (&pair.a, &pair.b) {
            (Some(_), None) => Verdict::OnlyA,
            (None, _) => Verdict::OnlyB,
            (Some(a), Some(b)) => match (&a.opened, &b.opened) {
                (Some(Ok(a)), Some(Ok(b))) if a == b => Verdict::Equal,
                (Some(Ok(_)), Some(Ok(_))) => Verdict::Different,
                _ if pair.is_one() => Verdict::Equal,
                _ => Verdict::NotCompared,
            },
        };
        Self { name: pair.secret.name(), a: pair.a, b: pair.b, verdict }
    }

    fn json(&self) -> Json {
        json!({
            "name": self.name,
            "a": Side::json(self.a.as_ref()),
            "b": Side::json(self.b.as_ref()),
            "result": self.verdict.word(),
        })
    }

    /// Why the values were not compared, where that is not only for want of a key.
    fn fault<'s>(&'s self) -> Option<&'s Unopened> {
        let fault = |side: Option<&'s Side<'i, 't>>| side?.opened.as_ref()?.as_ref().err();
        fault(self.a.as_ref()).or_else(|| fault(self.b.as_ref()))
    }
}

/// Whether two references lead to the same place in the same store.
fn is_one_reference(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a.content(), b.content()) {
        (
            Content::Reference { store: a_store, reference: a, .. },
            Content::Reference { store: b_store, reference: b, .. },
        ) => a_store == b_store && a == b,
        _ => false,
    }
}

fn show(rows: &[Row<'_, '_>], a: &Environment, b: &Environment) -> Result<(), Error> {
    let mut table = Table::new(["secret", a.name(), b.name(), ""]);
    let mut is_empty = true;
    for row in rows.iter().filter(|row| row.verdict != Verdict::Equal) {
        is_empty = false;
        let result = match row.verdict {
            Verdict::OnlyA => Cell::from(format!("only in {a}")),
            Verdict::OnlyB => Cell::from(format!("only in {b}")),
            Verdict::Different | Verdict::Equal => Cell::from("different"),
            Verdict::NotCompared => match row.fault() {
                Some(fault) => Cell::bad(format!("not compared: {fault}")),
                None => Cell::faint("not compared"),
            },
        };
        let name = Cell::from(Shown(row.name).to_string());
        table.row([name, Side::cell(row.a.as_ref()), Side::cell(row.b.as_ref()), result]);
    }
    if is_empty { Ok(()) } else { ui::table(&table) }
}

fn say(rows: &[Row<'_, '_>], a: &Environment, b: &Environment, without_key: &[EnvironmentType]) {
    let count = |wanted| rows.iter().filter(|row| row.verdict == wanted).count();
    let parts = [
        (count(Verdict::OnlyA), format!("only in {a}")),
        (count(Verdict::OnlyB), format!("only in {b}")),
        (count(Verdict::Different), "different".to_owned()),
        (count(Verdict::NotCompared), "not compared".to_owned()),
        (count(Verdict::Equal), "equal".to_owned()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() {
        ui::say(&format!("neither {a} nor {b} has a value"));
    } else {
        ui::say(&parts.join(", "));
    }
    if !without_key.is_empty() && count(Verdict::NotCompared) > 0 {
        let kinds = listed(without_key.iter().map(|kind| kind.as_str()));
        ui::say(&format!(
            "values are compared where keys are at hand, and none for {kinds} is; keep one with: strongroom key add"
        ));
    }
}
