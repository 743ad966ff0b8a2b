//! What a file's structure says about its references: which are filled, and which stand where no value can.

use std::ops::Range;

use super::document::Document;
use super::fault::TemplateFault;
use super::frame::{Frame, Key, KeyRef, Member, Word};
use super::place::Style;
use crate::reference::{Found, What};

/// A string in a file.
pub(super) struct Scalar<'a> {
    /// All of it, with quotes, or the header of a block: what is replaced when it is written anew.
    pub(super) whole: Range<usize>,
    /// Where references in it stand.
    pub(super) content: Range<usize>,
    pub(super) style: Style,
    /// What it says, masked.
    pub(super) text: &'a str,
}

/// A change of a file.
#[derive(Debug)]
pub(super) enum Edit {
    /// References in a string get their values.
    Fill {
        whole: Range<usize>,
        style: Style,
        /// The numbers of the references.
        items: Range<usize>,
        /// What the string says, masked; empty where it is never written anew.
        text: String,
        /// What follows it when it is written anew: the comment of a block's header.
        comment: Range<usize>,
    },
    /// A `secretKeyRef` becomes a `value`.
    Replace { range: Range<usize>, is_quoted: bool, name: String },
}

impl Edit {
    pub(super) fn range(&self) -> &Range<usize> {
        match self {
            Self::Fill { whole, .. } => whole,
            Self::Replace { range, .. } => range,
        }
    }
}

/// Follows a file from part to part.
pub(super) struct Walker<'t> {
    text: &'t str,
    items: &'t [Found<'t>],
    /// The first reference that was not met yet.
    next: usize,
    /// Where the last part ended.
    pub(super) end: usize,
    begins_comment: Option<u8>,
    /// How far comments were looked for, and whether one goes on there.
    looked: usize,
    is_in_comment: bool,
    frames: Vec<Frame>,
    document: Document,
    pub(super) edits: Vec<Edit>,
    pub(super) faults: Vec<(usize, TemplateFault)>,
}

