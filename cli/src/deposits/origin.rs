//! Where a deposit or a value comes from, as far as git knows: the commit that brought its line.

use std::path::Path;

use strongroom_vault::Deposit;

use crate::git::{Answer, Brought, Commit, FileInTree};

/// What git can be asked about a vault's deposits.
pub(crate) struct Origins {
    file: FileInTree,
    /// The vault as the last commit has it.
    committed: Option<Vec<u8>>,
}

/// Where one deposit comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    commit: Option<Brought>,
    /// Whether earlier commits had it already: it was taken away and put back.
    is_put_back: bool,
    is_committed: bool,
    /// Whether git keeps the vault.
    is_kept: Answer,
}

impl Origins {
    pub(crate) fn of(vault: &Path) -> Self {
        let file = FileInTree::of(vault);
        let is_kept = *file.lies_in_one() == Answer::Yes;
        let head = vault.parent().filter(|_| is_kept);
        let head = head.and_then(|folder| Commit::of(folder, "HEAD").ok());
        Self { committed: head.and_then(|head| head.file(vault).ok().flatten()), file }
    }

    /// Of a key, by a part of its text: the first commit that has it.
    pub(crate) fn first(&self, text: &str) -> Option<Brought> {
        self.commits_about(text).pop()
    }

    pub(crate) fn of_deposit(&self, deposit: &Deposit<'_>) -> Origin {
        self.of_text(deposit.code())
    }

    /// Of a value, by its sealed text: the beginning has the nonce, which no other has.
    pub(crate) fn of_value(&self, sealed: &str) -> Origin {
        self.of_text(sealed.get(..BEGINNING).unwrap_or(sealed))
    }

    fn of_text(&self, part: &str) -> Origin {
        let has = |bytes: &Vec<u8>| bytes.windows(part.len()).any(|it| it == part.as_bytes());
        let is_committed = self.committed.as_ref().is_some_and(has);
        // The last commit that changed how often the text is there comes first.
        let commits = self.commits_about(part);
        Origin {
            is_put_back: commits.len() > usize::from(is_committed),
            commit: commits.into_iter().next().filter(|_| is_committed),
            is_committed,
            is_kept: self.file.lies_in_one().clone(),
        }
    }

    fn commits_about(&self, text: &str) -> Vec<Brought> {
        match self.file.lies_in_one() {
            Answer::Yes => self.file.commits_about(text).unwrap_or_default(),
            Answer::No | Answer::Unknown(_) => Vec::new(),
        }
    }
}

impl Origin {
    /// The author, as git has it: whoever made the commit could write any name.
    pub(crate) fn author(&self) -> Option<&str> {
        self.commit.as_ref().map(|commit| commit.author.as_str())
    }

    /// The commit's id.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.commit.as_ref().map(|commit| commit.id.as_str())
    }

    /// Who left it, in words.
    pub(crate) fn words(&self) -> String {
        match (&self.commit, &self.is_kept) {
            (Some(brought), _) => brought.words(),
            (None, Answer::Unknown(why)) => format!("unknown: git cannot be asked: {why}"),
            (None, Answer::No) => "unknown: git does not keep this vault".to_owned(),
            (None, Answer::Yes) if !self.is_committed => {
                "unknown: it is not committed yet".to_owned()
            }
            (None, Answer::Yes) => "unknown: git does not say who brought it".to_owned(),
        }
    }

    /// What is suspicious about it.
    pub(crate) fn doubt(&self) -> Option<&'static str> {
        self.is_put_back.then_some("it was taken away in an earlier commit, and put back")
    }
}

/// Characters of a sealed text with its version, its key's fingerprint and its nonce.
const BEGINNING: usize = 28;
