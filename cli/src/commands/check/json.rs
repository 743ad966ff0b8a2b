//! The report for programs. Its form is stable; `--help` names the keys.

use serde_json::{Map, Value as Json, json};
use strongroom_vault::{Environment, Index};

use super::leaving;
use super::opening::Opening;
use super::report::Report;
use crate::expiry::Expiring;
use crate::source::Finding;

pub(super) fn of(
    index: &Index<'_>,
    report: &Report,
    opening: &Opening,
    expiring: &[Expiring],
) -> Json {
    let declared = report.rows.iter().map(|row| {
        let states = report.shown.iter().zip(&row.states);
        let values: Map<String, Json> = states
            .map(|(environment, state)| (environment.name().to_owned(), state.word().into()))
            .collect();
        json!({
            "name": row.declared.name,
            "optional": row.declared.is_optional,
            "places": row.declared.places.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "values": values,
        })
    });
    let undeclared = report
        .undeclared
        .iter()
        .map(|(name, environments)| json!({ "name": name, "environments": environments }));
    let elsewhere = report
        .elsewhere
        .iter()
        .map(|each| json!({ "package": each.package, "vault": each.vault.display().to_string() }));
    let unopened = opening.unopened.iter().map(|(name, environment, why)| {
        json!({ "name": name, "environment": environment, "cause": why.word() })
    });
    let expiring = expiring.iter().map(|each| {
        json!({
            "name": each.name,
            "environment": each.environment.name(),
            "expires": each.day.to_string(),
            "expired": each.is_expired(),
        })
    });
    json!({
        "source": report.has_source,
        "declared": declared.collect::<Vec<_>>(),
        "undeclared": undeclared.collect::<Vec<_>>(),
        "due": leaving::due(index),
        "back": leaving::came_back(index),
        "counted": report.counted.iter().map(Environment::name).collect::<Vec<_>>(),
        "missing": report.missing(),
        "faults": report.faults.iter().map(finding).collect::<Vec<_>>(),
        "elsewhere": elsewhere.collect::<Vec<_>>(),
        "unread": report.unread.iter().map(finding).collect::<Vec<_>>(),
        "unresolved": report.unresolved.iter().map(finding).collect::<Vec<_>>(),
        "opened": opening.opened,
        "references": opening.fitting,
        "unopened": unopened.collect::<Vec<_>>(),
        "key_faults": opening.key_faults,
        "expiring": expiring.collect::<Vec<_>>(),
        "without_key": opening.without_key.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Json {
    json!({ "place": finding.at.to_string(), "message": finding.message })
}
