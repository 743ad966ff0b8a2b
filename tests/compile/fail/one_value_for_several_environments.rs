//@ vault: checked.toml
//@ env: STRONGROOM_ENV=dev
#[strongroom::secrets]
struct Secrets {
    moved: String,
    //~^ error: the values of `moved` for `development`, `production` and `local` lie under another data key
}

fn main() {}
