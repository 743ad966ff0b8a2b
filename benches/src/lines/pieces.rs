//! What the pieces of a load cost, for information.

use std::hint::black_box;
use std::time::Duration;

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::{Aes256Gcm, Key, KeyInit as _, Nonce};
use strongroom_vault::{
    Credential, HolderSecret, Index, KeyRing, NewHolder, Passphrase, Scopes, new_vault,
    padded_length,
};

use super::Line;
use crate::opened::Opened;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::{ID, TODAY, VALUE_BYTES, Vault};

pub(super) const LINE: Line = Line {
    name: "pieces",
    about: "the pieces, for information",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let opened = Opened::of(&Vault::of(1_000));
    let (open, cipher) = in_turn(RUNS, || many(|| opened.open()), || many(decrypt()));
    let (seal, _) = in_turn(RUNS, || many(|| opened.seal()), || ());
    let each = |time: Duration| Amount::Time(time / MANY);
    let how = format!("median of {RUNS} × {MANY}");
    vec![
        Row::told(format!("opening a value of {VALUE_BYTES} bytes"), each(open.median()), &how),
        Row::told("its AES-256-GCM alone", each(cipher.median()), &how),
        Row::told(format!("sealing a value of {VALUE_BYTES} bytes"), each(seal.median()), &how),
        reading(),
        passphrase(),
    ]
}

/// The cipher alone, on as many bytes as a sealed value has, with as many authenticated beside.
fn decrypt() -> impl FnMut() {
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from([7; 32]));
    let (nonce, place) = (Nonce::from([1; 12]), [2; 107]);
    let mut sealed = vec![3; padded_length(VALUE_BYTES)];
    let tag = cipher
        .encrypt_inout_detached(&nonce, &place, sealed.as_mut_slice().into())
        .expect("AES-GCM takes much longer values");
    move || {
        let mut bytes = black_box(&sealed).clone();
        let opened =
            cipher.decrypt_inout_detached(&nonce, &place, bytes.as_mut_slice().into(), &tag);
        opened.expect("it was just sealed");
        black_box(bytes);
    }
}

fn reading() -> Row {
    let text = Vault::of(1_000).text();
    let read = || drop(black_box(Index::read(black_box(&text)).expect("it reads")));
    let (read, _) = in_turn(RUNS, read, || ());
    #[expect(clippy::cast_precision_loss, reason = "a vault has far fewer than 2^52 bytes")]
    let speed = text.len() as f64 / read.median().as_secs_f64() / 1e6;
    Row::told("reading an index, of 1,000 × 4", Amount::Speed(speed), format!("median of {RUNS}"))
}

fn passphrase() -> Row {
    let words = || Passphrase::from("correct horse battery staple".to_owned());
    let secret = HolderSecret::Passphrase(words());
    let holder =
        NewHolder { name: "me", secret: &secret, scopes: Scopes::everything(), today: TODAY };
    let vault = new_vault(ID, &holder).expect("the passphrase is long enough");
    let index = Index::read(&vault.text).expect("a new vault reads");
    let credential = Credential::Passphrase(words());
    let unlock = || drop(KeyRing::unlock(&index, &credential, None).expect("the right one"));
    let (unlock, _) = in_turn(5, unlock, || ());
    let what = "a passphrase: one Argon2id at the default costs";
    Row::told(what, Amount::Time(unlock.median()), "median of 5")
}

fn many(mut run: impl FnMut()) {
    (0..MANY).for_each(|_| run());
}

const RUNS: usize = 101;
const MANY: u32 = 1_000;
