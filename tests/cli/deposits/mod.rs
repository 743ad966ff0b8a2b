//! Deposits: values that wait to be accepted, and what the commands say of them.

mod shown;
