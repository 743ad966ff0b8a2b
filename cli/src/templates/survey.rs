//! What was found in a file: its references, and what is wrong with some.

use strongroom_formats::Position;
use strongroom_formats::render::{NearMiss, Template, TemplateError, TemplateFault};

use super::Source;
use crate::error::Error;
use crate::selection::Undone;
use crate::ui;

/// A file in which references were looked for.
pub(crate) struct Survey<'s> {
    pub(crate) source: &'s Source,
    /// None where there are faults.
    template: Option<Template<'s>>,
    pub(super) faults: Vec<(Position, TemplateFault)>,
    /// Those beside faults; empty where there are none.
    others: Vec<(Position, String)>,
}

impl<'s> Survey<'s> {
    /// Finds a file's references. Faults of theirs are told by [`super::Needed::by`], with all else.
    pub(crate) fn of(source: &'s Source, undone: Undone) -> Result<Self, Error> {
        let (template, faults, others) = match Template::read(&source.bytes, source.format) {
            Ok(template) => (Some(template), Vec::new(), Vec::new()),
            Err(TemplateError::Faults { faults, references }) => (None, faults, references),
            Err(TemplateError::Unreadable(error)) => return Err(source.unreadable(&error, undone)),
        };
        Ok(Self { source, template, faults, others })
    }

    /// The references that a value can fill, in the order of the file.
    pub(super) fn references(&self) -> impl Iterator<Item = (Position, &str)> {
        let of_template = self.template.iter().flat_map(Template::references);
        let of_template = of_template.map(|reference| (reference.at, reference.name));
        of_template.chain(self.others.iter().map(|(at, name)| (*at, name.as_str())))
    }

    /// Warns of what stays text and may have been meant as a reference.
    pub(crate) fn warn_of_near_misses(&self) {
        let near = self.template.as_ref().map(Template::near_misses).unwrap_or_default();
        let file = self.source.described();
        let line = |near: &NearMiss| {
            let NearMiss { at, right } = near;
            format!(
                "{file}:{}:{}: this is no reference, and stays text: write `{right}`",
                at.line, at.column
            )
        };
        let mut lines: Vec<String> = near.iter().take(NEAR).map(line).collect();
        if near.len() > NEAR {
            lines.push(format!("and {} more", near.len() - NEAR));
        }
        if !lines.is_empty() {
            ui::warn(&lines.join("\n"));
        }
    }

    /// The file, once [`super::Needed::by`] has found no fault.
    pub(crate) fn template(&self) -> &Template<'s> {
        self.template.as_ref().expect("whoever has what is needed was told no fault")
    }
}

/// The most near misses that are told.
const NEAR: usize = 5;
