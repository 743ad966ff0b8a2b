//! Runs the vectors of an independent implementation in `tests/vectors`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use strongroom_vault::{
    DepositPlace, EnvironmentType, HolderKey, UnlockedKey, VaultId, deposit_code,
};

use crate::answer::answer;

#[test]
fn every_vector_is_answered_as_its_author_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files = files_in(&folder.join("accepted"));
    files.extend(files_in(&folder.join("refused")));
    assert!(files.len() > 500, "only {} vectors", files.len());
    let wrong: Vec<String> = files.iter().filter_map(|file| check(file)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[test]
fn what_is_written_for_people_and_for_age_is_what_its_author_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/primitives.txt");
    let text = fs::read_to_string(path).expect("the intermediate values");
    let values: HashMap<&str, Vec<u8>> = text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, hex)| (name, HEXLOWER.decode(hex.as_bytes()).expect("hexadecimal")))
        .collect();
    let text = |name: &str| String::from_utf8_lossy(&values[name]).into_owned();
    let id = VaultId(values["vault-id"].clone().try_into().expect("16 bytes"));

    let delivered = &values["delivered-plaintext"];
    let key = HolderKey::from_delivered(id, "dev", delivered).expect("for dev, in this vault");
    assert!(delivered.ends_with(&values["delivered-H"]));
    assert_eq!(*key.to_delivered(id, "dev"), *delivered);
    assert_eq!(key.fingerprint(id, "dev").plain(), text("holder-fingerprint-text"));
    let unlocked = UnlockedKey::of(id, &key);
    assert_eq!(*unlocked.to_text(), text("unlocked-key-text"));
    assert_eq!(unlocked.fingerprint(id, "dev").plain(), text("holder-fingerprint-text"));

    let (kind, name) = (EnvironmentType::Production, "github_api_token");
    let place = DepositPlace { kind, environment: "production", name, replaces: 1 };
    assert_eq!(*place.with_value(id, b"left for you"), values["deposit-padded"]);
    let code = deposit_code(id, &values["deposit-age-file"]);
    assert_eq!(code.plain(), text("deposit-code-text"));
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
    let get = |key: &str| head.get(key).map(|&value| value.strip_prefix(' ').unwrap_or(value));
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
