//! The memory of generations: old keys that somebody puts back are noticed.

use std::fmt;

use crate::crypto::KeyRing;
use crate::environment::EnvironmentType;
use crate::index::{Current, Index};

/// The highest generation seen of each type's data key; 0 where none was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Generations([u32; 4]);

impl Generations {
    /// From numbers in the order of [`EnvironmentType::ALL`].
    #[must_use]
    pub fn new(numbers: [u32; 4]) -> Self {
        Self(numbers)
    }

    /// What a vault shows without a key.
    #[must_use]
    pub fn shown_by(index: &Index<'_>) -> Self {
        Self(
            EnvironmentType::ALL
                .map(|kind| index.keys().of_type(kind).current().map_or(0, Current::generation)),
        )
    }

    /// The generation of a type; 0 where none was seen.
    #[must_use]
    pub fn of(&self, kind: EnvironmentType) -> u32 {
        self.0[kind as usize]
    }

    /// Checks that a vault's data key of a type is not of a lower generation.
    ///
    /// # Errors
    ///
    /// It is: the keys were rolled back.
    pub fn check(&self, index: &Index<'_>, kind: EnvironmentType) -> Result<(), RolledBack> {
        let (seen, now) = (self.of(kind), Self::shown_by(index).of(kind));
        if now < seen { Err(RolledBack { kind, seen, now }) } else { Ok(()) }
    }

    /// Takes over the higher generations of opened keys; whether there were any.
    pub(super) fn raise(&mut self, ring: &KeyRing) -> bool {
        let before = *self;
        for key in ring.keys() {
            let seen = &mut self.0[key.kind() as usize];
            *seen = key.generation().max(*seen);
        }
        *self != before
    }

    /// Takes the generation that a vault has in place of a higher one.
    #[cfg(feature = "edit")]
    pub(super) fn lower(&mut self, older: &RolledBack) {
        let seen = &mut self.0[older.kind as usize];
        *seen = older.now.min(*seen);
    }

    /// Reads what `Display` writes; lines that say nothing are skipped.
    pub(super) fn parse(text: &str) -> Self {
        let mut generations = Self::default();
        for line in text.lines() {
            if let Some((kind, number)) = line.split_once(' ')
                && let Some(kind) = EnvironmentType::from_full(kind)
                && let Ok(number) = number.parse()
            {
                generations.0[kind as usize] = number;
            }
        }
        generations
    }
}

impl fmt::Display for Generations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in EnvironmentType::ALL.into_iter().filter(|kind| self.of(*kind) > 0) {
            writeln!(f, "{kind} {}", self.of(kind))?;
        }
        Ok(())
    }
}

/// A vault with older keys than were seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RolledBack {
    /// The type.
    pub kind: EnvironmentType,
    /// The generation that was seen.
    pub seen: u32,
    /// The generation in the vault now.
    pub now: u32,
}

impl fmt::Display for RolledBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, seen, now } = self;
        write!(
            f,
            "the keys were rolled back: the data key of `{kind}` was seen with generation {seen}, and the vault has {now}"
        )?;
        if *now == 0 {
            return write!(
                f,
                "\nits grants are not in the file any more: restore [keys.{kind}] from git (git log -p strongroom.toml)"
            );
        }
        f.write_str(
            "\n\
             either a rotation was thrown away, or this is an older branch, or somebody put an older vault in its place\n\
             see which, and take the older key if it is meant: strongroom key older\n\
             if nobody here did that: find out who (git log -p strongroom.toml), and restore the newer one",
        )
    }
}

impl std::error::Error for RolledBack {}
