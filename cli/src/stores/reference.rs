//! What a secret is called in a store, and back: the one rule for names without a reference of their own.

use strongroom_stores::Keys;

/// The reference of a secret's name: the same name. Where secrets have keys, `team/db` is the key `db` of `team`, and a name
/// without `/` has the key `value`.
pub(super) fn of_name(name: &str, keys: Keys) -> String {
    match keys {
        Keys::Several if !name.contains('/') => format!("{name}/{KEY}"),
        Keys::Several | Keys::One => name.to_owned(),
    }
}

/// The reference to a secret of a store, and what a secret of the vault would be called; none where no reference can be
/// written of it.
pub(super) fn of_item(name: &str, key: Option<&str>) -> Option<(String, String)> {
    if name.contains('#') || key.is_some_and(|key| key.contains(['#', '/'])) {
        return None;
    }
    let mut reference = name.to_owned();
    let mut called = name.to_owned();
    if let Some(key) = key {
        reference = format!("{name}/{key}");
        if key != KEY {
            called.clone_from(&reference);
        }
    }
    // The last `@` parts a version from the name, and an empty one means none.
    if reference.contains('@') {
        reference.push('@');
    }
    Some((reference, called))
}

/// The key of a secret whose name has none.
const KEY: &str = "value";

#[cfg(test)]
mod tests {
    use strongroom_stores::Reference;

    use super::*;

    #[test]
    fn a_name_has_a_reference_that_leads_back_to_it() {
        for keys in [Keys::One, Keys::Several] {
            for name in ["token", "team/db", "a/b/c", "a.b-c_d"] {
                let text = of_name(name, keys);
                let reference = Reference::parse(&text).expect("a reference");
                let (item, key) = reference.split(keys);
                assert_eq!(of_item(item, key), Some((text.clone(), name.to_owned())), "{keys:?}");
            }
        }
    }

    #[test]
    fn what_a_store_has_is_referred_to_by_exactly_its_name() {
        for (name, key) in [("a@b", None), ("a@b", Some("c@d")), ("a", Some("value"))] {
            let (text, _) = of_item(name, key).expect("a reference");
            let reference = Reference::parse(&text).expect("a reference");
            let keys = if key.is_some() { Keys::Several } else { Keys::One };
            assert_eq!((reference.split(keys), reference.version()), ((name, key), None));
        }
        assert_eq!(of_item("a#b", None), None);
        assert_eq!(of_item("a", Some("b/c")), None);
    }
}
