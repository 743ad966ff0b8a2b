//! What the page says beside a message that does not name its cure itself, and beside those that deserve a longer word.
//!
//! A note belongs to every message that begins with its first part. One that belongs to none is an error, and so is a message of
//! one line that has no note.

/// The beginning of a message, and what is said beside it.
pub(crate) const NOTES: &[(&str, &str)] = &[
    // The compiler.
    (
        "cannot move out of type",
        "The struct wipes its values when it is dropped, so a field cannot be moved out of it. Take it: `std::mem::take(&mut secrets.field)`.",
    ),
    (
        "cannot read the vault",
        "The operating system's reason stands behind the path. Most often the path is a folder, or the file belongs to somebody else.",
    ),
    (
        "secret `sentry_dsn` has no value for environment type",
        "Nothing is sealed for this name in an environment that the build checks: that of `STRONGROOM_ENV`, else `local`, and each of `[build] check`. Set a value, or make the field an `Option`. Building needs no key; setting one needs a key of that type.",
    ),
    (
        "the value of `moved` for",
        "The line is sealed under another key than the current one of its type, so nobody could open it when the program runs.",
    ),
    ("`name` takes a text in quotes", "The message shows how to write it."),
    (
        "`smtp password` cannot be the name of a secret",
        "Choose a name that keeps to the rule, in the attribute or for the field.",
    ),
    ("`` cannot be the name of a secret", "Write the name between the quotes."),
    ("`a/b/c` cannot be the name of a secret", "One `/` parts a group from a key: `a/b-c`."),
    ("`any_vault` takes no value", "Write `any_vault` alone."),
    ("`vault` takes a path in quotes", "The message shows how to write it."),
    ("`crate` takes a path without quotes", "The message shows how to write it."),
    (
        "there is no vault at /",
        "The path in the attribute is relative to the source file. Mend it, or make a vault there with `strongroom init`.",
    ),
    (
        "there is nothing to embed: STRONGROOM_ENV",
        "Set the variable to an environment of the vault, or unset it.",
    ),
    ("`prefix` takes a text in quotes", "The message shows how to write it."),
    ("no secret's name can begin with", "Choose a prefix with one `/` at most, `a-b/`."),
    ("`embed` takes no value", "Write `embed` alone."),
    ("`nested` takes no value", "Write `nested` alone."),
    (
        "`vault` says nothing beside",
        "Delete it: the vault is that of the struct that has this one.",
    ),
    (
        "`any_vault` says nothing beside",
        "Delete it: the vault is that of the struct that has this one.",
    ),
    // Loading.
    (
        "cannot remove …: …",
        "The operating system's reason stands behind the path. Most often the folder belongs to somebody else.",
    ),
    (
        "the vault changed meanwhile",
        "Somebody else wrote it between reading and writing. Nothing of theirs is lost: do it again.",
    ),
    (
        "cannot tell where this program is",
        "`git install` tells git where the command is. Put it into a folder of the `PATH`.",
    ),
    (
        "expected …",
        "What a value of the field's type looks like. It stands behind *is not valid for*.",
    ),
    (
        "has no value",
        "The build checked another environment, or the vault that the program reads is an older one. Set a value, commit the vault and deliver it with the program; or make the field an `Option`.",
    ),
    (
        "is sealed under another data key",
        "Nobody can open it: it was sealed with a key that its type does not have any more. Take the line of the other side of the merge, or set the value again.",
    ),
    (
        "was altered",
        "The seal fits the name, the environment, the version and the vault that the value was set for, and no other. A line that was copied, moved or retouched does not open.",
    ),
    (
        "is not valid for",
        "What was expected follows; the value itself is never shown. Values that end in a line end are the usual reason: `set` drops one from standard input, and none from a file.",
    ),
    (
        "this is another vault",
        "The program remembers the id of the vault that its build saw. A copy of another project's vault, or one that was made anew, is refused.",
    ),
    (
        "`…` has the type `…` here",
        "Somebody edited `[environments]` after the build. Values of another type would be loaded, so nothing is.",
    ),
    (
        "was not given to `from_values`",
        "Give a value for this field in the list, or make the field an `Option`.",
    ),
    (
        "STRONGROOM_ENV: …",
        "What is wrong with the environment follows: see *unknown environment* below. Set the variable to one that the vault declares, or unset it.",
    ),
    (
        "the environment that the build checked: …",
        "The program was built for an environment that this vault does not declare. Build again, or declare it with `strongroom env add`.",
    ),
    ("cannot open …: …", "Why follows: see *The key* below."),
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
        "A merge with a rotation, an edited `[environments]`, or an altered line. Restore the line from git, or set the value again.",
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
        "`…` for `…` is kept in the store",
        "A reference can be sealed again by a later version only. Unset it first, or leave it out. Nothing was changed.",
    ),
    (
        "the vault … is written, but may not survive",
        "The operating system could not flush the folder. Look with `strongroom check`, and see to the disk.",
    ),
    // Files of other programs.
    (
        "a table of names and values is needed",
        "The file is something else: a list, or a single value.",
    ),
    (
        "the variable … is not set",
        "Set it where you type the command, or leave the name out with `--except`.",
    ),
    // The command.
    ("cannot write the script", "The operating system's reason stands at the end."),
    (
        "this cannot be a revision of git",
        "Give a commit, a branch or a tag, as `git show` takes it.",
    ),
    ("git cannot be asked for", "What git says stands at the end."),
    ("cannot find …", "The operating system's reason stands at the end."),
    ("cannot read what git prints", "The reason stands at the end."),
    ("git is not on the PATH", "Install git, or start the command where it is on the path."),
    ("cannot run git", "The operating system's reason stands at the end."),
    ("--from and --to are both", "Name two different environments."),
    (
        "`…` has no values of its own",
        "There is nothing to do. `strongroom list` shows where values lie.",
    ),
    ("both are `strongroom", "Name two different environments, or a commit."),
    ("cannot use the vault of", "That commit's vault is faulty. Which line follows."),
    ("`…` is a type: it cannot be given", "Only named environments have a type."),
    ("cannot make the folder", "The operating system's reason stands at the end."),
    ("cannot write …", "The operating system's reason stands at the end."),
    ("a UUID has a length", "Leave out `--length` and `--alphabet`."),
    ("--length repeats", "Leave one of the two out."),
    ("--name and --namespace are for", "Leave them out, or export for Kubernetes."),
    ("--name: no name for a Secret", "Choose a name that Kubernetes takes."),
    ("--namespace: no name for", "Choose a name that Kubernetes takes."),
    (
        "github writes to the file that GITHUB_ENV",
        "Leave `--out` out: the runner of GitHub Actions says where.",
    ),
    ("… is no name of a file", "Name a file, not a folder."),
    ("--name is about Kubernetes", "Leave it out, or import a Secret."),
    (
        "… has more than",
        "Import it in parts, or leave large values out: a vault holds short secrets.",
    ),
    (
        "there is no `…` in …",
        "The file has no such name. Names of `--only` and `--except` are those of the file.",
    ),
    (
        "… is not a command",
        "Mend `VISUAL` or `EDITOR`: a program, and its arguments as a shell reads them.",
    ),
    (
        "the editor `…` was ended",
        "Type the command again, or choose another editor with `VISUAL` or `EDITOR`.",
    ),
    (
        "the editor `…` ended with status",
        "Editors end so when one leaves without saving (`:cq`). Type the command again if that was not meant.",
    ),
    (
        "nothing was changed",
        "What was typed cannot be read, and the question whether to edit again was answered with no.",
    ),
    (
        "cannot make a private folder",
        "The operating system's reason stands at the end. Set `XDG_RUNTIME_DIR` or `TMPDIR` to a folder that may be written.",
    ),
    (
        "the file has more than",
        "Nothing was changed. A vault holds short secrets; keep large files elsewhere.",
    ),
    (
        "no room for the values",
        "The operating system's reason stands at the end: the disk is full, or a limit is reached.",
    ),
    ("`…` is the secret of", "Keep one of the two lines, in the spelling that the vault has."),
    ("… was changed for `…` by somebody", "Nothing was lost: look at the vault, and edit again."),
    ("… were changed for `…` by somebody", "Nothing was lost: look at the vault, and edit again."),
    ("cannot watch for", "The operating system's reason stands at the end."),
    ("--alphabet takes", "Give one of these words, or the characters themselves."),
    ("you have no value of your own", "`strongroom list` shows yours."),
    (
        "`…`: command not found",
        "`run` looks for the program in `PATH`, as a shell does. Exit status 127, as a shell's.",
    ),
    ("cannot run `…`", "The file is there and cannot be executed. Exit status 126, as a shell's."),
    (
        "the data key of `…` changed meanwhile",
        "Somebody else wrote the vault between reading and saving. Nothing was lost; the same command works now.",
    ),
    (
        "the passphrase is not UTF-8",
        "Passphrases are text. Check the file or pipe that it comes from.",
    ),
    (
        "cannot write the key to",
        "The operating system's reason stands at the end. No key was made: choose another file.",
    ),
    ("a passphrase has at most", "Choose a shorter one. For a key from a file use an access key."),
    ("a passphrase is one line", "Give one line. A line end after it is dropped."),
    (
        "cannot go to the folder",
        "The folder that `-C` names cannot be entered. The reason stands at the end.",
    ),
    ("the current folder cannot be used", "It was deleted, or may not be read. Go to another one."),
    (
        "another vault was put in its place meanwhile",
        "The file was replaced by one with another id between reading and saving. Look at it, then try again.",
    ),
    (
        "cannot run cargo",
        "`check` asks cargo for the packages of the project. Install Rust, or go to a folder where `cargo` is on the path.",
    ),
    ("cargo metadata printed", "Another version of cargo than any that is known. Report it."),
    ("cannot write to standard output", "Whatever reads the output closed it or is full."),
    (
        "cannot ask at the terminal",
        "The terminal was closed. Give the value through a pipe or a file.",
    ),
    ("cannot read …", "The operating system's reason stands at the end."),
    ("kept in the store", "Seal a value here with `strongroom set`."),
    (
        "nothing was started, because of declared secrets",
        "`run --check` found declared secrets without a value, listed above it. Set them, or leave `--check` out.",
    ),
    (
        "…: cannot be read, and was left out",
        "Secrets that this source file declares were not checked. The reason stands at the end: a syntax error, or a file that may not be read.",
    ),
    (
        "this cannot be the name of",
        "Which rule it breaks follows. The name is not repeated, since it may be a value at the wrong place.",
    ),
    ("nothing was removed", "The question was answered with no."),
    (
        "its values changed meanwhile",
        "Somebody else wrote the vault between the question and the answer. Look again with `strongroom list`.",
    ),
    (
        "`…` is a type: it cannot be removed",
        "Only named environments can be removed. To remove the values of a type, use `strongroom unset --type`.",
    ),
    (
        "the roster key changed meanwhile",
        "Somebody else wrote the vault between reading and saving. The same command works now.",
    ),
    (
        "answer k or p",
        "The first holder is a key file or a passphrase: answer with one letter, or choose with an option.",
    ),
    (
        "cannot keep the key in",
        "The operating system's reason stands at the end. No vault was made: choose a place with `--key-file FILE`.",
    ),
    (
        "no configuration folder to keep keys in",
        "Set `HOME` or `XDG_CONFIG_HOME`, or give the key in `STRONGROOM_KEY_FILE` instead of keeping it.",
    ),
    ("cannot read the key from", "The operating system's reason stands at the end."),
    ("cannot read standard input", "Whatever writes to the pipe failed. Nothing was changed."),
    (
        "not an access key: the text is too long",
        "An access key is one line of 79 characters. Give that file alone.",
    ),
    ("cannot remove a key from", "The operating system's reason stands at the end."),
    (
        "cannot look at",
        "The program to start cannot be examined; nothing was started. The reason stands at the end.",
    ),
    (
        "the environment `…` changed meanwhile",
        "Somebody else wrote the vault between reading and saving. The same command works now.",
    ),
    (
        "`…` has no value of its own for",
        "It may take that of its environment's type: `strongroom list NAME` shows where its values lie.",
    ),
    (
        "… and … have no values of their own for",
        "They may take those of their environment's type: `strongroom list NAME` shows where values lie.",
    ),
    (
        "git says what is staged in words of another version",
        "`scan --staged` reads `git diff --cached --raw -z`. Say which version of git it is, and scan the files by name meanwhile.",
    ),
    (
        "git does not give what is staged",
        "The index names something that is in no object of the repository: a partial clone, or a damaged one. `git fsck` says which.",
    ),
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
