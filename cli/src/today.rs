//! Today's date in UTC, as a value's `set` has it.

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
