//! Every prompt that there is, at a real pseudo-terminal: hidden typing, corrections, Ctrl-C, Ctrl-D, a
//! paste, and nobody there to answer. A new prompt is a new line of [`dialogues`].

use std::fs;

use crate::screen::{Screen, refuse_secrets_on};
use crate::session::{MARKER, Session};

/// A command that asks, what it asks, and what it says when it has its answers.
struct Dialogue {
    scene: fn() -> Session,
    line: &'static str,
    steps: Vec<Step>,
    done: &'static str,
    /// What it says where nobody is there to answer; nothing if it can do without.
    alone: &'static str,
}

/// A prompt and an answer to it.
struct Step {
    prompt: &'static str,
    kind: Kind,
    answer: fn(&Session) -> String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Value,
    Passphrase,
    /// What is typed is shown.
    Question,
}

fn dialogues() -> Vec<Dialogue> {
    let mut dialogues = dialogues_with_stores();
    let asks = |scene, line, steps, done, alone| Dialogue { scene, line, steps, done, alone };
    dialogues.extend([
        asks(
            Session::with_vault,
            "strongroom set --type local,dev x",
            vec![value("value of x for local, development: ", |_| format!("{MARKER}-token"))],
            "created x for local",
            "no value was given: standard input is empty",
        ),
        asks(
            Session::with_vault,
            "strongroom set --mine x",
            vec![value("value of x for local: ", |_| format!("{MARKER}-token"))],
            "created x for local, for you alone",
            "no value was given: standard input is empty",
        ),
        asks(
            with_key_elsewhere,
            "strongroom key add",
            vec![value("access key: ", |session| session.read("owner.key").trim().to_owned())],
            "kept the key of `owner`",
            "an access key is expected, and there is nothing",
        ),
        asks(
            with_passphrase,
            "strongroom set --type local y --from-file value.txt",
            vec![passphrase("passphrase of owner: ")],
            "created y for local",
            "or give the passphrase of owner in STRONGROOM_PASSPHRASE",
        ),
        asks(
            with_passphrase,
            "strongroom run -- echo started",
            vec![passphrase("passphrase of owner: ")],
            "started",
            "or give the passphrase of owner in STRONGROOM_PASSPHRASE",
        ),
        asks(
            with_passphrase,
            "strongroom rename x z",
            vec![passphrase("passphrase of owner: ")],
            "renamed x to z",
            "or give the passphrase of owner in STRONGROOM_PASSPHRASE",
        ),
        asks(
            with_passphrase,
            "strongroom holder add ci --type dev --out ci.key",
            vec![passphrase("passphrase of owner: ")],
            "added the holder `ci`",
            "or give the passphrase of owner in STRONGROOM_PASSPHRASE",
        ),
        asks(
            Session::new,
            "strongroom init --passphrase",
            vec![passphrase("(12 characters or more): "), passphrase("once more: ")],
            "created strongroom.toml",
            "give it with: --passphrase < FILE",
        ),
        asks(
            Session::with_vault,
            "strongroom holder add me --type dev --passphrase",
            vec![passphrase("(12 characters or more): "), passphrase("once more: ")],
            "added the holder `me`",
            "give it with: --passphrase < FILE",
        ),
        asks(
            with_passphrase,
            "strongroom holder passphrase owner",
            vec![
                passphrase("passphrase of owner: "),
                passphrase("(12 characters or more): "),
                passphrase("once more: "),
            ],
            "changed the passphrase of `owner`",
            "or give the passphrase of owner in STRONGROOM_PASSPHRASE",
        ),
        asks(
            Session::new,
            "strongroom init",
            vec![question("key file or passphrase? [K/p] ", "k")],
            "created strongroom.toml",
            "",
        ),
        asks(
            with_values_of_staging,
            "strongroom env remove staging",
            vec![question("remove staging? [y/N] ", "y")],
            "removed staging",
            "remove them with: --yes",
        ),
        asks(
            Session::with_vault,
            "strongroom key remove owner",
            vec![question("remove the key of owner? [y/N] ", "yes")],
            "removed the key of `owner`",
            "remove it with: --yes",
        ),
    ]);
    dialogues
}

