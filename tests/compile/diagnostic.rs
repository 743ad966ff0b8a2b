//! What the compiler says, read from cargo's JSON.

use serde_json::Value;

/// An error or a warning.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    pub(crate) level: String,
    pub(crate) message: String,
    /// The line of the primary span; 0 without one.
    pub(crate) line: usize,
    /// What the primary span covers, up to the end of its first line.
    pub(crate) underlined: String,
    /// As a person sees it.
    pub(crate) rendered: String,
}

impl Diagnostic {
    /// Reads a `compiler-message`; none for the closing words of the compiler.
    pub(crate) fn read(message: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let span = spans.iter().find(|span| span["is_primary"] == true);
        let words = text(&message["message"]);
        let closes = words.starts_with("aborting due to") || words.ends_with("emitted");
        if span.is_none() && closes || message["level"] == "failure-note" {
            return None;
        }
        let span = span.unwrap_or(&Value::Null);
        let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
        let line = &span["text"][0];
        let (start, end) = (number(&line["highlight_start"]), number(&line["highlight_end"]));
        let (start, end) = (start.unwrap_or(1) - 1, end.unwrap_or(1) - 1);
        Some(Self {
            level: text(&message["level"]),
            message: words,
            line: number(&span["line_start"]).unwrap_or(0),
            underlined: text(&line["text"]).chars().take(end).skip(start).collect(),
            rendered: text(&message["rendered"]),
        })
    }
}
