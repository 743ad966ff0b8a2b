//! The folder of a user: what was seen is remembered, and what cannot be read or removed is said.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use strongroom_vault::search::{Generations, UserFolder, Wanted, find_key};
use strongroom_vault::{
    EnvironmentType, HolderKey, Index, NewKeys, Rotation, UnlockedKey, VaultId,
};

use super::editing::vault;
use super::rotation::{Team, rotated};

const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

fn folder() -> (tempfile::TempDir, UserFolder) {
    let home = tempfile::tempdir().expect("a folder");
    let folder = UserFolder::at(&home.path().join("strongroom"));
    (home, folder)
}

#[test]
fn an_older_vault_than_was_seen_is_noticed_and_a_newer_one_is_none() {
    let team = Team::new();
    let (newer, _) =
        team.rotated(&team.text, &Rotation::of_types(vec![PRODUCTION])).expect("new keys");
    let (before, after) =
        (Index::read(&team.text).expect("a vault"), Index::read(&newer).expect("a vault"));
    let (_home, folder) = folder();
    assert_eq!(folder.generations(before.id()), Generations::default());
    folder.remember(after.id(), &team.ring(&newer, "ci").expect("a grant")).expect("remembered");
    // An older one that was opened later takes nothing away.
    folder.remember(after.id(), &team.ring(&team.text, "ci").expect("a grant")).expect("it");
    let seen = folder.generations(after.id());
    assert_eq!((seen.of(PRODUCTION), seen.of(LOCAL)), (2, 0));
    let rolled_back = seen.check(&before, PRODUCTION).expect_err("an older vault");
    assert_eq!((rolled_back.seen, rolled_back.now), (2, 1));
    assert!(seen.check(&after, PRODUCTION).is_ok() && seen.check(&before, LOCAL).is_ok());
    let shown = Generations::shown_by(&after);
    assert_eq!(EnvironmentType::ALL.map(|kind| shown.of(kind)).iter().sum::<u32>(), 5);
    assert!(Generations::shown_by(&before).check(&after, PRODUCTION).is_ok());
}

#[test]
fn a_program_goes_on_where_its_folder_is_stuck() {
    let team = Team::new();
    let id = Index::read(&team.text).expect("a vault").id();
    let (_home, folder) = folder();
    folder.remember(id, &team.owner).expect("remembered");
    let lock = fs::File::open(folder.path().join("lock")).expect("the lock of the folder");
    lock.lock().expect("nobody else has it");
    let (newer, _) = team.rotated(&team.text, &Rotation::of_types(vec![LOCAL])).expect("new keys");
    let started = Instant::now();
    assert!(folder.remember(id, &team.ring(&newer, "owner").expect("grants")).is_err());
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(folder.generations(id).of(LOCAL), 1);
}

#[test]
fn keys_that_cannot_be_listed_or_removed_are_no_keys_that_are_not_there() {
    let team = Team::new();
    let id = Index::read(&team.text).expect("a vault").id();
    let (_home, folder) = folder();
    assert!(folder.keys(id).is_ok_and(|keys| keys.keys.is_empty()));
    assert!(!folder.forget_key(id, "owner").expect("there is none"));
    let kept = folder.keys_folder().join(id.to_string());
    fs::create_dir_all(folder.keys_folder()).expect("a folder");
    fs::write(&kept, "a file in its place").expect("a file");
    assert!(folder.keys(id).is_err());
    fs::remove_file(&kept).expect("the file");
    let key = folder.keep_key(id, "owner", &team.key("owner")).expect("kept");
    fs::remove_file(&key).expect("the key");
    fs::create_dir(&key).expect("a folder in its place");
    assert!(folder.forget_key(id, "owner").is_err());
    fs::remove_dir(&key).expect("the folder");
    folder.keep_key(id, "owner", &team.key("owner")).expect("kept");
    assert!(folder.forget_key(id, "owner").expect("removed"));
    assert!(!key.exists());
}

