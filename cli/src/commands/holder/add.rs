//! `strongroom holder add`: somebody else who can open environment types, or everything.

use std::path::{Path, PathBuf};

use serde_json::json;
use strongroom_vault::search::KeyPlace;
use strongroom_vault::{
    AccessKey, Draft, EnvironmentType, HolderSecret, Index, NewHolder, Scopes, VaultId,
    check_plain_name,
};

use super::super::wrap;
use super::public_key;
use crate::deposits::{missing_keys, refuse_doubtful};
use crate::environments::{TYPES, kind_of};
use crate::error::{Error, Status, listed};
use crate::new_key::{self, Target};
use crate::session::Place;
use crate::today::today;
use crate::{key_services, keys, ui};

/// Add a holder of environment types, or of everything
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom holder add NAME [PUBLIC_KEY] <--type TYPES | --roster> [--out FILE | --wrap KEY | --passphrase]",
    after_help = "\
With a public key nothing secret is handed over: the holder opens its key with `strongroom unlock`. It is
`age1…` (from `strongroom key new`), or an SSH key, \"ssh-ed25519 AAAA…\" or \"ssh-rsa AAAA…\", or a file with it.
Without one, an access key is made and printed once, to standard output; nobody can print it again. With --wrap
nobody sees it: what is printed is a line for STRONGROOM_KEY that the service opens (docs/key-services.md).

Examples:
  strongroom holder add dev age1… --type preview,dev,local
  strongroom holder add guest guest.pub --type dev
  strongroom holder add ci --type preview,dev
  strongroom holder add shop --type production --wrap aws-kms:alias/shop
  strongroom holder add recovery --roster --passphrase"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Args {
    /// The holder's name
    name: String,

    /// The holder's public key, or a file that holds it
    #[arg(value_name = "PUBLIC_KEY", conflicts_with_all = ["access_key", "passphrase", "out"])]
    public_key: Vec<String>,

    /// What it may open: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',')]
    kinds: Vec<String>,

    /// Let it open everything, and add holders
    #[arg(long, conflicts_with = "kinds")]
    roster: bool,

    /// Make an access key (this is the default without a public key)
    #[arg(long, conflicts_with = "passphrase")]
    access_key: bool,

    /// Write the access key to a new file that only you can read (-: standard output)
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    out: Option<PathBuf>,

    /// Wrap the access key: aws-kms:KEY, gcp-kms:KEY, azure-key:KEY or vault-transit:KEY
    #[arg(long, value_name = "SERVICE:KEY", conflicts_with_all = ["passphrase", "public_key"])]
    wrap: Option<String>,

    /// Use a passphrase, asked for twice or read from standard input
    #[arg(long)]
    passphrase: bool,

    /// Give the name of a holder who was removed again
    #[arg(long)]
    again: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_plain_name(&args.name).map_err(|fault| Error::bad_name("a holder", fault))?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let scopes = scopes(args, index)?;
    let public_key = public_key::given(&args.public_key)?;
    let makes_access_key = !args.passphrase && public_key.is_none();
    let on_output =
        makes_access_key && args.out.as_deref().is_none_or(|path| path == Path::new("-"));
    if args.json && on_output {
        return Err(new_key::both_on_output("--out"));
    }
    let wrap = args.wrap.as_deref().map(|with| key_services::parse_with("--wrap", with));
    let wrap = wrap.transpose()?;
    if makes_access_key && wrap.is_none() {
        new_key::permit()?;
    }
    if let Some(known) = index.holder(&args.name) {
        return Err(strongroom_vault::GrantError::Exists(known.name().to_owned()).into());
    }
    let ring = keys::of_roster(index)?;
    refuse_doubtful(session.path(), index, &ring, |_| true)?;
    let secret = if let Some(public_key) = &public_key {
        public_key::delivered(index.id(), &args.name, public_key)?
    } else if args.passphrase {
        HolderSecret::Passphrase(new_key::new_passphrase()?)
    } else {
        HolderSecret::AccessKey(AccessKey::generate(index.id())?)
    };
    let holder = NewHolder { name: &args.name, secret: &secret, scopes, today: today() };
    let made = missing_keys(index)?;
    let add = |draft: &mut Draft<'_, '_>, index: &Index<'_>| {
        keys::refuse_changed_roster(index, &ring)?;
        if args.again {
            draft.forget_removal(&args.name);
        }
        draft.add_holder(&ring, &holder)?;
        Ok(draft.add_deposit_keys(&ring, &made)?)
    };
    match &secret {
        HolderSecret::Passphrase(_) | HolderSecret::PublicKey { .. } => session.edit(add)?,
        HolderSecret::AccessKey(key) => {
            // A rehearsal first: a key must not be shown for a holder that cannot be added.
            session.rehearse(add)?;
            let target = args.out.as_deref().map_or(Target::Output, Target::from);
            match &wrap {
                Some(with) => {
                    let line = key_services::wrap(with, key)?;
                    new_key::hand_over_line(&line, &target)?;
                }
                None => new_key::hand_over(key, &target)?,
            }
            session.edit(add).inspect_err(|_| new_key::take_back(&target))?;
        }
    }
    explain(args, index.id(), &holder, wrap.as_ref());
    if args.json {
        let opens = |kind: &EnvironmentType| scopes_open(&holder.scopes, *kind);
        let opens = EnvironmentType::ALL.into_iter().filter(opens).map(EnvironmentType::as_str);
        ui::json(&json!({
            "name": args.name,
            "kind": new_key::kind_of(&secret),
            "opens": opens.collect::<Vec<_>>(),
            "roster": holder.scopes.roster,
            "fingerprint": fingerprint(index.id(), &holder),
            "key_file": args.out.as_ref().map(|path| path.display().to_string()),
        }))?;
    }
    Ok(Status::Done)
}

