//! The service `dapr.proto.runtime.v1.Dapr`: secrets, settings, and what this server is.

use std::sync::{Arc, PoisonError};

use tonic::{Request, Response, Status};

use super::admitted::Admitted;
use super::generated::dapr::proto::runtime::v1::dapr_server::Dapr;
use super::generated::dapr::proto::runtime::v1::{
    GetBulkSecretRequest, GetBulkSecretResponse, GetConfigurationRequest, GetConfigurationResponse,
    GetMetadataRequest, GetMetadataResponse, GetSecretRequest, GetSecretResponse,
    RegisteredComponents, SecretResponse, SetMetadataRequest, SubscribeConfigurationRequest,
    UnsubscribeConfigurationRequest, UnsubscribeConfigurationResponse,
};
use super::status::values;
use super::updates::{Updates, items};
use super::wiped::taken;
use crate::app::{App, RUNTIME_VERSION, SEVERAL_KEYS};
use crate::configuration::{self, not_subscribed};
use crate::secrets::Asked;

/// Answers what clients of Dapr ask.
#[derive(Debug)]
pub(crate) struct DaprApi {
    app: Arc<App>,
}

impl DaprApi {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app }
    }
}

#[tonic::async_trait]
impl Dapr for DaprApi {
    type SubscribeConfigurationStream = Updates;
    type SubscribeConfigurationAlpha1Stream = Updates;

    async fn get_secret(
        &self,
        request: Request<GetSecretRequest>,
    ) -> Result<Response<GetSecretResponse>, Status> {
        let admitted = Admitted::new(&self.app, &request)?;
        let GetSecretRequest { store_name, key, metadata } = request.into_inner();
        let metadata = metadata.into_iter().collect();
        let asked = Asked { store: &store_name, name: &key, metadata: &metadata };
        let given = self.app.secret(&admitted.served, admitted.caller(), asked).await?;
        Ok(values(GetSecretResponse { data: taken(given.values) }, given.freshness))
    }

    async fn get_bulk_secret(
        &self,
        request: Request<GetBulkSecretRequest>,
    ) -> Result<Response<GetBulkSecretResponse>, Status> {
        let admitted = Admitted::new(&self.app, &request)?;
        let GetBulkSecretRequest { store_name, metadata } = request.into_inner();
        let metadata = metadata.into_iter().collect();
        let (served, caller) = (&admitted.served, admitted.caller());
        let given = self.app.secrets(served, caller, &store_name, &metadata).await?;
        let data = given.values.into_iter();
        let data = data.map(|(name, values)| (name, SecretResponse { secrets: taken(values) }));
        Ok(values(GetBulkSecretResponse { data: data.collect() }, given.freshness))
    }

    async fn get_configuration(
        &self,
        request: Request<GetConfigurationRequest>,
    ) -> Result<Response<GetConfigurationResponse>, Status> {
        let admitted = Admitted::new(&self.app, &request)?;
        let GetConfigurationRequest { store_name, keys, .. } = request.into_inner();
        let settings = configuration::get(&admitted.served, &store_name, &keys)?;
        Ok(Response::new(GetConfigurationResponse { items: items(settings) }))
    }

    async fn get_configuration_alpha1(
        &self,
        request: Request<GetConfigurationRequest>,
    ) -> Result<Response<GetConfigurationResponse>, Status> {
        self.get_configuration(request).await
    }

    async fn subscribe_configuration(
        &self,
        request: Request<SubscribeConfigurationRequest>,
    ) -> Result<Response<Updates>, Status> {
        Admitted::new(&self.app, &request)?;
        let SubscribeConfigurationRequest { store_name, keys, .. } = request.into_inner();
        let subscription = configuration::subscribe(&self.app, store_name, keys)?;
        Ok(Response::new(Updates::new(subscription)))
    }

    async fn subscribe_configuration_alpha1(
        &self,
        request: Request<SubscribeConfigurationRequest>,
    ) -> Result<Response<Updates>, Status> {
        self.subscribe_configuration(request).await
    }

    async fn unsubscribe_configuration(
        &self,
        request: Request<UnsubscribeConfigurationRequest>,
    ) -> Result<Response<UnsubscribeConfigurationResponse>, Status> {
        Admitted::new(&self.app, &request)?;
        let UnsubscribeConfigurationRequest { store_name, id } = request.into_inner();
        let ok = self.app.subscriptions.end(&store_name, &id);
        let message = if ok { String::new() } else { not_subscribed(&id) };
        Ok(Response::new(UnsubscribeConfigurationResponse { ok, message }))
    }

    async fn unsubscribe_configuration_alpha1(
        &self,
        request: Request<UnsubscribeConfigurationRequest>,
    ) -> Result<Response<UnsubscribeConfigurationResponse>, Status> {
        self.unsubscribe_configuration(request).await
    }

    async fn get_metadata(
        &self,
        request: Request<GetMetadataRequest>,
    ) -> Result<Response<GetMetadataResponse>, Status> {
        let admitted = Admitted::new(&self.app, &request)?;
        let stores = admitted.served.stores.described();
        let stores = stores.map(|(name, kind, version, has_keys)| RegisteredComponents {
            name: name.to_owned(),
            r#type: kind.to_owned(),
            version: version.to_owned(),
            capabilities: has_keys.then(|| SEVERAL_KEYS.to_owned()).into_iter().collect(),
        });
        let extended = self.app.extended.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Response::new(GetMetadataResponse {
            id: self.app.id.clone(),
            registered_components: stores.collect(),
            extended_metadata: extended.clone(),
            runtime_version: RUNTIME_VERSION.to_owned(),
        }))
    }

    async fn set_metadata(
        &self,
        request: Request<SetMetadataRequest>,
    ) -> Result<Response<()>, Status> {
        Admitted::new(&self.app, &request)?;
        let SetMetadataRequest { key, value } = request.into_inner();
        self.app.leave(&key, value)?;
        Ok(Response::new(()))
    }
}
