//! Credentials: where they come from, and what is said where there are none.

use strongroom_stores::{FailureKind, Setting, Settings, open};
use zeroize::Zeroizing;

use crate::alone::{SECRET_KEY, alone};
use crate::listener::{Asked, Does, Listener};
use crate::service::{SECRETS, VALUE, assert_tells_nothing, get, secret, store};

/// Nobody has put any into the environment.
const NONE: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")];

/// Whose credentials have signed a request.
fn signer(asked: &Asked) -> String {
    let header = asked.header("authorization").unwrap_or_default();
    let of = header.split("Credential=").nth(1).unwrap_or_default();
    of.split('/').next().unwrap_or_default().to_owned()
}

/// What a service that gives credentials answers.
fn granted(action: &str) -> Does {
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials>\
         <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{SECRET_KEY}</SecretAccessKey>\
         <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/shop/x</Arn><AssumedRoleId>A:x</AssumedRoleId></AssumedRoleUser>\
         </{action}Result></{action}Response>"
    );
    Does::Answer(200, vec![("Content-Type", "text/xml".to_owned())], body.into_bytes())
}

fn not_granted(code: &str) -> Does {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>hunter2</Message></Error></ErrorResponse>"
    );
    Does::Answer(403, vec![("Content-Type", "text/xml".to_owned())], body.into_bytes())
}

/// A port for the child to listen on.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

#[test]
fn a_key_that_who_starts_the_program_gives_goes_before_that_of_the_environment() {
    let test =
        "credentials::a_key_that_who_starts_the_program_gives_goes_before_that_of_the_environment";
    alone(test, &[], || async {
        let server = Listener::of("", |_| Ok(secret(VALUE))).await;
        let given = |settings: Settings, name, text: &str| {
            settings.with_given(name, Zeroizing::new(text.to_owned()))
        };
        let endpoint = ("endpoint".to_owned(), Setting::Text(server.url()));
        let settings = given(Settings::new([endpoint]), "access_key", "AKIDGIVEN");
        let settings = given(settings, "secret_key", SECRET_KEY);
        let settings = given(settings, "session_token", "given-session");
        let store = open(SECRETS, settings, &server.folder()).expect("a store");
        assert_tells_nothing(&format!("{store:?}"));
        assert_eq!(get(&store, "app").await.as_deref(), Ok(VALUE));
        let asked = &server.asked()[0];
        assert_eq!(signer(asked), "AKIDGIVEN");
        assert_eq!(asked.header("x-amz-security-token"), Some("given-session"));
        // No vault sends values over a network as they are; who starts the program may.
        let far = || [("endpoint".to_owned(), Setting::Text("http://localstack:4566".to_owned()))];
        open(SECRETS, Settings::new(far()), &server.folder()).expect_err("it is refused");
        let plain = given(Settings::new(far()), "plain_http", "true");
        open(SECRETS, plain, &server.folder()).expect("a store");
    });
}

#[test]
fn none_says_where_they_could_be() {
    alone("credentials::none_says_where_they_could_be", &NONE, || async {
        let server = Listener::of("", |_| Err("nobody to ask as".to_owned())).await;
        let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("no credentials");
        assert_eq!(
            failure.to_string(),
            "denied: no credentials: log in with `aws sso login`, set `AWS_ACCESS_KEY_ID` and \
             `AWS_SECRET_ACCESS_KEY`, or give the machine or the container a role"
        );
    });
}

#[test]
fn a_profile_of_the_user_has_them_and_the_region() {
    let none = [NONE[0], NONE[1], ("AWS_REGION", "")];
    alone("credentials::a_profile_of_the_user_has_them_and_the_region", &none, || async {
        let home = std::path::PathBuf::from(std::env::var_os("HOME").expect("a home"));
        std::fs::create_dir_all(home.join(".aws")).expect("a folder");
        let config = "[profile shop]\nregion = eu-north-1\n\n[profile empty]\nregion = eu-north-1\n\n\
                      [profile broken]\nregion = eu-north-1\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = other\n\n\
                      [profile other]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = broken\n";
        std::fs::write(home.join(".aws/config"), config).expect("a file");
        let keys =
            format!("[shop]\naws_access_key_id = AKIDSHOP\naws_secret_access_key = {SECRET_KEY}\n");
        std::fs::write(home.join(".aws/credentials"), keys).expect("a file");
        let server = Listener::of("", |_| Ok(secret(VALUE))).await;
        let shop = store(SECRETS, &server, &[("profile", "shop")]);
        assert_eq!(get(&shop, "app").await.as_deref(), Ok(VALUE));
        let asked = &server.asked()[0];
        assert_eq!(signer(asked), "AKIDSHOP");
        assert!(asked.header("authorization").is_some_and(|it| it.contains("/eu-north-1/")));
        for (profile, said) in [
            ("empty", "denied: no credentials in the profile `empty`: log in with"),
            (
                "broken",
                "denied: no credentials: the profile `broken` is not there, or not as the SDK can read it",
            ),
            (
                "missing",
                "unreachable: no region is known: set `region`, `AWS_REGION`, or `region` in the profile",
            ),
        ] {
            let failure = get(&store(SECRETS, &server, &[("profile", profile)]), "app").await;
            let failure = failure.expect_err("no credentials").to_string();
            assert!(failure.starts_with(said), "{failure}");
        }
        let more = [("profile", "missing"), ("region", "eu-west-1")];
        let failure =
            get(&store(SECRETS, &server, &more), "app").await.expect_err("no credentials");
        assert!(failure.detail().contains("`missing`"), "{failure}");
    });
}

