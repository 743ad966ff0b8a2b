//! Whole-system tests; each folder beside this file is one test target.
