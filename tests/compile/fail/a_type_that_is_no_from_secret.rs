struct Token(String);

#[strongroom::secrets]
struct Secrets {
    github_api_token: Token,
    //~^ error: Token
    //~| at: Token
    port: Option<std::net::TcpStream>,
    //~^ error: TcpStream
    //~| at: std::net::TcpStream
}

fn main() {
    let _ = Secrets::load();
}
