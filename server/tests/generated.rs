//! The code of `server/src/grpc/generated` is what the definitions in `server/proto` say.
//!
//! `SNAPSHOTS=overwrite cargo test -p strongroom-server --test generated` writes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

#[test]
fn the_generated_code_is_that_of_the_definitions() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "dapr/proto/runtime/v1/dapr.proto",
        "dapr/proto/components/v1/secretstore.proto",
        "grpc/health/v1/health.proto",
    ];
    let mut descriptors = protox::compile(files, [here.join("proto")]).expect("definitions");
    let out = TempDir::new().expect("a folder");
    let mut messages = prost_build::Config::new();
    // Sorted: one answer has one form.
    messages.btree_map(["."]).out_dir(out.path());
    tonic_prost_build::configure()
        .out_dir(out.path())
        // Only tests are clients.
        .client_mod_attribute(".", "#[cfg(test)]")
        .build_transport(false)
        .compile_fds_with_config(descriptors.clone(), messages)
        .expect("code");
    // What clients are told of the definitions has none of their comments.
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }
    let told = protox::prost::Message::encode_to_vec(&descriptors);
    fs::write(out.path().join("descriptors.bin"), told).expect("a file");

    let kept = here.join("src/grpc/generated");
    if std::env::var("SNAPSHOTS").is_ok_and(|what| what == "overwrite") {
        for (name, bytes) in files_of(out.path()) {
            fs::write(kept.join(name), bytes).expect("it can be written");
        }
    }
    let mut kept = files_of(&kept);
    kept.remove("mod.rs");
    let made = files_of(out.path());
    assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    for (name, made) in made {
        assert!(
            made == kept[&name],
            "{name} is not what `proto/` says\n\
             SNAPSHOTS=overwrite cargo test -p strongroom-server --test generated"
        );
    }
}

fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().expect("text");
        (name, fs::read(entry.path()).expect("a file"))
    };
    entries.map(file).collect()
}
