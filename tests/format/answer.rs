//! What this implementation answers to a vector: it reads the vault, and opens with the key at hand what the vector asks for.

use std::fs;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use strongroom_vault::{
    AccessKey, Content, Credential, DataKey, DepositKey, DepositPlace, Document, Draft, EditError,
    EnvironmentType, GrantError, HolderKey, HolderKind, Index, KeyRing, Lookup, Mine, OpenError,
    Passphrase, Place, ReadError, UnlockError, UnlockedKey, Vouched, deposit_code,
};

/// The words of `expect`, and after some of them what was found; and the line of an error.
type Answer = (String, usize);

/// Gives a key of a vector's head.
pub(crate) trait Head<'a>: Fn(&str) -> Option<&'a str> {}
impl<'a, F: Fn(&str) -> Option<&'a str>> Head<'a> for F {}

pub(crate) fn answer<'a>(vault: &[u8], get: &impl Head<'a>) -> Answer {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), vault).expect("the vault is written");
    let text = match strongroom_vault::VaultFile::read(file.path()) {
        Ok(vault) => vault.text().to_owned(),
        Err(error) => return refused(error.read_error().expect("a fault in the text")),
    };
    let document = match Document::parse(&text) {
        Ok(document) => document,
        Err(error) => return refused(&error),
    };
    let index = match Index::of(&document) {
        Ok(index) => index,
        Err(error) => return refused(&error),
    };
    let mine = get("mine").unwrap_or_default().replace("\\n", "\n");
    let mine = match Mine::read(&mine, &index) {
        Ok(mine) => mine,
        Err(error) => return refused(&error),
    };
    let opener = Opener { document: &document, index: &index, mine: &mine };
    let word = match opener.opened(get) {
        Ok(None) => "reads".to_owned(),
        Ok(Some(bytes)) => format!("opens: {}", HEXLOWER.encode(&bytes)),
        Err(word) => word.to_owned(),
    };
    (word, 0)
}

fn refused(error: &ReadError) -> Answer {
    (format!("refused: {}", error.fault.code()), error.line)
}

/// What opens, or the word for why it does not.
type Opened<T> = Result<T, &'static str>;

struct Opener<'i, 't> {
    document: &'i Document<'t>,
    index: &'i Index<'t>,
    mine: &'i Mine<'t>,
}

