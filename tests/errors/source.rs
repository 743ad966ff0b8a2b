//! The project's own source: what it defines, by name, and the messages in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{
    Attribute, Expr, ExprCall, ExprLit, ExprStruct, File, Item, ItemConst, ItemEnum, ItemFn,
    ItemImpl, Lit, Member, Meta,
};

/// A crate's source files, read.
pub(crate) struct Source {
    /// Path below the crate's `src`, and what is in the file.
    pub(crate) files: Vec<(String, File)>,
    pub(crate) functions: BTreeMap<String, ItemFn>,
    pub(crate) constants: BTreeMap<String, Expr>,
    /// The documentation of an enum's variants, by `Enum::Variant`.
    pub(crate) variants: BTreeMap<String, String>,
    /// The texts that a struct's field is made with, by `Struct.field`.
    pub(crate) fields: BTreeMap<String, Vec<String>>,
    /// The arguments of each call of a function, by its name.
    pub(crate) calls: BTreeMap<String, Vec<Vec<Expr>>>,
    /// What implements `std::error::Error`.
    pub(crate) errors: Vec<String>,
}

impl Source {
    /// Reads a crate, and what its messages take from others.
    pub(crate) fn read(krate: &str, others: &[&str]) -> Self {
        let mut source = Self {
            files: files_of(krate),
            functions: BTreeMap::new(),
            constants: BTreeMap::new(),
            variants: BTreeMap::new(),
            fields: BTreeMap::new(),
            calls: BTreeMap::new(),
            errors: Vec::new(),
        };
        let own = source.files.clone();
        let others = others.iter().flat_map(|other| files_of(other));
        for (_, file) in others.chain(own) {
            Definitions(&mut source).visit_file(&file);
        }
        source
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files_of(krate: &str) -> Vec<(String, File)> {
    let src = root().join(krate).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some("rs".as_ref()) {
                let text = fs::read_to_string(&path).expect("source");
                let file = syn::parse_file(&text).expect("Rust");
                let name =
                    path.strip_prefix(&src).expect("below it").to_string_lossy().into_owned();
                files.push((name, file));
            }
        }
    }
    files.sort_by(|one, other| one.0.cmp(&other.0));
    files
}

/// The texts in an expression.
struct Literals(Vec<String>);

impl<'ast> Visit<'ast> for Literals {
    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push(text.value());
    }
}

struct Definitions<'s>(&'s mut Source);

impl<'ast> Visit<'ast> for Definitions<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(module) if is_for_tests(&module.attrs) => {}
            item => visit::visit_item(self, item),
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.0.functions.insert(function.sig.ident.to_string(), function.clone());
        visit::visit_item_fn(self, function);
    }

    fn visit_item_const(&mut self, constant: &'ast ItemConst) {
        self.0.constants.insert(constant.ident.to_string(), (*constant.expr).clone());
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        for variant in &item.variants {
            let name = format!("{}::{}", item.ident, variant.ident);
            self.0.variants.insert(name, documentation(&variant.attrs));
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.0.variants.insert(item.ident.to_string(), documentation(&item.attrs));
    }

    fn visit_expr_struct(&mut self, made: &'ast ExprStruct) {
        for field in &made.fields {
            let (Some(name), Member::Named(member)) = (made.path.get_ident(), &field.member) else {
                continue;
            };
            let mut texts = Literals(Vec::new());
            texts.visit_expr(&field.expr);
            let text = texts.0.pop().unwrap_or_else(|| "…".to_owned());
            self.0.fields.entry(format!("{name}.{member}")).or_default().push(text);
        }
        visit::visit_expr_struct(self, made);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(name) = path.path.segments.last()
        {
            let calls = self.0.calls.entry(name.ident.to_string()).or_default();
            calls.push(call.args.iter().cloned().collect());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let Some((path, _)) = &item.trait_
            && path.segments.last().is_some_and(|segment| segment.ident == "Error")
        {
            self.0.errors.push(type_name(&item.self_ty));
        }
        visit::visit_item_impl(self, item);
    }
}

/// A type's own name.
pub(crate) fn type_name(ty: &syn::Type) -> String {
    let syn::Type::Path(path) = ty else { return String::new() };
    path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// The lines of a documentation comment, as one paragraph.
fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Some(line.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    let paragraph = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    // Links of the documentation lead nowhere on a page.
    paragraph.replace("[`", "`").replace("`]", "`")
}
