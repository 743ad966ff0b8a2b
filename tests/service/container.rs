//! The container recipe, played without a container engine: each stage is a folder, and each line is done in it.
//!
//! That means an optimised build of its own, so it is done only where `TEST_CONTAINER_RECIPE` is set, as `.ci/run` does. What
//! the recipe promises about keys and users is looked at every time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::example::{example, skipped};
use crate::server::Server;

/// The lines of the recipe: a word, and what follows it. Continued lines are one.
fn recipe() -> Vec<(String, String)> {
    let text = fs::read_to_string(example().join("Containerfile")).expect("the recipe");
    let text = text.replace("\\\n", " ");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let words = lines.map(|line| line.split_once(' ').expect("a word and more"));
    words.map(|(word, rest)| (word.to_owned(), rest.trim().to_owned())).collect()
}

#[test]
fn the_image_has_a_program_and_a_vault_and_neither_root_nor_a_key() {
    let recipe = recipe();
    let last = recipe.iter().rposition(|(word, _)| word == "FROM").expect("a stage");
    let (image, rest) = (&recipe[last].1, &recipe[last + 1..]);
    assert!(image.ends_with(":nonroot"), "{image}");
    let of = |wanted: &str| -> Vec<&str> {
        rest.iter().filter(|(word, _)| word == wanted).map(|(_, rest)| rest.as_str()).collect()
    };
    assert_eq!(of("USER"), ["65532:65532"]);
    assert_eq!(of("ENTRYPOINT"), [r#"["/usr/local/bin/service"]"#]);
    assert_eq!(of("RUN"), [""; 0]);
    let copied: Vec<&str> =
        of("COPY").iter().filter_map(|copy| copy.split(' ').next_back()).collect();
    assert_eq!(copied, ["/usr/local/bin/service", "/etc/service/strongroom.toml"]);
    assert!(
        recipe.iter().all(|(word, _)| word != "ARG"),
        "an argument stays in the image's history"
    );
    assert!(
        !fs::read_to_string(example().join("Containerfile"))
            .expect("it")
            .contains("strongroom_key_")
    );
    let ignored = fs::read_to_string(example().join("Containerfile.dockerignore")).expect("it");
    assert!(ignored.lines().any(|line| line == "**/*.key"), "keys are not given to the builder");
}

#[test]
fn each_line_of_the_recipe_does_what_it_should() {
    if std::env::var_os("TEST_CONTAINER_RECIPE").is_none() {
        skipped(
            "playing the container recipe, an optimised build; TEST_CONTAINER_RECIPE=1 does it",
        );
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut stages: Vec<Stage> = Vec::new();
    for (word, rest) in recipe() {
        if word == "FROM" {
            let name = rest.split_once(" AS ").map_or("", |(_, name)| name).to_owned();
            stages.push(Stage::new(folder.path().join(stages.len().to_string()), name));
            continue;
        }
        let (stage, earlier) = stages.split_last_mut().expect("a recipe begins with FROM");
        stage.play(&word, &rest, earlier);
    }
    let image = stages.pop().expect("a stage");
    image.needs_no_more_than_the_c_library();
    // As it is run: the key is mounted where the image says.
    let key = image.at(&image.variables["STRONGROOM_KEY_FILE"]);
    fs::create_dir_all(key.parent().expect("a folder")).expect("the folder of the key");
    fs::copy(example().join("demo.key"), key).expect("a key");
    let server = || {
        let server = Server::of(&image.at("/usr/local/bin/service")).with("HOME", folder.path());
        let variables = image.variables.iter();
        let server =
            variables.fold(server, |server, (name, value)| server.with(name, image.value(value)));
        server.with("SERVICE_LISTEN", "127.0.0.1:0")
    };
    // It was built for production, and there is no cluster here.
    let said = server().refuses();
    for part in [
        "cannot load `Secrets` for `production` (what the build checked): 3 of 3 secrets",
        "`service-operator/token` in the store `cluster`: unreachable: no way to a cluster is known",
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
    let service = server().with("STRONGROOM_ENV", "staging").start();
    assert_eq!(service.ask("GET /healthz HTTP/1.1", &[], b""), (200, "ok\n".to_owned()));
}

/// A stage of the build, with a folder in the place of its file system.
struct Stage {
    root: PathBuf,
    name: String,
    folder: String,
    variables: BTreeMap<String, String>,
}

impl Stage {
    fn new(root: PathBuf, name: String) -> Self {
        fs::create_dir_all(root.join("usr/local/bin")).expect("a root");
        Self { root, name, folder: "/".to_owned(), variables: BTreeMap::new() }
    }

    /// Where a path of the stage is here.
    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// A variable's value, with a path of the stage as it is here.
    fn value(&self, value: &str) -> String {
        if value.starts_with('/') { self.at(value).display().to_string() } else { value.to_owned() }
    }

    fn play(&mut self, word: &str, rest: &str, earlier: &[Self]) {
        match word {
            "WORKDIR" => {
                rest.clone_into(&mut self.folder);
                fs::create_dir_all(self.at(rest)).expect("a folder");
            }
            "ENV" => {
                let pairs = rest.split(' ').map(|pair| pair.split_once('=').expect("NAME=VALUE"));
                self.variables
                    .extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            "COPY" if rest == ". ." => copy_context(&self.at(&self.folder)),
            "COPY" => self.copy(rest, earlier),
            "RUN" => self.run(rest),
            "EXPOSE" | "USER" | "ENTRYPOINT" => {}
            _ => panic!("this test does not know {word}"),
        }
    }

    /// `COPY --from=STAGE --chmod=MODE FROM TO`
    fn copy(&self, rest: &str, earlier: &[Self]) {
        let words: Vec<&str> = rest.split(' ').collect();
        let [from, mode, source, target] = words[..] else { panic!("COPY {rest}") };
        let from = from.strip_prefix("--from=").expect("a stage");
        let mode = mode.strip_prefix("--chmod=").expect("a mode");
        let stage = earlier.iter().find(|stage| stage.name == from).expect("an earlier stage");
        let target = self.at(target);
        fs::create_dir_all(target.parent().expect("a folder")).expect("folders");
        fs::copy(stage.at(source), &target).unwrap_or_else(|error| panic!("{source}: {error}"));
        shell(&format!("chmod {mode} '{}'", target.display()), &self.root, &[]);
    }

    fn run(&self, rest: &str) {
        let mounts = rest.split_whitespace().filter_map(|word| word.strip_prefix("--mount="));
        let caches: Vec<&str> =
            mounts.filter_map(|mount| mount.strip_prefix("type=cache,target=")).collect();
        assert!(caches.contains(&"/src/target"), "{caches:?}");
        let words = rest.split_whitespace().filter(|word| !word.starts_with("--mount="));
        // Absolute paths of the stage are below its root here.
        let words = words
            .map(|word| if word.starts_with('/') { self.value(word) } else { word.to_owned() });
        let line = words.collect::<Vec<_>>().join(" ");
        let target = cache();
        let mounted = self.at("/src/target");
        shell(
            &format!("mkdir -p '{0}'; ln -s '{0}' '{1}'", target.display(), mounted.display()),
            &self.root,
            &[],
        );
        let variables: Vec<(String, String)> =
            self.variables.iter().map(|(name, value)| (name.clone(), self.value(value))).collect();
        shell(&line, &self.at(&self.folder), &variables);
        assert!(
            !self.at("/src/examples/service/demo.key").exists(),
            "no key is given to the builder"
        );
    }

    /// The image has a C library and `libgcc`: what else the program needed would not be there.
    fn needs_no_more_than_the_c_library(&self) {
        let program = self.at("/usr/local/bin/service");
        let Ok(output) = Command::new("ldd").arg(program).output() else { return };
        let text = String::from_utf8_lossy(&output.stdout);
        let known = ["linux-vdso", "libgcc_s", "libc.so", "libm.so", "ld-linux", "/lib"];
        for line in text.lines().map(str::trim) {
            assert!(known.iter().any(|name| line.starts_with(name)), "{line}");
        }
    }
}

/// Where what is compiled stays, as in a builder's cache.
fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("container-recipe")
}

/// What the builder is given: what git would take, but what `.dockerignore` names.
fn copy_context(target: &Path) {
    let ignored = fs::read_to_string(example().join("Containerfile.dockerignore")).expect("it");
    let ignored: Vec<String> = ignored
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("':(exclude,glob){line}'"))
        .collect();
    let line = format!(
        "git ls-files --cached --others --exclude-standard -- . {} | tar cf - -T - | tar xf - -C '{}'",
        ignored.join(" "),
        target.display()
    );
    shell(&line, &example().join("../.."), &[]);
}

/// Runs a line without the variables of the test, but with those that find cargo.
fn shell(line: &str, folder: &Path, variables: &[(String, String)]) {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).env_clear().stdin(Stdio::null());
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
}
