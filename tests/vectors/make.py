#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["argon2-cffi", "cryptography", "tomli>=2.4"]
# ///
"""Makes the test vectors of the vault format.

All randomness comes from fixed seeds: the files are the same, byte for byte, wherever and whenever
they are made. Each is held against the second implementation, in format.py, before it is written.

    python make.py            write accepted/, refused/ and primitives.txt beside this file
    python make.py --check    make them in memory and compare; status 1 when a file differs

This file has the cases, rule by rule; build.py has the vault that they start from. README.md explains
the files.
"""

import dataclasses, pathlib, sys

sys.dont_write_bytecode = True
from build import *  # noqa: E402, F403
import team  # noqa: E402
from format import SHORT  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent

# --- Cases: what opens, and what reads ----------------------------------------------------------


def values_that_open():
    opens("the-first-vector", "The worked example of the format, with a grant and a vault round it.",
          vault({TOKEN: line("staging", FIRST)}, {"development": granted(DEVELOPMENT, CI)}), env="staging")
    opens("an-access-key-opens-a-value-of-its-type", "An access key opens what it has a grant for.",
          BASE, LONG_VALUE)
    opens("a-named-environment-beats-its-type", "A value for a named environment beats its type's.",
          BASE, env="staging")
    opens("a-named-environment-falls-back-to-its-type",
          "Without a value of its own, a named environment has its type's.", BASE, LONG_VALUE, "testing")
    for short, type in SHORT.items():
        opens(f"the-short-form-{short}-names-its-type", "A short form names a type, which the seal has in full.",
              one(seal(env=type), type, keys={type: granted(KEYS[type], CI)}), env=short)
    for name, v in {
        "an-empty-value": b"", "a-value-of-31-bytes": b"x" * 31, "a-value-of-32-bytes": b"x" * 32,
        "a-value-of-33-bytes": b"x" * 33, "a-value-of-95-bytes": b"x" * 95,
        "a-value-of-4096-bytes": seed("4096", 4096), "a-value-that-is-not-utf-8": b"\xff\xfe\0\x80raw",
        "a-value-in-unicode": "Schlüssel 鍵 🔑".encode(), "a-value-that-ends-in-zeros": b"zeros" + bytes(40),
        "a-value-of-31-zeros": bytes(31), "a-value-that-ends-as-padding-does": b"end\x80\0\0",
        "a-value-with-line-ends": b"-----BEGIN-----\r\nx\n\n",
    }.items():
        opens(f"{name}-opens", "A value is any bytes; its padding goes and nothing else.", one(seal(v)), v)
    for name, n, written in (
        ("the-highest-version", 2**31 - 1, 2**31 - 1), ("a-version-in-hexadecimal", 31, "0x1F"),
        ("a-version-with-an-underscore", 1000, "1_000"),
    ):
        opens(f"{name}-opens", "A version is 1 to 2147483647, in any way that TOML writes a number.",
              one(seal(version=n), version=written))


def names_that_are_found():
    shows = "A name is found by any spelling; the seal has the spelling in the file."
    opens("another-spelling-finds-a-secret", shows, BASE, LONG_VALUE, secret="GitHubAPIToken")
    opens("a-name-with-a-dot-opens", shows, one(seal(name="github.token"), name='"github.token"'),
          secret="GITHUB_TOKEN")
    opens("a-name-in-quotes-opens", shows, one(seal(), name="'github_api_token'"))
    opens("a-name-with-an-escape-opens", shows, one(seal(), name=r'"github\u005fapi_token"'))
    fails("altered", "a-name-spelled-differently-in-the-file", shows, one(seal(), name="GitHub_API_Token"))
    longest = "n" * 253
    opens("a-name-of-253-bytes-opens", "A name has at most 253 bytes.", one(seal(name=longest), name=longest),
          secret=longest)
    shows = "A name may be a group and a key, parted by `/`, which every spelling keeps."
    group = "api-credentials/api-key"
    opens("a-name-in-a-group-opens", shows, BASE, b"from a group", secret=group)
    opens("another-spelling-finds-a-name-in-a-group", shows, BASE, b"from a group", secret="API_Credentials/ApiKey")
    fails("missing", "a-spelling-without-its-slash", shows, BASE, secret=group.replace("/", "-"))
    shows = "A secret has no value where the file has none, for the environment or its type."
    fails("missing", "a-secret-that-is-not-in-the-file", shows, BASE, secret="stripe_api_key")
    fails("missing", "a-secret-without-a-value-there", shows, BASE, env="local", access_key=LAPTOP_TEXT)
    fails("missing", "a-secret-with-about-only", shows, vault({TOKEN: 'about = "not set yet"\n'}))
    fails("missing", "a-type-does-not-fall-back-to-its-named-environment", shows, one(FIRST, "staging"))
    fails("missing", "a-named-environment-does-not-fall-back-to-another", shows, one(FIRST, "staging"), "testing")


