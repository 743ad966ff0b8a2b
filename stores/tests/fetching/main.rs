//! Fetching, changing and watching, against a store whose answers and delays the test decides; the clock is the test's too, so every
//! duration is exact.

mod answers;
mod changing;
mod limits;
mod store;
mod watching;
