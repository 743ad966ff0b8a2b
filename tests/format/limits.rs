//! The limits are those of the page of the format, so that two implementations take the same files.

use strongroom_vault::limits;

/// A number as the page has it.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of bytes as the page has it: whole halves of a unit.
fn binary(bytes: usize) -> String {
    let (unit, name) = if bytes >= 1 << 20 { (1 << 20, "MiB") } else { (1 << 10, "KiB") };
    assert!(bytes.is_multiple_of(unit / 2), "{bytes}");
    let half = if bytes.is_multiple_of(unit) { "" } else { ".5" };
    format!("{}{half} {name}", bytes / unit)
}

fn of(number: u32) -> String {
    grouped(usize::try_from(number).expect("32 bits"))
}

#[test]
fn the_limits_are_those_of_the_page_of_the_format() {
    let page = include_str!("../../docs/format.md");
    let (_, table) = page.split_once("\n## Limits\n").expect("a heading");
    let (table, _) = table.split_once("\n## ").expect("the next one");
    let row = |what: &str| {
        let begin = format!("| {what}");
        let line = table.lines().find(|line| line.starts_with(&begin));
        line.and_then(|line| line.split(" | ").nth(1)).unwrap_or_else(|| panic!("no row {what}"))
    };
    let (memory, passes, lanes) = (limits::MEMORY_KIB, limits::PASSES, limits::LANES);
    let most = usize::try_from(limits::MEMORY_PASSES).expect("it fits");
    let rows = [
        ("file |", binary(limits::FILE_BYTES)),
        ("nesting", format!("{}, the file itself", limits::NESTING)),
        ("the name of a secret or a setting", format!("{} bytes", limits::SECRET_NAME_BYTES)),
        ("names of", format!("{} bytes", limits::OTHER_NAME_BYTES)),
        ("settings, those in", grouped(limits::PLAIN_SETTINGS)),
        ("named environments", format!("{} each", limits::ENVIRONMENTS)),
        ("opening brackets", format!("{}:", grouped(limits::TABLES))),
        ("`=` and `,`", grouped(limits::ENTRIES)),
        (
            "holders",
            format!(
                "{}, of which {} with a passphrase",
                grouped(limits::HOLDERS),
                limits::PASSPHRASE_HOLDERS
            ),
        ),
        (
            "deposits that wait",
            format!("{}; {}", grouped(limits::DEPOSITS), limits::OLDER_DEPOSIT_KEYS),
        ),
        ("retired keys", format!("{}; {}", limits::RETIRED, grouped(limits::REMOVED))),
        ("a value,", binary(limits::VALUE_BYTES)),
        ("`delivered`", binary(limits::DELIVERED_BYTES)),
        ("a deposit |", binary(limits::DEPOSIT_BYTES)),
        ("other strings", binary(limits::STRING_BYTES)),
        ("numbers", format!("1 to 2^{} − 1", u64::from(limits::NUMBER).count_ones())),
        ("generations", format!("1 to 2^{} − 1", limits::GENERATION.count_ones())),
        (
            "Argon2id memory",
            format!(
                "{} to {} KiB; {} to {}; {} to {}; memory × passes at most {}",
                of(memory.0),
                of(memory.1),
                passes.0,
                passes.1,
                lanes.0,
                lanes.1,
                grouped(most)
            ),
        ),
        ("a new passphrase", format!("at least {} characters", limits::PASSPHRASE_CHARACTERS)),
    ];
    for (what, limit) in rows {
        assert!(row(what).starts_with(&limit), "{what}: {limit}, and the page has {}", row(what));
    }
    let counted = format!("of a file above {}", binary(limits::UNCOUNTED_BYTES));
    assert!(table.contains(&counted), "{counted}");
    for all_ones in [u64::from(limits::NUMBER), u64::from(limits::GENERATION)] {
        assert!((all_ones + 1).is_power_of_two());
    }
    let tries = ["no", "one", "two", "three", "four"][limits::PASSPHRASE_TRIES];
    assert!(page.contains(&format!("At most {tries} holders with a passphrase are tried")));
}
