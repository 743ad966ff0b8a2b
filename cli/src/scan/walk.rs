//! Walks into archives: zip, tar, gzip, and each of these in another.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::rc::Rc;

use flate2::read::{DeflateDecoder, MultiGzDecoder};
use rawzip::{CompressionMethod, FileReader, ReaderAt, ZipArchive, ZipLocator};
use tar::EntryType;
use zeroize::Zeroizing;

use super::Scanner;
use super::archive::{Allowance, Allowed, Kind, head, kind_of};

/// Something that is looked through, and may be an archive.
pub(crate) enum Input<'r> {
    File(File),
    Stream(Box<dyn Read + 'r>),
}

/// The way from a file to what is looked at now.
pub(super) struct Walk<'s, 't> {
    scanner: &'s mut Scanner<'t>,
    /// How many archives it leads through.
    depth: usize,
    allowance: Rc<Allowance>,
}

impl<'s, 't> Walk<'s, 't> {
    /// Begins with a file of so many bytes.
    pub(super) fn new(scanner: &'s mut Scanner<'t>, length: u64) -> Self {
        Self { scanner, depth: 0, allowance: Rc::new(Allowance::of(length)) }
    }

    /// Looks through something, and names what cannot be read.
    pub(super) fn look(&mut self, input: Input<'_>) {
        if let Err(error) = self.try_look(input) {
            self.scanner.unread(&error.to_string());
        }
    }

    fn try_look(&mut self, input: Input<'_>) -> io::Result<()> {
        match input {
            Input::File(mut file) => {
                let kind = kind_of(&head(&mut file)?);
                file.rewind()?;
                let outcome = match kind {
                    Kind::Zip => match zip_of_file(file.try_clone()?) {
                        Ok(archive) => self.zip(&archive),
                        Err(error) => Err(io::Error::other(error)),
                    },
                    _ => self.stream(&mut file, kind),
                };
                if kind == Kind::Bytes || outcome.is_ok() || self.allowance.is_used_up() {
                    return outcome;
                }
                // It only looks like an archive, or is a damaged one.
                file.rewind()?;
                self.scanner.read(&mut file)?;
                outcome
            }
            Input::Stream(mut source) => {
                let head = head(&mut source)?;
                let kind = kind_of(&head);
                self.stream(&mut Cursor::new(head).chain(source), kind)
            }
        }
    }

    /// What can be read from its beginning to its end.
    fn stream(&mut self, source: &mut dyn Read, kind: Kind) -> io::Result<()> {
        match kind {
            Kind::Zip | Kind::Gzip | Kind::Tar if self.depth == DEEPEST => {
                self.scanner.closed("too many archives in each other");
                self.scanner.read(source)
            }
            Kind::Zip => self.zip_in_memory(source),
            Kind::Gzip => {
                let (source, allowance) = (MultiGzDecoder::new(source), Rc::clone(&self.allowance));
                self.deeper(|walk| {
                    walk.try_look(Input::Stream(Box::new(Allowed { source, allowance })))
                })
            }
            Kind::Tar => self.tar(source),
            Kind::Closed(compressor) => {
                self.scanner.closed(compressor);
                self.scanner.read(source)
            }
            Kind::Bytes => self.scanner.read(source),
        }
    }

    /// A zip's directory is at its end, so one that cannot be read from there is held in memory.
    fn zip_in_memory(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let mut held = Zeroizing::new(Vec::new());
        source.take(MOST_HELD + 1).read_to_end(&mut held)?;
        if held.len() as u64 > MOST_HELD {
            self.scanner.closed("a zip of more than 64 MiB inside of something else");
            return self.scanner.read(&mut held.as_slice().chain(source));
        }
        match ZipArchive::from_slice(held.as_slice()) {
            Ok(archive) => self.zip(&archive.into_reader_archive()),
            Err(error) => {
                self.scanner.unread(&error.to_string());
                self.scanner.read(&mut held.as_slice())
            }
        }
    }

    fn zip<R: ReaderAt>(&mut self, archive: &ZipArchive<R>) -> io::Result<()> {
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(io::Error::other)? {
            if entry.is_dir() {
                continue;
            }
            let (method, is_encrypted) = (entry.compression_method(), entry.flags().is_encrypted());
            let found = archive.get_entry(entry.wayfinder());
            self.member(member_name(entry.file_path().as_ref()), |walk| match found {
                Err(error) => walk.scanner.unread(&error.to_string()),
                Ok(_) if is_encrypted => walk.scanner.closed("encrypted"),
                Ok(member) => match unpacked(BufReader::new(member.reader()), method) {
                    Some(source) => {
                        let allowance = Rc::clone(&walk.allowance);
                        walk.look(Input::Stream(Box::new(Allowed { source, allowance })));
                    }
                    None => walk.scanner.closed("compressed in another way than deflate"),
                },
            });
            if self.allowance.is_used_up() {
                break;
            }
        }
        Ok(())
    }

    fn tar(&mut self, source: &mut dyn Read) -> io::Result<()> {
        let mut archive = tar::Archive::new(source);
        let mut long_name = None;
        // Raw: else a name of any length would be read into memory.
        for entry in archive.entries()?.raw(true) {
            let mut entry = entry?;
            match entry.header().entry_type() {
                EntryType::GNULongName => long_name = Some(member_name(&beginning(&mut entry)?)),
                EntryType::XHeader => {
                    long_name = path_of(&beginning(&mut entry)?).or(long_name);
                }
                EntryType::XGlobalHeader | EntryType::GNULongLink => {}
                _ => {
                    let name = long_name.take().unwrap_or_else(|| member_name(&entry.path_bytes()));
                    self.member(name, |walk| walk.look(Input::Stream(Box::new(entry))));
                }
            }
            if self.allowance.is_used_up() {
                break;
            }
        }
        Ok(())
    }

    /// Goes to a member and back.
    fn member(&mut self, name: String, work: impl FnOnce(&mut Self)) {
        self.scanner.members.push(name);
        self.deeper(work);
        self.scanner.members.pop();
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }
}

fn zip_of_file(file: File) -> Result<ZipArchive<FileReader>, rawzip::Error> {
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    ZipLocator::new().locate_in_file(file, &mut buffer).map_err(|(_, error)| error)
}

fn unpacked<'r>(
    packed: impl io::BufRead + 'r,
    method: CompressionMethod,
) -> Option<Box<dyn Read + 'r>> {
    match method {
        CompressionMethod::STORE => Some(Box::new(packed)),
        CompressionMethod::DEFLATE => Some(Box::new(DeflateDecoder::new(packed))),
        _ => None,
    }
}

/// The beginning of a tar's entry that holds a name.
fn beginning(entry: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(NAME_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The name in the records of a pax header: `27 path=a/long/name`.
fn path_of(records: &[u8]) -> Option<String> {
    records.split(|b| *b == b'\n').find_map(|record| {
        let at = record.iter().position(|b| *b == b' ')?;
        record[at + 1..].strip_prefix(b"path=").map(member_name)
    })
}

fn member_name(bytes: &[u8]) -> String {
    let bytes = bytes.split(|b| *b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(&bytes[..bytes.len().min(NAME_BYTES)]).into_owned()
}

/// How many archives may stand in each other: a jar in a tar.gz in a zip.
const DEEPEST: usize = 4;

/// Bytes of the largest zip that is held in memory.
const MOST_HELD: u64 = 64 << 20;

/// Bytes of a member's name that are shown, and read.
const NAME_BYTES: usize = 4_096;
