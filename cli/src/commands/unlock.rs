//! `strongroom unlock`: opens a holder key once, so that nobody is asked again.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use strongroom_vault::search::{self, HOLDER_VARIABLE, Source, UserFolder, Wanted, unlock};
use strongroom_vault::{
    Code, Credential, EnvironmentType, Holder, HolderKind, Index, Shown, UnlockedKey,
};

use crate::error::{Error, Status, listed};
use crate::keys;
use crate::session::Place;
use crate::today::unix_now;
use crate::ui::{self, Terminal};
use crate::unlocking::{self, Found, IdentityFiles, Opened};

/// Open your holder key once, with your identity or passphrase, and keep it for later commands
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A holder with a public key is opened with the identity of `strongroom key new`, with ~/.ssh/id_ed25519 or
~/.ssh/id_rsa, or with a file that --identity or STRONGROOM_IDENTITY names. What is kept opens values, and not
the roster; only you can read it. `strongroom lock` forgets it.

Examples:
  strongroom unlock --expect k7wq-3m2a-xvbn-d4ts    the first time; the one who added you has it
  strongroom unlock --for 8h                        for today")]
pub(crate) struct Args {
    /// Use the identity in this file: an age identity or an SSH key
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,

    /// Refuse every holder key but the one with this fingerprint
    #[arg(long, value_name = "FINGERPRINT")]
    expect: Option<String>,

    /// Keep it only so long, for example 8h or 30m
    #[arg(long = "for", value_name = "TIME")]
    time: Option<String>,

    /// Open the key of this holder
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let expected = args.expect.as_deref().map(code).transpose()?;
    let time = args.time.as_deref().map(time).transpose()?;
    let folder = UserFolder::find()
        .ok_or_else(|| Error::cannot("no configuration folder to keep keys in: HOME is not set"))?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let opened = open(args, index)?;
    let found = checked(index, &opened)?;
    trust(index, &folder, &opened, expected)?;
    // Only now: what somebody else delivered must not be remembered.
    let ring = keys::trusted(index, Wanted::Anything, found)?.ring;
    let until = time.map(|time| unix_now().saturating_add(time.as_secs()));
    let kept = UnlockedKey::of(index.id(), &opened.key);
    folder
        .keep_unlocked(index.id(), &opened.holder, &kept, until)
        .map_err(|error| Error::file("keep the key in", &folder.keys_folder(), &error))?;
    keys::remember(index.id(), &ring);
    let opens: Vec<&str> = ring.kinds().map(EnvironmentType::as_str).collect();
    let end = match &args.time {
        Some(time) => format!("for {}", Shown(time)),
        None => "until: strongroom lock".to_owned(),
    };
    let (holder, kinds) = (Shown(&opened.holder), listed(opens.iter().copied()));
    ui::say(&format!("unlocked `{holder}`: it opens {kinds} here {end}"));
    Ok(Status::Done)
}

