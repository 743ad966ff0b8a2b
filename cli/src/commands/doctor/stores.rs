//! The stores of the vault, and whether this machine can ask them. None is asked anything.

use strongroom_vault::search::Allowed;
use strongroom_vault::{Content, Secret};

use super::Findings;
use crate::session::Session;
use crate::stores::{Asker, Why};

pub(super) fn look(findings: &mut Findings, session: &Session<'_>) {
    let asker = Asker::of(session);
    for store in session.index.stores().iter() {
        let name = store.name();
        let kind = store.kind();
        let why = match asker.runs(store) {
            // Many a machine never asks the stores of production.
            Err(Why::NotBuilt { .. }) => {
                let found = format!("{name}, of the kind {kind}, which this command cannot ask");
                findings.ok("stores", found);
                continue;
            }
            Err(why) => why,
            Ok(lines) if lines.is_empty() || asker.is_allowed(&Allowed::to_run(name, &lines)) => {
                findings.ok("stores", format!("{name}, of the kind {kind}"));
                continue;
            }
            Ok(_) => Why::NotAllowed,
        };
        let mut values = session.index.secrets().flat_map(Secret::values);
        let is_needed = values.any(
            |value| matches!(value.content(), Content::Reference { store, .. } if store == name),
        );
        let (found, next) = (format!("{name}: {why}"), why.next(name).unwrap_or_default());
        if is_needed && why != Why::NotAllowed {
            findings.problem("stores", found, next);
        } else {
            findings.warning("stores", found, next);
        }
    }
}