def values_of_ones_own():
    local = vault({TOKEN: line("local", seal(b"shared", "local")) + line("development", seal(b"shared"))})
    laptop = {"access_key": LAPTOP_TEXT}

    def own(name, shows, rows, value=b"own", env="local", key=TOKEN, body=local):
        mine = f"[secrets.{key}]\n{rows}".replace("\n", r"\n")
        if value is None:
            fails("altered", name, shows, body, env, mine=mine, **laptop)
        else:
            opens(name, shows, body, value, env, mine=mine, **laptop)

    mine = line("local", seal(b"own", "local", first="mine"))
    shows = "A value of one's own beats the vault's while the type is `local`."
    own("a-value-of-ones-own-opens", shows, mine)
    own("a-value-of-ones-own-in-another-spelling-opens", shows,
        line("local", seal(b"own", "local", name="GitHubAPIToken", first="mine")), key="GitHubAPIToken")
    own("a-value-of-ones-own-without-one-in-the-vault-opens", shows, mine,
        body=vault({"other": line("local", seal(env="local", name="other"))}))
    own("a-value-of-ones-own-counts-for-no-other-type", shows, mine, b"shared", "development",
        body=vault({TOKEN: line("development", seal(b"shared"))}))
    desk = local.replace('staging = "d', 'desk = "local"\nstaging = "d')
    at_desk = line("desk", seal(b"at the desk", "desk", type="local", first="mine"))
    own("a-value-of-ones-own-for-a-named-environment-opens", shows, mine + at_desk, b"at the desk", "desk", body=desk)
    own("a-value-of-ones-own-for-the-type-opens", shows, mine, env="desk", body=desk)
    shows = "What is sealed for one file does not open in the other."
    own("a-value-of-the-vault-among-ones-own", shows, line("local", seal(b"shared", "local")), None)
    fails("altered", "a-value-of-ones-own-in-the-vault", shows, vault({TOKEN: mine}), "local", **laptop)
    shows = "A mine file holds sealed values of `local` and its named environments, and nothing else."
    for name, reason, text in (
        ("for-another-type", "not-local", f"[secrets.{TOKEN}]\n" + line("development", seal(first="mine"))),
        ("for-a-named-environment-of-another-type", "not-local",
         f"[secrets.{TOKEN}]\n" + line("staging", seal(env="staging", first="mine"))),
        ("beside-a-head", "unknown-key", "[strongroom]\nformat = 1\n"),
        ("in-two-spellings", "two-spellings",
         f"[secrets.{TOKEN}]\n{mine}[secrets.GitHubAPIToken]\n{mine}"),
        ("in-a-store", "wrong-shape",
         f'[secrets.{TOKEN}]\nlocal = {{ version = 1, set = 2026-11-20, store = "s", ref = "r", seal = "{b64(SEAL)}" }}\n'),
    ):
        case(f"a-value-of-ones-own-{name}", shows, "refused", local, reason, reason=reason,
             mine=text.replace("\n", r"\n"), secret=TOKEN, environment="local", **laptop)


def grants():
    shows = "Every holder with a grant for the type opens the value."
    opens("the-first-of-two-holders-opens", shows, one(seal()))
    opens("the-second-of-two-holders-opens", shows, one(seal()), access_key=LAPTOP_TEXT)
    fails("no-grant", "a-key-with-grants-for-other-types", shows, one(seal(env="local"), "local"), "local")
    for n in (7, 2**24 - 1):
        key = data_key("development", seed("of a later generation"), n)
        opens(f"generation-{n}-opens", "A grant's header has the generation in 3 bytes.",
              one(seal(key=key), keys={"development": granted(key, CI, OWNER)}))
    stale = {"development": {"ci": grant(NEXT, CI), "laptop": grant(DEVELOPMENT, LAPTOP)}}
    shows = "A grant of a lower generation is stale, and so is the data key in it."
    opens("a-stale-grant-beside-a-current-one-opens", shows, one(seal(key=NEXT), keys=stale))
    fails("no-grant", "a-stale-grant-only", shows, one(seal(key=NEXT), keys=stale), access_key=LAPTOP_TEXT)
    fails("another-data-key", "a-value-left-behind-by-a-rotation", shows, one(seal(), keys=stale))
    fails("another-data-key", "a-value-and-a-grant-left-behind", shows, one(seal(), keys=stale),
          access_key=LAPTOP_TEXT)
    fails("another-data-key", "a-named-environment-left-behind",
          "A value under a stale data key is named; the type's value does not take its place.",
          vault({TOKEN: line("development", seal(key=NEXT)) + line("staging", FIRST)}, stale), "staging")
    shows = "Opening values checks neither admissions nor `kept`; only what changes holders or keys does."
    usual = grant(DEVELOPMENT, CI)
    opens("a-grant-with-a-broken-admission-opens", shows,
          one(seal(), keys={"development": {"ci": flipped(usual, -1)}}))
    opens("a-value-beside-a-broken-kept-opens", shows, edited(b64(CI.kept), b64(flipped(CI.kept, -1))), LONG_VALUE)
    opens("a-value-beside-an-older-kept-opens", shows,
          edited(b64(CI.kept), b64(access("ci", seed("an earlier key of ci")).kept)), LONG_VALUE)
    shows = "A grant opens for its own holder, type, kind and header, and for the right part of the holder key."
    other = data_key("development", KEYS["local"].secret)
    other.fingerprint = DEVELOPMENT.fingerprint  # a grant and a value that claim another fingerprint
    for name, row in {
        "a-grant-with-its-generation-altered": usual[:11] + b"\2" + usual[12:],
        "a-grant-with-its-nonce-altered": flipped(usual, 12), "a-grant-with-its-key-altered": flipped(usual, 24),
        "a-grant-with-its-tag-altered": flipped(usual, 71), "a-grant-of-another-holder": grant(DEVELOPMENT, LAPTOP),
        "a-grant-for-another-holder": grant(DEVELOPMENT, CI, name="laptop"),
        "a-grant-for-another-type": grant(DEVELOPMENT, CI, type="production"),
        "a-grant-for-another-kind": grant(DEVELOPMENT, dataclasses.replace(CI, kind="age")),
        "a-grant-under-the-part-for-the-roster": grant(DEVELOPMENT, CI, part=CI.hk[32:64]),
        "a-grant-under-the-part-that-vouches": grant(DEVELOPMENT, CI, part=CI.hk[64:]),
        "a-grant-with-another-fingerprint-than-its-key": grant(other, CI),
    }.items():
        key = other if "fingerprint" in name else DEVELOPMENT
        fails("no-grant", name, shows, one(seal(key=key), keys={"development": {"ci": row}}))
    fails("no-grant", "a-grant-moved-to-another-holder", shows, access_key=LAPTOP_TEXT,
          body=one(seal(), keys={"development": {"ci": grant(DEVELOPMENT, LAPTOP)}}))
    fails("no-grant", "a-grant-moved-to-another-type-with-its-value", shows,
          one(seal(), "local", keys={"local": {"ci": usual}}), "local")


