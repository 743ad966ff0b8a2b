//! What adapters that speak HTTP by themselves have in common: TLS without the process's default, and bodies that are bounded
//! and wiped.

#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
mod address;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
mod percent;
pub(crate) mod tls;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
mod token;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Response, Url};
use zeroize::{Zeroize as _, Zeroizing};

#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) use self::address::address;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) use self::percent::encode;
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) use self::token::token;
use crate::failure::Failure;
use crate::store::Value;

/// Whether nothing leaves this machine on the way to an address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
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
    let mut chunks = Vec::new();
    let mut length = 0;
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(error) => {
                chunks.into_iter().for_each(wipe);
                return Err(unanswered(&error));
            }
        };
        length += chunk.len();
        chunks.push(chunk);
        if length > most {
            chunks.into_iter().for_each(wipe);
            return Err(Failure::invalid(format!("the answer has more than {most} bytes")));
        }
    }
    let mut body = Zeroizing::new(Vec::with_capacity(length));
    for chunk in chunks {
        body.extend_from_slice(&chunk);
        wipe(chunk);
    }
    Ok(body)
}

/// Wipes a part of a body, where nobody else holds the memory.
fn wipe(chunk: Bytes) {
    if let Ok(mut chunk) = chunk.try_into_mut() {
        BytesMut::as_mut(&mut chunk).zeroize();
    }
}
