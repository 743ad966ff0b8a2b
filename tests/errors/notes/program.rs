//! Notes on what somebody sees who builds a program, or starts it.

use super::Note;

pub(super) const NOTES: &[Note] = &[
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
    ("`default` takes a text in quotes", "The message shows how to write it."),
    (
        "this default is not valid for",
        "Write a default that is one of the field's type, as the vault would have it.",
    ),
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
        "It was sealed with a key that its type does not have any more. `strongroom reseal` opens it with the previous key and seals it again; look who set it first, since who was removed knows that key too. What lies under an older key is set again.",
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
];
