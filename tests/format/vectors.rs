//! Runs the vectors of an independent implementation in `tests/vectors`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use strongroom_vault::{
    AccessKey, Content, Credential, Index, KeyRing, Lookup, Mine, OpenError, Passphrase, Place,
    UnlockError,
};

#[test]
fn every_vector_is_answered_as_its_author_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files = files_in(&folder.join("accepted"));
    files.extend(files_in(&folder.join("refused")));
    assert!(files.len() > 250, "only {} vectors", files.len());
    let wrong: Vec<String> = files.iter().filter_map(|file| check(file)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of the vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

/// What differs from a vector's expectation, if anything does.
fn check(file: &Path) -> Option<String> {
    let bytes = fs::read(file).expect("a vector");
    let split = bytes.windows(2).position(|pair| pair == b"\n\n").expect("an empty line");
    let head = std::str::from_utf8(&bytes[..split]).expect("a head in UTF-8");
    let head: HashMap<&str, &str> =
        head.lines().map(|line| line.split_once(':').expect("`key: value`")).collect();
    let get = |key: &str| head.get(key).map(|value| value.strip_prefix(' ').unwrap_or(value));
    let mut expected = get("expect").expect("`expect`").to_owned();
    if let Some(reason) = get("reason") {
        expected = format!("{expected}: {reason}");
    }
    if let Some(value) = get("value-hex") {
        expected = format!("{expected}: {value}");
    }
    let (found, line) = answer(&bytes[split + 2..], &get);
    let name = file.file_stem().expect("a name").to_string_lossy();
    if found != expected {
        return Some(format!("{name}: expected {expected}, found {found} (line {line})"));
    }
    match get("line") {
        Some(wanted) if wanted != line.to_string() => {
            Some(format!("{name}: expected line {wanted}, found {line}"))
        }
        _ => None,
    }
}

fn answer<'a>(vault: &[u8], get: &impl Fn(&str) -> Option<&'a str>) -> (String, usize) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), vault).expect("the vault is written");
    let refused = |error: &strongroom_vault::ReadError| {
        (format!("refused: {}", error.fault.code()), error.line)
    };
    let text = match strongroom_vault::VaultFile::read(file.path()) {
        Ok(vault) => vault.text().to_owned(),
        Err(error) => return refused(error.read_error().expect("a fault in the text")),
    };
    let index = match Index::read(&text) {
        Ok(index) => index,
        Err(error) => return refused(&error),
    };
    let mine = get("mine").unwrap_or_default().replace("\\n", "\n");
    let mine = match Mine::read(&mine, &index) {
        Ok(mine) => mine,
        Err(error) => return refused(&error),
    };
    let plain = |word: &str| (word.to_owned(), 0);
    let credential = match (get("access-key"), get("passphrase")) {
        (Some(key), _) => match AccessKey::parse(&key.replace("\\n", "\n")) {
            Ok(key) => Credential::AccessKey(key),
            Err(_) => return plain("mistyped-key"),
        },
        (None, Some(words)) => Credential::Passphrase(Passphrase::from(words.to_owned())),
        (None, None) => return plain("reads"),
    };
    if let Credential::AccessKey(key) = &credential
        && !key.is_of(index.id())
    {
        return plain("another-vault-key");
    }
    let name = get("secret").expect("`secret`");
    let environment = index.environment(get("environment").expect("`environment`")).expect("known");
    let (secret, found) = match mine.lookup(&index, name, &environment) {
        Some((secret, found)) => (Some(secret), found),
        None => (index.secret(name), index.lookup(name, &environment)),
    };
    let value = match found {
        Lookup::Found(value) => value,
        Lookup::OtherDataKey(_) => return plain("another-data-key"),
        Lookup::Missing => return plain("missing"),
    };
    let ring = match KeyRing::unlock(&index, &credential, None) {
        Ok(ring) => ring,
        Err(UnlockError::WrongAccessKey) => return plain("wrong-key"),
        Err(UnlockError::WrongPassphrase { .. }) => return plain("wrong-passphrase"),
        Err(other) => return plain(&format!("{other:?}")),
    };
    let Ok(key) = ring.data_key(&index, environment.kind()) else {
        return plain("no-grant");
    };
    let Content::Sealed(sealed) = value.content() else {
        return plain("reference");
    };
    let place = Place::of(secret.expect("it has a value"), value);
    match key.open(place, sealed) {
        Ok(opened) => {
            plain(&format!("opens: {}", data_encoding::HEXLOWER.encode(opened.as_bytes())))
        }
        Err(OpenError::Altered) => plain("altered"),
        Err(OpenError::AnotherDataKey) => plain("another-data-key"),
    }
}
