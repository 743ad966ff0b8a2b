//! `strongroom git install`, `status` and `uninstall`: what git is told, and what it shows then.

use snapbox::str;

use super::{Clone, is_executable, shows};

fn config(clone: &Clone) -> String {
    clone.session.read(".git/config")
}

#[test]
fn installing_twice_is_installing_once_and_uninstalling_takes_back_exactly_that() {
    let clone = Clone::new();
    let before = config(&clone);
    shows(
        clone.run("strongroom git status", 1),
        str![[r#"
- merge driver
- readable diffs
- line in .gitattributes
- scan before each commit
--- stderr
set up what is missing with: strongroom git install

"#]],
    );
    shows(
        clone.run("strongroom git install", 0),
        str![[r#"
--- stderr
git merges and shows strongroom.toml by what it means, in this clone
before each commit, strongroom scan looks for values in what is staged
commit the new line: git add .gitattributes
everybody else types once: strongroom git install

"#]],
    );
    let (first, attributes) = (config(&clone), clone.session.read(".gitattributes"));
    assert_eq!(attributes, "/strongroom.toml merge=strongroom diff=strongroom\n");
    let hook = clone.session.read(".git/hooks/pre-commit");
    assert!(is_executable(&clone.session.path(".git/hooks/pre-commit")));
    shows(
        clone.run("strongroom git install", 0),
        str![[r#"
--- stderr
git merges and shows strongroom.toml by what it means, in this clone
before each commit, strongroom scan looks for values in what is staged

"#]],
    );
    assert_eq!((config(&clone), clone.session.read(".gitattributes")), (first, attributes));
    assert_eq!(clone.session.read(".git/hooks/pre-commit"), hook);
    shows(
        clone.run("strongroom git status", 0),
        str![[r#"
✓ merge driver
✓ readable diffs
✓ line in .gitattributes
✓ scan before each commit

"#]],
    );
    shows(
        clone.run("strongroom git uninstall", 0),
        str![[r#"
--- stderr
took back: merge.strongroom, diff.strongroom, the lines in the pre-commit hook, the line in .gitattributes

"#]],
    );
    assert_eq!(config(&clone), before);
    assert!(!clone.session.path(".gitattributes").exists());
    assert!(!clone.session.path(".git/hooks/pre-commit").exists());
    shows(
        clone.run("strongroom git uninstall", 0),
        str![[r#"
--- stderr
there was nothing to take back in this clone

"#]],
    );
}

#[test]
fn the_line_that_everybody_has_stays_unless_that_is_said() {
    let clone = Clone::new();
    clone.session.write(".gitattributes", "*.png binary\n");
    let before = config(&clone);
    clone.session.run("strongroom git install").succeeds();
    clone.commit("Ann", "a vault");
    let attributes = clone.session.read(".gitattributes");
    shows(
        clone.run("strongroom git uninstall", 0),
        str![[r#"
--- stderr
took back: merge.strongroom, diff.strongroom, the lines in the pre-commit hook
the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone
take it out for everybody with: strongroom git uninstall --for-everybody

"#]],
    );
    assert_eq!(config(&clone), before);
    assert_eq!(clone.session.read(".gitattributes"), attributes);
    assert_eq!(clone.git(&["status", "--short"]), "");
    shows(
        clone.run("strongroom git uninstall", 0),
        str![[r#"
--- stderr
there was nothing to take back in this clone
the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone
take it out for everybody with: strongroom git uninstall --for-everybody

"#]],
    );
    // Where nobody has set git up, the line does nothing.
    clone.set("--type local", "a", "1");
    assert!(clone.git(&["diff"]).contains("+[secrets.a]"));
    clone.commit("Ann", "a value");
    shows(
        clone.run("strongroom git uninstall --for-everybody", 0),
        str![[r#"
--- stderr
took back: the line in .gitattributes
commit that, and it counts for everybody: git add .gitattributes

"#]],
    );
    assert_eq!(clone.session.read(".gitattributes"), "*.png binary\n");
    clone.commit("Ann", "no line");
    shows(
        clone.run("strongroom git uninstall --for-everybody", 0),
        str![[r#"
--- stderr
there was nothing to take back in this clone

"#]],
    );
}

#[test]
fn what_several_vaults_share_goes_with_the_last_of_them() {
    let clone = Clone::new();
    let before = config(&clone);
    for folder in ["api", "web.dots"] {
        std::fs::create_dir(clone.session.path(folder)).expect("a folder");
        let init = format!("strongroom init --vault {folder}/strongroom.toml");
        clone.session.run(&init).succeeds();
        clone.session.run(&format!("strongroom -C {folder} git install")).succeeds();
    }
    clone.session.run("strongroom git install").succeeds();
    clone.commit("Ann", "three vaults");
    shows(
        clone.run("strongroom -C api git uninstall", 0),
        str![[r#"
--- stderr
took back: this vault's entry in .git/config
git's settings and the hook stay: they are those of [ROOT]/work/web.dots/strongroom.toml and 1 more too
take them back with the last vault: strongroom --vault [ROOT]/work/web.dots/strongroom.toml git uninstall
the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone
take it out for everybody with: strongroom git uninstall --for-everybody

"#]],
    );
    clone.session.run("strongroom git status").succeeds();
    // Saying it twice takes nothing from the others.
    shows(
        clone.run("strongroom -C api git uninstall", 0),
        str![[r#"
--- stderr
there was nothing to take back in this clone
git's settings and the hook stay: they are those of [ROOT]/work/web.dots/strongroom.toml and 1 more too
take them back with the last vault: strongroom --vault [ROOT]/work/web.dots/strongroom.toml git uninstall
the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone
take it out for everybody with: strongroom git uninstall --for-everybody

"#]],
    );
    shows(
        clone.run("strongroom git uninstall", 0),
        str![[r#"
--- stderr
took back: this vault's entry in .git/config
git's settings and the hook stay: they are those of [ROOT]/work/web.dots/strongroom.toml too
take them back with the last vault: strongroom --vault [ROOT]/work/web.dots/strongroom.toml git uninstall
the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone
take it out for everybody with: strongroom git uninstall --for-everybody

"#]],
    );
    clone.session.run("strongroom -C web.dots git status").succeeds();
    // One that is gone holds nothing back.
    clone.session.run("strongroom git install").succeeds();
    std::fs::remove_file(clone.session.path("strongroom.toml")).expect("a vault");
    shows(
        clone.run("strongroom -C web.dots git uninstall", 0),
        str![[r#"
--- stderr
took back: merge.strongroom, diff.strongroom, the lines in the pre-commit hook
the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone
take it out for everybody with: strongroom git uninstall --for-everybody

"#]],
    );
    assert_eq!(config(&clone), before);
    assert!(!clone.session.path(".git/hooks/pre-commit").exists());
}

#[test]
fn what_is_there_stays() {
    let clone = Clone::new();
    clone.session.write(".gitattributes", "*.png binary");
    let hook = "#!/bin/bash\nset -e\necho theirs\nexit 0\n";
    clone.session.write(".git/hooks/pre-commit", hook);
    clone.git(&["config", "merge.other.driver", "true"]);
    let before = config(&clone);
    clone.session.run("strongroom git install").succeeds();
    assert_eq!(
        clone.session.read(".gitattributes"),
        "*.png binary\n/strongroom.toml merge=strongroom diff=strongroom\n"
    );
    let ours = clone.session.read(".git/hooks/pre-commit");
    assert!(ours.starts_with("#!/bin/bash\n# >>> strongroom"), "{ours}");
    assert!(ours.ends_with("# <<< strongroom\nset -e\necho theirs\nexit 0\n"), "{ours}");
    clone.session.run("strongroom git uninstall").succeeds();
    assert_eq!(clone.session.read(".git/hooks/pre-commit"), hook);
    assert_eq!(clone.session.read(".gitattributes"), "*.png binary\n");
    assert_eq!(config(&clone), before);
}

#[test]
fn a_hook_that_is_no_shell_script_is_left_alone() {
    let clone = Clone::new();
    clone.session.write(".git/hooks/pre-commit", "#!/usr/bin/env python3\nprint(1)\n");
    let said = clone.run("strongroom git install", 0);
    assert!(said.contains("is no shell script, so nothing was added to it"), "{said}");
    assert!(said.contains("scan --staged || exit 1"), "{said}");
    let hook = clone.session.read(".git/hooks/pre-commit");
    assert_eq!(hook, "#!/usr/bin/env python3\nprint(1)\n");
}

#[cfg(unix)]
#[test]
fn a_hook_that_is_a_link_leads_nowhere() {
    let clone = Clone::new();
    let before = config(&clone);
    for text in [Some("#!/bin/sh\necho everybody's\n"), None] {
        let hook = clone.session.path(".git/hooks/pre-commit");
        let _ = std::fs::remove_file(&hook);
        let _ = std::fs::remove_file(clone.session.path("../theirs"));
        if let Some(text) = text {
            clone.session.write("../theirs", text);
        }
        std::fs::create_dir_all(clone.session.path(".git/hooks")).expect("a folder");
        std::os::unix::fs::symlink("../../../theirs", &hook).expect("a link");
        shows(
            clone.run("strongroom git install", 3),
            str![[r#"
--- stderr
error: cannot write [ROOT]/work/.git/hooks/pre-commit: it is no regular file, and may lead to one of somebody else
       leave the hook alone with: strongroom git install --no-hook

"#]],
        );
        let theirs = std::fs::read_to_string(clone.session.path("../theirs")).ok();
        assert_eq!(theirs.as_deref(), text);
        assert_eq!(config(&clone), before);
    }
    clone.session.run("strongroom git install --no-hook").succeeds();
}

#[test]
fn the_hook_goes_where_git_looks_for_it() {
    let clone = Clone::new();
    clone.commit("Ann", "a vault");
    // In another working tree of the repository the hooks are those of the first.
    clone.git(&["worktree", "add", "-q", "../tree"]);
    clone.session.run("strongroom -C ../tree git install").succeeds();
    assert!(clone.session.path(".git/hooks/pre-commit").exists());
    clone.session.run("strongroom -C ../tree git uninstall").succeeds();
    assert!(!clone.session.path(".git/hooks/pre-commit").exists());
    clone.git(&["config", "core.hooksPath", "tools/hooks"]);
    clone.session.write("below/x", "");
    clone.session.run("strongroom -C below git install").succeeds();
    assert!(clone.session.path("tools/hooks/pre-commit").exists());
}

#[test]
fn a_commit_with_a_value_is_refused() {
    let clone = Clone::new();
    clone.set("--type local", "a", "a value that is long enough");
    clone.session.run("strongroom git install").succeeds();
    clone.commit("Ann", "a vault");
    clone
        .session
        .write("notes.txt", format!("{}-a value that is long enough", crate::session::MARKER));
    clone.git(&["add", "-A"]);
    let refused = clone.try_git_as("Ann", &["commit", "-q", "-m", "oops"]);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    crate::session::refuse_secrets(&said);
    assert!(said.contains("notes.txt"), "{said}");
    clone.session.write("notes.txt", "nothing of it");
    clone.commit("Ann", "fine");
}

#[test]
fn a_vault_whose_name_begins_with_a_dash_is_merged_and_shown_as_any_other() {
    let clone = Clone::installed();
    let copy = |clone: &Clone| clone.session.write("--help", clone.session.read("strongroom.toml"));
    clone.session.write(".gitattributes", "* merge=strongroom diff=strongroom\n");
    copy(&clone);
    clone.commit("Ann", "a copy");
    clone.diverge(
        |clone| {
            clone.set("--type local", "m1", "feature");
            copy(clone);
        },
        |clone| {
            clone.set("--type local", "m2", "main");
            copy(clone);
        },
    );
    let (is_merged, said) = clone.merge();
    assert!(is_merged, "{said}");
    let merged = clone.session.read("--help");
    assert!(merged.contains("[secrets.m1]") && merged.contains("[secrets.m2]"), "{merged}");
    clone.set("--type local", "m3", "1");
    copy(&clone);
    shows(clone.git(&["diff", "--", "--help"]), "--help\n+ `m3` local\n");
    let log = clone.git(&["log", "-p", "-1", "--no-merges", "--format=%s", "--", "--help"]);
    assert!(log.contains("+`m2` local: version 1"), "{log}");
    // A clone that an earlier version set up is told so, and set up again.
    clone.session.run("strongroom git install").succeeds();
    clone.git(&["config", "merge.strongroom.driver", "strongroom git merge-driver %O %A %B %P"]);
    assert!(clone.run("strongroom git status", 1).starts_with("- merge driver\n"));
    clone.session.run("strongroom git install").succeeds();
    clone.session.run("strongroom git status").succeeds();
}

#[test]
fn diffs_read_as_what_changed() {
    let clone = Clone::installed();
    clone.set("--type prod", "stripe_api_key", "2");
    clone.set("--type local", "another", "1");
    clone.session.run("strongroom unset --type local zone_token").succeeds();
    clone.session.run("strongroom env add staging --type dev").succeeds();
    shows(
        clone.git(&["diff"]),
        str![[r#"
strongroom.toml
+ environment `staging`: development
+ `another` local
~ `stripe_api_key` production: version 1 → 2
- `zone_token` local: version 1

"#]],
    );
    clone.commit("Ann", "changes");
    let log = clone.git(&["log", "-p", "-1", "--format=%s", "-U0"]);
    let lines: Vec<String> = log
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.contains("strongroom.toml"))
        .map(|line| {
            let (line, _) = line.split_once(", sealed").unwrap_or((line, ""));
            clone.session.redacted(line)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "+environment staging: development",
            "+`another` local: version 1, set [DATE....]",
            "-`stripe_api_key` production: version 1, set [DATE....]",
            "+`stripe_api_key` production: version 2, set [DATE....]",
            "-`zone_token` local: version 1, set [DATE....]",
        ]
    );
    // A vault that comes, one that goes, and one that is none.
    clone.git(&["rm", "-q", "--cached", "strongroom.toml"]);
    let diff = clone.git(&["diff", "--cached"]);
    assert!(diff.starts_with("strongroom.toml\n- environment `staging`: dev"), "{diff}");
    clone.git(&["add", "strongroom.toml"]);
    clone.session.write("strongroom.toml", "nonsense\n");
    let diff = clone.git(&["diff"]);
    assert!(diff.ends_with("+nonsense\n") && diff.contains("\n-[strongroom]\n"), "{diff}");
}

#[test]
fn a_file_larger_than_a_vault_is_not_read_to_its_end() {
    let clone = Clone::installed();
    let file = std::fs::File::create(clone.session.path("strongroom.toml")).expect("a file");
    file.set_len((16 << 20) + 1).expect("a length");
    let said = "larger than a vault\nsee it with: git diff --no-ext-diff --no-textconv\n";
    assert_eq!(clone.git(&["diff"]), format!("strongroom.toml\n{said}"));
    assert_eq!(clone.session.run("strongroom git textconv -- strongroom.toml").output(), said);
    clone.commit("Ann", "large");
    let log = clone.git(&["log", "-p", "-1", "--format=%s"]);
    assert!(log.contains("+larger than a vault\n"), "{log}");
}

#[test]
fn a_side_that_is_larger_than_a_vault_is_not_merged() {
    let clone = Clone::installed();
    clone.git(&["checkout", "-q", "-b", "large"]);
    let vault = clone.session.read("strongroom.toml");
    clone.session.write("strongroom.toml", format!("{vault}#{}\n", "x".repeat(16 << 20)));
    clone.commit("Bob", "large");
    clone.git(&["checkout", "-q", "main"]);
    clone.set("--type dev", "another", "1");
    clone.commit("Ann", "another");
    let ours = clone.session.read("strongroom.toml");
    let merge = clone.try_git_as("Ann", &["merge", "-q", "large"]);
    assert!(!merge.status.success());
    let said = String::from_utf8_lossy(&merge.stderr);
    assert!(said.contains("one of the sides is larger than a vault: nothing was merged"), "{said}");
    assert!(said.contains("keep one of the two files: git checkout --ours or --theirs"), "{said}");
    assert_eq!(clone.session.read("strongroom.toml"), ours);
    assert_eq!(clone.git(&["diff", "--name-only", "--diff-filter=U"]), "strongroom.toml\n");
    clone.git(&["checkout", "--ours", "--", "strongroom.toml"]);
    clone.commit("Ann", "merged");
}
