//! Who may see which secrets of which store.

use std::collections::BTreeMap;

/// Rules by store: where a store has none, everything in it may be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scopes {
    by_store: BTreeMap<String, Vec<Scope>>,
}

/// What may be seen of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// What holds for a name that is in neither list.
    pub(crate) allows_others: bool,
    /// Where it is not empty: only these.
    pub(crate) allowed: Vec<String>,
    /// Else not these.
    pub(crate) denied: Vec<String>,
}

impl Scopes {
    /// The rules of some stores.
    ///
    /// # Errors
    ///
    /// One store has two.
    pub(crate) fn new(rules: impl IntoIterator<Item = (String, Scope)>) -> Result<Self, String> {
        let mut by_store = BTreeMap::new();
        for (store, scope) in rules {
            if by_store.insert(store.clone(), vec![scope]).is_some() {
                return Err(format!("two scopes are for the store `{store}`\nmake one of them"));
            }
        }
        Ok(Self { by_store })
    }

    /// Both: what one of them denies is denied.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (store, scopes) in &other.by_store {
            both.by_store.entry(store.clone()).or_default().extend(scopes.iter().cloned());
        }
        both
    }

    /// Whether a secret may be seen.
    pub(crate) fn allows(&self, store: &str, name: &str) -> bool {
        self.by_store.get(store).is_none_or(|scopes| scopes.iter().all(|scope| scope.allows(name)))
    }
}

impl Scope {
    fn allows(&self, name: &str) -> bool {
        let is_among = |patterns: &[String]| patterns.iter().any(|it| matches(it, name));
        if !self.allowed.is_empty() {
            return is_among(&self.allowed);
        }
        if is_among(&self.denied) { false } else { self.allows_others }
    }
}

/// Whether a name fits a pattern, in which `*` stands for any number of any characters.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_number_of_characters() {
        for (pattern, name, fits) in [
            ("shop-*", "shop-db", true),
            ("shop-*", "shop-", true),
            ("shop-*", "xshop-db", false),
            ("*-key", "a-key", true),
            ("*-key", "a-keys", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("**", "", true),
            ("*", "anything/at all", true),
            ("db", "DB", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn a_list_of_what_is_allowed_goes_before_everything_else() {
        let scope = |allows_others, allowed: &[&str], denied: &[&str]| Scope {
            allows_others,
            allowed: allowed.iter().map(|it| (*it).to_owned()).collect(),
            denied: denied.iter().map(|it| (*it).to_owned()).collect(),
        };
        assert!(scope(false, &["a"], &["a"]).allows("a"));
        assert!(!scope(true, &["a"], &[]).allows("b"));
        assert!(!scope(true, &[], &["b"]).allows("b"));
        assert!(scope(true, &[], &["b"]).allows("a"));
        assert!(!scope(false, &[], &[]).allows("a"));
        let one = Scopes::new([("s".to_owned(), scope(true, &[], &["b"]))]).expect("one store");
        let other = Scopes::new([("s".to_owned(), scope(true, &["a", "b"], &[]))]).expect("one");
        let both = one.and(&other);
        assert!(both.allows("s", "a") && !both.allows("s", "b") && both.allows("t", "z"));
    }
}
