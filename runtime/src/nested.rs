//! The build check of a nested struct. The macro sees the outer struct's fields only, so the compiler itself evaluates
//! this one: a constant that cannot be had without every value.

use crate::declared::{Declared, Field};

/// An environment, and names of secrets that have something in common there.
#[derive(Debug)]
pub struct Checked {
    /// The environment's name.
    pub name: &'static str,
    /// Its type.
    pub kind: &'static str,
    /// The names, folded and sorted, one in each line.
    pub secrets: &'static str,
}

/// What the vault has, by environment.
#[derive(Debug)]
pub struct Found<'a> {
    /// What is set in each environment that counts.
    pub checked: &'a [Checked],
    /// What lies under another data key.
    pub elsewhere: &'a [Checked],
    /// What has expired, where that is an error.
    pub expired: &'a [Checked],
    /// What a store keeps that the vault does not declare.
    pub stray: &'a [Checked],
    /// What is not set and a deposit waits for.
    pub waiting: &'a [Checked],
}

/// Refuses to be evaluated while a secret of a nested struct has no value; the compiler shows the message at the field.
///
/// # Panics
///
/// With everything that is missing, each with the command that sets it.
#[track_caller]
pub const fn check_nested(
    declared: &'static Declared,
    prefix: &str,
    type_name: &str,
    found: &Found<'_>,
) {
    let mut report = Report { text: Text::new(), type_name, found };
    report.check(declared, &Text::new(), &Text::new().and(prefix));
    assert!(report.text.length == 0, "{}", report.text.as_str());
}

/// A message in the making.
struct Report<'a> {
    text: Text<MESSAGE>,
    type_name: &'a str,
    found: &'a Found<'a>,
}

impl Report<'_> {
    const fn check(&mut self, declared: &'static Declared, way: &Text<NAME>, prefix: &Text<NAME>) {
        let mut at = 0;
        while at < declared.fields.len() {
            let field = &declared.fields[at];
            let (way, name) = (way.and(field.ident), prefix.and(field.name));
            match field.nested {
                Some(nested) => self.check(nested, &way.and("."), &name),
                None => self.check_secret(field, &way, &name),
            }
            at += 1;
        }
    }

    const fn check_secret(&mut self, field: &Field, way: &Text<NAME>, name: &Text<NAME>) {
        let missing = Which { among: self.found.checked, name, holds: false };
        if !field.is_optional && missing.count(TYPE) + missing.count(NAMED) > 0 {
            self.begin("secret `", way, name);
            self.text.push(") has no value for ");
            missing.describe(&mut self.text);
            let waiting = Which { among: self.found.waiting, name, holds: true };
            let waits = waiting.count(TYPE) + waiting.count(NAMED) > 0;
            if waits {
                self.text.push("\nonly a deposit waits for ");
                waiting.describe(&mut self.text);
                self.text.push("\na holder types: strongroom accept ");
                self.text.push_text(name);
            }
            self.text.push(if waits { "\nor set" } else { "\nset" });
            self.text.push(" one with: strongroom set");
            missing.flags(&mut self.text);
            self.text.push(" ");
            self.text.push_text(name);
        }
        // Also where the field is an `Option`: somebody gave a value, and loading refuses it as well.
        self.again(
            Which { among: self.found.elsewhere, name, holds: true },
            way,
            "` lies under another data key (a merge with a rotation, an edited [environments], or an altered line)\n\
             look who set it, then seal it again: strongroom reseal ",
            Remedy::Reseal,
        );
        let expired = Which { among: self.found.expired, name, holds: true };
        self.again(expired, way, "` has expired\nset a new one with: strongroom set", Remedy::Set);
        self.again(
            Which { among: self.found.stray, name, holds: true },
            way,
            "` is kept in a store that the vault does not declare\n\
             declare it with: strongroom store add STORE --kind KIND\n\
             or link it elsewhere: strongroom link",
            Remedy::Link,
        );
    }

    /// Says in each of these environments what is wrong with the value, and how it is set again.
    const fn again(&mut self, which: Which<'_>, way: &Text<NAME>, wrong: &str, remedy: Remedy) {
        let mut at = 0;
        while at < which.among.len() {
            let each = &which.among[at];
            if which.has(each) {
                self.begin("the value of `", way, which.name);
                self.text.push(") for `");
                self.text.push(each.name);
                self.text.push(wrong);
                if matches!(remedy, Remedy::Reseal) {
                    self.text.push_text(which.name);
                    self.text.push("\nor set another value with: strongroom set");
                }
                self.text.push(if is_named(each) { " --env " } else { " --type " });
                self.text.push(each.name);
                self.text.push(" ");
                self.text.push_text(which.name);
                if matches!(remedy, Remedy::Link) {
                    self.text.push(" STORE:REFERENCE");
                }
            }
            at += 1;
        }
    }

    const fn begin(&mut self, what: &str, way: &Text<NAME>, name: &Text<NAME>) {
        if self.text.length > 0 {
            self.text.push("\n");
        }
        self.text.push(what);
        self.text.push_text(name);
        self.text.push("` (field `");
        self.text.push_text(way);
        self.text.push("` of `");
        self.text.push(self.type_name);
        self.text.push("`");
    }
}

