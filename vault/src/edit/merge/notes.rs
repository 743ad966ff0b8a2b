//! What a person should know of a merge that needed no decision.

use std::collections::BTreeSet;

use super::entries::{Entry, Read};
use super::gone::{self, TakenOut};
use super::sides::{Side, Sides};
use super::stores::unfit;
use crate::environment::EnvironmentType;
use crate::index::{Index, Secret};

/// Something that a merge did, and that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeNote {
    /// These values lie under the previous data key: one side set them while the other made a new key.
    Behind {
        /// The type.
        kind: EnvironmentType,
        /// The secrets, as spelled in the vault.
        names: Vec<String>,
    },
    /// A holder needs its grants for this type anew: one side changed or added it while the other made a new key.
    GrantAgain {
        /// The holder.
        holder: String,
        /// The type.
        kind: EnvironmentType,
        /// Whether it has a grant of another current key, so that the roster can tell that the key which it keeps is that of
        /// today.
        is_known: bool,
    },
    /// A holder was removed by one side, and what the other side made of it was left out.
    NotBroughtBack {
        /// The holder.
        holder: String,
    },
    /// What these holders vouch for the deposit keys with fits neither side's.
    Vouch {
        /// The holders.
        holders: Vec<String>,
    },
    /// Both sides made a deposit key, and that of one is an earlier one now.
    DepositKey {
        /// The type.
        kind: EnvironmentType,
        /// Whether the private half of the one that was given up is lost, and with it what was left under it.
        lost: bool,
    },
    /// `[build] check` named an environment that the other side removed.
    CheckDropped {
        /// The environment.
        environment: String,
    },
    /// The side that is merged took something else out.
    TakenOut(TakenOut),
    /// `[stores.default]` named a store or an environment that the other side removed.
    DefaultDropped {
        /// The environment.
        environment: String,
        /// The store.
        store: String,
    },
    /// These references do not fit their seals: one side changed or removed their store while the other linked to it.
    Unfit {
        /// Each by secret and environment.
        references: Vec<(String, String)>,
    },
    /// The side that is merged removed a setting's value.
    SettingUnset {
        /// The setting.
        name: String,
        /// The environment, or `default`.
        scope: String,
    },
    /// The side that is merged removed a value: a named environment has its type's value now, or there is none.
    Unset {
        /// The secret.
        name: String,
        /// The environment.
        environment: String,
    },
}

/// What shows in the merged text.
pub(super) fn of_merged(sides: &Sides<'_, '_, '_>, merged: &Read<'_, '_>) -> Vec<MergeNote> {
    let mut notes = Vec::new();
    for kind in EnvironmentType::ALL {
        let behind: BTreeSet<String> = behind(merged.index, kind)
            .filter(|(name, environment)| {
                [Side::Ours, Side::Theirs]
                    .iter()
                    .any(|side| was_current(sides.of(*side).index, name, environment))
            })
            .map(|(name, _)| name.to_owned())
            .collect();
        if !behind.is_empty() {
            notes.push(MergeNote::Behind { kind, names: behind.into_iter().collect() });
        }
        for holder in merged.index.holders() {
            let name = holder.name();
            let had = |side| sides.of(side).index.keys().of_type(kind).grant(name).is_some();
            let is_stale = match merged.index.keys().of_type(kind).grant(name) {
                Some(grant) => Some(grant.fingerprint_text()) != current(merged.index, kind),
                None => had(Side::Ours) || had(Side::Theirs),
            };
            let was_stale = |side| {
                let index = sides.of(side).index;
                let grant = index.keys().of_type(kind).grant(name);
                grant.is_some_and(|it| Some(it.fingerprint_text()) != current(index, kind))
            };
            let is_news = !was_stale(Side::Ours) && !was_stale(Side::Theirs);
            if is_stale
                && is_news
                && sides.base.is_none_or(|base| !taken_out(sides, base, kind, name))
            {
                notes.push(MergeNote::GrantAgain {
                    holder: name.to_owned(),
                    kind,
                    is_known: is_known(merged.index, name),
                });
            }
        }
    }
    for side in [Side::Ours, Side::Theirs] {
        for removed in sides.of(side).index.removed() {
            let name = removed.name();
            let came_back = sides.removed(side, name)
                && sides.holder_changed(side.other(), name)
                && sides.of(side.other()).index.holder(name).is_some();
            if came_back {
                notes.push(MergeNote::NotBroughtBack { holder: name.to_owned() });
            }
        }
    }
    notes.extend(taken_from_ours(sides, merged));
    let references = unfit(merged.index, [sides.ours.index, sides.theirs.index]);
    if !references.is_empty() {
        notes.push(MergeNote::Unfit { references });
    }
    for secret in sides.ours.index.secrets() {
        for value in secret.values() {
            let entry = Entry::new(&["secrets", secret.name()], value.environment());
            let is_gone = !merged.entries.contains_key(&entry);
            let was_there = sides.before(&entry).is_some();
            if is_gone && was_there && !respelled(merged.index, secret, value.environment()) {
                let (name, environment) =
                    (secret.name().to_owned(), value.environment().to_owned());
                notes.push(MergeNote::Unset { name, environment });
            }
        }
    }
    notes.extend(unset_settings(sides, merged));
    notes
}

