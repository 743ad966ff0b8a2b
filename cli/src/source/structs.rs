//! The structs of secrets and of settings in a file, wherever they stand: in modules, functions and methods too.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::thread;

use proc_macro2::{LexError, Span, TokenStream};
use strongroom_declared::{Cfg, Declares, Errors, Options, Reads, Struct};
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, DeriveInput, ItemEnum, ItemMod, ItemStruct, ItemUnion, Meta, Token, Type};

use super::depth;

/// A struct of secrets or settings.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) declares: Declares,
    pub(super) name: String,
    /// The modules around it in its file.
    pub(super) modules: Vec<String>,
    /// Whether it is made to be a part of others, and asks for nothing by itself.
    pub(super) is_part: bool,
    /// The vault that it names, relative to its file.
    pub(super) vault: Option<String>,
    /// Where its attribute stands.
    pub(super) line: usize,
    pub(super) fields: Vec<Field>,
    /// What is wrong with it, by line.
    pub(super) faults: Vec<(usize, String)>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// Whether it may be missing: an `Option`, or a setting with a default in the code.
    pub(super) is_optional: bool,
    pub(super) line: usize,
    pub(super) nested: Option<Nested>,
    pub(super) type_text: String,
    /// How a setting's text is read for the type, where the words tell.
    pub(super) reads: Option<Reads>,
}

/// What a field says that is a struct of secrets itself.
#[derive(Debug)]
pub(super) struct Nested {
    pub(super) prefix: String,
    /// The type's path as written, word by word.
    pub(super) path: Vec<String>,
}

/// A file that cannot be read as Rust.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) line: usize,
    pub(super) message: String,
}

/// Reads a file.
pub(super) fn of_file(path: &Path) -> Result<Vec<Found>, Unread> {
    of_code(&text_of(path)?)
}

/// Reads a file's text. One without the name of an attribute of ours in it is not parsed.
pub(super) fn of_code(text: &str) -> Result<Vec<Found>, Unread> {
    if !Declares::ALL.iter().any(|declares| text.contains(declares.plural())) {
        return Ok(Vec::new());
    }
    // The main thread's stack is as large as its system likes.
    let reader = thread::Builder::new().stack_size(STACK);
    thread::scope(|scope| match reader.spawn_scoped(scope, || parse(text)) {
        Ok(reader) => reader.join().unwrap_or_else(|_| Err(unread("it cannot be read"))),
        Err(error) => Err(unread(&error.to_string())),
    })
}

fn parse(text: &str) -> Result<Vec<Found>, Unread> {
    let fault =
        |error: syn::Error| Unread { line: line_of(error.span()), message: error.to_string() };
    let code = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A script's first line is not Rust.
    let is_script = code.starts_with("#!") && !code.starts_with("#![");
    let code = if is_script { code.find('\n').map_or("", |end| &code[end..]) } else { code };
    let tokens: TokenStream = code.parse().map_err(|error: LexError| fault(error.into()))?;
    if depth::is_too_deep(tokens.clone()) {
        return Err(unread("it nests too deep to be looked through"));
    }
    let mut finder = Finder::default();
    finder.visit_file(&syn::parse2(tokens).map_err(fault)?);
    Ok(finder.found)
}

/// The text of a file. A pipe or a device may never end, and code of that size nobody wrote.
fn text_of(path: &Path) -> Result<String, Unread> {
    let failed = |error: io::Error| unread(&error.to_string());
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(unread("it is no regular file"));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    file.take(FILE_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > FILE_BYTES {
        return Err(unread("it has more than 16 MiB"));
    }
    Ok(text)
}

/// The most that is read of a source file.
const FILE_BYTES: u64 = 16 << 20;

fn unread(message: &str) -> Unread {
    Unread { line: 1, message: message.to_owned() }
}

/// Far more than [`depth::MOST`] tokens take, in an unoptimised program too.
const STACK: usize = 256 << 20;

#[derive(Default)]
struct Finder {
    found: Vec<Found>,
    modules: Vec<String>,
}

impl<'a> Visit<'a> for Finder {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        self.modules.push(item.ident.unraw().to_string());
        visit::visit_item_mod(self, item);
        self.modules.pop();
    }

    fn visit_item_struct(&mut self, item: &'a ItemStruct) {
        self.look_at(&item.attrs, || DeriveInput::from(Clone::clone(item)));
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'a ItemEnum) {
        self.look_at(&item.attrs, || DeriveInput::from(Clone::clone(item)));
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'a ItemUnion) {
        self.look_at(&item.attrs, || DeriveInput::from(Clone::clone(item)));
        visit::visit_item_union(self, item);
    }
}

impl Finder {
    fn look_at(&mut self, attributes: &[Attribute], item: impl FnOnce() -> DeriveInput) {
        let attributes: Vec<Attribute> = attributes.iter().flat_map(without_cfg_attr).collect();
        let found = attributes.iter().find_map(|it| Declares::by(it).map(|what| (it, what)));
        let Some((attribute, declares)) = found else {
            return;
        };
        let line = attribute.path().segments.first().map_or(1, |word| line_of(word.ident.span()));
        let mut errors = Errors::default();
        let options = Options::of(declares, &attributes, &mut errors).unwrap_or_default();
        let item = DeriveInput { attrs: attributes, ..item() };
        let read = Struct::read(item, declares, Cfg::Undecided, &mut errors);
        let field = |field: &strongroom_declared::Field| Field {
            name: field.name.clone(),
            is_optional: field.is_optional() || field.default.is_some(),
            type_text: field.type_text(),
            reads: field.text_type().filter(|_| declares == Declares::Settings),
            line: line_of(field.ident.span()),
            nested: field.nested.clone().map(|prefix| Nested { prefix, path: path_of(&field.ty) }),
        };
        self.found.push(Found {
            declares,
            name: read.ident.unraw().to_string(),
            modules: self.modules.clone(),
            is_part: options.nested,
            vault: options.vault.map(|literal| literal.value()),
            line,
            fields: read.fields.iter().map(field).collect(),
            faults: errors
                .into_iter()
                .map(|error| (line_of(error.span()), error.to_string()))
                .collect(),
        });
    }
}

/// An attribute, or those that a `cfg_attr` stands for, whatever its condition.
fn without_cfg_attr(attribute: &Attribute) -> Vec<Attribute> {
    let Meta::List(list) = &attribute.meta else { return vec![attribute.clone()] };
    if !list.path.is_ident("cfg_attr") {
        return vec![attribute.clone()];
    }
    let metas = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
    metas
        .into_iter()
        .flatten()
        .skip(1)
        .flat_map(|meta| without_cfg_attr(&Attribute { meta, ..attribute.clone() }))
        .collect()
}

/// The words of a type's path; none for a type that is none.
fn path_of(ty: &Type) -> Vec<String> {
    let Type::Path(path) = ty else { return Vec::new() };
    path.path.segments.iter().map(|word| word.ident.unraw().to_string()).collect()
}

fn line_of(span: Span) -> usize {
    span.start().line
}
