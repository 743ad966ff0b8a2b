#[strongroom::secrets]
struct Secrets {
    _token: String,
    //~^ error: `_token` cannot be the name of a secret: a name begins with a letter or a digit (A-Z, a-z, 0-9)
    //~| and: name the secret with: #[secret(name = "…")]
    //~| at: _token
    schlüssel: String,
    //~^ error: `schlüssel` cannot be the name of a secret: names are ASCII
    //~| and: name the secret with: #[secret(name = "…")]
    //~| at: schlüssel
    #[secret(name = "smtp password")]
    //~^ error: `smtp password` cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only
    //~| at: "smtp password"
    spaced: String,
    #[secret(name = "")]
    //~^ error: `` cannot be the name of a secret: a name cannot be empty
    empty: String,
    #[secret(name = "a/b/c")]
    //~^ error: `a/b/c` cannot be the name of a secret: a name has at most one `/`, between a group and a key
    deep: String,
}

fn main() {}
