//! Whether a value or a key may leave the vault: into a terminal, a pipe or a file. The only place that decides;
//! and what a value looks like there.

use std::env;

use strongroom_vault::{Plaintext, Shown, StoreEntry, is_dangerous};
use zeroize::Zeroizing;

use crate::error::Error;

/// Refuses to show what is named where `STRONGROOM_NO_REVEAL` forbids it. A command asks before it asks anybody for anything; what
/// prints and writes asks again, so that a command that forgot cannot show anything either.
pub(crate) fn permit(what: &str) -> Result<(), Error> {
    if !is_forbidden() {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "{what} would be shown, and {VARIABLE} forbids that here\n\
         give secrets to a program without showing them with: strongroom run -- COMMAND"
    )))
}

/// The same for values on their way into a store that is files of this machine: whoever may not see a value could read them.
pub(crate) fn permit_into(store: &StoreEntry<'_>) -> Result<(), Error> {
    if store.kind() != FILES || !is_forbidden() {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "values would be written into the files of the store `{}`, and {VARIABLE} forbids that here\n\
         only look with: --dry-run",
        Shown(store.name())
    )))
}

fn is_forbidden() -> bool {
    env::var_os(VARIABLE).is_some_and(|word| !word.is_empty() && word != "0")
}

/// A value for a person, one line of it after the other, without anything that changes what a terminal does.
pub(crate) fn line(mark: &str, value: Option<&Plaintext>) -> Zeroizing<Vec<u8>> {
    let text = value.map(|value| (std::str::from_utf8(value.as_bytes()), value.as_bytes().len()));
    let told = match text {
        None => "(lies under a data key that is gone, or in a store)".to_owned(),
        Some((Err(_), bytes)) => format!("({bytes} bytes that are no text)"),
        Some((Ok(text), bytes)) => {
            // Never moved, so that nothing stays of it: an escape is `\u{10ffff}` at most.
            let indent = mark.len() + 1;
            let most = ESCAPE.max(indent + 1);
            let mut line = Zeroizing::new(Vec::with_capacity(most * bytes + indent + 1));
            line.extend(mark.as_bytes());
            line.push(b' ');
            for c in text.chars() {
                let mut utf8 = [0; 4];
                match c {
                    '\n' => {
                        line.push(b'\n');
                        line.extend(std::iter::repeat_n(b' ', indent));
                    }
                    c if is_dangerous(c) => line.extend(c.escape_default().map(|c| c as u8)),
                    c => line.extend(c.encode_utf8(&mut utf8).as_bytes()),
                }
            }
            line.push(b'\n');
            return line;
        }
    };
    Zeroizing::new(format!("{mark} {told}\n").into_bytes())
}

/// The variable with which a shell is handed to a tool.
const VARIABLE: &str = "STRONGROOM_NO_REVEAL";

/// The kind of store that is files of this machine.
const FILES: &str = "directory";

/// Bytes of the longest escape.
const ESCAPE: usize = 10;