/// What is asked about stores.
fn dialogues_with_stores() -> Vec<Dialogue> {
    let asks = |line, steps, done, alone| Dialogue { scene: with_stores, line, steps, done, alone };
    vec![
        asks(
            "strongroom set --type prod --store mounted x",
            vec![value("value of x for production: ", |_| format!("{MARKER}-token"))],
            "created x for production at mounted:x",
            "no value was given: standard input is empty",
        ),
        asks(
            "strongroom store allow pass",
            vec![question("let pass run its command on this machine? [y/N] ", "y")],
            "allowed pass to run its command on this machine",
            "allow it with: --yes",
        ),
        Dialogue {
            scene: with_a_store_that_nobody_looked_at,
            line: "strongroom link --type prod token mounted:token",
            steps: vec![question("ask it, with what this machine logs in with? [y/N] ", "y")],
            done: "linked token for production to mounted:token",
            alone: "look at them, and allow it with: strongroom store allow mounted",
        },
        asks(
            "strongroom sync --type prod --store mounted",
            vec![question("link which? all, none, or their names: ", "yes")],
            "linked token to mounted:token",
            "link them with: --yes",
        ),
        asks(
            "strongroom copy kept --from local --to prod --store mounted",
            vec![question("do it? [y/N] ", "y")],
            "copied kept from local to production, at mounted:kept",
            "do it with: --yes",
        ),
    ]
}

const fn value(prompt: &'static str, answer: fn(&Session) -> String) -> Step {
    Step { prompt, kind: Kind::Value, answer }
}

const fn passphrase(prompt: &'static str) -> Step {
    Step { prompt, kind: Kind::Passphrase, answer: |_| PASSPHRASE.to_owned() }
}

fn question(prompt: &'static str, answer: &'static str) -> Step {
    let answer: fn(&Session) -> String = match answer {
        "k" => |_| "k".to_owned(),
        "y" => |_| "y".to_owned(),
        _ => |_| "yes".to_owned(),
    };
    Step { prompt, kind: Kind::Question, answer }
}

const PASSPHRASE: &str = "MARKER-5f1e correct horse";

fn with_passphrase() -> Session {
    let session = Session::new();
    session.typed("strongroom init --passphrase").input(PASSPHRASE).run().succeeds();
    session
        .typed("strongroom set --type local x")
        .variable("STRONGROOM_PASSPHRASE", PASSPHRASE)
        .input(MARKER)
        .run()
        .succeeds();
    session.write("value.txt", MARKER);
    session
}

fn with_key_elsewhere() -> Session {
    let session = Session::with_vault();
    fs::rename(session.kept_key("owner"), session.path("owner.key")).expect("a move");
    session
}

fn with_values_of_staging() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging x").input(MARKER).run().succeeds();
    session
}

fn with_stores() -> Session {
    let session = crate::stores::scene();
    session.run("strongroom store add pass --kind command -- pass show {name}").succeeds();
    session.typed("strongroom set --type local kept").input(MARKER).run().succeeds();
    session
}

fn with_a_store_that_nobody_looked_at() -> Session {
    let session = with_stores();
    session.run("strongroom store forbid mounted").succeeds();
    session
}

/// The vault and the developer's own values, as far as they are there.
fn files(session: &Session) -> [Option<Vec<u8>>; 2] {
    ["strongroom.toml", "strongroom.mine.toml"].map(|name| fs::read(session.path(name)).ok())
}

/// Plays each dialogue up to each of its prompts, and does something there.
fn at_every_prompt(of: impl Fn(Kind) -> bool, what: impl Fn(&Dialogue, usize, &Session, Screen)) {
    for dialogue in dialogues() {
        for (at, step) in dialogue.steps.iter().enumerate().filter(|(_, step)| of(step.kind)) {
            let session = (dialogue.scene)();
            let mut screen = Screen::of(&session, dialogue.line);
            for before in &dialogue.steps[..at] {
                screen.shows(before.prompt).types(&((before.answer)(&session) + "\r"));
            }
            screen.shows(step.prompt);
            what(&dialogue, at, &session, screen);
        }
    }
}

