//! References in files: every value reads back as it is, in every style of a string, and nothing else changes.

use proptest::prelude::*;
use serde_json::Value as Json;
use strongroom_formats::render::{Format, Template, TemplateError};

/// Any text, with a liking for what some format gives a meaning.
fn value() -> impl Strategy<Value = String> {
    let special = r#"['"`\\$#{}!~&*?|>%@:,=\-\n\r\t \u{0}-\u{1f}\u{7f}\u{85}\u{2028}\u{feff}\u{fffe}éA1n]{0,12}"#;
    prop_oneof![
        4 => special,
        2 => ".{0,40}",
        2 => prop_oneof![
            Just("-----BEGIN PRIVATE KEY-----\nMIIE\n+/==\n-----END PRIVATE KEY-----\n"),
            Just("a\n\n  b\n"), Just("two\nlines"), Just(" it's "), Just("true"), Just("null"), Just("~"),
            Just("0o17"), Just("1e5"), Just("---"), Just("- a"), Just("a: b"), Just("#"), Just("\n"),
            Just("${secret:a}"), Just("{{ secret \"a\" }}"), Just("$${secret:a}"), Just("\\"), Just("'''"), Just("\"\"\""),
        ].prop_map(str::to_owned),
    ]
}

/// The values of `a`, `b` and `c/d`.
fn values() -> impl Strategy<Value = [String; 3]> {
    [value(), value(), value()]
}

fn filled(text: &str, format: Format, values: [&str; 3]) -> String {
    let template = Template::read(text.as_bytes(), format).expect("a template");
    let written = template.write(|name| match name {
        "a" => values[0].as_bytes(),
        "b" => values[1].as_bytes(),
        "c/d" => values[2].as_bytes(),
        other => panic!("no such name: {other}"),
    });
    String::from_utf8(written.expect("text").as_bytes().to_vec()).expect("text")
}

/// A tree in which every string gets values in place of words that stood for them.
fn with_values(tree: Json, values: [&str; 3]) -> Json {
    match tree {
        // In one go: a value may look like a word.
        Json::String(text) => {
            let mut parts = text.split("WORD");
            let mut whole = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (number, rest) = part.split_at(1);
                whole.push_str(values[number.parse::<usize>().expect("a number")]);
                whole.push_str(rest);
            }
            Json::String(whole)
        }
        Json::Array(all) => all.into_iter().map(|each| with_values(each, values)).collect(),
        Json::Object(all) => {
            all.into_iter().map(|(name, each)| (name, with_values(each, values))).collect()
        }
        other => other,
    }
}

/// Values that nobody could misread say what a file with others must read as.
fn reads_back(
    text: &str,
    format: Format,
    values: &[String; 3],
    read: fn(&str) -> Json,
) -> Result<(), TestCaseError> {
    let values = [values[0].as_str(), values[1].as_str(), values[2].as_str()];
    let plain = read(&filled(text, format, ["WORD0", "WORD1", "WORD2"]));
    let written = filled(text, format, values);
    prop_assert_eq!(read(&written), with_values(plain, values), "{}", written);
    Ok(())
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

fn yaml(text: &str) -> Json {
    let documents = yaml_serde::Deserializer::from_str(text);
    let read = |document| -> Json { serde::Deserialize::deserialize(document).expect("YAML") };
    documents.map(read).collect()
}

fn toml(text: &str) -> Json {
    fn node(value: &toml::de::DeValue<'_>) -> Json {
        use toml::de::DeValue;
        match value {
            DeValue::String(text) => Json::String(text.to_string()),
            DeValue::Array(all) => all.iter().map(|each| node(each.get_ref())).collect(),
            DeValue::Table(table) => table
                .iter()
                .map(|(name, each)| (name.get_ref().to_string(), node(each.get_ref())))
                .collect(),
            other => Json::String(format!("{other:?}")),
        }
    }
    let table = toml::de::DeTable::parse(text).expect("TOML");
    node(&toml::de::DeValue::Table(table.into_inner()))
}

const JSON: &str = r#"{"whole": "${secret:a}", "part": ["x\"${secret:b}\u00e9{{ secret \"c/d\" }}", 1, null],
    "two": {"deep": "${secret:a}${secret:a}"}, "no": "$${secret:a} $${{ secret \"b\" }} \\$",
    "metadata": [{"name": "one", "secretKeyRef": {"name": "c", "key": "d"}},
        {"secretKeyRef":{"key":"a","name":"a"},"name":"${secret:b}"}]}"#;

