//! What one more struct costs a build: its expansion by the real compiler, with macros built as cargo does by default.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::Line;
use crate::package::{Package, artifacts, cargo, done, workspace};
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::{DECLARED, Vault, name};

pub(super) const LINE: Line = Line {
    name: "expand",
    about: "expanding one struct, unoptimised as cargo builds macros by default",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let compiler = match Compiler::build() {
        Ok(compiler) => compiler,
        Err(error) => return vec![Row::failed("an application with the macro", error)],
    };
    let limited = [(100, 21, 12), (1_000, 5, 100)];
    let mut rows = Vec::new();
    for (secrets, more, limit) in limited {
        let what = format!("{DECLARED} fields, vault of {secrets} × 4");
        let limit = Amount::Time(Duration::from_millis(limit));
        rows.push(match compiler.one_more_struct(secrets, more) {
            Ok(time) => Row::limited(what, Amount::Time(time), limit, how(more)),
            Err(error) => Row::failed(what, error),
        });
    }
    rows
}

fn how(more: usize) -> String {
    format!("rustc with {} structs less that with 1, by {more}, median of {RUNS}", more + 1)
}

/// A compiler that has `strongroom` at hand, built in a package like any other.
struct Compiler {
    package: Package,
    runtime: PathBuf,
}

impl Compiler {
    fn build() -> Result<Self, String> {
        let runtime = workspace().join("runtime");
        let manifest = format!("[dependencies]\nstrongroom = {{ path = {runtime:?} }}\n");
        let package = Package::write("expands", &manifest, "");
        let output = done(&mut package.cargo(&["build", "--message-format=json"]))?;
        let runtime = artifacts(&output, "strongroom")
            .into_iter()
            .find(|file| file.extension().is_some_and(|extension| extension == "rlib"))
            .ok_or("cargo names no library of `strongroom`")?;
        Ok(Self { package, runtime })
    }

    /// How much longer the compiler takes for each struct more.
    fn one_more_struct(&self, secrets: usize, more: usize) -> Result<Duration, String> {
        let one = self.source(1);
        let several = self.source(1 + more);
        for source in [&one, &several] {
            done(&mut self.compile(source, secrets))?;
        }
        let compile = |source| {
            done(&mut self.compile(source, secrets)).expect("it was compiled before");
        };
        let (one, several) = in_turn(RUNS, || compile(&one), || compile(&several));
        let more = u32::try_from(more).expect("a few");
        Ok(several.median().saturating_sub(one.median()) / more)
    }

    /// A file with so many structs.
    fn source(&self, structs: usize) -> PathBuf {
        let mut text = String::new();
        for count in 0..structs {
            let _ = writeln!(
                text,
                "pub mod m{count} {{\n#[strongroom::secrets]\npub struct Secrets {{"
            );
            (0..DECLARED)
                .for_each(|field| drop(writeln!(text, "    pub {}: String,", name(field))));
            text.push_str("}\n}\n");
        }
        let file = self.package.folder.join(format!("structs-{structs}.rs"));
        fs::write(&file, text).expect("the target folder can be written");
        file
    }

    fn compile(&self, source: &PathBuf, secrets: usize) -> Command {
        let dependencies = self.package.target().join("debug").join("deps");
        let mut command = Command::new("rustc");
        // The same clean environment as cargo's, and what cargo tells a macro.
        for (name, value) in cargo().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--crate-name=structs"])
            .arg(source)
            .arg("--out-dir")
            .arg(self.package.target())
            .arg("-L")
            .arg(format!("dependency={}", dependencies.display()))
            .arg("--extern")
            .arg(format!("strongroom={}", self.runtime.display()))
            .env("CARGO_MANIFEST_DIR", Vault::of(secrets).folder);
        command
    }
}

const RUNS: usize = 11;
