//! What an expression says: the text that it writes, with `…` for what only a running program knows.
//!
//! Where the code branches there are several texts. They are not multiplied: each branch appears in one text at least.

use std::collections::BTreeMap;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    BinOp, Block, Expr, ExprLit, ExprMacro, ExprMatch, FnArg, Lit, LitStr, Local, Member, Pat,
    Signature, Stmt, Token,
};

use crate::source::Source;

/// The texts of an expression; nothing where it says none.
pub(crate) type Texts = Option<Vec<String>>;

/// What the names in a function stand for.
#[derive(Clone)]
pub(crate) struct Scope<'s> {
    source: &'s Source,
    names: BTreeMap<String, Vec<String>>,
    /// The type whose method this is.
    this: String,
    depth: usize,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(source: &'s Source) -> Self {
        Self { source, names: BTreeMap::new(), this: String::new(), depth: 0 }
    }

    /// The scope of a method of this type.
    pub(crate) fn of(source: &'s Source, this: &str) -> Self {
        Self { this: this.to_owned(), ..Self::new(source) }
    }

    /// What a function's parameters are given where it is called.
    pub(crate) fn take_from_calls(&mut self, signature: &Signature, calls: &[Vec<Expr>]) {
        let inputs = signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_)));
        for (at, input) in inputs.enumerate() {
            let given = calls.iter().filter_map(|arguments| self.texts(arguments.get(at)?));
            let given: Vec<String> = given.flatten().collect();
            if let (FnArg::Typed(input), false) = (input, given.is_empty())
                && let Pat::Ident(pat) = &*input.pat
            {
                self.names.insert(pat.ident.to_string(), given);
            }
        }
    }

    /// What `let` gives a name.
    pub(crate) fn bind(&mut self, local: &Local) {
        let Some(init) = &local.init else { return };
        match (&local.pat, &*init.expr) {
            (Pat::Ident(pat), value) => {
                if let Some(texts) = self.value(value) {
                    self.names.insert(pat.ident.to_string(), texts);
                }
            }
            (Pat::Tuple(tuple), Expr::Match(value)) => {
                for (at, name) in tuple.elems.iter().enumerate() {
                    let given = value.arms.iter().filter_map(|arm| match &*arm.body {
                        Expr::Tuple(tuple) => self.texts(&tuple.elems[at]),
                        _ => None,
                    });
                    let given: Vec<String> = given.flatten().collect();
                    if let (Pat::Ident(name), false) = (name, given.is_empty()) {
                        self.names.insert(name.ident.to_string(), given);
                    }
                }
            }
            _ => {}
        }
    }

    /// What an expression gives, without what it writes on the way.
    fn value(&self, expr: &Expr) -> Texts {
        match expr {
            Expr::Match(choice) if writes_before_its_value(choice) => {
                either(choice.arms.iter().map(|arm| match &*arm.body {
                    Expr::Block(block) => block.block.stmts.last().and_then(|last| match last {
                        Stmt::Expr(value, None) => self.texts(value),
                        _ => None,
                    }),
                    value => self.texts(value),
                }))
            }
            value => self.texts(value),
        }
    }

    /// What a `let` writes on the way to its value.
    fn written_before(&self, local: &Local) -> Texts {
        match local.init.as_ref().map(|init| &*init.expr) {
            Some(Expr::Match(choice)) if writes_before_its_value(choice) => {
                either(choice.arms.iter().map(|arm| match &*arm.body {
                    Expr::Block(block) => {
                        let mut block = block.block.clone();
                        block.stmts.pop();
                        self.written(&block)
                    }
                    _ => None,
                }))
            }
            _ => None,
        }
    }

    pub(crate) fn texts(&self, expr: &Expr) -> Texts {
        match expr {
            Expr::Field(field) if is_name(&field.base, "self") => {
                let Member::Named(name) = &field.member else { return None };
                self.source.fields.get(&format!("{}.{name}", self.this)).cloned()
            }
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(vec![text.value()]),
            Expr::Macro(call) => self.formatted(call),
            Expr::MethodCall(call) => {
                let argument = || call.args.first().and_then(|argument| self.texts(argument));
                match call.method.to_string().as_str() {
                    "to_owned" | "to_string" | "into" | "as_str" | "clone" | "trim_end" => {
                        self.texts(&call.receiver)
                    }
                    "write_str" => argument(),
                    "with_hint" => {
                        let hint = argument().unwrap_or_else(unknown);
                        self.texts(&call.receiver).map(|texts| join(&join(&texts, &line()), &hint))
                    }
                    "while_doing" => {
                        let doing = argument().unwrap_or_else(unknown);
                        let texts = self.texts(&call.receiver).unwrap_or_else(unknown);
                        Some(join(&join(&doing, &[": ".to_owned()]), &texts))
                    }
                    "map_or_else" | "map_or" => either(call.args.iter().map(|arg| self.texts(arg))),
                    _ => None,
                }
            }
            Expr::Call(call) => self.called(call),
            // `String::new`, given to `map_or_else`.
            Expr::Path(path) if is_new(&path.path) => Some(vec![String::new()]),
            Expr::Path(path) => {
                let name = path.path.segments.last()?.ident.to_string();
                let constant = || self.number(expr).map(|number| vec![number.to_string()]);
                self.names.get(&name).cloned().or_else(constant).or_else(|| {
                    let value = self.source.constants.get(&name)?;
                    self.deeper()?.texts(value)
                })
            }
            Expr::Binary(sum) if matches!(sum.op, BinOp::Add(_)) => {
                Some(join(&self.texts(&sum.left)?, &self.texts(&sum.right)?))
            }
            Expr::Binary(_) => self.number(expr).map(|number| vec![number.to_string()]),
            Expr::Block(block) => self.written(&block.block),
            Expr::If(choice) => {
                let otherwise = choice.else_branch.as_ref();
                let otherwise = match otherwise {
                    Some((_, expr)) => self.texts(expr),
                    None => Some(vec![String::new()]),
                };
                either([self.written(&choice.then_branch), otherwise])
            }
            Expr::Match(choice) => either(choice.arms.iter().map(|arm| self.texts(&arm.body))),
            Expr::Closure(closure) => self.texts(&closure.body),
            Expr::Try(inner) => self.texts(&inner.expr),
            Expr::Paren(inner) => self.texts(&inner.expr),
            Expr::Reference(inner) => self.texts(&inner.expr),
            Expr::Return(inner) => self.texts(inner.expr.as_ref()?),
            _ => None,
        }
    }

    /// All that the statements of a block write, one after the other.
    pub(crate) fn written(&self, block: &Block) -> Texts {
        let mut scope = self.clone();
        let mut all: Texts = None;
        let mut early: Vec<Texts> = Vec::new();
        for statement in &block.stmts {
            let texts = match statement {
                Stmt::Local(local) => {
                    scope.bind(local);
                    scope.written_before(local)
                }
                Stmt::Expr(Expr::If(choice), _) if returns(&choice.then_branch) => {
                    early.push(scope.written(&choice.then_branch));
                    choice.else_branch.as_ref().and_then(|(_, expr)| scope.texts(expr))
                }
                Stmt::Expr(expr, _) => scope.texts(expr),
                Stmt::Macro(call) => {
                    scope.formatted(&ExprMacro { attrs: Vec::new(), mac: call.mac.clone() })
                }
                Stmt::Item(_) => None,
            };
            all = match (all, texts) {
                (Some(all), Some(texts)) => Some(join(&all, &texts)),
                (all, texts) => all.or(texts),
            };
        }
        early.push(all);
        either(early)
    }

    /// An error that is made, or a function that gives a text.
    fn called(&self, call: &syn::ExprCall) -> Texts {
        let Expr::Path(path) = &*call.func else { return None };
        let names: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let argument = |at: usize| {
            let texts = call.args.get(at).and_then(|argument| self.texts(argument));
            texts.unwrap_or_else(unknown)
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["String", "new"] => Some(vec![String::new()]),
            ["Err" | "Some"] => self.texts(call.args.first()?),
            ["Error", "usage" | "no" | "cannot"] => Some(argument(0)),
            ["Error", "not_started"] => Some(argument(1)),
            ["Error", "file"] => {
                let doing = join(&["cannot ".to_owned()], &argument(0));
                Some(join(&doing, &[" …: …".to_owned()]))
            }
            ["Error", "bad_name"] => {
                let start = ["this cannot be the name of ".to_owned()];
                Some(join(&join(&start, &argument(0)), &[": …".to_owned()]))
            }
            [.., name] if *name != "Ok" => {
                let Some(function) = self.source.functions.get(*name) else {
                    // A closure that puts a place before an error.
                    let is_one = call.args.len() == 1 && name.starts_with(char::is_lowercase);
                    return self.texts(call.args.first().filter(|_| is_one)?);
                };
                let mut scope = self.deeper()?;
                scope.names.clear();
                for (input, at) in function.sig.inputs.iter().zip(0..) {
                    if let syn::FnArg::Typed(input) = input
                        && let Pat::Ident(pat) = &*input.pat
                    {
                        scope.names.insert(pat.ident.to_string(), argument(at));
                    }
                }
                scope.written(&function.block)
            }
            _ => None,
        }
    }

    fn deeper(&self) -> Option<Self> {
        (self.depth < DEEPEST).then(|| Self { depth: self.depth + 1, ..self.clone() })
    }

    /// `format!`, `write!` and their kind.
    fn formatted(&self, call: &ExprMacro) -> Texts {
        let name = call.mac.path.segments.last()?.ident.to_string();
        if !["format", "write", "writeln", "format_args"].contains(&name.as_str()) {
            return None;
        }
        let Arguments(mut arguments) = call.mac.parse_body().ok()?;
        if name.starts_with("write") {
            arguments.remove(0);
        }
        let Expr::Lit(ExprLit { lit: Lit::Str(format), .. }) = arguments.remove(0) else {
            return None;
        };
        Some(self.filled(&format, &arguments))
    }

    /// A format string with its holes filled.
    fn filled(&self, format: &LitStr, arguments: &[Expr]) -> Vec<String> {
        let format = format.value().replace("{{", "\u{1}").replace("}}", "\u{2}");
        let mut pieces = format.split('{');
        let mut texts = vec![pieces.next().unwrap_or_default().to_owned()];
        let mut next = 0;
        for piece in pieces {
            let (hole, rest) = piece.split_once('}').unwrap_or((piece, ""));
            let name = hole.split(':').next().unwrap_or_default();
            let named = |argument: &&Expr| matches!(argument, Expr::Assign(assign) if is_name(&assign.left, name));
            let filling = if name.is_empty() {
                next += 1;
                arguments.get(next - 1).and_then(|argument| self.texts(argument))
            } else if let Ok(at) = name.parse::<usize>() {
                arguments.get(at).and_then(|argument| self.texts(argument))
            } else if let Some(Expr::Assign(assign)) = arguments.iter().find(named) {
                self.texts(&assign.right)
            } else {
                syn::parse_str(name).ok().and_then(|name: Expr| self.texts(&name))
            };
            texts = join(&join(&texts, &filling.unwrap_or_else(unknown)), &[rest.to_owned()]);
        }
        texts.iter().map(|text| text.replace('\u{1}', "{").replace('\u{2}', "}")).collect()
    }

    /// A whole number that the source fixes.
    fn number(&self, expr: &Expr) -> Option<u64> {
        match expr {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
            Expr::Path(path) => {
                let name = path.path.segments.last()?.ident.to_string();
                self.deeper()?.number(self.source.constants.get(&name)?)
            }
            Expr::Binary(pair) => {
                let (left, right) = (self.number(&pair.left)?, self.number(&pair.right)?);
                match pair.op {
                    BinOp::Add(_) => left.checked_add(right),
                    BinOp::Sub(_) => left.checked_sub(right),
                    BinOp::Mul(_) => left.checked_mul(right),
                    BinOp::Shl(_) => Some(left << right),
                    BinOp::Shr(_) => Some(left >> right),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// What stands between the parentheses of `format!`.
struct Arguments(Vec<Expr>);

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
        Ok(Self(arguments.into_iter().collect()))
    }
}

/// Whether an arm writes something and then gives a value.
fn writes_before_its_value(choice: &ExprMatch) -> bool {
    choice.arms.iter().any(|arm| match &*arm.body {
        Expr::Block(block) => block.block.stmts.len() > 1,
        _ => false,
    })
}

fn returns(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Return(_), _)))
}

fn is_new(path: &syn::Path) -> bool {
    let names: Vec<String> =
        path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    names == ["String", "new"]
}

fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

fn unknown() -> Vec<String> {
    vec!["…".to_owned()]
}

fn line() -> Vec<String> {
    vec!["\n".to_owned()]
}

/// One after the other. The shorter list repeats its last text.
fn join(first: &[String], second: &[String]) -> Vec<String> {
    let at =
        |texts: &[String], at: usize| texts.get(at).or(texts.last()).cloned().unwrap_or_default();
    (0..first.len().max(second.len())).map(|n| at(first, n) + &at(second, n)).collect()
}

/// One or the other.
fn either(branches: impl IntoIterator<Item = Texts>) -> Texts {
    let mut branches: Vec<Vec<String>> = branches.into_iter().flatten().collect();
    // What varies most comes first: it varies with what stands before it.
    branches.sort_by_key(|branch| std::cmp::Reverse(branch.len()));
    let mut all: Vec<String> = Vec::new();
    for text in branches.into_iter().flatten() {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    (!all.is_empty()).then_some(all)
}

/// How many functions and constants may be followed from one to the next.
const DEEPEST: usize = 4;
