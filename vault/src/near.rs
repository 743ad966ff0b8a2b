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
        let Some(distance) = distance(word.as_bytes(), folded.as_bytes(), most) else {
            continue;
        };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance, if it is at most this, with three rows of the usual table.
///
/// What is further than that from the diagonal cannot count, and a row in which nothing is near ends it: long names of a
/// hostile vault cost little.
fn distance(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    let far = most + 1;
    let mut before = vec![far; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).map(|j| j.min(far)).collect();
    let mut row = vec![far; b.len() + 1];
    for i in 1..=a.len() {
        let (from, to) = (i.saturating_sub(most).max(1), (i + most).min(b.len()));
        row[from - 1] = if from == 1 { i.min(far) } else { far };
        let mut least = row[from - 1];
        for j in from..=to {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
            least = least.min(row[j]);
        }
        if least > most {
            return None;
        }
        if let Some(beyond) = row.get_mut(to + 1) {
            *beyond = far;
        }
        (before, above, row) = (above, row, before);
    }
    Some(above[b.len()]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table, for comparison.
    fn whole(a: &[u8], b: &[u8]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let swap = if swapped { table[i - 2][j - 2] + 1 } else { usize::MAX };
                    change.min(swap).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                };
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn the_nearest_of_several_is_meant_and_the_first_of_those_alike() {
        for candidates in [["abcdefgxx", "abcdefghx"], ["abcdefghx", "abcdefgxx"]] {
            assert_eq!(nearest("abcdefghi", candidates), Some("abcdefghx"));
        }
        assert_eq!(nearest("abcdefghi", ["abcdefghx", "abcdefghy"]), Some("abcdefghx"));
        assert_eq!(nearest("abcdefghi", ["xyzuvwxyz", "abcd"]), None);
    }

    #[test]
    fn looking_near_the_diagonal_alone_finds_the_same() {
        // Every word of up to six letters out of two, against every other.
        let words: Vec<Vec<u8>> = (0..7u32)
            .flat_map(|length| (0..1u32 << length).map(move |bits| (length, bits)))
            .map(|(length, bits)| (0..length).map(|at| b'a' + (bits >> at & 1) as u8).collect())
            .collect();
        for a in &words {
            for b in &words {
                for most in a.len().abs_diff(b.len())..4 {
                    let wanted = Some(whole(a, b)).filter(|distance| *distance <= most);
                    assert_eq!(distance(a, b, most), wanted, "{a:?} {b:?} {most}");
                }
            }
        }
    }
}
