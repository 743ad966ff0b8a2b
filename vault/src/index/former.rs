//! What was and is remembered: `[retired]`, the previous data keys, and `[removed]`, the holders who are none any more.

use std::borrow::Cow;

use super::shape::{
    Table, bad_form, bad_name, date_of, refuse_spellings, sealed_text, unknown_key,
};
use crate::date::Date;
use crate::environment::EnvironmentType;
use crate::error::{Fault, ReadError};
use crate::limits::{FINGERPRINT, KEPT, REMOVED, RETIRED};
use crate::name::{check_plain_name, fold};

/// The previous data key of a type, sealed under the current one. Nothing is ever loaded with it.
#[derive(Debug, Clone)]
pub struct Retired<'t> {
    pub(super) kind: EnvironmentType,
    fingerprint: Cow<'t, str>,
    sealed: Cow<'t, str>,
}

impl Retired<'_> {
    /// The type whose data key it was.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// The fingerprint of the previous key, as 16 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The sealed key as base64url text.
    #[must_use]
    pub fn sealed(&self) -> &str {
        &self.sealed
    }
}

/// A holder who was removed.
#[derive(Debug, Clone)]
pub struct Removed<'t> {
    name: Cow<'t, str>,
    on: Date,
}

impl Removed<'_> {
    /// The name that it had.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The day on which it was removed; not authenticated.
    #[must_use]
    pub fn on(&self) -> Date {
        self.on
    }

    /// Whether a name is that of this holder, in any spelling.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        fold(&self.name) == fold(name)
    }
}

/// Reads `[retired]`.
pub(super) fn read_retired<'t>(root: Table<'_, 't>) -> Result<Vec<Retired<'t>>, ReadError> {
    let mut retired = Vec::new();
    let Some(value) = root.get("retired") else {
        return Ok(retired);
    };
    let known = EnvironmentType::ALL.map(EnvironmentType::as_str);
    for (key, value) in Table::of(root.text, value)?.entries() {
        let Some(kind) = EnvironmentType::from_full(key.get_ref()) else {
            return Err(unknown_key(root.text, key, "retired", &known));
        };
        let table = Table::of(root.text, value)?;
        if table.tree.len() > RETIRED {
            let fault = Fault::TooMany("retired keys of one type", RETIRED);
            return Err(fault.at(root.text, key.span().start));
        }
        for (key, value) in table.entries() {
            let fingerprint = key.get_ref();
            let is_digit = |b| matches!(b, b'0'..=b'9' | b'a'..=b'f');
            if fingerprint.len() != 2 * FINGERPRINT || !fingerprint.bytes().all(is_digit) {
                let wanted = "a fingerprint of 16 hexadecimal digits";
                return Err(bad_form(root.text, fingerprint, wanted, key.span().start));
            }
            let sealed = sealed_text(root.text, value, "a sealed data key", |bytes| bytes == KEPT)?;
            retired.push(Retired { kind, fingerprint: fingerprint.clone(), sealed });
        }
    }
    Ok(retired)
}

/// Reads `[removed]`.
pub(super) fn read_removed<'t>(root: Table<'_, 't>) -> Result<Vec<Removed<'t>>, ReadError> {
    let (mut removed, mut places) = (Vec::new(), Vec::new());
    let Some(value) = root.get("removed") else {
        return Ok(removed);
    };
    for (key, value) in Table::of(root.text, value)?.entries() {
        let name = key.get_ref();
        let at = key.span().start;
        check_plain_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
        if removed.len() == REMOVED {
            return Err(Fault::TooMany("removed holders", REMOVED).at(root.text, at));
        }
        places.push((name.as_ref(), at));
        let table = Table { at, ..Table::of(root.text, value)? };
        table.only(&format!("removed.{name}"), &["on"])?;
        let on = date_of(root.text, table.need("on")?)?;
        removed.push(Removed { name: name.clone(), on });
    }
    refuse_spellings(root.text, &places)?;
    Ok(removed)
}
