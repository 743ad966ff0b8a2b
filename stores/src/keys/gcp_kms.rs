//! Cloud KMS of Google: an access key that it encrypted, and that who may use its key gets back.

use strongroom_vault::Shown;

use crate::base64;
use crate::failure::Failure;
use crate::google::{
    self, Asked, Google, Question, Refusal, Reply, Variables, bytes, crc32c, lasting, stranger,
    unbase64, variable,
};
use crate::json::{self, Members, Writer};
use crate::store::Value;

/// Opens what stands behind `gcp-kms:`, the name of a key and a ciphertext; gives the access key.
pub(super) async fn unwrap(rest: &str) -> Result<Value, Failure> {
    unwrapped(rest, &variable).await
}

/// Has a key encrypt an access key; gives what stands behind `gcp-kms:`.
pub(super) async fn wrap(with: &str, key: &[u8]) -> Result<String, Failure> {
    wrapped(with, key, &variable).await
}

async fn unwrapped(rest: &str, variables: Variables<'_>) -> Result<Value, Failure> {
    let Some((key, ciphertext)) = rest.trim().split_once('#') else {
        return Err(lasting(format!(
            "it is not `{FORM}#CIPHERTEXT`: make it with `strongroom key wrap`"
        )));
    };
    let key = Key::named(key)?;
    let ciphertext = unbase64(ciphertext.as_bytes()).ok_or_else(no_ciphertext)?;
    if ciphertext.is_empty() {
        return Err(no_ciphertext());
    }
    let body = Writer::default()
        .raw("{\"ciphertext\":\"")
        .raw(&base64::encode(&ciphertext))
        .raw(&format!("\",\"ciphertextCrc32c\":\"{}\",", crc32c(&ciphertext)));
    let reply = key.ask(variables, "decrypt", body).await?;
    if reply.status != 200 {
        return Err(key.refused(DECRYPT, &reply));
    }
    let plain = bytes(&members(&reply)?, "plaintext", "plaintextCrc32c");
    plain.map_err(|_| damaged())
}

async fn wrapped(
    with: &str,
    access_key: &[u8],
    variables: Variables<'_>,
) -> Result<String, Failure> {
    let key = Key::named(with.trim())?;
    let body = Writer::default()
        .raw("{\"plaintext\":\"")
        .raw(&base64::encode(access_key))
        .raw(&format!("\",\"plaintextCrc32c\":\"{}\",", crc32c(access_key)));
    let reply = key.ask(variables, "encrypt", body).await?;
    if reply.status != 200 {
        return Err(key.refused(ENCRYPT, &reply));
    }
    let body = members(&reply)?;
    let ciphertext = bytes(&body, "ciphertext", "ciphertextCrc32c").map_err(|_| damaged())?;
    let is_verified = ["verifiedPlaintextCrc32c", "verifiedAdditionalAuthenticatedDataCrc32c"];
    if ciphertext.is_empty() || !is_verified.iter().all(|name| json::is(&body, name)) {
        return Err(damaged());
    }
    Ok(format!("{}#{}", key.name, *base64::encode(&ciphertext)))
}

/// A key of KMS.
struct Key<'n> {
    name: &'n str,
    project: &'n str,
}

impl<'n> Key<'n> {
    /// The key of a whole name.
    fn named(name: &'n str) -> Result<Self, Failure> {
        let parts: Vec<&str> = name.split('/').collect();
        let is_plain = |part: &&str| {
            let is_of_it = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
            !part.is_empty() && part.chars().all(is_of_it) && !matches!(*part, "." | "..")
        };
        match parts.as_slice() {
            ["projects", project, "locations", _, "keyRings", _, "cryptoKeys", _]
                if parts.iter().all(is_plain) =>
            {
                Ok(Self { name, project })
            }
            _ => Err(lasting(format!("`{}` is no key of Cloud KMS: `{FORM}`", Shown(name)))),
        }
    }

