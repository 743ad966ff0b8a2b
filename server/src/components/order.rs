//! In which order components are opened: each after the one that has its credentials.

use super::declared::Component;

/// The components, each after the one that it refers to.
///
/// # Errors
///
/// References go in a circle.
pub(super) fn sorted(mut all: Vec<Component>) -> Result<Vec<Component>, String> {
    let mut sorted: Vec<Component> = Vec::with_capacity(all.len());
    while !all.is_empty() {
        let is_ready = |component: &Component| {
            !component.needs_store()
                || !all.iter().any(|other| other.name == component.secret_store)
        };
        let Some(at) = all.iter().position(is_ready) else { return Err(circle(&all)) };
        sorted.push(all.remove(at));
    }
    Ok(sorted)
}

/// The circle that somebody who follows references from the first component ends in.
fn circle(all: &[Component]) -> String {
    let mut way: Vec<&Component> = Vec::new();
    let mut next = all.first();
    while let Some(component) = next {
        if let Some(begin) = way.iter().position(|other| other.name == component.name) {
            let circle = way.drain(begin..).chain([component]);
            let names: Vec<String> = circle.map(|it| format!("`{}`", it.name)).collect();
            return format!(
                "{}: the secrets of components are in each other: {}\n\
                 let `auth.secretStore` of one of them name a store outside the circle",
                component.place,
                names.join(" → ")
            );
        }
        way.push(component);
        next = all.iter().find(|other| other.name == component.secret_store);
    }
    "references of components go in a circle".to_owned()
}
