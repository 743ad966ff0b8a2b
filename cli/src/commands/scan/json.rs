//! The report for programs.

use serde_json::{Value as Json, json};

use crate::scan::wanted::{Owner, Wanted};
use crate::scan::{Finding, Place, Report, What};

/// What was found, what was looked at, and what was not.
pub(super) fn of(wanted: &Wanted, report: &Report) -> Json {
    let ordinary = wanted.ordinary.iter().map(|(owner, why)| with_reason(owner, why.word()));
    let unopened = wanted.unopened.iter().map(|(owner, why)| with_reason(owner, why.word()));
    json!({
        "found": report.found.iter().map(|it| finding(wanted, it)).collect::<Vec<_>>(),
        "further": report.further,
        "files": report.files,
        "looked_for": wanted.values.len(),
        "not_looked_for": ordinary.chain(unopened).collect::<Vec<_>>(),
        "without_key": wanted.without_key.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "key_faults": wanted.key_faults,
        "unread": places(&report.unread),
        "not_looked_into": places(&report.closed),
    })
}

fn finding(wanted: &Wanted, finding: &Finding) -> Json {
    let (what, spelling, values) = match finding.what {
        What::Value(number, spelling) => {
            let owners = wanted.values[number].iter().map(owner).collect();
            ("value", Some(spelling.word()), owners)
        }
        What::Key(kind) => (kind.word(), None, Vec::new()),
    };
    json!({
        "file": finding.place.file,
        "members": finding.place.members,
        "line": finding.position.line,
        "offset": finding.position.offset,
        "what": what,
        "values": values,
        "spelling": spelling,
    })
}

fn owner(owner: &Owner) -> Json {
    json!({
        "vault": owner.vault,
        "secret": owner.secret,
        "environment": owner.environment.name(),
        "own": owner.is_own,
    })
}

fn with_reason(whose: &Owner, why: &str) -> Json {
    let mut json = owner(whose);
    json["why"] = json!(why);
    json
}

fn places(places: &[(Place, String)]) -> Vec<Json> {
    let json = |(place, why): &(Place, String)| json!({ "file": place.file, "members": place.members, "why": why });
    places.iter().map(json).collect()
}
