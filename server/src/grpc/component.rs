//! The server as a component of a real daprd: the service `dapr.proto.components.v1.SecretStore` at a socket that only this
//! user can reach, so that no token is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tonic::{Request, Response, Status};

use super::generated::dapr::proto::components::v1::secret_store_server::SecretStore;
use super::generated::dapr::proto::components::v1::{
    BulkGetSecretRequest, BulkGetSecretResponse, FeaturesRequest, FeaturesResponse,
    GetSecretRequest, GetSecretResponse, PingRequest, PingResponse, SecretResponse,
    SecretStoreInitRequest, SecretStoreInitResponse,
};
use super::wiped::taken;
use crate::app::{App, SEVERAL_KEYS};
use crate::secrets::{Asked, SecretError, VAULT_STORE};

/// Answers what daprd asks.
#[derive(Debug)]
pub(crate) struct Component {
    app: Arc<App>,
    /// Which store each component of daprd's files stands for, by the name that daprd gives it.
    stores: Mutex<BTreeMap<String, String>>,
}

impl Component {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app, stores: Mutex::default() }
    }

    /// The store that a call is about.
    fn store<T>(&self, request: &Request<T>) -> String {
        let stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let store = stores.get(&instance(request));
        store.cloned().unwrap_or_else(|| VAULT_STORE.to_owned())
    }
}

#[tonic::async_trait]
impl SecretStore for Component {
    async fn init(
        &self,
        request: Request<SecretStoreInitRequest>,
    ) -> Result<Response<SecretStoreInitResponse>, Status> {
        let instance = instance(&request);
        let said = request.into_inner().metadata.unwrap_or_default();
        let store = said.properties.get(STORE).map_or(VAULT_STORE, String::as_str);
        let served = self.app.state.now();
        if !served.stores.described().any(|(name, ..)| name == store) {
            return Err(SecretError::NoStore { store: store.to_owned() }.into());
        }
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if stores.len() >= MOST && !stores.contains_key(&instance) {
            return Err(Status::resource_exhausted(
                "there are 100 components of this kind already",
            ));
        }
        stores.insert(instance, store.to_owned());
        Ok(Response::new(SecretStoreInitResponse {}))
    }

    async fn features(
        &self,
        request: Request<FeaturesRequest>,
    ) -> Result<Response<FeaturesResponse>, Status> {
        let store = self.store(&request);
        let served = self.app.state.now();
        let has_keys = |(name, _, _, has_keys): (&str, &str, &str, bool)| name == store && has_keys;
        let features = served.stores.described().any(has_keys).then(|| SEVERAL_KEYS.to_owned());
        Ok(Response::new(FeaturesResponse { features: features.into_iter().collect() }))
    }

    async fn get(
        &self,
        request: Request<GetSecretRequest>,
    ) -> Result<Response<GetSecretResponse>, Status> {
        let store = self.store(&request);
        let GetSecretRequest { key, metadata } = request.into_inner();
        let metadata = metadata.into_iter().collect();
        let asked = Asked { store: &store, name: &key, metadata: &metadata };
        let served = self.app.state.now();
        let given = self.app.secret(&served, served.callers.own(), asked).await?;
        Ok(Response::new(GetSecretResponse { data: taken(given.values) }))
    }

    async fn bulk_get(
        &self,
        request: Request<BulkGetSecretRequest>,
    ) -> Result<Response<BulkGetSecretResponse>, Status> {
        let store = self.store(&request);
        let metadata = request.into_inner().metadata.into_iter().collect();
        let served = self.app.state.now();
        let given = self.app.secrets(&served, served.callers.own(), &store, &metadata).await?;
        let data = given.values.into_iter();
        let data = data.map(|(name, values)| (name, SecretResponse { secrets: taken(values) }));
        Ok(Response::new(BulkGetSecretResponse { data: data.collect() }))
    }

    async fn ping(&self, _request: Request<PingRequest>) -> Result<Response<PingResponse>, Status> {
        Ok(Response::new(PingResponse {}))
    }
}

/// The component of daprd's files that a call is about.
fn instance<T>(request: &Request<T>) -> String {
    let name = request.metadata().get(INSTANCE).and_then(|name| name.to_str().ok());
    name.unwrap_or_default().to_owned()
}

/// Where daprd says which of its components it means.
const INSTANCE: &str = "x-component-instance";

/// The field of a component's metadata that names a store of this server.
const STORE: &str = "store";

/// How many components of daprd's files may stand for stores of this server.
const MOST: usize = 100;