/// What helps where a value does not count.
#[derive(Clone, Copy)]
enum Remedy {
    /// Another value.
    Set,
    /// The same one, sealed again; or another.
    Reseal,
    /// A reference to another store.
    Link,
}

/// The environments among these that hold a name, or those that do not.
#[derive(Clone, Copy)]
struct Which<'a> {
    among: &'a [Checked],
    name: &'a Text<NAME>,
    holds: bool,
}

/// Environment types under their own names, and named environments.
const TYPE: bool = false;
const NAMED: bool = true;

impl Which<'_> {
    const fn has(&self, each: &Checked) -> bool {
        holds(each.secrets.as_bytes(), self.name) == self.holds
    }

    const fn count(&self, named: bool) -> usize {
        let (mut at, mut count) = (0, 0);
        while at < self.among.len() {
            if is_named(&self.among[at]) == named && self.has(&self.among[at]) {
                count += 1;
            }
            at += 1;
        }
        count
    }

    /// Lists the types, and then the named environments.
    const fn describe(&self, text: &mut Text<MESSAGE>) {
        let (types, named) = (self.count(TYPE), self.count(NAMED));
        if types > 0 {
            text.push(if types == 1 { "environment type " } else { "environment types " });
            self.list(TYPE, types, text);
        }
        if types > 0 && named > 0 {
            text.push(" and ");
        }
        if named > 0 {
            text.push(if named == 1 { "environment " } else { "environments " });
            self.list(NAMED, named, text);
        }
    }

    const fn list(&self, named: bool, count: usize, text: &mut Text<MESSAGE>) {
        let (mut at, mut listed) = (0, 0);
        while at < self.among.len() {
            let each = &self.among[at];
            if is_named(each) == named && self.has(each) {
                text.push(match listed {
                    0 => "",
                    _ if listed + 1 == count => " and ",
                    _ => ", ",
                });
                text.push("`");
                text.push(each.name);
                text.push("`");
                if named {
                    text.push(" (type `");
                    text.push(each.kind);
                    text.push("`)");
                }
                listed += 1;
            }
            at += 1;
        }
    }

    /// The flags of the command that sets a value in all of these.
    const fn flags(&self, text: &mut Text<MESSAGE>) {
        self.flags_of(TYPE, " --type ", text);
        self.flags_of(NAMED, " --env ", text);
    }

    const fn flags_of(&self, named: bool, flag: &str, text: &mut Text<MESSAGE>) {
        let (mut at, mut listed) = (0, 0);
        while at < self.among.len() {
            let each = &self.among[at];
            // A value for a type is one for its named environments.
            let is_covered = named && self.has_type(each.kind);
            if is_named(each) == named && self.has(each) && !is_covered {
                text.push(if listed == 0 { flag } else { "," });
                text.push(each.name);
                listed += 1;
            }
            at += 1;
        }
    }

    const fn has_type(&self, kind: &str) -> bool {
        let mut at = 0;
        while at < self.among.len() {
            let each = &self.among[at];
            if is_same(each.name, kind) && self.has(each) {
                return true;
            }
            at += 1;
        }
        false
    }
}

