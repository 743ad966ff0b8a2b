//! Whether anybody still waits for a load: if not, its requests end.

/// Told when nobody waits for a load any more.
#[derive(Clone, Default)]
pub(crate) struct GivenUp {
    #[cfg(feature = "stores")]
    told: std::sync::Arc<tokio::sync::Notify>,
}

impl GivenUp {
    /// Tells it.
    #[cfg_attr(
        not(feature = "stores"),
        expect(clippy::unused_self, reason = "without stores there is nothing to end")
    )]
    pub(crate) fn tell(&self) {
        #[cfg(feature = "stores")]
        self.told.notify_one();
    }

    /// Ends when it is told.
    #[cfg(feature = "stores")]
    pub(crate) async fn wait(&self) {
        self.told.notified().await;
    }
}