def keys_at_hand():
    shows = "An access key is `strongroom_key_` and 64 characters, with a checksum; one newline may follow."
    opens("an-access-key-and-a-newline-opens", shows, BASE, LONG_VALUE, access_key=CI_TEXT + r"\n")
    for name, text in {
        "with-a-character-altered": CI_TEXT[:40] + "a" + CI_TEXT[41:], "with-a-character-missing": CI_TEXT[:-1],
        "with-a-character-too-many": CI_TEXT + "a", "in-upper-case": CI_TEXT.upper(), "cut-in-half": CI_TEXT[:47],
        "with-its-characters-in-upper-case": CI_TEXT[:15] + CI_TEXT[15:].upper(),
        "without-its-prefix": CI_TEXT[15:],
        "with-two-newlines": CI_TEXT + r"\n\n", "with-a-digit-outside-base32": CI_TEXT[:-1] + "1",
        "with-another-prefix": CI_TEXT.replace("_", "-"), "with-padding": CI_TEXT + "=",
    }.items():
        fails("mistyped-key", f"an-access-key-{name}", shows, BASE, access_key=text)
    elsewhere = bytes.fromhex("00112233") + ID[4:]
    fails("another-vault-key", "an-access-key-of-another-vault", "An access key begins with its vault's id.", BASE,
          access_key=key_text(CI_KEY, elsewhere))
    fails("another-vault-key", "a-vault-with-its-id-altered", "An access key begins with its vault's id.",
          edited(ID.hex(), elsewhere.hex()))
    shows = "A key that opens no grant is wrong or was removed."
    fails("wrong-key", "an-access-key-that-no-holder-has", shows, BASE, access_key=key_text(seed("nobody's"), ID))
    fails("wrong-key", "a-vault-with-the-end-of-its-id-altered", shows, edited(ID.hex(), flipped(ID, -1).hex()))
    shows = "A passphrase is its UTF-8 as typed, through Argon2id with the holder's salt and costs."
    opens("a-passphrase-opens", shows, BASE, LONG_VALUE, passphrase=PASSPHRASE)
    only = lambda who: {type: {} for type in KEY_TABLES} | {"development": granted(DEVELOPMENT, who)}
    default, second = passphrase("owner", PASSPHRASE, 65536, 3, 4), passphrase("second", "quite another one")
    apples = passphrase("owner", "f\u00fcnf gr\u00fcne \u00c4pfel")
    opens("a-passphrase-at-the-default-costs-opens", shows, one(seal(), keys=only(default), holders=[default]),
          passphrase=PASSPHRASE)
    opens("the-second-of-two-passphrases-opens", shows, one(seal(), keys=only(second), holders=[OWNER, second]),
          passphrase="quite another one")
    body = one(seal(), keys=only(apples), holders=[apples])
    opens("a-passphrase-in-unicode-opens", shows, body, passphrase="f\u00fcnf gr\u00fcne \u00c4pfel")
    fails("wrong-passphrase", "a-passphrase-in-another-form-of-unicode", shows, body,
          passphrase="fu\u0308nf gru\u0308ne A\u0308pfel")
    fails("wrong-passphrase", "a-wrong-passphrase", shows, BASE, passphrase=PASSPHRASE.title())
    for part, old, new in (
        ("memory", "memory_kib = 19456", "memory_kib = 19457"), ("passes", "passes = 2", "passes = 3"),
        ("lanes", "lanes = 1", "lanes = 2"), ("salt", SALT, b64(flipped(OWNER.pub[:16], 0))),
    ):
        fails("wrong-passphrase", f"a-passphrase-with-its-{part}-edited", shows, edited(old, new),
              passphrase=PASSPHRASE)


