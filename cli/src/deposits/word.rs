//! The roster's word for the deposit keys, which each holder has: made anew where a merge mixed the keys of two sides.

use std::collections::BTreeSet;

use strongroom_vault::search::Wanted;
use strongroom_vault::{Before, EnvironmentType, Index, Shown, Vouched, holders_without_word};

use super::roster_of;
use crate::error::{Error, Status, listed};
use crate::keys;
use crate::session::{Place, Session};
use crate::ui;

/// After a merge was settled: makes the word of each holder right whose word is for other deposit keys than there are now,
/// or says who can.
pub(crate) fn renew_words(place: &Place, before: Option<&Before>) -> Result<(), Error> {
    let found = place.read()?;
    let session = found.open()?;
    let Some(before) = before else { return Ok(()) };
    let sides = [&before.ours, &before.theirs].map(|text| Index::read(text));
    let sides: Vec<Index<'_>> = sides.into_iter().flatten().collect();
    let unfit = unfit(&session.index, &sides);
    if unfit.is_empty() {
        return Ok(());
    }
    match try_renew(&session, &sides) {
        Ok(Some(names)) => {
            ui::say(&format!("the roster's word for the deposit keys is made anew for {names}"));
            return Ok(());
        }
        Ok(None) => {}
        Err(error) if error.status() == Status::Interrupted => return Err(error),
        Err(error) => ui::warn(error.text()),
    }
    ui::say(&format!(
        "{} cannot leave deposits yet: the roster's word for the deposit keys is for those of one side\n\
         whoever has the roster key ({}) makes it anew, once the merge is committed, with: strongroom key deposit",
        listed(unfit.iter().map(String::as_str)),
        Shown(&roster_of(&session.index))
    ));
    Ok(())
}

/// Makes the words of all holders anew with a roster key that is at hand, if it has its own word for each deposit key on the
/// side that it comes from.
fn try_renew(session: &Session<'_>, sides: &[Index<'_>]) -> Result<Option<String>, Error> {
    let index = &session.index;
    let Some(ring) = keys::roster_at_hand(index) else { return Ok(None) };
    let has_word = |side: &&Index<'_>| {
        let found = keys::find(side, Wanted::Roster);
        found.is_ok_and(|found| found.ring.vouched(side) == Vouched::Yes)
    };
    let known: Vec<&Index<'_>> = sides.iter().filter(has_word).collect();
    let is_known = |kind: EnvironmentType| {
        let public = public(index, kind);
        public.is_none() || known.iter().any(|side| self::public(side, kind) == public)
    };
    if !EnvironmentType::ALL.into_iter().all(is_known) {
        return Ok(None);
    }
    renew(session, &ring).map(Some)
}

/// Refuses where the roster cannot give its word: a deposit key lies under no current data key, so somebody swapped it.
pub(crate) fn check_renewable(
    session: &Session<'_>,
    ring: &strongroom_vault::KeyRing,
) -> Result<(), Error> {
    session.rehearse(|draft, _| Ok(draft.add_deposit_keys(ring, &[])?))
}

/// Makes the words of all holders anew; gives the names of those whose word was another.
pub(crate) fn renew(
    session: &Session<'_>,
    ring: &strongroom_vault::KeyRing,
) -> Result<String, Error> {
    session.edit(|draft, index| {
        keys::refuse_changed_roster(index, ring)?;
        let unfit = holders_without_word(index, ring);
        draft.add_deposit_keys(ring, &[])?;
        Ok(listed(unfit.iter().map(String::as_str)))
    })
}

/// The holders whose word is of no side that has the deposit keys that count now.
fn unfit(index: &Index<'_>, sides: &[Index<'_>]) -> BTreeSet<String> {
    let keys =
        |index: &Index<'_>| EnvironmentType::ALL.map(|kind| public(index, kind).map(str::to_owned));
    let now = keys(index);
    let right: Vec<&Index<'_>> = sides.iter().filter(|side| keys(side) == now).collect();
    let holders = index.holders().iter().filter(|holder| {
        let is_of = |side: &&Index<'_>| {
            side.holder(holder.name()).and_then(|it| it.vouch()) == holder.vouch()
        };
        holder.vouch().is_some() && !right.iter().any(is_of)
    });
    holders.map(|holder| holder.name().to_owned()).collect()
}

fn public<'i>(index: &'i Index<'_>, kind: EnvironmentType) -> Option<&'i str> {
    index.deposits().key(kind).map(strongroom_vault::DepositKey::public)
}
