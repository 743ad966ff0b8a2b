//! Tables without lines: columns that are as wide as their widest cell, for people and for `awk`.

use std::fmt;

use anstyle::{AnsiColor, Style};

use super::safe;

/// A table to be printed.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<Cell>>,
}

/// A cell: text, and what it means.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// Something that is there.
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: AnsiColor::Green.on_default() }
    }

    /// Something that may be wrong.
    pub(crate) fn doubtful(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: AnsiColor::Yellow.on_default() }
    }

    /// Something that is wrong or missing.
    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: AnsiColor::Red.on_default().bold() }
    }

    /// Something that matters little.
    pub(crate) fn faint(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new().dimmed() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), style: Style::new() }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, style: Style::new() }
    }
}

impl Table {
    /// A table with these words above its columns.
    pub(crate) fn new<'a>(header: impl IntoIterator<Item = &'a str>) -> Self {
        let head = |word: &str| Cell { text: word.to_owned(), style: Style::new().bold() };
        Self { rows: vec![header.into_iter().map(head).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    /// Every character counts as one column: all cells but the last hold names, numbers and marks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(safe(&cell.text).chars().count());
            }
        }
        for row in &self.rows {
            let mut blank = 0;
            for (cell, width) in row.iter().zip(&widths) {
                let text = safe(&cell.text);
                if !text.is_empty() {
                    let style = cell.style;
                    write!(f, "{:blank$}{style}{text}{style:#}", "")?;
                    blank = 0;
                }
                blank += width - text.chars().count() + GAP;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Spaces between columns.
const GAP: usize = 2;
