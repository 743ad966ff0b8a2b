//! Secrets over gRPC: what a client of Dapr is given, and why not.

mod component;
#[expect(
    clippy::allow_attributes,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    reason = "it is as its generator makes it, and the server needs the other half"
)]
#[path = "../../../../server/src/grpc/generated/mod.rs"]
#[rustfmt::skip]
mod generated;
mod started;
mod subscribed;
mod told;

use std::collections::BTreeMap;

use tonic::{Code, Request, Status};

use self::generated::dapr::proto::runtime::v1::{
    GetBulkSecretRequest, GetConfigurationRequest, GetMetadataRequest, GetSecretRequest,
    SetMetadataRequest,
};
use self::generated::grpc::health::v1::health_client::HealthClient;
use self::generated::grpc::health::v1::{HealthCheckRequest, health_check_response::ServingStatus};
use self::started::{Started, scene};
use crate::session::MARKER;

/// One secret, with a version where there is one.
fn secret(store: &str, key: &str, version: Option<&str>) -> GetSecretRequest {
    let metadata = version.map(|version| ("version_id".to_owned(), version.to_owned()));
    GetSecretRequest {
        store_name: store.to_owned(),
        key: key.to_owned(),
        metadata: metadata.into_iter().collect(),
    }
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let value = |(key, value): &(&str, &str)| ((*key).to_owned(), format!("{MARKER}-{value}"));
    pairs.iter().map(value).collect()
}

#[track_caller]
fn refused(status: &Status, code: Code, message: &str) {
    assert_eq!((status.code(), status.message()), (code, message));
}

