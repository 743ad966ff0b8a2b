//! What is asked at a terminal.

use super::Team;
use crate::screen::{Screen, refuse_secrets_on};
use crate::session::MARKER;

const LEAVE: &str = "strongroom set --deposit --type prod stripe_api_key";

#[test]
fn accepting_is_asked_for_one_after_the_other() {
    let team = Team::new();
    team.leave(LEAVE, "MARKER-5f1e-new", "CODE");
    team.leave("strongroom set --deposit --type dev other", MARKER, "CODE");
    let mut screen = Screen::of(team.session(), "strongroom accept");
    screen.shows("other for development").shows("accept it? [y/N] ").types("\r");
    screen.shows("left as it is").shows("stripe_api_key for production");
    screen.shows("accept it? [y/N] ").types("y\r").shows("updated stripe_api_key for production");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-new");
    let mut screen = Screen::of(team.session(), "strongroom accept other");
    screen.shows("accept it? [y/N] ").types("n\r").shows("left as it is");
    screen.ends_with(1);
}

#[test]
fn which_of_two_is_meant_is_asked_for_by_its_code() {
    let team = Team::new();
    team.leave(LEAVE, "MARKER-5f1e-1", "FIRST");
    let second = team.leave(LEAVE, "MARKER-5f1e-2", "SECOND");
    let mut screen = Screen::of(team.session(), "strongroom accept stripe_api_key");
    screen.shows("which one?").types("aaaa-bbbb-cccc-dddd\r").shows("none of these has that code");
    screen
        .shows("which one?")
        .types(&format!("{second}\r"))
        .shows("accept it? [y/N] ")
        .types("y\r");
    screen.shows("another deposit waits for it");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-2");
}

#[test]
fn a_set_without_the_data_key_asks_whether_to_leave_a_deposit() {
    let team = Team::new();
    let line = "HOME=../dev strongroom set --type prod stripe_api_key";
    let before = team.session().read("strongroom.toml");
    let mut screen = Screen::of(team.session(), line);
    screen.shows("no key for `production` here");
    screen.shows("leave a deposit for `production`, which a holder accepts? [y/N] ").types("\r");
    screen.shows("nothing was set");
    screen.ends_with(1);
    assert_eq!(team.session().read("strongroom.toml"), before);
    let mut screen = Screen::of(team.session(), line);
    screen.shows("which a holder accepts? [y/N] ").types("y\r").shows("is new here");
    screen.shows("value of stripe_api_key for production: ").types("MARKER-5f1e-new\r");
    screen.shows("left a deposit of stripe_api_key for production");
    refuse_secrets_on(&screen.ends_with(0));
}

#[test]
fn dropping_by_name_is_asked_for() {
    let team = Team::new();
    team.leave(LEAVE, MARKER, "CODE");
    let mut screen = Screen::of(team.session(), "strongroom reject stripe_api_key");
    screen.shows("stripe_api_key for production, left").shows("drop it? [y/N] ").types("\r");
    screen.shows("nothing was dropped");
    screen.ends_with(1);
    let mut screen = Screen::of(team.session(), "strongroom reject stripe_api_key");
    screen.shows("drop it? [y/N] ").types("y\r").shows("dropped the deposit");
    screen.ends_with(0);
}

#[test]
fn another_deposit_key_is_asked_about_by_its_fingerprint() {
    let team = Team::new();
    team.dev(LEAVE).input(MARKER).run().succeeds();
    team.owner("strongroom key rotate --type production --yes").run().succeeds();
    let now = team.fingerprint("production", "NOW");
    let line = format!("HOME={} {LEAVE}", team.session().path("../dev").display());
    let before = team.session().read("strongroom.toml");
    let mut screen = Screen::of(team.session(), &line);
    screen.shows("is another one than before").shows(&format!("is it {now}? [y/N] ")).types("\r");
    screen.shows("nothing was left");
    screen.ends_with(1);
    assert_eq!(team.session().read("strongroom.toml"), before);
    let mut screen = Screen::of(team.session(), &line);
    screen.shows("[y/N] ").types("y\r").shows("value of stripe_api_key for production: ");
    screen.types("MARKER-5f1e-new\r").shows("left a deposit of stripe_api_key");
    refuse_secrets_on(&screen.ends_with(0));
}
