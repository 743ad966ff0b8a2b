//! The values of one load on their way into a struct.

use strongroom_vault::{Environment, Plaintext, TextType, fold};

use crate::declared::{Asked, Declared, Loadable, Secrets};
use crate::from_secret::FromSecret;
use crate::from_setting::FromSetting;
use crate::report::{LiesIn, LoadError, Report, SecretCause, SecretFailure};
use crate::stores::Kept;

/// The values of a struct's fields and of those nested in it, taken one after the other; collects what fails.
#[derive(Debug)]
pub struct Values {
    asked: Vec<Asked>,
    /// By position among what is asked for.
    loaded: Vec<Option<Plaintext>>,
    /// In which environment each value lies.
    lies_in: Vec<Option<LiesIn>>,
    /// Each name as the vault spells it, where that differs.
    spelled: Vec<Option<String>>,
    /// Which line of the vault each setting's value is from: an environment's name, or the default.
    scopes: Vec<Option<String>>,
    failures: Vec<(usize, SecretFailure)>,
    /// Which is taken next.
    next: usize,
}

impl Values {
    pub(crate) fn new(asked: Vec<Asked>) -> Self {
        let loaded = asked.iter().map(|_| None).collect();
        let lies_in = vec![None; asked.len()];
        let spelled = vec![None; asked.len()];
        let scopes = vec![None; asked.len()];
        Self { asked, loaded, lies_in, spelled, scopes, failures: Vec::new(), next: 0 }
    }

    /// What is asked for, in order.
    pub(crate) fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Notes how the vault spells a field's secret.
    pub(crate) fn spelled(&mut self, position: usize, name: &str) {
        if self.asked[position].name != name {
            self.spelled[position] = Some(name.to_owned());
        }
    }

    /// Notes in which environment a field's value lies.
    pub(crate) fn found(&mut self, position: usize, environment: Environment) {
        self.lies_in[position] = Some(LiesIn::Vault(environment));
    }

    /// Notes in which store a field's value lies, and for which environment the vault refers to it.
    pub(crate) fn found_kept(&mut self, kept: &Kept<'_>, environment: Environment) {
        let (store, reference) = (kept.store.to_owned(), kept.reference.to_owned());
        self.lies_in[kept.position] = Some(LiesIn::Store { environment, store, reference });
    }

    /// Notes that a field's value lies in the file of one's own values.
    pub(crate) fn found_mine(&mut self, position: usize) {
        self.lies_in[position] = Some(LiesIn::Mine);
    }

    /// Notes for which environment the vault has a setting, or that it is the default.
    pub(crate) fn found_for(&mut self, position: usize, scope: &str) {
        self.scopes[position] = Some(scope.to_owned());
    }

    /// Notes what a setting is where nobody gave it a value. False if the code does not say.
    pub(crate) fn put_default(&mut self, position: usize) -> bool {
        let Some(default) = self.asked[position].default else { return false };
        self.put(position, default.as_bytes().to_vec().into());
        true
    }

    /// Notes a field's value.
    pub(crate) fn put(&mut self, position: usize, value: Plaintext) {
        self.loaded[position] = Some(value);
    }

    /// Notes why a field has no value.
    pub(crate) fn fail(&mut self, position: usize, cause: SecretCause) {
        let lies_in = self.lies_in[position].take();
        let spelled = self.spelled[position].take();
        let failure = SecretFailure::new(&self.asked[position], spelled, cause, lies_in);
        self.failures.push((position, failure));
    }

    /// Makes the struct, or gives what failed in the order of the fields.
    pub(crate) fn build<S: Loadable>(mut self) -> Result<S, Vec<SecretFailure>> {
        match S::build(&mut self) {
            Some(secrets) if self.failures.is_empty() => Ok(secrets),
            _ => Err(self.into_failures()),
        }
    }

    /// The values in the order in which they were asked for, or what failed.
    #[cfg(feature = "resolve")]
    pub(crate) fn into_loaded(self) -> Result<Vec<Plaintext>, Vec<SecretFailure>> {
        if !self.complete() {
            return Err(self.into_failures());
        }
        // What is not optional has a value, or has failed.
        Ok(self.loaded.into_iter().flatten().collect())
    }

