//! The compiler's messages, from the cases of `tests/compile/fail`, and the pieces of text in the macro's source.

use std::collections::BTreeSet;
use std::fs;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{ExprMacro, Item, LitStr, MetaNameValue, Token};

use crate::source::{Source, is_for_tests, root};

/// A message with the case that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) text: String,
}

/// Every message of the compiler: those of the cases in the order of the files, then those that no case shows.
pub(crate) fn all(runtime: &Source) -> Vec<Case> {
    let folder = root().join("tests/compile/fail");
    let entries = fs::read_dir(folder).expect("the cases");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.sort();
    let mut cases: Vec<Case> = Vec::new();
    for path in paths.iter().filter(|path| path.extension() == Some("rs".as_ref())) {
        for line in fs::read_to_string(path).expect("a case").lines() {
            let Some((_, note)) = line.split_once("//~") else { continue };
            let note = note.trim_start_matches(['^', '|']).trim();
            let (key, words) = note.split_once(": ").expect("a key and words");
            let words = words.replace("\\n", "\n");
            match (key, cases.last_mut()) {
                ("error", _) => cases.push(Case { text: words }),
                // The rest of a path that differs from machine to machine.
                ("and", Some(case)) if case.text.ends_with(" /") => {
                    let is_path =
                        words.split(' ').next().is_some_and(|word| word.contains(".toml"));
                    case.text += if is_path { "…/" } else { "…\n" };
                    case.text += &words;
                }
                ("and", Some(case)) => {
                    case.text = format!("{}\n{}", case.text, words.trim_start_matches('\n'));
                }
                _ => {}
            }
        }
    }
    for case in cases.iter_mut().filter(|case| case.text.ends_with(" /")) {
        case.text += "…: …";
    }
    let of_types = of_types(runtime);
    let is_of_a_type = |case: &Case| {
        let own = shape_of_names(&case.text);
        of_types.iter().any(|other| shape_of_names(&other.text).starts_with(&own))
    };
    // Of the compiler itself.
    cases.retain(|case| !is_of_a_type(case) && !case.text.starts_with("named `load`"));
    let source = texts_in_source();
    for case in &mut cases {
        complete(case, &source);
    }
    let shown = cases.iter().map(|case| shape_of_names(&case.text)).collect::<Vec<_>>().join("\n");
    let is_shown = |text: &String| shown.contains(longest_piece(&shape_of_names(text)));
    let unshown = source.into_iter().filter(|text| !is_shown(text));
    cases.extend(unshown.map(|text| Case { text }));
    cases.extend(of_types);
    cases.retain(|case| case.text.contains(' '));
    let mut seen = BTreeSet::new();
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    cases.retain(|case| seen.insert((first(&case.text), shape_of_names(&case.text))));
    let shapes: Vec<String> = cases.iter().map(|case| shape(&case.text)).collect();
    let mut at = 0;
    cases.retain(|_| {
        let own = &shapes[at];
        let is_part =
            shapes.iter().any(|other| other.len() > own.len() && other.starts_with(own.as_str()));
        at += 1;
        !is_part && !shapes[..at - 1].contains(own)
    });
    cases
}

/// A message without the secrets and environments in it: two cases that differ in these alone show one message.
fn shape(text: &str) -> String {
    if !["secret `", "the value", "STRONGROOM_ENV: "].iter().any(|start| text.starts_with(start)) {
        return text.to_owned();
    }
    let mut shape = String::new();
    for (at, part) in text.split('`').enumerate() {
        shape += if at % 2 == 0 { part } else { "`…`" };
    }
    let lines = shape
        .lines()
        .map(|line| line.split("strongroom set").next().unwrap_or_default().trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

/// What the compiler says of types that our traits do not allow: our words in an attribute of a trait.
pub(crate) fn of_types(runtime: &Source) -> Vec<Case> {
    let items = runtime.files.iter().flat_map(|(_, file)| &file.items);
    let traits = items.filter_map(|item| match item {
        Item::Trait(item) => Some(&item.attrs),
        _ => None,
    });
    let attributes = traits.flatten().filter(|attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "on_unimplemented")
    });
    attributes
        .map(|attribute| {
            let mut words = Words(Vec::new());
            let pairs =
                attribute.parse_args_with(Punctuated::<MetaNameValue, Token![,]>::parse_terminated);
            pairs.expect("NAME = VALUE").iter().for_each(|pair| words.visit_expr(&pair.value));
            Case { text: words.0.join("\n").replace("{Self}", "…") }
        })
        .collect()
}

struct Words(Vec<String>);

impl<'ast> Visit<'ast> for Words {
    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.0.push(text.value());
    }
}

/// Adds what a case leaves out of a message: the end of its first line, and all further lines. Only where one text of the source
/// fits.
fn complete(case: &mut Case, source: &[String]) {
    let own = shape_of_names(&case.text);
    if own.lines().count() > 1 || own.len() < SHORTEST || own.starts_with("secret `") {
        return;
    }
    let mut fitting = source.iter().filter(|text| text.starts_with(&case.text));
    if let Some(text) = fitting.next() {
        case.text.clone_from(text);
        return;
    }
    let shapes = source.iter().map(|text| shape_of_names(text));
    let mut fitting =
        shapes.filter(|shape| shape.lines().next().is_some_and(|first| first.starts_with(&own)));
    if let (Some(shape), None) = (fitting.next(), fitting.next()) {
        case.text += &shape[own.len()..];
    }
}

/// A text with `…` for everything in backticks.
fn shape_of_names(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "`…`" }).collect()
}

fn longest_piece(text: &str) -> &str {
    let pieces = text.split(['…', '\n', '`']).map(str::trim);
    pieces.max_by_key(|piece| piece.len()).unwrap_or_default()
}

/// The messages in the macro's source, with `…` for what only a build knows. Pieces of less than a few words are no messages.
fn texts_in_source() -> Vec<String> {
    let mut found = Pieces(Vec::new());
    for krate in ["macros", "declared"] {
        for (_, file) in &Source::read(krate, &[]).files {
            found.visit_file(file);
        }
    }
    found.0
}

struct Pieces(Vec<String>);

impl<'ast> Visit<'ast> for Pieces {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(module) if is_for_tests(&module.attrs) => {}
            item => visit::visit_item(self, item),
        }
    }

    /// Documentation, and what attributes of the compiler say.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    /// Code that is generated.
    fn visit_macro(&mut self, _: &'ast syn::Macro) {}

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "expect" {
            return self.visit_expr(&call.receiver);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_macro(&mut self, call: &'ast ExprMacro) {
        if !call.mac.path.is_ident("format") {
            return;
        }
        let format = |input: syn::parse::ParseStream<'_>| {
            let format: LitStr = input.parse()?;
            input.parse::<proc_macro2::TokenStream>().map(|_| format)
        };
        if let Ok(format) = syn::parse::Parser::parse2(format, call.mac.tokens.clone()) {
            self.visit_lit_str(&format);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        let mut pieces = text.value();
        while let Some((start, end)) = pieces.find('{').zip(pieces.find('}')).filter(|(a, b)| a < b)
        {
            pieces.replace_range(start..=end, "…");
        }
        let words = longest_piece(&pieces);
        // Documentation of generated code ends with a full stop; a message has none.
        if !pieces.ends_with('.') && words.len() >= SHORTEST && words.contains(' ') {
            self.0.push(pieces);
        }
    }
}

/// Below this a piece is a word or two between holes.
const SHORTEST: usize = 12;
