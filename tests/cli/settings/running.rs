//! `strongroom run --settings`: settings beside secrets in the environment of a program.

use snapbox::str;

use super::scene;

#[test]
fn run_gives_settings_beside_secrets_and_refuses_what_clashes() {
    let session = scene();
    session.typed("strongroom set --type local token").input("t").run().succeeds();
    session.write("print", "echo $TOKEN $MAX_RETRIES $PUBLIC_URL $BY_HAND");
    session.plays(str![[r#"
$ strongroom run --settings -- sh print
[0]
t 3 http://localhost true
$ strongroom run --settings --type prod -- sh print
[0]
5
$ strongroom run -- sh print
[0]
t
$ strongroom run --settings --only max_retries -- sh print
[0]
3
$ strongroom run --settings --only max_retries,token -- sh print
[0]
t 3
$ strongroom run --settings --except by_hand,token -- sh print
[0]
3 http://localhost
$ strongroom run --settings --type prod --only by_hand -- sh print
[1]
--- stderr
error: the setting `by_hand` has no value for `production`: nothing was started
       set one with: strongroom setting set --type production by_hand VALUE
$ strongroom run --only max_retries -- sh print
[1]
--- stderr
error: there is no secret `max_retries`
       `max_retries` is a setting: strongroom setting list max_retries
$ strongroom setting set --default to-ken 1
[3]
--- stderr
error: `token` is a secret, and a setting cannot have its name
       see it with: strongroom list token

"#]]);
    session.run("strongroom setting set --default path /bin").succeeds();
    session.run("strongroom run --settings -- sh print").shows(str![[r#"
[3]
--- stderr
error: PATH can take over the program: nothing was started
       leave it out with: --except path
       or set it all the same with: --allow-dangerous

"#]]);
    session.run("strongroom run --settings --except path -- sh print").succeeds();
    session.run("strongroom setting unset --all path").succeeds();
    session.run("strongroom setting set --default log/level 1").succeeds();
    session.plays(str![[r#"
$ strongroom setting set --default log__level 2
[0]
--- stderr
created log__level by default
there is also a setting `log/level`: if that was meant, remove this one with: strongroom setting unset --all log__level
$ strongroom run --settings -- sh print
[3]
--- stderr
error: `log/level` and `log__level` both give the variable LOG__LEVEL
       leave one out with: --except NAME,… or --only NAME,…

"#]]);
}