def odd_files_that_read():
    reads("a-vault-with-nothing-in-it", "Only [strongroom] is required, and no line end after the last line.",
          f'[strongroom]\nformat = 1\nid = "{ID.hex()}"')
    reads("line-ends-of-windows", "TOML allows CRLF.", BASE.replace("\n", "\r\n"))
    reads("comments-everywhere", "Comments mean nothing, whatever they look like.",
          "".join(f"  {row}  # why\n\n# <<<<<<< no conflict\n" for row in BASE.splitlines()))
    reads("sixteen-passphrases", "A vault has at most 16 holders with passphrases.", BASE + people(15))
    costs = "memory_kib = 19456\npasses = 2\nlanes = 1"
    for name, shows, (old, new) in (
        ("a-passphrase-with-the-most-memory", "The highest costs of Argon2id are allowed.",
         (costs, "memory_kib = 1048576\npasses = 4\nlanes = 16")),
        ("a-passphrase-with-the-most-passes", "The highest costs of Argon2id are allowed.",
         (costs, "memory_kib = 65536\npasses = 64\nlanes = 1")),
        ("a-holder-with-a-day", "A holder may have `since`, a local date.",
         ('kept = "', 'since = 2026-11-21\nkept = "')),
        ("a-recipient-of-ssh", "A recipient may be an SSH key; a reader does not open `delivered`.",
         (AGE_RECIPIENT, SSH)),
        ("an-emoji-in-about", "A joiner is no bidirectional-format character.",
         ("for deployments", "for 👩\u200d🚀 — 鍵")),
        ("an-about-of-4096-bytes", "A string has at most 4096 bytes.", ("personal", "p" * 4067)),
        ("a-long-text-in-a-reserved-table", "A reserved table holds strings of any length.",
         ("", f'\n[settings]\nx = "{"x" * 5000}"\n')),
        ("a-delivered-of-8192-characters", "`delivered` has at most 8192 characters.", (b64(DELIVERED), "A" * 8192)),
        ("about-in-other-quotes", "Any kind of TOML string will do.",
         ('"personal access token for deployments"', "\'\'\'C:\\a \"b\"\'\'\'")),
        ("other-spacing-and-order", "Spacing, order and quotes of keys mean nothing.",
         (DEV_LINE, f' development={{sealed="{b64(GROUPED)}"  ,"set"=2026-11-20,version=+1}}\n')),
        ("an-environment-of-63-bytes", "The name of an environment has at most 63 bytes.", environment("e" * 63)),
        ("a-holder-of-63-bytes", "The name of a holder has at most 63 bytes.", holder("h" * 63)),
        ("a-check-of-a-named-environment", "Any environment of the vault may be checked.",
         ('check = ["', 'check = ["staging", "local", "')),
        ("a-reference", "A value may be a reference, sealed with its store's settings.", ("", REFERENCE)),
        ("a-value-that-expires", "`expires` of a value is reserved and skipped; `due` names holders.",
         value(GROUPED, more=", expires = 2027-01-31, due = [\"guest\", \"ci\"]")),
        ("a-reserved-table-nested", "Nesting of 8 is allowed, and this is less.",
         ("", "\n[settings]\nx = [[[[[1]]]]]\n")),
    ):
        reads(name, shows, edited(old, new).replace("⟵", ""))
    for name in ("stores", "settings", "apps", "audit"):
        rows = "" if name == "stores" else "later = { x = [1, 2] }\n"
        reads(f"the-reserved-table-{name}", "A reserved table is skipped by a program that does not implement it.",
              BASE + f"\n[{name}]\n{rows}")
    shows = "A vault is TOML 1.1: what that adds to 1.0 is read, and never written."
    split = DEV_LINE.replace("{", "{\n ").replace(", ", ", # why\n  ").replace(" }", ",\n}")
    opens("a-value-over-several-lines-opens", shows, edited(DEV_LINE, split), b"from a group",
          secret="api-credentials/api-key")
    opens("a-name-with-an-escape-of-two-digits-opens", shows, one(seal(), name=r'"github\x5fapi_token"'))
    reads("a-time-without-seconds", shows, BASE + "\n[settings]\nat = 10:30\n")
    opens("tables-in-another-order-open", "The order of tables means nothing.",
          "\n\n".join(reversed(BASE.split("\n\n"))), LONG_VALUE)


# --- Cases: what does not open ------------------------------------------------------------------