const TOML: &str = r#"# ${secret:nobody}
basic = "${secret:a}" # ${secret:nobody}
part = "x\"${secret:b}\u00e9{{ secret \"c/d\" }}"
raw = '${secret:a} and {{ secret "b" }}\'
no = '$${secret:a}' 
"quoted key" = ["${secret:c/d}", '${secret:a}', { inline = "${secret:b}" }]
lines = """
  ${secret:a} \
     ${secret:b}
""${secret:c/d}"""
plain_lines = """${secret:a}
 ${secret:b}
"""
raw_lines = '''${secret:a}
  ${secret:b} ''
'''
raw_first = '''
${secret:a}'''
[table.'x']
day = 2026-01-02
key."dotted" = "${secret:c/d}"
"#;

const YAML: &str = r#"# ${secret:nobody}
plain: ${secret:a} # ${secret:nobody}
part: pre ${secret:b}:{{ secret "c/d" }} post
template: {{ secret "a" }}
lines: one
  ${secret:a}
  three
single: '${secret:a} it''s {{ secret "b" }}'
single lines: 'one ${secret:a}
  ${secret:b} two'
double: "${secret:a}\t\"{{ secret \"b\" }} é"  # ${secret:nobody}
double lines: "one ${secret:a}
  ${secret:b}\
  \ two"
"key": &anchor ${secret:a}
alias: *anchor
tagged: !!str ${secret:b}
anchored: &block !!str |
  ${secret:a}
block: |
  [db]
  password = "${secret:b}"

    deeper ${secret:a} x
  ${secret:c/d}.
after: 1
keep: |+ # ${secret:nobody}
  x ${secret:a}

strip: |-

  ${secret:a} x
indented: |2
    ${secret:a}
folded: >-
  one ${secret:a}
  two

  ${secret:b}
list:
- ${secret:a}
-   - ${secret:b}
  # ${secret:nobody}
    - |
      ${secret:c/d} ü
    - last
flow: {a: ${secret:a}, 'b': [${secret:b}, "${secret:c/d}", x y]}
no: $${secret:a} and '$${{ secret "b" }}'
metadata:
- name: direct
  secretKeyRef:
    name: c
    key: "d"  # kept
- secretKeyRef: {name: a, key: a}
  name: flow
- name: kubernetes
  valueFrom:
    secretKeyRef:
      key: d
      name: c
      optional: true
- {"name": "json", "secretKeyRef": {"name": "b"}}
- name: other
  valueFrom: {configMapKeyRef: {name: x, key: y}}
schema:
  secretKeyRef: {type: object, properties: {name: {type: string}}}
---
second: ${secret:c/d}
# ${secret:nobody}
"#;

/// So many in an optimised build as find what one in a thousand breaks.
const CASES: u32 = if cfg!(debug_assertions) { 400 } else { 20_000 };

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn json_reads_every_value_back(values in values()) {
        reads_back(JSON, Format::Json, &values, json)?;
    }

    #[test]
    fn toml_reads_every_value_back(values in values()) {
        reads_back(TOML, Format::Toml, &values, toml)?;
    }

    #[test]
    fn yaml_reads_every_value_back(values in values()) {
        reads_back(YAML, Format::Yaml, &values, yaml)?;
    }

    #[test]
    fn text_has_every_value_as_it_is(values in values()) {
        let written = filled("x ${secret:a}${secret:b}\n{{ secret \"c/d\" }}$${secret:a}", Format::Text, [&values[0], &values[1], &values[2]]);
        prop_assert_eq!(written, format!("x {}{}\n{}${{secret:a}}", values[0], values[1], values[2]));
    }

    #[test]
    fn what_is_read_is_written_as_the_same_format_reads(text in r#"([\-:?|>'"{}\[\],#&*! \n\\ü]|\$\{secret:a\}|\{\{ secret "b" \}\}|secretKeyRef|name|key|value|""\"|=|a){0,24}"#) {
        for format in [Format::Text, Format::Json, Format::Toml, Format::Yaml] {
            let Ok(template) = Template::read(text.as_bytes(), format) else { continue };
            for value in ["x", "it's \"#1\": {[\n- |", ""] {
                let written = template.write(|_| value.as_bytes()).expect("text");
                let again = Template::read(written.as_bytes(), format);
                prop_assert!(again.is_ok(), "{format:?}: {:?}: {:?}", String::from_utf8_lossy(written.as_bytes()), again);
            }
        }
    }
}

