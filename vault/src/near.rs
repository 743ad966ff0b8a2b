//! Near misses: the known word that somebody probably meant.

use crate::name::fold;

/// The candidate that differs least from a word, if it differs little enough to be a slip of the pen.
///
/// Compares folded names by optimal string alignment distance (insertions, deletions, substitutions, and swaps of
/// neighbours); at most a third of the word may differ, and at most three characters.
///
/// ```
/// # use strongroom_vault::nearest;
/// assert_eq!(nearest("githb_api_token", ["github_api_token", "smtp"]), Some("github_api_token"));
/// assert_eq!(nearest("stripe", ["github_api_token", "smtp"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    let most = (word.len() / 3).min(3);
    let mut best = None;
    for candidate in candidates {
        let folded = fold(candidate);
        if folded.len().abs_diff(word.len()) > most {
            continue;
        }
        let distance = distance(word.as_bytes(), folded.as_bytes());
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance, with three rows of the usual table.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        (before, above, row) = (above, row, before);
    }
    above[b.len()]
}
