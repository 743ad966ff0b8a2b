#[strongroom::secrets(embed)]
struct Secrets {
    nonsense: String,
    //~^ error: secret `nonsense` has no value for environment type `local`
    moved: Option<String>,
    //~^ error: the value of `moved` for `local` lies under another data key
}

fn main() {}