/// Opens a holder key, whole.
fn open(args: &Args, index: &Index<'_>) -> Result<Opened, Error> {
    let variable = env::var(HOLDER_VARIABLE).ok().filter(|name| !name.is_empty());
    let named = args.holder.as_deref().or(variable.as_deref());
    let named = named.map(|name| named_holder(index, name)).transpose()?;
    let only = |holders: Vec<_>| match named {
        Some(named) => holders
            .into_iter()
            .filter(|holder: &&Holder<'_>| holder.name() == named.name())
            .collect(),
        None => holders,
    };
    let with_public_keys = only(unlocking::with_public_keys(index));
    let with_passphrases = only(unlocking::with_passphrases(index));
    let mut looked = Vec::new();
    let files = IdentityFiles::new(args.identity.as_deref());
    if args.identity.is_some() || !with_public_keys.is_empty() {
        match unlocking::by_identity(index, &with_public_keys, &files)? {
            Found::Opened(opened) => return Ok(opened),
            Found::Nothing(places) => looked = places,
        }
    }
    if args.identity.is_some() || with_passphrases.is_empty() {
        return Err(unlocking::nobody(index, &files, &looked));
    }
    unlocking::by_passphrase(index, &with_passphrases)
}

fn named_holder<'i, 't>(index: &'i Index<'t>, name: &str) -> Result<&'i Holder<'t>, Error> {
    match index.holder(name) {
        Some(holder) if matches!(holder.kind(), HolderKind::AccessKey) => {
            Err(Error::usage(format!(
                "`{}` opens with an access key, and there is nothing to unlock\nkeep the key with: strongroom key add",
                Shown(holder.name())
            )))
        }
        Some(holder) => Ok(holder),
        None => Err(Error::usage(format!("the vault has no holder `{}`", Shown(name)))
            .with_hint("see: strongroom holder list")),
    }
}

/// What the key opens: also whether it is the holder's, since only then its grants open.
fn checked(index: &Index<'_>, opened: &Opened) -> Result<search::Found, Error> {
    let credential = Credential::HolderKey(opened.key.clone());
    let holder = Some(opened.holder.as_str());
    let found = unlock(index, Wanted::Anything, Source::Given, &credential, holder);
    found.map_err(|error| match error {
        strongroom_vault::search::KeyError::Unlock(_, error) => Error::cannot(error),
        error => error.into(),
    })
}

/// Makes sure that a delivered key is the one that whoever added the holder made: anybody could deliver one of their own.
fn trust(
    index: &Index<'_>,
    folder: &UserFolder,
    opened: &Opened,
    expected: Option<Code>,
) -> Result<(), Error> {
    let (id, name) = (index.id(), Shown(&opened.holder));
    let own = opened.key.fingerprint(id, &opened.holder);
    let is_delivered = index.holder(&opened.holder).is_some_and(|it| it.delivered().is_some());
    let known = folder.trusted_fingerprint(id, &opened.holder);
    match (expected, known) {
        (Some(expected), _) if expected == own => {}
        (Some(expected), _) => {
            return Err(Error::cannot(format!(
                "the holder key of `{name}` has another fingerprint than {expected}: it is not the one that was made for \
                 you\nask the one who gave you the fingerprint, and look at: git log -p -S delivered strongroom.toml"
            )));
        }
        (None, Some(known)) if known == own => return Ok(()),
        (None, _) if !is_delivered => return Ok(()),
        (None, known) => ask(name, own, known)?,
    }
    folder
        .trust_fingerprint(id, &opened.holder, own)
        .map_err(|error| Error::file("remember the fingerprint in", folder.path(), &error))
}

fn ask(name: Shown<'_>, own: Code, known: Option<Code>) -> Result<(), Error> {
    let what = match known {
        None => format!("the holder key of `{name}` was not opened here before"),
        Some(known) => format!(
            "the holder key of `{name}` is another one than before, whose fingerprint was {known}: somebody who has the \
             roster key made new ones, or somebody else put one in its place"
        ),
    };
    let hint = "who added you has its fingerprint: strongroom unlock --expect FINGERPRINT";
    // Where nobody compares, the fingerprint is not shown: it would only be copied.
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::cannot(what).with_hint(hint));
    };
    ui::say(&what);
    if terminal.agrees(&format!("its fingerprint is {own}: is that what you were told?"))? {
        Ok(())
    } else {
        Err(Error::no("nothing was unlocked").with_hint(hint))
    }
}

fn code(typed: &str) -> Result<Code, Error> {
    Code::parse(typed).ok_or_else(|| {
        Error::usage(
            "this is no fingerprint: one is 16 letters and digits, k7wq-3m2a-xvbn-d4ts\n\
             who added you has yours: `strongroom holder add` showed it then",
        )
    })
}

fn time(typed: &str) -> Result<Duration, Error> {
    let parsed = typed.parse::<SignedDuration>().ok();
    let parsed = parsed.and_then(|time| Duration::try_from(time).ok());
    parsed.filter(|time| (LEAST..=MOST).contains(time)).ok_or_else(|| {
        Error::usage("--for takes hours and minutes, from 1m to 720h\nfor example: strongroom unlock --for 8h")
    })
}

const LEAST: Duration = Duration::from_mins(1);
const MOST: Duration = Duration::from_hours(720);
