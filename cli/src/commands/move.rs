//! `strongroom move`: the values of one environment for others instead.

use crate::error::{Error, Status};
use crate::session::Place;
use crate::transfer::{self, Way, What};

/// Move values from one environment to others
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom move <NAME… | --all> --from ENVIRONMENT --to ENVIRONMENTS [OPTIONS]",
    after_help = "\
Everything is moved in one save, or nothing is. A named environment gives only values of its own.

Example: strongroom move smtp_password --from dev --to staging"
)]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    transfer::run(&args.what, Way::Move, place)
}
