//! Notes on what the command says by itself.

use super::Note;

pub(super) const NOTES: &[Note] = &[
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
        "nothing was started, because of what the source code declares",
        "`run --check` found declared secrets or settings without a value, or settings that are none of their type, listed below it. Set them, or leave `--check` out.",
    ),
    (
        "…: cannot be read, and was left out",
        "Secrets that this source file declares were not checked. The reason stands at the end: a syntax error, or a file that may not be read.",
    ),
    (
        "this cannot be the name of",
        "Which rule it breaks follows. The name is not repeated, since it may be a value at the wrong place.",
    ),
    (
        "NAME: this cannot be the name of a setting",
        "Which rule it breaks follows. The name is not repeated, since it may be a value at the wrong place.",
    ),
    (
        "NEW: this cannot be the name of a setting",
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
];
