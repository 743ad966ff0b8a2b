struct Plain {
    url: String,
}

#[strongroom::secrets(nested)]
struct Part {
    github_api_token: String,
}

#[strongroom::secrets]
struct Secrets {
    #[secret(nested)]
    plain: Plain,
    //~^ error: `Plain` is no struct of secrets
    //~| at: Plain
    #[secret(nested)]
    text: String,
    //~^ error: `String` is no struct of secrets
    #[secret(nested)]
    maybe: Option<Part>,
    //~^ error: a nested struct is always there\nwrite `Part`: each of its own fields may be an `Option`
    //~| at: Option<Part>
    #[secret(nested)]
    two: (Part, Part),
    //~^ error: a nested struct is a struct with `#[secrets]`
    #[secret(nested, name = "part")]
    //~^ error: `name` names one secret, and a nested struct has names of its own\nwrite a text that comes before them: prefix = "shop_db/"
    //~| at: name
    named: Part,
    #[secret(nested, prefix)]
    //~^ error: `prefix` takes a text in quotes: prefix = "shop_db/"
    bare: Part,
    #[secret(nested, prefix = "a/b/")]
    //~^ error: no secret's name can begin with `a/b/`: a name has at most one `/`
    //~| at: "a/b/"
    slashes: Part,
    //~^ error: secret `a/b/github_api_token` (field `github_api_token` of `Part`) has no value
    #[secret(prefix = "shop/")]
    //~^ error: `prefix` is for a nested struct
    //~| at: prefix
    github_api_token: String,
    #[secret(nested = true)]
    //~^ error: `nested` takes no value
    valued: Part,
}

#[strongroom::secrets]
struct Sound {
    ssh_private_key: Part,
    //~^ error: `Part` cannot be the type of a secret
}

fn main() {
    let _ = Part::load();
    //~^ error: named `load` found for struct `Part`
    let _ = Secrets::load().map(|secrets| secrets.plain.url.len());
}
