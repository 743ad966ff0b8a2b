//! `strongroom key older`: rotations that are thrown away, branches from before one, and vaults that somebody puts back.

use snapbox::str;

use super::{Clone, shows};
#[cfg(unix)]
use crate::screen::Screen;
use crate::session::Session;

const ROTATE: &str = "strongroom key rotate --type local --yes";
const GET: &str = "strongroom get --type local zone_token";

/// What is remembered of the data keys.
fn remembered(clone: &Clone) -> String {
    let folder = clone.session.home().join(".config/strongroom/generations");
    let file = std::fs::read_dir(folder).expect("a folder").next().expect("a file").expect("it");
    std::fs::read_to_string(file.path()).expect("text")
}

#[test]
fn a_rotation_that_was_thrown_away_is_told_from_an_attack_and_forgotten() {
    let clone = Clone::installed();
    clone.session.run(ROTATE).succeeds();
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    shows(
        clone.run(GET, 3),
        str![[r#"
--- stderr
error: cannot open `zone_token` for `local`: the keys were rolled back: the data key of `local` was seen with generation 2, and the vault has 1
       either a rotation was thrown away, or this is an older branch, or somebody put an older vault in its place
       see which, and take the older key if it is meant: strongroom key older
       if nobody here did that: find out who (git log -p strongroom.toml), and restore the newer one

"#]],
    );
    shows(
        clone.run("strongroom key older", 2),
        str![[r#"
--- stderr
the data key of `local`: generation 2 was seen here, and the vault has 1
no commit here has a newer one: it was thrown away before it was committed, or its commits are not here
the vault is that of commit [COMMIT..] of [DATE....] by Ann
warning: what is set under an older key can be read by whoever was removed since, and their lines open again
         the older key of `local` is right where a rotation was thrown away or an older branch is checked out, and wrong where nobody did that
error: no terminal to ask at
       take it without a question: --yes

"#]],
    );
    clone.session.run(GET).ends_with(3);
    shows(
        clone.run("strongroom key older --yes", 0),
        str![[r#"
--- stderr
the data key of `local`: generation 2 was seen here, and the vault has 1
no commit here has a newer one: it was thrown away before it was committed, or its commits are not here
the vault is that of commit [COMMIT..] of [DATE....] by Ann
the older key of `local` counts here now; a newer one that is opened later counts again by itself

"#]],
    );
    assert_eq!(remembered(&clone), "production 1\ndevelopment 1\npreview 1\nlocal 1\n");
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
    // The defence is there again, from the next rotation on.
    let older = clone.session.read("strongroom.toml");
    clone.session.run(ROTATE).succeeds();
    clone.session.write("strongroom.toml", older);
    clone.session.run(GET).ends_with(3);
    shows(
        clone.run("strongroom key older --type dev", 0),
        str![[r#"
--- stderr
no data key of this vault is older than what was seen here

"#]],
    );
    clone.session.run(GET).ends_with(3);
}

#[test]
fn on_an_older_branch_the_older_key_counts_and_back_on_the_newer_one_the_newer() {
    let clone = Clone::installed();
    clone.git(&["branch", "release"]);
    clone.session.run("strongroom key rotate --yes").succeeds();
    clone.set("--type local", "zone_token", "newer");
    clone.commit("Ann", "new keys");
    clone.git(&["checkout", "-q", "release"]);
    clone.session.run(GET).ends_with(3);
    shows(
        clone.run("strongroom key older --type local --yes --json", 0),
        str![[r#"
[
  {
    "newer_commit": "[COMMIT]",
    "put_back": false,
    "seen": 2,
    "taken": 1,
    "type": "local"
  }
]
--- stderr
the data key of `local`: generation 2 was seen here, and the vault has 1
generation 2 is in commit [COMMIT..] of [DATE....] by Ann, which is not part of what is checked out
the vault is that of commit [COMMIT..] of [DATE....] by Ann
the older key of `local` counts here now; a newer one that is opened later counts again by itself

"#]],
    );
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
    // Of the other types nothing was said.
    clone.session.run("strongroom get --type dev zone_token").ends_with(3);
    clone.session.run("strongroom key older --yes").succeeds();
    assert_eq!(clone.get("--type dev", "zone_token"), "-1");
    clone.git(&["checkout", "-q", "main"]);
    assert_eq!(clone.get("--type local", "zone_token"), "-newer");
    assert_eq!(remembered(&clone), "production 2\ndevelopment 2\npreview 2\nlocal 2\n");
}

/// A branch from before a rotation, whose older key of `local` was taken; what is checked out is `main`, with the newer one.
fn visited() -> Clone {
    let clone = Clone::installed();
    clone.git(&["branch", "release"]);
    clone.session.run(ROTATE).succeeds();
    clone.commit("Ann", "new keys");
    clone.git(&["checkout", "-q", "release"]);
    clone.session.run(GET).ends_with(3);
    clone.session.run("strongroom key older --yes").succeeds();
    clone.git(&["checkout", "-q", "main"]);
    clone.get("--type local", "zone_token");
    clone
}

#[test]
fn another_visit_to_an_older_branch_asks_nothing_and_says_so() {
    let clone = visited();
    clone.git(&["checkout", "-q", "release"]);
    shows(
        clone.run("strongroom list", 0),
        str![[r#"
secret          production  development  preview  local
stripe_api_key  ✓ 1         ✓ 1          -        -
zone_token      -           ✓ 1          -        ✓ 1
--- stderr
the older key of `local` counts again, as it was taken here on this branch before: the vault is that of commit [COMMIT..] of [DATE....] by Ann

✓ own value and its version   · that of the type   - none   ! under another data key

"#]],
    );
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
    // What is committed there since is of that branch still.
    clone.set("--type local", "zone_token", "release");
    clone.commit("Ann", "a fix");
    clone.git(&["checkout", "-q", "main"]);
    clone.get("--type local", "zone_token");
    clone.git(&["checkout", "-q", "release"]);
    assert_eq!(clone.get("--type local", "zone_token"), "-release");
}

#[test]
fn what_was_taken_on_an_older_branch_is_refused_everywhere_else() {
    let older = |clone: &Clone| clone.git(&["cat-file", "blob", "release:strongroom.toml"]);
    // In the working tree, and committed by somebody, where the newer one was.
    let clone = visited();
    clone.session.write("strongroom.toml", older(&clone));
    clone.session.run(GET).ends_with(3);
    clone.commit("Mallory", "tidy up");
    clone.session.run(GET).ends_with(3);
    // On the older branch, and not as it is committed.
    let clone = visited();
    clone.git(&["checkout", "-q", "release"]);
    clone.session.edit(|text| format!("{text}# by somebody\n"));
    clone.session.run(GET).ends_with(3);
    // On a branch that somebody made from before the commit that it was taken on.
    let clone = visited();
    clone.git(&["checkout", "-q", "--orphan", "mallory", "release"]);
    clone.commit("Mallory", "the same file");
    clone.session.run(GET).ends_with(3);
    // Where nobody has the newer key any more.
    let clone = visited();
    clone.git(&["checkout", "-q", "release"]);
    clone.git(&["branch", "-q", "-D", "main"]);
    clone.session.run(GET).ends_with(3);
    // After a rotation that was thrown away.
    let clone = visited();
    clone.session.run(ROTATE).succeeds();
    clone.git(&["checkout", "-q", "-f", "release"]);
    clone.session.run(GET).ends_with(3);
    // Of another vault's key, or with another fingerprint, nothing was said.
    let clone = visited();
    let folder = clone.session.home().join(".config/strongroom/older");
    let file = std::fs::read_dir(&folder).expect("a folder").next().expect("a file").expect("it");
    let known = std::fs::read_to_string(file.path()).expect("text");
    let (kind, rest) = known.split_once(' ').expect("a type");
    let other = format!("{kind} AAAAAAAAAAAA {}", rest.split_once(' ').expect("a commit").1);
    std::fs::write(file.path(), other).expect("a file");
    clone.git(&["checkout", "-q", "release"]);
    clone.session.run(GET).ends_with(3);
    std::fs::write(file.path(), known).expect("a file");
    clone.get("--type local", "zone_token");
}

#[cfg(unix)]
#[test]
fn a_bisection_goes_back_and_forth_with_each_step_saying_that_it_is_meant() {
    let clone = Clone::installed();
    clone.git(&["tag", "works"]);
    for (name, rotates) in [("a", false), ("rotated", true), ("broken", false), ("b", true)] {
        if rotates {
            clone.session.run(ROTATE).succeeds();
        }
        clone.session.write(name, name);
        clone.commit("Ann", name);
    }
    let step = "'$STRONGROOM' key older --yes && '$STRONGROOM' get --type local zone_token || exit 255; \
                test ! -e broken";
    clone.session.write("../step", step.replace("$STRONGROOM", crate::session::STRONGROOM));
    clone.git(&["bisect", "start", "main", "works"]);
    let said = clone.git(&["bisect", "run", "sh", "../step"]);
    let broken = clone.git(&["rev-parse", "main~1"]);
    assert!(said.contains(&format!("{} is the first bad commit", broken.trim())), "{said}");
}

#[test]
fn an_older_vault_that_somebody_put_back_is_called_that() {
    let clone = Clone::installed();
    let older = clone.session.read("strongroom.toml");
    clone.session.run(ROTATE).succeeds();
    clone.commit("Ann", "new keys");
    clone.session.write("strongroom.toml", &older);
    shows(
        clone.run("strongroom key older", 2),
        str![[r#"
--- stderr
the data key of `local`: generation 2 was seen here, and the vault has 1
warning: generation 2 is in commit [COMMIT..] of [DATE....] by Ann, which is part of what is checked out
         generation 1 was put back by what is not committed here
the vault is not committed as it is
warning: what is set under an older key can be read by whoever was removed since, and their lines open again
         the older key of `local` is right where a rotation was thrown away or an older branch is checked out, and wrong where nobody did that
error: no terminal to ask at
       take it without a question: --yes

"#]],
    );
    let output = clone.try_git_as("Mallory", &["commit", "-q", "-am", "tidy up"]);
    assert!(output.status.success());
    clone.session.write("readme", "later");
    clone.commit("Ann", "something else");
    shows(
        clone.run("strongroom key older", 2),
        str![[r#"
--- stderr
the data key of `local`: generation 2 was seen here, and the vault has 1
warning: generation 2 is in commit [COMMIT..] of [DATE....] by Ann, which is part of what is checked out
         generation 1 was put back by commit [COMMIT..] of [DATE....] by Mallory
the vault is that of commit [COMMIT..] of [DATE....] by Mallory
warning: what is set under an older key can be read by whoever was removed since, and their lines open again
         the older key of `local` is right where a rotation was thrown away or an older branch is checked out, and wrong where nobody did that
error: no terminal to ask at
       take it without a question: --yes

"#]],
    );
    // Also where a merge takes nothing of the side that has the newer one.
    clone.git(&["reset", "-q", "--hard", "HEAD~2"]);
    clone.git(&["checkout", "-q", "-b", "feature", "HEAD~1"]);
    clone.git(&["merge", "-q", "-s", "ours", "-m", "merged", "main"]);
    clone.git(&["branch", "-q", "-D", "main"]);
    let said = clone.run("strongroom key older", 2);
    assert!(said.contains("generation 1 was put back by a merge"), "{said}");
    clone.session.run(GET).ends_with(3);
}

#[cfg(unix)]
#[test]
fn a_person_is_shown_it_and_asked() {
    let clone = Clone::installed();
    clone.rotate("local,dev");
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    let mut screen = Screen::of(&clone.session, "strongroom key older");
    screen.shows("no commit here has a newer one").shows("take the older keys? [y/N] ");
    screen.types("\r").shows("nothing was changed");
    screen.ends_with(1);
    clone.session.run(GET).ends_with(3);
    let mut screen = Screen::of(&clone.session, "strongroom key older --type local");
    screen
        .shows("take the older key? [y/N] ")
        .types("y\r")
        .shows("the older key of `local` counts here now");
    screen.ends_with(0);
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
    clone.session.run("strongroom get --type dev zone_token").ends_with(3);
}

#[test]
fn the_key_until_a_rotation_that_was_thrown_away_is_never_lost() {
    let clone = Clone::installed();
    for _ in 0..2 {
        clone.session.run("strongroom key rotate --roster --yes").succeeds();
    }
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    shows(
        clone.run("strongroom key older --yes", 0),
        str![[r#"
--- stderr
the data key of `production`, `development`, `preview` and `local`: generation 3 was seen here, and the vault has 1
no commit here has a newer one: it was thrown away before it was committed, or its commits are not here
the vault is that of commit [COMMIT..] of [DATE....] by Ann
the older key of `production`, `development`, `preview` and `local` counts here now; a newer one that is opened later counts again by itself
`owner~previous.key` opens it: the key of `owner` until a rotation made another, which stays beside it

"#]],
    );
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
    // And the next one, which makes a new key from it, may be thrown away too.
    clone.session.run("strongroom key rotate --roster --yes").succeeds();
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    clone.session.run("strongroom key older --yes").succeeds();
    assert_eq!(clone.get("--type local", "zone_token"), "-1");
}

#[test]
fn where_no_key_opens_the_older_vault_it_says_how_to_get_one() {
    let clone = Clone::installed();
    clone.session.run("strongroom key rotate --roster --yes").succeeds();
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    clone.session.run("strongroom key remove owner~previous --yes").succeeds();
    shows(
        clone.run("strongroom key older --yes", 0),
        str![[r#"
--- stderr
the data key of `production`, `development`, `preview` and `local`: generation 2 was seen here, and the vault has 1
no commit here has a newer one: it was thrown away before it was committed, or its commits are not here
the vault is that of commit [COMMIT..] of [DATE....] by Ann
the older key of `production`, `development`, `preview` and `local` counts here now; a newer one that is opened later counts again by itself
warning: no key here opens it
         the access key opens nothing in this vault: it is a wrong one, or its holder was removed
         ask a holder for a new one: strongroom holder add NAME --type TYPE --access-key
         read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]],
    );
}

#[test]
fn what_was_taken_out_of_the_file_is_not_taken_for_older() {
    let session = Session::with_secret();
    let vault = session.read("strongroom.toml");
    let table = vault.split("[keys.local]\n").nth(1).expect("the table");
    let line = table.lines().next().expect("a grant").to_owned() + "\n";
    session.replace(&line, "");
    session.run("strongroom key older --yes").shows(str![[r#"
[3]
--- stderr
error: the keys were rolled back: the data key of `local` was seen with generation 1, and the vault has 0
       its grants are not in the file any more: restore [keys.local] from git (git log -p strongroom.toml)

"#]]);
    session.write("strongroom.toml", vault);
    session.run("strongroom key older").shows(str![[r#"
[0]
--- stderr
no data key of this vault is older than what was seen here

"#]]);
}