def values_that_were_altered_or_moved():
    shows, usual = "No bit of a sealed value can change.", seal()
    for name, sealed in {
        "its-version-byte-altered": flipped(usual, 0), "the-start-of-its-nonce-altered": flipped(usual, 9),
        "the-end-of-its-nonce-altered": flipped(usual, 20), "its-ciphertext-altered": flipped(usual, 21),
        "its-padding-altered": flipped(usual, 52), "the-start-of-its-tag-altered": flipped(usual, 53),
        "the-end-of-its-tag-altered": flipped(usual, -1), "its-last-byte-missing": usual[:-1],
        "a-byte-too-many": usual + b"\0",
    }.items():
        fails("altered", f"a-value-with-{name}", shows, one(sealed))
    shows = "A value whose fingerprint is not that of the current data key is named as such."
    for name, sealed in {
        "a-value-with-the-start-of-its-fingerprint-altered": flipped(usual, 1),
        "a-value-with-the-end-of-its-fingerprint-altered": flipped(usual, 8),
        "a-value-moved-to-another-type": seal(env="production"),
        "a-value-of-another-vault": seal(key=data_key("development", DEVELOPMENT.secret, 1, seed("id", 16))),
    }.items():
        fails("another-data-key", name, shows, one(sealed))
    fails("another-data-key", "a-named-environment-given-another-type", shows,
          edited('staging = "development"', 'staging = "production"'), "staging")
    shows = "A seal has the vault's id, the type, environment, name and version: elsewhere it does not open."
    production = seal(env="production")
    for name, sealed, env, version in (
        ("a-value-moved-to-another-name", seal(name="stripe_api_key"), "development", 1),
        ("a-value-moved-out-of-its-group", seal(name="group/github_api_token"), "development", 1),
        ("a-value-moved-to-its-type", seal(env="staging"), "development", 1),
        ("a-value-moved-to-a-named-environment", seal(), "staging", 1),
        ("a-value-moved-between-named-environments", seal(env="testing"), "staging", 1),
        ("a-value-with-a-higher-version", seal(), "development", 2),
        ("a-value-with-a-lower-version", seal(version=2), "development", 1),
        ("a-value-sealed-for-another-type", seal(type="local", key=DEVELOPMENT), "development", 1),
        ("a-value-sealed-for-another-vault", seal(vault=seed("id", 16)), "development", 1),
        ("a-value-sealed-for-another-purpose", seal(first="mine"), "development", 1),
        ("a-value-of-another-type-with-its-fingerprint-edited", usual[:9] + production[9:], "development", 1),
    ):
        fails("altered", name, shows, one(sealed, env, version), env)
    shows = "Padding is 80 and at most 31 zeros, to a multiple of 32 above zero; anything else is altered."
    for name, plain in {
        "no-mark": b"x" * 32, "only-zeros": bytes(32), "another-mark": b"x" * 31 + b"\x81",
        "zeros-only-after-text": b"x" * 20 + bytes(12), "32-zeros": b"x" * 31 + b"\x80" + bytes(32),
        "53-zeros": b"x" * 10 + b"\x80" + bytes(53), "no-full-block": b"hunter2\x80",
        "one-byte-more": pad(b"x") + b"\0",
        "a-mark-and-no-block": b"\x80", "nothing-at-all": b"",
    }.items():
        fails("altered", f"padding-of-{name}", shows, one(seal(plain=plain)))


# --- Cases: files that are refused --------------------------------------------------------------


