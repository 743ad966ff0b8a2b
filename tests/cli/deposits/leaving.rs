//! `strongroom set --deposit`.

use snapbox::str;

use super::Team;
use crate::session::{MARKER, Session};

#[test]
fn a_value_is_left_without_any_key_and_opens_to_exactly_that_value() {
    let team = Team::new();
    team.fingerprint("production", "FINGERPRINT");
    let left = team
        .dev("strongroom set --deposit --type prod stripe_api_key")
        .input("MARKER-5f1e-new\n")
        .run();
    let code = left.stderr.rsplit(' ').next().expect("a code").trim().to_owned();
    team.session().redact(&code, "CODE");
    left.shows(str![[r#"
[0]
--- stderr
the deposit key of production is new here: its fingerprint is [FINGERPRINT......], and is remembered
owner can compare it with: strongroom key deposit
left a deposit of stripe_api_key for production
nothing loads it yet: commit the vault, and tell owner to type: strongroom accept [CODE.............]

"#]]);
    team.commit("Dev", "deposit");
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), MARKER);
    team.owner(&format!("strongroom accept {code} --yes")).run().shows(str![[r#"
[0]
--- stderr
stripe_api_key for production
  code      [CODE.............]
  left      [DATE....]
  from      Dev <Dev@shop>, in commit [deposit.] of [DATE....]
  replaces  version 1
updated stripe_api_key for production (version 2), with the deposit [CODE.............]

"#]]);
    assert_eq!(team.value("strongroom get --type prod stripe_api_key"), "MARKER-5f1e-new");
    team.owner("strongroom list").run().shows(str![[r#"
[0]
secret          production  development  preview  local
stripe_api_key  ✓ 2         -            -        -
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
}

#[test]
fn a_set_without_the_data_key_says_how_to_leave_a_deposit_and_leaves_none() {
    let team = Team::new();
    let before = team.session().read("strongroom.toml");
    team.dev("strongroom set --type prod stripe_api_key").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: no key for `production` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/work/../dev/.config/strongroom/keys (no key for this vault)
       get one from a holder (owner), who types: strongroom holder add NAME --type production
       then keep it with: strongroom key add
       or leave it for a holder to accept: strongroom set --deposit --type production stripe_api_key

"#]]);
    team.owner("strongroom holder add guest --type dev --out ../guest.key").run().succeeds();
    team.dev("strongroom key add ../guest.key").run().succeeds();
    team.dev("strongroom set --type prod,dev stripe_api_key").input(MARKER).run().shows(str![[
        r#"
[3]
--- stderr
error: the key of `guest` has no grant for `production`; it opens development
       who could open it: owner
       read from: [ROOT]/work/../dev/.config/strongroom/keys/[ID]/guest.key
       or leave it for a holder to accept: strongroom set --deposit --type production stripe_api_key

"#
    ]]);
    let after = team.session().read("strongroom.toml");
    assert!(!after.contains("[deposits.waiting]") && before != after);
}

#[test]
fn several_environments_have_a_deposit_each_and_a_description() {
    let team = Team::new();
    team.owner("strongroom env add staging --type dev").run().succeeds();
    for kind in ["production", "development"] {
        team.fingerprint(kind, "FINGERPRINT");
    }
    let left = team
        .dev("strongroom set --deposit --type prod --env staging smtp/password --about 'for the mail'")
        .input(MARKER)
        .run();
    for code in left.stderr.lines().filter_map(|line| line.split_once("accept ")) {
        team.session().redact(code.1, "CODE");
    }
    left.shows(str![[r#"
[0]
--- stderr
the deposit key of production is new here: its fingerprint is [FINGERPRINT......], and is remembered
owner can compare it with: strongroom key deposit
the deposit key of development is new here: its fingerprint is [FINGERPRINT......], and is remembered
owner can compare it with: strongroom key deposit
left a deposit of smtp/password for production
nothing loads it yet: commit the vault, and tell owner to type: strongroom accept [CODE.............]
left a deposit of smtp/password for staging
nothing loads it yet: commit the vault, and tell owner to type: strongroom accept [CODE.............]

"#]]);
    team.owner("strongroom list smtp/password").run().shows(str![[r#"
[0]
smtp/password: for the mail
environment  version  set  content

deposit        environment  left        code                 replaces
smtp/password  production   [DATE....]  [CODE.............]  nothing
smtp/password  staging      [DATE....]  [CODE.............]  nothing
--- stderr
+ a deposit waits: nothing loads it until a holder types: strongroom accept

"#]]);
    team.owner("strongroom accept --all --yes").run().succeeds();
    assert_eq!(team.value("strongroom get --type prod smtp/password"), MARKER);
    assert_eq!(team.value("strongroom get --env staging smtp/password"), MARKER);
}

#[test]
fn a_generated_value_is_left_for_each_environment_and_seen_by_nobody() {
    let team = Team::new();
    let line = "strongroom set --deposit --type prod,dev session_key --generate 40";
    team.leave(line, "", "CODE");
    team.owner("strongroom accept --all --yes").run().succeeds();
    let one = team.value("strongroom get --type prod session_key");
    let other = team.value("strongroom get --type dev session_key");
    assert_eq!((one.len(), other.len()), (40, 40));
    assert_ne!(one, other);
    team.dev("strongroom set --deposit --type prod session_key --generate 40").run().shows(str![[
        r#"
[2]
--- stderr
error: `session_key` has a value for `production`, which a generated one would replace
       if that is meant, add: --replace

"#
    ]]);
}

#[test]
fn a_value_of_any_length_and_any_bytes_is_left() {
    let team = Team::new();
    let bytes: Vec<u8> = (0..=255).collect();
    let long = vec![0xa5; 1 << 20];
    for (at, value) in
        [Vec::new(), vec![0], vec![0x80; 31], vec![0; 33], bytes, long].iter().enumerate()
    {
        team.session().write("value", value);
        let line =
            format!("strongroom set --deposit --type prod v{at} --from-file value --allow-empty");
        let code = team.leave(&line, "", "CODE");
        team.owner(&format!("strongroom accept {code} --yes")).run().succeeds();
        let line = format!("strongroom get --type prod v{at}");
        let got = team.owner(&line).that_shows_secrets().run();
        assert_eq!(&got.succeeds().stdout, value, "{at}");
    }
}

#[test]
fn what_says_nothing_or_cannot_be_is_refused_before_a_value_is_read() {
    let team = Team::new();
    let before = team.session().read("strongroom.toml");
    team.dev("strongroom set --deposit stripe_api_key").run().shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom set --type local stripe_api_key

"#]]);
    team.dev("strongroom set --deposit stripe_api_key --about text").run().ends_with(2);
    team.dev("strongroom set --deposit --mine stripe_api_key").run().shows(str![[r#"
[2]
--- stderr
error: the argument '--deposit' cannot be used with '--mine'
       Usage: strongroom set [--type TYPES] [--env NAMES] [OPTIONS] NAME
       For more information, try '--help'.

"#]]);
    team.dev("strongroom set --accept-key x --type prod stripe_api_key").run().ends_with(2);
    team.dev("strongroom set --deposit --type prod stripe_api_key --accept-key MARKER")
        .run()
        .shows(str![[r#"
[2]
--- stderr
error: a fingerprint has 16 letters and digits: --accept-key [CODE]

"#]]);
    team.dev("strongroom set --deposit --type prod stripe_api_key").input("").run().shows(str![[
        r#"
[2]
--- stderr
the deposit key of production is new here: its fingerprint is [CODE], and is remembered
owner can compare it with: strongroom key deposit
error: no value was given: standard input is empty
       an empty value on purpose needs --allow-empty

"#
    ]]);
    team.dev("strongroom set --deposit --type dev Stripe-API-key").input(MARKER).run().shows(str![
        [r#"
[2]
--- stderr
error: the secret exists as `stripe_api_key`, and keeps that spelling
       set it with: strongroom set --type dev --deposit stripe_api_key

"#]
    ]);
    team.dev("strongroom set --deposit --type prod 'no name'").input(MARKER).run().ends_with(2);
    assert_eq!(team.session().read("strongroom.toml"), before);
}

#[test]
fn a_vault_without_a_deposit_key_says_who_makes_one() {
    let session = Session::with_vault();
    session.typed("strongroom set --deposit --type prod x").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: nothing can be left for `production` yet: the vault has no deposit key for it
       a holder of the roster (owner) makes one with: strongroom key deposit

"#]]);
    session.run("strongroom key deposit --json").succeeds();
    session.typed("strongroom set --deposit --type prod x").input(MARKER).run().succeeds();
}
