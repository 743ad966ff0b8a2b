//! How long fetching takes, and how much of it happens at once.

use std::time::Duration;

use strongroom_stores::{Failure, FailureKind, Limits, fetch};
use tokio::time::Instant;

use crate::store::{FAR, Far, Turn};

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("s{number}")).collect()
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn unreachable() -> Failure {
    Failure::unreachable("connection refused")
}

#[tokio::test(start_paused = true)]
async fn a_hundred_secrets_take_as_many_round_trips_as_sixteen_at_a_time_need() {
    let (far, names) = (Far::new(1), names(100));
    let started = Instant::now();
    let answers = fetch(&far.wants(&texts(&names)), &Limits::default()).await;
    assert_eq!(started.elapsed(), FAR * 7, "100 / 16 round trips");
    assert_eq!(far.most_at_once(), 16);
    for (name, answer) in names.iter().zip(answers) {
        assert_eq!(answer.expect("a value").value.as_slice(), name.as_bytes());
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_with_batches_takes_one_round_trip() {
    let (far, names) = (Far::new(20), names(100));
    let started = Instant::now();
    let answers = fetch(&far.wants(&texts(&names)), &Limits::default()).await;
    assert_eq!(started.elapsed(), FAR);
    assert_eq!(far.requests().len(), 5);
    for (name, answer) in names.iter().zip(answers) {
        assert_eq!(answer.expect("a value").value.as_slice(), name.as_bytes());
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_given_up_and_asked_again_until_the_deadline() {
    let far = Far::new(1).then([Turn::Hang]);
    let started = Instant::now();
    let answers = fetch(&far.wants(&["a"]), &Limits::default()).await;
    assert!(answers[0].is_ok(), "the second try");
    let patience = Duration::from_secs(5);
    assert!(started.elapsed() > patience && started.elapsed() < patience * 2);

    let far = Far::new(1).then([Turn::Hang, Turn::Hang, Turn::Hang]);
    let started = Instant::now();
    let answers = fetch(&far.wants(&["a"]), &Limits::default()).await;
    let failure = answers[0].as_ref().expect_err("no answer");
    assert_eq!(failure.kind(), FailureKind::Unreachable);
    assert!(failure.to_string().starts_with("unreachable: no answer within"), "{failure}");
    assert_eq!(started.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_time_says_what_was_the_matter_before() {
    let far = Far::new(1).then([Turn::Fail(unreachable()), Turn::Hang, Turn::Hang, Turn::Hang]);
    let limits = Limits { deadline: Duration::from_secs(4), ..Limits::default() };
    let answers = fetch(&far.wants(&["a"]), &limits).await;
    let failure = answers[0].as_ref().expect_err("no answer");
    assert_eq!(failure.to_string(), "unreachable: connection refused");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_throttles_is_left_alone_as_long_as_it_says() {
    let pause = Duration::from_secs(3);
    let far = Far::new(1).then([Turn::Fail(Failure::throttled("slow down", Some(pause)))]);
    let answers = fetch(&far.wants(&["a"]), &Limits::default()).await;
    assert!(answers[0].is_ok());
    let requests = far.requests();
    assert!(requests[1].0 - requests[0].0 >= pause);

    // It would be over before it may ask again.
    let pause = Duration::from_hours(1);
    let far = Far::new(1).then([Turn::Fail(Failure::throttled("slow down", Some(pause)))]);
    let started = Instant::now();
    let answers = fetch(&far.wants(&["a"]), &Limits::default()).await;
    assert_eq!(answers[0].as_ref().expect_err("throttled").kind(), FailureKind::Throttled);
    assert_eq!(started.elapsed(), FAR);
}

#[tokio::test(start_paused = true)]
async fn dropping_it_ends_every_request() {
    let (far, names) = (Far::new(1), names(40));
    let wanted = far.wants(&texts(&names));
    let limits = Limits::default();
    assert!(tokio::time::timeout(FAR / 2, fetch(&wanted, &limits)).await.is_err());
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(far.requests().len(), 16, "none was begun after that");
}