#[test]
fn a_region_that_nobody_knows_is_asked_for() {
    alone(
        "credentials::a_region_that_nobody_knows_is_asked_for",
        &[("AWS_REGION", "")],
        || async {
            let server = Listener::of("", |_| Err("no region".to_owned())).await;
            let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("no region");
            assert_eq!(
                failure.to_string(),
                "unreachable: no region is known: set `region`, `AWS_REGION`, or `region` in the profile"
            );
        },
    );
}

#[test]
fn a_region_of_the_environment_that_is_none_leads_nowhere() {
    let region = [("AWS_REGION", "evil.example/x")];
    alone(
        "credentials::a_region_of_the_environment_that_is_none_leads_nowhere",
        &region,
        || async {
            let server = Listener::of("", |_| Err("no region".to_owned())).await;
            let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("no region");
            assert!(
                failure
                    .detail()
                    .starts_with("what the environment or the profile says of a region"),
                "{failure}"
            );
        },
    );
}

#[test]
fn a_role_is_taken_before_anything_is_asked() {
    let address = free_address();
    let variables = [("AWS_ENDPOINT_URL_STS", &*address)];
    alone("credentials::a_role_is_taken_before_anything_is_asked", &variables, || async {
        let role = "arn:aws:iam::111122223333:role/shop";
        let sts = serve_sts(|asked| {
            let is_shop = asked.body.contains("role%2Fshop");
            if is_shop { granted("AssumeRole") } else { not_granted("AccessDenied") }
        })
        .await;
        let server = Listener::of("", |_| Ok(secret(VALUE))).await;
        let shop = store(SECRETS, &server, &[("role", role)]);
        assert_eq!(get(&shop, "app").await.as_deref(), Ok(VALUE));
        assert_eq!(get(&shop, "app").await.as_deref(), Ok(VALUE));
        assert!(server.asked().iter().all(|asked| signer(asked) == "ASIAROLE"));
        assert!(
            server
                .asked()
                .iter()
                .all(|asked| asked.header("x-amz-security-token") == Some("token"))
        );
        assert_eq!(sts.lock().expect("no panic").len(), 1, "it is taken once");
        let denied = "arn:aws:iam::111122223333:role/other";
        let failure = get(&store(SECRETS, &server, &[("role", denied)]), "app").await;
        assert_eq!(
            failure.expect_err("it may not be taken").to_string(),
            format!(
                "denied: no credentials: the role `{denied}` may not be taken: its trust policy must name who \
                     asks, and who asks needs the right `sts:AssumeRole` on it"
            )
        );
    });
}

#[test]
fn a_token_of_a_workload_is_taken_for_a_role() {
    let address = free_address();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "a.b.c").expect("a file");
    let file = file.display().to_string();
    let variables = [
        NONE[0],
        NONE[1],
        ("AWS_ENDPOINT_URL_STS", &*address),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &*file),
    ];
    alone("credentials::a_token_of_a_workload_is_taken_for_a_role", &variables, || async {
        let refuses = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let refuse = std::sync::Arc::clone(&refuses);
        let _sts = serve_sts(move |_| {
            if refuse.load(std::sync::atomic::Ordering::SeqCst) {
                not_granted("InvalidIdentityToken")
            } else {
                granted("AssumeRoleWithWebIdentity")
            }
        })
        .await;
        let server = Listener::of("", |_| Ok(secret(VALUE))).await;
        let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("refused");
        assert!(
            failure
                .to_string()
                .starts_with("denied: no credentials: the role does not take the token in"),
            "{failure}"
        );
        refuses.store(false, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(get(&store(SECRETS, &server, &[]), "app").await.as_deref(), Ok(VALUE));
        assert_eq!(signer(&server.asked()[0]), "ASIAROLE");
    });
}

