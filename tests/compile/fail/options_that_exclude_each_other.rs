#[strongroom::secrets(embed, any_vault)]
//~^ error: `any_vault` says nothing beside `embed`: no vault is read\ndelete it
//~| at: any_vault
struct Any {
    github_api_token: String,
}

#[strongroom::secrets(nested, embed, vault = "strongroom.toml", any_vault)]
//~^ error: `embed` says nothing beside `nested`\ndelete it: a nested struct is checked and loaded with the struct that has it
//~| at: embed
//~^^^ error: `vault` says nothing beside `nested`
//~| at: vault
//~^^^^^ error: `any_vault` says nothing beside `nested`
//~| at: any_vault
struct Part {
    github_api_token: String,
}

#[strongroom::secrets(embed)]
struct Whole {
    #[secret(nested)]
    part: Part,
    //~^ error: `embed` carries the struct's own fields
    //~| and: load it by itself, or delete `embed`
    //~| at: part
    password: String,
}

fn main() {}
