//! Files that hold no values yet: sealed by another tool, or of another format than their name says.

use strongroom_formats::Entry;

use super::input::{Format, Input};
use crate::error::Error;

/// Refuses a file whose values another tool has sealed: the vault would take what they are sealed as for the values.
pub(super) fn refuse_sealed(bytes: &[u8], input: &Input) -> Result<(), Error> {
    if !bytes.windows(SOPS.len()).any(|window| window == SOPS) {
        return Ok(());
    }
    Err(sealed(input, "sops", &format!("sops decrypt {}", name_of(input))))
}

/// As [`refuse_sealed`], where only a value can tell; and refuses a manifest that would become secrets as a whole.
pub(super) fn refuse_entries(entries: &[Entry], input: &Input) -> Result<(), Error> {
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    let is_sealed = |entry: &Entry| entry.value.starts_with(DOTENVX);
    let is_of_dotenvx = |entry: &Entry| entry.name.starts_with("DOTENV_PUBLIC_KEY");
    if entries.iter().any(is_sealed) && entries.iter().any(is_of_dotenvx) {
        let open = format!("dotenvx decrypt --stdout -f {}", name_of(input));
        return Err(sealed(input, "dotenvx", &open));
    }
    if input.format() != Format::Kubernetes && has("apiVersion") && has("kind") {
        return Err(Error::usage(format!(
            "{} is a manifest of Kubernetes: nothing was changed\nread its Secrets with: --format kubernetes",
            input.described()
        )));
    }
    Ok(())
}

/// The file, for a command that is shown.
fn name_of(input: &Input) -> String {
    input.path().map_or_else(|| "FILE".to_owned(), |path| path.display().to_string())
}

fn sealed(input: &Input, by: &str, open: &str) -> Error {
    let format = input.format().word();
    Error::usage(format!(
        "the values in {} are sealed by {by}: nothing was changed\n\
         open them first: {open} | strongroom import --format {format} --type local",
        input.described()
    ))
}

/// What sops writes in place of a value.
const SOPS: &[u8] = b"ENC[AES256_GCM,data:";

/// What dotenvx writes in place of a value.
const DOTENVX: &[u8] = b"encrypted:";