/// Fetches where the environment says what fails, and looks that nobody was asked on the way.
async fn told_nobody() {
    let of = |name: &str| std::env::var(name).expect("it is set");
    let seen = serve(&of("LISTEN"), |_| not_granted("InvalidIdentityToken")).await;
    let server = Listener::of("", |_| Ok(secret(VALUE))).await;
    let failure = get(&store(SECRETS, &server, &[]), "app").await.expect_err("no credentials");
    assert!(failure.to_string().starts_with(&of("EXPECTED")), "{failure}");
    assert_eq!(*seen.lock().expect("no panic"), Vec::<String>::new(), "somebody was asked");
    assert!(server.asked().is_empty(), "the service was asked");
}

/// A key of ours, where environment and profile have something that proves who this is.
#[test]
fn a_key_of_ours_proves_nothing_to_anybody() {
    const TEST: &str = "credentials::a_key_of_ours_proves_nothing_to_anybody";
    const KEY: &str = "strongroom_key_0123456789";
    if std::env::var_os("EXPECTED").is_some() {
        return alone(TEST, &[], told_nobody);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("strongroom/keys");
    std::fs::create_dir_all(&kept).expect("a folder");
    let put = |path: std::path::PathBuf, text: &str| {
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let key = put(folder.path().join("key"), &format!("{KEY}\n"));
    // Nothing of that folder is a token, whatever it looks like.
    let beside = put(kept.join("a"), "a.b.c");
    let profile =
        format!("[default]\nrole_arn = arn:aws:iam::1:role/a\nweb_identity_token_file = {key}\n");
    let profile = put(folder.path().join("config"), &profile);
    let home = folder.path().display().to_string();
    let address = free_address();
    let full = format!("{address}/credentials");
    let role = [("AWS_ENDPOINT_URL_STS", &*address), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/a")];
    let container = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*full); 2];
    let (token, authorization) =
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    let leads = "leads to a key of Strongroom, of which nothing goes to a server";
    let of_file = |name: &str| format!("denied: no credentials: `{name}` {leads}");
    let sent = format!("denied: no credentials could be had: what should prove who asks {leads}");
    let unusable =
        "denied: no credentials: the profile is not there, or not as the SDK can read it";
    for (at, named, said) in [
        (role, (token, &*key), of_file(token)),
        (role, (token, &*beside), of_file(token)),
        (container, (authorization, &*key), of_file(authorization)),
        (container, (authorization, &*beside), of_file(authorization)),
        (container, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", KEY), sent.clone()),
        (role, ("AWS_CONFIG_FILE", &*profile), sent),
        (role, ("AWS_CONFIG_FILE", &*key), unusable.to_owned()),
        (role, ("AWS_SHARED_CREDENTIALS_FILE", &*key), unusable.to_owned()),
    ] {
        let variables = [
            NONE[0],
            NONE[1],
            at[0],
            at[1],
            named,
            ("XDG_CONFIG_HOME", &*home),
            ("EXPECTED", &*said),
            ("LISTEN", &*address),
        ];
        alone(TEST, &variables, told_nobody);
    }
}

#[test]
fn what_should_give_them_and_cannot_be_reached_is_told() {
    let variables = [
        NONE[0],
        NONE[1],
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/credentials"),
    ];
    alone(
        "credentials::what_should_give_them_and_cannot_be_reached_is_told",
        &variables,
        || async {
            let server = Listener::of("", |_| Err("nobody to ask as".to_owned())).await;
            let store = store(SECRETS, &server, &[]);
            let failure = get(&store, "app").await.expect_err("no credentials");
            assert_eq!(failure.kind(), FailureKind::Unreachable, "{failure}");
            assert_eq!(
                failure.detail(),
                "no credentials could be had: nothing listens at `http://127.0.0.1:1`"
            );
        },
    );
}

/// Listens where the environment says that roles are taken; gives what was asked.
async fn serve_sts(
    answer: impl Fn(&Asked) -> Does + Send + Sync + 'static,
) -> std::sync::Arc<std::sync::Mutex<Vec<String>>> {
    serve(&std::env::var("AWS_ENDPOINT_URL_STS").expect("it is set"), answer).await
}

/// Listens at an address; gives who came.
async fn serve(
    address: &str,
    answer: impl Fn(&Asked) -> Does + Send + Sync + 'static,
) -> std::sync::Arc<std::sync::Mutex<Vec<String>>> {
    let inner = Listener::of("", move |asked| Ok(answer(asked))).await;
    let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = std::sync::Arc::clone(&asked);
    let listener = tokio::net::TcpListener::bind(address.trim_start_matches("http://")).await;
    let listener = listener.expect("the port");
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            log.lock().expect("no panic").push("connection".to_owned());
            let mut to = tokio::net::TcpStream::connect(inner.address).await.expect("it listens");
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            });
        }
        // It listens as long as this does.
        drop(inner);
    });
    asked
}
