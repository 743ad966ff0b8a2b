//@ vault: checked.toml
#[strongroom::secrets]
struct Secrets {
    moved: String,
    //~^ error: the values of `moved` for `local`, `production` and `development` lie under another data key
    //~| and: look who set each, then seal each again: strongroom reseal moved
    //~| and: or set another value with: strongroom set --type local moved
    //~| and: \n                           strongroom set --type production moved
    //~| and: \n                           strongroom set --type development moved
}

fn main() {}
