//! Where a value can be put: the styles of strings, what each can carry, and how a value is written in it.

use crate::sheet::{Sheet, is_printable};

/// How a string is written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A text file.
    Verbatim,
    /// In double quotes with escapes, on one line.
    Quoted,
    /// In three double quotes: TOML.
    QuotedLines,
    /// In single quotes that are doubled, on one line: YAML.
    Doubled,
    /// In single quotes, with no escapes: TOML.
    Raw,
    /// In three single quotes, with no escapes: TOML.
    RawLines,
    /// Lines behind `|`, indented by so many spaces: YAML.
    Block(usize),
    /// Anything else, which is written anew in double quotes.
    Anew,
}

impl Style {
    /// Whether a value reads back as it is where it stands in such a string. `is_first` says that nothing stands before it.
    pub(super) fn carries(self, value: &str, is_first: bool) -> bool {
        let is_line = |c: char| c == '\n' || is_printable(c);
        match self {
            Self::Verbatim | Self::Quoted => true,
            // A newline behind the quotes is not a part of the string.
            Self::QuotedLines => !(is_first && value.is_empty()),
            Self::Doubled => value.chars().all(is_printable),
            Self::Raw => value.chars().all(|c| c != '\'' && is_printable(c)),
            Self::RawLines => {
                value.chars().all(|c| c != '\'' && is_line(c))
                    && !(is_first && (value.is_empty() || value.starts_with('\n')))
            }
            Self::Block(indent) => {
                // Blanks at either end could become a part of the indentation, or of what is chomped.
                let is_edge = |c: char| c == ' ' || c == '\n';
                indent > 0
                    && !value.is_empty()
                    && !value.starts_with(is_edge)
                    && !value.ends_with(is_edge)
                    && value.chars().all(is_line)
            }
            Self::Anew => false,
        }
    }

    /// Whether it is in double quotes.
    pub(super) fn has_escapes(self) -> bool {
        matches!(self, Self::Quoted | Self::QuotedLines)
    }

    /// Writes a value that such a string carries.
    pub(super) fn write(self, sheet: &mut Sheet, value: &str) {
        match self {
            Self::Quoted | Self::QuotedLines => sheet.push_escaped(value),
            Self::Doubled => {
                for (at, part) in value.split('\'').enumerate() {
                    sheet.push(if at == 0 { "" } else { "''" });
                    sheet.push(part);
                }
            }
            Self::Block(indent) => {
                for (at, line) in value.split('\n').enumerate() {
                    if at > 0 {
                        sheet.push("\n");
                    }
                    if at > 0 && !line.is_empty() {
                        (0..indent).for_each(|_| sheet.push(" "));
                    }
                    sheet.push(line);
                }
            }
            Self::Verbatim | Self::Raw | Self::RawLines | Self::Anew => sheet.push(value),
        }
    }
}
