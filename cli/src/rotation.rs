//! New keys for a rotation or a removal: who gets which, where they go, and the one save after which they count.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use strongroom_vault::search::{Generations, UserFolder, private_folder};
use strongroom_vault::{
    AccessKey, Code, Holder, HolderKey, HolderKind, HolderSecret, Index, KeyRing, NewDepositKey,
    NewKeys, Rotated, Rotation, Shown, UnlockedKey, VaultId,
};

use crate::error::{Error, listed};
use crate::new_key::{self, Target, new_passphrase};
use crate::session::Session;
use crate::today::today;
use crate::ui::{self, Terminal};
use crate::{age, deposits, keys};

/// What `holder remove` and `key rotate` have in common.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Make new access keys too, for machines that do not remember which keys they saw
    #[arg(long)]
    pub(crate) rekey: bool,

    /// Write new access keys to new files NAME.key in this folder (-: to standard output)
    #[arg(long, value_name = "FOLDER")]
    keys_to: Option<PathBuf>,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// What was made.
pub(crate) struct Made {
    pub(crate) rotation: Rotation,
    pub(crate) rotated: Rotated,
    /// Holders with new access keys, each with the file, if there is one.
    pub(crate) access: Vec<(String, Option<PathBuf>)>,
    /// Holders who open a new holder key with their own one, and its fingerprint.
    pub(crate) delivered: Vec<(String, Code)>,
    /// Whether the access key that is kept here is another one now.
    own: bool,
}

/// Decides, asks, makes the keys, hands them over, and saves.
pub(crate) fn perform(
    session: &Session<'_>,
    ring: &KeyRing,
    options: &Options,
    decide: impl Fn(&Index<'_>) -> Result<Rotation, Error>,
) -> Result<Made, Error> {
    let index = &session.index;
    let rotation = decide(index)?;
    let stays = |kind| !rotation.kinds.contains(&kind);
    deposits::refuse_doubtful(session.path(), index, ring, stays)?;
    let mut prepared = Prepared::plan(index, ring, &rotation, options)?;
    agree(index, ring, &rotation, options)?;
    let new = prepared.make(index, ring, &rotation)?;
    let rotate = |draft: &mut strongroom_vault::Draft<'_, '_>, index: &Index<'_>| {
        keys::refuse_changed_roster(index, ring)?;
        if decide(index)? != rotation {
            return Err(Error::cannot("the holders changed meanwhile\ntry again"));
        }
        Ok(draft.rotate(ring, &rotation, &new, today())?)
    };
    if !prepared.handed.is_empty() || prepared.own.is_some() {
        // First whether it can be done at all: a key must not be shown that opens nothing.
        session.rehearse(rotate)?;
    }
    prepared.hand_over(index)?;
    let rotated = session.edit(rotate).inspect_err(|_| prepared.take_back(index))?;
    prepared.settle(index);
    let access = prepared.handed.iter().map(|handed| {
        (handed.holder.clone(), handed.target.as_ref().and_then(Target::file).map(Path::to_owned))
    });
    let access = access.collect();
    let own = matches!(prepared.own, Some(Own::AccessKey(..)));
    Ok(Made { access, delivered: prepared.delivered, own, rotation, rotated })
}

/// Says what will be done, and asks whether it is meant.
fn agree(
    index: &Index<'_>,
    ring: &KeyRing,
    rotation: &Rotation,
    options: &Options,
) -> Result<(), Error> {
    if options.yes {
        return Ok(());
    }
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::usage("no terminal to ask at\ndo it without a question: --yes"));
    };
    if !rotation.kinds.is_empty() {
        let kinds = listed(rotation.kinds.iter().map(|kind| kind.as_str()));
        let values = index.secrets().flat_map(strongroom_vault::Secret::values);
        let values = values.filter(|value| rotation.kinds.contains(&value.kind())).count();
        ui::say(&format!("new data keys for {kinds}; {values} values are sealed again"));
    }
    if rotation.roster {
        ui::say("a new roster key, and a new key for every holder who stays");
        let dropped = dropped(index, ring, rotation);
        if !dropped.is_empty() {
            ui::say(&format!(
                "their passphrases are not known here, so these are dropped, and can be added again: {}",
                listed(dropped.iter().map(String::as_str))
            ));
        }
    }
    let question = match &rotation.removed {
        Some(name) if rotation.leaves => format!("remove {}?", Shown(name)),
        Some(name) => format!("take this from {}?", Shown(name)),
        None => "make new keys?".to_owned(),
    };
    terminal.confirm(&question, Error::no("nothing was changed"))
}

/// The holders with a passphrase who are dropped: all but the one whose key is at hand.
fn dropped(index: &Index<'_>, ring: &KeyRing, rotation: &Rotation) -> Vec<String> {
    let names = rotation.rekeyed.iter().filter(|name| name.as_str() != ring.holder());
    let has_passphrase = |name: &&String| {
        let kind = index.holder(name).map(Holder::kind);
        matches!(kind, Some(HolderKind::Passphrase { .. }))
    };
    names.filter(has_passphrase).cloned().collect()
}