fn scopes(args: &Args, index: &Index<'_>) -> Result<Scopes, Error> {
    if args.roster {
        return Ok(Scopes::everything());
    }
    let mut kinds: Vec<EnvironmentType> = Vec::new();
    for word in &args.kinds {
        let kind = kind_of(index, word)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        return Err(Error::usage(format!(
            "what may `{0}` open? name it with --type, or give everything with --roster\n{TYPES}\n\
             for example: strongroom holder add {0} --type preview,dev",
            args.name
        )));
    }
    Ok(Scopes { kinds, roster: false })
}

fn scopes_open(scopes: &Scopes, kind: EnvironmentType) -> bool {
    scopes.roster || scopes.kinds.contains(&kind)
}

/// What a holder with a public key compares.
fn fingerprint(id: VaultId, holder: &NewHolder<'_>) -> Option<String> {
    match holder.secret {
        HolderSecret::PublicKey { key, .. } => Some(key.fingerprint(id, holder.name).to_string()),
        HolderSecret::AccessKey(_) | HolderSecret::Passphrase(_) => None,
    }
}

fn explain(args: &Args, id: VaultId, holder: &NewHolder<'_>, wrap: Option<&KeyPlace>) {
    let name = &args.name;
    let opens = if holder.scopes.roster {
        "everything, and can add holders".to_owned()
    } else {
        listed(holder.scopes.kinds.iter().map(|kind| kind.as_str()))
    };
    ui::say(&format!("added the holder `{name}`: it opens {opens}"));
    match (&args.out, holder.secret) {
        _ if wrap.is_some() => wrap.into_iter().for_each(wrap::say_use),
        (_, HolderSecret::PublicKey { key, .. }) => ui::say(&format!(
            "once it has pulled this, it types: strongroom unlock --expect {}\n\
             tell it the fingerprint in another way than through the repository",
            key.fingerprint(id, holder.name)
        )),
        (_, HolderSecret::Passphrase(_)) => ui::say(&format!(
            "it opens with the passphrase: at a prompt of this command, or in STRONGROOM_PASSPHRASE with \
             STRONGROOM_HOLDER={name}"
        )),
        (Some(path), _) if path.as_os_str() != "-" => ui::say(&format!(
            "its access key is in {0}; on its machine: strongroom key add {0}",
            path.display()
        )),
        _ => ui::say(
            "its access key was printed and is not shown again: on its machine give it to \
             `strongroom key add`, in CI keep it as STRONGROOM_KEY",
        ),
    }
    ui::say("commit strongroom.toml, so that the holder can open it");
}
