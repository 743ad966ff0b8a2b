//! Programs whose access key is elsewhere: a line names the service that has or opens it.

use crate::scene::{MARKER, Scene};

fn two_set() -> Scene {
    let scene = Scene::new();
    scene.set("github_api_token", "local", "1");
    scene.set("ssh_private_key", "local", "2");
    scene
}

#[test]
fn a_line_that_is_wrong_is_told_without_a_word_of_it() {
    let scene = two_set().with("STRONGROOM_KEY", &format!("hashicorp_vault:{MARKER}"));
    scene.run("two").refuses(&[
        "cannot open `github_api_token`, `ssh_private_key`: neither an access key nor a line for a service",
        "is `hashicorp-vault:` meant?",
        "there are: aws-kms, aws-parameter-store,",
        "read from: STRONGROOM_KEY",
    ]);
    let scene = scene.with("STRONGROOM_KEY", &format!("aws-kms:A\n{MARKER}"));
    scene.run("two").refuses(&["broken over several lines", "`aws-kms:CIPHERTEXT`"]);
    let scene = scene.with("ARGUMENT", &format!("{MARKER}:{MARKER}"));
    scene.run("two, with this access key").refuses(&["read from: the key given"]);
}

#[cfg(not(feature = "vault-transit"))]
#[test]
fn a_service_that_was_not_built_in_says_which_feature_to_add() {
    let line = format!("vault-transit:shop#{MARKER}");
    let scene = two_set().with("STRONGROOM_KEY", &line);
    scene.run("two").refuses(&[
        "the key could not be had from `vault-transit`: this program was built without it (feature `vault-transit`)",
        "add the feature: cargo add strongroom --features vault-transit",
        "read from: STRONGROOM_KEY",
    ]);
    // What needs no key asks for none.
    scene.run("bound").refuses(&["this is another vault"]);
    scene.run("two, keyless").refuses(&["the program is without a key"]);
}

#[cfg(feature = "vault-transit")]
mod asked {
    use std::thread;
    use std::time::{Duration, Instant};

    use strongroom_vault::{AccessKey, EnvironmentType, Scopes, VaultId};

    use super::{MARKER, Scene, two_set};
    use crate::transit::{Does, Transit};

    const DECRYPT: &str = "POST /v1/transit/decrypt/shop";

    /// A scene with a server, and a line for a key that opens `local`; no key is kept.
    fn served() -> (Scene, Transit) {
        let scene = two_set();
        let transit = Transit::new();
        let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
        let line = transit.plant("shop", &scene.add_access_key("shop", scopes));
        let mut scene = scene.without_kept_key().with("STRONGROOM_KEY", &line);
        for (name, value) in transit.variables() {
            scene = scene.with(name, &value);
        }
        (scene, transit)
    }

    #[test]
    fn a_program_opens_with_the_key_that_a_service_opened() {
        let (scene, transit) = served();
        for case in ["two", "two, async", "two, inside a runtime"] {
            scene.run(case).loads("M1 M2");
            assert_eq!(transit.asked(), [DECRYPT], "{case}");
        }
        let line = transit.plant("shop2", &scene.key.to_text());
        let scene = scene.with("STRONGROOM_KEY", "").with("ARGUMENT", &line);
        scene.run("two, with this access key").loads("M1 M2");
        let file = scene.write("key", &format!("{line}\n")).display().to_string();
        scene.with("ARGUMENT", &file).run("two, with a key file").loads("M1 M2");
        assert_eq!(transit.asked(), [DECRYPT, DECRYPT]);
    }

    #[test]
    fn a_program_that_needs_no_key_asks_for_none() {
        let (scene, transit) = served();
        scene.run("two, keyless").refuses(&["the program is without a key"]);
        let scene = scene.with("ARGUMENT", "production");
        scene.run("two, for an environment").refuses(&["`github_api_token` has no value"]);
        assert_eq!(transit.asked(), <[String; 0]>::default());
    }

    #[test]
    fn a_key_that_cannot_be_had_is_told_with_everything_that_it_was_for() {
        let (scene, transit) = served();
        transit.does(Does::Denies);
        scene.run("two").refuses(&[
            "cannot open `github_api_token`, `ssh_private_key`: the key could not be had from `vault-transit`: denied: ",
            "its policies need `path \"transit/decrypt/shop\" { capabilities = [\"update\"] }`",
            "docs/key-services.md has the rights and variables that it takes; try it with: strongroom doctor",
            "read from: STRONGROOM_KEY",
        ]);
        transit.does(Does::Html);
        scene.run("two, at once").refuses(&["unreachable: something that is neither Vault nor"]);
        transit.does(Does::Strange);
        scene.run("two").refuses(&["not valid: the server gave no plaintext"]);
        transit.does(Does::FailsOnce);
        scene.run("two").loads("M1 M2");
        let scene = scene.with("STRONGROOM_KEY", &transit.plant("garbage", MARKER));
        scene.run("two").refuses(&[
            "not an access key: one begins with `strongroom_key_`",
            "read from: `vault-transit`, named by STRONGROOM_KEY",
        ]);
        let stranger = AccessKey::generate(VaultId([0x5f; 16])).expect("randomness");
        let line = transit.plant("stranger", &stranger.to_text());
        let scene = scene.with("STRONGROOM_KEY", &line);
        scene.run("two").refuses(&["read from: `vault-transit`, named by STRONGROOM_KEY"]);
        let scene = scene.with("STRONGROOM_KEY", &format!("{line}x"));
        scene.run("two").refuses(&["does not open the ciphertext: it was altered or cut"]);
    }

    #[test]
    fn a_service_that_hangs_is_given_up_at_the_deadline_and_when_nobody_waits() {
        let (scene, transit) = served();
        transit.does(Does::Hangs);
        let began = Instant::now();
        scene.run("two, at once").refuses(&["unreachable: no answer within 0.3 s"]);
        assert!(began.elapsed() < Duration::from_secs(5));
        scene.run("two, given up").loads("given up: true");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn who_follows_changes_asks_once_and_again_when_the_key_is_another_one() {
        let (scene, transit) = served();
        let followed = thread::scope(|scope| {
            let followed = scope.spawn(|| scene.run("two, followed"));
            let until_asked = || {
                let began = Instant::now();
                while transit.asked().is_empty() {
                    assert!(began.elapsed() < Duration::from_secs(20), "it is not asked");
                    thread::sleep(Duration::from_millis(10));
                }
                // What was loaded must be seen before it changes again.
                thread::sleep(Duration::from_millis(500));
            };
            until_asked();
            for value in ["a", "b"] {
                scene.set("github_api_token", "local", value);
                thread::sleep(Duration::from_millis(700));
            }
            assert_eq!(transit.asked(), <[String; 0]>::default());
            // Another key is behind the same line, and the one before opens nothing any more.
            let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
            transit.plant("shop", &scene.add_access_key("shop2", scopes));
            scene.rewrite(|text| {
                let others = text.lines().filter(|line| !line.starts_with("shop = "));
                others.flat_map(|line| [line, "\n"]).collect()
            });
            scene.set("github_api_token", "local", "c.");
            until_asked();
            followed.join().expect("it ends")
        });
        followed.loads("M1 Ma Mb Mc.");
    }
}