/// A new access key that somebody else will use.
struct Handed {
    holder: String,
    key: AccessKey,
    /// Where it goes, once that is decided.
    target: Option<Target>,
}

/// A new key of the holder whose key is kept in this user's configuration folder.
enum Own {
    AccessKey(String, AccessKey),
    Unlocked(String, UnlockedKey),
}

#[derive(Default)]
struct Prepared {
    handed: Vec<Handed>,
    own: Option<Own>,
    /// The name of this user's own new access key until the vault needs it, once it is kept.
    kept_as: Option<String>,
    delivered: Vec<(String, Code)>,
    /// Where handed keys go: a folder, or standard output.
    keys_to: Option<PathBuf>,
}

impl Prepared {
    /// Refuses what cannot be done before anybody is asked anything.
    fn plan(
        index: &Index<'_>,
        ring: &KeyRing,
        rotation: &Rotation,
        options: &Options,
    ) -> Result<Self, Error> {
        let others: Vec<&str> = rotation
            .rekeyed
            .iter()
            .map(String::as_str)
            .filter(|name| is_access_key(index, name) && !is_kept_here(index, ring, name))
            .collect();
        if !others.is_empty() && options.keys_to.is_none() {
            return Err(Error::usage(format!(
                "new access keys are made for {}: where do they go?\nwrite them to files with: --keys-to FOLDER",
                listed(others.iter().copied())
            )));
        }
        if rotation.rekeyed.iter().any(|name| is_access_key(index, name)) {
            new_key::permit()?;
        }
        Ok(Self { keys_to: options.keys_to.clone(), ..Self::default() })
    }

    fn make(
        &mut self,
        index: &Index<'_>,
        ring: &KeyRing,
        rotation: &Rotation,
    ) -> Result<NewKeys, Error> {
        let (id, mut new) = (index.id(), NewKeys::default());
        for name in &rotation.rekeyed {
            let Some(holder) = index.holder(name) else { continue };
            let secret = match holder.kind() {
                HolderKind::AccessKey => {
                    let key = AccessKey::generate(id)?;
                    if is_kept_here(index, ring, name) {
                        self.own = Some(Own::AccessKey(name.clone(), key.clone()));
                    } else {
                        let (holder, key) = (name.clone(), key.clone());
                        self.handed.push(Handed { holder, key, target: None });
                    }
                    HolderSecret::AccessKey(key)
                }
                HolderKind::Age { recipient, .. } => {
                    let key = HolderKey::generate()?;
                    let delivered = age::encrypt(recipient, &key.to_delivered(id, name))?;
                    self.delivered.push((name.clone(), key.fingerprint(id, name)));
                    if name == ring.holder() {
                        self.own = Some(Own::Unlocked(name.clone(), UnlockedKey::of(id, &key)));
                    }
                    HolderSecret::PublicKey { recipient: recipient.to_string(), key, delivered }
                }
                HolderKind::Passphrase { .. } if name == ring.holder() => {
                    ui::say(&format!(
                        "a new passphrase for `{}`, since the old key is known:",
                        Shown(name)
                    ));
                    HolderSecret::Passphrase(new_passphrase()?)
                }
                HolderKind::Passphrase { .. } => continue,
            };
            new.holders.insert(name.clone(), secret);
        }
        for &kind in &rotation.kinds {
            if age::IS_BUILT_IN || index.deposits().key(kind).is_some() {
                let (recipient, identity) = age::new_identity()?;
                new.deposits.push(NewDepositKey { kind, recipient, identity });
            }
        }
        Ok(new)
    }

    /// Gives the new keys to those who keep them, before the vault needs them.
    fn hand_over(&mut self, index: &Index<'_>) -> Result<(), Error> {
        let mut failed = None;
        for handed in &mut self.handed {
            let target = match self.keys_to.as_deref() {
                Some(path) if path == Path::new("-") => Target::Output,
                Some(folder) => Target::File(folder.join(format!("{}.key", handed.holder))),
                None => continue,
            };
            let given = match &target {
                Target::Output => {
                    ui::new_key(&format!("{} {}", handed.holder, *handed.key.to_text()))
                }
                Target::File(path) => {
                    make_folder(path).and_then(|()| new_key::hand_over(&handed.key, &target))
                }
            };
            if let Err(error) = given {
                failed = Some(error);
                break;
            }
            handed.target = Some(target);
        }
        if failed.is_none()
            && let Some(Own::AccessKey(name, key)) = &self.own
            && let Some(folder) = UserFolder::find()
        {
            // Beside the old one, so that one of the two opens the vault whenever this ends.
            let next = free_name(&folder, index.id(), name, "next");
            match folder.keep_key(index.id(), &next, key) {
                Ok(_) => self.kept_as = Some(next),
                Err(error) => {
                    failed = Some(Error::file("keep the key in", &folder.keys_folder(), &error));
                }
            }
        }
        match failed {
            Some(error) => {
                self.take_back(index);
                Err(error)
            }
            None => Ok(()),
        }
    }

