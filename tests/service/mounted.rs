//! The vault as a cluster mounts a `ConfigMap`: a folder that everybody could write, were it not mounted read-only, in which a
//! link is swapped for an update.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::example::{example, skipped};
use crate::renewing::{NEW_OPERATOR, Vault, deliveries};
use crate::server::Server;
use crate::serving::OPERATOR;

#[test]
fn a_vault_that_a_cluster_mounted_is_taken_and_followed() {
    let vault = Vault::new();
    let folder = tempfile::tempdir().expect("a folder");
    let mount = folder.path().join("mount");
    let state = |name: &str| {
        fs::create_dir_all(mount.join(name)).expect("a folder");
        fs::copy(vault.path(), mount.join(name).join("strongroom.toml")).expect("a copy");
        symlink(name, mount.join("..new")).expect("a link");
        fs::rename(mount.join("..new"), mount.join("..data")).expect("a swap");
    };
    state("..1");
    symlink("..data/strongroom.toml", mount.join("strongroom.toml")).expect("a link");
    fs::set_permissions(&mount, Permissions::from_mode(0o777)).expect("a mode");
    let server = |program: &Path| {
        Server::of(program)
            .with("STRONGROOM_KEY_FILE", example().join("demo.key"))
            .with("STRONGROOM_VAULT", mount.join("strongroom.toml"))
    };

    let program = Path::new(env!("CARGO_BIN_EXE_service"));
    let said = server(program).refuses();
    assert!(said.contains("others can put another vault in its place"), "{said}");

    let mounted = folder.path().join("mounted.sh");
    let line =
        format!("mount --bind '{0}' '{0}' && mount -o remount,bind,ro '{0}'", mount.display());
    let alone = "unshare --map-root-user --mount --";
    let path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    let works =
        Command::new("sh").args(["-c", &format!("{path} {alone} sh -c \"{line}\"")]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        skipped("a mounted vault: `unshare` and `mount` cannot make a mount here");
        return;
    }
    let script = format!(
        "#!/bin/sh\n{path}\nexec {alone} sh -c \"{line} && exec '{}'\"\n",
        program.display()
    );
    fs::write(&mounted, script).expect("a script");
    fs::set_permissions(&mounted, Permissions::from_mode(0o755)).expect("a mode");
    let mut service = server(&mounted).start();
    assert_eq!((deliveries(&service, OPERATOR), deliveries(&service, NEW_OPERATOR)), (200, 401));
    vault.set("operator_token", "MARKER-service-new-operator-token");
    // From outside, where it is not read-only, as the cluster does it.
    state("..2");
    service.waits_for("new secrets");
    assert_eq!((deliveries(&service, OPERATOR), deliveries(&service, NEW_OPERATOR)), (401, 200));
}
