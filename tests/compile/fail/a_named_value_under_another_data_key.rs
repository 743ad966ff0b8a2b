//@ env: STRONGROOM_ENV=staging
#[strongroom::secrets]
struct Secrets {
    moved: String,
    //~^ error: the value of `moved` for `staging` lies under another data key
    //~| and: look who set it, then seal it again: strongroom reseal moved
    //~| and: or set another value with: strongroom set --env staging moved
}

fn main() {}
