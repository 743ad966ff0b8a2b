//! Today's date in UTC, as a value's `set` has it, and the time that an unlocked key ends by.

use jiff::Timestamp;
use strongroom_vault::Date;

/// The day that it is now.
pub(crate) fn today() -> Date {
    Date::today()
}

/// Now, in seconds since 1970.
pub(crate) fn unix_now() -> u64 {
    u64::try_from(Timestamp::now().as_second()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    #[test]
    fn it_is_the_day_that_a_library_of_dates_knows() {
        let day = || Timestamp::now().to_zoned(TimeZone::UTC).date().to_string();
        let (before, today, after) = (day(), super::today().to_string(), day());
        assert!([before, after].contains(&today), "{today}");
    }
}
