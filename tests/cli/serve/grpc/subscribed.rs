//! Subscriptions to settings over gRPC.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tonic::{Code, Streaming};

use super::generated::dapr::proto::runtime::v1::{
    SubscribeConfigurationRequest, SubscribeConfigurationResponse, UnsubscribeConfigurationRequest,
};
use super::started::{Started, scene};

pub fn to(store: &str, keys: &[&str]) -> SubscribeConfigurationRequest {
    SubscribeConfigurationRequest {
        store_name: store.to_owned(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        ..Default::default()
    }
}

pub fn end(store: &str, id: &str) -> UnsubscribeConfigurationRequest {
    UnsubscribeConfigurationRequest { store_name: store.to_owned(), id: id.to_owned() }
}

type Updates = Streaming<SubscribeConfigurationResponse>;

/// The id, which comes first and alone.
fn id(server: &Started, updates: &mut Updates) -> String {
    let first = server.wait(updates.message()).expect("no error").expect("a message");
    assert!(first.items.is_empty() && !first.id.is_empty());
    first.id
}

/// What changed next.
fn next(server: &Started, updates: &mut Updates) -> BTreeMap<String, String> {
    let next = server.wait(updates.message()).expect("no error").expect("a message");
    next.items.into_iter().map(|(key, item)| (key, item.value)).collect()
}

fn item(key: &str, value: &str) -> BTreeMap<String, String> {
    [(key.to_owned(), value.to_owned())].into()
}

#[test]
fn a_subscriber_is_told_of_what_changes_of_what_it_asked_for() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    let some = to("vault", &["max_retries", "not_yet"]);
    let mut some = server.wait(client.subscribe_configuration(some)).expect("it").into_inner();
    let all = to("vault", &[]);
    let mut all = server.wait(client.subscribe_configuration_alpha1(all)).expect("it").into_inner();
    let (some_id, all_id) = (id(&server, &mut some), id(&server, &mut all));
    assert_ne!(some_id, all_id);

    session.run("strongroom setting set --type local public_url http://there").succeeds();
    assert_eq!(next(&server, &mut all), item("public_url", "http://there"));
    // Another environment, and a secret, are not what somebody subscribed to.
    session.run("strongroom setting set --type prod max_retries 9").succeeds();
    session.typed("strongroom set --type local new").input("x\n").run().succeeds();
    session.run("strongroom setting set --type local max_retries 4").succeeds();
    let changed = Instant::now();
    assert_eq!(next(&server, &mut some), item("max_retries", "4"));
    assert!(changed.elapsed() < Duration::from_secs(1), "{:?}", changed.elapsed());
    assert_eq!(next(&server, &mut all), item("max_retries", "4"));
    session.run("strongroom setting set --type local not_yet now").succeeds();
    assert_eq!(next(&server, &mut some), item("not_yet", "now"));
    session.run("strongroom setting unset --type local max_retries").succeeds();
    assert_eq!(next(&server, &mut some), item("max_retries", ""));

    let ended = server.wait(client.unsubscribe_configuration(end("vault", &some_id)));
    assert!(ended.expect("an answer").into_inner().ok);
    assert_eq!(server.wait(some.message()).expect("no error"), None);
    let again = server.wait(client.unsubscribe_configuration(end("vault", &some_id)));
    let again = again.expect("an answer").into_inner();
    assert!(!again.ok);
    let text = format!(
        "failed to unsubscribe to configuration request {some_id}: there is no such subscription"
    );
    assert_eq!(again.message, text);
    let other = server.wait(client.unsubscribe_configuration_alpha1(end("other", &all_id)));
    assert!(!other.expect("an answer").into_inner().ok, "it is a subscription of another store");
}

#[test]
fn a_subscription_ends_with_its_client() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    // There is room for 1,000 at a time.
    for _ in 0..1100 {
        let asked = client.subscribe_configuration(to("vault", &[]));
        let mut updates = server.wait(asked).expect("room").into_inner();
        id(&server, &mut updates);
    }
}

#[test]
fn there_is_no_subscription_to_what_there_is_not() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    let refused = server.wait(client.subscribe_configuration(to("other", &["a"])));
    let refused = refused.expect_err("no store");
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(refused.message(), "configuration store other not found");
}

#[test]
fn the_end_of_the_server_is_the_end_of_a_subscription_and_not_held_up_by_it() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    let asked = client.subscribe_configuration(to("vault", &[]));
    let mut updates = server.wait(asked).expect("it").into_inner();
    id(&server, &mut updates);
    let waits = tokio::runtime::Runtime::new().expect("a runtime");
    let end = waits.spawn(async move { updates.message().await });
    let (status, took) = server.end();
    assert!(status.success() && took < Duration::from_secs(10), "{status} after {took:?}");
    let end = waits.block_on(end).expect("no panic").expect_err("a status");
    assert_eq!((end.code(), end.message()), (Code::Unavailable, "the server ends"));
}
