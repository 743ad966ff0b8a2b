//! Who asks: everybody, whoever has the server's token, or an application with a token and scopes of its own.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::scopes::Scopes;

/// Who may ask, and for what.
#[derive(Debug)]
pub(crate) struct Callers {
    tokens: Vec<(TokenDigest, usize)>,
    /// The first is whoever has the server's own token, or everybody.
    known: Vec<Caller>,
}

/// Somebody who may ask.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    /// The application; none for who has the server's own token, or where no token is needed.
    pub(crate) application: Option<String>,
    /// What may be seen.
    pub(crate) scopes: Scopes,
}

/// A token as it is kept: only its digest, so that memory tells nobody what it was.
struct TokenDigest([u8; 32]);

impl Callers {
    /// Everybody may ask who has the server's token, if there is one; and applications with theirs.
    pub(crate) fn new(
        token: Option<&Zeroizing<String>>,
        scopes: Scopes,
        applications: Vec<(String, Zeroizing<String>, Scopes)>,
    ) -> Self {
        let mut callers = Self { tokens: Vec::new(), known: Vec::new() };
        if let Some(token) = token {
            callers.tokens.push((TokenDigest::of(token.as_bytes()), 0));
        }
        let own = applications.into_iter().map(|(name, token, own)| {
            let scopes = scopes.and(&own);
            (token, Caller { application: Some(name), scopes })
        });
        let (tokens, own): (Vec<_>, Vec<_>) = own.unzip();
        for (number, token) in tokens.iter().enumerate() {
            callers.tokens.push((TokenDigest::of(token.as_bytes()), number + 1));
        }
        callers.known.push(Caller { application: None, scopes });
        callers.known.extend(own);
        callers
    }

    /// Who has this token; nobody where it is not known, or none was given and one is needed. Takes as long for every token.
    pub(crate) fn of(&self, token: Option<&[u8]>) -> Option<usize> {
        if self.tokens.is_empty() {
            return Some(0);
        }
        let given = TokenDigest::of(token?);
        let mut found = None;
        for (known, caller) in &self.tokens {
            if bool::from(known.0.ct_eq(&given.0)) {
                found = found.or(Some(*caller));
            }
        }
        found
    }

    /// Whoever has the server's own token, or everybody.
    pub(crate) fn own(&self) -> &Caller {
        &self.known[0]
    }

    /// Somebody of whom [`Callers::of`] told.
    pub(crate) fn at(&self, number: usize) -> &Caller {
        &self.known[number]
    }
}

impl TokenDigest {
    fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_who_asks() {
        let token = |text: &str| Zeroizing::new(text.to_owned());
        let open = Callers::new(None, Scopes::default(), Vec::new());
        assert_eq!(open.of(None), Some(0));
        let shop = vec![("shop".to_owned(), token("s"), Scopes::default())];
        let both = Callers::new(Some(&token("a-token")), Scopes::default(), shop);
        assert!(both.of(None).is_none() && both.of(Some(b"S")).is_none());
        let shop = both.of(Some(b"s")).map(|number| both.at(number));
        assert_eq!(shop.and_then(|it| it.application.as_deref()), Some("shop"));
        let all = both.of(Some(b"a-token")).map(|number| both.at(number));
        assert!(all.is_some_and(|caller| caller.application.is_none()));
        let only = Callers::new(
            None,
            Scopes::default(),
            vec![("a".to_owned(), token("t"), Scopes::default())],
        );
        assert!(only.of(None).is_none(), "one with a token of its own makes tokens necessary");
        assert!(!format!("{both:?}").contains("a-token"));
    }
}
