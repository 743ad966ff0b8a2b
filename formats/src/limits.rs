//! Every limit on what is read and written, in one place.

/// The largest file, in bytes (16 MiB), and the most that a compressed one may give.
pub const FILE_BYTES: usize = 16 << 20;
/// The deepest nesting of tables and lists.
pub const NESTING: usize = 16;
/// The most tables, lists and values of a file.
pub const NODES: usize = 300_000;
/// The most bytes of all values in one Kubernetes Secret (1 MiB).
pub const KUBERNETES_BYTES: usize = 1 << 20;
