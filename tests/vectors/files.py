"""Cases of files: what is read, however odd it looks, and what is refused before anything is opened."""

from build import *  # noqa: F403


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
         ("", f'\n[apps]\nx = "{"x" * 5000}"\n')),
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
        ("a-value-that-expires", "`expires` of a value is a date, past or to come; `due` names holders.",
         value(GROUPED, more=", expires = 2027-01-31, due = [\"guest\", \"ci\"]")),
        ("keys-eight-deep", "Nesting of 8 is allowed.", ("", "\n[apps]\nb.c.d.e.f.g.h = 1\n")),
        ("an-empty-list-eight-deep", "Nesting of 8 is allowed.", ("", "\n[apps]\nb.c.d.e.f.g = []\n")),
        ("an-empty-table-eight-deep", "Nesting of 8 is allowed.", ("", "\n[apps.b.c.d.e.f.g]\n")),
        ("lists-eight-deep", "Nesting of 8 is allowed.", ("", "\n[apps]\nb = [[[[[[1, 2]]]]]]\n")),
        ("a-format-with-a-sign", "`format` is 1, in any way that TOML writes it.", ("format = 1", "format = +1")),
        ("a-format-in-hexadecimal", "`format` is 1, in any way that TOML writes it.", ("format = 1", "format = 0x01")),
        ("a-check-of-a-short-form", "A type and its short form may be spelled in any way in `check`.",
         ('check = ["production"]', 'check = ["pr", "Prod", "DEVELOPMENT", "lo_cal", "pr"]')),
        ("a-word-for-what-expired", "`expired` of `[build]` is known.", ("check =", 'expired = "deny"\ncheck =')),
        ("expired-values-that-are-ignored", "`expired` of `[build]` may be `ignore`.",
         ("check =", 'expired = "ignore"\ncheck =')),
        ("a-value-that-has-expired", "A value that has expired opens as any other.",
         value(GROUPED, more=", expires = 2020-02-29")),
        ("a-check-of-nothing", "`check` may be empty.", ('check = ["production"]', "check = []")),
        ("a-check-of-256", "`check` has at most 256 entries.", ('["production"]', "[" + '"dev",' * 256 + "]")),
        ("256-environments", "A vault has at most 256 named environments.",
         ('staging = "d', "".join(f'e{i} = "local"\n' for i in range(254)) + 'staging = "d')),
        ("a-mark-at-the-beginning", "A byte order mark before everything is no part of the text.",
         ("# Strongroom vault.", "\ufeff# Strongroom vault.")),
        ("a-reserved-table-nested", "Nesting of 8 is allowed, and this is less.",
         ("", "\n[apps]\nx = [[[[[1]]]]]\n")),
    ):
        reads(name, shows, edited(old, new).replace("⟵", ""))
    for word in ("true", "false"):
        reads(f"a-log-that-is-{word}", "`log` of `[audit]` is true or false.", BASE + f"\n[audit]\nlog = {word}\n")
    for name in ("apps",):
        reads(f"the-reserved-table-{name}", "A reserved table is skipped by a program that does not implement it.",
              BASE + f"\n[{name}]\nlater = {{ x = [1, 2] }}\n")
    shows = "A vault is TOML 1.1: what that adds to 1.0 is read, and never written."
    split = DEV_LINE.replace("{", "{\n ").replace(", ", ", # why\n  ").replace(" }", ",\n}")
    opens("a-value-over-several-lines-opens", shows, edited(DEV_LINE, split), b"from a group",
          secret="api-credentials/api-key")
    opens("a-name-with-an-escape-of-two-digits-opens", shows, one(seal(), name=r'"github\x5fapi_token"'))
    reads("a-time-without-seconds", shows, BASE + "\n[apps]\nat = 10:30\n")
    opens("tables-in-another-order-open", "The order of tables means nothing.",
          "\n\n".join(reversed(BASE.split("\n\n"))), LONG_VALUE)


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
        "a-vault-of-format-2-with-an-escape": ('format = 1', 'format = 2\nname = "\\u001b"'),
        "a-vault-of-format-2-without-an-id": (f'format = 1\nid = "{ID.hex()}"', "format = 2"),
        "a-vault-of-format-zero": ("format = 1", "format = 0"),
        "a-vault-of-a-format-below-zero": ("format = 1", "format = -1"),
        "a-vault-of-a-format-beyond-64-bits": ("format = 1", "format = 9223372036854775807"),
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
        "that-leaves-its-folder": '"../x"', "with-an-underscore-after-its-slash": '"a/_x"', "with-two-slashes": '"a/b/c"', "without-a-name": '""', "of-254-bytes": "n" * 254,
        "with-a-letter-beyond-ascii": '"schlüssel"',
    }
    environments = {
        "named-as-a-type": "local", "named-as-a-type-in-another-spelling": "Pro_duction",
        "named-as-a-short-form": "prod", "named-as-a-short-form-in-another-spelling": "P-R",
        "named-as-a-reserved-word": "about", "named-as-the-default": "De-fault", "with-a-slash": '"eu/west"', "with-a-dot-first": '".x"',
        "of-64-bytes": "e" * 64,
    }
    refuse("bad-name", "A name has its characters, its length, and is not reserved.", {
        "a-store-with-a-space": ("", REFERENCE.replace('"cluster"', '"my cluster"⟵')),
        "a-store-of-64-bytes": ("", REFERENCE.replace('"cluster"', f'"{"s" * 64}"⟵')),
        "a-store-with-a-slash": ("", REFERENCE.replace('"cluster"', '"a/b"⟵')),
    })
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
        "an-arabic-letter-mark": "\u061c", "a-line-separator": "\u2028", "a-paragraph-separator": "\u2029",
        "a-byte-order-mark": "\ufeff", "a-right-to-left-mark": "\u200f", "a-left-to-right-embedding": "\u202a",
        "the-end-of-an-isolate": "\u2069", "a-next-line": r"\u0085",
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
        "an-escape-in-a-reserved-table": ("", "\n[apps]\nnote = \"\\u001b\"⟵\n"),
        "an-escape-in-a-list-of-a-reserved-table": ("", "\n[apps]\nx = [1, [{ y = \"\\u001b\" }]]⟵\n"),
        "an-escape-in-a-key-of-a-reserved-table": ("", "\n[apps.a]\n\"\\u001b\" = 1⟵\n"),
        "an-escape-in-what-expired-says": ("check =", 'expired = "\\u001b"\ncheck ='),
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
        "a-hundred-arrays": ("", "\n[apps]\nx = ⟵" + "[" * 100 + "]" * 100 + "\n"),
        "twenty-tables-in-a-header": ("", "\n[apps" + ".x" * 20 + "]⟵\n"),
        "twenty-inline-tables": ("", "\n[apps]\nx = ⟵" + "{ x = " * 20 + "1" + " }" * 20 + "\n"),
        "keys-nine-deep": ("", "\n[apps]\nb.c.d.e.f.g.h.i = 1⟵\n"),
        "a-list-nine-deep": ("", "\n[apps]\nb.c.d.e.f.g.h = [1]⟵\n"),
        "an-empty-list-nine-deep": ("", "\n[apps]\nb.c.d.e.f.g.h = []⟵\n"),
        "a-table-nine-deep": ("", "\n[apps]\nb.c.d.e.f.g.h = { i = 1 }⟵\n"),
        "an-empty-table-nine-deep": ("", "\n[apps.b.c.d.e.f.g.h]⟵\n"),
        "twenty-dots-in-a-key": ("", "\n[apps]\nx" + ".x" * 20 + " = 1⟵\n"),
    })
    refuse("too-long", "A string has at most 4096 bytes.", {
        "an-about-of-4097-bytes": ("personal", "p" * 4068),
        "a-delivered-of-8193-characters": (b64(DELIVERED), "A" * 8193),
        "a-ref-of-4097-bytes": ("", REFERENCE.replace('"api-credentials/stripe"', f'"{"r" * 4097}"⟵')),
        "a-recipient-of-4097-bytes": (AGE_RECIPIENT, "a" * 4097),
    })
    refuse("wrong-shape", "A key has the TOML type that it must, and an id is 32 lower-case hexadecimal digits.", {
        "a-reserved-table-of-a-number": ("[strongroom]", "apps = 1\n\n[strongroom]"),
        "a-reserved-table-in-an-array": ("", "\n[[apps]]⟵\n"),
        "a-format-of-a-fraction": ("format = 1", "format = 1.0"),
        "a-value-with-a-ref": value(GROUPED, more=', ref = "a/b"'),
        "a-value-with-a-seal": value(GROUPED, more=f', seal = "{b64(SEAL)}"'),
        "a-store-of-a-number": ("", REFERENCE.replace('store = "cluster"', "store = 1⟵")),
        "a-ref-of-a-number": ("", REFERENCE.replace('ref = "api-credentials/stripe"', "ref = 1⟵")),
        "a-seal-of-a-number": ("", REFERENCE.replace(f'"{b64(SEAL)}"', "1⟵")),
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
        "an-expiry-in-quotes": value(GROUPED, more=', expires = "2027-01-31"'),
        "an-expiry-with-a-time": value(GROUPED, more=", expires = 2027-01-31T10:00:00Z"),
        "an-expiry-of-days": value(GROUPED, more=", expires = 90"),
        "a-log-in-quotes": ("", '\n[audit]\nlog = "true"⟵\n'), "a-log-of-a-number": ("", "\n[audit]\nlog = 1⟵\n"),
        "another-word-for-what-expired": ("check =", 'expired = "error"\ncheck ='),
        "what-expired-of-a-list": ("check =", 'expired = ["deny"]\ncheck ='),
        "a-set-with-a-time": ("set = 2026-11-20", "set = 2026-11-20T10:00:00Z"),
        "a-set-with-a-time-of-no-zone": ("set = 2026-11-20", "set = 2026-11-20T10:00:00"),
        "a-set-of-a-time-alone": ("set = 2026-11-20", "set = 10:00:00"),
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
        "a-reference-without-a-ref": ("", REFERENCE.replace('ref = "api-credentials/stripe", ', "⟵")),
        "a-reference-without-a-seal": ("", REFERENCE.replace(f', seal = "{b64(SEAL)}"', "⟵")),
        "a-reference-without-a-store": ("", REFERENCE.replace('store = "cluster", ', "⟵")),
        "a-value-without-a-day": (DEV_LINE, DEV_LINE.replace("set = 2026-11-20, ", "")),
        "a-value-without-a-version": (DEV_LINE, DEV_LINE.replace("version = 1, ", "")),
        "a-value-without-a-seal": (DEV_LINE, DEV_LINE.replace(f', sealed = "{b64(GROUPED)}"', "")),
    })
    refuse("unknown-holder", "A grant's holder is in [holders].", {
        "a-grant-for-another-spelling-of-a-holder": (row, row.replace("ci =", "CI =")),
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
    refuse("too-many", "A vault has at most 1000 holders, 16 with passphrases, 256 environments and as many entries of `check`.", {
        "a-check-of-257": ('["production"]', "[" + '"dev",' * 257 + "]∅"),
        "257-environments": ('staging = "d', "".join(f'e{i} = "local"\n' for i in range(255)) + 'staging = "d∅'),
        "seventeen-passphrases": ("", people(16) + "∅"), "a-thousand-and-one-holders": ("", "\n" + crowd + "∅"),
    })


CASES = odd_files_that_read, files_that_are_refused
