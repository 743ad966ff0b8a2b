//! Component files and scopes are followed while the server runs.

use super::component;
use crate::serve::serving::{SOON, Serving, within};
use crate::session::Session;

#[test]
fn files_are_followed_and_what_was_good_stays() {
    let session = Session::new();
    let one = component("one", "local.env", &["{ name: prefix, value: ONE_ }"]);
    session.write("components/one.yaml", &one);
    session.write("rules.toml", "");
    let words = "--resources-path components --config rules.toml";
    let variables = [("ONE_A", "1"), ("TWO_A", "2")];
    let serving = Serving::start_with(&session, words, &variables);
    let until = |path: &str, status: u16, body: &str| {
        within(SOON, || {
            let answer = serving.get(&format!("/v1.0/secrets/{path}"));
            (answer.status == status && answer.body.contains(body)).then_some(())
        });
    };
    until("one/A", 200, "\"1\"");
    // A new file, a changed one, one that breaks, one that is repaired, one that goes.
    session.write("components/two.yaml", component("two", "local.env", &[]));
    until("two/TWO_A", 200, "\"2\"");
    session.write("components/one.yaml", one.replace("ONE_", "TWO_"));
    until("one/A", 200, "\"2\"");
    session.write("components/two.yaml", "kind: [\n");
    serving.until_healthy(false);
    until("two/TWO_A", 200, "\"2\"");
    let said = "components/two.yaml: line 2, column 1: ";
    within(SOON, || serving.said().contains(said).then_some(()));
    std::fs::remove_file(session.path("components/two.yaml")).expect("it is there");
    until("two/TWO_A", 401, "ERR_SECRET_STORE_NOT_FOUND");
    serving.until_healthy(true);
    session.write("rules.toml", "[scopes.one]\ndefault = \"deny\"\n");
    until("one/A", 403, "ERR_PERMISSION_DENIED");
    session.write("rules.toml", "[scopes.one]\ndefault = \"deni\"\n");
    serving.until_healthy(false);
    until("one/A", 403, "ERR_PERMISSION_DENIED");
}