#[test]
fn answers_are_typed_with_corrections_and_only_questions_show_them() {
    for dialogue in dialogues() {
        let session = (dialogue.scene)();
        let mut screen = Screen::of(&session, dialogue.line);
        for step in &dialogue.steps {
            let answer = (step.answer)(&session);
            screen.shows(step.prompt).types("MARKER-5f1e-wrong\u{15}");
            screen.types(&format!("{answer}x\u{7f}\u{1b}[D\r"));
        }
        screen.shows(dialogue.done);
        let seen = screen.ends_with(0);
        if dialogue.steps.iter().all(|step| step.kind != Kind::Question) {
            refuse_secrets_on(&seen);
        } else {
            assert!(seen.contains("MARKER-5f1e-wrong"), "{seen}");
        }
    }
}

#[test]
fn ctrl_c_ends_quietly_and_changes_nothing() {
    at_every_prompt(
        |_| true,
        |dialogue, at, session, mut screen| {
            let before = files(session);
            screen.types("MARKER-5f1e\u{3}");
            let seen = screen.ends_with(130);
            assert!(!seen.contains("error"), "{}: {seen}", dialogue.line);
            if dialogue.steps[at].kind != Kind::Question {
                refuse_secrets_on(&seen);
            }
            assert_eq!(files(session), before, "{}", dialogue.line);
        },
    );
}

#[test]
fn ctrl_d_on_an_empty_line_ends_quietly_and_changes_nothing() {
    at_every_prompt(
        |_| true,
        |dialogue, _, session, mut screen| {
            let before = files(session);
            screen.types("\u{4}");
            let seen = screen.ends_with(130);
            assert!(!seen.contains("error"), "{}: {seen}", dialogue.line);
            assert_eq!(files(session), before, "{}", dialogue.line);
        },
    );
}

#[test]
fn ctrl_d_after_an_answer_is_its_end() {
    at_every_prompt(
        |_| true,
        |dialogue, at, session, mut screen| {
            screen.types(&((dialogue.steps[at].answer)(session) + "\u{4}"));
            if let Some(next) = dialogue.steps.get(at + 1) {
                screen.shows(next.prompt).types("\u{3}");
                screen.ends_with(130);
            } else {
                screen.shows(dialogue.done);
                screen.ends_with(0);
            }
        },
    );
}

#[test]
fn a_paste_of_several_lines_is_no_value() {
    at_every_prompt(
        |kind| kind == Kind::Value,
        |dialogue, _, session, mut screen| {
            let before = files(session);
            screen.types("MARKER-5f1e one\rMARKER-5f1e two\r").shows("several lines were pasted");
            refuse_secrets_on(&screen.ends_with(2));
            assert_eq!(files(session), before, "{}", dialogue.line);
        },
    );
}

#[test]
fn passphrases_may_be_pasted_with_those_that_follow() {
    for dialogue in dialogues() {
        if dialogue.steps.iter().any(|step| step.kind != Kind::Passphrase) {
            continue;
        }
        let session = (dialogue.scene)();
        let mut screen = Screen::of(&session, dialogue.line);
        screen.shows(dialogue.steps[0].prompt);
        let lines = dialogue.steps.iter().map(|step| (step.answer)(&session) + "\r");
        screen.types(&lines.collect::<String>()).shows(dialogue.done);
        refuse_secrets_on(&screen.ends_with(0));
    }
}

#[test]
fn where_nobody_is_there_nothing_is_asked() {
    for dialogue in dialogues() {
        let session = (dialogue.scene)();
        let before = files(&session);
        let outcome = session.run(dialogue.line);
        let asks = |line: &str| line.starts_with(dialogue.steps[0].prompt);
        assert!(!outcome.stderr.lines().any(asks), "{}", outcome.stderr);
        if dialogue.alone.is_empty() {
            outcome.succeeds();
        } else {
            assert!(outcome.status_is_one_of(&[2, 3]), "{}", outcome.stderr);
            outcome.says(dialogue.alone);
            assert_eq!(files(&session), before, "{}", dialogue.line);
        }
    }
}
