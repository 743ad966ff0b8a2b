//! The parts of an answer, joined in memory that wipes itself: bounded, and each part wiped behind it.

use bytes::{Bytes, BytesMut};
use zeroize::{Zeroize as _, Zeroizing};

use crate::store::Value;

/// The parts that have come so far.
pub(crate) struct Parts {
    so_far: Vec<Bytes>,
    length: usize,
    most: usize,
}

/// There are more bytes than may be.
#[derive(Debug)]
pub(crate) struct TooLong;

impl Parts {
    /// No parts yet, and so many bytes at most.
    pub(crate) fn up_to(most: usize) -> Self {
        Self { so_far: Vec::new(), length: 0, most }
    }

    /// Adds one.
    pub(crate) fn add(&mut self, part: Bytes) -> Result<(), TooLong> {
        self.length += part.len();
        self.so_far.push(part);
        if self.length > self.most { Err(TooLong) } else { Ok(()) }
    }

    /// All of them, one after the other.
    pub(crate) fn join(mut self) -> Value {
        let mut whole = Zeroizing::new(Vec::with_capacity(self.length));
        for part in self.so_far.drain(..) {
            whole.extend_from_slice(&part);
            wipe(part);
        }
        whole
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        self.so_far.drain(..).for_each(wipe);
    }
}

/// Wipes a part, where nobody else holds the memory.
fn wipe(part: Bytes) {
    if let Ok(mut part) = part.try_into_mut() {
        BytesMut::as_mut(&mut part).zeroize();
    }
}
