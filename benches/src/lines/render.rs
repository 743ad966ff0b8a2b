//! Filling 1,000 references in a file of one mebibyte.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use super::Line;
use super::over::Over;
use crate::command::Built;
use crate::table::Row;
use crate::vaults::{Vault, name};

pub(super) const LINE: Line = Line {
    name: "render",
    about: "`strongroom render` of 1 MiB with 1,000 references over `true` alone, vault of 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("yaml", error)],
    };
    let vault = Vault::of(REFERENCES);
    let row = |format, text| row(&built, &vault, format, text);
    vec![row("yaml", yaml()), row("json", json()), row("toml", toml()), row("txt", text())]
}

fn row(built: &Built, vault: &Vault, format: &'static str, text: String) -> Row {
    let path = vault.folder.join(format!("render.{format}"));
    assert!(text.len().abs_diff(1 << 20) < 1 << 17, "{format} has {} bytes", text.len());
    fs::write(&path, text).expect("the target folder can be written");
    let path = path.to_string_lossy();
    let render = Over { arguments: &["render", &path], runs: RUNS, limit: LIMIT };
    render.row(format, built, vault, || ())
}

fn yaml() -> String {
    parts(|text, number, secret| {
        let _ = writeln!(text, "service_{number}: # one of many");
        lines(text, |text, line| writeln!(text, "  setting_{line}: {WORDS}"));
        let _ = writeln!(text, "  password: ${{secret:{secret}}}");
    })
}

fn toml() -> String {
    parts(|text, number, secret| {
        let _ = writeln!(text, "[service_{number}] # one of many");
        lines(text, |text, line| writeln!(text, "setting_{line} = '{WORDS}'"));
        let _ = writeln!(text, "password = \"${{secret:{secret}}}\"");
    })
}

fn json() -> String {
    let mut text = parts(|text, number, secret| {
        let _ = writeln!(text, "{}\"service_{number}\": {{", if number == 0 { "{" } else { "," });
        lines(text, |text, line| writeln!(text, "  \"setting_{line}\": \"{WORDS}\","));
        let _ = writeln!(text, "  \"password\": \"${{secret:{secret}}}\" }}");
    });
    text.push('}');
    text
}

fn text() -> String {
    parts(|text, number, secret| {
        let _ = writeln!(text, "service {number}");
        lines(text, |text, line| writeln!(text, "setting {line} {WORDS}"));
        let _ = writeln!(text, "password {{{{ secret \"{secret}\" }}}}");
    })
}

fn parts(part: fn(&mut String, usize, &str)) -> String {
    let mut text = String::new();
    for number in 0..REFERENCES {
        part(&mut text, number, &name(number));
    }
    text
}

fn lines(text: &mut String, line: fn(&mut String, usize) -> std::fmt::Result) {
    for number in 0..LINES {
        line(text, number).expect("a string takes everything");
    }
}

const WORDS: &str = "the quick brown fox jumps over the lazy dog, and nobody says why it would";
const REFERENCES: usize = 1_000;
const LINES: usize = 11;
const RUNS: usize = 51;
const LIMIT: Duration = Duration::from_millis(50);