/// Settings of ours from before that the merged vault has no more.
fn unset_settings(sides: &Sides<'_, '_, '_>, merged: &Read<'_, '_>) -> Vec<MergeNote> {
    let mut notes = Vec::new();
    for setting in sides.ours.index.settings().iter() {
        for value in setting.values() {
            let entry = Entry::new(&["settings", setting.name()], value.scope());
            let stays = merged.index.settings().get(setting.name());
            let stays = stays.is_some_and(|setting| setting.value(value.scope()).is_some());
            if !stays && sides.before(&entry).is_some() {
                let (name, scope) = (setting.name().to_owned(), value.scope().to_owned());
                notes.push(MergeNote::SettingUnset { name, scope });
            }
        }
    }
    notes
}

/// What ours had from before, and the merged vault has no more.
fn taken_from_ours(sides: &Sides<'_, '_, '_>, merged: &Read<'_, '_>) -> Vec<MergeNote> {
    let Some(base) = sides.base else { return Vec::new() };
    let mut gone = gone::taken_out(sides.ours.index, merged.index);
    // What ours added is said elsewhere, where it does not fit to what theirs made.
    let from_before = gone::taken_out(base.index, merged.index);
    gone.retain(|one| from_before.contains(one));
    gone.into_iter().map(MergeNote::TakenOut).collect()
}

/// Values of a type, by secret and environment, that lie under another than its current data key.
fn behind<'i>(
    index: &'i Index<'_>,
    kind: EnvironmentType,
) -> impl Iterator<Item = (&'i str, &'i str)> {
    let current = current(index, kind);
    index.secrets().flat_map(move |secret| {
        let values = secret.values().iter().filter(move |value| {
            value.kind() == kind && Some(value.content().fingerprint_text()) != current
        });
        values.map(|value| (secret.name(), value.environment()))
    })
}

fn current<'i>(index: &'i Index<'_>, kind: EnvironmentType) -> Option<&'i str> {
    index.keys().of_type(kind).current().map(crate::index::Current::fingerprint_text)
}

fn was_current(index: &Index<'_>, name: &str, environment: &str) -> bool {
    let value = index.secret(name).and_then(|secret| secret.value(environment));
    value.is_some_and(|value| {
        Some(value.content().fingerprint_text()) == current(index, value.kind())
    })
}

/// Whether a holder has a grant of a current key.
fn is_known(index: &Index<'_>, holder: &str) -> bool {
    let types = EnvironmentType::ALL.map(|kind| index.keys().of_type(kind));
    types.into_iter().chain([index.keys().roster()]).any(|table| {
        let current = table.current().map(crate::index::Current::generation);
        table.grant(holder).is_some_and(|grant| Some(grant.generation()) == current)
    })
}

/// Whether a side took a grant away that the other left alone.
fn taken_out(
    sides: &Sides<'_, '_, '_>,
    base: &Read<'_, '_>,
    kind: EnvironmentType,
    holder: &str,
) -> bool {
    let has = |index: &Index<'_>| index.keys().of_type(kind).grant(holder).is_some();
    has(base.index) && (!has(sides.ours.index) || !has(sides.theirs.index))
}

/// Whether the secret has the value under another name's spelling now.
fn respelled(index: &Index<'_>, secret: &Secret<'_>, environment: &str) -> bool {
    index.secret(secret.name()).is_some_and(|secret| secret.value(environment).is_some())
}
