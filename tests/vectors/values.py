"""Cases of values: what opens them, and what was altered, moved or is for another key."""

import dataclasses

from build import *  # noqa: F403
from format import SHORT


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
    shows = "Whoever names an environment may do so in any spelling; the seal has that in the file."
    opens("an-environment-in-another-spelling", shows, BASE, env="STAG-ing")
    opens("a-type-in-another-spelling", shows, BASE, LONG_VALUE, "Develop_ment")
    opens("a-short-form-in-another-spelling", shows, BASE, LONG_VALUE, "D.E.V")
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
    twice = {type: {} for type in KEY_TABLES} | {"development": granted(DEVELOPMENT, access("second", CI_KEY))}
    twice |= {"local": granted(KEYS["local"], access("first", CI_KEY))}
    two = [access("second", CI_KEY), access("first", CI_KEY)]
    shows = "The holder is the first, by name, of whom a grant opens; no other holder is looked at then."
    opens("one-key-of-two-holders-opens", shows, one(seal(env="local"), "local", keys=twice, holders=two), env="local")
    fails("no-grant", "one-key-of-two-holders-without-a-grant-of-the-first", shows,
          one(seal(), keys=twice, holders=two))
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
    crowd = [passphrase(f"person-{i}", f"passphrase of person {i}") for i in (5, 4, 3, 2, 1)]
    keys = {type: {} for type in KEY_TABLES} | {"development": granted(DEVELOPMENT, *crowd)}
    tries = "Four holders with a passphrase are tried at most, in the order of their names."
    opens("the-fourth-of-five-passphrases-opens", tries, one(seal(), keys=keys, holders=crowd),
          passphrase="passphrase of person 4")
    fails("wrong-passphrase", "the-fifth-of-five-passphrases", tries, one(seal(), keys=keys, holders=crowd),
          passphrase="passphrase of person 5")
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


CASES = values_that_open, names_that_are_found, values_of_ones_own, grants, keys_at_hand, values_that_were_altered_or_moved
