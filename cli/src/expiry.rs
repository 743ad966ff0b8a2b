//! Until when values are good: what `--expires` means, and what is about to expire.

use jiff::ToSpan;
use jiff::civil;
use strongroom_vault::{
    Date, Environment, Expired, Expiry, Index, Lookup, Origin, Secret, Shown, Value,
};

use crate::error::Error;
use crate::hints::set_command;
use crate::today::today;
use crate::ui;

/// What `--expires` says: `90d`, `12w`, `2027-01-31` or `never`.
pub(crate) fn read(word: Option<&str>) -> Result<Expiry, Error> {
    let Some(word) = word else { return Ok(Expiry::Unsaid) };
    if word == "never" {
        return Ok(Expiry::Never);
    }
    let day = in_so_many_days(word).or_else(|| day(word)).ok_or_else(|| {
        Error::usage(
            "--expires takes a number of days or weeks, or a day: 90d, 12w, 2027-01-31; or never",
        )
    })?;
    if day <= today() {
        return Err(Error::usage(format!("--expires: {day} is not after today, {}", today())));
    }
    Ok(Expiry::On(day))
}

fn in_so_many_days(word: &str) -> Option<Date> {
    let (number, days) = match (word.strip_suffix('d'), word.strip_suffix('w')) {
        (Some(number), _) => (number, 1),
        (_, Some(number)) => (number, 7),
        _ => return None,
    };
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let days: i64 = number.parse::<i64>().ok()?.checked_mul(days)?;
    (days <= MOST_DAYS).then(|| civil_of(today()).checked_add(days.days()).ok().map(date_of))?
}

fn day(word: &str) -> Option<Date> {
    let has_form = word.len() == "2027-01-31".len();
    has_form.then(|| word.parse::<civil::Date>().ok().map(date_of))?
}

/// A value that has expired or soon will.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expiring {
    pub(crate) name: String,
    /// The environment whose own value it is.
    pub(crate) environment: Environment,
    pub(crate) day: Date,
    /// Negative when it has expired.
    pub(crate) days_left: i32,
}

impl Expiring {
    pub(crate) fn is_expired(&self) -> bool {
        self.days_left <= 0
    }
}

/// The values of these environments that have expired, or will within two weeks; none where the vault says that this is
/// nobody's business.
pub(crate) fn expiring(index: &Index<'_>, environments: &[Environment]) -> Vec<Expiring> {
    let mut expiring = Vec::new();
    if index.build_expired() == Expired::Ignore {
        return expiring;
    }
    for secret in index.secrets() {
        for environment in environments {
            let Lookup::Found(value) = index.lookup_in(secret, environment) else { continue };
            let Some(day) = value.expires() else { continue };
            let days_left = days_until(day);
            let Ok(environment) = index.environment(value.environment()) else { continue };
            let found = Expiring { name: secret.name().to_owned(), environment, day, days_left };
            if days_left <= AHEAD && !expiring.contains(&found) {
                expiring.push(found);
            }
        }
    }
    expiring
}

/// Says what has expired or soon will, and what to do.
pub(crate) fn warn(index: &Index<'_>, expiring: &[Expiring]) {
    for each in expiring {
        let (name, environment, day) = (Shown(&each.name), &each.environment, each.day);
        let again = set_command(&each.name, [environment]);
        let when = match each.days_left {
            left if left <= 0 => format!("expired on {day}"),
            1 => format!("expires tomorrow, {day}"),
            left => format!("expires on {day}, in {left} days"),
        };
        let text = format!("`{name}` for `{environment}` {when}\nset a new one with: {again}");
        if each.is_expired() && index.build_expired() == Expired::Deny {
            ui::error(&Error::no(text));
        } else {
            ui::warn(&text);
        }
    }
}

/// Tells a person at a terminal which of the values that are handed out have expired. Nothing is held back: the day is a
/// reminder.
pub(crate) fn remind<'v>(
    index: &Index<'_>,
    handed_out: impl Iterator<Item = (&'v Secret<'v>, &'v Value<'v>)>,
) {
    if index.build_expired() == Expired::Ignore {
        return;
    }
    let today = today();
    let expired = handed_out.filter_map(|(secret, value)| {
        let day =
            value.expires().filter(|day| *day <= today && secret.origin() == Origin::Vault)?;
        Some((secret.name(), value.environment(), day))
    });
    let expired: Vec<(&str, &str, Date)> = expired.collect();
    let words = |(name, environment, day): &(&str, &str, Date)| {
        format!("`{}` for `{}` expired on {day}", Shown(name), Shown(environment))
    };
    let (text, then) = match expired.as_slice() {
        [] => return,
        [only @ (name, environment, _)] => {
            let own = index.environment(environment).ok();
            (words(only), format!("set a new one with: {}", set_command(name, own.as_ref())))
        }
        several => (
            several.iter().take(NAMED).map(words).collect::<Vec<_>>().join("\n"),
            match several.len().saturating_sub(NAMED) {
                0 => "see what to do with: strongroom check".to_owned(),
                more => format!("and {more} more: see them with: strongroom check"),
            },
        ),
    };
    ui::warn_person(&format!("{text}\n{then}"));
}

/// What is to be said of a day that was set: from when on somebody is reminded.
pub(crate) fn reminder(day: Date) -> &'static str {
    if days_until(day) > AHEAD {
        "`strongroom check` warns two weeks ahead"
    } else {
        "`strongroom check` warns from now on"
    }
}

/// What is to be said where another value took the place of one that had a day: it has none.
pub(crate) fn without_a_day(
    index: &Index<'_>,
    name: &str,
    environment: &Environment,
) -> Option<String> {
    let day = index.secret(name)?.value(environment.name())?.expires()?;
    Some(format!(
        "the former value of {name} for {environment} was good until {day}, the new one has no such day: say one with --expires"
    ))
}

/// The day of a value that is copied goes with it.
pub(crate) fn of_copy(value: &Value<'_>) -> Expiry {
    value.expires().map_or(Expiry::Unsaid, Expiry::On)
}

/// How many days there are until a day; negative after it.
pub(crate) fn days_until(day: Date) -> i32 {
    let days = civil_of(today()).until(civil_of(day)).map(|span| span.get_days());
    // Between any two days of these years there are fewer than 2^31.
    days.unwrap_or(i32::MAX)
}

/// A vault's reader takes no day that is none, so the first of January 1970 stands for nothing.
fn civil_of(date: Date) -> civil::Date {
    let small = |number: u8| i8::try_from(number).unwrap_or(1);
    let year = i16::try_from(date.year).unwrap_or(1970);
    civil::Date::new(year, small(date.month), small(date.day)).unwrap_or(civil::date(1970, 1, 1))
}

fn date_of(date: civil::Date) -> Date {
    let small = |number: i8| u8::try_from(number).unwrap_or(1);
    Date {
        year: u16::try_from(date.year()).unwrap_or(0),
        month: small(date.month()),
        day: small(date.day()),
    }
}

/// How many days ahead is soon.
pub(crate) const AHEAD: i32 = 14;

/// Values that are named where several have expired.
const NAMED: usize = 3;

/// A hundred years: more is a slip of the pen.
const MOST_DAYS: i64 = 36_525;
