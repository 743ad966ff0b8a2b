//! What is wanted of one store: each secret once, however many fields name it.

use std::collections::HashMap;

use super::Fetch;
use crate::store::{Item, Opened};

/// The secrets that are wanted of one store.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) opened: Opened,
    pub(super) items: Vec<Item>,
}

/// Where the answer for something that is wanted will be: which group, and which of its secrets.
pub(super) type At = (usize, usize);

/// Sorts what is wanted by store; gives for each, in order, where its answer will be.
pub(super) fn of(wanted: &[Fetch]) -> (Vec<Group>, Vec<At>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    let mut by_item: HashMap<(usize, Item), usize> = HashMap::new();
    let mut places = Vec::with_capacity(wanted.len());
    for Fetch { store, reference } in wanted {
        let group = *by_name.entry(&store.name).or_insert_with(|| {
            groups.push(Group { opened: store.clone(), items: Vec::new() });
            groups.len() - 1
        });
        let item = reference.item(store.store.keys());
        let items = &mut groups[group].items;
        let position = *by_item.entry((group, item.clone())).or_insert_with(|| {
            items.push(item);
            items.len() - 1
        });
        places.push((group, position));
    }
    (groups, places)
}
