//! Today's date in UTC, as a value's `set` has it.

use std::time::{SystemTime, UNIX_EPOCH};

use strongroom_vault::Date;

/// The day that it is now.
pub(crate) fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date_of(since.as_secs() / (24 * 60 * 60))
}

/// The date of a day, counted from 1970-01-01.
///
/// Howard Hinnant's [`civil_from_days`](https://howardhinnant.github.io/date_algorithms.html):
/// years begin in March, so that the leap day is the last one, and every 400 of them have 146,097
/// days. A crate for dates would be the larger half of this command's own code.
fn date_of(days: u64) -> Date {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let small = |number: u64| u8::try_from(number).unwrap_or(1);
    Date {
        year: u16::try_from(year).unwrap_or(9999).min(9999),
        month: small(month),
        day: small(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (20_777, "2026-11-20"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date_of(days).to_string(), date);
        }
    }
}
