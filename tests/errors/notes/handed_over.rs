//! Notes on what goes from hand to hand: keys to a public key, and values that wait as deposits.

use super::Note;

pub(super) const NOTES: &[Note] = &[
    // Public keys.
    (
        "this is no age identity",
        "What stands in its place in the vault was changed. Restore it from git.",
    ),
    (
        "cannot encrypt to the public key",
        "The reason stands at the end. Ask the holder for another public key; `strongroom key new` makes one.",
    ),
    ("cannot open the age file", "The operating system's reason stands at the end."),
    (
        "the age file is not encrypted to this identity",
        "The line in the vault was exchanged for another. Restore it from git.",
    ),
    (
        "the age file was altered",
        "The line in the vault was changed. Restore it from git: `git log -p strongroom.toml` shows when.",
    ),
    (
        "the key names a plugin that cannot exist",
        "The name of a plugin has letters, digits, `+`, `-`, `.` and `_` only. Ask for the key again.",
    ),
    ("cannot read the identity", "The operating system's reason stands at the end."),
    ("cannot read the public key from", "The operating system's reason stands at the end."),
    (
        "the file holds several public keys",
        "Give the one that is meant itself, in quotes, or a file with that one alone.",
    ),
    (
        "cannot write the identity to",
        "The operating system's reason stands at the end. No identity was made.",
    ),
    (
        "no configuration folder with keys",
        "Set `HOME` or `XDG_CONFIG_HOME` to what they were when it was unlocked.",
    ),
    ("cannot forget keys in", "The operating system's reason stands at the end."),
    (
        "cannot remember the fingerprint in",
        "The operating system's reason stands at the end. Nothing was unlocked.",
    ),
    (
        "the value of `password` for `local` expired on",
        "`[build] expired = \"deny\"` in the vault makes this an error. The next line has the command that sets a new value.",
    ),
    (
        "--expires takes a number of days or weeks",
        "The day counts from today in UTC. `never` takes a day away from a value that had one.",
    ),
    (
        "--expires: … is not after today",
        "A value that is good no more need not be set. Give a day to come.",
    ),
    // Deposits.
    (
        "secret `stripe_api_key` has no value for environment types `production` and `local`",
        "What `embed` would carry is not there yet: nothing loads a deposit.",
    ),
    (
        "nothing was left",
        "The question whether the deposit key is the right one was answered with no.",
    ),
    ("nothing was set", "The question whether to leave a deposit was answered with no."),
    ("no deposit waits", "There is nothing to accept or to drop; it may have been done already."),
    (
        "the deposit … or what it replaces changed meanwhile",
        "Somebody else wrote the vault between the question and the answer. Nothing was lost; look again.",
    ),
    (
        "the deposit … is gone meanwhile",
        "Somebody else accepted or dropped it between the question and the answer.",
    ),
    ("nothing was dropped", "The question was answered with no."),
    (
        "a fingerprint has 16 letters and digits",
        "It is what `strongroom key deposit` shows a holder, with or without the dashes.",
    ),
    (
        "`…` for `…` was set meanwhile",
        "Somebody else wrote the vault between reading and saving. The same command leaves a deposit for the version that is there now.",
    ),
    (
        "the deposit key of `…` changed meanwhile",
        "Somebody else wrote the vault, after a rotation most likely. The same command looks at the new key.",
    ),
];