def files_that_are_refused():
    text, usual = b64(LONG), grant(DEVELOPMENT, CI)
    row, ci = f'ci = "{b64(usual)}"', lambda text, mark="": (row, f'ci = "{text}"{mark}')
    about = lambda text: ("personal access token", text)
    refuse("not-toml", "A vault is TOML.", {
        "a-string-without-its-end": (f'{ID.hex()}"', ID.hex()),
        "a-line-of-words": ("[build]", "just words\n[build]"),
        "a-day-that-is-none": ("set = 2026-11-20", "set = 2026-13-40"),
        "a-raw-escape-character": about("\x1b[31m"),
    })
    refuse("not-utf8", "A vault is UTF-8.", {
        "bytes-that-are-not-utf-8-in-a-string": about("\udcff\udcfe"),
        "a-surrogate-in-utf-8": about("\udced\udca0\udc80"),
        "bytes-that-are-not-utf-8-in-a-comment": ("Commit this", "\udce9 Commit this"),
    })
    refuse("conflict-markers", "What git leaves of a conflict is named as that.", {
        "a-conflict": (DEV_LINE, f"<<<<<<< HEAD\n{DEV_LINE}=======\n{DEV_LINE}>>>>>>> theirs\n"),
        "a-conflict-with-its-base": (
            DEV_LINE, f"<<<<<<< HEAD\n||||||| 1a2b3c4\n=======\n{DEV_LINE}>>>>>>> theirs\n"
        ),
        "the-middle-of-a-conflict": (DEV_LINE, f"||||||| 1a2b3c4\n{DEV_LINE}"),
        "the-end-of-a-conflict": (DEV_LINE, f"{DEV_LINE}>>>>>>> theirs⟵\n"),
    })
    refuse("unknown-key", "A key that means nothing is a typo that would lose a setting.", {
        "an-unknown-table": ("", "\n[secret.stripe_api_key]⟵\n"),
        "an-unknown-key-at-the-top": ("[strongroom]", "colour = 1\n\n[strongroom]"),
        "an-unknown-key-in-strongroom": ("id =", 'name = "shop"\nid ='),
        "an-unknown-key-in-build": ("check =", "chekc = []\ncheck ="),
        "an-unknown-key-of-a-holder": ('kept = "', 'keept = "x"\nkept = "'),
        "an-unknown-key-of-a-value": value(GROUPED, more=", expire = 2027-01-31"),
        "a-salt-of-an-access-key": ('kept = "', f'salt = "{SALT}"\nkept = "'),
        "an-unknown-key-of-a-secret": ("about =", 'abuot = "x"\nabout ='),
        "a-table-of-grants-for-no-type": ("[keys.local]", "[keys.lokal]"),
    })
    refuse("unknown-format", "Another format is named before anything else in the file is judged.", {
        "a-vault-of-format-2": ("format = 1", "format = 2"),
        "a-vault-of-format-2-with-unknown-keys": ("format = 1", "format = 2\nshape = 3"),
    })
    refuse("unknown-environment", "An environment is a type in full or declared in [environments].", {
        "a-value-for-an-environment-not-declared": ("\nstaging = {", "\nstagign = {"),
        "a-value-for-a-short-form": ("\nproduction = {", "\nprod = {"),
        "a-check-of-an-environment-not-declared": ('check = ["', 'check = ["stagign", "'),
    })
    refuse("unknown-type", "A named environment has one of the four types, in full.", {
        "a-type-that-does-not-exist": ('staging = "dev', 'staging = "div'),
        "a-type-in-its-short-form": ('staging = "development"', 'staging = "dev"'),
        "a-type-in-upper-case": ('staging = "dev', 'staging = "Dev'),
    })
    refuse("unknown-kind", "A holder is an access key, a passphrase or an age key.", {
        "a-kind-that-does-not-exist": ('kind = "access-key"', 'kind = "yubikey"'),
    })
    refuse("twice", "A key or a table is there once.", {
        "a-key-twice": ("format = 1", "format = 1\nformat = 1"), "a-value-twice": (DEV_LINE, DEV_LINE * 2),
        "a-table-twice": secret(TOKEN), "a-key-twice-in-a-value": value(GROUPED, more=", version = 2"),
    })
    refuse("two-spellings", "Two spellings of one name are two secrets, environments or holders in one place.", {
        "two-spellings-of-a-secret": secret("GitHubAPIToken"),
        "two-spellings-of-a-name-in-a-group": secret('"API_Credentials/api.key"'),
        "two-spellings-of-an-environment": ('testing = "d', 'Stag-ing = "d'),
        "two-spellings-of-a-holder": holder("C-I"),
    })
    names = {
        "with-an-underscore-first": "_x", "with-a-dash-first": "-x", "with-a-space": '"a b"', "with-a-colon": '"a:b"',
        "with-a-slash-first": '"/x"', "with-a-slash-last": '"x/"', "with-two-slashes-together": '"a//b"',
        "that-leaves-its-folder": '"../x"', "without-a-name": '""', "of-254-bytes": "n" * 254,
        "with-a-letter-beyond-ascii": '"schlüssel"',
    }
    environments = {
        "named-as-a-type": "local", "named-as-a-type-in-another-spelling": "Pro_duction",
        "named-as-a-short-form": "prod", "named-as-a-short-form-in-another-spelling": "P-R",
        "named-as-a-reserved-word": "about", "with-a-slash": '"eu/west"', "with-a-dot-first": '".x"',
        "of-64-bytes": "e" * 64,
    }
    holders = {"with-a-slash": '"a/b"', "with-a-space": '"a b"', "of-64-bytes": "h" * 64}
    shows = "A name has its characters, its length, and is not reserved."
    refuse("bad-name", shows, {f"a-secret-{name}": secret(key) for name, key in names.items()})
    refuse("bad-name", shows, {f"an-environment-{name}": environment(key) for name, key in environments.items()})
    refuse("bad-name", shows, {f"a-holder-{name}": holder(key) for name, key in holders.items()})
    characters = {
        "an-escape": r"\u001b[31m", "a-zero": r"\u0000", "a-tab": r"\t", "a-newline": r"\n", "a-delete": r"\u007f",
        "a-short-escape": r"\e[31m",
        "a-c1-control": r"\u009b31m", "a-right-to-left-override": "\u202e", "an-isolate": "\u2066",
        "an-escaped-right-to-left-override": r"\u202e", "a-left-to-right-mark": "\u200e",
        "an-arabic-letter-mark": "\u061c",
    }
    shows = "No string and no name holds control or bidirectional-format characters."
    refuse("control-character", shows, {f"{name}-in-about": about(text) for name, text in characters.items()})
    refuse("control-character", shows, {
        "an-escape-in-a-name": secret(r'"a\u001bb"'),
        "a-right-to-left-override-in-a-name": secret('"a\u202eb"'),
        "an-escape-in-an-environment": environment(r'"a\u001bb"'),
        "an-escape-in-a-holder": holder(r'"a\u001bb"'),
        "an-escape-in-a-recipient": (AGE_RECIPIENT, AGE_RECIPIENT + r"\u001b[2J"),
        "an-override-in-a-recipient": (AGE_RECIPIENT, "\u202e" + AGE_RECIPIENT),
        "a-zero-in-a-kind": ('"access-key"', r'"access-key\u0000"'),
        "an-escape-in-a-type": ('staging = "', r'staging = "\u001b'),
        "an-escape-in-a-reserved-table": ("", "\n[audit]\nnote = \"\\u001b\"⟵\n"),
        "an-escape-in-a-list-of-a-reserved-table": ("", "\n[settings]\nx = [1, [{ y = \"\\u001b\" }]]⟵\n"),
        "an-escape-in-a-key-of-a-reserved-table": ("", "\n[stores.a]\n\"\\u001b\" = 1⟵\n"),
        "an-escape-in-an-expiry": value(GROUPED, more=r', expires = "\u001b"'),
    })
    refuse("base64", "Sealed text is base64url, without padding, white space or stray bits.", {
        "a-value-with-padding": (text, text + "="), "a-value-with-stray-bits": (text, stray(text)),
        "a-value-with-a-space": (text, text[:60] + " " + text[60:]),
        "a-value-with-a-plus": (text, text[:60] + "+" + text[61:]),
        "a-value-with-a-slash": (text, text[:60] + "/" + text[61:]),
        "a-value-of-an-impossible-number-of-characters": (text, text[:-2]),
        "a-value-with-a-letter-beyond-ascii": (text, text[:60] + "é" + text[61:]),
        "a-grant-with-stray-bits": (row, f'ci = "{stray(b64(usual))}"'),
        "a-grant-with-a-plus": ci("+" + b64(usual)[1:]), "a-grant-with-a-space": ci(b64(usual) + " "),
        "a-salt-with-stray-bits": (SALT, stray(SALT)),
        "a-delivered-with-a-plus": ('delivered = "YWdl', 'delivered = "+Wdl'),
        "a-kept-with-a-slash": (b64(CI.kept), "/" + b64(CI.kept)[1:]),
    })
    refuse("length", "A value has at least 37 bytes, a grant 104, a `kept` 69, a reference's seal 37, a salt 16.", {
        "a-value-of-36-bytes": value(GROUPED[:36]), "a-value-of-no-bytes": value(b""),
        "a-grant-of-103-bytes": ci(b64(usual[:-1])),
        "a-grant-of-105-bytes": ci(b64(usual + b"\0")), "a-grant-without-its-admission": ci(b64(usual[:72])),
        "a-grant-of-no-bytes": ci(""),
        "a-grant-with-its-version-byte-altered": ci(b64(flipped(usual, 0))),
        "a-grant-of-another-version": ci(b64(grant(DEVELOPMENT, CI, header=b"\2" + usual[1:12]))),
        "a-kept-of-68-bytes": (b64(CI.kept), b64(CI.kept[:-1])),
        "a-kept-of-6000-bytes": (b64(CI.kept), "A" * 8000), "a-delivered-of-no-bytes": (b64(DELIVERED), ""),
        "a-kept-of-70-bytes": (b64(CI.kept), b64(CI.kept + b"\0")),
        "a-salt-of-15-bytes": (SALT, b64(OWNER.pub[:15])),
        "a-salt-of-17-bytes": (SALT, b64(OWNER.pub[:17])),
        "a-reference-with-a-seal-of-36-bytes": ("", REFERENCE.replace(f'{b64(SEAL)}"', f'{b64(SEAL[:-1])}"⟵')),
    })
    refuse("number", "A number is whole, from 1 to 2147483647; a generation is at least 1.", {
        f"a-version-of-{name}": value(GROUPED, n) for name, n in {
            "zero": 0, "minus-one": -1, "2147483648": 2**31, "4294967297": 2**32 + 1, "one-and-a-half": 1.5,
            "one-point-zero": "1.0", "infinity": "inf"}.items()
    } | {"a-generation-of-zero": ci(b64(usual[:9] + bytes(3) + usual[12:]))})
    shows = "Memory is 19456 to 1048576 KiB, passes 2 to 64, lanes 1 to 16, memory times passes at most 4194304."
    refuse("costs", shows, {
        "a-passphrase-with-too-little-memory": ("memory_kib = 19456", "memory_kib = 19455"),
        "a-passphrase-with-too-much-memory": ("memory_kib = 19456", "memory_kib = 1048577"),
        "a-passphrase-with-too-few-passes": ("passes = 2", "passes = 1"),
        "a-passphrase-with-too-many-passes": ("passes = 2", "passes = 65"),
        "a-passphrase-with-too-many-lanes": ("lanes = 1", "lanes = 17"),
        "a-passphrase-with-too-much-of-both": (
            "memory_kib = 19456\npasses = 2", "memory_kib = 1048576\npasses = 5∅"
        ),
    })
    refuse("too-deep", "Nesting goes 8 deep at most, in reserved tables too.", {
        "a-hundred-arrays": ("", "\n[settings]\nx = ⟵" + "[" * 100 + "]" * 100 + "\n"),
        "twenty-tables-in-a-header": ("", "\n[settings" + ".x" * 20 + "]⟵\n"),
        "twenty-inline-tables": ("", "\n[settings]\nx = ⟵" + "{ x = " * 20 + "1" + " }" * 20 + "\n"),
        "twenty-dots-in-a-key": ("", "\n[settings]\nx" + ".x" * 20 + " = 1⟵\n"),
    })
    refuse("too-long", "A string has at most 4096 bytes.", {
        "an-about-of-4097-bytes": ("personal", "p" * 4068),
        "a-delivered-of-8193-characters": (b64(DELIVERED), "A" * 8193),
        "a-recipient-of-4097-bytes": (AGE_RECIPIENT, "a" * 4097),
    })
    refuse("wrong-shape", "A key has the TOML type that it must, and an id is 32 lower-case hexadecimal digits.", {
        "a-value-and-a-reference-in-one": value(GROUPED, more=', store = "cluster", ref = "a/b"'),
        "a-format-in-quotes": ("format = 1", 'format = "1"'),
        "a-check-without-brackets": ('["production"]', '"production"'),
        "a-check-of-numbers": ('["production"]', "[1]"),
        "an-about-of-a-number": ('"personal access token for deployments"', "3"),
        "an-environment-of-a-number": ('staging = "development"', "staging = 1"),
        "a-value-in-plain-text": (DEV_LINE, 'development = "hunter2"\n'),
        "a-value-in-an-array": (DEV_LINE, f"development = [{DEV_LINE[14:-1]}]\n"),
        "a-sealed-of-a-number": (f'"{text}"', "7"),
        "a-set-in-quotes": ("set = 2026-11-20", 'set = "2026-11-20"'),
        "a-set-with-a-time": ("set = 2026-11-20", "set = 2026-11-20T10:00:00Z"),
        "a-since-in-quotes": ('kept = "', 'since = "2026-11-21"\nkept = "'),
        "a-version-in-quotes": value(GROUPED, '"1"'),
        "a-version-of-true": value(GROUPED, "true"), "a-salt-of-a-number": (f'"{SALT}"', "7"),
        "a-recipient-of-a-number": (f'"{AGE_RECIPIENT}"', "7"),
        "a-kind-of-a-number": ('"access-key"', "7"),
        "a-number-of-passes-in-quotes": ("passes = 2", 'passes = "2"'), "a-grant-of-a-number": (row, "ci = 7"),
        "secrets-in-an-array": ("", "\n[[secrets.x]]⟵\n"),
        "an-id-of-31-digits": (ID.hex(), ID.hex()[1:]), "an-id-in-upper-case": (ID.hex(), ID.hex().upper()),
        "an-id-of-a-number": (f'"{ID.hex()}"', "5"),
    })
    without = lambda table, row, before="": (f"[{table}]\n{before}{row}\n", f"[{table}]⟵\n{before}")
    kind = {name: f'kind = "{name}"\n' for name in ("access-key", "passphrase", "age")}
    refuse("missing-key", "What a table must have is there.", {
        "a-vault-without-its-format": without("strongroom", "format = 1"),
        "a-vault-without-its-id": without("strongroom", f'id = "{ID.hex()}"', "format = 1\n"),
        "a-vault-without-strongroom": (BASE[: BASE.index("[environments]")], "∅"), "an-empty-file": (BASE, "∅"),
        "a-holder-without-a-kind": without("holders.ci", 'kind = "access-key"'),
        "a-holder-without-a-kept": without("holders.ci", f'kept = "{b64(CI.kept)}"', kind["access-key"]),
        "a-passphrase-without-a-salt": without("holders.owner", f'salt = "{SALT}"', kind["passphrase"]),
        "an-age-holder-without-a-recipient": without("holders.dev", f'recipient = "{AGE_RECIPIENT}"', kind["age"]),
        "a-value-without-a-version": (DEV_LINE, DEV_LINE.replace("version = 1, ", "")),
        "a-value-without-a-seal": (DEV_LINE, DEV_LINE.replace(f', sealed = "{b64(GROUPED)}"', "")),
    })
    refuse("unknown-holder", "A grant's holder is in [holders].", {
        "a-grant-for-a-holder-not-declared": (row, f'ghost = "{b64(usual)}"'),
    })
    table, theirs = granted(DEVELOPMENT, CI, DEV, LAPTOP, OWNER), data_key("development", seed("theirs"), 2)
    rotated = granted(NEXT, CI, DEV) | granted(theirs, LAPTOP, OWNER)
    others = [data_key(type, seed("another"), 1) for type in ("development", "roster")]
    refuse("two-data-keys", "A type has one data key at its highest generation; a data key has one generation.", {
        "a-merge-of-two-rotations": (rows(table), rows(rotated) + "∅"),
        "two-data-keys-of-one-generation": ci(b64(grant(others[0], CI)), "∅"),
        "one-data-key-in-two-generations": ci(b64(usual[:11] + b"\2" + usual[12:]), "∅"),
        "two-roster-keys-of-one-generation": (
            "[keys.roster]\n", f"[keys.roster]\n{rows(granted(others[1], CI))}∅"
        ),
    })
    crowd = "".join(access(f"h{i}", seed(f"key {i}")).table for i in range(997))
    refuse("too-many", "A vault has at most 1000 holders, and 16 with passphrases.", {
        "seventeen-passphrases": ("", people(16) + "∅"), "a-thousand-and-one-holders": ("", "\n" + crowd + "∅"),
    })


# --- The command -------------------------------------------------------------------------------


def main():
    for cases in (values_that_open, names_that_are_found, values_of_ones_own, grants, keys_at_hand, odd_files_that_read,
                  values_that_were_altered_or_moved, files_that_are_refused, *team.CASES):  # fmt: skip
        cases()
    files = FILES | {"primitives.txt": primitives() + team.team_primitives()}
    there = [path for folder in ("accepted", "refused") for path in (HERE / folder).glob("*")]
    there = {path.relative_to(HERE).as_posix(): path for path in there}
    if "--check" in sys.argv[1:]:
        wrong = [name for name in files if not (HERE / name).is_file() or (HERE / name).read_bytes() != files[name]]
        wrong += there.keys() - files.keys()
        print("\n".join([*sorted(wrong), f"{len(FILES)} vectors, {len(wrong)} files differ"]))
        sys.exit(bool(wrong))
    for name in there.keys() - files.keys():
        there[name].unlink()
    for name, data in files.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_bytes(data)
    print(f"{len(FILES)} vectors written")


if __name__ == "__main__":
    main()
