//! PEM (RFC 7468) as the type of a secret: private keys, certificates and chains of them.

use std::fmt;

use strongroom_vault::Plaintext;
use zeroize::{Zeroize, Zeroizing};

use super::{FromSecret, InvalidSecret};

/// What stands between `-----BEGIN LABEL-----` and `-----END LABEL-----`, decoded; wiped when it is dropped.
///
/// The strict form of RFC 7468, without headers. A field of type `Vec<Pem>` takes several, as a chain of certificates is
/// written.
///
/// ```
/// use strongroom::Pem;
///
/// #[strongroom::secrets(nested)]
/// struct Secrets {
///     server_key: Pem,
///     chain: Vec<Pem>,
/// }
///
/// let key = "-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n";
/// let chain = "-----BEGIN CERTIFICATE-----\nAwQF\n-----END CERTIFICATE-----\n".repeat(2);
/// let secrets = Secrets::from_values([("server_key", key), ("chain", &chain)])?;
/// assert_eq!(secrets.server_key.label(), "PRIVATE KEY");
/// assert_eq!(secrets.server_key.der(), [0, 1, 2]);
/// assert_eq!(secrets.chain.len(), 2);
/// assert!(Secrets::from_values([("server_key", chain.as_str()), ("chain", key)]).is_err());
/// # Ok::<(), strongroom::LoadError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    label: String,
    der: Zeroizing<Vec<u8>>,
}

impl Pem {
    /// What it is: `PRIVATE KEY`, `CERTIFICATE`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The contents, DER for everything that RFC 7468 names.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    fn read(text: &[u8]) -> Result<Self, InvalidSecret> {
        let mut der = Zeroizing::new(vec![0; text.len()]);
        // The decoder's errors hold nothing of the text.
        let (label, length) = match pem_rfc7468::decode(text, &mut der) {
            Ok((label, decoded)) => (label.to_owned(), decoded.len()),
            Err(pem_rfc7468::Error::HeaderDisallowed) => {
                return Err(InvalidSecret::new(
                    "PEM without headers (a key that is not encrypted)",
                ));
            }
            Err(_) => return Err(InvalidSecret::new("one PEM document (-----BEGIN …-----)")),
        };
        der.truncate(length);
        Ok(Self { label, der })
    }
}

impl FromSecret for Pem {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        Self::read(value.as_bytes())
    }

    fn wipe(&mut self) {
        self.der.zeroize();
    }
}

impl FromSecret for Vec<Pem> {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        let text = value.as_str().map_err(|_| InvalidSecret::new("PEM"))?;
        let begins: Vec<usize> = text.match_indices(BEGIN).map(|(at, _)| at).collect();
        let ends = begins.iter().skip(1).copied().chain([text.len()]);
        let documents: Self = begins
            .iter()
            .zip(ends)
            .map(|(&from, to)| Pem::read(&text.as_bytes()[from..to]))
            .collect::<Result<_, _>>()?;
        if documents.is_empty() { Err(InvalidSecret::new("PEM documents")) } else { Ok(documents) }
    }

    fn wipe(&mut self) {
        self.iter_mut().for_each(FromSecret::wipe);
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pem([hidden])")
    }
}

const BEGIN: &str = "-----BEGIN ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_one_document_is_refused_without_a_word_of_it() {
        let document = "-----BEGIN X-----\nAAEC\n-----END X-----\n";
        let read = |text: &str| Pem::from_secret(Plaintext::from(text.as_bytes().to_vec()));
        assert_eq!(read(document).map(|pem| pem.der().to_vec()), Ok(vec![0, 1, 2]));
        for bad in [
            "",
            "hunter2",
            &document.repeat(2),
            &document.replace("END X", "END Y"),
            &document.replace("AAEC", "AA*C"),
            &document.replace("AAEC", "Proc-Type: 4,ENCRYPTED\n\nAAEC"),
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
