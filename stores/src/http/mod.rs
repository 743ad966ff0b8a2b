//! What adapters that speak HTTP by themselves have in common: TLS without the process's default, and bodies that are bounded
//! and wiped.

#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
mod address;
#[cfg(feature = "hashicorp-vault")]
mod peer;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
mod percent;
pub(crate) mod tls;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
mod token;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Response, Url};

#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) use self::address::address;
#[cfg(feature = "hashicorp-vault")]
pub(crate) use self::address::plain_address;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) use self::percent::encode;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) use self::token::token;
use crate::failure::Failure;
use crate::loopback;
use crate::parts::{Parts, TooLong};
use crate::store::Value;

/// Whether nothing leaves this machine on the way to an address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    loopback::is_host(url.host_str().unwrap_or_default())
}

/// Whether an answer says that it is JSON.
pub(crate) fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with(b"application/json"))
}

/// The body of an answer, as long as it is not too long.
pub(crate) async fn body(
    response: &mut Response,
    most: usize,
    unanswered: impl Fn(&reqwest::Error) -> Failure,
) -> Result<Value, Failure> {
    let mut parts = Parts::up_to(most);
    while let Some(part) = response.chunk().await.map_err(|error| unanswered(&error))? {
        let too_long = |TooLong| Failure::invalid(format!("the answer has more than {most} bytes"));
        parts.add(part).map_err(too_long)?;
    }
    Ok(parts.join())
}
