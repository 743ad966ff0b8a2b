//! A POSIX shell's `export` lines: values in single quotes, in which nothing has a meaning.

use crate::entry::Item;
use crate::error::{Unfit, WriteError};
use crate::sheet::Sheet;

/// Writes `export NAME='value'` lines.
///
/// # Errors
///
/// Names that no variable can have, and values with a NUL byte.
pub fn write(items: &[Item<'_>]) -> Result<Sheet, WriteError> {
    let mut sheet = Sheet::new();
    let mut unfit = Vec::new();
    for item in items {
        if !is_variable(item.name) {
            unfit.push((item.name.to_owned(), Unfit::NoVariable));
        } else if item.value.contains(&0) {
            unfit.push((item.name.to_owned(), Unfit::Nul));
        } else {
            sheet.push("export ");
            sheet.push(item.name);
            sheet.push("='");
            for (at, part) in item.value.split(|byte| *byte == b'\'').enumerate() {
                sheet.push(if at == 0 { "" } else { "'\\''" });
                sheet.push(part);
            }
            sheet.push("'\n");
        }
    }
    if unfit.is_empty() { Ok(sheet) } else { Err(WriteError { unfit }) }
}

/// Whether a shell takes this for the name of a variable.
#[must_use]
pub fn is_variable(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