#[test]
fn the_rest_of_a_file_stays_byte_for_byte() {
    for (text, format) in [(JSON, Format::Json), (TOML, Format::Toml)] {
        let without = text.replace("${secret:", "$ {secret:").replace("{{ secret", "{ { secret");
        let without = without.replace("secretKeyRef", "otherKeyRef");
        assert_eq!(filled(&without, format, [""; 3]), without);
    }
    let yaml = "\u{feff}# ä\r\nb:   'x' # c\r\na: &x [1,\t2]\r\n...\r\n";
    assert_eq!(filled(yaml, Format::Yaml, [""; 3]), yaml);
}

/// What a file looks like with the values of a person who means no harm.
#[test]
fn values_look_as_a_person_would_write_them() {
    let values = ["hunter2", "it's: #1", "two\nlines"];
    for (format, text, written) in [
        (Format::Yaml, "a: ${secret:a} # note\n", "a: \"hunter2\" # note\n"),
        (Format::Yaml, "a: 'x ${secret:b}'\n", "a: 'x it''s: #1'\n"),
        (Format::Yaml, "a: |\n  k = ${secret:c/d} x\n", "a: |\n  k = two\n  lines x\n"),
        (
            Format::Yaml,
            "a: | # note\n  ${secret:c/d}\n\nb: 1\n",
            "a: | # note\n  two\n  lines\n\nb: 1\n",
        ),
        (
            Format::Yaml,
            "a: >- # note\n  ${secret:c/d}\n\nb: 1\n",
            "a: \"two\\nlines\" # note\n\nb: 1\n",
        ),
        (Format::Yaml, "a: {{ secret \"a\" }}\n", "a: \"hunter2\"\n"),
        (Format::Yaml, "a: !!int ${secret:a}\n", "a: !!int \"hunter2\"\n"),
        (Format::Toml, "a = '${secret:a}'\nb = '${secret:b}'", "a = 'hunter2'\nb = \"it's: #1\""),
        (Format::Json, "{\"a\": \"${secret:c/d}\"}", "{\"a\": \"two\\nlines\"}"),
        (
            Format::Yaml,
            "- name: password\n  secretKeyRef:\n    name: c # which\n    key: d # note\n- last",
            "- name: password\n  value: \"two\\nlines\" # note\n- last",
        ),
        (
            Format::Json,
            "{\"name\": \"p\", \"secretKeyRef\": {\"name\": \"a\"}}",
            "{\"name\": \"p\", \"value\": \"hunter2\"}",
        ),
        (
            Format::Yaml,
            "- name: p\n  valueFrom:\n    secretKeyRef: {name: c, key: d}\n  x: 1\n",
            "- name: p\n  value: \"two\\nlines\"\n  x: 1\n",
        ),
    ] {
        assert_eq!(filled(text, format, values), written, "{text}");
    }
}

/// What no person writes, and a machine may.
#[test]
fn what_is_written_reads_back_or_is_refused() {
    let misread = "a value would not read back as it is from where this reference stands";
    for text in [
        // Of all white characters YAML takes only blanks, tabs and ends of lines for blank.
        "&\u{2}Ua&(\u{b}a: ${secret:b}ecret:d}\ns &&ecret&&&b&&Ke",
        "a: &x\u{a0}y ${secret:b} z",
        "- [&x, ${secret:b}]\n- &y\n  ${secret:b}\n- &z {a: ${secret:b}}",
        "a: |\n  \u{a0}\n  ${secret:b}",
        "a: |\r\n  ${secret:b}\r\nb: 1\r\n",
        // A key to which a mapping would be given.
        "- name: a\n  ?\n    secretKeyRef\n  : {name: b}",
        "- name: a\n  ? &x secretKeyRef\n  : {name: b}",
        "- name: a\n  secretKeyRef: {name: &x b}\n- *x",
    ] {
        let template = match Template::read(text.as_bytes(), Format::Yaml) {
            Ok(template) => template,
            Err(error) => {
                assert!(error.to_string().contains(misread), "{text:?}: {error}");
                continue;
            }
        };
        let read = |value: &str| {
            let written = template.write(|_| value.as_bytes()).expect("text");
            let events = saphyr_parser::Parser::new_from_str(
                std::str::from_utf8(written.as_bytes()).expect("text"),
            );
            let said = |event| match event {
                saphyr_parser::Event::Scalar(text, _, _, tag) => format!("{text} {tag:?}"),
                other => format!("{other:?}"),
            };
            let all: Vec<String> = events.map(|event| said(event.expect("YAML").0)).collect();
            all.join("\n")
        };
        assert_eq!(read("word").replace("word", "it's \"#1\""), read("it's \"#1\""), "{text:?}");
    }
    let said = fault("- name: a\n  ? &x secretKeyRef\n  : {name: b}", Format::Yaml);
    assert!(said.starts_with(&format!("line 2, column 8: {misread}")), "{said}");
}

