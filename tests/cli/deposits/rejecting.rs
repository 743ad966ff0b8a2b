//! `strongroom reject`.

use snapbox::str;

use super::Team;
use crate::session::MARKER;

#[test]
fn a_deposit_is_dropped_without_any_key() {
    let team = Team::new();
    let before = team.session().read("strongroom.toml");
    let line = "strongroom set --deposit --type prod stripe_api_key";
    let code = team.leave(line, MARKER, "CODE");
    team.leave(line, MARKER, "OTHER");
    team.dev("strongroom reject").run().shows(str![[r#"
[2]
--- stderr
error: which deposit?
       give a name, a code, or --all

"#]]);
    team.dev("strongroom reject stripe_api_key").run().ends_with(2).says("drop them with: --yes");
    let spelled = code.to_uppercase().replace('-', "");
    team.dev(&format!("strongroom reject {spelled} --json")).run().shows(str![[r#"
[0]
{
  "deposits": [
    {
      "change": "dropped",
      "code": "[CODE.............]",
      "environment": "production",
      "name": "stripe_api_key"
    }
  ]
}
--- stderr
dropped the deposit [CODE.............] of stripe_api_key for production

"#]]);
    team.dev("strongroom reject stripe-api-key --yes").run().shows(str![[r#"
[0]
--- stderr
dropped the deposit [OTHER............] of stripe_api_key for production

"#]]);
    team.dev("strongroom reject --all --yes").run().shows(str![[r#"
[1]
--- stderr
error: no deposit waits

"#]]);
    let after = team.session().read("strongroom.toml").replace("[deposits.waiting]\n\n", "");
    assert_eq!(after, before);
}
