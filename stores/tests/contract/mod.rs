//! What every kind of store must do alike, asked of a real one: reading, keys, versions, listing, writing.
//!
//! A kind is a [`Subject`]; [`holds_for`] seeds it and asks. A test binary takes this folder in with `#[path]`.

mod counted;
mod reading;
mod removing;
mod writing;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{
    Failure, Fetch, Item, Keys, Limits, Opened, Reference, Store, Value, fetch,
};

/// What [`Subject`]s give back.
pub(crate) type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A kind of store, with what it can do.
pub(crate) trait Subject: Sync {
    /// Opens the store anew, as another program would.
    fn open(&self) -> Arc<dyn Store>;

    /// Puts a value there without the adapter: with the system's own means. The other keys of the secret stay.
    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()>;

    /// The store as somebody opens it who may not read it; none where there is nobody like that.
    fn open_denied(&self) -> Option<Arc<dyn Store>> {
        None
    }

    /// Whether the store says which version is current.
    fn has_versions(&self) -> bool {
        false
    }

    /// Whether it still gives versions that are not current.
    fn keeps_versions(&self) -> bool {
        false
    }

    /// Whether it tells what is not there from what cannot be had.
    fn tells_what_is_absent(&self) -> bool {
        true
    }

    /// Whether a name may be any Unicode.
    fn has_unicode_names(&self) -> bool {
        true
    }

    /// Whether a value may be any bytes.
    fn has_binary_values(&self) -> bool {
        true
    }

    /// Whether a value may be empty.
    fn has_empty_values(&self) -> bool {
        true
    }

    /// The longest value that the system keeps.
    fn most_bytes(&self) -> usize {
        usize::MAX
    }

    /// How many secrets it takes that a list has several pages.
    fn secrets_of_two_pages(&self) -> usize {
        40
    }

    /// Whether it lists.
    fn lists(&self) -> bool {
        true
    }

    /// Whether it writes.
    fn writes(&self) -> bool {
        true
    }

    /// Whether it removes.
    fn removes(&self) -> bool {
        self.writes()
    }

    /// Whether a name can be written again at once when its secret was removed. Else the system keeps it for a while, so that
    /// the secret can be had back, and writing says so.
    fn frees_names(&self) -> bool {
        self.removes()
    }

    /// Whether writing says so, where the system keeps the names of what was removed. One that plays the system may not.
    fn tells_that_names_are_kept(&self) -> bool {
        !self.frees_names()
    }

    /// Whether of several who write at once none loses anything.
    fn writes_at_once(&self) -> bool {
        true
    }
}

/// One value that is there before anything is asked.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) name: String,
    pub(crate) key: Option<&'static str>,
    pub(crate) value: Vec<u8>,
}

/// What is planted, for a store with or without keys: for who must have it before the store can be opened.
pub(crate) fn seeds(subject: &dyn Subject, keys: Keys) -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut seed = |name: &str, key: &'static str, value: &[u8]| {
        let key = (keys == Keys::Several).then_some(key);
        seeds.push(Seed { name: name.to_owned(), key, value: value.to_vec() });
    };
    seed("one", "only", b"hunter2-one");
    seed("unicode-value", "only", UNICODE.as_bytes());
    if subject.has_empty_values() {
        seed("empty", "only", b"");
    }
    seed("lines", "only", b"hunter2\nsecond line\n\nlast");
    seed("json", "only", JSON.as_bytes());
    if subject.has_unicode_names() {
        seed("größe-鍵", "only", b"hunter2-unicode-name");
    }
    if subject.has_binary_values() {
        seed("binary", "only", BINARY);
    }
    for number in 0..subject.secrets_of_two_pages().max(SIDE_BY_SIDE) {
        seed(&many(number), "only", format!("hunter2-{number}").as_bytes());
    }
    if keys == Keys::Several {
        seed("several", "user", b"hunter2-user");
        seed("several", "password", b"hunter2-password");
        seed("several", "url", b"hunter2-url");
    }
    for length in [VALUE_BYTES, VALUE_BYTES + 1] {
        if length <= subject.most_bytes() {
            seed(&format!("long-{length}"), "only", &long(length));
        }
    }
    seeds
}