    fn take_back(&self, index: &Index<'_>) {
        for target in self.handed.iter().filter_map(|handed| handed.target.as_ref()) {
            new_key::take_back(target);
        }
        if let (Some(name), Some(folder)) = (&self.kept_as, UserFolder::find()) {
            let _ = folder.forget_key(index.id(), name);
        }
    }

    /// The vault is saved: what this user keeps is the new key alone.
    fn settle(&self, index: &Index<'_>) {
        let Some(folder) = UserFolder::find() else { return };
        let id = index.id();
        match &self.own {
            Some(Own::AccessKey(name, key)) if replace_kept(&folder, index, name, key) => {
                if let Some(next) = &self.kept_as {
                    let _ = folder.forget_key(id, next);
                }
            }
            Some(Own::Unlocked(name, key)) => {
                // Made here a moment ago: nobody has to compare it with anything.
                let trust = |_| folder.trust_fingerprint(id, name, key.fingerprint(id, name));
                if folder.keep_unlocked(id, name, key, None).and_then(trust).is_err() {
                    ui::say("open your new key with: strongroom unlock");
                }
            }
            _ => {}
        }
    }
}

/// Puts a new access key in the place of the one that is kept, which stays beside it: the saved vault may not survive what
/// git does next. It opens no newer vault than the one until now: whoever was removed may know it.
fn replace_kept(folder: &UserFolder, index: &Index<'_>, name: &str, key: &AccessKey) -> bool {
    let id = index.id();
    let kept = folder.keys(id).map(|kept| kept.keys).unwrap_or_default();
    if let Some(old) = kept.iter().find(|old| old.holder() == name && !old.is_unlocked()) {
        let previous = free_name(folder, id, name, "previous");
        if folder.put_aside(old, &previous, Generations::shown_by(index)).is_err() {
            return false;
        }
    }
    folder.keep_key(id, name, key).is_ok()
}

/// What the file of a holder's other key is called, one for which the vault has no use yet or any more: as no holder can
/// be, and as no file is. One that is there is of an earlier rotation, and may be the only key that opens the vault that
/// git has.
fn free_name(folder: &UserFolder, id: VaultId, holder: &str, which: &str) -> String {
    let kept = folder.keys(id).unwrap_or_default().keys;
    let mut name = format!("{holder}~{which}");
    while kept.iter().any(|key| key.holder() == name) {
        name.push('~');
    }
    name
}

fn make_folder(file: &Path) -> Result<(), Error> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    match fs::metadata(folder) {
        Ok(_) => Ok(()),
        Err(_) => private_folder()
            .recursive(true)
            .create(folder)
            .map_err(|error| Error::file("make the folder", folder, &error)),
    }
}

fn is_access_key(index: &Index<'_>, name: &str) -> bool {
    matches!(index.holder(name).map(Holder::kind), Some(HolderKind::AccessKey))
}

/// Whether a holder's access key is the one at hand, kept in the user's configuration folder.
fn is_kept_here(index: &Index<'_>, ring: &KeyRing, name: &str) -> bool {
    name == ring.holder()
        && UserFolder::find().and_then(|folder| folder.keys(index.id()).ok()).is_some_and(|kept| {
            kept.keys.iter().any(|key| key.holder() == name && !key.is_unlocked())
        })
}

/// What was made, for `--json`.
pub(crate) fn to_json(made: &Made) -> Json {
    let access = made.access.iter().map(|(holder, file)| {
        json!({ "holder": holder, "key_file": file.as_ref().map(|file| file.display().to_string()) })
    });
    let delivered = made.delivered.iter().map(
        |(holder, fingerprint)| json!({ "holder": holder, "fingerprint": fingerprint.to_string() }),
    );
    json!({
        "types": made.rotation.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "roster": made.rotation.roster,
        "values": made.rotated.values,
        "access_keys": access.collect::<Vec<_>>(),
        "delivered": delivered.collect::<Vec<_>>(),
        "dropped": made.rotated.dropped,
    })
}

/// What everybody has to know after new keys were made.
pub(crate) fn explain(made: &Made) {
    for (holder, file) in &made.access {
        match file {
            Some(file) => ui::say(&format!(
                "the new access key of `{}` is in {}",
                Shown(holder),
                file.display()
            )),
            None => ui::say(&format!(
                "the new access key of `{}` was printed, and is not shown again",
                Shown(holder)
            )),
        }
    }
    if made.own {
        ui::say(
            "your own kept key is another one now: back it up; the old one is kept beside it, as NAME~previous.key",
        );
    }
    for (holder, fingerprint) in &made.delivered {
        ui::say(&format!("`{}` types: strongroom unlock --expect {fingerprint}", Shown(holder)));
    }
    if !made.rotated.dropped.is_empty() {
        ui::say(&format!(
            "dropped, since nobody but they know their passphrases: {}\nadd each again: strongroom holder add NAME --passphrase",
            listed(made.rotated.dropped.iter().map(String::as_str))
        ));
    }
}
