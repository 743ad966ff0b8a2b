//! Today's date in UTC, as a value's `set` has it, and the time that an unlocked key ends by.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use strongroom_vault::Date;

/// The day that it is now.
pub(crate) fn today() -> Date {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or(1);
    Date {
        year: u16::try_from(now.year()).unwrap_or(0),
        month: small(now.month()),
        day: small(now.day()),
    }
}

/// Now, in seconds since 1970.
pub(crate) fn unix_now() -> u64 {
    u64::try_from(Timestamp::now().as_second()).unwrap_or(0)
}
