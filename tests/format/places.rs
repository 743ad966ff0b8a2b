//! A fault is said at its place: at the key of the entry or of the table that lacks something.

use strongroom_vault::Index;

use super::editing::vault;

#[test]
fn what_is_missing_is_missing_at_the_key_that_should_have_it() {
    let text = vault().0.text;
    let code = "a".repeat(16);
    for (table, entry, key) in [
        ("[secrets.a]", "local = { version = 1 }", "local"),
        ("[removed]", "somebody = {}", "somebody"),
        ("[deposits.older]", "age1x = { type = \"local\" }", "age1x"),
        ("[deposits.waiting]", &format!("{code} = {{ name = \"a\" }}"), &code),
        ("[deposits.production]", "public = \"age1x\"", "production"),
        ("[holders.robin]", "since = 2026-11-20", "robin"),
    ] {
        let text = format!("{text}\n{table}\n{entry}\n");
        let error = Index::read(&text).expect_err("something is missing");
        let line = text.lines().nth(error.line - 1).expect("a line of the file");
        let at = line.char_indices().nth(error.column - 1).map(|(at, _)| &line[at..]);
        let at = at.expect("a column of the line");
        assert!(at.starts_with(key), "{table}: {error:?} is at {at}");
    }
}