#[test]
fn a_literal_keeps_the_quotes_around_it_apart() {
    for (format, text, written) in [
        (Format::Json, r#"{"a": "$${{ secret "b" }}"}"#, r#"{"a": "{{ secret \"b\" }}"}"#),
        (Format::Json, r#"{"a": "$${{ secret \"b\" }}"}"#, r#"{"a": "{{ secret \"b\" }}"}"#),
        (Format::Toml, r#"a = "$${{ secret "b" }}""#, r#"a = "{{ secret \"b\" }}""#),
        (Format::Yaml, r#"a: "$${{ secret "b" }}""#, r#"a: "{{ secret \"b\" }}""#),
        (Format::Yaml, r#"a: $${{ secret \"b\" }}"#, r#"a: "{{ secret \\\"b\\\" }}""#),
        (Format::Yaml, r#"a: '$${{ secret \"b\" }}'"#, r#"a: '{{ secret \"b\" }}'"#),
    ] {
        assert_eq!(filled(text, format, [""; 3]), written, "{text}");
    }
    let no_lines = "a: |\r  ${secret:b}\r";
    assert!(fault(no_lines, Format::Yaml).contains("no value can stand there"));
    // Two keys before, and one after.
    let twice = "\"$${secret:a}\" = 1\n'$${secret:a}' = 2";
    assert!(fault(twice, Format::Toml).contains("would not read back"));
}

fn fault(text: &str, format: Format) -> String {
    Template::read(text.as_bytes(), format).expect_err(text).to_string()
}

#[test]
fn faults_have_their_place_and_all_are_told() {
    let key = "a reference inside a key: keys are names, and names are no secrets";
    let outside = "a reference outside of a string: write it in quotes, \"${secret:NAME}\"";
    let malformed = "this begins a reference, and no name and end follow: write `${secret:NAME}`, or `$${secret:` for the text itself";
    for (format, text, said) in [
        (Format::Yaml, "a: 1\n${secret:a}: 2\n", format!("line 2, column 1: {key}")),
        (Format::Yaml, "? [x, '${secret:a}']\n: 2\n", format!("line 1, column 8: {key}")),
        (Format::Json, "{\"a\": 1, \"x${secret:a}\": 2}", format!("line 1, column 12: {key}")),
        (Format::Toml, "\"${secret:a}\" = 1\n[b.'${secret:b}']", format!("line 1, column 2: {key}\nline 2, column 5: {key}")),
        (Format::Json, "{\"ä\": ${secret:a}, \"b\": {{ secret \"b\" }}}", format!("line 1, column 7: {outside}\nline 1, column 25: {outside}")),
        (Format::Toml, "a = ${secret:a}", format!("line 1, column 5: {outside}")),
        (Format::Yaml, "a: ${secret:}\nb: '${secret:a b}'", format!("line 1, column 4: {malformed}\nline 2, column 5: {malformed}")),
        (Format::Text, "a\nb ${secret:", format!("line 2, column 3: {malformed}")),
        (Format::Yaml, "a: &${secret:a} 1", "line 1, column 5: a reference in an anchor, a tag or a directive: no value can stand there".to_owned()),
        (Format::Yaml, "a: [1, ${secret:a}", "line 2, column 1: while parsing a flow sequence, expected ',' or ']'".to_owned()),
        (Format::Toml, "a = \"${secret:a}\"\na = 2", "line 2, column 1: duplicate key".to_owned()),
        (Format::Json, "{\"a\": \"${secret:a}\",}", "line 1, column 21: key must be a string".to_owned()),
        (Format::Yaml, "- name: a\n  value: ''\n  secretKeyRef: {name: b}", "line 3, column 3: a `secretKeyRef` and a `value` beside it: keep one of the two".to_owned()),
        (Format::Yaml, "- name: a\n  secretKeyRef: {name: b, key: '${secret:a}'}", "line 2, column 32: a reference inside a `secretKeyRef`: write the secret's own name".to_owned()),
    ] {
        assert_eq!(fault(text, format), said, "{text}");
    }
    for text in [
        "x: &r {name: b}\ny: {name: a, secretKeyRef: *r}",
        "- name: a\n  secretKeyRef: &r {name: b}",
        "- name: a\n  ? secretKeyRef\n  : {name: b}",
        "- name: a\n  valueFrom: {secretKeyRef: *r}".replace("*r", "&r {name: b}").as_str(),
    ] {
        let said = fault(text, Format::Yaml);
        assert!(said.contains("with an alias, an anchor or a `?`"), "{text}: {said}");
    }
    let deep = format!("a: {}${{secret:a}}{}", "[".repeat(200), "]".repeat(200));
    assert!(fault(&deep, Format::Yaml).contains("nested more than 128 deep"));
    let deep =
        |depth: usize| format!("{}\"${{secret:a}}\"{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(fault(&deep(129), Format::Json), "line 1, column 129: nested more than 128 deep");
    assert!(Template::read(deep(128).as_bytes(), Format::Json).is_ok());
    assert_eq!(
        fault(&"[".repeat(16 << 20), Format::Json),
        "line 1, column 129: nested more than 128 deep"
    );
    assert_eq!(fault("\u{0}", Format::Json), "line 1, column 1: expected value");
}

/// A line as long as the file: each of these took time that grows with the square of its length: minutes.
#[test]
fn time_grows_with_the_length_of_a_file_and_no_faster() {
    let of = |part: &str, count: usize| part.repeat(count);
    let started = std::time::Instant::now();
    let key_ref = r#"{"name":"n","secretKeyRef":{"name":"a"}},"#;
    let json = format!("[{}1]", of(key_ref, 200_000));
    let template = Template::read(json.as_bytes(), Format::Json).expect("JSON");
    assert_eq!(template.references().len(), 200_000);
    let comment = format!("# {}\na: ${{secret:a}}\n", of("${secret:a}", 250_000));
    for format in [Format::Yaml, Format::Toml] {
        let text =
            comment.replace("a: ${secret:a}", if format == Format::Toml { "" } else { "a: 1" });
        let template = Template::read(text.as_bytes(), format).expect("a comment");
        assert_eq!(template.references().len(), 0);
    }
    let outside = format!("[{}1]", of("${secret:a},", 250_000));
    assert!(Template::read(outside.as_bytes(), Format::Json).is_err());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn faults_come_with_the_references_that_have_none() {
    let text = "a: ${secret:x}\n${secret:b}: '${secret:}'\nc: ['${secret:d}']\n";
    let error = Template::read(text.as_bytes(), Format::Yaml).expect_err("faults");
    let TemplateError::Faults { faults, references } = error else { panic!("{error:?}") };
    assert_eq!(faults.len(), 2);
    let names: Vec<(usize, &str)> =
        references.iter().map(|(at, name)| (at.line, name.as_str())).collect();
    assert_eq!(names, [(1, "x"), (3, "d")]);
}

#[test]
fn a_dapr_store_that_needs_itself_is_a_circle() {
    let store = "kind: Component\nmetadata: {name: vault}\nspec:\n  type: secretstores.hashicorp.vault\n  metadata:\n  \
        - name: vaultToken\n    secretKeyRef: {name: token}\nauth:\n  secretStore: vault\n";
    assert_eq!(
        fault(store, Format::Yaml),
        "line 9, column 16: a circle: this secret store needs secrets to be opened, and `auth.secretStore` says that it keeps them itself"
    );
    for other in [
        ("vault}", "other}"),
        ("secretstores", "state"),
        ("Component", "Other"),
        ("secretKeyRef: {name", "value: {name"),
    ] {
        let text = store.replacen(other.0, other.1, 1);
        assert!(Template::read(text.as_bytes(), Format::Yaml).is_ok(), "{text}");
    }
}

#[test]
fn references_are_told_with_their_places() {
    let template = Template::read(YAML.as_bytes(), Format::Yaml).expect("YAML");
    let references = template.references();
    assert!(references.is_sorted_by_key(|reference| (reference.at.line, reference.at.column)));
    let first = references.first().expect("one");
    assert_eq!((first.name, first.at.line, first.at.column), ("a", 2, 8));
    let count = |text: &str| YAML.matches(text).count();
    let (in_comments, literal, key_refs) = (count("nobody"), 2, 4);
    let all = count("${secret:") + count("{{ secret") - in_comments - literal + key_refs;
    assert_eq!(references.len(), all);
    let bytes = Template::read(b"${secret:a}", Format::Text).expect("text");
    assert_eq!(bytes.write(|_| b"\xff\0").expect("bytes").as_bytes(), b"\xff\0");
    let error = Template::read(b"a: ${secret:a}", Format::Yaml)
        .expect("YAML")
        .write(|_| b"\xff")
        .expect_err("no text");
    assert_eq!(error.to_string(), "`a`: the value is not UTF-8 text");
}