impl<'t> Walker<'t> {
    /// `begins_comment` begins a comment, in formats that have some.
    pub(super) fn new(text: &'t str, items: &'t [Found<'t>], begins_comment: Option<u8>) -> Self {
        Self {
            text,
            items,
            next: 0,
            end: 0,
            begins_comment,
            looked: 0,
            is_in_comment: false,
            frames: Vec::new(),
            document: Document::default(),
            edits: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Whether a reference that was not met yet begins before this place.
    pub(super) fn is_met_before(&self, end: usize) -> bool {
        self.items.get(self.next).is_some_and(|item| item.span.start < end)
    }

    /// How deep the next part lies.
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// A string, where the file's structure says whether it is a key.
    pub(super) fn scalar(&mut self, scalar: &Scalar<'_>) {
        let is_key = self.is_key();
        let whole = scalar.whole.clone();
        self.string(scalar, is_key);
        if is_key && self.frames.last().is_some_and(|frame| frame.is_mapping && !frame.is_key) {
            let word = Word::of(scalar.text);
            let is_quoted = !matches!(scalar.style, Style::Anew);
            let key = Some(Key { word, range: whole, is_quoted });
            if let Some(frame) = self.frames.last_mut() {
                frame.key = key;
            }
        } else {
            self.member(&Member::Text(scalar.text), &whole);
        }
    }

    /// A string that is a key, or that is none.
    pub(super) fn string(&mut self, scalar: &Scalar<'_>, is_key: bool) {
        self.between(scalar.content.start);
        let from = self.next;
        while let Some(item) = self.items.get(self.next)
            && item.span.end <= scalar.content.end
        {
            self.next += 1;
            match item.what {
                What::Malformed => self.fault(item.span.start, TemplateFault::Malformed),
                What::Secret(_) if is_key => self.fault(item.span.start, TemplateFault::InKey),
                What::Secret(_) | What::Literal(_) => {}
            }
        }
        if self.next > from {
            let is_filled = matches!(scalar.style, Style::Quoted | Style::Verbatim);
            let text = if is_filled { String::new() } else { scalar.text.to_owned() };
            self.edits.push(Edit::Fill {
                whole: scalar.whole.clone(),
                style: scalar.style,
                items: from..self.next,
                text,
                comment: self.header_comment(scalar),
            });
        }
        self.end = self.end.max(scalar.whole.end);
    }

    /// Something that is no string and no key: a number, or a word.
    pub(super) fn bare(&mut self, range: Range<usize>) {
        self.between(range.start);
        while let Some(item) = self.items.get(self.next)
            && item.span.start < range.end
        {
            self.next += 1;
            self.fault(item.span.start, TemplateFault::OutsideString);
        }
        self.end = self.end.max(range.end);
        self.member(&Member::Text(""), &range);
    }

    /// A mapping or a list begins.
    pub(super) fn open(&mut self, start: usize, is_mapping: bool, is_anchored: bool) {
        self.between(start);
        let is_key = self.is_key();
        self.end = self.end.max(start);
        self.frames.push(Frame::new(start, is_mapping, is_key, is_anchored));
    }

    /// It ends; where, if there is something to see of its end.
    pub(super) fn close(&mut self, end: Option<usize>) {
        if let Some(end) = end {
            self.between(end);
            self.end = self.end.max(end);
        }
        let Some(mut frame) = self.frames.pop() else { return };
        if frame.is_key {
            // A key that is no text: its value is nothing that is looked at.
            if let Some(parent) = self.frames.last_mut().filter(|parent| parent.is_mapping) {
                let range = frame.start..self.end;
                parent.key = Some(Key { word: Word::Other, range, is_quoted: false });
            }
            return;
        }
        let stands_for_value = self.key_word() == Some(Word::ValueFrom);
        if !stands_for_value && let Some(found) = frame.take_found() {
            self.replace(found, frame.has_value);
        }
        let range = frame.start..self.end;
        let member = if frame.is_mapping { Member::Mapping(Box::new(frame)) } else { Member::List };
        self.member(&member, &range);
    }

    /// The value of another place.
    pub(super) fn alias(&mut self, range: Range<usize>) {
        self.between(range.start);
        self.end = self.end.max(range.end);
        if self.is_key() {
            if let Some(frame) = self.frames.last_mut() {
                frame.key = Some(Key { word: Word::Other, range, is_quoted: false });
            }
            return;
        }
        self.member(&Member::Alias, &range);
    }

    /// A document ends.
    pub(super) fn end_document(&mut self) {
        if let Some(at) = std::mem::take(&mut self.document).needs_itself() {
            self.fault(at, TemplateFault::OwnStore);
        }
    }

    /// References before this place that are in no string.
    pub(super) fn between(&mut self, until: usize) {
        while let Some(item) = self.items.get(self.next)
            && item.span.start < until
        {
            self.next += 1;
            let start = item.span.start;
            match (self.is_in_comment(start), self.begins_comment) {
                (true, _) => {}
                (false, Some(_)) if item.what == What::Malformed => {
                    self.fault(start, TemplateFault::Malformed);
                }
                (false, Some(_)) => self.fault(start, TemplateFault::NoPlace),
                (false, None) => self.fault(start, TemplateFault::OutsideString),
            }
        }
    }

    /// Whether a comment goes on at this place, behind the last part. No byte is looked at twice: a line may be as long as
    /// the file.
    fn is_in_comment(&mut self, at: usize) -> bool {
        let end = self.end.min(at);
        if end > self.looked {
            (self.looked, self.is_in_comment) = (end, false);
        }
        for byte in &self.text.as_bytes()[self.looked.min(at)..at] {
            match byte {
                b'\n' => self.is_in_comment = false,
                byte if Some(*byte) == self.begins_comment => self.is_in_comment = true,
                _ => {}
            }
        }
        self.looked = self.looked.max(at);
        self.is_in_comment
    }

    fn fault(&mut self, at: usize, fault: TemplateFault) {
        self.faults.push((at, fault));
    }

    fn is_key(&self) -> bool {
        let is_next = |frame: &Frame| frame.is_key || (frame.is_mapping && frame.key.is_none());
        self.frames.last().is_some_and(is_next)
    }

    fn key_word(&self) -> Option<Word> {
        self.frames.last()?.key.as_ref().map(|key| key.word)
    }

    /// The comment behind the header of a block.
    fn header_comment(&self, scalar: &Scalar<'_>) -> Range<usize> {
        let header = scalar.whole.start..scalar.content.start;
        let first = self.text[header.clone()].lines().next().unwrap_or_default();
        let behind = header.start + first.len();
        match first.find('#').filter(|_| matches!(scalar.style, Style::Block(_) | Style::Anew)) {
            Some(at) => header.start + at..behind,
            None => behind..behind,
        }
    }

    /// A member of the innermost mapping or list is complete.
    fn member(&mut self, member: &Member<'_>, range: &Range<usize>) {
        if let Member::Text(text) = member {
            self.document.note(&self.frames, text, range.start);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.take(self.text, member, range);
        }
    }

    /// A `secretKeyRef` that is one: beside a `name`.
    fn replace(&mut self, found: KeyRef, has_value: bool) {
        self.document.has_key_refs();
        let within: Vec<usize> = self
            .edits
            .iter()
            .rev()
            .map_while(|edit| (edit.range().end > found.range.start).then_some(edit.range()))
            .filter(|range| range.start < found.range.end)
            .map(|range| range.start)
            .collect();
        let fault = found.fault.or(has_value.then_some(TemplateFault::BesideValue));
        if let Some(fault) = fault {
            self.fault(found.range.start, fault);
        } else if let Some(at) = within.first() {
            self.fault(*at, TemplateFault::InKeyRef);
        } else {
            let KeyRef { range, is_quoted, name, .. } = found;
            self.edits.push(Edit::Replace { range, is_quoted, name });
        }
    }
}
