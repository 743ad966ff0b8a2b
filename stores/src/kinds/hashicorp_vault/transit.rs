//! The transit secrets engine: a key of the server seals and opens what is sent to it, and never leaves the server.

use std::path::Path;

use super::client::{Reply, Request};
use super::json::{self, Writer};
use super::{HashicorpVault, answer, kv, paths};
use crate::base64;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::store::Value;

/// A key of the engine.
#[derive(Debug)]
pub(crate) struct Transit {
    server: HashicorpVault,
    mount: String,
    key: String,
}

impl Transit {
    /// A key by its name, on the server that the environment of this program names.
    pub(crate) fn of_environment(mount: &str, key: &str) -> Result<Self, Failure> {
        for (what, path) in [("the mount", mount), ("the key's name", key)] {
            paths::check(path).map_err(|why| Failure::invalid(format!("{what} {why}")))?;
        }
        let server = HashicorpVault::take(&mut Settings::default(), Path::new("."));
        let server = server.map_err(|error| Failure::invalid(error.to_string()))?;
        let server = HashicorpVault { setup: server.setup.mounted_at(mount), ..server };
        Ok(Self { server, mount: mount.to_owned(), key: key.to_owned() })
    }

    /// Opens a ciphertext of the engine.
    pub(crate) async fn decrypt(&self, ciphertext: &str) -> Result<Value, Failure> {
        let reply = self.ask("decrypt", ("ciphertext", ciphertext)).await?;
        let plaintext = data(&reply).and_then(|data| json::value(data.get("plaintext")?));
        let plaintext = plaintext.and_then(|text| base64::decode(&text));
        plaintext.ok_or_else(|| {
            answer::with_id(Failure::invalid("the server gave no plaintext"), &reply)
        })
    }

    /// Seals a plaintext; gives the ciphertext as the engine writes it.
    ///
    /// A key must be there already, as far as the token may see that: the engine would make one for a name that is mistyped.
    pub(crate) async fn encrypt(&self, plaintext: &[u8]) -> Result<String, Failure> {
        let look = Request::get(format!("{}/keys/{}", self.mount, self.key));
        let reply = self.server.ask(&look).await?;
        if reply.status == 404 && kv::is_only_absent(&reply) {
            return Err(answer::with_id(self.absent(), &reply));
        }
        let text = base64::encode(plaintext);
        let reply = self.ask("encrypt", ("plaintext", &text)).await?;
        let ciphertext = data(&reply).and_then(|data| json::text(&data, "ciphertext"));
        ciphertext.ok_or_else(|| {
            answer::with_id(Failure::invalid("the server gave no ciphertext"), &reply)
        })
    }

    async fn ask(&self, what: &str, (name, text): (&str, &str)) -> Result<Reply, Failure> {
        let body = Writer::default().raw("{").text(name).raw(":").text(text).raw("}").finish();
        let request = Request::post(format!("{}/{what}/{}", self.mount, self.key), body);
        let reply = self.server.ask(&request).await?;
        match reply.status {
            200 => Ok(reply),
            status => match self.refused(&reply).filter(|_| status == 400) {
                Some(failure) => Err(answer::with_id(failure, &reply)),
                None => Err(self.server.refused(&request, "\"update\"", &reply).await),
            },
        }
    }

    fn absent(&self) -> Failure {
        let Self { mount, key, .. } = self;
        Failure::absent(format!(
            "there is no key `{key}` at `{mount}`; make one with `vault write -f {mount}/keys/{key}`"
        ))
    }

    /// What the engine itself says no to; none where it is the server that does.
    fn refused(&self, reply: &Reply) -> Option<Failure> {
        let Self { mount, key, .. } = self;
        let says = |words: &str| answer::says(reply, words);
        if says("key not found") {
            return Some(self.absent());
        }
        if says("too old") {
            return Some(Failure::denied(format!(
                "the key `{key}` opens no ciphertext of that version any more (`min_decryption_version`)"
            )));
        }
        if says("context") {
            return Some(Failure::invalid(format!(
                "the key `{key}` is a derived one, which wants a context: take another"
            )));
        }
        if says("not supported") {
            let why = format!("the key `{key}` is of a type that neither seals nor opens");
            return Some(Failure::invalid(why));
        }
        let is_altered = CLOSED.iter().any(|words| says(words));
        is_altered.then(|| {
            Failure::invalid(format!(
                "the key `{key}` at `{mount}` does not open the ciphertext: it was altered or cut, or is another key's"
            ))
        })
    }
}

/// The data of an answer.
fn data(reply: &Reply) -> Option<json::Members<'_>> {
    json::object(&json::of(&reply.body)?, "data")
}

/// What servers say of a ciphertext that a key does not open.
const CLOSED: [&str; 3] =
    ["message authentication failed", "invalid ciphertext", "decryption error"];
