//! What two people compare: 80 bits as 16 letters and digits in groups of four, `k7wq-3m2a-xvbn-d4ts`.

use std::fmt;

use super::encode::lower_case_base32;
use crate::limits::{CODE, CODE_BYTES};

/// 80 bits that people read to each other: the fingerprint of a holder key, or the code of a deposit.
///
/// ```
/// # use strongroom_vault::Code;
/// let code = Code::parse("K7WQ3M2A-xvbn-d4ts").expect("16 letters and digits");
/// assert_eq!(code.to_string(), "k7wq-3m2a-xvbn-d4ts");
/// assert_eq!(code.plain(), "k7wq3m2axvbnd4ts");
/// assert_eq!(Code::parse("k7wq-3m2a"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code([u8; CODE_BYTES]);

impl Code {
    /// The first 80 bits of a digest.
    pub(crate) fn of(digest: &[u8]) -> Self {
        let mut bytes = [0; CODE_BYTES];
        bytes.copy_from_slice(&digest[..CODE_BYTES]);
        Self(bytes)
    }

    /// Reads what somebody typed, without regard to dashes and case.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = typed.bytes().filter(|&b| b != b'-').map(|b| b.to_ascii_lowercase());
        let digits: Vec<u8> = digits.take(CODE + 1).collect();
        let mut bytes = [0; CODE_BYTES];
        if digits.len() != CODE {
            return None;
        }
        lower_case_base32().decode_mut(&digits, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The 16 letters and digits without dashes, as a vault has them.
    #[must_use]
    pub fn plain(&self) -> String {
        lower_case_base32().encode(&self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.plain().chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

const GROUP: usize = 4;
