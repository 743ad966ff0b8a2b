#[strongroom::secrets]
#[expect(non_snake_case)]
struct Secrets {
    github_api_token: String,
    GitHubApiToken: String,
    //~^ error: `GitHubApiToken` names the same secret as the field `github_api_token`
    //~| and: keep one of the two fields
    //~| at: GitHubApiToken
    #[secret(name = "ssh-private-key")]
    ssh: String,
    #[secret(name = "ssh.private.key")]
    //~^ error: `ssh.private.key` names the same secret as the field `ssh`
    //~| and: keep one of the two fields
    //~| at: "ssh.private.key"
    other: String,
}

fn main() {}
