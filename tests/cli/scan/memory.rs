//! What `scan` has in memory while it reads: nothing of a value.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::process::Stdio;

use super::scene;
use crate::session::{Session, skipped};

/// Pieces of a needle in what a process has written to its memory, and whether that can be looked at.
fn pieces(process: u32, needle: &[u8]) -> Option<usize> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let memory = File::open(format!("/proc/{process}/mem")).ok()?;
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let range = line.split(' ').next().and_then(|range| range.split_once('-'))?;
        let address = |text| u64::from_str_radix(text, 16).expect("an address");
        let (start, end) = (address(range.0), address(range.1));
        let mut bytes = vec![0; usize::try_from(end - start).expect("a length")];
        if memory.read_at(&mut bytes, start).is_ok() {
            let pieces: HashSet<&[u8]> = needle.windows(PIECE).collect();
            let begins = |b: u8| pieces.iter().any(|piece| piece[0] == b);
            let first: Vec<bool> = (0..=255).map(begins).collect();
            let is_one = |piece: &&[u8]| first[usize::from(piece[0])] && pieces.contains(piece);
            found += bytes.windows(PIECE).filter(is_one).count();
        }
    }
    Some(found)
}

#[test]
fn nothing_of_a_value_is_in_memory_while_files_are_read() {
    let session: Session = scene();
    let value = "q8Zr-3vXw-Lk5T-pN2y-Hc7D-mB4f";
    session.typed("strongroom set --type dev other").input(value).run().succeeds();
    let mut child = session.command();
    child.args(["scan", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = child.spawn().expect("the command");
    let mut stdin = child.stdin.take().expect("standard input");
    // More than a pipe holds: when all of it is written, the command is reading.
    stdin.write_all(&vec![b'.'; 4 << 20]).expect("it reads");
    let found = pieces(child.id(), value.as_bytes());
    let dots = pieces(child.id(), &[b'.'; PIECE]);
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    let Some((found, dots)) = found.zip(dots) else {
        return skipped("the memory of `scan`: the system does not let it be read");
    };
    assert!(dots > 0, "what is read is in memory, or this test sees nothing");
    assert_eq!(found, 0);
}

/// Bytes of a piece that would tell something.
const PIECE: usize = 8;
