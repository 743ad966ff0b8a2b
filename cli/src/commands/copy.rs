//! `strongroom copy`: the values of one environment for others too.

use crate::error::{Error, Status};
use crate::session::Place;
use crate::transfer::{self, Way, What};

/// Copy values from one environment to others
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom copy <NAME… | --all> --from ENVIRONMENT --to ENVIRONMENTS [OPTIONS]",
    after_help = "\
Everything is copied in one save, or nothing is. A named environment gives only values of its own.

Examples:
  strongroom copy smtp_password --from dev --to preview,local
  strongroom copy --all --from dev --to staging --dry-run"
)]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    transfer::run(&args.what, Way::Copy, place)
}
