//@ package: vendored
#[strongroom::secrets(embed)]
//~^ error: `embed` in a package that is not part of the application: its vault is another's\ndelete it
//~| at: embed
struct Secrets {
    github_api_token: String,
}

fn main() {}
