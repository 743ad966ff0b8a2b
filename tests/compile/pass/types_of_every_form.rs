use strongroom::{FromSecret, InvalidSecret, Plaintext};

struct Bytes<const LENGTH: usize>(Vec<u8>);

impl<const LENGTH: usize> FromSecret for Bytes<LENGTH> {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        let bytes = Vec::from_secret(value)?;
        if bytes.len() == LENGTH { Ok(Self(bytes)) } else { Err(InvalidSecret::new("32 bytes")) }
    }
}

trait Checked {
    type Kind;
}

impl Checked for String {
    type Kind = u16;
}

type Alias<T = String> = T;

macro_rules! text {
    () => {
        String
    };
}

macro_rules! declare {
    ($item:item) => {
        #[strongroom::secrets]
        $item
    };
}

declare! {
    /// Handed over as an item.
    pub(crate) struct Item {
        github_api_token: String,
    }
}

fn generic<T: Default>() -> T {
    #[strongroom::secrets]
    struct Secrets {
        github_api_token: String,
    }
    let _ = Secrets::get().map(|secrets| secrets.github_api_token.len());
    T::default()
}

#[strongroom::secrets]
#[derive(Default)]
#[expect(non_camel_case_types)]
struct r#type {
    github_api_token: Alias,
    ssh_private_key: text!(),
    port: <String as Checked>::Kind,
    access_key: Option<Bytes<{ 16 + 16 }>>,
    password: crate::Alias<::std::vec::Vec<u8>>,
}

fn main() {
    let mut secrets = r#type::default();
    let _: (String, String) = (
        std::mem::take(&mut secrets.github_api_token),
        std::mem::take(&mut secrets.ssh_private_key),
    );
    let _: (u16, &Vec<u8>) = (secrets.port, &secrets.password);
    let _: bool = secrets.access_key.as_ref().is_some_and(|key| key.0.is_empty());
    assert_eq!(<r#type as strongroom::Loadable>::DECLARED.name, "type");
    let _ = Item::load().map(|secrets| secrets.github_api_token.len());
    let _: u8 = generic();
}
