//! What is asked again and what is not, and how answers come back to what was wanted.

use std::time::Duration;

use strongroom_stores::{Failure, FailureKind, Limits, fetch};
use tokio::time::Instant;

use crate::store::{FAR, Far, Turn};

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_after_growing_pauses() {
    let fail = || Turn::Fail(Failure::unreachable("connection refused"));
    let far = Far::new(1).then([fail(), fail(), fail()]);
    let answers = fetch(&far.wants(&["a"]), &Limits::default()).await;
    assert!(answers[0].is_ok());
    let times: Vec<Instant> = far.requests().into_iter().map(|(time, _)| time).collect();
    let pauses: Vec<Duration> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, longest) in pauses.iter().zip([100, 200, 400].map(Duration::from_millis)) {
        let range = FAR + longest / 2..=FAR + longest + Duration::from_millis(2);
        assert!(range.contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_denied_absent_or_not_valid_is_not_asked_again() {
    for failure in [Failure::denied("no"), Failure::absent("no"), Failure::invalid("no")] {
        let far = Far::new(1).then([Turn::Fail(failure.clone())]);
        let answers = fetch(&far.wants(&["a"]), &Limits::default()).await;
        assert_eq!(answers[0].as_ref().expect_err("a failure"), &failure);
        assert_eq!(far.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_asked_for_once_however_many_fields_and_keys_want_it() {
    let far = Far::with_keys();
    let wanted = far.wants(&["x/a", "x/b", "y/c", "x/a", "x/z", "x/a@7"]);
    let answers = fetch(&wanted, &Limits::default()).await;
    let mut asked: Vec<String> = far.requests().into_iter().flat_map(|(_, names)| names).collect();
    asked.sort();
    assert_eq!(asked, ["x", "x", "y"], "once for each version");
    let value = |at: usize| answers[at].as_ref().map(|got| got.value.as_slice());
    assert_eq!(value(0), Ok(b"x/a".as_slice()));
    assert_eq!(value(1), Ok(b"x/b".as_slice()));
    assert_eq!(value(2), Ok(b"y/c".as_slice()));
    assert_eq!(value(3), Ok(b"x/a".as_slice()));
    let failure = answers[4].as_ref().expect_err("no such key");
    assert_eq!(failure.to_string(), "absent: it has no key `z`; it has `a`, `b`, `c`");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_fails_alone() {
    let far = Far::new(1).then([Turn::Panic]);
    let other = Far::new(1);
    let mut wanted = far.wants(&["a"]);
    wanted.extend(other.wants(&["b"]));
    wanted[1].store.name = "other".to_owned();
    let answers = fetch(&wanted, &Limits::default()).await;
    assert_eq!(answers[0].as_ref().expect_err("a panic").kind(), FailureKind::Unreachable);
    assert!(answers[1].is_ok());
}
