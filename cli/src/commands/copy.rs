//! `strongroom copy`: the values of one environment for others too, in the vault or in a store.

use crate::error::{Error, Status};
use crate::session::Place;
use crate::transfer::{self, Into, Way, What};

/// Copy values from one environment to others, or into a store
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom copy <NAME… | --all> --from ENVIRONMENT --to ENVIRONMENTS [OPTIONS]",
    after_help = "\
Everything is copied in one save, or nothing is. A named environment gives only values of its own. A reference is
copied as one.

With --store the values are written into a store, by their own names, and the environments refer to them: the plan
is shown first. What is there and is another value is skipped, unless --replace is given; then the status is 1.

Examples:
  strongroom copy smtp_password --from dev --to preview,local
  strongroom copy --all --from dev --to staging --dry-run
  strongroom copy --all --from dev --to production --store cluster"
)]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,

    #[command(flatten)]
    into: Into,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    match &args.into.store {
        Some(store) => transfer::into_store(&args.what, &args.into, store, place),
        None => transfer::run(&args.what, Way::Copy, place),
    }
}
