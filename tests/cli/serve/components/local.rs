//! Files and variables, as Dapr has them, without a vault.

use super::component;
use crate::serve::serving::Serving;
use crate::session::{MARKER, Session};

#[test]
fn without_a_vault_components_are_served_alone() {
    let session = Session::new();
    session.write(
        "secrets.json",
        format!("{{\"redis\": \"{MARKER}-r\", \"db\": {{\"user\": \"u\", \"port\": 5432}}}}"),
    );
    let file = component("local", "local.file", &["{ name: secretsFile, value: secrets.json }"]);
    session.write("components/local.yaml", file);
    let serving = Serving::start(&session, "--resources-path components");
    let answer = serving.get("/v1.0/secrets/local/redis");
    assert_eq!((answer.status, answer.body), (200, format!("{{\"redis\":\"{MARKER}-r\"}}\n")));
    let answer = serving.get("/v1.0/secrets/local/db%3Aport");
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"db:port\":\"5432\"}\n"));
    let answer = serving.get("/v1.0/secrets/local/bulk");
    let all = format!(
        "{{\"db:port\":{{\"db:port\":\"5432\"}},\"db:user\":{{\"db:user\":\"u\"}},\"redis\":{{\"redis\":\"{MARKER}-r\"}}}}\n"
    );
    assert_eq!((answer.status, answer.body), (200, all));
    let answer = serving.get("/v1.0/secrets/vault/redis");
    assert_eq!(answer.status, 401, "{}", answer.body);
    let answer = serving.get("/v1.0/metadata");
    let told = "{\"name\":\"local\",\"type\":\"secretstores.local.file\",\"version\":\"v1\",\"capabilities\":[]}";
    assert!(answer.body.contains(told), "{}", answer.body);
}

#[test]
fn a_file_may_have_several_keys_and_another_separator() {
    let session = Session::new();
    session.write(
        "s.json",
        "{\"db\": {\"user\": \"u\", \"deep\": {\"port\": \"1\"}}, \"one\": \"1\"}",
    );
    let path = "{ name: secretsFile, value: s.json }";
    let flat = component("flat", "local.file", &[path, "{ name: nestedSeparator, value: . }"]);
    let keys = component("keys", "local.file", &[path, "{ name: MULTIVALUED, value: true }"]);
    session.write("components/all.yml", format!("{flat}---\n{keys}"));
    let serving = Serving::start(&session, "--resources-path components");
    for (path, body) in [
        ("flat/db.deep.port", "{\"db.deep.port\":\"1\"}\n"),
        ("keys/db", "{\"deep:port\":\"1\",\"user\":\"u\"}\n"),
    ] {
        let answer = serving.get(&format!("/v1.0/secrets/{path}"));
        assert_eq!((answer.status, answer.body.as_str()), (200, body));
    }
    let told = serving.get("/v1.0/metadata").body;
    assert!(told.contains("\"capabilities\":[\"MULTIPLE_KEY_VALUES_PER_SECRET\"]"), "{told}");
}

#[test]
fn a_variable_that_is_not_set_is_empty_and_tokens_are_never_given() {
    let session = Session::new();
    session.write("components/env.yaml", component("env", "local.env", &[]));
    let prefixed = component("shop", "local.env", &["{ name: prefix, value: SHOP_ }"]);
    session.write("components/shop.yaml", prefixed);
    let leading = component("leading", "local.env", &["{ name: prefix, value: DAPR_ }"]);
    session.write("components/leading.yaml", leading);
    let variables = [
        ("SHOP_DB", "d"),
        ("APP_API_TOKEN", MARKER),
        ("DAPR_SECRET", MARKER),
        ("STRONGROOM_TRIED", MARKER),
    ];
    let serving = Serving::start_with(&session, "--resources-path components", &variables);
    for (path, body) in [
        ("env/SHOP_DB", "{\"SHOP_DB\":\"d\"}\n"),
        ("shop/DB", "{\"DB\":\"d\"}\n"),
        ("shop/bulk", "{\"DB\":{\"DB\":\"d\"}}\n"),
        ("env/NOT_SET", "{\"NOT_SET\":\"\"}\n"),
        ("env/APP_API_TOKEN", "{\"APP_API_TOKEN\":\"\"}\n"),
        ("env/app_api_token", "{\"app_api_token\":\"\"}\n"),
        ("env/DAPR_SECRET", "{\"DAPR_SECRET\":\"\"}\n"),
        ("env/STRONGROOM_TRIED", "{\"STRONGROOM_TRIED\":\"\"}\n"),
        ("leading/SECRET", "{\"SECRET\":\"\"}\n"),
        ("env/a%3Db", "{\"a=b\":\"\"}\n"),
    ] {
        let answer = serving.get(&format!("/v1.0/secrets/{path}"));
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path}");
    }
    let all = serving.get("/v1.0/secrets/env/bulk");
    assert!(all.status == 200 && !all.body.contains(MARKER), "{}", all.body);
}

#[test]
fn scopes_say_for_which_application_a_component_is_and_what_it_may_see() {
    let session = Session::new();
    let own = component("own", "local.env", &[]) + "scopes: [shop, other]\n";
    let others = component("others", "local.env", &[]) + "scopes: [other]\n";
    let state =
        "kind: Component\nmetadata: { name: state }\nspec: { type: state.redis, version: v1 }\n";
    session.write("components/all.yaml", format!("{own}---\n{others}---\n{state}"));
    session.write(
        "appconfig.yaml",
        "apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: { name: appconfig }
spec:
  secrets:
    scopes:
      - storeName: own
        defaultAccess: Deny
        allowedSecrets: [A, \"SHOP_*\"]
",
    );
    let words = "--resources-path components --config appconfig.yaml --app-id shop";
    let serving = Serving::start_with(&session, words, &[("A", "a"), ("B", "b"), ("SHOP_C", "c")]);
    for (path, status) in
        [("own/A", 200), ("own/SHOP_C", 200), ("own/B", 403), ("others/A", 401), ("state/A", 401)]
    {
        assert_eq!(serving.get(&format!("/v1.0/secrets/{path}")).status, status, "{path}");
    }
    let all = serving.get("/v1.0/secrets/own/bulk").body;
    assert_eq!(all, "{\"A\":{\"A\":\"a\"},\"SHOP_C\":{\"SHOP_C\":\"c\"}}\n");
    let said = serving.said();
    assert!(said.contains("the component `state` is of the type `state.redis`"), "{said}");
    assert!(said.contains("the component `others` is for other applications"), "{said}");
}
