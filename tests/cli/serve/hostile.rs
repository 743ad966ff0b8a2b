//! Bad days: the vault changes, breaks, vanishes and comes back; a store hangs, and others do not wait for it.

use std::time::{Duration, Instant};

use super::serving::{SOON, Serving, within};
use crate::session::{MARKER, Session};

const TOKEN: &str = "/v1.0/secrets/vault/github_api_token";

/// Waits until a path gives a text.
fn until_given(serving: &Serving, path: &str, text: &str) {
    within(SOON, || serving.get(path).body.contains(text).then_some(()));
}

#[test]
fn a_vault_that_changes_is_read_again() {
    let session = Session::with_secret();
    let serving = Serving::start(&session, "--type local");
    until_given(&serving, TOKEN, &format!("{MARKER}-token"));
    let set = |value: &str| {
        let typed = session.typed("strongroom set --type local github_api_token");
        typed.input(format!("{MARKER}-{value}\n")).run().succeeds();
    };
    set("second");
    until_given(&serving, TOKEN, &format!("{MARKER}-second"));
    session.run("strongroom unset --type local github_api_token").succeeds();
    until_given(&serving, TOKEN, "ERR_SECRET_GET");
}

#[test]
fn what_was_good_is_served_while_the_vault_is_broken_or_gone() {
    let session = Session::with_secret();
    let serving = Serving::start(&session, "--type local");
    let good = session.read("strongroom.toml");
    let broken = [
        format!("<<<<<<< ours\n{good}=======\n{good}>>>>>>> theirs\n"),
        "[[[".to_owned(),
        String::new(),
        good[..good.len() / 2].to_owned(),
    ];
    for text in broken.iter().map(Some).chain([None]) {
        match text {
            Some(text) => session.write("strongroom.toml", text),
            None => std::fs::remove_file(session.path("strongroom.toml")).expect("a file"),
        }
        serving.until_healthy(false);
        let health = serving.get("/v1.0/healthz");
        assert!(health.body.contains("ERR_HEALTH_NOT_READY"), "{}", health.body);
        // Clients wait for this one, and there is something to give.
        assert_eq!(serving.get("/v1.0/healthz/outbound").status, 204);
        assert_eq!(
            serving.get(TOKEN).body,
            format!("{{\"github_api_token\":\"{MARKER}-token\"}}\n")
        );
        let why = "cannot be read again, and what was read before is served on";
        within(SOON, || serving.said().contains(why).then_some(()));
        session.write("strongroom.toml", &good);
        serving.until_healthy(true);
    }
    assert_eq!(serving.get(TOKEN).status, 200);
}

#[test]
fn another_vault_in_its_place_is_not_served() {
    let session = Session::with_secret();
    let serving = Serving::start(&session, "--type local");
    let other = Session::with_secret();
    session.write("strongroom.toml", other.read("strongroom.toml"));
    serving.until_healthy(false);
    assert_eq!(serving.get(TOKEN).status, 200);
}

/// A vault with the store `slow`, which takes longer than any test has, and `quick`.
#[cfg(unix)]
fn stores() -> Session {
    let session = Session::with_secret();
    session.write("read.sh", "case $1 in hang) sleep 100;; *) printf %s \"$1\";; esac");
    for name in ["slow", "quick"] {
        let words = format!("strongroom store add {name} --kind command -- sh read.sh {{name}}");
        session.run(&words).succeeds();
        session.run(&format!("strongroom store allow {name} --yes")).succeeds();
    }
    session.run("strongroom store set slow timeout_seconds=2").succeeds();
    session
}

#[cfg(unix)]
#[test]
fn a_store_that_hangs_delays_nobody_else() {
    let session = stores();
    let serving = Serving::start(&session, "--type local");
    std::thread::scope(|scope| {
        let began = Instant::now();
        // More callers than the store is given at a time.
        let hanging: Vec<_> =
            (0..100).map(|_| scope.spawn(|| serving.get("/v1.0/secrets/slow/hang"))).collect();
        std::thread::sleep(Duration::from_millis(300));
        for path in [TOKEN, "/v1.0/secrets/quick/a", "/v1.0/secrets/slow/a", "/v1.0/metadata"] {
            let began = Instant::now();
            let given = serving.get(path);
            assert_eq!(given.status, 200, "{path}: {}", given.body);
            assert!(began.elapsed() < Duration::from_secs(5), "{path}: {:?}", began.elapsed());
        }
        for given in hanging {
            let given = given.join().expect("no panic");
            assert_eq!(given.status, 500);
            assert!(given.body.contains("unreachable"), "{}", given.body);
        }
        // They all had one answer, and the store has an end.
        assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    });
}
