//! GitHub Actions: masks for the log, and variables for the steps that follow.

use std::str;

use crate::entry::Item;
use crate::error::{Unfit, WriteError};
use crate::sheet::Sheet;
use crate::shell::is_variable;

/// What a step prints and appends.
#[derive(Debug)]
pub struct Step {
    /// Workflow commands for standard output: with them the log hides every value, and every line of one.
    pub masks: Sheet,
    /// What is appended to the file that `GITHUB_ENV` names.
    pub variables: Sheet,
}

/// Writes masks and variables. The runner reads masks while the step runs and variables when it ends.
///
/// The delimiter is random and new for each run: `ghadelimiter_` and letters of the caller's, which no value may foresee.
///
/// # Errors
///
/// Names that no variable can have or that the runner keeps to itself, and values that are not UTF-8 or hold NUL.
pub fn write(items: &[Item<'_>], random: &str) -> Result<Step, WriteError> {
    let mut step = Step { masks: Sheet::new(), variables: Sheet::new() };
    let mut unfit = Vec::new();
    for item in items {
        let text = match str::from_utf8(item.value) {
            _ if !is_variable(item.name) => Err(Unfit::NoVariable),
            _ if is_of_runner(item.name) => Err(Unfit::Runner),
            Err(_) => Err(Unfit::NotUtf8),
            Ok(text) if text.contains('\0') => Err(Unfit::Nul),
            Ok(text) => Ok(text),
        };
        match text {
            Err(why) => unfit.push((item.name.to_owned(), why)),
            Ok(text) => {
                mask(&mut step.masks, text);
                define(&mut step.variables, item.name, text, random);
            }
        }
    }
    if unfit.is_empty() { Ok(step) } else { Err(WriteError { unfit }) }
}

/// Masks a value, and each of its lines: a log has them one by one. The runner refuses to mask blanks.
fn mask(sheet: &mut Sheet, text: &str) {
    let lines = text.split(['\n', '\r']);
    let whole = [text].into_iter().filter(|text| text.contains(['\n', '\r']));
    for part in whole.chain(lines).filter(|part| !part.trim().is_empty()) {
        sheet.push("::add-mask::");
        for piece in part.split_inclusive(['%', '\r', '\n']) {
            let plain = piece.trim_end_matches(['%', '\r', '\n']);
            sheet.push(plain);
            sheet.push(match &piece[plain.len()..] {
                "%" => "%25",
                "\r" => "%0D",
                "\n" => "%0A",
                other => other,
            });
        }
        sheet.push("\n");
    }
}

fn define(sheet: &mut Sheet, name: &str, text: &str, random: &str) {
    let mut delimiter = format!("ghadelimiter_{random}");
    while text.contains(&delimiter) {
        delimiter.push('_');
    }
    for part in [name, "<<", &delimiter, "\n", text, "\n", &delimiter, "\n"] {
        sheet.push(part);
    }
}

/// Whether the runner sets this variable itself, or refuses to have it set.
fn is_of_runner(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    match upper.strip_prefix("GITHUB_") {
        Some(rest) => OF_GITHUB.contains(&rest),
        None => upper.starts_with("RUNNER_") || ["CI", "NODE_OPTIONS"].contains(&upper.as_str()),
    }
}

/// The runner's own variables that begin with `GITHUB_`; other names may.
#[rustfmt::skip]
const OF_GITHUB: [&str; 38] = [
    "ACTION", "ACTIONS", "ACTION_PATH", "ACTION_REF", "ACTION_REPOSITORY", "ACTOR", "ACTOR_ID", "API_URL", "BASE_REF",
    "ENV", "EVENT_NAME", "EVENT_PATH", "GRAPHQL_URL", "HEAD_REF", "JOB", "OUTPUT", "PATH", "REF", "REF_NAME",
    "REF_PROTECTED", "REF_TYPE", "REPOSITORY", "REPOSITORY_ID", "REPOSITORY_OWNER", "REPOSITORY_OWNER_ID",
    "RETENTION_DAYS", "RUN_ATTEMPT", "RUN_ID", "RUN_NUMBER", "SERVER_URL", "SHA", "STATE", "STEP_SUMMARY",
    "TRIGGERING_ACTOR", "WORKFLOW", "WORKFLOW_REF", "WORKFLOW_SHA", "WORKSPACE",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn step(value: &str) -> (String, String) {
        let step = write(&[Item { name: "A", value: value.as_bytes() }], "r").expect("a value");
        let text = |sheet: &Sheet| String::from_utf8(sheet.as_bytes().to_vec()).expect("text");
        (text(&step.masks), text(&step.variables))
    }

    #[test]
    fn every_line_is_masked_and_blanks_are_not() {
        assert_eq!(step("100%").0, "::add-mask::100%25\n");
        let masks = "::add-mask::a%0D%0A%0A b\n::add-mask::a\n::add-mask:: b\n";
        assert_eq!(step("a\r\n\n b").0, masks);
        assert_eq!(step(" ").0, "");
    }

    #[test]
    fn no_value_ends_its_own_definition() {
        assert_eq!(step("x\ny").1, "A<<ghadelimiter_r\nx\ny\nghadelimiter_r\n");
        let value = "ghadelimiter_r\nB=evil\nghadelimiter_r_";
        let text = format!("A<<ghadelimiter_r__\n{value}\nghadelimiter_r__\n");
        assert_eq!(step(value).1, text);
    }
}
