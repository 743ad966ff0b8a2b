//! The way to the vault: names that nobody knows, servers that hang, break off, or show a wrong certificate.

use std::time::{Duration, Instant};

use strongroom_stores::{FailureKind, Limits};

use crate::alone::{MACHINE, PRINCIPAL, alone};
use crate::listener::Does;
use crate::vault::{get, get_within};

const SHORT: Limits = Limits { deadline: Duration::from_millis(500), at_once: 1 };

alone! {
    (PRINCIPAL)
    async fn a_server_that_hangs_or_breaks_off_is_given_up(azure) {
        for (does, words) in [
            (Does::Hang, "unreachable: no answer within 0.5 s"),
            (Does::Break, "unreachable: `https://shop.vault.azure.net` broke the connection off"),
        ] {
            azure.instead(move |line, _| line.contains("/secrets/").then(|| does.clone()));
            let began = Instant::now();
            let failure = get_within(&azure.store(&[]), "app", &SHORT).await.expect_err(words);
            assert_eq!(failure.to_string(), words);
            assert!(began.elapsed() < Duration::from_secs(3));
        }
    }

    (PRINCIPAL)
    async fn what_breaks_off_once_is_asked_again(azure) {
        azure.kept().plant("app", "hunter2");
        let breaks = std::sync::atomic::AtomicUsize::new(0);
        azure.instead(move |_, _| {
            (breaks.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2).then_some(Does::Break)
        });
        assert_eq!(get(&azure.store(&[]), "app").await.as_deref(), Ok("hunter2"));
    }

    (PRINCIPAL)
    async fn a_certificate_of_a_stranger_is_told_at_once(azure) {
        let other = crate::listener::Listener::new(|_| Err("nothing is asked".to_owned())).await;
        let ca_file = other.ca_file().display().to_string();
        let failure = get(&azure.store(&[("ca_file", &ca_file)]), "app").await.expect_err("distrust");
        assert_eq!(
            failure.to_string(),
            "unreachable: the server's certificate is not trusted: no authority that is known here signed it"
        );
        assert!(!failure.may_pass());
        let failure = get(&azure.store(&[("ca_file", "no-such.pem")]), "app").await.expect_err("no file");
        assert!(failure.detail().starts_with("the certificates in `"), "{failure}");
    }

    (PRINCIPAL)
    async fn a_proxy_that_does_not_let_through_is_told(azure) {
        let store = azure.store(&[("vault_name", "https://other.vault.azure.net")]);
        let failure = get_within(&store, "app", &SHORT).await.expect_err("no way");
        assert_eq!(
            failure.to_string(),
            "unreachable: the proxy does not let through to `https://other.vault.azure.net`"
        );
    }

    /// A port of this machine where nobody listens.
    (MACHINE)
    async fn a_place_where_nothing_listens_is_told(azure) {
        let store = azure.store(&[("vault_name", "http://127.0.0.1:9")]);
        let failure = get_within(&store, "app", &SHORT).await.expect_err("nobody");
        assert_eq!(failure.to_string(), "unreachable: nothing listens at `http://127.0.0.1:9`");
        assert_eq!(failure.kind(), FailureKind::Unreachable);
    }

    /// Names that end so are never known.
    (&[("NO_PROXY", "invalid.example")])
    async fn a_vault_that_does_not_exist_is_a_name_that_is_not_known(azure) {
        let store = azure.store(&[("vault_name", "https://shop.vault.invalid.example")]);
        let failure = get_within(&store, "app", &SHORT).await.expect_err("no such vault");
        let words = "unreachable: no address is known for `https://shop.vault.invalid.example`: there is no vault of this \
                     name, or only a network of its own knows it";
        // Where a name server does not answer at all, the time is over first.
        assert!([words, "unreachable: no answer within 0.5 s"].contains(&&*failure.to_string()), "{failure}");
    }
}

/// A program may have several runtimes one after the other, and a store outlives them.
#[test]
fn a_store_is_used_on_one_runtime_after_the_other() {
    let test = "azure::network::a_store_is_used_on_one_runtime_after_the_other";
    crate::alone::run(test, PRINCIPAL, async |azure| {
        azure.kept().plant("app", "hunter2");
        let store = azure.store(&[]);
        for _ in 0..3 {
            let store = store.clone();
            let used = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(get(&store, "app"))
            });
            let got = tokio::task::spawn_blocking(|| used.join().expect("no panic")).await;
            assert_eq!(got.expect("no panic").as_deref(), Ok("hunter2"));
        }
    });
}
