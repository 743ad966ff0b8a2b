//! The values of one load on their way into a struct.

use strongroom_vault::{Environment, Plaintext, fold};

use crate::declared::{Declared, Secrets};
use crate::from_secret::FromSecret;
use crate::report::{LiesIn, LoadError, Report, SecretCause, SecretFailure};

/// The values of a struct's fields, each of which is taken once; collects what fails.
#[derive(Debug)]
pub struct Values<'a> {
    declared: &'a Declared,
    /// By position among the declared fields.
    loaded: Vec<Option<Plaintext>>,
    /// In which environment each value lies.
    lies_in: Vec<Option<LiesIn>>,
    failures: Vec<SecretFailure>,
    /// Whether a field failed for a reason that is reported elsewhere.
    incomplete: bool,
}

impl<'a> Values<'a> {
    pub(crate) fn new(declared: &'a Declared) -> Self {
        let loaded = declared.fields.iter().map(|_| None).collect();
        let lies_in = vec![None; declared.fields.len()];
        Self { declared, loaded, lies_in, failures: Vec::new(), incomplete: false }
    }

    /// Notes in which environment a field's value lies.
    pub(crate) fn found(&mut self, position: usize, environment: Environment) {
        self.lies_in[position] = Some(LiesIn::Vault(environment));
    }

    /// Notes that a field's value lies in the file of one's own values.
    pub(crate) fn found_mine(&mut self, position: usize) {
        self.lies_in[position] = Some(LiesIn::Mine);
    }

    /// Notes a field's value.
    pub(crate) fn put(&mut self, position: usize, value: Plaintext) {
        self.loaded[position] = Some(value);
    }

    /// Notes why a field has no value.
    pub(crate) fn fail(&mut self, position: usize, cause: SecretCause) {
        let field = &self.declared.fields[position];
        self.failures.push(SecretFailure::new(field, cause, self.lies_in[position].take()));
    }

    /// Notes that not every field can have a value, for a reason that is reported for all of them at once.
    pub(crate) fn give_up(&mut self) {
        self.incomplete = true;
    }

    /// Makes the struct, or gives what failed in the order of the fields.
    pub(crate) fn build<S: Secrets>(mut self) -> Result<S, Vec<SecretFailure>> {
        if self.incomplete {
            return Err(self.sorted_failures());
        }
        match S::build(&mut self) {
            Some(secrets) if self.failures.is_empty() => Ok(secrets),
            _ => Err(self.sorted_failures()),
        }
    }

    fn sorted_failures(mut self) -> Vec<SecretFailure> {
        let place = |failure: &SecretFailure| {
            self.declared.fields.iter().position(|field| field.field == failure.field())
        };
        self.failures.sort_by_key(place);
        self.failures
    }

    /// Makes a struct of values that are given by name.
    pub(crate) fn given<S: Secrets, N: AsRef<str>, V: AsRef<[u8]>>(
        declared: &Declared,
        given: impl IntoIterator<Item = (N, V)>,
    ) -> Result<S, LoadError> {
        let mut values = Values::new(declared);
        let mut unknown = Vec::new();
        for (name, value) in given {
            let folded = fold(name.as_ref());
            match declared.fields.iter().position(|field| fold(field.name) == folded) {
                Some(position) => values.put(position, value.as_ref().to_vec().into()),
                None => unknown.push(name.as_ref().to_owned()),
            }
        }
        for (position, field) in declared.fields.iter().enumerate() {
            if values.loaded[position].is_none() && !field.optional {
                values.fail(position, SecretCause::NotGiven);
            }
        }
        let mut report = Report::given(declared);
        report.unknown = unknown;
        match values.build() {
            Ok(secrets) if report.unknown.is_empty() => Ok(secrets),
            Ok(_) => Err(report.into()),
            Err(failures) => {
                report.failures = failures;
                Err(report.into())
            }
        }
    }

    /// The value of a field that must have one.
    pub fn required<T: FromSecret>(&mut self, field: &'static str) -> Slot<T> {
        let value = self.take(field).and_then(|(position, value)| self.read(position, value));
        Slot { value, wipe: T::wipe }
    }

    /// The value of a field that may have none.
    pub fn optional<T: FromSecret>(&mut self, field: &'static str) -> Slot<Option<T>> {
        let value = match self.take(field) {
            None => Some(None),
            Some((position, value)) => self.read(position, value).map(Some),
        };
        Slot { value, wipe: wipe_optional }
    }

    /// Whether every field that was asked for has what it must have.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.failures.is_empty()
    }

    fn take(&mut self, field: &str) -> Option<(usize, Plaintext)> {
        let position = self.declared.fields.iter().position(|known| known.field == field)?;
        Some((position, self.loaded[position].take()?))
    }

    fn read<T: FromSecret>(&mut self, position: usize, value: Plaintext) -> Option<T> {
        match T::from_secret(value) {
            Ok(value) => Some(value),
            Err(error) => {
                let type_name = self.declared.fields[position].type_name;
                self.fail(position, SecretCause::Invalid { type_name, error });
                None
            }
        }
    }
}

/// One loaded field; wipes what it still holds when it is dropped.
pub struct Slot<T> {
    value: Option<T>,
    wipe: fn(&mut T),
}

impl<T> Slot<T> {
    /// Gives the value away, once.
    pub fn take(&mut self) -> Option<T> {
        self.value.take()
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        if let Some(value) = &mut self.value {
            (self.wipe)(value);
        }
    }
}

impl<T> std::fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot([hidden])")
    }
}

/// Overwrites a field.
pub fn wipe<T: FromSecret>(field: &mut T) {
    field.wipe();
}

/// Overwrites a field that may be empty.
pub fn wipe_optional<T: FromSecret>(field: &mut Option<T>) {
    if let Some(value) = field {
        value.wipe();
    }
}
