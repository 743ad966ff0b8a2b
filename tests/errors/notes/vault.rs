//! Notes on the vault: its keys, the file itself, and changes to it.

use super::Note;

pub(super) const NOTES: &[Note] = &[
    // Keys.
    (
        "no key for",
        "Each place that was looked in is named, with what was found there. On a server, give the key as `deploying.md` says; as a new colleague, ask a holder.",
    ),
    (
        "cannot read the key",
        "The operating system's reason stands in the message. A mounted secret must be readable by the user that the program runs as.",
    ),
    (
        "the keys were rolled back",
        "The configuration folder, or the program, has seen newer keys than this vault has. Somebody may want a removed holder to read again; or you threw a rotation away, or are on an older branch: see *An older vault that is meant* in `leaving.md`.",
    ),
    (
        "not an access key",
        "What was read is something else: a passphrase, a path, an empty file, or a value. An access key is one line that begins as shown; look at the place that the message names under `read from`.",
    ),
    (
        "the access key is truncated or mistyped",
        "Part of the key was lost when it was copied. Copy it again, whole and on one line.",
    ),
    (
        "the access key is mistyped",
        "A character was changed when the key was copied. Copy it again from where it is kept.",
    ),
    (
        "wrong passphrase",
        "Type it again. If it is lost, another holder makes you a new key: `strongroom holder add NAME --type TYPE --access-key`.",
    ),
    (
        "there is not enough memory for what the passphrase",
        "Argon2id takes as much memory as the vault says, 64 MiB by default. Give the process more, or use an access key there: it costs none.",
    ),
    (
        "altered: it does not open at this place",
        "The sealed text, or the name, environment or version that it stands at, was changed. Restore the line from git, or set the value again.",
    ),
    (
        "sealed under another data key",
        "A merge with a rotation, an edited `[environments]`, or an altered line. Look who set it, then `strongroom reseal`; or restore the line from git, or set the value again.",
    ),
    (
        "the operating system gave no random bytes",
        "Rare: a sandbox or a very early boot. Nothing was changed; try again where `/dev/urandom` or `getrandom` works.",
    ),
    (
        "not UTF-8 text",
        "The value is not text. Make the field a `Vec<u8>`, or set the value again.",
    ),
    // The file.
    (
        "no strongroom.toml found",
        "The message lists the folders that were looked in. Go to the project, name the file in `STRONGROOM_VAULT` or with `--vault`, or make one with `strongroom init`.",
    ),
    ("cannot read … …", "The operating system's reason stands at the end."),
    (
        "cannot use … …",
        "The file is there and is no vault that can be used. Line, column and the reason follow: see the messages below.",
    ),
    (
        "not TOML: …",
        "The file was edited by hand or cut. The reason is the TOML reader's. Mend that line, or restore the file from git.",
    ),
    ("the name `…` is not allowed", "Which rule it breaks follows. Rename it in the file."),
    (
        "a string longer than",
        "No text of a vault is so long. Shorten it, or restore the line from git.",
    ),
    (
        "a whole number from 1 to",
        "A version, a cost or another number was edited. Restore the line from git.",
    ),
    (
        "more than … …",
        "The vault has more of these than any program reads. Remove some; values that nothing declares are listed by `strongroom check`.",
    ),
    ("a name cannot be empty", "Write a name."),
    (
        "a name has at most … bytes here",
        "Choose a shorter one: 253 bytes for a secret, 63 for an environment or a holder.",
    ),
    ("a name begins with", "Choose another first character."),
    ("a name holds letters", "Choose a name of these characters only."),
    ("a name has at most one `/`", "Write the other parts with `-`, `_` or `.`."),
    ("reserved for a type", "Choose another name for the environment."),
    // Changing.
    (
        "the environment `…` exists",
        "Use it, or choose another name. `strongroom env list` shows all.",
    ),
    ("a description has at most", "Keep the description to a line or two."),
    ("a description is one line", "Write it on one line."),
    (
        "the data key is one of `…`",
        "A fault of the program that uses the library: it gave a key of another type. Nothing was changed.",
    ),
    (
        "this value has no further version number",
        "It was set two thousand million times. Unset it and set it again.",
    ),
    ("a vault has at most", "Remove holders that are not needed any more."),
    (
        "there is a vault already",
        "Use it: `strongroom set` adds a secret. To begin anew, move the file away first; its values are lost with its keys.",
    ),
    (
        "cannot create the vault",
        "The operating system's reason stands at the end: most often the folder may not be written.",
    ),
    (
        "the data key of `…` is needed",
        "A fault of the program that uses the library. Nothing was changed.",
    ),
    (
        "the vault … is written, but may not survive",
        "The operating system could not flush the folder. Look with `strongroom check`, and see to the disk.",
    ),
];
