//@ env: STRONGROOM_ENV=staging
#[strongroom::secrets]
struct Secrets {
    moved: String,
    //~^ error: the value of `moved` for `staging` lies under another data key
    //~| and: set it again with: strongroom set --env staging moved
}

fn main() {}