impl Opener<'_, '_> {
    fn opened<'a>(&self, get: &impl Head<'a>) -> Opened<Option<Vec<u8>>> {
        let Some((credential, holder)) = self.credential(get)? else { return Ok(None) };
        if let Some(name) = get("delivered") {
            assert_eq!(holder.as_deref(), Some(name), "whose the identity is");
            let Credential::HolderKey(key) = &credential else { panic!("no identity") };
            let bytes = key.to_delivered(self.index.id(), name);
            return Ok(Some(bytes[bytes.len() - 32..].to_vec()));
        }
        let unlocked = || KeyRing::unlock(self.index, &credential, holder.as_deref()).map_err(word);
        if let Some(name) = get("vouch") {
            let ring = unlocked()?;
            assert_eq!(ring.holder(), name, "whose the key is");
            return Err(match ring.vouched(self.index) {
                Vouched::Yes => "vouched",
                Vouched::No => "not-vouched",
                Vouched::Nothing => "missing",
            });
        }
        if get("roster").is_some() {
            return Err(self.admitted(&unlocked()?));
        }
        if let Some(which) = get("deposit-key") {
            let key = self.deposit_key(which).ok_or("missing")?;
            return self.private_half(key, &unlocked).map(|text| Some(text.into_bytes()));
        }
        if let Some(code) = get("deposit") {
            return self.deposit(code, &unlocked).map(Some);
        }
        let retired = match get("retired").map(|words| words.split_once(' ').expect("two words")) {
            Some((kind, fingerprint)) => Some(self.retired(kind, fingerprint, &unlocked)?),
            None => None,
        };
        self.value(get, retired.as_ref(), &unlocked).map(Some)
    }

    /// The key at hand, and whose it is where that is known.
    fn credential<'a>(&self, get: &impl Head<'a>) -> Opened<Option<(Credential, Option<String>)>> {
        let id = self.index.id();
        if let Some(text) = get("access-key") {
            let key = AccessKey::parse(&text.replace("\\n", "\n")).map_err(|_| "mistyped-key")?;
            let is_of = key.is_of(id).then_some(()).ok_or("another-vault-key");
            return is_of.map(|()| Some((Credential::AccessKey(key), None)));
        }
        if let Some(text) = get("unlocked") {
            let key = UnlockedKey::parse(&text.replace("\\n", "\n")).ok_or("mistyped-key")?;
            let is_of = key.is_of(id).then_some(()).ok_or("another-vault-key");
            return is_of.map(|()| Some((Credential::Unlocked(key), None)));
        }
        if let Some(words) = get("passphrase") {
            let passphrase = Passphrase::from(words.to_owned());
            return Ok(Some((Credential::Passphrase(passphrase), None)));
        }
        let Some(identity) = get("identity") else { return Ok(None) };
        for holder in self.index.holders() {
            let HolderKind::Age { delivered, .. } = holder.kind() else { continue };
            let Some(inside) = age_opened(identity, &bytes_of(delivered)) else { continue };
            let key = HolderKey::from_delivered(id, holder.name(), &inside);
            let credential = Credential::HolderKey(key.map_err(|_| "altered")?);
            return Ok(Some((credential, Some(holder.name().to_owned()))));
        }
        Err("wrong-key")
    }

    fn value<'a>(
        &self,
        get: &impl Head<'a>,
        retired: Option<&DataKey>,
        unlocked: &impl Fn() -> Opened<KeyRing>,
    ) -> Opened<Vec<u8>> {
        let name = get("secret").expect("`secret`");
        let environment = get("environment").expect("`environment`");
        let environment = self.index.environment(environment).expect("known");
        let (secret, found) = match self.mine.lookup(self.index, name, &environment) {
            Some((secret, found)) => (Some(secret), found),
            None => (self.index.secret(name), self.index.lookup(name, &environment)),
        };
        let value = match (found, retired) {
            (Lookup::Found(value), _) | (Lookup::OtherDataKey(value), Some(_)) => value,
            (Lookup::OtherDataKey(_), None) => return Err("another-data-key"),
            (Lookup::Missing, _) => return Err("missing"),
        };
        let place = Place::of(secret.expect("it has a value"), value);
        let sealed = match value.content() {
            Content::Sealed(sealed) => sealed,
            Content::Reference { store, reference, seal } => {
                let store = self.index.stores().get(store).ok_or("no-store")?;
                let ring = unlocked()?;
                let key = self.data_key(environment.kind(), &ring)?;
                let fits = key.open_reference(place, store, reference, seal);
                return Err(fits.map_or_else(unopened, |()| "fits"));
            }
        };
        let opened = match retired {
            Some(key) => key.open(place, sealed),
            None => self.data_key(environment.kind(), &unlocked()?)?.open(place, sealed),
        };
        opened.map(|value| value.as_bytes().to_vec()).map_err(unopened)
    }

    /// What is checked before holders are added or removed; adding no deposit keys does that and nothing else.
    fn admitted(&self, ring: &KeyRing) -> &'static str {
        let document = self.document;
        match Draft::new(document, self.index).add_deposit_keys(ring, &[]) {
            Ok(()) => "admitted",
            Err(EditError::Grant(error)) => match error {
                GrantError::NoRoster { .. } => "no-grant",
                GrantError::Suspicious { current: true, .. } => "not-admitted",
                GrantError::Suspicious { current: false, .. } => "stale",
                GrantError::NoDataKey(_) => "no-kept",
                other => panic!("{other}"),
            },
            Err(other) => panic!("{other}"),
        }
    }

    fn data_key<'r>(&self, kind: EnvironmentType, ring: &'r KeyRing) -> Opened<&'r DataKey> {
        ring.data_key(self.index, kind).map_err(|_| "no-grant")
    }

    fn retired(
        &self,
        kind: &str,
        fingerprint: &str,
        unlocked: &impl Fn() -> Opened<KeyRing>,
    ) -> Opened<DataKey> {
        let kind = EnvironmentType::from_full(kind).expect("a type");
        let is_it = |known: &&strongroom_vault::Retired<'_>| {
            known.kind() == kind && known.fingerprint() == fingerprint
        };
        let found = self.index.retired().iter().find(is_it).ok_or("missing")?;
        self.is_under_current(kind, found.sealed())?;
        let ring = unlocked()?;
        let opened = self.data_key(kind, &ring)?.retired(self.index);
        let is_named = |key: &DataKey| {
            let fingerprint = key.fingerprint().to_string();
            self.index.retired().iter().any(|known| known.fingerprint() == fingerprint)
        };
        assert!(opened.iter().all(is_named), "no key is given under another one's fingerprint");
        let mut opened = opened.into_iter();
        opened.find(|key| key.fingerprint().to_string() == fingerprint).ok_or("altered")
    }

    /// Sealed text lies under its type's current data key, as far as that shows without a key.
    fn is_under_current(&self, kind: EnvironmentType, sealed: &str) -> Opened<()> {
        let current = self.index.keys().of_type(kind).current();
        let current = current.map(|current| bytes_of(current.fingerprint_text()));
        let of_it = &bytes_of(sealed)[1..9];
        if current.is_some_and(|current| &current[1..9] == of_it) {
            Ok(())
        } else {
            Err("another-data-key")
        }
    }

    fn deposit_key(&self, which: &str) -> Option<&DepositKey<'_>> {
        let deposits = self.index.deposits();
        match EnvironmentType::from_full(which) {
            Some(kind) => deposits.key(kind),
            None => deposits.older().iter().find(|key| key.public() == which),
        }
    }

    fn private_half(
        &self,
        key: &DepositKey<'_>,
        unlocked: &impl Fn() -> Opened<KeyRing>,
    ) -> Opened<String> {
        self.is_under_current(key.kind(), key.private())?;
        let ring = unlocked()?;
        let opened = self.data_key(key.kind(), &ring)?.open_deposit_key(key).map_err(unopened)?;
        Ok(opened.to_string())
    }

    fn deposit(&self, code: &str, unlocked: &impl Fn() -> Opened<KeyRing>) -> Opened<Vec<u8>> {
        let deposits = self.index.deposits();
        let deposit = deposits.waiting().iter().find(|deposit| deposit.code() == code);
        let deposit = deposit.ok_or("missing")?;
        let (id, age_file) = (self.index.id(), bytes_of(deposit.sealed()));
        if deposit_code(id, &age_file).plain() != code {
            return Err("another-code");
        }
        let current = deposits.key(deposit.kind()).ok_or("missing");
        let older = deposits.older().iter().filter(|key| key.kind() == deposit.kind());
        let mut answer = Err("altered");
        for key in [current].into_iter().chain(older.map(Ok)) {
            match key.and_then(|key| self.private_half(key, unlocked)) {
                Err(word) if answer == Err("altered") => answer = Err(word),
                Err(_) => {}
                Ok(identity) => {
                    if let Some(inside) = age_opened(&identity, &age_file) {
                        let value = DepositPlace::of(deposit).value_in(id, &inside);
                        answer =
                            value.map(|value| value.as_bytes().to_vec()).map_err(|_| "altered");
                        break;
                    }
                }
            }
        }
        answer
    }
}

fn word(error: UnlockError) -> &'static str {
    match error {
        UnlockError::WrongPassphrase { .. } => "wrong-passphrase",
        UnlockError::WrongAccessKey
        | UnlockError::WrongUnlockedKey
        | UnlockError::WrongHolderKey(_) => "wrong-key",
        other => panic!("{other}"),
    }
}

fn unopened(error: OpenError) -> &'static str {
    match error {
        OpenError::Altered => "altered",
        OpenError::AnotherDataKey => "another-data-key",
    }
}

fn bytes_of(sealed: &str) -> Vec<u8> {
    BASE64URL_NOPAD.decode(sealed.as_bytes()).expect("the reader checked it")
}

/// What an age file holds for an identity, if that is none of a recipient's and the file was not altered.
fn age_opened(identity: &str, age_file: &[u8]) -> Option<Vec<u8>> {
    let identity: age::x25519::Identity = identity.parse().ok()?;
    age::decrypt(&identity, age_file).ok()
}