    /// Asks for something to be done with the key, for access keys alone.
    async fn ask(
        &self,
        variables: Variables<'_>,
        verb: &str,
        body: Writer,
    ) -> Result<Reply, Failure> {
        let body = body
            .raw("\"additionalAuthenticatedData\":\"")
            .raw(&base64::encode(BOUND_TO))
            .raw(&format!("\",\"additionalAuthenticatedDataCrc32c\":\"{}\"}}", crc32c(BOUND_TO)));
        let usual = format!("https://{SERVICE}");
        let google = Google::new(google::endpoint(None, variables, ENDPOINT, &usual)?, None);
        google.ask(&Question::post(format!("{}:{verb}", self.name), body.finish())).await
    }

    fn refused(&self, (right, role): (&'static str, &'static str), reply: &Reply) -> Failure {
        let name = self.name;
        if let Some(refusal) = Refusal::of(reply) {
            let words = match refusal.code.as_str() {
                "FAILED_PRECONDITION" => Some(format!(
                    "the key `{name}`, or its version, is disabled or destroyed: \
                     `gcloud kms keys versions list --key {name}` shows it"
                )),
                "INVALID_ARGUMENT" if right == DECRYPT.0 => Some(format!(
                    "the key `{name}` did not make this ciphertext for an access key: wrap the access key anew"
                )),
                "INVALID_ARGUMENT" => {
                    Some(format!("the key `{name}` is not for symmetric encryption"))
                }
                _ => None,
            };
            if let Some(words) = words {
                return refusal.numbered(Failure::denied(words));
            }
        }
        let what = format!("key `{name}`");
        let asked = Asked { service: SERVICE, project: self.project, what: &what, right, role };
        google::failure(&asked, reply)
    }
}

fn members(reply: &Reply) -> Result<Members<'_>, Failure> {
    json::of(&reply.body).filter(|_| reply.is_json).ok_or_else(|| stranger(reply))
}

fn no_ciphertext() -> Failure {
    lasting("what stands behind `#` is no base64: make it with `strongroom key wrap`")
}

fn damaged() -> Failure {
    Failure::unreachable("the key was damaged on its way: a checksum is another one")
}

/// What a ciphertext is bound to, so that nothing else that the key encrypted is taken for an access key.
const BOUND_TO: &[u8] = b"strongroom access key";
const FORM: &str = "projects/P/locations/L/keyRings/R/cryptoKeys/K";
const SERVICE: &str = "cloudkms.googleapis.com";
const ENCRYPT: (&str, &str) =
    ("cloudkms.cryptoKeyVersions.useToEncrypt", "roles/cloudkms.cryptoKeyEncrypter");
const DECRYPT: (&str, &str) =
    ("cloudkms.cryptoKeyVersions.useToDecrypt", "roles/cloudkms.cryptoKeyDecrypter");
