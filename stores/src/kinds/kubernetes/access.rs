//! Which cluster, and as whom: a kubeconfig that the vault names, the user's own, or the service account of the pod.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use kube::config::{AuthInfo, Config, InClusterError, Kubeconfig, KubeconfigError, LoadDataError};
use secrecy::ExposeSecret as _;
use strongroom_vault::{Shown, ShownPath, is_key_text};

use crate::failure::Failure;
use crate::proof;
use crate::settings::{InvalidSettings, Settings};

/// What the settings say of the way to a cluster.
#[derive(Debug)]
pub(super) struct Access {
    kubeconfig: Option<PathBuf>,
    /// Whether it is who started the program that names it, and no vault.
    is_given: bool,
    context: Option<String>,
}

impl Access {
    pub(super) fn open(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        let given = settings.given("kubeconfig").map(|path| PathBuf::from(path.as_str()));
        let is_given = given.is_some();
        let named = settings.text("kubeconfig")?.map(|path| base.join(path));
        Ok(Self { kubeconfig: given.or(named), is_given, context: settings.text("context")? })
    }

    /// Looks for the configuration; reads files, and runs nothing.
    ///
    /// A kubeconfig that the vault names comes first, then those of `KUBECONFIG`, then the pod's service account, then
    /// `~/.kube/config`: so one vault fits a developer's machine and the cluster.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        if let Some(path) = &self.kubeconfig {
            let config = self.chosen(Kubeconfig::read_from(path))?;
            if !self.is_given {
                is_contained(path, &config)?;
            }
            return Ok(config);
        }
        if let Some(kubeconfig) = Kubeconfig::from_env().transpose() {
            return self.chosen(kubeconfig);
        }
        if env::var_os("KUBERNETES_SERVICE_HOST").is_some() {
            return Config::incluster().map_err(|error| of_pod(&error)).and_then(checked);
        }
        match env::home_dir().map(|home| home.join(".kube").join("config")) {
            Some(path) if path.exists() => self.chosen(Kubeconfig::read_from(path)),
            _ => Err(Failure::unreachable(
                "no way to a cluster is known here: `KUBECONFIG` is not set, there is no `~/.kube/config`, and this is no pod",
            )
            .lasting()),
        }
    }

    fn chosen(&self, kubeconfig: Result<Kubeconfig, KubeconfigError>) -> Result<Config, Failure> {
        let mut kubeconfig = kubeconfig.map_err(|error| of_file(&error))?;
        if let Some(context) = &self.context {
            kubeconfig.current_context = Some(context.clone());
        }
        let has_proxy = has_proxy(&kubeconfig);
        let mut config = Config::try_from(kubeconfig).map_err(|error| of_file(&error))?;
        // That of the variables is left out where they say so; `kube` looks there for the proxy's own name.
        if !has_proxy && Matcher::from_env().intercept(&config.cluster_url).is_none() {
            config.proxy_url = None;
        }
        checked(config)
    }
}

/// Whether the current context's cluster has a proxy of its own.
fn has_proxy(kubeconfig: &Kubeconfig) -> bool {
    let proxy = || {
        let current = kubeconfig.current_context.as_ref()?;
        let context = kubeconfig.contexts.iter().find(|context| &context.name == current)?;
        let cluster = &context.context.as_ref()?.cluster;
        let found = kubeconfig.clusters.iter().find(|found| &found.name == cluster)?;
        found.cluster.as_ref()?.proxy_url.as_ref().filter(|url| !url.is_empty())
    };
    proxy().is_some()
}

/// Whether somebody is named at all: a token, a certificate, a program that gets one.
pub(super) fn is_anonymous(who: &AuthInfo) -> bool {
    who.token.is_none()
        && who.token_file.is_none()
        && who.username.is_none()
        && who.client_certificate.is_none()
        && who.client_certificate_data.is_none()
        && who.auth_provider.is_none()
        && who.exec.is_none()
}

/// The program that a kubeconfig has run to get credentials.
pub(super) fn program(who: &AuthInfo) -> Option<&str> {
    let of_provider = || who.auth_provider.as_ref()?.config.get("cmd-path").map(String::as_str);
    who.exec.as_ref().and_then(|exec| exec.command.as_deref()).or_else(of_provider)
}

fn checked(mut config: Config) -> Result<Config, Failure> {
    if config.cluster_url.scheme_str() != Some("https") {
        if !is_here(&config.cluster_url) {
            return Err(Failure::denied(
                "the address of the cluster is not `https://…`: credentials and values would be readable on the way",
            ));
        }
        // A proxy would be given the token.
        config.proxy_url = None;
    }
    if let Some(token) = &config.auth_info.token
        && HeaderValue::from_str(token.expose_secret()).is_err()
    {
        return Err(Failure::denied(NO_TOKEN));
    }
    let who = &config.auth_info;
    let texts = [&who.token, &who.password].into_iter().flatten();
    if who.token_file.as_ref().is_some_and(|file| proof::is_of_keys(file.as_ref()))
        || texts.into_iter().any(|text| is_key_text(text.expose_secret()))
    {
        return Err(Failure::denied(
            "the token or the password of the kubeconfig is a key of Strongroom, or lies in the folder of those, of which \
             nothing goes to a server",
        ));
    }
    // Who fetches repeats, and knows for how long.
    config.default_retry = false;
    Ok(config)
}

