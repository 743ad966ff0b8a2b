//! `diff A B`: what two environments have, secret by secret.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, EnvironmentType, Index, Lookup, Plaintext, Secret, Shown, Value,
};

use super::Outcome;
use crate::error::{Error, listed};
use crate::keys::Keys;
use crate::ui::{self, Cell, Table};
use crate::value::{Unopened, kinds_of, open};

pub(super) fn run(
    index: &Index<'_>,
    a: &Environment,
    b: &Environment,
    as_json: bool,
) -> Result<Outcome, Error> {
    if a == b {
        return Err(Error::usage(format!("both are `{a}`, which does not differ from itself")));
    }
    let (keys, without_key) = keys_at_hand(index, &[a.clone(), b.clone()]);
    let rows: Vec<Row<'_, '_>> =
        index.secrets().filter_map(|secret| Row::of(index, &keys, secret, a, b)).collect();
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
    fn of(
        index: &Index<'t>,
        keys: &Keys,
        secret: &'i Secret<'t>,
        environment: &Environment,
    ) -> Option<Self> {
        let (value, is_current) = match index.lookup_in(secret, environment) {
            Lookup::Missing => return None,
            Lookup::OtherDataKey(value) => (value, false),
            Lookup::Found(value) => (value, true),
        };
        let opened = match (is_current, value.content()) {
            (false, _) => Some(Err(Unopened::OtherDataKey)),
            (true, Content::Reference { store, .. }) => {
                Some(Err(Unopened::InStore(store.to_string())))
            }
            (true, Content::Sealed(_)) => {
                keys.data_key(index, environment.kind()).map(|key| open(key, secret, value))
            }
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
        let content = match &side.opened {
            Some(Err(Unopened::InStore(_))) => "reference",
            Some(Err(fault)) => fault.word(),
            _ => "sealed",
        };
        json!({
            "environment": side.value.environment(),
            "version": side.value.version(),
            "content": content,
        })
    }
}

/// A secret that at least one side has.
struct Row<'i, 't> {
    name: &'i str,
    a: Option<Side<'i, 't>>,
    b: Option<Side<'i, 't>>,
    verdict: Verdict,
}

impl<'i, 't> Row<'i, 't> {
    fn of(
        index: &Index<'t>,
        keys: &Keys,
        secret: &'i Secret<'t>,
        a: &Environment,
        b: &Environment,
    ) -> Option<Self> {
        let (a, b) = (Side::of(index, keys, secret, a), Side::of(index, keys, secret, b));
        let verdict = match (&a, &b) {
            (None, None) => return None,
            (Some(_), None) => Verdict::OnlyA,
            (None, Some(_)) => Verdict::OnlyB,
            // One value for both: nothing needs to be opened to see that it is the same.
            (Some(a), Some(b)) if std::ptr::eq(a.value, b.value) => Verdict::Equal,
            (Some(a), Some(b)) => match (&a.opened, &b.opened) {
                (Some(Ok(a)), Some(Ok(b))) if a == b => Verdict::Equal,
                (Some(Ok(_)), Some(Ok(_))) => Verdict::Different,
                _ if is_one_reference(a.value, b.value) => Verdict::Equal,
                _ => Verdict::NotCompared,
            },
        };
        Some(Self { name: secret.name(), a, b, verdict })
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
