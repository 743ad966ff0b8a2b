//! `--NAMESPACE shop` for `--setting namespace=shop`: each kind of store has settings of its own, which no option is declared for.

use std::ffi::OsString;

/// Arguments with the settings of `store add` spelled out: an option that the command does not have is a setting.
pub(crate) fn spelled_out(
    command: &clap::Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut spelled: Vec<OsString> = Vec::new();
    let mut arguments = arguments.into_iter();
    spelled.extend(arguments.next());
    let mut rest: Vec<OsString> = arguments.collect();
    let Some(words) = words_before_settings(&rest) else {
        spelled.append(&mut rest);
        return spelled;
    };
    let mut rest = rest.into_iter();
    spelled.extend(rest.by_ref().take(words));
    let known = known_options(command);
    while let Some(word) = rest.next() {
        if word == "--" {
            spelled.push(word);
            break;
        }
        let option = word.to_str().and_then(|word| word.strip_prefix("--"));
        let (name, value) =
            match option.map(|option| option.split_once('=').unwrap_or((option, ""))) {
                Some((name, value)) if !known.iter().any(|known| known == name) => {
                    (name.to_owned(), value.to_owned())
                }
                _ => {
                    spelled.push(word);
                    continue;
                }
            };
        let mut setting = OsString::from(&name);
        if word.to_string_lossy().contains('=') {
            setting.push("=");
            setting.push(value);
        } else if let Some(value) = rest.next() {
            setting.push("=");
            setting.push(value);
        }
        spelled.push("--setting".into());
        spelled.push(setting);
    }
    spelled.extend(rest);
    spelled
}

/// How many words there are to the end of `store add`, with the options before it; none where that is not the command.
fn words_before_settings(words: &[OsString]) -> Option<usize> {
    let mut wanted = ["store", "add"].iter();
    let mut next = wanted.next();
    let mut at = 0;
    while let Some(word) = next {
        match words.get(at)?.to_str() {
            Some("--vault" | "-C") => at += 2,
            Some(option) if option.starts_with("--vault=") || option.starts_with("-C") => at += 1,
            Some(given) if given == *word => {
                at += 1;
                next = wanted.next();
            }
            _ => return None,
        }
    }
    Some(at)
}

/// The long options of `store add`, and those that every command takes.
fn known_options(command: &clap::Command) -> Vec<String> {
    let add = command.find_subcommand("store").and_then(|store| store.find_subcommand("add"));
    let own = add.into_iter().flat_map(clap::Command::get_arguments);
    let all = own.chain(command.get_arguments()).filter_map(clap::Arg::get_long);
    all.map(str::to_owned).chain(["help".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(line: &str) -> String {
        let words = line.split(' ').map(OsString::from);
        let spelled = spelled_out(&crate::cli::command(), words);
        let words: Vec<String> =
            spelled.iter().map(|it| it.to_string_lossy().into_owned()).collect();
        words.join(" ")
    }

    #[test]
    fn an_option_that_the_command_does_not_have_is_a_setting() {
        for (line, expected) in [
            (
                "s store add cluster --kind kubernetes --namespace shop",
                "s store add cluster --kind kubernetes --setting namespace=shop",
            ),
            (
                "s -C x store --vault v add --namespace=a=b c --kind k --json",
                "s -C x store --vault v add --setting namespace=a=b c --kind k --json",
            ),
            (
                "s store add op --kind command --trim false -- op --account x",
                "s store add op --kind command --setting trim=false -- op --account x",
            ),
            ("s store add c --kind k --namespace", "s store add c --kind k --setting namespace"),
            ("s store add c --help", "s store add c --help"),
            ("s store list --namespace shop", "s store list --namespace shop"),
            ("s run -- store add --x y", "s run -- store add --x y"),
        ] {
            assert_eq!(spelled(line), expected);
        }
    }
}
