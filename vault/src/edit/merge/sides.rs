//! The three texts of a merge, and what each side did to the first.

use super::entries::{Entry, Read, Stands, is_same};
use super::subject::{Groups, is_other, respelled, respelled_settings, secret_or_setting};
use crate::environment::EnvironmentType;
use crate::index::{Content, Index, KeyTable, Value};
use crate::name::fold;

/// One side of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that is merged into: the branch at hand. In a rebase it is the branch that commits are moved onto.
    Ours,
    /// The side that is merged.
    Theirs,
}

impl Side {
    /// The word for it, as git has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
        }
    }
}

/// The texts: what both began with, if they began with one, and the two sides.
pub(super) struct Sides<'s, 'd, 't> {
    pub(super) base: Option<&'s Read<'d, 't>>,
    pub(super) ours: &'s Read<'d, 't>,
    pub(super) theirs: &'s Read<'d, 't>,
}

impl<'s, 'd, 't> Sides<'s, 'd, 't> {
    pub(super) fn of(&self, side: Side) -> &'s Read<'d, 't> {
        match side {
            Side::Ours => self.ours,
            Side::Theirs => self.theirs,
        }
    }

    pub(super) fn before(&self, entry: &Entry) -> Option<Stands<'d, 't>> {
        self.base.and_then(|base| base.get(entry))
    }

    /// Whether a side has an entry as it was before.
    pub(super) fn kept(&self, side: Side, entry: &Entry) -> bool {
        is_same(self.before(entry), self.of(side).get(entry))
    }

    /// Whether a side made a new key; a first one is none.
    pub(super) fn rotated(
        &self,
        side: Side,
        table: impl for<'i> Fn(&'i Index<'t>) -> &'i KeyTable<'t>,
    ) -> bool {
        let before = self.base.and_then(|base| table(base.index).current());
        before.is_some() && is_other(before, table(self.of(side).index).current())
    }

    pub(super) fn rotated_type(&self, side: Side, kind: EnvironmentType) -> bool {
        self.rotated(side, |index| index.keys().of_type(kind))
    }

    pub(super) fn rotated_roster(&self, side: Side) -> bool {
        self.rotated(side, |index| index.keys().roster())
    }

    /// Whether a side removed a holder that was not removed before, and left nothing of it.
    pub(super) fn removed(&self, side: Side, holder: &str) -> bool {
        let index = self.of(side).index;
        let before = self.base.is_some_and(|base| base.index.removal(holder).is_some());
        index.removal(holder).is_some() && !before && index.holder(holder).is_none()
    }

    /// What the sides disagree about as a whole.
    pub(super) fn groups(&self) -> Groups {
        let (a, b) = (self.ours.index.keys(), self.theirs.index.keys());
        let mut groups = Groups {
            roster: is_other(a.roster().current(), b.roster().current()) && self.roster_clash(),
            ..Groups::default()
        };
        for kind in EnvironmentType::ALL {
            let both = [Side::Ours, Side::Theirs].iter().all(|side| {
                self.rotated_type(*side, kind) || (self.base.is_none() && self.has_key(*side, kind))
            });
            if both && is_other(a.of_type(kind).current(), b.of_type(kind).current()) {
                groups.kinds.insert(kind);
            }
        }
        for name in self.names(|index| index.named_environments().iter().map(ToString::to_string)) {
            if self.environment_clash(&name) {
                groups.environments.insert(fold(&name), name);
            }
        }
        for name in self.names(|index| index.holders().iter().map(|it| it.name().to_owned())) {
            if self.holder_clash(&name) {
                groups.holders.insert(fold(&name), name);
            }
        }
        for name in self.names(|index| index.stores().iter().map(|it| it.name().to_owned())) {
            if self.store_clash(&name) {
                groups.stores.insert(fold(&name), name);
            }
        }
        groups.spellings = respelled(self.ours.index, self.theirs.index);
        let secret =
            |index: &'s Index<'t>, name: &str| index.secret(name).map(crate::index::Secret::name);
        groups.spellings.retain(|_, name| self.spelling_clash("secrets", name, secret));
        groups.setting_spellings = respelled_settings(self.ours.index, self.theirs.index);
        let setting = |index: &'s Index<'t>, name: &str| {
            index.settings().get(name).map(crate::index::PlainSetting::name)
        };
        groups.setting_spellings.retain(|_, name| self.spelling_clash("settings", name, setting));
        groups.secret_or_setting = secret_or_setting(self.ours.index, self.theirs.index);
        groups.secret_or_setting.retain(|_, name| {
            self.spelling_clash("secrets", name, secret)
                && self.spelling_clash("settings", name, setting)
        });
        groups
    }

    fn has_key(&self, side: Side, kind: EnvironmentType) -> bool {
        self.of(side).index.keys().of_type(kind).current().is_some()
    }

    /// Names that a side has, each in one spelling.
    fn names<I: Iterator<Item = String>>(&self, of: impl Fn(&'s Index<'t>) -> I) -> Vec<String> {
        let mut names: Vec<String> = of(self.ours.index).chain(of(self.theirs.index)).collect();
        names.extend(self.base.into_iter().flat_map(|base| of(base.index)));
        names.sort_by_key(|name| fold(name));
        names.dedup_by_key(|name| fold(name));
        names
    }

    /// Whether both made a new roster key, or one did while the other changed what only the previous one admits.
    fn roster_clash(&self) -> bool {
        let rotated = |side| self.base.is_none() || self.rotated_roster(side);
        let under_it = |side| {
            let read = self.of(side);
            let both = read.entries.keys().chain(self.base.iter().flat_map(|it| it.entries.keys()));
            let mut tables = both.filter(|entry| match entry.path().as_slice() {
                ["holders" | "keys" | "retired", _] | ["removed"] => true,
                ["deposits", part] => *part != "waiting",
                _ => false,
            });
            tables.any(|entry| !self.kept(side, entry))
        };
        match (rotated(Side::Ours), rotated(Side::Theirs)) {
            (true, true) => true,
            (true, false) => under_it(Side::Theirs),
            (false, true) => under_it(Side::Ours),
            (false, false) => false,
        }
    }

    /// Whether the sides declare an environment differently, in a way that a value of one of them cannot follow.
    fn environment_clash(&self, name: &str) -> bool {
        let declared = |index: &Index<'_>| {
            let mut named = index.named_environments().iter();
            named.find(|it| fold(it.name()) == fold(name)).cloned()
        };
        let before = self.base.and_then(|base| declared(base.index));
        let (ours, theirs) = (declared(self.ours.index), declared(self.theirs.index));
        if ours == theirs {
            return false;
        }
        let stayed = if ours == before {
            Side::Ours
        } else if theirs == before {
            Side::Theirs
        } else {
            return true;
        };
        // The other side declared it first, or removed or retyped what this one may have used.
        before.is_some() && self.uses(stayed, name)
    }

    /// Whether a side set a value in an environment, or left one for it.
    fn uses(&self, side: Side, environment: &str) -> bool {
        let index = self.of(side).index;
        let sets = index.secrets().any(|secret| {
            let value =
                secret.values().iter().find(|it| fold(it.environment()) == fold(environment));
            value.is_some_and(|value| {
                let before = self.base.and_then(|base| base.index.secret(secret.name()));
                let before = before.and_then(|before| before.value(value.environment()));
                is_set(before, Some(value))
            })
        });
        let mut settings = index.settings().iter();
        let sets = sets
            || settings.any(|setting| {
                let value =
                    setting.values().iter().find(|it| fold(it.scope()) == fold(environment));
                value.is_some_and(|value| {
                    let entry = Entry::new(&["settings", setting.name()], value.scope());
                    !self.kept(side, &entry)
                })
            });
        let mut waiting = index.deposits().waiting().iter();
        sets || waiting.any(|deposit| {
            let entry = Entry::new(&["deposits", "waiting"], deposit.code());
            fold(deposit.environment()) == fold(environment) && self.before(&entry).is_none()
        })
    }

    /// Whether both sides made something of a holder, and not the same.
    fn holder_clash(&self, name: &str) -> bool {
        if self.removed(Side::Ours, name) || self.removed(Side::Theirs, name) {
            return false;
        }
        let spelled = |side: Side| self.of(side).index.holder(name).map(|it| it.name().to_owned());
        if let (Some(ours), Some(theirs)) = (spelled(Side::Ours), spelled(Side::Theirs))
            && ours != theirs
        {
            return true;
        }
        let changed = [Side::Ours, Side::Theirs].map(|side| self.holder_changed(side, name));
        if changed == [true, true] && !self.is_same_holder(name) {
            return true;
        }
        // A grant that one side took out by hand, and the other made anew.
        EnvironmentType::ALL.map(EnvironmentType::as_str).into_iter().chain(["roster"]).any(
            |scope| {
                let entry = Entry::new(&["keys", scope], name);
                let has = |side| self.of(side).get(&entry).is_some();
                let takes_out = |side| self.before(&entry).is_some() && !has(side);
                let remakes = |side| has(side) && !self.kept(side, &entry);
                let stays = |side: Side| self.of(side).index.holder(name).is_some();
                [Side::Ours, Side::Theirs]
                    .into_iter()
                    .any(|side| takes_out(side) && remakes(side.other()) && stays(side))
            },
        )
    }

    /// Whether a side changed what a holder is, its word for the deposit keys apart.
    pub(super) fn holder_changed(&self, side: Side, name: &str) -> bool {
        let (here, there) = (self.of(side), self.base);
        let mine = here.below(&["holders", name]).map(|(entry, _)| entry);
        let before = there.into_iter().flat_map(|it| it.below(&["holders", name]).map(|(e, _)| e));
        let mut all = mine.chain(before);
        all.any(|entry| entry.key != "vouch" && !self.kept(side, entry))
    }

    fn is_same_holder(&self, name: &str) -> bool {
        let ours = self.ours.below(&["holders", name]).map(|(entry, _)| entry);
        let theirs = self.theirs.below(&["holders", name]).map(|(entry, _)| entry);
        let mut all = ours.chain(theirs).filter(|entry| entry.key != "vouch");
        all.all(|entry| is_same(self.ours.get(entry), self.theirs.get(entry)))
    }

    /// Whether a secret or setting that the sides have in different ways was changed by more than one of them.
    fn spelling_clash(
        &self,
        table: &str,
        name: &str,
        spelled_in: impl Fn(&'s Index<'t>, &str) -> Option<&'s str>,
    ) -> bool {
        let before = self.base.and_then(|base| spelled_in(base.index, name));
        let untouched = |side: Side| {
            let read = self.of(side);
            let spelled = spelled_in(read.index, name);
            spelled.is_some()
                && spelled == before
                && spelled.is_some_and(|spelled| {
                    let path = [table, spelled];
                    let before = self.base.into_iter().flat_map(|base| base.below(&path));
                    let mut all = read.below(&path).chain(before).map(|(entry, _)| entry);
                    all.all(|entry| self.kept(side, entry))
                })
        };
        !untouched(Side::Ours) && !untouched(Side::Theirs)
    }
}

/// Whether a value was set, or removed, rather than only sealed again under another key.
pub(super) fn is_set(before: Option<&Value<'_>>, after: Option<&Value<'_>>) -> bool {
    match (before, after) {
        (None, None) => false,
        (Some(before), Some(after)) if before.version() == after.version() => {
            match (before.content(), after.content()) {
                (Content::Sealed(a), Content::Sealed(b)) => {
                    let under = |content: &Content<'_>| content.fingerprint_text().to_owned();
                    a != b && under(before.content()) == under(after.content())
                }
                (
                    Content::Reference { store: a_store, reference: a, .. },
                    Content::Reference { store: b_store, reference: b, .. },
                ) => (a_store, a) != (b_store, b),
                _ => true,
            }
        }
        _ => true,
    }
}
