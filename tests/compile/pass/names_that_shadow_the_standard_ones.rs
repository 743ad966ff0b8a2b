#![allow(unused, nonstandard_style, clippy::disallowed_names)]

mod core {}
mod std {}
mod strongroom {}
use ::strongroom::secrets as derive;

struct Option;
struct Result;
struct String;
struct Vec;
struct Self_;
trait Drop {}
trait Debug {}
trait Clone {}
trait Secrets {}
trait Settings {}
trait Loadable {}
trait IntoIterator {}
trait AsRef {}
type str = u8;
type bool = u8;
type u32 = u8;
const None: u8 = 0;
const BUILD_CHECK: u8 = 0;
const KIND_0: u8 = 0;
fn required() {}
fn setting() {}
fn values() {}
fn Some() {}
fn Ok() {}
fn Err() {}
macro_rules! include_bytes { () => {} }
macro_rules! option_env { () => {} }
macro_rules! compile_error { () => {} }
macro_rules! format_args { () => {} }

#[::strongroom::secrets]
struct Mine {
    github_api_token: ::std::string::String,
    ssh_private_key: ::std::option::Option<::std::string::String>,
}

#[::strongroom::settings]
struct Plain {
    #[setting(default = "3")]
    max_retries: ::core::primitive::u32,
    public_url: ::std::option::Option<::std::string::String>,
}

fn main() {
    let _ = Plain::load();
    let _ = Mine::load();
}