const fn is_named(checked: &Checked) -> bool {
    !is_same(checked.name, checked.kind)
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Whether sorted lines of folded names hold a name in any spelling. Halves what is left with each look, as the compiler
/// warns of constants that take it long.
const fn holds(lines: &[u8], name: &Text<NAME>) -> bool {
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let mut start = usize::midpoint(low, high);
        while start > low && lines[start - 1] != b'\n' {
            start -= 1;
        }
        let (mut at, mut own) = (start, 0);
        let order = loop {
            while own < name.length && matches!(name.bytes[own], b'_' | b'-' | b'.') {
                own += 1;
            }
            let ended = at == lines.len() || lines[at] == b'\n';
            match (own == name.length, ended) {
                (true, true) => return true,
                (true, false) => break false,
                (false, true) => break true,
                (false, false) => {}
            }
            let byte = name.bytes[own].to_ascii_lowercase();
            if byte != lines[at] {
                break byte > lines[at];
            }
            at += 1;
            own += 1;
        };
        if order {
            while at < high && lines[at] != b'\n' {
                at += 1;
            }
            low = at + 1;
        } else {
            high = start;
        }
    }
    false
}

/// Text in a constant, which has no memory to grow in; what is too long is cut.
#[derive(Clone, Copy)]
struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    const fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    const fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    const fn push_text<const M: usize>(&mut self, text: &Text<M>) {
        self.push_bytes(text.bytes.split_at(text.length).0);
    }

    const fn push_bytes(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() && self.length < N {
            self.bytes[self.length] = bytes[at];
            self.length += 1;
            at += 1;
        }
    }

    const fn and(&self, text: &str) -> Self {
        let mut longer = *self;
        longer.push(text);
        longer
    }

    const fn as_str(&self) -> &str {
        let mut length = self.length;
        // Cut within a character, the text ends before it.
        loop {
            match std::str::from_utf8(self.bytes.split_at(length).0) {
                Ok(text) => return text,
                Err(error) => length = error.valid_up_to(),
            }
        }
    }
}

/// Bytes of a name with its prefixes, or of the way to a field: no name in a vault has more than 253.
const NAME: usize = 1 << 10;

/// Bytes of a message: some fifty missing secrets.
const MESSAGE: usize = 1 << 13;

#[cfg(test)]
mod tests {
    use super::*;

    const fn text(name: &str) -> Text<NAME> {
        Text::new().and(name)
    }

    #[test]
    fn every_name_is_found_among_sorted_lines_and_no_other() {
        let names: Vec<String> = (0..200).map(|number| format!("name{number}of")).collect();
        for count in [0, 1, 2, 3, 10, 199, 200] {
            let mut some = names[..count].to_vec();
            some.sort_unstable();
            let lines = some.join("\n");
            for (at, name) in names.iter().enumerate() {
                let spelled = text(&name.to_uppercase().replace("OF", "-_.of"));
                assert_eq!(holds(lines.as_bytes(), &spelled), at < count, "{name} of {count}");
            }
            for other in ["", "name", "name1", "name10off", "name99o", "z", "a", "name\n"] {
                assert!(!holds(lines.as_bytes(), &text(other)), "{other} of {count}");
            }
        }
    }

    #[test]
    fn a_message_that_is_too_long_ends_before_the_character_that_is_cut() {
        let mut text: Text<8> = Text::new();
        text.push("1234567ß");
        assert_eq!(text.as_str(), "1234567");
    }
}
