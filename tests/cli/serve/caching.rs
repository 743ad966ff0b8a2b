//! Values that are kept for a while: one request for many callers, how old they are, and what becomes of them when the store is
//! away or denies them.

use std::time::Duration;

use super::serving::{SOON, Serving, within};
use crate::session::{MARKER, Session};

/// A store that notes each time that it is asked, takes a moment, and gives what is in a file.
fn scene(options: &str) -> (Session, String) {
    let session = Session::with_vault();
    let script = "echo \"$1 $2\" >> asked; test -f hangs && sleep 100; sleep 0.3; test -f \"out/$1\" || exit 44; cat \"out/$1\"";
    session.write("read.sh", script);
    session.write("out/db", format!("{MARKER}-first"));
    let add = "strongroom store add slow --kind command -- sh read.sh {name} {version}";
    session.run(add).succeeds();
    session.run("strongroom store set slow timeout_seconds=1 absent_status=44").succeeds();
    session.run("strongroom store allow slow --yes").succeeds();
    session.write("options.toml", options);
    (session, "--type local --config options.toml".to_owned())
}

/// How often the store was asked.
fn asked(session: &Session) -> usize {
    std::fs::read_to_string(session.path("asked")).unwrap_or_default().lines().count()
}

const DB: &str = "/v1.0/secrets/slow/db";

#[test]
fn one_request_is_made_for_all_who_ask_at_once() {
    let (session, words) = scene("");
    let serving = Serving::start(&session, &words);
    std::thread::scope(|scope| {
        let many: Vec<_> = (0..30).map(|_| scope.spawn(|| serving.get(DB))).collect();
        for given in many {
            let given = given.join().expect("no panic");
            assert_eq!(given.body, format!("{{\"db\":\"{MARKER}-first\"}}\n"));
            assert!(!given.headers.contains("age:"), "{}", given.headers);
        }
    });
    let first = asked(&session);
    // Those who came while it was under way got its answer; those who came later than that had another one.
    assert!(first <= 5, "{first}");
    // Without `cache` nothing is kept.
    serving.get(DB);
    assert_eq!(asked(&session), first + 1);
}

#[test]
fn a_value_is_kept_for_as_long_as_it_is_fresh_and_says_its_age() {
    let (session, words) = scene("[stores.slow]\ncache = \"3s\"\n");
    let serving = Serving::start(&session, &words);
    assert!(!serving.get(DB).headers.contains("age:"));
    session.write("out/db", format!("{MARKER}-second"));
    let kept = serving.get(DB);
    assert!(kept.body.contains("first") && kept.headers.contains("\nage: "), "{kept:?}");
    assert!(!kept.headers.contains("strongroom-stale"));
    assert_eq!(asked(&session), 1);
    within(SOON, || serving.get(DB).body.contains("second").then_some(()));
    assert_eq!(asked(&session), 2);
    // A version is what somebody wants to be sure of.
    for times in 1..3 {
        serving.get(&format!("{DB}?metadata.version_id=1"));
        assert_eq!(asked(&session), 2 + times);
    }
}

#[test]
fn a_value_outlives_a_store_that_is_away_and_says_so() {
    let (session, words) = scene("[stores.slow]\ncache = \"1s\"\nstale = \"1h\"\n");
    let serving = Serving::start(&session, &words);
    assert_eq!(serving.get(DB).status, 200);
    session.write("hangs", "");
    let stale = within(SOON, || {
        Some(serving.get(DB)).filter(|it| it.headers.contains("strongroom-stale: "))
    });
    assert!(stale.status == 200 && stale.body.contains("first"), "{stale:?}");
    assert!(stale.headers.contains("\nage: "), "{}", stale.headers);
    // Nobody waits again at once for a store that is away.
    let before = asked(&session);
    assert!(serving.get(DB).headers.contains("strongroom-stale: "));
    assert_eq!(asked(&session), before);
    // What nobody had asked for cannot be given.
    assert_eq!(serving.get("/v1.0/secrets/slow/other").status, 500);
    std::fs::remove_file(session.path("hangs")).expect("a file");
    session.write("out/db", format!("{MARKER}-second"));
    within(SOON, || {
        let given = serving.get(DB);
        (given.body.contains("second") && !given.headers.contains("stale")).then_some(())
    });
}

#[test]
fn a_value_that_the_store_has_no_more_is_not_given_for_old_times_sake() {
    let (session, words) = scene("[stores.slow]\ncache = \"1s\"\nstale = \"1h\"\n");
    let serving = Serving::start(&session, &words);
    assert_eq!(serving.get(DB).status, 200);
    std::fs::remove_file(session.path("out/db")).expect("a file");
    let gone = within(SOON, || Some(serving.get(DB)).filter(|given| given.status != 200));
    assert!(gone.body.contains("ERR_SECRET_GET") && !gone.body.contains(MARKER), "{gone:?}");
    // And not afterwards either, when the store is away.
    session.write("hangs", "");
    assert_eq!(serving.get(DB).status, 500);
}

#[test]
fn options_of_another_kind_are_read_again_and_wrong_ones_change_nothing() {
    let (session, words) = scene("[stores.slow]\ncache = \"1h\"\n");
    let serving = Serving::start(&session, &words);
    for _ in 0..3 {
        assert_eq!(serving.get(DB).status, 200);
    }
    assert_eq!(asked(&session), 1);
    session.write("options.toml", "[stores.slow]\ncache = \"soon\"\n");
    serving.until_healthy(false);
    let why = "`stores.slow.cache` is a duration";
    within(SOON, || serving.said().contains(why).then_some(()));
    serving.get(DB);
    assert_eq!(asked(&session), 1);
    session.write("options.toml", "");
    serving.until_healthy(true);
    std::thread::sleep(Duration::from_millis(10));
    serving.get(DB);
    assert_eq!(asked(&session), 2);
}
