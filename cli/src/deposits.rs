//! Deposits as people speak of them: by the code that whoever left one was shown.

use strongroom_vault::{Code, Deposit};

/// A deposit's code as it is shown: `k7wq-3m2a-xvbn-d4ts`.
pub(crate) fn shown_code(deposit: &Deposit<'_>) -> String {
    // The reader refuses a vault with any other.
    Code::parse(deposit.code()).map_or_else(String::new, |code| code.to_string())
}
