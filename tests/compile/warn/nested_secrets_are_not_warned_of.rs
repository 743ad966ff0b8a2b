//@ env: STRONGROOM_BUILD_CHECK=warn
#[strongroom::secrets(nested)]
struct Part {
    nonsense: String,
}

#[strongroom::secrets]
struct Secrets {
    #[secret(nested)]
    part: Part,
    other: String,
    //~^ warning: secret `other` has no value for environment type `local`
}

fn main() {
    let _ = Secrets::load().map(|secrets| secrets.part.nonsense.len() + secrets.other.len());
}
