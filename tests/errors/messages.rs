//! Finds messages: what errors display, and what the command says when it ends early.

use syn::visit::{self, Visit};
use syn::{Arm, Expr, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, Local, Pat, Stmt};

use crate::source::{Source, is_for_tests, type_name};
use crate::text::Scope;

/// One message, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) text: String,
    /// When it comes, if the code says so.
    pub(crate) cause: String,
    /// How the command ends with it, where only the command says it.
    pub(crate) status: Option<u8>,
}

/// What the errors of a file display.
pub(crate) fn displayed(source: &Source, file: &syn::File) -> Vec<Message> {
    let mut found = Displays { source, messages: Vec::new() };
    found.visit_file(file);
    found.messages
}

struct Displays<'s> {
    source: &'s Source,
    messages: Vec<Message>,
}

impl<'ast> Visit<'ast> for Displays<'_> {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let name = type_name(&item.self_ty);
        let of = |wanted: &str| {
            let path = item.trait_.as_ref().map(|(path, _)| path);
            path.and_then(|path| path.segments.last()).is_some_and(|last| last.ident == wanted)
        };
        let is_error = self.source.errors.contains(&name) || PARTS.contains(&name.as_str());
        for part in &item.items {
            let ImplItem::Fn(function) = part else { continue };
            let method = function.sig.ident.to_string();
            if (of("Display") && is_error)
                || (item.trait_.is_none() && PART_METHODS.contains(&method.as_str()))
            {
                self.function(&name, function);
            }
        }
    }
}

impl Displays<'_> {
    fn function(&mut self, name: &str, function: &ImplItemFn) {
        let mut scope = Scope::of(self.source, name);
        for statement in &function.block.stmts {
            match statement {
                Stmt::Local(local) => scope.bind(local),
                Stmt::Expr(Expr::Match(choice), _) => {
                    for arm in &choice.arms {
                        self.arm(name, arm, &scope);
                    }
                    return;
                }
                // What comes before is the beginning of every message.
                Stmt::Expr(expr, _) if scope.texts(expr).is_some() => break,
                _ => {}
            }
        }
        let cause = self.cause(name);
        self.add(scope.written(&function.block), &cause);
    }

    fn arm(&mut self, name: &str, arm: &Arm, scope: &Scope<'_>) {
        let variant = match &arm.pat {
            Pat::Struct(pat) => Some(&pat.path),
            Pat::TupleStruct(pat) => Some(&pat.path),
            Pat::Path(pat) => Some(&pat.path),
            _ => None,
        };
        let variant = variant.map(|path| {
            let words: Vec<String> =
                path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            words.join("::").replace("Self::", &format!("{name}::"))
        });
        let cause = variant.map(|variant| self.cause(&variant)).unwrap_or_default();
        self.add(scope.texts(&arm.body), &cause);
    }

    fn cause(&self, name: &str) -> String {
        self.source.variants.get(name).cloned().unwrap_or_default()
    }

    fn add(&mut self, texts: Option<Vec<String>>, cause: &str) {
        for text in texts.unwrap_or_default() {
            if says_something(&text) {
                self.messages.push(Message { text, cause: cause.to_owned(), status: None });
            }
        }
    }
}

/// What a file of the command says when it ends early.
pub(crate) fn of_command(source: &Source, file: &syn::File) -> Vec<Message> {
    let mut found =
        Ends { source, scope: Scope::new(source), continued: Vec::new(), messages: Vec::new() };
    found.visit_file(file);
    found.messages
}

struct Ends<'s> {
    source: &'s Source,
    scope: Scope<'s>,
    /// Errors that the function gives further lines, with how they end.
    continued: Vec<(String, Option<u8>)>,
    messages: Vec<Message>,
}

impl<'ast> Visit<'ast> for Ends<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(module) if is_for_tests(&module.attrs) => {}
            item => visit::visit_item(self, item),
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.scope = Scope::new(self.source);
        if let Some(calls) = self.source.calls.get(&function.sig.ident.to_string()) {
            self.scope.take_from_calls(&function.sig, calls);
        }
        self.continued = Continued::of(&function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.scope = Scope::new(self.source);
        self.continued = Continued::of(&function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let init = local.init.as_ref().map(|init| &*init.expr);
        if let (Pat::Ident(pat), Some(init)) = (&local.pat, init) {
            let status = self.status(init);
            let name = pat.ident.to_string();
            if let Some(entry) = self.continued.iter_mut().find(|(other, _)| *other == name) {
                // What is said in the end is said where it gets its last line.
                if status.is_some() || entry.1.is_some() {
                    entry.1 = status.or(entry.1);
                    self.scope.bind(local);
                    return;
                }
            }
        }
        visit::visit_local(self, local);
        self.scope.bind(local);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some(status) = self.status(expr) {
            for text in self.scope.texts(expr).unwrap_or_default() {
                if says_something(&text) {
                    self.messages.push(Message {
                        text,
                        cause: String::new(),
                        status: Some(status),
                    });
                }
            }
            return;
        }
        visit::visit_expr(self, expr);
    }
}

impl Ends<'_> {
    /// How the command ends, if this makes one of its errors.
    fn status(&self, expr: &Expr) -> Option<u8> {
        match expr {
            Expr::MethodCall(call)
                if call.method == "with_hint" || call.method == "while_doing" =>
            {
                if let Expr::Path(path) = &*call.receiver {
                    let known = self.continued.iter().find(|(name, _)| path.path.is_ident(name));
                    return known.and_then(|(_, status)| *status);
                }
                self.status(&call.receiver)
            }
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                let mut words = path.path.segments.iter().rev();
                let (last, kind) = (words.next()?.ident.to_string(), words.next());
                if kind.is_none_or(|kind| kind.ident != "Error") {
                    // A closure that puts a place before an error.
                    let is_known = self.source.functions.contains_key(&last);
                    return if is_known {
                        None
                    } else {
                        call.args.first().and_then(|arg| self.status(arg))
                    };
                }
                match last.as_str() {
                    "no" => Some(1),
                    "usage" | "bad_name" => Some(2),
                    "cannot" | "file" => Some(3),
                    "not_started" => Some(126),
                    _ => None,
                }
            }
            Expr::Paren(inner) => self.status(&inner.expr),
            _ => None,
        }
    }
}

/// Which variables of a function get a further line.
#[derive(Default)]
struct Continued(Vec<(String, Option<u8>)>);

impl Continued {
    fn of(block: &syn::Block) -> Vec<(String, Option<u8>)> {
        let mut found = Self::default();
        found.visit_block(block);
        found.0
    }
}

impl<'ast> Visit<'ast> for Continued {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let (true, Expr::Path(path)) = (call.method == "with_hint", &*call.receiver)
            && let Some(name) = path.path.get_ident()
        {
            self.0.push((name.to_string(), None));
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Whether a text does more than to pass on another message, and to say at which line it is.
fn says_something(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.replace("line", "").replace("column", "").chars().any(char::is_alphabetic)
}

/// Types that are parts of errors: what they display stands in a message of another.
const PARTS: [&str; 6] = ["Fault", "NameFault", "Obstacle", "ReadFault", "Unfit", "Unopened"];

/// Methods that say what an error says of one of its parts.
const PART_METHODS: [&str; 1] = ["explain"];
