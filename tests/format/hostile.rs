//! Hostile text: refused before it costs memory or the stack, and nothing harmless with it.

use strongroom_vault::{Document, Index, Shown, limits, shown_text};

use super::editing::vault;

fn read(text: &str) -> Result<(), &'static str> {
    Document::parse(text).map(drop).map_err(|error| error.fault.code())
}

#[test]
fn a_large_file_has_so_many_tables_and_entries_and_no_more() {
    let text = vault().0.text;
    for (characters, most) in
        [(&['{', '[', '.'][..], limits::TABLES), (&['=', ','], limits::ENTRIES)]
    {
        let has = text.matches(characters).count();
        let with = |count: usize| {
            let counted = characters[0].to_string().repeat(count - has);
            format!("{text}# {counted}{}\n", "x".repeat(limits::UNCOUNTED_BYTES))
        };
        assert_eq!(read(&with(most)), Ok(()), "{characters:?}");
        assert_eq!(read(&with(most + 1)), Err("too-many"), "{characters:?}");
    }
}

#[test]
fn keys_of_a_hundred_thousand_parts_are_refused_before_they_are_built() {
    let deep = vec!["a"; 100_000].join(".");
    for line in [
        format!("{deep} = 1"),
        format!("[{deep}]"),
        format!("x = {{ {deep} = 1 }}"),
        // What looks like the end of a string, and is none.
        format!(r#"x = {{ "\"" = 1, {deep} = 1, "\"\"" = 2 }}"#),
        format!(r#"x = {{ '\' = 1, {deep} = 1, '"' = 2 }}"#),
    ] {
        let text = format!("{}\n[apps]\n{line}\n", vault().0.text);
        assert_eq!(read(&text), Err("too-deep"), "{}", &line[..40]);
    }
}

#[test]
fn long_keys_within_each_other_are_refused_before_they_are_built() {
    // What the parser allows of each is thousands of levels together.
    let key = vec!["a"; 79].join(".");
    let nested = format!("{}1{}", format!("{{ {key} = ").repeat(79), " }".repeat(79));
    for line in [format!("x = {nested}"), format!("x = {{ {key} = [{nested}] }}")] {
        let text = format!("{}\n[apps]\n{line}\n", vault().0.text);
        assert_eq!(read(&text), Err("too-deep"));
    }
}

#[test]
fn dots_that_are_in_no_key_are_no_depth() {
    let many = "a.b.c.d.e.f.g.h.i.j.k";
    for line in [
        format!(r#"x = "{many}""#),
        format!(r#"x = "\"{many}\"""#),
        format!(r#"x = "\\" # {many}"#),
        format!("x = '{many}'"),
        "x = [1.1, 2.2, 3.3, 4.4, 5.5, 6.6, 7.7, 8.8, 9.9]".to_owned(),
        "x = { a.b = 1, c.d = 2, e.f = 3, g.h = 4, i.j = 5, k.l = 6, m.n = 7, o.p = 8 }".to_owned(),
    ] {
        let text = format!("{}\n[apps]\n{line}\n", vault().0.text);
        assert_eq!(
            Index::read(&text).map(drop).map_err(|error| error.fault.code()),
            Ok(()),
            "{line}"
        );
    }
}

#[test]
fn a_name_of_any_length_is_cut_where_it_is_shown() {
    let long = "\u{1b}x".repeat(10_000);
    let shown = Shown(&long).to_string();
    assert!(shown.ends_with('…') && !shown.contains('\u{1b}'), "{shown}");
    assert!(shown.len() < 4_000, "{}", shown.len());
    assert_eq!(Shown("short").to_string(), "short");
    // A whole text is shown whole.
    assert_eq!(shown_text(&long).matches('x').count(), 10_000);
}
