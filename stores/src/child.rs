//! Runs a program to its end: nothing of ours reaches it, nothing it says goes into a message, and it never outlives its time.

use std::env;
use std::future::{Future as _, poll_fn};
use std::io::{self, Write as _};
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::task::Poll;
use std::time::Duration;

use strongroom_formats::Sheet;
use strongroom_vault::is_key_text;
use strongroom_vault::search::is_of_keys;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::store::Value;

/// Why a program was not run to its end.
#[derive(Debug)]
pub(crate) enum Broken {
    /// It did not even start.
    NotStarted(io::Error),
    /// Something went wrong between it and this program.
    Lost(io::Error),
    /// It printed more than any value has, and was ended.
    TooMuch,
}

/// Runs a program; gives how it ended and what it printed. Dropped half-way, it ends the program and what that has started.
pub(crate) async fn run(
    mut program: Command,
    input: Option<&[u8]>,
) -> Result<(ExitStatus, Value), Broken> {
    for (variable, content) in env::vars_os() {
        let content = Zeroizing::new(content.into_encoded_bytes());
        if variable.to_str().is_some_and(is_of_keys) || is_key(&content) {
            program.env_remove(variable);
        }
    }
    program.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    program.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    program.process_group(0);
    let child = program.spawn().map_err(Broken::NotStarted)?;
    let mut group = Group(child);
    let (stdin, stdout) = (group.0.stdin.take(), group.0.stdout.take());
    let Some(stdout) = stdout else {
        return Err(Broken::Lost(io::Error::other("what it prints cannot be read")));
    };
    let mut printed = Sheet::new();
    let ended = {
        let mut given = pin!(give(stdin, input.unwrap_or_default()));
        let mut ended = pin!(print_and_end(&mut group, stdout, &mut printed));
        let mut is_giving = true;
        poll_fn(|context| {
            if is_giving && let Poll::Ready(given) = given.as_mut().poll(context) {
                is_giving = false;
                if let Err(error) = given {
                    return Poll::Ready(Err(error));
                }
            }
            // What has ended needs nothing more.
            ended.as_mut().poll(context)
        })
        .await
        .map_err(Broken::Lost)?
    };
    match ended {
        Ended::TooMuch => Err(Broken::TooMuch),
        Ended::With(status) => Ok((status, printed.into_bytes())),
    }
}

/// Whether what a variable holds is a key, whatever the variable is called.
fn is_key(content: &[u8]) -> bool {
    // Up to what is no UTF-8: a copy of the rest would not be wiped.
    content.utf8_chunks().next().is_some_and(|chunk| is_key_text(chunk.valid()))
}

enum Ended {
    With(ExitStatus),
    TooMuch,
}

/// A program, and what it starts: all of them end when this is dropped before the program has ended.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        // There is a number only as long as nobody has waited for the program, so it is still its own.
        #[cfg(unix)]
        if let Some(id) = self.0.id()
            && let Some(leader) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

async fn give(stdin: Option<ChildStdin>, input: &[u8]) -> io::Result<()> {
    let Some(mut stdin) = stdin else { return Ok(()) };
    match stdin.write_all(input).await {
        // Its exit status says whether it needed all of it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        given => given,
    }
}

/// Reads what a program prints until it has ended.
async fn print_and_end(
    group: &mut Group,
    mut stdout: ChildStdout,
    printed: &mut Sheet,
) -> io::Result<Ended> {
    let mut piece = Zeroizing::new([0; 8 << 10]);
    let mut status = None;
    loop {
        let length = match status {
            None => match next(group, &mut stdout, &mut *piece).await? {
                Next::Printed(length) => length,
                Next::Ended(with) => {
                    status = Some(with);
                    continue;
                }
            },
            // Something that the program left running may hold the pipe open: what is in it is there already.
            Some(_) => timeout(LEFT_OVER, stdout.read(&mut *piece)).await.unwrap_or(Ok(0))?,
        };
        if length == 0 {
            break;
        }
        printed.write_all(&piece[..length])?;
        if printed.as_bytes().len() > MOST {
            return Ok(Ended::TooMuch);
        }
    }
    match status {
        Some(status) => Ok(Ended::With(status)),
        None => Ok(Ended::With(group.0.wait().await?)),
    }
}

enum Next {
    Printed(usize),
    Ended(ExitStatus),
}

/// What comes first: something printed, or the end.
async fn next(group: &mut Group, stdout: &mut ChildStdout, piece: &mut [u8]) -> io::Result<Next> {
    let (mut read, mut ended) = (pin!(stdout.read(piece)), pin!(group.0.wait()));
    poll_fn(|context| match read.as_mut().poll(context) {
        Poll::Ready(length) => Poll::Ready(length.map(Next::Printed)),
        Poll::Pending => ended.as_mut().poll(context).map_ok(Next::Ended),
    })
    .await
}

/// The most bytes that a program may print (4 MiB).
const MOST: usize = 4 << 20;
/// How long what is already in a pipe may take.
const LEFT_OVER: Duration = Duration::from_millis(100);
