//! What a struct declares, and the words for it: secrets or settings.

use strongroom_vault::NameFault;
use syn::Attribute;

/// What the fields of a struct are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declares {
    /// `#[secrets]`: what is sealed.
    Secrets,
    /// `#[settings]`: what is plain.
    Settings,
}

impl Declares {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Secrets, Self::Settings];

    /// What an attribute says that its struct declares, by the last word of its path.
    #[must_use]
    pub fn by(attribute: &Attribute) -> Option<Self> {
        let last = attribute.path().segments.last()?;
        Self::ALL.into_iter().find(|declares| last.ident == declares.plural())
    }

    /// One of them; also the attribute of a field.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Secrets => "secret",
            Self::Settings => "setting",
        }
    }

    /// Several of them; also the attribute of a struct.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Settings => "settings",
        }
    }

    /// What is wrong with an item's shape, and how such a struct is written.
    #[must_use]
    pub fn not_a_struct(self, fault: &str) -> String {
        let example = match self {
            Self::Secrets => "struct Secrets { github_api_token: String }",
            Self::Settings => "struct Settings { max_retries: u32 }",
        };
        format!("{fault}\nwrite it like this: {example}")
    }

    /// What goes on a struct alone.
    #[must_use]
    pub fn goes_on_a_struct(self) -> String {
        self.not_a_struct(&format!("`#[{}]` goes on a struct", self.plural()))
    }

    /// What is said of the attribute of a struct that is there twice.
    pub(crate) fn twice(self) -> String {
        format!("`#[{}]` a second time\nkeep one of the two", self.plural())
    }

    /// Why a field's own name cannot name one, and what to write.
    pub(crate) fn not_a_name(self, name: &str, fault: NameFault) -> String {
        let noun = self.noun();
        let why = match fault {
            NameFault::Character if !name.is_ascii() => "names are ASCII".to_owned(),
            fault => fault.to_string(),
        };
        format!(
            "`{name}` cannot be the name of a {noun}: {why}\n\
             name the {noun} with: #[{noun}(name = \"…\")]"
        )
    }
}
