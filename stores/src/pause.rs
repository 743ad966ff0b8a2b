//! Pauses before something is asked again: growing, and different for everybody who waits.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// The pause after so many failed tries: between half and all of 100 ms, 200 ms, 400 ms, … up to two seconds.
///
/// The jitter keeps programs that failed together from coming back together.
pub(crate) fn after(tries: u32) -> Duration {
    let longest = FIRST.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1))).min(LONGEST);
    jittered(longest)
}

/// Something between half of a time and all of it.
pub(crate) fn jittered(longest: Duration) -> Duration {
    // A hasher's random key is the one source of chance that the standard library has, and good enough for this.
    let chance = RandomState::new().hash_one(0_u8) % 1024;
    let share = u32::try_from(chance).unwrap_or_default();
    longest / 2 + (longest / 2048).saturating_mul(share)
}

/// The pause that a server asks for in `Retry-After`, an hour at most; dates are not understood.
#[cfg(feature = "network")]
pub(crate) fn asked(seconds: &str) -> Option<Duration> {
    seconds.parse().ok().map(|seconds| Duration::from_secs(seconds).min(MOST_ASKED))
}

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);
#[cfg(feature = "network")]
const MOST_ASKED: Duration = Duration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_two_seconds_and_differ() {
        for (tries, longest) in [(1, 100), (2, 200), (3, 400), (6, 2000), (60, 2000)] {
            let longest = Duration::from_millis(longest);
            let pauses: Vec<Duration> = (0..50).map(|_| after(tries)).collect();
            assert!(
                pauses.iter().all(|pause| (longest / 2..=longest).contains(pause)),
                "{pauses:?}"
            );
            assert!(pauses.iter().any(|pause| pause != &pauses[0]));
        }
    }

    #[cfg(feature = "network")]
    #[test]
    fn no_server_asks_for_more_than_an_hour() {
        let seconds = |text| asked(text).map(|pause| pause.as_secs());
        assert_eq!(seconds("7"), Some(7));
        assert_eq!(seconds("18446744073709551615"), Some(3600));
        for no_number in ["18446744073709551616", "-1", "", "Fri, 31 Dec 1999 23:59:59 GMT"] {
            assert_eq!(seconds(no_number), None, "{no_number}");
        }
    }
}
