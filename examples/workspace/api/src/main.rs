//! A program that uses the library, and declares the same secret once more: it gets the same value.
//!
//! ```sh
//! STRONGROOM_KEY_FILE=examples/workspace/demo.key cargo run -p workspace-api
//! ```

#![expect(clippy::print_stdout, reason = "an example that shows something")]

use workspace_database::Database;

#[strongroom::secrets]
struct Secrets {
    /// where the database is, and how to log in
    database_url: String,
    /// signs the sessions of users
    session_key: Vec<u8>,
    /// the port to listen on, if not 8080
    api_port: Option<u16>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secrets = Secrets::load()?;
    let database = Database::connect()?;
    let port = secrets.api_port.unwrap_or(8080);
    println!("listening on port {port}, with a session key of {} bytes", secrets.session_key.len());
    println!("the library connects to {}", database.host());
    println!("the same value here: {}", secrets.database_url.ends_with(database.host()));
    Ok(())
}
