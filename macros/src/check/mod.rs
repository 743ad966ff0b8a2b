//! The build check: does the vault have a value for every field?

mod embed;
mod field;
mod kinds;
mod nested;
mod setting;
mod vault;

use proc_macro2::Span;
use strongroom_declared::Declares;
use strongroom_vault::{
    Current, ENVIRONMENT_VARIABLE, Environment, EnvironmentType, Index, Shown, VaultId,
};

pub(crate) use self::embed::{Carried, Needs, Sealed};
pub(crate) use self::nested::{Named, Names};
use crate::input::Input;
use crate::this_build::{BUILD_CHECK_VARIABLE, Strictness, ThisBuild};

/// What the build check saw and found.
#[derive(Default)]
pub(crate) struct Checked {
    /// What to report, each at its place.
    pub(crate) findings: Vec<Finding>,
    /// What is an error however strict the check is: nothing can be embedded.
    pub(crate) errors: Vec<Finding>,
    /// Whether the findings are warnings.
    pub(crate) only_warns: bool,
    /// Which vault and environment this build saw, if it could.
    pub(crate) seen: Option<Seen>,
    /// Which secrets have a value in each environment, where nested structs are checked for that.
    pub(crate) nested: Option<Names>,
    /// What the program is to carry.
    pub(crate) carried: Option<Carried>,
    /// Whether a change of a variable must rebuild.
    pub(crate) watches_variables: bool,
    /// The file whose change must rebuild.
    pub(crate) watched_file: Option<String>,
}

/// Something to report, at a place.
pub(crate) struct Finding {
    pub(crate) at: Span,
    pub(crate) message: String,
}

/// What the program remembers of the vault that its build saw.
pub(crate) struct Seen {
    pub(crate) vault: VaultId,
    pub(crate) environment: Environment,
    /// Every named environment: its type must be the same when the program runs.
    pub(crate) named: Vec<Environment>,
    /// The generation of each type's data key; 0 where the type has no grants.
    pub(crate) generations: [u32; 4],
}

/// Checks the fields of a struct against the vault of its package.
pub(crate) fn check(input: &Input, build: &ThisBuild) -> Checked {
    let mut checked = Checked::default();
    // A nested struct is checked where it is used; what an editor shows comes from its `cargo check`.
    if input.options.nested || build.is_editor {
        return checked;
    }
    if build.is_foreign() {
        checked.errors.extend(input.options.embed.as_ref().map(|embed| Finding {
            at: embed.span(),
            message: "`embed` in a package that is not part of the application: its vault is another's\n\
                      delete it"
                .to_owned(),
        }));
        return checked;
    }
    checked.watches_variables = true;
    checked.only_warns = build.strictness == Strictness::Warn;
    if let Some(word) = &build.unknown_strictness {
        checked.find(
            input.item.ident.span(),
            format!(
                "{BUILD_CHECK_VARIABLE} is `{}`\nset it to one of: error, warn, off",
                Shown(word)
            ),
        );
    }
    if let Err(mut finding) = check_vault(input, build, &mut checked) {
        match &input.options.embed {
            None => checked.findings.push(finding),
            Some(embed) => {
                finding.message = format!("there is nothing to embed: {}", finding.message);
                checked.errors.push(Finding { at: embed.span(), ..finding });
            }
        }
    }
    if build.strictness == Strictness::Off {
        checked.findings.clear();
    }
    checked
}

fn check_vault(input: &Input, build: &ThisBuild, checked: &mut Checked) -> Result<(), Finding> {
    let place = vault::locate(input, build)?;
    let file = place.read()?;
    checked.watched_file = Some(place.literal()?);
    let index = Index::read(file.text()).map_err(|error| place.fault(&file.error(error)))?;

    let mut environments = Vec::new();
    // What the program loads where nobody says otherwise: of the others it needs no store.
    let mut chosen = None;
    match index.environment(&build.environment) {
        Ok(active) => {
            checked.seen = Some(Seen::new(&index, active.clone()));
            if input.options.embed.is_some() {
                let (carried, errors) = Carried::of(input, &index, &active);
                (checked.carried, checked.errors) = (Some(carried), errors);
            }
            chosen = Some(active.clone());
            environments.push(active);
        }
        Err(unknown) => {
            let message = format!("{ENVIRONMENT_VARIABLE}: {unknown}");
            let finding = Finding { at: input.item.ident.span(), message };
            if input.options.embed.is_some() {
                return Err(finding);
            }
            checked.findings.push(finding);
        }
    }
    for environment in index.build_check() {
        if !environments.contains(environment) {
            environments.push(environment.clone());
        }
    }
    let fields = &input.item.fields;
    if input.item.declares == Declares::Settings {
        for field in fields {
            for (at, message) in setting::check(field, fields, &index, &environments) {
                checked.find(at, message);
            }
        }
        return Ok(());
    }
    // A constant can be an error and no warning.
    if build.strictness == Strictness::Error && fields.iter().any(|field| field.nested.is_some()) {
        checked.nested = Some(Names::of(&index, &environments));
    }
    for field in fields.iter().filter(|field| field.nested.is_none()) {
        for message in field::check(field, fields, &index, &environments, chosen.as_ref()) {
            checked.find(field.ident.span(), message);
        }
    }
    Ok(())
}

impl Checked {
    fn find(&mut self, at: Span, message: String) {
        self.findings.push(Finding { at, message });
    }
}

impl Seen {
    fn new(index: &Index<'_>, environment: Environment) -> Self {
        let generations = EnvironmentType::ALL
            .map(|kind| index.keys().of_type(kind).current().map_or(0, Current::generation));
        let named = index.named_environments().to_vec();
        Self { vault: index.id(), environment, named, generations }
    }
}
