//! The table: what was measured, beside its limit.

use std::fmt;
use std::time::Duration;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    what: String,
    measured: Option<Amount>,
    limit: Option<Amount>,
    /// How it was measured, or why not.
    how: String,
    is_failed: bool,
}

impl Row {
    /// Something with a limit.
    pub(crate) fn limited(
        what: impl Into<String>,
        measured: Amount,
        limit: Amount,
        how: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            measured: Some(measured),
            limit: Some(limit),
            how: how.into(),
            is_failed: false,
        }
    }

    /// Something without a limit, for information.
    pub(crate) fn told(what: impl Into<String>, measured: Amount, how: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            measured: Some(measured),
            limit: None,
            how: how.into(),
            is_failed: false,
        }
    }

    /// Something that was not measured.
    pub(crate) fn skipped(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), measured: None, limit: None, how: why.into(), is_failed: false }
    }

    /// Something that could not be measured and should have been.
    pub(crate) fn failed(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { is_failed: true, ..Self::skipped(what, why) }
    }

    fn verdict(&self) -> Verdict {
        match (&self.measured, &self.limit) {
            (None, _) if self.is_failed => Verdict::Failed,
            (None, _) => Verdict::Skipped,
            (_, None) => Verdict::Told,
            (Some(measured), Some(limit)) if measured.is_within(*limit) => Verdict::Pass,
            _ => Verdict::Over,
        }
    }
}

/// A measured amount.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    /// Wall-clock time.
    Time(Duration),
    /// CPU time of all processes and threads.
    Cpu(Duration),
    /// Instructions, as callgrind counts them.
    Instructions(u64),
    /// Crates.
    Crates(u64),
    /// Megabytes a second.
    Speed(f64),
    /// Requests a second.
    Rate(f64),
    /// Bytes of memory.
    Bytes(u64),
}

impl Amount {
    #[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
    fn number(self) -> f64 {
        match self {
            Self::Time(time) | Self::Cpu(time) => time.as_secs_f64(),
            Self::Instructions(count) | Self::Crates(count) | Self::Bytes(count) => count as f64,
            Self::Speed(speed) | Self::Rate(speed) => speed,
        }
    }
}

impl Amount {
    /// Of a speed the limit is the least, of anything else the most.
    fn is_within(self, limit: Self) -> bool {
        match self {
            Self::Speed(_) | Self::Rate(_) => self.number() >= limit.number(),
            _ => self.number() <= limit.number(),
        }
    }

    fn as_limit(self) -> String {
        let sign = if matches!(self, Self::Speed(_) | Self::Rate(_)) { '≥' } else { '≤' };
        format!("{sign} {self}")
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        let text = match self {
            Self::Crates(count) => format!("{count}"),
            Self::Instructions(_) if number >= 1e6 => format!("{:.1} M instr", number / 1e6),
            Self::Instructions(_) if number >= 1e4 => format!("{:.1} k instr", number / 1e3),
            Self::Instructions(count) => format!("{count} instr"),
            Self::Speed(_) => format!("{number:.0} MB/s"),
            Self::Rate(_) => format!("{number:.0} /s"),
            Self::Bytes(_) => format!("{:.1} MiB", number / 1_048_576.0),
            Self::Cpu(_) if number >= 1.0 => format!("{number:.2} CPU s"),
            Self::Cpu(_) => format!("{:.2} CPU ms", number * 1e3),
            Self::Time(_) if number >= 1.0 => format!("{number:.1} s"),
            Self::Time(_) if number >= 1e-3 => format!("{:.2} ms", number * 1e3),
            Self::Time(_) => format!("{:.2} µs", number * 1e6),
        };
        f.pad(&text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Pass,
    Over,
    Told,
    Skipped,
    Failed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "PASS",
            Self::Over => "OVER",
            Self::Told => "",
            Self::Skipped => "SKIPPED",
            Self::Failed => "FAILED",
        })
    }
}

/// Prints rows as they come, and keeps them.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Prints a row.
    pub(crate) fn add(&mut self, row: Row) {
        let amount = |amount: Option<Amount>| amount.map_or_else(String::new, |it| it.to_string());
        let limit = row.limit.map_or_else(String::new, Amount::as_limit);
        say(&format!(
            "  {:<53} {:>12} {limit:>15}  {:<8} {}",
            row.what,
            amount(row.measured),
            row.verdict(),
            row.how
        ));
        self.rows.push(row);
    }

    /// Whether something is over its limit, or could not be measured.
    pub(crate) fn is_bad(&self) -> bool {
        self.count(Verdict::Over) + self.count(Verdict::Failed) > 0
    }

    /// How many rows went which way.
    pub(crate) fn summary(&self) -> String {
        format!(
            "\n{} within their limits, {} over, {} failed, {} skipped",
            self.count(Verdict::Pass),
            self.count(Verdict::Over),
            self.count(Verdict::Failed),
            self.count(Verdict::Skipped)
        )
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict() == verdict).count()
    }
}

/// Prints a line.
#[expect(clippy::print_stdout, reason = "the one place here that prints; the table is the output")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
