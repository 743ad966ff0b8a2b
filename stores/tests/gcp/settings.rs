//! Settings: what is refused before anything is asked, and what the environment completes.

use crate::cloud::{VALUE, in_process, opened, payload, plain};

#[test]
fn settings_that_cannot_be_are_refused_with_a_reason() {
    for (name, value, said) in [
        ("token", "ya29", "its setting `token` would be a secret in plain text in git"),
        ("credentials", "{}", "its setting `credentials` would be a secret in plain text in git"),
        ("endpoint", "http://10.0.0.1", "its setting `endpoint` is `http://` to another machine"),
        ("endpoint", "ftp://x", "its setting `endpoint` must begin with `https://`"),
        ("endpoint", "https://a:b@x", "its setting `endpoint` has a user or a password in it"),
        ("endpoint", "x", "its setting `endpoint` is no address such as"),
        ("project", "a/b", "its setting `project` is no project's id"),
        ("location", "eu/x", "its setting `location` is no region such as `europe-west3`"),
        ("prefix", "a/", "its setting `prefix` has characters that no secret's name has"),
        ("keys", "yes", "its setting `keys` must be `true` or `false`"),
        ("credentials_file", "x", "it has no setting `credentials_file`; it has: "),
    ] {
        let error = opened([(name, value)]).err().unwrap_or_else(|| panic!("{name}"));
        assert!(error.starts_with(said), "{error}");
    }
    for (name, value) in [("project", "example.com:shop"), ("project", "123456"), ("keys", "true")]
    {
        assert!(opened([(name, value)]).is_ok(), "{name} = {value}");
    }
}

#[tokio::test]
async fn the_environment_names_project_and_endpoint_where_settings_do_not() {
    let server = plain(|line, _| {
        (line == "GET /v1/projects/of-env/secrets/app/versions/latest:access")
            .then(|| payload(1, "aHVudGVyMg==", None))
    })
    .await;
    let (endpoint, home) = (format!("{}/", server.url()), server.folder());
    let home = home.to_str().expect("text");
    let variables = [
        ("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", endpoint.as_str()),
        ("GOOGLE_CLOUD_PROJECT", "of-env"),
        ("HOME", home),
        // What goes to this machine goes through no proxy.
        ("HTTP_PROXY", "http://127.0.0.1:1"),
    ];
    assert_eq!(in_process(&variables, &[], "app").await, VALUE);
    let said = in_process(&variables[..1], &[], "app").await;
    assert_eq!(
        said,
        "unreachable: it is not known whose secrets are meant: neither the setting `project` nor \
         `GOOGLE_CLOUD_PROJECT` is there, and the credentials name no project"
    );
    let far = [("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", "http://10.0.0.1/")];
    let said = in_process(&far, &[("project", "shop")], "app").await;
    assert!(
        said.starts_with("unreachable: `CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER` is `http://` to another machine"),
        "{said}"
    );
}
