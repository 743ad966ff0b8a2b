//! What a plugin asks and says, at the terminal.

use age::Callbacks;
use age::secrecy::SecretString;
use zeroize::Zeroizing;

use crate::ui::{self, Asked, Terminal};

/// Answers a plugin's questions with those of whoever is at the terminal. Where nobody is, it learns that.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AtTerminal;

impl Callbacks for AtTerminal {
    fn display_message(&self, message: &str) {
        ui::say(message);
    }

    fn confirm(&self, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let no = no.unwrap_or("no");
        Terminal::of_person()?.agrees(&format!("{message}\n{yes}, or {no}?")).ok()
    }

    fn request_public_string(&self, description: &str) -> Option<String> {
        Terminal::of_person()?.ask(&format!("{description}: ")).ok()
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        let typed =
            Terminal::of_person()?.hidden(&format!("{description}: "), Asked::Passphrase).ok()?;
        let text = Zeroizing::new(String::from_utf8_lossy(&typed).into_owned());
        Some(SecretString::from(text.as_str().to_owned()))
    }
}
