//! What `scan` sees in archives, and in what only looks like one.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use snapbox::str;

use super::{scene, value};
use crate::session::Session;

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in members {
        let method = CompressionMethod::DEFLATE;
        let (mut entry, config) =
            archive.new_file(name).compression_method(method).start().expect("an entry");
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
        writer.write_all(content).expect("memory");
        let (encoder, descriptor) = writer.finish().expect("memory");
        encoder.finish().expect("memory");
        entry.finish(descriptor).expect("memory");
    }
    archive.finish().expect("memory");
    bytes
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *content).expect("memory");
    }
    archive.into_inner().expect("memory")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn leak() -> Vec<u8> {
    format!("x\ny\nz={}\n", value()).into_bytes()
}

#[test]
fn members_of_archives_are_named_however_they_are_nested() {
    let session = scene();
    let long = format!("{}/long.env", "folder/".repeat(30));
    session.write("a.zip", zip(&[("clean", b"x"), ("conf/.env", &leak())]));
    session.write("b.jar", zip(&[("lib/inner.jar", &zip(&[("C.class", &leak())]))]));
    session.write("c.tar", tar(&[("clean", b"x"), (&long, &leak()), ("last", &leak())]));
    session.write("d.tar.gz", gzip(&tar(&[("in.zip", &zip(&[("deep.txt", &leak())]))])));
    session.write("e.log.gz", gzip(&leak()));
    session.run("strongroom scan").shows(str![[r#"
[1]
a.zip, conf/.env:3: `token` for `local` and `production`, plain
b.jar, lib/inner.jar, C.class:3: `token` for `local` and `production`, plain
c.tar, folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder/folder//long.env:3: `token` for `local` and `production`, plain
c.tar, last:3: `token` for `local` and `production`, plain
d.tar.gz, in.zip, deep.txt:3: `token` for `local` and `production`, plain
e.log.gz:3: `token` for `local` and `production`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
}

#[test]
fn a_staged_archive_is_looked_into_as_well() {
    let session = scene();
    session.write("a.zip", zip(&[("conf/.env", &leak())]));
    session.write("d.tar.gz", gzip(&tar(&[("x", &leak())])));
    session.write("z.txt", leak());
    super::git(&session, &["add", "."]);
    session.run("strongroom scan --staged").shows(str![[r#"
[1]
a.zip, conf/.env:3: `token` for `local` and `production`, plain
d.tar.gz, x:3: `token` for `local` and `production`, plain
z.txt:3: `token` for `local` and `production`, plain
--- stderr

take it out of the files and stage them again, or commit all the same with: git commit --no-verify
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
}

#[test]
fn an_archive_that_is_damaged_is_named_and_read_as_it_is() {
    let session = scene();
    let whole = zip(&[("a", b"x")]);
    let mut cut = whole[..20].to_vec();
    cut.extend_from_slice(&leak());
    session.write("cut.zip", &cut);
    session.write("cut.gz", [b"\x1f\x8b\x08\0", leak().as_slice()].concat());
    let mut broken = tar(&[("a", b"x"), ("b", &leak())]);
    broken[1024 + 150] ^= 1;
    session.write("broken.tar", broken);
    session.write("empty.zip", b"PK\x03\x04");
    session.run("strongroom scan").shows(str![[r#"
[1]
broken.tar, byte 1542: `token` for `local` and `production`, plain
cut.gz, byte 10: `token` for `local` and `production`, plain
cut.zip, byte 26: `token` for `local` and `production`, plain
--- stderr
warning: cannot read broken.tar: archive header checksum mismatch
warning: cannot read cut.gz: corrupt deflate stream
warning: cannot read cut.zip: Missing end of central directory
warning: cannot read empty.zip: Missing end of central directory

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
}

#[test]
fn a_bomb_is_left_when_it_has_grown_enough() {
    let session = scene();
    let zeros = vec![0; 150 << 20];
    session.write("bomb.gz", gzip(&zeros));
    session.write("bomb.zip", zip(&[("zeros", &zeros), ("leak", &leak())]));
    session.run("strongroom scan").shows(str![[r#"
[3]
--- stderr
warning: cannot read bomb.gz: it grows to more than 100 times its size: the rest was not looked into
warning: cannot read bomb.zip, zeros: it grows to more than 100 times its size: the rest was not looked into
nothing found in 4 files; looked for 1 value

"#]]);
}

#[test]
fn what_is_not_looked_into_is_named() {
    let session = scene();
    let mut nested = leak();
    for _ in 0..6 {
        nested = gzip(&nested);
    }
    session.write("six.gz", nested);
    session.write("a.xz", b"\xfd7zXZ\0 and so on");
    session.run("strongroom scan").shows(str![[r#"
[1]
six.gz, byte 36: `token` for `local` and `production`, plain
--- stderr
not looked into: a.xz: xz
not looked into: six.gz: too many archives in each other

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
}

#[test]
fn a_tar_whose_name_has_no_end_takes_no_memory() {
    let session: Session = scene();
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(200 << 20);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.resize(bytes.len() + (200 << 20), b'n');
    bytes.extend_from_slice(&tar(&[("after", &leak())]));
    session.write("names.tar", bytes);
    let mut command = std::process::Command::new("sh");
    session.set_up(&mut command);
    let script = format!("ulimit -v 150000; exec {} scan names.tar", crate::session::STRONGROOM);
    let output = command.args(["-c", &script]).output().expect("a shell");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