/// Whether an address is this machine, as `kubectl proxy` listens.
fn is_here(address: &Uri) -> bool {
    let host = address.host().unwrap_or_default().trim_matches(['[', ']']);
    let ip = host.parse::<std::net::IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Refuses what a kubeconfig beside a vault must not bring about: whoever can change a file of the repository would run
/// programs on this machine, or have files of this machine sent to a server as tokens.
fn is_contained(path: &Path, config: &Config) -> Result<(), Failure> {
    let who = &config.auth_info;
    let named = ShownPath(path);
    if who.exec.is_some() || who.auth_provider.is_some() {
        return Err(Failure::denied(format!(
            "the kubeconfig `{named}` runs a program for its credentials, and one that the vault names may not: take the setting `kubeconfig` out, and name it in the variable `KUBECONFIG`"
        )));
    }
    // Even beside it, it could be changed for another file of the repository.
    if who.token_file.is_some() {
        return Err(Failure::denied(format!(
            "the kubeconfig `{named}` names a file with a token (`tokenFile`), and one that the vault names may not: take the setting `kubeconfig` out, and name it in the variable `KUBECONFIG`"
        )));
    }
    if config.accept_invalid_certs {
        return Err(Failure::denied(format!(
            "the kubeconfig `{named}` takes any certificate (`insecure-skip-tls-verify`), and one that the vault names may not: give it `certificate-authority-data`"
        )));
    }
    let folder = path.parent().and_then(|folder| fs::canonicalize(folder).ok());
    for file in [&who.client_certificate, &who.client_key].into_iter().flatten() {
        let is_beside = match (fs::canonicalize(file), &folder) {
            (Ok(file), Some(folder)) => file.starts_with(folder),
            // What is not there says so when it is read.
            (Err(_), _) => true,
            (Ok(_), None) => false,
        };
        if !is_beside {
            return Err(Failure::denied(format!(
                "the kubeconfig `{named}` names the file `{}`, and one that the vault names takes only files beside it: take the setting `kubeconfig` out, and name it in the variable `KUBECONFIG`",
                Shown(file)
            )));
        }
    }
    Ok(())
}

fn of_file(error: &KubeconfigError) -> Failure {
    Failure::unreachable(match error {
        KubeconfigError::CurrentContextNotSet => {
            "the kubeconfig has no `current-context`: name one with the setting `context`"
                .to_owned()
        }
        KubeconfigError::LoadContext(name) => {
            format!("the kubeconfig has no context `{}`", Shown(name))
        }
        KubeconfigError::LoadClusterOfContext(name) => {
            format!("the kubeconfig has no cluster `{}`", Shown(name))
        }
        KubeconfigError::ReadConfig(error, path) => {
            format!("cannot read the kubeconfig `{}`: {}", ShownPath(path), error.kind())
        }
        // Its text shows the lines around, which hold tokens.
        KubeconfigError::Parse(error) => match error.location() {
            Some(place) => {
                format!("line {} of the kubeconfig is not as it should be", place.line())
            }
            None => "the kubeconfig is not as it should be".to_owned(),
        },
        KubeconfigError::MissingClusterUrl | KubeconfigError::ParseClusterUrl(_) => {
            "the kubeconfig has no address of the cluster (`server`) that is one".to_owned()
        }
        KubeconfigError::ParseProxyUrl(_) | KubeconfigError::ParseNoProxy(_) => {
            "the proxy of the kubeconfig, of `HTTPS_PROXY` or of `NO_PROXY` is no address"
                .to_owned()
        }
        KubeconfigError::LoadCertificateAuthority(error) => of_data("certificate-authority", error),
        KubeconfigError::LoadClientCertificate(error) => of_data("client-certificate", error),
        KubeconfigError::LoadClientKey(error) => of_data("client-key", error),
        KubeconfigError::ParseCertificates(_) => {
            "the kubeconfig's `certificate-authority` is no certificate".to_owned()
        }
        _ => "the kubeconfig cannot be used".to_owned(),
    })
    .lasting()
}

fn of_data(entry: &str, error: &LoadDataError) -> String {
    match error {
        LoadDataError::ReadFile(error, path) => {
            format!(
                "cannot read the kubeconfig's `{entry}`, `{}`: {}",
                ShownPath(path),
                error.kind()
            )
        }
        LoadDataError::DecodeBase64(_) => format!("the kubeconfig's `{entry}-data` is no base64"),
        LoadDataError::NoBase64DataOrFile => format!("the kubeconfig has no `{entry}`"),
    }
}

fn of_pod(error: &InClusterError) -> Failure {
    Failure::denied(match error {
        InClusterError::ReadDefaultNamespace(_) | InClusterError::ReadCertificateBundle(_) => {
            "this pod has no service account: `automountServiceAccountToken` is `false`, or its volume is missing"
        }
        InClusterError::ParseCertificates(_) => "the service account's `ca.crt` is no certificate",
        _ => "`KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` are no address of a cluster",
    })
}

/// What is said of a token that cannot be sent.
pub(super) const NO_TOKEN: &str =
    "the token has a character that no token has, such as a line break at its end";
