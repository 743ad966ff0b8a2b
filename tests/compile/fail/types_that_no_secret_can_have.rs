#[strongroom::secrets]
struct Secrets {
    github_api_token: &'static str,
    //~^ error: a secret cannot be a reference
    //~| and: write `String`, or a type of your own that implements `strongroom::FromSecret`
    //~| at: &'static str
    ssh_private_key: Option<&'static str>,
    //~^ error: a secret cannot be a reference
    //~| and: write `Option<String>`, or a type of your own
    //~| at: &'static str
    tls_certificate: &'static [u8],
    //~^ error: a secret cannot be a reference
    //~| and: write `Vec<u8>`
    data_folder: &'static std::path::Path,
    //~^ error: a secret cannot be a reference
    //~| and: write `std::path::Path`
    #[secret(name = "type")]
    array: [u8; 32],
    //~^ error: a secret cannot be an array
    //~| and: write `Vec<u8>`
    //~| at: [u8; 32]
    port: (u16, u16),
    //~^ error: a secret cannot be a tuple
    //~| and: write a field for each of its parts, or a type of your own
    //~| at: (u16, u16)
    #[secret(name = "smtp/password")]
    function: fn() -> String,
    //~^ error: a secret cannot be a function
    //~| and: write `String`, `Vec<u8>`, `Option<_>`, or a type that implements `strongroom::FromSecret`
    //~| at: fn() -> String
    twice: Option<Option<u16>>,
    //~^ error: a secret is there or not, so one `Option` is enough
    //~| and: write `Option<u16>`
    //~| at: Option<u16>
}

fn main() {}
