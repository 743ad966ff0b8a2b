//! Which deposits a command means: those of names, of codes, of environments, or all.

use strongroom_vault::{Code, Deposit, Environment, Index, Shown, fold, nearest};

use crate::environments::Several;
use crate::error::{Error, listed};

/// The deposits that are meant.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    #[command(flatten)]
    environments: Several,

    /// Take every deposit that waits
    #[arg(long, conflicts_with = "words")]
    all: bool,

    /// Names of secrets, or codes of deposits
    #[arg(value_name = "NAME|CODE")]
    words: Vec<String>,
}

impl Which {
    /// Whether it was said which ones, and not only for which environments.
    pub(crate) fn is_said(&self) -> bool {
        self.all || !self.words.is_empty()
    }

    /// Whether single ones were named, and not all of them.
    pub(crate) fn names_some(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether it was said by codes alone which ones.
    pub(crate) fn has_codes_alone(&self, chosen: &[&Deposit<'_>]) -> bool {
        let is_code = |word: &String| {
            let code = Code::parse(word).map(|code| code.plain());
            chosen.iter().any(|deposit| Some(deposit.code()) == code.as_deref())
        };
        self.names_some() && self.words.iter().all(is_code)
    }

    /// The deposits, sorted by name and environment, each once; at least one.
    pub(crate) fn choose<'i, 't>(
        &self,
        index: &'i Index<'t>,
    ) -> Result<Vec<&'i Deposit<'t>>, Error> {
        let environments = self.environments.pick(index)?;
        let is_there = |deposit: &&Deposit<'_>| {
            let has = |each: &Environment| each.name() == deposit.environment();
            environments.is_empty() || environments.iter().any(has)
        };
        let waiting = index.deposits().waiting().iter().filter(is_there);
        let mut waiting: Vec<&Deposit<'_>> = waiting.collect();
        if waiting.is_empty() {
            let names = environments.iter().map(Environment::name);
            return Err(Error::no(match environments.len() {
                0 => "no deposit waits".to_owned(),
                _ => format!("no deposit waits for {}", listed(names)),
            }));
        }
        if !self.words.is_empty() {
            let mut chosen: Vec<&str> = Vec::new();
            for word in &self.words {
                chosen.extend(meant_by(word, &waiting)?);
            }
            waiting.retain(|deposit| chosen.contains(&deposit.code()));
        }
        waiting.sort_by_key(|each| (fold(each.name()), each.environment(), each.left()));
        Ok(waiting)
    }
}

/// The codes of the deposits that a word means: a code, or a secret's name in any spelling.
fn meant_by<'i>(word: &str, waiting: &[&'i Deposit<'_>]) -> Result<Vec<&'i str>, Error> {
    let code = Code::parse(word).map(|code| code.plain());
    let has_code = |deposit: &&&Deposit<'_>| Some(deposit.code()) == code.as_deref();
    if let Some(deposit) = waiting.iter().find(has_code) {
        return Ok(vec![deposit.code()]);
    }
    let folded = fold(word);
    let named = waiting.iter().filter(|deposit| fold(deposit.name()) == folded);
    let named: Vec<&str> = named.map(|deposit| deposit.code()).collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let error = Error::no(format!("no deposit waits under the name or the code `{}`", Shown(word)));
    Err(match nearest(word, waiting.iter().map(|deposit| deposit.name())) {
        Some(near) => error.with_hint(format!("did you mean `{}`?", Shown(near))),
        None => error.with_hint("see those that wait with: strongroom list"),
    })
}
