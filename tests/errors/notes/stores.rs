//! Notes on what the command says of stores.

use super::Note;

pub(super) const NOTES: &[Note] = &[
    (
        "this user has no configuration folder to remember it in",
        "Set `HOME` or `XDG_CONFIG_HOME`: what a store may run is remembered there.",
    ),
    (
        "cannot remember it in",
        "The operating system's reason stands at the end. Nothing was allowed.",
    ),
    (
        "the store `…` changed meanwhile",
        "Somebody else wrote the vault between asking the store and saving. The same command works now, on the store as it is.",
    ),
    (
        "nothing was asked of the store",
        "You said no. If its settings are not what they should be, `git log -p strongroom.toml` shows who changed them.",
    ),
    ("cannot write into the store", "The reason stands at the end, and with it what to type."),
    ("cannot refer to the store", "The reason stands at the end, and with it what to type."),
    (
        "--replace is for --generate and --store",
        "A value that is typed takes the place of a sealed one anyway: leave `--replace` out.",
    ),
    (
        "`…` has the default store `…`, and `…` has none",
        "`strongroom store list` shows which store is the default of which environment.",
    ),
    (
        "--ref says where in a store",
        "The environment has no default store either: `strongroom store default production STORE` gives it one.",
    ),
    (
        "cannot write for",
        "What the store said stands at the end. What was written for other environments before it is recorded.",
    ),
    (
        "the kind is given with --kind",
        "For example `strongroom store add cluster --kind kubernetes --namespace shop`.",
    ),
    (
        "nothing was allowed",
        "The question was answered with no. No store runs a command here that nobody allowed.",
    ),
    ("cannot tell what `…` does", "The reason stands at the end, and with it what to type."),
    (
        "there is no kind of store",
        "All kinds are listed below it. A page for each, with its settings: [stores](stores/README.md).",
    ),
    (
        "a store of the kind `…` cannot be declared so",
        "Which setting it is stands at the end. A page for each kind has its settings: [stores](stores/README.md).",
    ),
    (
        "cannot list what the store",
        "What the store said stands at the end. Secrets whose names you know are linked without a list: `strongroom link`.",
    ),
    (
        "`…` was not linked",
        "What the store said stands at the end. The others that were chosen are linked.",
    ),
    (
        "`…` got a value meanwhile",
        "Somebody else wrote the vault between the choice and the save. The same command shows what is left now.",
    ),
    (
        "at `…` in the store `…`",
        "What the store said stands at the end, and means what [stores](stores/README.md#what-a-failure-says) says.",
    ),
    (
        "sealed, and STRONGROOM_KEYLESS says",
        "Unset `STRONGROOM_KEYLESS` where a key is at hand, or link the value to a store: `strongroom link`.",
    ),
    ("`…` for `…`: …", "What is the matter stands at the end, with what to type about it."),
];
