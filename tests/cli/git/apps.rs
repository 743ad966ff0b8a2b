//! Applications in git: what changes of them is shown, also where somebody did it by hand.

use snapbox::str;

use super::Clone;

#[test]
fn what_changed_of_an_application_and_its_keys_is_shown() {
    let clone = Clone::installed();
    let session = &clone.session;
    let id = "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22";
    let add = format!("strongroom app add shop --secret zone_token --id {id}");
    session.run(&add).succeeds();
    let new = "strongroom app key new shop --type dev --expires 2999-01-31 --out ../shop.key";
    session.run(new).succeeds();
    let text = session.read("strongroom.toml");
    let line = text.lines().find(|line| line.contains("hash")).expect("a key");
    let hash = line.split('"').nth(5).expect("a hash");
    session.redact(&line[..8], "CODE");
    session.redact(&hash[..8], "HASH");
    session.run("strongroom check").succeeds();
    clone.commit("Ann", "an application");
    let shown = |text: String| session.redacted(&text);
    session.replace("secret = \"zone_token\"", "secret = \"stripe_api_key\"");
    session.replace("expires = 2999-01-31", "expires = 2999-02-28");
    snapbox::assert_data_eq!(
        shown(clone.git(&["diff"])),
        str![[r#"
strongroom.toml
~ app `shop`: 6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22, may have zone_token → 6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22, may have stripe_api_key
~ app-key `shop` development: [CODE..], read, hash [HASH..]…, made [DATE....], until 2999-01-31 → [CODE..], read, hash [HASH..]…, made [DATE....], until 2999-02-28

"#]]
    );
    let log = clone.git(&["log", "-p", "--format=%s", "-1"]);
    let added: Vec<&str> = log.lines().filter(|line| line.contains("app")).collect();
    let added: Vec<&str> =
        added.iter().map(|line| line.split("seal").next().unwrap_or("")).collect();
    snapbox::assert_data_eq!(
        shown(added.join("\n")),
        str![[r#"
an application
+app shop: 6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22, may have zone_token
+app key shop development: [CODE..], read, hash [HASH..]…, made [DATE....], until 2999-01-31, 
"#]]
    );
    session.run("strongroom check --type dev").shows(str![[r#"
[3]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
2 values open
error: the seal of the API key `[CODE..]` of `shop` does not fit: somebody changed its line, or made it without the data key
       look who did it (git log -p strongroom.toml), then restore the line, or take it away: strongroom app key revoke shop [CODE..]

"#]]);
}
