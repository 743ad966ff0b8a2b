//! `copy --store`: values into a store; the plan is shown first.

use snapbox::str;

use super::{linked, scene, value};
use crate::session::MARKER;

#[test]
fn values_move_into_a_store_after_a_plan() {
    let session = scene();
    for name in ["one", "two", "token", "smtp/password"] {
        let set = format!("strongroom set --type dev {name}");
        session.typed(&set).input(format!("{MARKER}-{name}")).run().succeeds();
    }
    // The same value lies there already.
    session.write("mounted/two", format!("{MARKER}-two"));
    let copy = "strongroom copy --all --from dev --to prod --store mounted";
    session.run(&format!("{copy} --dry-run")).shows(str![[r#"
[1]
secret         for         in mounted
one            production  one            create
smtp/password  production  smtp/password  skip: the store has another value
token          production  token          is there already: link
two            production  two            is there already: link
--- stderr
1 to create, 2 to link, 1 to skip; replace them with: --replace
nothing was changed

"#]]);
    let before = session.read("strongroom.toml");
    session.run(copy).shows(str![[r#"
[2]
secret         for         in mounted
one            production  one            create
smtp/password  production  smtp/password  skip: the store has another value
token          production  token          is there already: link
two            production  two            is there already: link
--- stderr
1 to create, 2 to link, 1 to skip; replace them with: --replace
error: no terminal to ask at: nothing was changed
       do it with: --yes, or only look with: --dry-run

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(!session.path("mounted/one").exists());
    session.run(&format!("{copy} --yes")).shows(str![[r#"
[1]
secret         for         in mounted
one            production  one            create
smtp/password  production  smtp/password  skip: the store has another value
token          production  token          is there already: link
two            production  two            is there already: link
--- stderr
1 to create, 2 to link, 1 to skip; replace them with: --replace
copied one from development to production, at mounted:one
copied token from development to production, at mounted:token
copied two from development to production, at mounted:two

"#]]);
    assert_eq!(session.read("mounted/one"), format!("{MARKER}-one"));
    assert_eq!(session.read("mounted/smtp/password"), format!("{MARKER}-smtp"));
    session.run(&format!("{copy} --yes --replace --json")).shows(str![[r#"
[0]
{
  "from": "development",
  "saved": true,
  "store": "mounted",
  "values": [
    {
      "change": "unchanged",
      "environment": "production",
      "name": "one",
      "reference": "one",
      "why": null
    },
    {
      "change": "replaced",
      "environment": "production",
      "name": "smtp/password",
      "reference": "smtp/password",
      "why": null
    },
    {
      "change": "unchanged",
      "environment": "production",
      "name": "token",
      "reference": "token",
      "why": null
    },
    {
      "change": "unchanged",
      "environment": "production",
      "name": "two",
      "reference": "two",
      "why": null
    }
  ]
}
--- stderr
copied smtp/password from development to production, at mounted:smtp/password

"#]]);
    assert_eq!(value(&session, "--type prod", "smtp/password"), format!("{MARKER}-smtp/password"));
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
--- stderr
4 equal

"#]]);
    session.run("strongroom check --type prod --live").succeeds();
}

#[test]
fn what_the_vault_has_there_is_skipped() {
    let session = scene();
    session.typed("strongroom set --type dev one").input(format!("{MARKER}-1")).run().succeeds();
    session.typed("strongroom set --type prod one").input(format!("{MARKER}-2")).run().succeeds();
    let copy = "strongroom copy one --from dev --to prod --store mounted --yes";
    session.run(copy).shows(str![[r#"
[1]
secret  for         in mounted
one     production  one         skip: the vault has another value
--- stderr
1 to skip; replace them with: --replace
nothing was changed

"#]]);
    session.run(&format!("{copy} --replace")).shows(str![[r#"
[0]
secret  for         in mounted
one     production  one         create
--- stderr
1 to create
copied one from development to production, at mounted:one

"#]]);
    assert_eq!(value(&session, "--type prod", "one"), format!("{MARKER}-1"));
}

#[test]
fn a_store_that_cannot_be_written_to_leaves_everything() {
    let session = scene();
    session.typed("strongroom set --type dev one").input(MARKER).run().succeeds();
    session.run("strongroom store add variables --kind env --prefix SHOP_").succeeds();
    let before = session.read("strongroom.toml");
    session.run("strongroom copy one --from dev --to prod --store variables --yes").shows(str![[r#"
[3]
secret  for         in variables
one     production  one           create
--- stderr
1 to create
error: `one` for `production` was not written, at `one` in the store `variables`: not written: `one` is set where this program is started, and not by it
       what was written before it is recorded; the rest was left

"#]]);
    session.run("strongroom copy one --from dev --to prod --store nowhere --yes").ends_with(1);
    session.run("strongroom copy one --from dev --to prod --yes").ends_with(2);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn nothing_is_copied_into_a_store_that_somebody_led_elsewhere() {
    let session = linked();
    session.typed("strongroom set --type dev one").input(MARKER).run().succeeds();
    session.write("elsewhere/other", "");
    session.replace("path = \"mounted\"", "path = \"elsewhere\"");
    session
        .run("strongroom copy one --from dev --to prod --store mounted --yes")
        .ends_with(3)
        .says("the store `mounted` was not asked");
    assert!(!session.path("elsewhere/one").exists());
}

#[test]
fn one_value_for_two_environments_is_written_once() {
    let session = scene();
    session.run("strongroom env add staging --type prod").succeeds();
    session.typed("strongroom set --type dev one").input(MARKER).run().succeeds();
    session.run("strongroom copy one --from dev --to prod,staging --store mounted --yes").shows(
        str![[r#"
[0]
secret  for         in mounted
one     production  one         create
one     staging     one         create
--- stderr
2 to create
copied one from development to production, at mounted:one
copied one from development to staging, at mounted:one

"#]],
    );
    session.run("strongroom list one").shows(str![[r#"
[0]
one
environment  version  set         content
production   1        [DATE....]  in the store mounted: one
development  1        [DATE....]  sealed
staging      1        [DATE....]  in the store mounted: one

"#]]);
}