#[test]
fn secrets_and_settings_are_those_of_http() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    let one = server.wait(client.get_secret(secret("vault", "db-secret", Some("1"))));
    assert_eq!(one.expect("it").into_inner().data, values(&[("db-secret", "one")]));
    let several = server.wait(client.get_secret(secret("vault", "api", None)));
    let api = values(&[("id", "id"), ("key", "key")]);
    assert_eq!(several.expect("it").into_inner().data, api);

    let asked = GetBulkSecretRequest { store_name: "vault".to_owned(), ..Default::default() };
    let all = server.wait(client.get_bulk_secret(asked)).expect("all").into_inner().data;
    let all: Vec<_> = all.into_iter().map(|(name, it)| (name, it.secrets)).collect();
    let expected = [
        ("api".to_owned(), api),
        ("db-secret".to_owned(), values(&[("db-secret", "one")])),
        ("shop-db".to_owned(), values(&[("shop-db", "shop")])),
    ];
    assert_eq!(all, expected);

    for keys in [&["max_retries", "nothing"][..], &[]] {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let expected = if keys.is_empty() { 2 } else { 1 };
        let asked = || GetConfigurationRequest {
            store_name: "vault".to_owned(),
            keys: keys.clone(),
            ..Default::default()
        };
        let items = server.wait(client.get_configuration(asked())).expect("it").into_inner().items;
        assert_eq!((items.len(), items["max_retries"].value.as_str()), (expected, "3"));
        let early = server.wait(client.get_configuration_alpha1(asked())).expect("it");
        assert_eq!(early.into_inner().items, items);
    }

    let word = SetMetadataRequest { key: "who".to_owned(), value: "me".to_owned() };
    server.wait(client.set_metadata(word)).expect("there is room");
    let told = server.wait(client.get_metadata(GetMetadataRequest {})).expect("it").into_inner();
    assert_eq!((told.id.as_str(), told.extended_metadata["who"].as_str()), ("strongroom", "me"));
    let store = &told.registered_components[0];
    assert_eq!((store.name.as_str(), store.r#type.as_str()), ("vault", "secretstores.strongroom"));
    assert_eq!(store.capabilities, ["MULTIPLE_KEY_VALUES_PER_SECRET"]);
    // Both protocols have one memory.
    assert!(server.get("/v1.0/metadata").1.contains(r#""extended":{"who":"me"}"#));
}

#[test]
fn errors_have_the_statuses_and_texts_of_dapr() {
    let session = scene();
    session.write("options.toml", "[scopes.vault]\ndeny = [\"shop-*\"]\n");
    let server = Started::new(&session, &["--config", "options.toml"]);
    let mut client = server.client();
    let mut ask = |store: &str, key: &str, version: Option<&str>| {
        server.wait(client.get_secret(secret(store, key, version))).expect_err("no secret")
    };
    refused(
        &ask("nowhere", "db-secret", None),
        Code::InvalidArgument,
        "failed finding secret store with key nowhere",
    );
    refused(
        &ask("vault", "shop-db", None),
        Code::PermissionDenied,
        "access denied by policy to get \"shop-db\" from \"vault\"",
    );
    for name in ["", "nothing", "../strongroom.toml", "db-secret\0"] {
        let text = format!(
            "failed getting secret with key {name} from secret store vault: \
             the vault has no value for `local`"
        );
        refused(&ask("vault", name, None), Code::Internal, &text);
    }
    refused(
        &ask("vault", "db-secret", Some("15")),
        Code::Internal,
        "failed getting secret with key db-secret from secret store vault: \
         the vault has version 1 of `db-secret`, and no other",
    );
    let asked = GetBulkSecretRequest { store_name: "vault".to_owned(), ..Default::default() };
    let all = server.wait(client.get_bulk_secret(asked)).expect("the rest").into_inner().data;
    assert!(!all.contains_key("shop-db") && all.contains_key("api"));
    let asked = GetConfigurationRequest { store_name: "x".to_owned(), ..Default::default() };
    refused(
        &server.wait(client.get_configuration(asked)).expect_err("no store"),
        Code::InvalidArgument,
        "configuration store x not found",
    );
}

#[test]
fn a_token_is_needed_for_everything_but_health() {
    let session = scene();
    session.export("DAPR_API_TOKEN", "letmein");
    session.typed("strongroom set --type local shop-token").input("of-the-shop\n").run().succeeds();
    let options = "[applications.shop]\ntoken = \"shop-token\"\n\
                   [applications.shop.scopes.vault]\nallow = [\"shop-*\"]\n";
    session.write("options.toml", options);
    let server = Started::new(&session, &["--config", "options.toml"]);
    let mut client = server.client();
    let mut ask = |token: Option<&str>, key: &str| {
        let mut request = Request::new(secret("vault", key, None));
        if let Some(token) = token {
            let token = token.parse().expect("a token");
            request.metadata_mut().insert("dapr-api-token", token);
        }
        server.wait(client.get_secret(request))
    };
    let missing = "missing api token in request metadata";
    let wrong = "authentication error: api token mismatch";
    refused(&ask(None, "api").expect_err("no token"), Code::Unauthenticated, missing);
    for token in ["letmeix", "letmein ", "LETMEIN", ""] {
        let error = ask(Some(token), "api").expect_err("another token");
        refused(&error, Code::Unauthenticated, wrong);
    }
    assert_eq!(ask(Some("letmein"), "api").expect("it").into_inner().data.len(), 2);
    assert_eq!(ask(Some("of-the-shop"), "shop-db").expect("it").into_inner().data.len(), 1);
    let denied = ask(Some("of-the-shop"), "api").expect_err("a secret of others");
    assert_eq!(denied.code(), Code::PermissionDenied);

    let everything = [
        server.wait(client.get_metadata(GetMetadataRequest {})).err(),
        server.wait(client.set_metadata(SetMetadataRequest::default())).err(),
        server.wait(client.get_configuration(GetConfigurationRequest::default())).err(),
        server.wait(client.get_bulk_secret(GetBulkSecretRequest::default())).err(),
        server.wait(client.subscribe_configuration(subscribed::to("vault", &[]))).err(),
        server.wait(client.unsubscribe_configuration(subscribed::end("vault", "x"))).err(),
    ];
    for error in everything {
        refused(&error.expect("no token"), Code::Unauthenticated, missing);
    }
    let channel = server.channel(&format!("http://{}", server.grpc));
    let health = HealthClient::new(channel).check_is(&server, "");
    assert_eq!(health.expect("it").status(), ServingStatus::Serving);
}

impl HealthClient<tonic::transport::Channel> {
    fn check_is(
        mut self,
        server: &Started,
        service: &str,
    ) -> Result<generated::grpc::health::v1::HealthCheckResponse, Status> {
        let service = service.to_owned();
        server.wait(self.check(HealthCheckRequest { service })).map(tonic::Response::into_inner)
    }
}

#[test]
fn what_is_not_there_is_not_implemented_and_browsers_are_refused() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let channel = server.channel(&format!("http://{}", server.grpc));
    for method in ["/dapr.proto.runtime.v1.Dapr/SaveState", "/a.Service/Method", "/x"] {
        let mut client = tonic::client::Grpc::new(channel.clone());
        let answer = server.wait(async {
            client.ready().await.expect("it listens");
            let codec = tonic_prost::ProstCodec::<GetSecretRequest, GetSecretRequest>::default();
            client
                .unary(
                    Request::new(secret("vault", "api", None)),
                    method.parse().expect("a path"),
                    codec,
                )
                .await
        });
        assert_eq!(answer.expect_err("no method").code(), Code::Unimplemented, "{method}");
    }
    let missing = HealthClient::new(channel).check_is(&server, "another.Service");
    assert_eq!(missing.expect_err("no service").code(), Code::NotFound);
    // As a page's script could, once a name of its own leads here.
    let answer = Started::raw(
        &server.grpc,
        "POST /dapr.proto.runtime.v1.Dapr/GetSecret HTTP/1.1\r\nhost: evil.example\r\n\
         content-type: application/grpc\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 505"), "{answer}");
}

#[test]
fn a_server_whose_log_nobody_reads_goes_on() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    server.is_not_listened_to();
    for _ in 0..3 {
        // Each is a line in the log.
        let absent = server.wait(client.get_secret(secret("vault", "nothing", None)));
        assert_eq!(absent.expect_err("no secret").code(), Code::Internal);
    }
}

