//! What `check --json` tells a program.

use snapbox::str;

use super::shop;

#[test]
fn programs_get_json() {
    let session = shop();
    session.run("strongroom check --json").shows(str![[r#"
[1]
{
  "apps": {
    "fault": null,
    "keys": [],
    "without_secret": []
  },
  "back": [],
  "counted": [
    "local"
  ],
  "declared": [
    {
      "name": "github_api_token",
      "optional": false,
      "places": [
        "src/main.rs:6"
      ],
      "values": {
        "development": "own",
        "local": "own",
        "preview": "missing",
        "production": "missing"
      }
    },
    {
      "name": "sentry_dsn",
      "optional": true,
      "places": [
        "src/main.rs:7"
      ],
      "values": {
        "development": "optional",
        "local": "optional",
        "preview": "optional",
        "production": "optional"
      }
    },
    {
      "name": "ssh_private_key",
      "optional": false,
      "places": [
        "src/main.rs:4"
      ],
      "values": {
        "development": "missing",
        "local": "missing",
        "preview": "missing",
        "production": "missing"
      }
    }
  ],
  "due": [],
  "elsewhere": [],
  "expiring": [],
  "faults": [],
  "key_faults": [],
  "live": null,
  "missing": 1,
  "opened": 1,
  "own": [],
  "references": 0,
  "settings": [],
  "source": true,
  "undeclared": [],
  "undeclared_settings": [],
  "unopened": [],
  "unread": [],
  "unresolved": [],
  "waiting": [],
  "without_key": []
}

"#]]);
}
