//! What `get()` gives within a scope: to code under test, side by side with other tests.

use std::sync::Barrier;
use std::thread;

#[strongroom::secrets(vault = "vault.toml")]
struct Secrets {
    github_api_token: String,
}

#[strongroom::secrets(vault = "vault.toml")]
struct Others {
    github_api_token: String,
}

fn of(token: &str) -> Secrets {
    Secrets::from_values([("github_api_token", token)]).expect("complete")
}

/// Code under test: it asks for the secrets itself.
fn token() -> Option<&'static str> {
    Secrets::get().ok().map(|secrets| secrets.github_api_token.as_str())
}

#[test]
fn within_a_scope_get_gives_what_the_scope_was_given() {
    assert_eq!(of("one").scope(token), Some("one"));
    let outside = token();
    assert_ne!(outside, Some("one"));
    let both = Secrets::scope(of("outer"), || {
        let inner = of("inner").scope(token);
        (token(), inner, token())
    });
    assert_eq!(both, (Some("outer"), Some("inner"), Some("outer")));
    assert_eq!(token(), outside);
}

#[test]
fn a_scope_gives_nothing_to_another_struct() {
    let others = Others::from_values([("github_api_token", "others")]).expect("complete");
    let seen = of("one").scope(|| {
        let others = others
            .scope(|| Others::get().ok().map(|others| (others.github_api_token.clone(), token())));
        (others, Others::get().map(|others| &others.github_api_token).ok())
    });
    assert_eq!(seen.0, Some(("others".to_owned(), Some("one"))));
    assert_eq!(seen.1, None);
}

#[test]
fn a_panic_ends_its_scope() {
    let outside = token();
    let panicked = std::panic::catch_unwind(|| of("one").scope(|| panic!("in a scope")));
    assert!(panicked.is_err());
    assert_eq!(token(), outside);
    let after = of("two").scope(|| {
        let inner = std::panic::catch_unwind(|| of("three").scope(|| panic!("in a scope")));
        (inner.is_err(), token())
    });
    assert_eq!(after, (true, Some("two")));
}

#[test]
fn scopes_of_threads_side_by_side_do_not_meet() {
    let both_inside = Barrier::new(2);
    let one = |name: &'static str| {
        of(name).scope(|| {
            both_inside.wait();
            let seen = token();
            both_inside.wait();
            let started_inside = thread::spawn(token).join().expect("no panic");
            (seen, started_inside == Some(name))
        })
    };
    let seen = thread::scope(|scope| {
        let (one, two) = (scope.spawn(|| one("one")), scope.spawn(|| one("two")));
        (one.join().expect("no panic"), two.join().expect("no panic"))
    });
    assert_eq!(seen, ((Some("one"), false), (Some("two"), false)));
}

#[test]
fn a_scope_of_a_future_follows_it_and_leaves_others_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let steps = |name: &'static str| {
        of(name).scope_async(async {
            let mut seen = Vec::new();
            for _ in 0..3 {
                seen.push(token());
                tokio::task::yield_now().await;
            }
            seen
        })
    };
    let local = tokio::task::LocalSet::new();
    let (one, two, outside) = local.block_on(&runtime, async {
        let one = tokio::task::spawn_local(steps("one"));
        let two = tokio::task::spawn_local(steps("two"));
        let outside = tokio::task::spawn_local(async { token() });
        (one.await, two.await, outside.await)
    });
    assert_eq!(one.expect("no panic"), [Some("one"); 3]);
    assert_eq!(two.expect("no panic"), [Some("two"); 3]);
    assert_eq!(outside.expect("no panic"), token());
}
