//! Builds the command `strongroom`, then plays the tour with it: `cargo run -p tour`.

#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::process::ExitCode;

use tour::{Stage, play};

fn main() -> ExitCode {
    println!("Building the command `strongroom` (this takes a minute the first time) ...");
    match Stage::with_built_command().and_then(|mut stage| play(&mut stage)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("\nthe tour stops here: {failure}");
            ExitCode::FAILURE
        }
    }
}
