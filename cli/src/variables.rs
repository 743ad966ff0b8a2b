//! From secrets and settings to environment variables: their names, and those that must not be set.

use std::collections::BTreeMap;

use strongroom_vault::Shown;

/// The variable of a secret or a setting: upper case, `-` and `.` as `_`, `/` as `__`.
pub(crate) fn variable_of(secret: &str) -> String {
    let mut variable = String::with_capacity(secret.len() + 1);
    for c in secret.chars() {
        match c {
            '-' | '.' => variable.push('_'),
            '/' => variable.push_str("__"),
            c => variable.push(c.to_ascii_uppercase()),
        }
    }
    variable
}

/// Pairs of names that give one variable, in words.
pub(crate) fn clashes<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut clashes = Vec::new();
    for secret in secrets {
        let variable = variable_of(secret);
        match seen.get(&variable) {
            Some(first) => clashes.push(format!(
                "`{}` and `{}` both give the variable {variable}",
                Shown(first),
                Shown(secret)
            )),
            None => {
                seen.insert(variable, secret);
            }
        }
    }
    clashes
}

/// Whether a variable can take over the process that finds it, make it run something else, or
/// change whom it trusts.
///
/// A list cannot be complete. It holds what loaders, shells, language runtimes, compilers, git and
/// pagers act on by themselves, and our own variables.
pub(crate) fn is_dangerous(variable: &str) -> bool {
    NAMES.contains(&variable)
        || PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
        || SUFFIXES.iter().any(|suffix| variable.ends_with(suffix))
}

/// Whether a variable decides which server or cloud a program logs in to, with what is in its environment already; or is there
/// already, so that another one would take its place.
pub(crate) fn decides_whom_to_trust(variable: &str) -> bool {
    CLOUDS.iter().any(|prefix| variable.starts_with(prefix)) || std::env::var_os(variable).is_some()
}

const CLOUDS: &[&str] = &[
    "AWS_",
    "AZURE_",
    "BAO_",
    "CLOUDSDK_",
    "DOCKER_",
    "GCE_",
    "GCP_",
    "GOOGLE_",
    "IDENTITY_",
    "KUBE",
    "MSI_",
    "MYSQL_",
    "PG",
    "VAULT_",
];

const PREFIXES: &[&str] = &[
    "LD_",
    "DYLD_",
    "MALLOC_",
    "GIT_CONFIG",
    "GIT_TRACE",
    "CARGO_ALIAS_",
    "CARGO_BUILD_",
    "CARGO_TARGET_",
    "LUA_INIT",
    "NPM_CONFIG_",
    "COR_",
    "CORECLR_",
    "XDG_",
    "STRONGROOM_",
    "GIT_SSL_",
    "PIP_",
    "UV_",
    "BUNDLE_",
    "DOTNET_",
    "ERL_",
    "ANSIBLE_",
    "CARGO_HTTP_",
    "CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDER",
];

const SUFFIXES: &[&str] = &["_PROXY", "_OPTS"];