#[test]
fn a_name_that_somebody_made_up_is_no_line_of_the_log() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let mut client = server.client();
    let name = "x\nHTTP at evil";
    server.wait(client.get_secret(secret("vault", name, None))).expect_err("no secret");
    session.run("strongroom setting set --type local max_retries 4").succeeds();
    let (_, log) = server.says("read again");
    assert!(log.contains("x; HTTP at evil") && !log.contains("\nHTTP at evil"), "{log}");
}

#[test]
fn a_program_that_is_started_finds_both_ports() {
    let session = scene();
    let script = "echo $DAPR_GRPC_ENDPOINT $DAPR_HTTP_ENDPOINT $APP_PORT >&2; \
                  test $DAPR_GRPC_ENDPOINT = http://127.0.0.1:$DAPR_GRPC_PORT";
    let server = Started::new(&session, &["--app-port", "8080", "--", "sh", "-c", script]);
    let expected = format!("http://{} 8080", server.http);
    assert_eq!(server.says(&format!("http://{} ", server.grpc)).0, expected);
}

#[test]
fn sockets_in_a_folder_take_the_place_of_ports() {
    let session = scene();
    let server = Started::new(&session, &["--unix-domain-socket", "."]);
    let path = session.path("dapr-strongroom-grpc.socket");
    let channel = server.channel(&format!("unix:{}", path.display()));
    let mut client = generated::dapr::proto::runtime::v1::dapr_client::DaprClient::new(channel);
    let given = server.wait(client.get_secret(secret("vault", "db-secret", None)));
    assert_eq!(given.expect("it").into_inner().data, values(&[("db-secret", "one")]));
    server.end();
    assert!(!path.exists(), "the socket goes with the server");
}
