//! The format: every vector, and the promises of sealing and editing for any input.

mod answer;
mod apps;
mod bounds;
mod chance;
mod deposit_keys;
mod deposits;
mod editing;
mod embedded;
mod hostile;
mod layout;
mod limits;
mod merging;
mod own;
mod places;
mod plain;
mod public_keys;
mod rekeying;
mod resealing;
mod roster;
mod rotation;
mod saving;
mod stores;
mod tracked;
mod user_folder;
mod vectors;