/// gcloud's own variable.
const ENDPOINT: &str = "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS";

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    const KEY: &str = "projects/shop/locations/eu/keyRings/r/cryptoKeys/k";
    /// `access`, and `sealed`.
    const BASE64: [&str; 2] = ["YWNjZXNz", "c2VhbGVk"];

    /// Wraps `access`, or opens `sealed`, with a KMS that answers so; gives what was asked too.
    async fn asked(is_wrapping: bool, status: u16, body: &str) -> (Result<String, String>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a request");
            let (mut read, mut part) = (Vec::new(), [0; 4096]);
            while !read.ends_with(b"}") {
                let length = stream.read(&mut part).expect("a part");
                read.extend_from_slice(&part[..length]);
            }
            stream.write_all(answer.as_bytes()).expect("it is read");
            String::from_utf8(read).expect("text")
        });
        let variables = |name: &str| (name == ENDPOINT).then(|| address.clone().into());
        let said = if is_wrapping {
            wrapped(KEY, b"access", &variables).await
        } else {
            let opened = unwrapped(&format!("{KEY}#{}", BASE64[1]), &variables).await;
            opened.map(|key| String::from_utf8(key.to_vec()).expect("text"))
        };
        let said = said.map_err(|failure| failure.to_string().replace(&address, "ADDRESS"));
        (said, serving.join().expect("it served"))
    }

    #[tokio::test]
    async fn what_a_key_encrypted_for_access_keys_is_opened_with_checksums_both_ways() {
        let [plain, sealed] = BASE64;
        let (plain_sum, sealed_sum) = (crc32c(b"access"), crc32c(b"sealed"));
        let bound = format!(
            r#""additionalAuthenticatedData":"c3Ryb25ncm9vbSBhY2Nlc3Mga2V5","additionalAuthenticatedDataCrc32c":"{}"}}"#,
            crc32c(b"strongroom access key")
        );
        let verified =
            r#""verifiedPlaintextCrc32c":true,"verifiedAdditionalAuthenticatedDataCrc32c":true"#;
        let body =
            format!(r#"{{"ciphertext":"{sealed}","ciphertextCrc32c":"{sealed_sum}",{verified}}}"#);
        let (said, request) = asked(true, 200, &body).await;
        assert_eq!(said, Ok(format!("{KEY}#{sealed}")));
        assert!(request.starts_with(&format!("POST /v1/{KEY}:encrypt HTTP/1.1")), "{request}");
        let sent = format!(r#"{{"plaintext":"{plain}","plaintextCrc32c":"{plain_sum}",{bound}"#);
        assert!(request.ends_with(&sent), "{request}");
        let body = format!(r#"{{"plaintext":"{plain}","plaintextCrc32c":"{plain_sum}"}}"#);
        let (said, request) = asked(false, 200, &body).await;
        assert_eq!(said, Ok("access".to_owned()));
        assert!(request.starts_with(&format!("POST /v1/{KEY}:decrypt HTTP/1.1")), "{request}");
        let sent =
            format!(r#"{{"ciphertext":"{sealed}","ciphertextCrc32c":"{sealed_sum}",{bound}"#);
        assert!(request.ends_with(&sent), "{request}");
        for (is_wrapping, body) in [
            (true, format!(r#"{{"ciphertext":"{sealed}","ciphertextCrc32c":"{sealed_sum}"}}"#)),
            (true, format!(r#"{{"ciphertext":"{sealed}","ciphertextCrc32c":"1",{verified}}}"#)),
            (true, format!("{{{verified}}}")),
            (false, format!(r#"{{"plaintext":"{plain}","plaintextCrc32c":"1"}}"#)),
        ] {
            let damaged = "unreachable: the key was damaged on its way: a checksum is another one";
            assert_eq!(asked(is_wrapping, 200, &body).await.0, Err(damaged.to_owned()), "{body}");
        }
    }

    #[tokio::test]
    async fn each_refusal_says_what_to_do() {
        for (is_wrapping, status, code, words) in [
            (false, 400, "INVALID_ARGUMENT", "did not make this ciphertext for an access key"),
            (true, 400, "INVALID_ARGUMENT", "is not for symmetric encryption"),
            (false, 400, "FAILED_PRECONDITION", "is disabled or destroyed"),
            (false, 403, "PERMISSION_DENIED", "`roles/cloudkms.cryptoKeyDecrypter` has it"),
            (true, 403, "PERMISSION_DENIED", "`roles/cloudkms.cryptoKeyEncrypter` has it"),
            (false, 404, "NOT_FOUND", "absent: there is no key `projects/shop/locations/eu/"),
            (false, 429, "RESOURCE_EXHAUSTED", "throttled: the API takes no more requests for now"),
            (false, 503, "UNAVAILABLE", "unreachable: `ADDRESS` failed (HTTP 503)"),
        ] {
            let body = format!(r#"{{"error":{{"message":"access","status":"{code}"}}}}"#);
            let said = asked(is_wrapping, status, &body).await.0.expect_err("a refusal");
            assert!(said.contains(words), "{code}: {said}");
        }
        let nobody = |_: &str| None;
        for rest in
            ["", "k#c2VhbGVk", "projects/p/locations/l/keyRings/r/cryptoKeys/..#c2VhbGVk", KEY]
        {
            assert!(unwrapped(rest, &nobody).await.is_err(), "{rest}");
        }
        for ciphertext in ["", "no base64!"] {
            let failure = unwrapped(&format!("{KEY}#{ciphertext}"), &nobody).await.expect_err("it");
            assert!(failure.detail().contains("is no base64"), "{failure}");
        }
    }
}
