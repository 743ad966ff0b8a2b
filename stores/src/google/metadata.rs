//! The metadata server, which gives what runs in Google Cloud its token and its project.

use std::fs;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};

use super::client::{Client, Reply, Request};
use super::login::{SCOPE, granted};
use super::{Variables, lasting, text_of};
use crate::failure::Failure;
use crate::http::encode;
use crate::store::Value;

/// The token of the service account that this runs as, and how long it lives.
pub(super) async fn token(
    client: &Client,
    variables: Variables<'_>,
) -> Result<(Value, Duration), Failure> {
    let mut path = "instance/service-accounts/default/token?scopes=".to_owned();
    encode(SCOPE, &mut path);
    let reply = ask(client, variables, &path).await?;
    match reply.status {
        200 => granted(&reply, "access_token").ok_or_else(|| strange(&reply)),
        404 => Err(Failure::denied(
            "what this runs on has no service account: give it one, or set `GOOGLE_APPLICATION_CREDENTIALS`",
        )),
        status => Err(failed(status)),
    }
}

#[cfg(feature = "gcp-secret-manager")]
/// The project that this runs in.
pub(super) async fn project(
    client: &Client,
    variables: Variables<'_>,
) -> Result<Option<String>, Failure> {
    let reply = ask(client, variables, "project/project-id").await?;
    match reply.status {
        200 => Ok(String::from_utf8(reply.body.to_vec()).ok().map(|text| text.trim().to_owned())),
        404 => Ok(None),
        status => Err(failed(status)),
    }
}

async fn ask(client: &Client, variables: Variables<'_>, path: &str) -> Result<Reply, Failure> {
    let host = match text_of(variables, HOST) {
        Some(Ok(host)) => host,
        Some(Err(())) => return Err(lasting(format!("`{HOST}` is not text"))),
        None => USUAL_HOST.to_owned(),
    };
    let base = format!("http://{host}/");
    // A host with a path, a user or anything else in it is none.
    if Url::parse(&base).is_ok_and(|url| url.path() != "/" || !url.username().is_empty())
        || host.contains(['/', '?', '#', '@'])
    {
        return Err(lasting(format!("`{HOST}` is no host such as `metadata.google.internal`")));
    }
    let mut request = Request::new(Method::GET, format!("{base}computeMetadata/v1/{path}"));
    request.patience = PATIENCE;
    let google = HeaderValue::from_static("Google");
    request.headers.insert(HeaderName::from_static("metadata-flavor"), google);
    client.send(request).await.map_err(|failure| unanswered(&failure, is_expected(variables)))
}

/// Why there are no credentials, where the metadata server was the last place to look in.
fn unanswered(failure: &Failure, is_expected: bool) -> Failure {
    if is_expected {
        return Failure::unreachable(format!(
            "the metadata server, which has the credentials: {}",
            failure.detail()
        ));
    }
    Failure::denied(
        "no credentials: neither `GOOGLE_APPLICATION_CREDENTIALS` nor gcloud's \
         `application_default_credentials.json` nor a metadata server is there; log in with \
         `gcloud auth application-default login`",
    )
}

/// Whether this looks like something in Google Cloud, where there is a metadata server, if not yet.
fn is_expected(variables: Variables<'_>) -> bool {
    let named = [HOST, "K_SERVICE", "CLOUD_RUN_JOB", "KUBERNETES_SERVICE_HOST"];
    named.into_iter().any(|name| variables(name).is_some_and(|text| !text.is_empty()))
        || fs::read_to_string(PRODUCT).is_ok_and(|name| name.contains("Google"))
}

fn failed(status: u16) -> Failure {
    Failure::unreachable(format!(
        "the metadata server, which has the credentials, failed (HTTP {status})"
    ))
}

fn strange(reply: &Reply) -> Failure {
    Failure::unreachable(format!(
        "something that is no metadata server answered at `{}`",
        reply.address
    ))
}

/// The variable that names another host, as Google's own libraries read it.
pub(super) const HOST: &str = "GCE_METADATA_HOST";
/// An address that needs no DNS.
const USUAL_HOST: &str = "169.254.169.254";
/// What the machine is, as its firmware says.
const PRODUCT: &str = "/sys/class/dmi/id/product_name";
/// Elsewhere nobody answers, and that is to be found out soon.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_else_is_and_nobody_answers_there_are_no_credentials() {
        let failure = Failure::unreachable("nothing listens at `http://169.254.169.254`");
        let said = unanswered(&failure, false);
        assert!(
            !said.may_pass() && said.detail().contains("`gcloud auth application-default login`")
        );
        let said = unanswered(&failure, true);
        assert!(said.may_pass() && said.detail().ends_with(failure.detail()), "{said}");
    }
}
