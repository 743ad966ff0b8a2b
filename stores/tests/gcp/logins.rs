//! Who asks: service accounts, people, federated identities, metadata servers; and what is said where they cannot.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use rustls::pki_types::alg_id;
use strongroom_stores::{Setting, Settings, open};
use strongroom_vault::{AccessKey, VaultId};
use zeroize::Zeroizing;

use crate::cloud::{VALUE, get_within, in_process, json, payload, plain, refused};
use crate::listener::{Asked, Does, Listener};

/// The API, and whatever gives tokens beside it: what it is asked with a token gets the value.
async fn cloud(tokens: impl Fn(&Asked) -> Option<Does> + Send + Sync + 'static) -> Listener {
    plain(move |line, asked| {
        if line.contains("/secrets/") && line.ends_with(":access") {
            return Some(match asked.header("authorization") {
                Some("Bearer ya29.dead") => refused(401, "UNAUTHENTICATED", "dead", &[]),
                Some(_) => payload(1, crate::cloud::BASE64, None),
                None => refused(401, "UNAUTHENTICATED", "no token", &[]),
            });
        }
        tokens(asked)
    })
    .await
}

fn token(token: &str) -> Does {
    json(200, format!(r#"{{"access_token":"{token}","expires_in":3599,"token_type":"Bearer"}}"#))
}

/// What a program says whose credentials are in a file.
async fn said(server: &Listener, credentials: &str, more: &[(&str, &str)]) -> String {
    let path = server.folder().join("credentials.json");
    std::fs::write(&path, credentials).expect("a file");
    said_of(server, &path, more).await
}

async fn said_of(server: &Listener, path: &Path, more: &[(&str, &str)]) -> String {
    let file = [("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().expect("text"))];
    let variables: Vec<_> = file.into_iter().chain(more.iter().copied()).collect();
    let said =
        in_process(&variables, &[("endpoint", &server.url()), ("project", "shop")], "app").await;
    let folder = server.folder().display().to_string();
    said.replace(&folder, "FOLDER").replace(&server.address.port().to_string(), "PORT")
}

#[tokio::test]
async fn credentials_that_who_starts_the_program_gives_go_before_what_is_found() {
    let server = cloud(|_| None).await;
    let key = include_str!("account.pem").replace('\n', "\\n");
    let given = format!(
        r#"{{"type":"service_account","project_id":"shop","private_key_id":"given","private_key":"{key}","client_email":"shop@shop.iam.gserviceaccount.com"}}"#
    );
    let text = |name: &str, text: String| (name.to_owned(), Setting::Text(text));
    let settings = [text("endpoint", server.url()), text("project", "shop".to_owned())];
    let settings = Settings::new(settings).with_given("credentials", Zeroizing::new(given));
    let store = open("gcp-secret-manager", settings, Path::new("")).expect("a store");
    assert!(!format!("{store:?}").contains("PRIVATE"));
    let value = get_within(&store, "app", Duration::from_secs(10)).await;
    assert_eq!(value.as_deref(), Ok(VALUE));
    let asked = server.asked();
    let token = asked[0].header("authorization").and_then(|it| it.strip_prefix("Bearer "));
    let header = token.and_then(|token| token.split('.').next()).expect("a token");
    let header = BASE64URL_NOPAD.decode(header.as_bytes()).expect("base64url");
    assert_eq!(String::from_utf8_lossy(&header), r#"{"alg":"RS256","typ":"JWT","kid":"given"}"#);
}

#[tokio::test]
async fn a_service_account_signs_its_tokens_itself_and_names_the_project() {
    let server = cloud(|_| None).await;
    let key = include_str!("account.pem").replace('\n', "\\n");
    let path = server.folder().join("credentials.json");
    let credentials = format!(
        r#"{{"type":"service_account","project_id":"of-file","private_key_id":"k1","private_key":"{key}","client_email":"shop@of-file.iam.gserviceaccount.com","universe_domain":"googleapis.com"}}"#
    );
    std::fs::write(&path, credentials).expect("a file");
    let variables = [("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().expect("text"))];
    assert_eq!(in_process(&variables, &[("endpoint", &server.url())], "app").await, VALUE);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].path, "/v1/projects/of-file/secrets/app/versions/latest:access");
    let token = asked[0].header("authorization").and_then(|it| it.strip_prefix("Bearer "));
    let (signed, signature) = token.expect("a token").rsplit_once('.').expect("three parts");
    let (header, claims) = signed.split_once('.').expect("three parts");
    let read = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url");
    let text = |part| String::from_utf8(read(part)).expect("text");
    assert_eq!(text(header), r#"{"alg":"RS256","typ":"JWT","kid":"k1"}"#);
    let claims = text(claims);
    let begins = r#"{"iss":"shop@of-file.iam.gserviceaccount.com","sub":"shop@of-file.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform","iat":"#;
    let times = claims.strip_prefix(begins).and_then(|rest| rest.strip_suffix('}')).expect(&claims);
    let (issued, expires) = times.split_once(",\"exp\":").expect("two times");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
    assert_eq!(number(expires) - number(issued), 3600);
    assert!((5..60).contains(&(now.as_secs() - number(issued))), "{claims}");
    let provider = rustls::crypto::ring::default_provider();
    let algorithm = provider
        .signature_verification_algorithms
        .all
        .iter()
        .find(|algorithm| algorithm.signature_alg_id() == alg_id::RSA_PKCS1_SHA256);
    let public = BASE64.decode(PUBLIC.as_bytes()).expect("base64");
    let verified =
        algorithm.expect("RSA").verify_signature(&public, signed.as_bytes(), &read(signature));
    assert!(verified.is_ok(), "the signature is the account's");
}

#[tokio::test]
async fn a_person_has_a_token_for_all_requests_and_their_projects_quota() {
    let server = cloud(|asked| {
        let fits = asked.method == "POST"
            && asked.path == "/token"
            && asked.header("content-type") == Some("application/x-www-form-urlencoded")
            && asked.body == "grant_type=refresh_token&client_id=c.apps&client_secret=s3cr3t%2B&refresh_token=1//s3cr3t";
        fits.then(|| token("ya29.user"))
    })
    .await;
    let path = server.folder().join("credentials.json");
    let credentials = format!(
        r#"{{"type":"authorized_user","client_id":"c.apps","client_secret":"s3cr3t+","refresh_token":"1//s3cr3t","quota_project_id":"pays","token_uri":"{}/token"}}"#,
        server.url()
    );
    std::fs::write(&path, &credentials).expect("a file");
    let file = path.to_str().expect("text");
    let variables = [("GOOGLE_APPLICATION_CREDENTIALS", file)];
    let settings = [("endpoint", &*server.url()), ("project", "shop")];
    let said = in_process(&variables, &settings, "a,b,c").await;
    assert_eq!(said, "hunter2; hunter2; hunter2");
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|asked| asked.path == "/token").count(), 1);
    let header = |name| asked.last().and_then(|asked| asked.header(name));
    assert_eq!(header("authorization"), Some("Bearer ya29.user"));
    assert_eq!(header("x-goog-user-project"), Some("pays"));
    let variables =
        [("GOOGLE_APPLICATION_CREDENTIALS", file), ("GOOGLE_CLOUD_QUOTA_PROJECT", "other")];
    assert_eq!(in_process(&variables, &settings, "a").await, VALUE);
    let asked = server.asked();
    assert_eq!(asked.last().and_then(|asked| asked.header("x-goog-user-project")), Some("other"));
}

#[tokio::test]
async fn a_login_that_is_refused_is_told_once_and_one_that_fails_is_tried_again() {
    let user = |server: &Listener| {
        format!(
            r#"{{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","token_uri":"{}/token"}}"#,
            server.url()
        )
    };
    let server =
        cloud(|_| Some(json(400, r#"{"error":"invalid_grant","error_description":"s3cr3t"}"#)))
            .await;
    assert_eq!(
        said(&server, &user(&server), &[]).await,
        "denied: gcloud's login has ended or was taken back: log in again with `gcloud auth application-default login`"
    );
    assert_eq!(server.asked().len(), 1);
    // Nor is it asked again for each secret.
    let file = server.folder().join("credentials.json");
    let variables = [("GOOGLE_APPLICATION_CREDENTIALS", file.to_str().expect("text"))];
    let settings = [("endpoint", &*server.url()), ("project", "shop")];
    let six = in_process(&variables, &settings, "a,b,c,d,e,f").await;
    assert_eq!((six.matches("denied: gcloud's login").count(), server.asked().len()), (6, 2));

    let tries = AtomicUsize::new(0);
    let server = cloud(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => Some(json(503, "{}")),
        _ => Some(token("ya29.user")),
    })
    .await;
    assert_eq!(said(&server, &user(&server), &[]).await, VALUE);

    for (does, expected) in [
        (
            json(500, "s3cr3t"),
            "unreachable: `http://localhost:PORT`, which gives tokens, failed (HTTP 500)",
        ),
        (
            json(429, "{}"),
            "throttled: `http://localhost:PORT`, which gives tokens, failed (HTTP 429)",
        ),
        (
            json(200, "{}"),
            "unreachable: something that gives no tokens answered at `http://localhost:PORT`",
        ),
        (
            Does::Answer(403, vec![("Content-Type", "text/html".to_owned())], b"s3cr3t".to_vec()),
            "unreachable: something that gives no tokens answered at `http://localhost:PORT`",
        ),
        (
            json(200, r#"{"access_token":"a b"}"#),
            "denied: no credentials: what was given as a token is none",
        ),
    ] {
        let server = cloud(move |_| Some(does.clone())).await;
        assert_eq!(said(&server, &user(&server), &[]).await, expected);
    }
}

/// A proof from a file or a URL, and what is exchanged for it.
#[tokio::test]
async fn a_federated_identity_exchanges_its_proof_and_acts_as_an_account() {
    let exchange = |asked: &Asked| {
        match &*asked.path {
        "/proof?audience=x" => (asked.header("authorization") == Some("bearer s3cr3t-pipeline"))
            .then(|| json(200, r#"{"value":"s3cr3t.proof"}"#)),
        "/sts" => (asked.body
            == "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
                &requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token\
                &audience=//iam.googleapis.com/p\
                &scope=https%3A//www.googleapis.com/auth/cloud-platform\
                &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&subject_token=s3cr3t.proof")
            .then(|| token("ya29.federated")),
        "/v1/projects/-/serviceAccounts/shop@p:generateAccessToken" => {
            let is_asked = asked.header("authorization") == Some("Bearer ya29.federated")
                && asked.body
                    == r#"{"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"3600s","delegates":[]}"#;
            is_asked.then(|| json(200, r#"{"accessToken":"ya29.account","expireTime":"2030-01-01T00:00:00Z"}"#))
        }
        _ => None,
    }
    };
    let server = cloud(exchange).await;
    let url = server.url();
    let proof = server.folder().join("proof");
    std::fs::write(&proof, "s3cr3t.proof\n").expect("a file");
    let credentials = |source: &str, more: &str| {
        format!(
            r#"{{"type":"external_account","audience":"//iam.googleapis.com/p","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"{url}/sts","credential_source":{source}{more}}}"#
        )
    };
    let file = format!(r#"{{"file":"{}"}}"#, proof.display());
    assert_eq!(said(&server, &credentials(&file, ""), &[]).await, VALUE);
    let last = server.asked().pop().expect("a request");
    assert_eq!(last.header("authorization"), Some("Bearer ya29.federated"));

    let of_url = format!(
        r#"{{"url":"{url}/proof?audience=x","headers":{{"Authorization":"bearer s3cr3t-pipeline"}},"format":{{"type":"json","subject_token_field_name":"value"}}}}"#
    );
    let account = format!(
        r#","service_account_impersonation_url":"{url}/v1/projects/-/serviceAccounts/shop@p:generateAccessToken""#
    );
    assert_eq!(said(&server, &credentials(&of_url, &account), &[]).await, VALUE);
    let last = server.asked().pop().expect("a request");
    assert_eq!(last.header("authorization"), Some("Bearer ya29.account"));

    // A key of ours is no proof for anybody.
    let key = access_key();
    std::fs::write(&proof, key.as_bytes()).expect("a file");
    let said = said(&server, &credentials(&file, ""), &[]).await;
    assert_eq!(
        said,
        "denied: no credentials: `FOLDER/proof` is a key of Strongroom, which goes to no server"
    );

    let refusing = cloud(|asked| match &*asked.path {
        "/sts" => Some(json(400, r#"{"error":"invalid_grant"}"#)),
        _ => None,
    })
    .await;
    std::fs::write(&proof, "s3cr3t.proof\n").expect("a file");
    let credentials = credentials(&file, "").replace(&url, &refusing.url());
    let said = self::said(&refusing, &credentials, &[]).await;
    assert!(said.starts_with("denied: the proof of who this is was refused"), "{said}");
}

#[tokio::test]
async fn somebody_acts_as_an_account_where_they_may() {
    let server = cloud(|asked| match &*asked.path {
        "/token" => Some(token("ya29.user")),
        "/allowed" => (asked.header("authorization") == Some("Bearer ya29.user")
            && asked.body.ends_with(r#""delegates":["a","b"]}"#))
        .then(|| json(200, r#"{"accessToken":"ya29.account"}"#)),
        _ => Some(refused(403, "PERMISSION_DENIED", "no", &[])),
    })
    .await;
    let credentials = |path| {
        format!(
            r#"{{"type":"impersonated_service_account","service_account_impersonation_url":"{0}/{path}","delegates":["a","b"],"source_credentials":{{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r","token_uri":"{0}/token"}}}}"#,
            server.url()
        )
    };
    assert_eq!(said(&server, &credentials("allowed"), &[]).await, VALUE);
    let said = said(&server, &credentials("denied"), &[]).await;
    assert!(said.contains("`roles/iam.serviceAccountTokenCreator`"), "{said}");
}

#[tokio::test]
async fn the_metadata_server_gives_tokens_and_the_project() {
    let server = cloud(|asked| {
        let google = asked.header("metadata-flavor") == Some("Google");
        match &*asked.path {
            "/computeMetadata/v1/instance/service-accounts/default/token?scopes=https%3A//www.googleapis.com/auth/cloud-platform" => {
                google.then(|| token("ya29.machine"))
            }
            "/computeMetadata/v1/project/project-id" => google.then(|| {
                Does::Answer(200, vec![("Content-Type", "application/text".to_owned())], b"of-machine".to_vec())
            }),
            _ => None,
        }
    })
    .await;
    let host = server.address.to_string();
    let variables = [("GCE_METADATA_HOST", &*host), ("HTTP_PROXY", "http://127.0.0.1:1")];
    assert_eq!(in_process(&variables, &[("endpoint", &server.url())], "app").await, VALUE);
    assert!(
        server
            .lines()
            .contains(&"GET /v1/projects/of-machine/secrets/app/versions/latest:access".to_owned())
    );

    let none = cloud(|_| Some(json(404, "{}"))).await;
    let host = none.address.to_string();
    let settings = [("endpoint", &*none.url()), ("project", "shop")];
    let said = in_process(&[("GCE_METADATA_HOST", &host)], &settings, "app").await;
    assert!(said.starts_with("denied: what this runs on has no service account"), "{said}");
    let said = in_process(&[("GCE_METADATA_HOST", "a/b")], &settings, "app").await;
    assert_eq!(
        said,
        "unreachable: `GCE_METADATA_HOST` is no host such as `metadata.google.internal`"
    );
}

#[tokio::test]
async fn a_dead_token_is_replaced_once() {
    // More than are asked for at once: the last ones begin with the second token.
    let twenty: Vec<String> = (0..20).map(|number| format!("n{number}")).collect();
    let twenty = twenty.join(",");
    let count = Arc::new(AtomicUsize::new(0));
    for (second, expected) in
        [("ya29.alive", VALUE), ("ya29.dead", "denied: the credentials are not valid (any more)")]
    {
        let logins = Arc::clone(&count);
        logins.store(0, Ordering::SeqCst);
        let server = cloud(move |_| match logins.fetch_add(1, Ordering::SeqCst) {
            0 => Some(token("ya29.dead")),
            _ => Some(token(second)),
        })
        .await;
        let host = server.address.to_string();
        let settings = [("endpoint", &*server.url()), ("project", "shop")];
        let said = in_process(&[("GCE_METADATA_HOST", &host)], &settings, &twenty).await;
        assert!(said.split("; ").all(|said| said.starts_with(expected)), "{said}");
        assert_eq!(count.load(Ordering::SeqCst), 2, "{second}");
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_used_are_told_with_their_file() {
    let server = cloud(|_| None).await;
    let file = "denied: no credentials: `FOLDER/credentials.json`";
    for (credentials, expected) in [
        ("", "is no JSON of Google Cloud"),
        ("[]", "is no JSON of Google Cloud"),
        ("{}", "has no `type`"),
        (
            r#"{"type":"gdch_service_account"}"#,
            "has credentials of the type `gdch_service_account`, which is not supported",
        ),
        (r#"{"type":"service_account"}"#, "has no `client_email`"),
        (
            r#"{"type":"authorized_user","universe_domain":"example.com"}"#,
            "is for another universe than `googleapis.com`, which is not supported",
        ),
        (
            r#"{"type":"authorized_user","token_uri":"http://10.0.0.1/token"}"#,
            "cannot be used: its `token_uri` is `http://` to another machine, where tokens and values could be read \
             on the way: use `https://`",
        ),
        (
            r#"{"type":"external_account","credential_source":{"environment_id":"aws1","url":"http://169.254.169.254/x"}}"#,
            "proves who this is by AWS, a certificate or a program, which is not supported: have the proof in a file or at a URL",
        ),
        (
            r#"{"type":"external_account","credential_source":{"url":"http://10.0.0.1/x"}}"#,
            "cannot be used: its `credential_source` is neither `https://` nor on this machine",
        ),
    ] {
        assert_eq!(said(&server, credentials, &[]).await, format!("{file} {expected}"));
    }
    let account = r#"{"type":"service_account","client_email":"a@b","private_key":"hunter2"}"#;
    assert_eq!(
        said(&server, account, &[]).await,
        "denied: no credentials: of the service account's file, its `private_key` is no RSA key in PEM"
    );
    let key = access_key();
    assert_eq!(
        said(&server, &key, &[]).await,
        format!("{file} is a key of Strongroom, which goes to no server")
    );
    let nothing = server.folder().join("nothing.json");
    let said = said_of(&server, &nothing, &[]).await;
    assert!(
        said.starts_with("denied: no credentials: `FOLDER/nothing.json` cannot be read: "),
        "{said}"
    );
    let kept = server.folder().join("home/strongroom/keys");
    std::fs::create_dir_all(&kept).expect("a folder");
    std::fs::write(kept.join("x.json"), "{}").expect("a file");
    let home = server.folder().join("home").display().to_string();
    let said =
        said_of(&server, &kept.join("x.json"), &[("XDG_CONFIG_HOME", &home), ("HOME", &home)])
            .await;
    assert!(said.contains("is in the folder where Strongroom keeps its keys"), "{said}");
    assert!(server.asked().is_empty());
}

fn access_key() -> String {
    let id = VaultId::from_hex(&"0a".repeat(16)).expect("an id");
    AccessKey::generate(id).expect("randomness").to_text().to_string()
}

/// The public half of `account.pem`, which was made for these tests.
const PUBLIC: &str = "MIIBCgKCAQEAvDGU9SFE+6RV7gWIY0NDb8IrtYr3YspORcf43l7mkTPrc83S2+btWPutebrWJ2ndOgEGqxVo5V15P54+D4fcPTxJcbBzA8yTbJVwftoNU5T6XKoLT3z4aBHt6DCImnvNd4H1qg3objH3geEqk+UGCzoH4clw68X81EaGoRzxIPnR5u0vLTbE2BdEcIhQVnF+y4ba8sZrTofbyKdNcQCD1f6/AOIk3weFQRS1sL1AIpihBT/xLrdq5c2T9VW9OA8+NRqSg5zpQD2oMDYV1VoE3+NhwCzjKi9GyNsN2gWzErOUJQXQaiRiUauVd5aTfoyo2K8wVkJHrp2pdZhc79EiGQIDAQAB";
