//! What is said of deposits without any key.

use std::fs;

use snapbox::str;

use super::Team;
use crate::session::{MARKER, Session};

/// A vault with a secret for `local`, and deposits that nobody can open.
fn with_deposits() -> Session {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.edit(|text| {
        format!(
            "{text}
[deposits.waiting]
a2b3c4d5e6f7g2h3 = {{ name = \"stripe_api_key\", environment = \"production\", left = 2026-11-21, sealed = \"YWdl\" }}
b2b3c4d5e6f7g2h3 = {{ name = \"Stripe-API-key\", environment = \"production\", left = 2026-11-20, sealed = \"YWdl\" }}
c2b3c4d5e6f7g2h3 = {{ name = \"github_api_token\", environment = \"staging\", replaces = 1, left = 2026-11-21, sealed = \"YWdl\" }}
"
        )
    });
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session
}

#[test]
fn a_list_shows_what_waits_where_since_when_and_with_which_code() {
    let session = with_deposits();
    session.run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local  staging
github_api_token  -           ✓ 1          -        ✓ 1    · +
Stripe-API-key    - +         -            -        -      -

deposit           environment  left        code                 replaces
github_api_token  staging      [DATE....]  [CODE]  version 1
Stripe-API-key    production   [DATE....]  [CODE]  nothing
stripe_api_key    production   [DATE....]  [CODE]  nothing
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key
+ a deposit waits: nothing loads it until a holder types: strongroom accept

"#]]);
    let listed = session.run("strongroom list").output();
    assert!(listed.contains("  c2b3-c4d5-e6f7-g2h3  version 1\n"), "{listed}");
    session.run("strongroom list --type prod").shows(str![[r#"
[0]
secret          production
Stripe-API-key  - +

deposit         environment  left        code                 replaces
Stripe-API-key  production   [DATE....]  [CODE]  nothing
stripe_api_key  production   [DATE....]  [CODE]  nothing
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key
+ a deposit waits: nothing loads it until a holder types: strongroom accept

"#]]);
    session.run("strongroom list --type local").shows(str![[r#"
[0]
secret            local
github_api_token  ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    session.run("strongroom list github-api-token").shows(str![[r#"
[0]
github_api_token
environment  version  set         content
development  1        [DATE....]  sealed
local        1        [DATE....]  sealed

deposit           environment  left        code                 replaces
github_api_token  staging      [DATE....]  [CODE]  version 1
--- stderr
+ a deposit waits: nothing loads it until a holder types: strongroom accept

"#]]);
    session.run("strongroom list stripe_api_key").shows(str![[r#"
[0]
Stripe-API-key

deposit         environment  left        code                 replaces
Stripe-API-key  production   [DATE....]  [CODE]  nothing
stripe_api_key  production   [DATE....]  [CODE]  nothing
--- stderr
+ a deposit waits: nothing loads it until a holder types: strongroom accept

"#]]);
    session.run("strongroom list stripe_api_key --json").shows(str![[r#"
[0]
{
  "about": null,
  "deposits": [
    {
      "code": "[CODE]",
      "environment": "production",
      "left": "[DATE....]",
      "replaces": null
    },
    {
      "code": "[CODE]",
      "environment": "production",
      "left": "[DATE....]",
      "replaces": null
    }
  ],
  "name": "Stripe-API-key",
  "own": [],
  "same": [],
  "values": []
}

"#]]);
    session.run("strongroom list stripe_api_kye").shows(str![[r#"
[1]
--- stderr
error: there is no secret `stripe_api_kye`
       see those that exist with: strongroom list

"#]]);
}

#[test]
fn a_vault_with_nothing_but_a_deposit_is_not_empty() {
    let session = Session::with_vault();
    session.edit(|text| {
        format!(
            "{text}\n[deposits.waiting]\na2b3c4d5e6f7g2h3 = {{ name = \"x\", environment = \"local\", left = 2026-11-21, sealed = \"YWdl\" }}\n"
        )
    });
    session.run("strongroom list").shows(str![[r#"
[0]
secret  production  development  preview  local
x       -           -            -        - +

deposit  environment  left        code                 replaces
x        local        [DATE....]  [CODE]  nothing
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key
+ a deposit waits: nothing loads it until a holder types: strongroom accept

"#]]);
}

/// As [`with_deposits`], with a package that declares secrets.
fn package_with_deposits() -> Session {
    let session = with_deposits();
    if let Some(cargo) = std::env::var_os("CARGO") {
        session.export("CARGO", cargo);
    }
    session.write(
        "Cargo.toml",
        "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    session.write(
        "src/main.rs",
        "#[strongroom::secrets]\nstruct Secrets {\n    stripe_api_key: String,\n    github_api_token: String,\n    sentry_dsn: String,\n}\n\nfn main() {}\n",
    );
    session
}

#[test]
#[expect(clippy::too_many_lines, reason = "one session, and most of it is what is printed")]
fn a_check_counts_a_secret_with_only_a_deposit_as_missing() {
    let session = package_with_deposits();
    session.run("strongroom check --type prod,local").shows(str![[r#"
[1]
declared          production  local    where
github_api_token  missing     ✓ 1      src/main.rs:4
sentry_dsn        missing     missing  src/main.rs:5
stripe_api_key    deposit     missing  src/main.rs:3
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
values for `production` and `local` were not opened: no key for them here
3 declared, 3 missing for `production` and `local`
`stripe_api_key` has only a deposit for `production` (since [DATE....])
a holder types: strongroom accept stripe_api_key
set what is missing with:
  strongroom set --type production github_api_token
  strongroom set --type production,local sentry_dsn
  strongroom set --type local stripe_api_key
2 deposits wait for owner to accept: Stripe-API-key for production (since [DATE....]), stripe_api_key for production (since [DATE....])

"#]]);
    session.run("strongroom check --type prod --json").shows(str![[r#"
[1]
{
  "apps": {
    "fault": null,
    "keys": [],
    "without_secret": []
  },
  "back": [],
  "counted": [
    "production"
  ],
  "declared": [
    {
      "name": "github_api_token",
      "optional": false,
      "places": [
        "src/main.rs:4"
      ],
      "values": {
        "production": "missing"
      }
    },
    {
      "name": "sentry_dsn",
      "optional": false,
      "places": [
        "src/main.rs:5"
      ],
      "values": {
        "production": "missing"
      }
    },
    {
      "name": "stripe_api_key",
      "optional": false,
      "places": [
        "src/main.rs:3"
      ],
      "values": {
        "production": "deposit"
      }
    }
  ],
  "due": [],
  "elsewhere": [],
  "expiring": [],
  "faults": [],
  "key_faults": [],
  "live": null,
  "missing": 3,
  "opened": 0,
  "own": [],
  "references": 0,
  "settings": [],
  "source": true,
  "undeclared": [],
  "undeclared_settings": [],
  "unopened": [],
  "unread": [],
  "unresolved": [],
  "waiting": [
    {
      "code": "[CODE]",
      "environment": "production",
      "left": "[DATE....]",
      "name": "Stripe-API-key",
      "yours": false
    },
    {
      "code": "[CODE]",
      "environment": "production",
      "left": "[DATE....]",
      "name": "stripe_api_key",
      "yours": false
    }
  ],
  "without_key": [
    "production"
  ]
}

"#]]);
}

#[test]
fn a_run_that_checks_starts_nothing_for_want_of_what_only_waits() {
    let session = package_with_deposits();
    session.run("strongroom run --check --type prod -- true").shows(str![[r#"
[1]
--- stderr
error: nothing was started, because of what the source code declares for `production`
       `github_api_token` has no value; set one with: strongroom set --type production github_api_token
       `sentry_dsn` has no value; set one with: strongroom set --type production sentry_dsn
       `stripe_api_key` has only a deposit that waits (since [DATE....]); a holder types: strongroom accept stripe_api_key

"#]]);
}

#[test]
fn a_check_says_what_waits_and_for_whom_and_which_values_are_your_own() {
    let team = Team::new();
    let code = team.leave("strongroom set --deposit --type prod waiting", MARKER, "CODE");
    team.leave("strongroom set --deposit --type dev other", MARKER, "OTHER");
    team.owner("strongroom set --mine database_url").input(MARKER).run().succeeds();
    team.owner("strongroom holder add guest --type dev --out ../guest.key").run().succeeds();
    team.owner("strongroom check").run().shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
2 deposits wait for you to accept: other for development (since [DATE....]), waiting for production (since [DATE....])
look at them with: strongroom accept
your own, in strongroom.mine.toml, which beat the vault's here and count for nobody else: database_url for local

"#]]);
    team.dev("strongroom key add ../guest.key").run().succeeds();
    team.dev("strongroom check").run().shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
values for `local` were not opened: no key for them here
a deposit waits for you to accept: other for development (since [DATE....])
look at it with: strongroom accept other
a deposit waits for owner to accept: waiting for production (since [DATE....])
your own, in strongroom.mine.toml, which beat the vault's here and count for nobody else: database_url for local

"#]]);
    // Of the environments that are named alone.
    let named = team.dev("strongroom check --type prod").run();
    let named = &named.succeeds().stderr;
    assert!(named.contains("waiting for production") && !named.contains("other"), "{named}");
    assert!(!named.contains("your own"), "{named}");
    let json = team.dev("strongroom check --json").run().succeeds().output();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let waiting = json["waiting"].as_array().expect("a list");
    let yours = |name: &str| {
        let found = waiting.iter().find(|it| it["name"] == name).expect("a deposit");
        (found["yours"].clone(), found["environment"].clone(), found["code"].clone())
    };
    assert_eq!(yours("waiting"), (false.into(), "production".into(), code.into()));
    assert_eq!(yours("other").0, true);
    assert_eq!(
        json["own"],
        serde_json::json!([{ "name": "database_url", "environment": "local" }])
    );
    // A file of one's own that cannot be used is told, and changes no status.
    team.git(&["add", "-f", "strongroom.mine.toml"]);
    team.owner("strongroom check").run().succeeds().says("git tracks");
}
