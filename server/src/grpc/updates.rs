//! Changes of settings as a stream: its id first, then what has changed, until somebody ends it.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::mpsc::{Receiver, channel};
use tonic::Status;
use tonic::codegen::tokio_stream::Stream;

use super::generated::dapr::proto::common::v1::ConfigurationItem;
use super::generated::dapr::proto::runtime::v1::SubscribeConfigurationResponse;
use crate::configuration::{Next, Subscription};

/// What a subscriber is sent. The subscription ends with it.
#[derive(Debug)]
pub(crate) struct Updates(Receiver<Result<SubscribeConfigurationResponse, Status>>);

impl Updates {
    /// Must be called within a tokio runtime.
    pub(super) fn new(mut subscription: Subscription) -> Self {
        let (updates, receiver) = channel(1);
        let id = subscription.id().to_owned();
        tokio::spawn(async move {
            let first = SubscribeConfigurationResponse { id: id.clone(), items: BTreeMap::new() };
            let mut sent = updates.send(Ok(first)).await;
            while sent.is_ok() {
                let next = tokio::select! {
                    next = subscription.next() => next,
                    // The client went away.
                    () = updates.closed() => return,
                };
                sent = match next {
                    Next::Changed(changed) => {
                        let items = items(changed);
                        let id = id.clone();
                        updates.send(Ok(SubscribeConfigurationResponse { id, items })).await
                    }
                    Next::Unsubscribed => return,
                    Next::Ending => {
                        let _ = updates.send(Err(Status::unavailable("the server ends"))).await;
                        return;
                    }
                };
            }
        });
        Self(receiver)
    }
}

impl Stream for Updates {
    type Item = Result<SubscribeConfigurationResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// Settings as messages have them.
pub(super) fn items(settings: BTreeMap<String, String>) -> BTreeMap<String, ConfigurationItem> {
    let item = |value| ConfigurationItem { value, ..ConfigurationItem::default() };
    settings.into_iter().map(|(key, value)| (key, item(value))).collect()
}