    /// What failed, in the order of the fields.
    pub(crate) fn into_failures(mut self) -> Vec<SecretFailure> {
        self.failures.sort_by_key(|(position, _)| *position);
        self.failures.into_iter().map(|(_, failure)| failure).collect()
    }

    /// Makes a struct of values that are given by name; one that several fields name goes to each.
    pub(crate) fn given<S: Loadable, N: AsRef<str>, V: AsRef<[u8]>>(
        declared: &'static Declared,
        given: impl IntoIterator<Item = (N, V)>,
    ) -> Result<S, LoadError> {
        let mut values = Values::new(declared.asked());
        let names: Vec<String> = values.asked.iter().map(|asked| fold(&asked.name)).collect();
        let mut unknown = Vec::new();
        for (name, value) in given {
            let folded = fold(name.as_ref());
            if !names.contains(&folded) {
                unknown.push(name.as_ref().to_owned());
            }
            for (position, _) in names.iter().enumerate().filter(|(_, name)| **name == folded) {
                values.put(position, value.as_ref().to_vec().into());
            }
        }
        for position in 0..names.len() {
            if values.loaded[position].is_none()
                && !values.asked[position].is_optional
                && !values.put_default(position)
            {
                values.fail(position, SecretCause::NotGiven);
            }
        }
        let mut report = Report::new(declared, names.len());
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

    /// The value of the next field, which must have one.
    pub fn required<T: FromSecret>(&mut self) -> Slot<T> {
        let value = self.take().and_then(|(position, value)| self.read(position, value));
        Slot { value, wipe: T::wipe }
    }

    /// The value of the next field, which may have none.
    pub fn optional<T: FromSecret>(&mut self) -> Slot<Option<T>> {
        let value = match self.take() {
            None => Some(None),
            Some((position, value)) => self.read(position, value).map(Some),
        };
        Slot { value, wipe: wipe_optional }
    }

    /// The next field, a struct of secrets, which takes its own values.
    pub fn nested<T: Secrets>(&mut self) -> Slot<T> {
        Slot { value: T::build(self), wipe: leave }
    }

    /// The setting of the next field, which must have a value.
    pub fn setting<T: FromSetting>(&mut self) -> Slot<T> {
        let value = self.take().and_then(|(position, text)| self.read_setting(position, &text));
        Slot { value, wipe: leave }
    }

    /// The setting of the next field, which may have no value.
    pub fn optional_setting<T: FromSetting>(&mut self) -> Slot<Option<T>> {
        let value = match self.take() {
            None => Some(None),
            Some((position, text)) => self.read_setting(position, &text).map(Some),
        };
        Slot { value, wipe: leave }
    }

    /// Whether every field that was asked for has what it must have.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.failures.is_empty()
    }

    fn take(&mut self) -> Option<(usize, Plaintext)> {
        let position = self.next;
        self.next += 1;
        Some((position, self.loaded.get_mut(position)?.take()?))
    }

    fn read<T: FromSecret>(&mut self, position: usize, value: Plaintext) -> Option<T> {
        match T::from_secret(value) {
            Ok(value) => Some(value),
            Err(error) => {
                let type_name = self.asked[position].type_name;
                self.fail(position, SecretCause::Invalid { type_name, error });
                None
            }
        }
    }
}

impl Values {
    fn read_setting<T: FromSetting>(&mut self, position: usize, text: &Plaintext) -> Option<T> {
        let text = text.as_str();
        let read = text.map_err(|_| TextType::Text.expected().into());
        match read.and_then(T::from_setting) {
            Ok(value) => Some(value),
            Err(error) => {
                let type_name = self.asked[position].type_name;
                let scope = self.scopes[position].take();
                let text = text.unwrap_or("bytes that are no text").to_owned();
                self.fail(position, SecretCause::InvalidSetting { type_name, scope, text, error });
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

/// Leaves a field as it is: a nested struct wipes itself when it is dropped, and a setting is no secret.
pub fn leave<T>(_field: &mut T) {}
