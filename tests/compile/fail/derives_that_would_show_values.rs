mod serde {
    pub use std::clone::Clone as Serialize;
}

#[strongroom::secrets]
#[derive(Clone, Debug)]
//~^ error: `Debug` derived here would print every value
//~| and: delete it: the struct has a `Debug` that shows none
//~| at: Debug
struct Printed {
    github_api_token: String,
}

#[strongroom::secrets]
#[cfg_attr(not(feature = "extra"), derive(std::fmt::Debug))]
//~^ error: `Debug` derived here would print every value
//~| at: Debug
struct PrintedUnderCfg {
    github_api_token: String,
}

#[strongroom::secrets]
/// Between the two.
#[derive(PartialEq, serde::Serialize)]
//~^ error: `Serialize` derived here would write every value to wherever the struct goes
//~| and: delete it, and copy what must go out into a struct that is made for it
//~| at: Serialize
struct Written {
    github_api_token: String,
}

fn main() {}
