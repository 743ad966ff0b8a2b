//! Opening a deposit: with the type's deposit key, else with an earlier one.

use strongroom_vault::{DataKey, Deposit, DepositKey, DepositPlace, Index, Plaintext, Shown};
use zeroize::Zeroizing;

use super::shown_code;
use crate::age;
use crate::error::Error;

/// What somebody left, if it was left for this place and nothing of it was changed.
pub(crate) fn open(
    index: &Index<'_>,
    key: &DataKey,
    deposit: &Deposit<'_>,
) -> Result<Plaintext, Error> {
    let age_file = deposit
        .age_file(index.id())
        .map_err(|_| faulty(deposit, "was altered: its code is not that of what it holds"))?;
    let retired = key.retired(index);
    let keys: Vec<&DataKey> = [key].into_iter().chain(&retired).collect();
    let own = index.deposits().key(deposit.kind());
    let older = index.deposits().older().iter().filter(|older| older.kind() == deposit.kind());
    let mut is_own_faulty = false;
    for half in own.into_iter().chain(older) {
        let is_own = own.is_some_and(|own| own.public() == half.public());
        // Whoever was removed knows the retired keys, and may have put a deposit key of their own under one.
        let known = if is_own { &keys[..1] } else { &keys[..] };
        let Some(identity) = private_half(known, half) else {
            // An older one may lie under a key that is gone; the one of today may not.
            is_own_faulty |= is_own;
            continue;
        };
        if let Ok(decrypted) = age::open(&identity, &age_file) {
            return DepositPlace::of(deposit).value_in(index.id(), &decrypted).map_err(|_| {
                faulty(
                    deposit,
                    "was left for another place: somebody changed its name, environment or version",
                )
            });
        }
    }
    Err(if is_own_faulty {
        faulty(
            deposit,
            &format!(
                "does not open, and the deposit key of `{0}` was altered or swapped: somebody else may be able to open it\n\
                 restore [deposits.{0}] from git: git log -p strongroom.toml",
                deposit.kind()
            ),
        )
    } else {
        faulty(
            deposit,
            &format!("was left under a key that is none of `{}`, now or earlier", deposit.kind()),
        )
    })
}

/// The private half of a deposit key, under any of these data keys.
fn private_half(keys: &[&DataKey], half: &DepositKey<'_>) -> Option<Zeroizing<String>> {
    keys.iter().find_map(|key| key.open_deposit_key(half).ok())
}

fn faulty(deposit: &Deposit<'_>, what: &str) -> Error {
    let code = shown_code(deposit);
    Error::cannot(format!(
        "the deposit of `{}` for `{}` ({code}) {what}\n\
         ask for it again, and drop this one with: strongroom reject {code}",
        Shown(deposit.name()),
        Shown(deposit.environment())
    ))
}
