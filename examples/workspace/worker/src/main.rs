//! A second program with the same library and other secrets; a named environment (`staging`) has a queue of its own.
//!
//! ```sh
//! export STRONGROOM_KEY_FILE=examples/workspace/demo.key
//! cargo run -p workspace-worker
//! STRONGROOM_ENV=staging cargo run -p workspace-worker
//! ```

#![expect(clippy::print_stdout, reason = "an example that shows something")]

use workspace_database::Database;

#[strongroom::secrets]
struct Secrets {
    /// where jobs come from
    queue_url: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secrets = Secrets::load()?;
    let database = Database::connect()?;
    let queue = secrets.queue_url.rsplit_once('@').map_or("unknown", |(_, host)| host);
    println!("jobs from {queue}, results to {}", database.host());
    Ok(())
}
