//! How parts become bytes (`lp`) and bytes become text (base64url; base32 where people or scanners read it).

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, Encoding, Specification};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::limits::CHECK;

/// `lp(p1, …, pn)`: the format's label, then every part with its length before it, so that no two lists of parts give the
/// same bytes.
pub(crate) struct Lp(Vec<u8>);

impl Lp {
    /// A list that begins with a label.
    pub(crate) fn new(label: &str) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(b"strongroom/1");
        Self(bytes).part(label.as_bytes())
    }

    /// Adds bytes.
    pub(crate) fn part(mut self, part: &[u8]) -> Self {
        // No part comes near 4 GiB: the largest is a name, a recipient or a fixed number of bytes.
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Adds text.
    pub(crate) fn text(self, part: &str) -> Self {
        self.part(part.as_bytes())
    }

    /// Adds a number as u32, big-endian.
    pub(crate) fn number(self, part: u32) -> Self {
        self.part(&part.to_be_bytes())
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Wipes a list that has a secret among its parts. It must have had room from the beginning: what a list that grew left
    /// behind is not reached.
    pub(crate) fn wipe(mut self) {
        self.0.zeroize();
    }
}

/// Bytes as base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The bytes of a base64url text of exactly `N` bytes.
pub(crate) fn from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if BASE64URL_NOPAD.decode_len(text.len()).ok()? != N {
        return None;
    }
    BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

/// The bytes of a base64url text of any length.
pub(crate) fn from_base64url_any(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// RFC 4648 base32 in lower case, without padding.
pub(crate) fn lower_case_base32() -> Encoding {
    let mut specification: Specification = BASE32_NOPAD.specification();
    specification.symbols.make_ascii_lowercase();
    specification.encoding().expect("lower-case letters and digits are 32 different symbols")
}

/// The first 4 bytes of SHA-256(prefix, what follows it): finds typos, proves nothing.
pub(crate) fn checksum(prefix: &str, payload: &[u8]) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(prefix).chain_update(payload).finalize();
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest[..CHECK]);
    check
}
