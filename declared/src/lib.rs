//! What a struct declares: a syn item read into fields, names and rules.
//!
//! The macros `#[secrets]` and `#[settings]` and the command `strongroom check` read structs, the one as the
//! compiler hands them over, the other as they stand in a file. They share this crate, so that they
//! see the same fields, find the same faults and say the same words about them.
//!
//! Reading never stops at the first fault: what is sound is returned, and every fault is in
//! [`Errors`], each at the smallest token that is wrong.
//!
//! ```
//! use strongroom_declared::{Cfg, Declares, Errors, Options, Struct};
//!
//! let item: syn::DeriveInput = syn::parse_str(
//!     "#[strongroom::secrets(any_vault)]
//!      struct Secrets {
//!          github_api_token: String,
//!          #[secret(name = \"smtp/password\")]
//!          smtp_password: Option<String>,
//!      }",
//! )?;
//! let mut errors = Errors::default();
//! let options = Options::of(Declares::Secrets, &item.attrs, &mut errors).expect("the attribute is there");
//! let secrets = Struct::read(item, Declares::Secrets, Cfg::Undecided, &mut errors);
//!
//! assert!(errors.is_empty() && options.any_vault);
//! assert_eq!(secrets.fields[0].name, "github_api_token");
//! assert_eq!(secrets.fields[1].name, "smtp/password");
//! assert!(secrets.fields[1].is_optional());
//! # Ok::<(), syn::Error>(())
//! ```

mod arguments;
mod declares;
mod derives;
mod errors;
mod field;
mod item;
mod kind;
mod options;

pub use self::declares::Declares;
pub use self::errors::Errors;
pub use self::field::Field;
pub use self::item::{Cfg, Struct};
pub use self::kind::Reads;
pub use self::options::Options;
