//! The server as a component of daprd: what daprd does with a socket that it finds.

use std::os::unix::fs::PermissionsExt;

use tonic::transport::Channel;
use tonic::{Code, Request};
use tonic_reflection::pb::v1alpha::ServerReflectionRequest;
use tonic_reflection::pb::v1alpha::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1alpha::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1alpha::server_reflection_response::MessageResponse;

use super::generated::dapr::proto::components::v1::secret_store_client::SecretStoreClient;
use super::generated::dapr::proto::components::v1::{
    BulkGetSecretRequest, FeaturesRequest, GetSecretRequest, MetadataRequest, PingRequest,
    SecretStoreInitRequest,
};
use super::started::{Started, scene};
use super::values;

/// A call about one of daprd's components.
fn about<T>(instance: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let instance = instance.parse().expect("a name");
    request.metadata_mut().insert("x-component-instance", instance);
    request
}

fn init(store: &str) -> SecretStoreInitRequest {
    let properties = [("store".to_owned(), store.to_owned())].into();
    SecretStoreInitRequest { metadata: Some(MetadataRequest { properties }) }
}

fn get(key: &str) -> GetSecretRequest {
    GetSecretRequest { key: key.to_owned(), ..Default::default() }
}

/// The services that daprd would find at a socket.
fn services(server: &Started, channel: Channel) -> Vec<String> {
    let asked = ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..Default::default()
    };
    server.wait(async {
        let mut client = ServerReflectionClient::new(channel);
        let asked = tokio_stream::once(asked);
        let mut answers = client.server_reflection_info(asked).await.expect("it").into_inner();
        let answer = answers.message().await.expect("no error").expect("an answer");
        match answer.message_response {
            Some(MessageResponse::ListServicesResponse(services)) => {
                services.service.into_iter().map(|service| service.name).collect()
            }
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn daprd_finds_a_component_and_reads_the_vault_through_it() {
    let session = scene();
    session.export("DAPR_API_TOKEN", "for-others");
    let sockets = session.path("sockets");
    session.export("DAPR_COMPONENTS_SOCKETS_FOLDER", &sockets);
    session.run("strongroom store add files --kind directory --path secrets").succeeds();
    let server = Started::new(&session, &["--component", "my-vault"]);
    let path = sockets.join("my-vault.sock");
    assert_eq!(server.says("component at ").0, path.display().to_string());
    for (path, mode) in [(&sockets, 0o700), (&path, 0o600)] {
        let found = path.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(found, mode, "{}", path.display());
    }
    let channel = server.channel(&format!("unix:{}", path.display()));
    assert_eq!(services(&server, channel.clone()), ["dapr.proto.components.v1.SecretStore"]);

    let mut client = SecretStoreClient::new(channel);
    server.wait(client.ping(PingRequest {})).expect("it is there");
    server.wait(client.init(about("a", SecretStoreInitRequest::default()))).expect("the vault");
    let features = server.wait(client.features(about("a", FeaturesRequest {}))).expect("it");
    assert_eq!(features.into_inner().features, ["MULTIPLE_KEY_VALUES_PER_SECRET"]);
    let given = server.wait(client.get(about("a", get("api")))).expect("it").into_inner();
    assert_eq!(given.data, values(&[("id", "id"), ("key", "key")]));
    let all = server.wait(client.bulk_get(about("a", BulkGetSecretRequest::default())));
    let all = all.expect("it").into_inner().data;
    assert_eq!(all["db-secret"].secrets, values(&[("db-secret", "one")]));
    let absent = server.wait(client.get(about("a", get("nothing")))).expect_err("no secret");
    assert_eq!(absent.code(), Code::Internal);

    // Another component of its files may stand for another store.
    let unknown = server.wait(client.init(about("b", init("nowhere")))).expect_err("no store");
    assert_eq!(unknown.code(), Code::InvalidArgument);
    assert_eq!(unknown.message(), "failed finding secret store with key nowhere");
    server.wait(client.init(about("b", init("files")))).expect("a store");
    let other = server.wait(client.get(about("b", get("api")))).expect_err("no secret there");
    assert!(other.message().contains("from secret store files"), "{}", other.message());
    server.end();
    assert!(!path.exists(), "the socket goes with the server");
}

#[test]
fn the_name_of_a_component_is_no_path() {
    let session = scene();
    for name in ["../up", "a/b", ".hidden", "a b"] {
        let line = format!("strongroom serve --http-port 0 --grpc-port 0 --component '{name}'");
        session.run(&line).ends_with(2).says("--component takes letters, digits");
    }
}
