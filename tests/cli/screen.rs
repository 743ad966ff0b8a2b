//! A shell at a real pseudo-terminal, and everything that was on its screen.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::session::{STRONGROOM, Session, refuse_secrets};

/// A shell at a terminal, and everything that was on its screen.
pub struct Screen {
    pty: PtySession,
    seen: String,
}

impl Screen {
    /// Runs lines in a shell; then its status and the terminal's settings appear.
    pub fn of(session: &Session, lines: &str) -> Self {
        // What starts terminals for tests turns the echo off; a terminal has it on.
        let script = format!(
            "strongroom() {{ {STRONGROOM} \"$@\"; }}; stty echo; {lines}\necho \"[$?]\"; stty -a"
        );
        let mut command = Command::new("sh");
        session.set_up(&mut command);
        command.args(["-c", &script]).env("TERM", "xterm");
        Self { pty: spawn_command(command, Some(20_000)).expect("a terminal"), seen: String::new() }
    }

    /// Waits until this text appears.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        match self.pty.exp_string(text) {
            Ok(before) => self.seen += &(before + text),
            Err(error) => panic!("waiting for `{text}` after\n{}\n{error}", self.seen),
        }
        self
    }

    /// Types keys.
    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.pty.send(keys).expect("a terminal");
        self.pty.flush().expect("a terminal");
        self
    }

    /// Waits for the end, with this status, and with the terminal as it was. Gives the whole
    /// screen.
    #[track_caller]
    pub fn ends_with(mut self, status: i32) -> String {
        self.shows(&format!("[{status}]"));
        let settings = self.pty.exp_eof().expect("an end");
        for setting in [" echo ", " icanon ", " isig ", " iexten "] {
            assert!(
                settings.replace(['\r', '\n', ';'], " ").contains(setting),
                "{setting}: {settings}"
            );
        }
        self.seen
    }
}

/// As [`refuse_secrets`], for what a terminal shows: line ends are `\r\n`, and questions erase what
/// was typed.
#[track_caller]
pub fn refuse_secrets_on(screen: &str) {
    let mut text = screen.replace('\r', "");
    for colour in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[31m", "\u{1b}[33m"] {
        text = text.replace(colour, "");
    }
    refuse_secrets(&text);
}
