//! Wipes the stack that loading used. Keys and values wipe themselves where they are dropped, but moving one leaves a copy
//! behind, and so do the registers that a cipher spills.

use std::hint::black_box;

use zeroize::Zeroize;

/// Runs work, and then overwrites the stack below.
pub(crate) fn wiping_the_stack<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    wipe();
    result
}

/// Not inlined: the frames of the work begin where those of [`wipe`] will.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "it is the stack that is to be overwritten")]
fn wipe() {
    let mut stack = [0_u64; DEPTH / 8];
    stack.zeroize();
    black_box(&mut stack);
}

/// Bytes that are overwritten: measured, and half as many again. An unoptimised build has far larger frames.
const DEPTH: usize = if cfg!(debug_assertions) { 128 << 10 } else { 48 << 10 };
