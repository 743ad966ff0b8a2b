#[strongroom::secrets]
struct Secrets {
    moved: String,
    //~^ error: the value of `moved` for `local` lies under another data key (a merge with a rotation, an edited [environments], or an altered line)
    //~| and: look who set it, then seal it again: strongroom reseal moved
    //~| and: or set another value with: strongroom set --type local moved
    //~| at: moved
}

#[strongroom::secrets]
struct Optional {
    moved: Option<String>, //~ error: the value of `moved` for `local` lies under another data key
}

fn main() {}
