//! Addresses of servers: HTTPS, or HTTP that does not leave this machine, and nothing secret in them.

use reqwest::Url;

use super::is_loopback;

/// The address of a server. The words of what is wrong go on after the name of a setting or a variable; `no_address` are
/// those for what is none.
pub(crate) fn address(text: &str, no_address: &'static str) -> Result<Url, &'static str> {
    checked(text, no_address, false)
}

/// The same where who starts the program says that HTTP to another machine is meant.
#[cfg(feature = "hashicorp-vault")]
pub(crate) fn plain_address(text: &str, no_address: &'static str) -> Result<Url, &'static str> {
    checked(text, no_address, true)
}

fn checked(text: &str, no_address: &'static str, is_plain: bool) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim()).map_err(|_| no_address)?;
    match url.scheme() {
        "https" => {}
        "http" if is_plain || is_loopback(&url) => {}
        "http" => {
            return Err("is `http://` to another machine, where tokens and values could be read \
                        on the way: use `https://`");
        }
        _ => return Err("must begin with `https://`, or with `http://` and a loopback address"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user or a password in it: take them out");
    }
    if url.query().is_some() || url.fragment().is_some() || !url.has_host() {
        return Err(no_address);
    }
    Ok(url)
}
