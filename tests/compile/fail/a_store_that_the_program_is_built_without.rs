//@ vault: stores.toml

// The environments that every build checks need no store here: another program may be for them.
#[strongroom::secrets]
struct Secrets {
    kept: Option<String>,
    //~^ error: `kept` for `local` is kept in the store `cluster`, and this program is built without stores of the kind `kubernetes`\nadd them with: cargo add strongroom --features kubernetes
    //~| at: kept
    mistyped: Option<String>,
    //~^ error: `mistyped` for `local` is kept in the store `mistyped`, and there is no kind of store `kubernets`\nthere is the kind `kubernetes`: did you mean it?\nthere are: aws-parameter-store, 
}

fn main() {}