#[test]
fn a_key_that_gave_way_opens_the_vault_until_then_and_no_newer_one() {
    let (vault, key) = vault();
    let (_home, folder) = folder();
    let index = Index::read(&vault.text).expect("a vault");
    let id = index.id();
    let file = folder.keep_key(id, "owner", &key).expect("kept");
    assert!(find_key(&index, Wanted::Anything, Some(&folder)).is_ok());
    let kept = folder.keys(id).expect("readable").keys;
    let until = Generations::shown_by(&index);
    folder.put_aside(&kept[0], "owner~previous", until).expect("put aside");
    assert!(!file.exists());
    let opens = |text: &str, wanted| {
        let index = Index::read(text).expect("a vault");
        find_key(&index, wanted, Some(&folder)).map(drop).map_err(|error| error.opens_nothing())
    };
    let all = [Wanted::Anything, Wanted::Roster, Wanted::Type(PRODUCTION), Wanted::OnlyType(LOCAL)];
    for wanted in all {
        assert_eq!(opens(&vault.text, wanted), Ok(()), "{wanted:?}");
    }
    // Whoever knows the key can make a newer vault for it: these grants are as good as any.
    let rotation = Rotation::of_types(vec![PRODUCTION]);
    let (newer, _) =
        rotated(&vault.text, &vault.ring, &rotation, &NewKeys::default()).expect("new keys");
    assert_eq!(opens(&newer, Wanted::OnlyType(LOCAL)), Ok(()));
    for wanted in [Wanted::OnlyType(PRODUCTION), Wanted::Type(PRODUCTION), Wanted::Roster] {
        assert_eq!(opens(&newer, wanted), Err(true), "{wanted:?}");
    }
    // Where nothing says until when it opens, it opens nothing.
    fs::remove_file(file.with_file_name("owner~previous.newest")).expect("beside it");
    assert_eq!(opens(&vault.text, Wanted::OnlyType(LOCAL)), Err(true));
}

#[test]
fn what_unlock_keeps_is_told_from_an_access_key_ends_and_is_forgotten() {
    let (id, other) = (VaultId([7; 16]), VaultId([8; 16]));
    let team = Team::new();
    let (_home, folder) = folder();
    let key = UnlockedKey::of(id, &HolderKey::generate().expect("randomness"));
    folder.keep_key(id, "dev", &team.key("owner")).expect("kept");
    let stays = folder.keep_unlocked(id, "dev", &key, None).expect("kept");
    let kept = folder.keys(id).expect("readable");
    let shown: Vec<_> =
        kept.keys.iter().map(|key| (key.holder(), key.is_unlocked(), key.until())).collect();
    let dev = || "dev".to_owned();
    assert_eq!(shown, [(dev(), false, None), (dev(), true, None)]);
    assert!(kept.keys[0].unlocked().expect("readable").is_none());
    let text = kept.keys[1].unlocked().expect("readable").expect("a key").to_text();
    assert_eq!(*text, *key.to_text());
    assert!(kept.ended.is_empty());
    // One that ends takes the place of one that stays, and is gone when its time is over.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    folder.keep_unlocked(id, "dev", &key, Some(now + 3600)).expect("kept");
    assert_eq!(folder.keys(id).expect("readable").keys[1].until(), Some(now + 3600));
    folder.keep_unlocked(id, "dev", &key, Some(now)).expect("kept");
    let kept = folder.keys(id).expect("readable");
    assert_eq!((kept.keys.len(), kept.ended), (1, vec![stays.clone()]));
    assert!(!stays.exists());
    // Of one vault, then of all; access keys stay.
    let mine = folder.keep_unlocked(id, "dev", &key, None).expect("kept");
    let of_other = folder.keep_unlocked(other, "dev", &key, None).expect("kept");
    assert_eq!(folder.forget_unlocked(Some(id)).expect("removed"), std::slice::from_ref(&mine));
    assert!(of_other.exists() && !mine.exists());
    folder.keep_unlocked(id, "guest", &key, None).expect("kept");
    assert_eq!(folder.forget_unlocked(None).expect("removed").len(), 2);
    assert_eq!(
        folder.forget_unlocked(None).expect("nothing to remove"),
        [""; 0].map(PathBuf::from)
    );
    assert!(folder.keys(id).expect("readable").keys[0].holder() == "dev");
}

#[test]
fn a_kept_file_that_says_nothing_sensible_of_its_end_is_damaged() {
    let id = VaultId([7; 16]);
    let (_home, folder) = folder();
    let key = UnlockedKey::of(id, &HolderKey::generate().expect("randomness"));
    let file = folder.keep_unlocked(id, "dev", &key, Some(u64::MAX)).expect("kept");
    let good = fs::read_to_string(&file).expect("text");
    assert!(folder.keys(id).is_ok_and(|kept| kept.keys[0].until() == Some(u64::MAX)));
    let number = u64::MAX.to_string();
    for (from, to) in [
        (number.as_str(), "+1"),
        (&number, " 1"),
        (&number, ""),
        (&number, "18446744073709551616"),
        (&format!("{number}\n"), &number),
    ] {
        fs::write(&file, good.replace(from, to)).expect("written");
        assert!(folder.keys(id).is_err(), "{to:?}");
    }
}
