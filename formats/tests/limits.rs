//! Files that would take far more time or memory than their size are refused.

use std::io::Write as _;

use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use strongroom_formats::limits::{FILE_BYTES, NESTING, NODES};
use strongroom_formats::{ReadFault, dotenv, encore, json, kubernetes, toml, yaml};

#[test]
fn files_are_small() {
    let large = vec![b' '; FILE_BYTES + 1];
    for error in [
        dotenv::read(&large).expect_err("a limit"),
        json::read(&large).expect_err("a limit"),
        yaml::read(&large).expect_err("a limit"),
        toml::read(&large).expect_err("a limit"),
        kubernetes::read(&large, None).expect_err("a limit"),
        encore::read(&large, &|_| Err(encore::NoContent::Unset)).expect_err("a limit"),
    ] {
        assert_eq!(error.fault, ReadFault::TooLarge);
    }
}

#[test]
fn what_is_packed_is_small_too() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![b'A'; FILE_BYTES + 1]).expect("memory");
    let packed = BASE64.encode(&gzip.finish().expect("memory"));
    assert!(packed.len() < 100_000);
    let error =
        encore::read(format!("gzip:{packed}").as_bytes(), &|_| Err(encore::NoContent::Unset));
    assert_eq!(error.expect_err("a limit").fault, ReadFault::TooLarge);
}

#[test]
fn trees_are_flat() {
    let deep = |open: &str, close: &str, levels| {
        format!("{}1{}", open.repeat(levels), close.repeat(levels))
    };
    for levels in [NESTING, NESTING + 1] {
        let faults = [
            json::read(deep("{\"a\":", "}", levels).as_bytes()).err(),
            yaml::read(deep("{a: ", "}", levels).as_bytes()).err(),
            toml::read(format!("{}a = 1", "a.".repeat(levels - 1)).as_bytes()).err(),
        ];
        for fault in faults.map(|error| error.map(|error| error.fault)) {
            assert_eq!(fault, (levels > NESTING).then_some(ReadFault::TooDeep), "{levels}");
        }
    }
    for deeper in ["[", "{\"a\":", "{a: ", "- ", "? "] {
        let text = deeper.repeat(100_000);
        assert!(json::read(text.as_bytes()).is_err());
        assert!(yaml::read(text.as_bytes()).is_err());
        assert!(toml::read(format!("a = {text}").as_bytes()).is_err());
    }
}

#[test]
fn trees_have_few_parts() {
    let list = format!("[{}1]", "1,".repeat(NODES));
    for error in [
        json::read(format!("{{\"a\": {list}}}").as_bytes()).expect_err("a limit"),
        yaml::read(format!("a: {list}").as_bytes()).expect_err("a limit"),
        toml::read(format!("a = [{}]", "[],".repeat(NODES)).as_bytes()).expect_err("a limit"),
    ] {
        assert_eq!(error.fault, ReadFault::TooMany);
    }
}