/// Seeds the store and asks everything of it that it says it can do.
pub(crate) async fn holds_for(subject: &dyn Subject) {
    let keys = subject.open().keys();
    let seeds = seeds(subject, keys);
    for Seed { name, key, value } in &seeds {
        subject.plant(name, *key, value).await;
    }
    let asked = Asked { subject, keys, seeds };
    reading::holds_for(&asked).await;
    if subject.writes() {
        writing::holds_for(&asked).await;
    }
    if subject.removes() {
        removing::holds_for(&asked).await;
    } else {
        removing::is_refused(&asked).await;
    }
}

/// A store that is asked, and what is in it.
pub(crate) struct Asked<'s> {
    subject: &'s dyn Subject,
    keys: Keys,
    seeds: Vec<Seed>,
}

impl Asked<'_> {
    /// Fetches references through a store, with everything that `fetch` does.
    async fn fetch_through(
        &self,
        store: &Arc<dyn Store>,
        references: &[&str],
    ) -> Vec<Result<Value, Failure>> {
        let opened = Opened { name: "subject".to_owned(), store: Arc::clone(store) };
        let wanted: Vec<Fetch> = references
            .iter()
            .map(|text| Fetch {
                store: opened.clone(),
                reference: Reference::parse(text).expect("a reference"),
            })
            .collect();
        let limits = Limits { deadline: Duration::from_secs(30), ..Limits::default() };
        let answers = fetch(&wanted, &limits).await.into_iter().map(|got| got.map(|got| got.value));
        let answers: Vec<_> = answers.collect();
        for failure in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            assert_tells_no_value(failure);
        }
        answers
    }

    /// Fetches one reference through a store that is opened for it.
    async fn fetch(&self, reference: &str) -> Result<Value, Failure> {
        let answers = self.fetch_through(&self.subject.open(), &[reference]).await;
        answers.into_iter().next().expect("an answer for each")
    }

    /// Its text, or a panic that names the reference.
    async fn value(&self, reference: &str) -> Vec<u8> {
        match self.fetch(reference).await {
            Ok(value) => value.to_vec(),
            Err(failure) => panic!("`{reference}`: {failure}"),
        }
    }

    /// The failure, or a panic that names the reference.
    async fn failure(&self, reference: &str) -> Failure {
        match self.fetch(reference).await {
            Ok(value) => panic!("`{reference}` has a value of {} bytes", value.len()),
            Err(failure) => failure,
        }
    }

    /// The key of a secret that has only one, where there are keys.
    fn only(&self) -> Option<&'static str> {
        (self.keys == Keys::Several).then_some("only")
    }
}

/// The current version of a secret.
async fn version_of(store: &Arc<dyn Store>, name: &str) -> Option<String> {
    let item = Item { name: name.to_owned(), version: None };
    store.version(&item).await.unwrap_or_else(|failure| panic!("`{name}`: {failure}"))
}

/// No failure holds a part of a value: each of those that are planted has this word.
fn assert_tells_no_value(failure: &Failure) {
    for text in [failure.to_string(), format!("{failure:?}")] {
        assert!(!text.contains("hunter2"), "a failure tells a value: {text}");
        assert!(!text.ends_with('.'), "a failure ends with a full stop: {text}");
    }
}

/// The names of the secrets that are asked for side by side.
fn many(number: usize) -> String {
    format!("many-{number:04}")
}

/// A text of so many bytes.
fn long(length: usize) -> Vec<u8> {
    b"hunter2-".iter().copied().cycle().take(length).collect()
}

/// Every key with its value, as a list of seeds has them for one name.
fn keys_of(seeds: &[Seed], name: &str) -> BTreeMap<&'static str, Vec<u8>> {
    let of_name = seeds.iter().filter(|seed| seed.name == name);
    of_name.filter_map(|seed| Some((seed.key?, seed.value.clone()))).collect()
}

const UNICODE: &str = "hunter2 ü 鍵 🔑 \u{200d} e\u{301} '\"$x`";
const BINARY: &[u8] = b"\x00hunter2\xff\xfe\n\x80\x00";
const JSON: &str = r#"{"db": {"password": "hunter2-ü", "port": 5432}, "users": ["hunter2-a"]}"#;
/// The longest value of a field.
const VALUE_BYTES: usize = 1 << 20;
const SIDE_BY_SIDE: usize = 40;
