//! Sessions with the command, as somebody would type them.