#[rustfmt::skip]
const NAMES: &[&str] = &[
    // The system and its loader.
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "TERM", "TERMINFO", "TERMCAP", "TMPDIR", "TMP", "TEMP",
    "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "LOCPATH", "NLSPATH", "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS",
    "RESOLV_HOST_CONF", "TZDIR", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "PSMODULEPATH", "APPDATA", "LIBPATH",
    "SHLIB_PATH", "CREDENTIALS_DIRECTORY",
    // Shells.
    "BASH_ENV", "ENV", "IFS", "SHELLOPTS", "BASHOPTS", "PS0", "PS1", "PS2", "PS4", "PROMPT_COMMAND", "CDPATH",
    "GLOBIGNORE", "ZDOTDIR", "FPATH", "HISTFILE", "MAILPATH", "PROMPT", "RPROMPT", "NULLCMD", "READNULLCMD", "MODULE_PATH",
    "FCEDIT", "EXINIT",
    // What bash evaluates as arithmetic when it is set.
    "RANDOM", "OPTIND", "SRANDOM", "HISTCMD", "SECONDS", "LINENO", "BASHPID",
    // What programs start by themselves.
    "EDITOR", "VISUAL", "PAGER", "MANPAGER", "LESS", "LESSOPEN", "LESSCLOSE", "BROWSER", "SSH_ASKPASS", "SUDO_ASKPASS",
    "SUDO_EDITOR", "SYSTEMD_EDITOR", "SYSTEMD_PAGER",
    // git.
    "GIT_ASKPASS", "GIT_DIR", "GIT_EDITOR", "GIT_EXEC_PATH", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_PROXY_COMMAND",
    "GIT_SEQUENCE_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_NO_VERIFY", "GIT_TEMPLATE_DIR", "GIT_WORK_TREE",
    // Compilers and build tools.
    "CARGO", "CARGO_HOME", "CARGO_ENCODED_RUSTFLAGS", "RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTDOC",
    "RUSTDOCFLAGS", "RUSTFLAGS", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS",
    "MAKEFLAGS", "MAKEFILES", "GOFLAGS", "GOPATH", "GOROOT", "GOENV",
    // Language runtimes.
    "NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "DENO_DIR",
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONUSERBASE", "PYTHONEXECUTABLE",
    "PYTHONBREAKPOINT", "PYTHONWARNINGS", "PERL5LIB", "PERL5OPT", "PERL5DB", "PERLLIB", "RUBYLIB", "RUBYOPT", "GEM_HOME",
    "GEM_PATH", "BUNDLE_GEMFILE", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_HOME", "CLASSPATH",
    "PHPRC", "PHP_INI_SCAN_DIR", "LUA_PATH", "LUA_CPATH", "DOTNET_STARTUP_HOOKS", "ERL_FLAGS",
    // Whom TLS trusts.
    "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE",
    "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE",
    // Where tools find their settings, plug-ins and servers.
    "GNUMAKEFLAGS", "RSYNC_RSH", "SVN_SSH", "CVS_RSH", "HGRCPATH", "TAR_OPTIONS", "GIT_COMMON_DIR", "PYTHONPYCACHEPREFIX",
    "RUBYSHELL", "R_PROFILE_USER", "VIMINIT", "KUBECONFIG", "AWS_CONFIG_FILE", "CLOUDSDK_PYTHON", "DOCKER_HOST",
    "DOCKER_CONFIG", "GOPROXY", "GOTOOLCHAIN", "CGO_CFLAGS", "CGO_LDFLAGS", "CPATH", "LIBRARY_PATH", "PKG_CONFIG_PATH",
    "SSH_SK_PROVIDER", "LUA_PATH_5_4", "LUA_CPATH_5_4", "BASH_LOADABLES_PATH", "INPUTRC", "GTK_MODULES", "QT_PLUGIN_PATH",
    "VK_LAYER_PATH", "KRB5_CONFIG", "NODE_REPL_EXTERNAL_MODULE", "JULIA_LOAD_PATH", "TCLLIBPATH", "GNUPGHOME", "CURL_HOME",
    "WGETRC", "NETRC",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_variables() {
        for (secret, variable) in [
            ("github_api_token", "GITHUB_API_TOKEN"),
            ("GitHubAPIToken", "GITHUBAPITOKEN"),
            ("api-credentials/api.key", "API_CREDENTIALS__API_KEY"),
        ] {
            assert_eq!(variable_of(secret), variable);
        }
    }

    #[test]
    fn two_secrets_of_one_variable_are_named() {
        assert!(clashes(["a/b", "a.b"]).is_empty());
        assert_eq!(clashes(["a/b", "a__b"]), ["`a/b` and `a__b` both give the variable A__B"]);
    }

    #[test]
    fn what_takes_over_a_process_is_dangerous() {
        for variable in
            ["LD_PRELOAD", "PATH", "NODE_OPTIONS", "RUSTC_WRAPPER", "STRONGROOM_ENV", "HTTPS_PROXY"]
        {
            assert!(is_dangerous(variable), "{variable}");
        }
        // Giving one of these a value makes bash reckon with it, or a shell run it.
        for variable in [
            "RANDOM",
            "OPTIND",
            "SRANDOM",
            "HISTCMD",
            "SECONDS",
            "LINENO",
            "BASHPID",
            "PS0",
            "PS1",
            "PS2",
            "PS4",
            "PROMPT_COMMAND",
            "MAILPATH",
            "PROMPT",
            "RPROMPT",
            "NULLCMD",
            "READNULLCMD",
            "MODULE_PATH",
            "FCEDIT",
            "EXINIT",
            "FPATH",
            "ZDOTDIR",
        ] {
            assert!(is_dangerous(variable), "{variable}");
        }
        for variable in ["GITHUB_API_TOKEN", "DATABASE_URL", "GIT_TOKEN", "CARGO_REGISTRY_TOKEN"] {
            assert!(!is_dangerous(variable), "{variable}");
        }
    }
}
