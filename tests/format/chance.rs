//! Chance: every key, salt, nonce and id is drawn anew. Nothing else keeps two vaults and two seals apart.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use strongroom_vault::{
    AccessKey, EnvironmentType, HolderSecret, Index, NewHolder, Origin, Passphrase, Place, Scopes,
    VaultId, new_vault,
};

use crate::editing::TODAY;

#[test]
fn nothing_that_is_drawn_comes_twice() {
    // The same id twice, so that only chance makes a difference.
    let id = VaultId([7; 16]);
    let (mut keys, mut nonces, mut fingerprints, mut salts) = <_>::default();
    let add = |set: &mut BTreeSet<Vec<u8>>, bytes: &[u8]| {
        assert!(set.insert(bytes.to_vec()), "drawn twice: {bytes:02x?}");
    };
    for _ in 0..2 {
        let key = AccessKey::generate(id).expect("randomness");
        add(&mut keys, key.to_text().as_bytes());
        let words = Passphrase::from("correct horse battery".to_owned());
        let secrets = [HolderSecret::AccessKey(key), HolderSecret::Passphrase(words)];
        for secret in &secrets {
            let scopes = Scopes::everything();
            let holder = NewHolder { name: "owner", secret, scopes, today: TODAY };
            let vault = new_vault(id, &holder).expect("a new vault");
            let index = Index::read(&vault.text).expect("a vault");
            let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).expect("base64url");
            let types = EnvironmentType::ALL.map(|kind| index.keys().of_type(kind));
            for table in types.into_iter().chain([index.keys().roster()]) {
                let grant = decode(table.grants()[0].sealed());
                add(&mut fingerprints, &grant[1..9]);
                add(&mut nonces, &grant[12..24]);
            }
            add(&mut nonces, &decode(index.holders()[0].kept())[9..21]);
            if let Some(line) = vault.text.lines().find(|line| line.starts_with("salt = ")) {
                add(&mut salts, line.as_bytes());
            }
            let key = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
            let origin = Origin::Vault;
            let place = Place { origin, name: "a", environment: "local", version: 1 };
            for _ in 0..2 {
                let sealed = key.seal(place, b"the same value").expect("randomness");
                add(&mut nonces, &decode(&sealed)[9..21]);
            }
        }
    }
    assert_eq!([keys.len(), fingerprints.len(), salts.len(), nonces.len()], [2, 20, 2, 32]);
}
