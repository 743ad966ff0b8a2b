//! What changed of the deposit keys and of what waits under them.

use serde_json::json;
use strongroom_vault::{DepositKey, EnvironmentType, Index};

use super::changes::{Change, merged};
use crate::deposits::shown_code;

/// The changes of `[deposits]`. A deposit key that somebody swapped must not go unseen.
pub(super) fn between(before: &Index<'_>, after: &Index<'_>, changes: &mut Vec<Change>) {
    for kind in EnvironmentType::ALL {
        let public = |index: &Index<'_>| {
            index.deposits().key(kind).map(DepositKey::public).map(|public| json!(public))
        };
        let private =
            |index: &Index<'_>| index.deposits().key(kind).map(|key| key.private().to_owned());
        let is_sealed_again = public(before) == public(after) && private(before) != private(after);
        changes.push(
            Change::new("deposit-key", "", public(before), public(after))
                .within([kind.as_str()])
                .noting(is_sealed_again.then_some("sealed-again")),
        );
    }
    let codes = |index: &Index<'_>| -> Vec<String> {
        index.deposits().waiting().iter().map(|deposit| deposit.code().to_owned()).collect()
    };
    for code in merged(codes(before), codes(after)) {
        let find = |index: &Index<'_>| {
            let mut waiting = index.deposits().waiting().iter();
            let deposit = waiting.find(|deposit| deposit.code() == code)?;
            let place = (deposit.name().to_owned(), deposit.environment().to_owned());
            Some((place, json!(shown_code(deposit))))
        };
        let (old, new) = (find(before), find(after));
        let place = new.as_ref().or(old.as_ref()).map(|(place, _)| place.clone());
        let Some((name, environment)) = place else { continue };
        let word = |found: Option<(_, serde_json::Value)>| found.map(|(_, code)| code);
        changes.push(Change::new("deposit", &name, word(old), word(new)).within([environment]));
    }
}
