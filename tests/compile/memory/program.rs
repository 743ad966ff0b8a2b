//! Loads secrets, drops them, and looks for what is left of them.

mod scan;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_core::{Deserialize, Deserializer};
use strongroom::secrecy::{SecretBox, SecretString};
use strongroom::{Json, Pem};
use zeroize::Zeroizing;

#[strongroom::secrets]
struct Secrets {
    text: String,
    bytes: Vec<u8>,
    maybe: Option<String>,
    path: PathBuf,
    #[secret(nested, prefix = "part/")]
    part: Part,
}

#[strongroom::secrets(nested)]
struct Part {
    text: String,
}

#[strongroom::secrets(embed)]
struct Carried {
    text: String,
    maybe: Option<String>,
}

/// Types that features bring. What `T` of a `Json<T>` wipes is its own business.
#[strongroom::secrets]
struct Typed {
    #[secret(name = "pem")]
    pem: Pem,
    #[secret(name = "text")]
    secrecy: SecretString,
    #[secret(name = "bytes")]
    secret_bytes: SecretBox<[u8]>,
    #[secret(name = "json")]
    json: Json<Map>,
}

/// As `Typed`, and of another shape.
#[strongroom::secrets]
struct Shapeless {
    #[secret(name = "pem")]
    pem: Pem,
    #[secret(name = "json")]
    json: Json<BTreeMap<String, u16>>,
}

/// A map that wipes its values.
struct Map(BTreeMap<String, Zeroizing<String>>);

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map: BTreeMap<String, Text> = BTreeMap::deserialize(deserializer)?;
        Ok(Self(map.into_iter().map(|(key, text)| (key, text.0)).collect()))
    }
}

struct Text(Zeroizing<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// `number` is none.
#[strongroom::secrets]
struct Wrong {
    text: String,
    #[secret(name = "maybe")]
    number: u16,
    bytes: Vec<u8>,
}

fn main() {
    let case = std::env::args().nth(1).expect("a case");
    let needles = scan::Needles::read(&std::env::var("NEEDLES").expect("what to look for"));
    let length = |secrets: &Secrets| {
        let Secrets { text, bytes, maybe, path, part } = secrets;
        let lengths = [text.len(), bytes.len(), path.as_os_str().len(), part.text.len()];
        lengths.iter().sum::<usize>() + maybe.as_ref().map_or(0, String::len)
    };
    let mut kept = None;
    match case.as_str() {
        "kept" => kept = Some(Secrets::load().expect("values")),
        "dropped" => drop(Secrets::load().expect("values")),
        "used" => assert!(length(&Secrets::load().expect("values")) > 100),
        "twice" => {
            let (one, other) = (Secrets::load().expect("values"), Secrets::load().expect("values"));
            assert_eq!(length(&one), length(&other));
        }
        "async" => drop(now(Secrets::load_async()).expect("values")),
        "failed" => drop(Wrong::load().expect_err("no number")),
        "carried" => drop(Carried::load().expect("values")),
        "moved" => {
            let mut secrets = Carried::load().expect("values");
            let mut text = std::mem::take(&mut secrets.text);
            drop(secrets);
            strongroom::FromSecret::wipe(&mut text);
        }
        "typed, kept" => {
            let secrets = Typed::load().expect("values");
            assert!(secrets.json.0.len() == 2 && secrets.pem.der().len() == 60);
            std::mem::forget(secrets);
        }
        "typed" => drop(Typed::load().expect("values")),
        "shapeless" => drop(Shapeless::load().expect_err("another shape")),
        "given" => {
            let mut text = Zeroizing::new(std::fs::read("given").expect("a value"));
            let values = [("text", &**text), ("maybe", &**text)];
            drop(Carried::from_values(values).expect("complete"));
            text.fill(0);
        }
        other => panic!("no case `{other}`"),
    }
    for (what, pieces) in needles.found() {
        println!("{pieces} of {what}");
    }
    drop(kept);
}

/// Waits for a future by asking again and again.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
