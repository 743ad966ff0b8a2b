//! A calendar day, as in a value's `set`.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the proleptic Gregorian calendar, in UTC where a command writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year, from 0 to 9999.
    pub year: u16,
    /// The month, from 1 to 12.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Date {
    /// The day that it is now in UTC, as far as the machine's clock knows.
    ///
    /// The macro asks this too, so it is told without a library: the algorithm is `civil_from_days` of
    /// <https://howardhinnant.github.io/date_algorithms.html>.
    #[must_use]
    pub fn today() -> Self {
        let seconds =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::of_days(seconds / SECONDS_OF_A_DAY)
    }

    fn of_days(since_1970: u64) -> Self {
        // Years that begin in March: the leap day is the last one of a year, and eras of 400 years are alike.
        let days = since_1970 + DAYS_FROM_0000_03_01_TO_1970;
        let (era, day) = (days / DAYS_OF_AN_ERA, days % DAYS_OF_AN_ERA);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        let (is_new_year, month_of_year) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
        Self {
            year: u16::try_from(400 * era + year + is_new_year).unwrap_or(u16::MAX),
            month: small(month_of_year),
            day: small(day - (153 * month + 2) / 5 + 1),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const SECONDS_OF_A_DAY: u64 = 86_400;
const DAYS_FROM_0000_03_01_TO_1970: u64 = 719_468;
const DAYS_OF_AN_ERA: u64 = 146_097;

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_become_dates() {
        let of = |days| Date::of_days(days).to_string();
        assert_eq!(of(0), "1970-01-01");
        assert_eq!(of(11_016), "2000-02-29");
        assert_eq!(of(11_017), "2000-03-01");
        assert_eq!(of(20_453), "2025-12-31");
        assert_eq!(of(20_454), "2026-01-01");
        assert_eq!(of(47_541), "2100-03-01");
        assert_eq!(of(2_932_896), "9999-12-31");
    }

    #[cfg(unix)]
    #[test]
    fn today_is_the_day_that_the_system_says() {
        let system = || {
            let date = std::process::Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
            String::from_utf8(date.expect("`date`").stdout).expect("a date").trim().to_owned()
        };
        // Midnight may lie between.
        let (before, today, after) = (system(), Date::today().to_string(), system());
        assert!(before <= today && today <= after, "{before} {today} {after}");
    }
}
