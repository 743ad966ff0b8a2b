"""Cases of files that a team leaves: the tables of deposits, retired keys and removed holders, read and refused."""

from team import *  # noqa: F403


def refuse_team(reason, shows, edits):
    """As `refuse`, in the vault of the team."""
    for name, (old, new) in edits.items():
        body = team(old, new)
        changed = next((i for i, (a, b) in enumerate(zip(TEAM, body)) if a != b), len(TEAM))
        at = body.index("⟵") if "⟵" in body else changed
        where = {} if "∅" in body else {"line": body.count("\n", 0, at) + 1}
        case(name, shows, "refused", body.replace("⟵", "").replace("∅", ""), reason, reason=reason, **where)


def teams_that_read():
    fill = lambda n, of: "".join(of(i) for i in range(n))
    shows = "Deposits, retired keys and removed holders may be there or not, and name what they like."
    for name, body in {
        "a-deposit-for-a-secret-without-a-value": team(f'name = "{TOKEN}"', 'name = "not/yet"'),
        "two-deposits-for-one-place": team(WAITING, WAITING.rstrip() + "\n" + waits(deposit(pad(inside(b"b")))) + "\n"),
        "a-deposit-that-is-no-age-file": team(b64(LEFT), "AA"),
        "tables-of-a-team-without-lines": BASE + "[deposits.older]\n[deposits.waiting]\n[retired.local]\n[removed]\n",
        "tables-of-deposits-and-retired-keys-without-tables": BASE + "[deposits]\n[retired]\n",
        "a-deposit-key-for-a-type-without-grants": team(f"[keys.preview]\n{rows(TEAM_KEYS['preview'])}\n"),
        "a-removed-holder-put-back": team("guest = { on", "ci = { on"),
        "a-removed-holder-in-a-table": team(REMOVED, "[removed.guest]\non = 2026-11-21\n\n"),
        "a-deposit-in-a-table": team(waits(LEFT), f'[deposits.waiting.{CODE}]\nname = "{TOKEN}"\n'
            f'environment = "production"\nleft = 2026-11-21\nsealed = "{b64(LEFT)}"\n'),
        "a-retired-key-of-digits": team(f'{DEVELOPMENT.fingerprint.hex()} = ', f'{"1234567890" + "123456"} = '),
        "a-retired-key-under-another-data-key": team(b64(retired(DEVELOPMENT)), b64(bytes(69))),
        "a-deposit-key-under-another-data-key": team(b64(private("local", SECRETS["local"])), b64(bytes(111))),
        "a-due-of-nobody": team('due = ["guest"]', "due = []"),
        "a-due-of-one-twice": team('due = ["guest"]', 'due = ["guest", "Gu-est", "guest"]'),
        "a-due-of-several": team('due = ["guest"]', 'due = ["guest", "former-ci"]'),
        "sixteen-retired-keys": team(RETIRED, RETIRED.rstrip() + "\n"
                                     + fill(15, lambda i: kept(f"{i:016x}", bytes(69)))),
        "sixty-four-older-deposit-keys": team(OLDER, OLDER.rstrip() + "\n" + fill(
            63, lambda i: f'older{i} = {{ type = "local", private = "{b64(bytes(111))}" }}\n')),
    }.items():  # fmt: skip
        reads(name, shows, body)


def teams_that_are_refused():
    text, key, sealed = b64(LEFT), b64(retired(DEVELOPMENT)), b64(private("production", SECRETS["production"]))
    fingerprint, mine, public = DEVELOPMENT.fingerprint.hex(), b64(vouched(CI)), PUBLIC["production"]
    old, fill = b64(private("development", OLD_SECRET)), lambda n, of: "".join(of(i) for i in range(n))
    refuse_team("unknown-key", "A key that means nothing is a typo that would lose a setting.", {
        "a-deposit-key-for-no-type": ("[deposits.local]", "[deposits.lokal]"),
        "a-deposit-key-for-the-roster": ("[deposits.local]", "[deposits.roster]"),
        "a-deposit-key-for-a-named-environment": ("[deposits.local]", "[deposits.staging]"),
        "an-unknown-key-of-a-deposit-key": ('public = "', 'since = 2026-11-21\npublic = "'),
        "an-unknown-key-of-an-older-deposit-key": ('type = "development", private', 'since = 1, type = "development", private'),
        "an-unknown-key-of-a-deposit": ("left = ", "from = 1, left = "),
        "a-version-of-a-deposit": ("left = ", "version = 1, left = "),
        "a-retired-key-for-no-type": ("[retired.development]", "[retired.dev]"),
        "a-retired-key-of-the-roster": ("[retired.development]", "[retired.roster]"),
        "an-unknown-key-of-a-removed-holder": ("{ on = 2026-11-21 }", "{ on = 2026-11-21, by = 1 }"),
        "a-vouch-in-capitals": (f'vouch = "{mine}"', f'Vouch = "{mine}"'),
    })
    refuse_team("missing-key", "What a table must have is there.", {
        "a-deposit-key-without-its-public-half": (
            f'[deposits.production]\npublic = "{public}"\n', "[deposits.production]⟵\n"),
        "a-deposit-key-without-its-private-half": (
            f'[deposits.production]\npublic = "{public}"\nprivate = "{sealed}"\n',
            f'[deposits.production]⟵\npublic = "{public}"\n'),
        "an-older-deposit-key-without-its-type": (f'type = "development", private = "{old}"', f'private = "{old}"'),
        "an-older-deposit-key-without-its-private-half": (f', private = "{old}"', ""),
        "a-deposit-without-its-name": (f'name = "{TOKEN}", ', ""),
        "a-deposit-without-its-environment": ('environment = "production", ', ""),
        "a-deposit-without-its-day": ("left = 2026-11-21, ", ""),
        "a-deposit-without-its-file": (f', sealed = "{text}"', ""),
        "a-removed-holder-without-a-day": ("guest = { on = 2026-11-21 }", "guest = {}"),
    })
    refuse_team("wrong-shape", "A key has the TOML type that it must.", {
        "deposits-of-a-number": (WAITING, "[deposits]\nwaiting = 1⟵\n\n"),
        "a-deposit-key-of-a-text": (HALVES["local"], '[deposits]\nlocal = "x"⟵\n\n'),
        "a-deposit-of-a-text": (waits(LEFT), f'{CODE} = "{text}"\n'),
        "a-public-half-of-a-number": (f'"{public}"', "7"),
        "a-private-half-of-a-number": (f'"{sealed}"', "7"),
        "an-older-deposit-key-of-a-text": (f'{{ type = "development", private = "{old}" }}', '"x"'),
        "an-older-deposit-key-with-a-type-of-a-number": ('type = "development"', "type = 1"),
        "an-older-private-half-of-a-number": (f'"{old}"', "7"),
        "a-deposit-with-a-name-of-a-number": (f'name = "{TOKEN}"', "name = 1"),
        "a-deposit-with-an-environment-of-a-number": ('environment = "production"', "environment = 1"),
        "a-deposit-with-its-day-in-quotes": ("left = 2026-11-21", 'left = "2026-11-21"'),
        "a-deposit-with-a-time": ("left = 2026-11-21", "left = 2026-11-21T10:00:00Z"),
        "a-deposit-with-its-version-in-quotes": ("replaces = 1", 'replaces = "1"'),
        "a-deposit-with-its-file-as-a-number": (f'"{text}"', "7"),
        "retired-keys-of-a-number": (RETIRED, "[retired]\ndevelopment = 1⟵\n\n"),
        "a-retired-key-of-a-number": (f'"{key}"', "7"),
        "a-removed-holder-of-a-day": ("{ on = 2026-11-21 }", "2026-11-21"),
        "a-removed-holder-with-its-day-in-quotes": ("on = 2026-11-21", 'on = "2026-11-21"'),
        "removed-holders-in-a-list": (REMOVED, "[[removed]]⟵\n\n"),
        "a-vouch-of-a-number": (f'"{mine}"', "7"),
        "a-due-of-a-text": ('due = ["guest"]', 'due = "guest"'),
        "a-due-of-numbers": ('due = ["guest"]', "due = [1]"),
    })
    refuse_team("bad-name", "A name has its characters and its length.", {
        "a-deposit-for-a-name-with-a-space": (f'name = "{TOKEN}"', 'name = "a b"'),
        "a-deposit-for-no-name": (f'name = "{TOKEN}"', 'name = ""'),
        "a-deposit-for-a-name-of-254-bytes": (f'name = "{TOKEN}"', f'name = "{"n" * 254}"'),
        "a-removed-holder-with-a-space": ("guest = {", '"gu est" = {'),
        "a-removed-holder-with-a-slash": ("guest = {", '"gu/est" = {'),
        "a-removed-holder-of-64-bytes": ("guest = {", f'{"h" * 64} = {{'),
        "a-due-of-a-name-with-a-space": ('due = ["guest"]', 'due = ["gu est"]'),
        "a-due-of-no-name": ('due = ["guest"]', 'due = [""]'),
    })
    refuse_team("wrong-shape", "A code, a fingerprint and a public half have their characters and their length.", {
        "a-public-half-of-ssh": (f'"{public}"', f'"{SSH}"'), "a-public-half-of-nothing": (public, ""),
        "a-code-of-15-characters": (CODE, CODE[:-1]), "a-code-of-17-characters": (CODE, CODE + "a"),
        "a-code-in-upper-case": (CODE, CODE.upper()), "a-code-with-a-digit-outside-base32": (CODE, CODE[:-1] + "1"),
        "a-code-in-groups": (CODE, "-".join(CODE[i : i + 4] for i in range(0, 16, 4))),
        "a-fingerprint-of-15-digits": (f"{fingerprint} =", f"{fingerprint[:-1]} ="),
        "a-fingerprint-of-17-digits": (f"{fingerprint} =", f"{fingerprint}0 ="),
        "a-fingerprint-in-upper-case": (f"{fingerprint} =", f"{fingerprint.upper()} ="),
        "a-fingerprint-of-other-letters": (f"{fingerprint} =", f"{fingerprint[:-1]}g ="),
        "an-older-deposit-key-with-a-dash": (f"{OLD} =", f"{OLD}-x ="),
        "an-older-deposit-key-of-ssh": (f"{OLD} =", f'"{SSH}" ='),
        "an-older-deposit-key-without-a-name": (f"{OLD} =", '"" ='),
    })
    refuse_team("two-spellings", "Two spellings of one name are two removed holders in one place.", {
        "two-spellings-of-a-removed-holder": ("guest = {", "Gu-est = { on = 2026-11-20 }\nguest⟵ = {"),
    })
    refuse_team("twice", "A key or a table is there once.", {
        "a-deposit-twice": (waits(LEFT), waits(LEFT) * 2),
        "a-retired-key-twice": (kept(fingerprint, retired(DEVELOPMENT)), kept(fingerprint, retired(DEVELOPMENT)) * 2),
        "a-deposit-key-twice": (HALVES["local"], HALVES["local"] * 2),
        "a-removed-holder-twice": (REMOVED, REMOVED.rstrip() + "\nguest = { on = 2026-11-20 }\n"),
    })
    refuse_team("unknown-environment", "An environment is a type in full or declared in [environments].", {
        "a-deposit-for-an-environment-not-declared": ('environment = "production"', 'environment = "stagign"'),
        "a-deposit-for-a-short-form": ('environment = "production"', 'environment = "prod"'),
        "a-deposit-for-another-spelling-of-an-environment": ('environment = "staging"', 'environment = "Staging"'),
    })
    refuse_team("unknown-type", "A type is one of the four, in full.", {
        "an-older-deposit-key-of-a-short-type": ('type = "development"', 'type = "dev"'),
        "an-older-deposit-key-of-the-roster": ('type = "development"', 'type = "roster"'),
        "an-older-deposit-key-of-a-named-environment": ('type = "development"', 'type = "staging"'),
    })
    refuse_team("number", "A number is whole, from 1 to 2147483647.", {
        "a-deposit-for-version-zero": ("replaces = 1", "replaces = 0"),
        "a-deposit-for-a-version-below-zero": ("replaces = 1", "replaces = -1"),
        "a-deposit-for-a-version-too-high": ("replaces = 1", "replaces = 2147483648"),
        "a-deposit-for-half-a-version": ("replaces = 1", "replaces = 1.5"),
    })
    refuse_team("length", "A private half has 111 bytes, a retired key 69, a vouch 32, an age file at least one.", {
        "a-private-half-of-110-bytes": (sealed, b64(bytes(110))), "a-private-half-of-112-bytes": (sealed, b64(bytes(112))),
        "an-older-private-half-of-110-bytes": (old, b64(bytes(110))),
        "a-private-half-of-no-bytes": (sealed, ""),
        "a-retired-key-of-68-bytes": (key, b64(bytes(68))), "a-retired-key-of-70-bytes": (key, b64(bytes(70))),
        "a-vouch-of-31-bytes": (mine, b64(bytes(31))), "a-vouch-of-33-bytes": (mine, b64(bytes(33))),
        "a-deposit-of-an-empty-file": (text, ""),
    })
    refuse_team("base64", "Sealed text is base64url, without padding, white space or stray bits.", {
        "a-private-half-with-a-plus": (sealed, "+" + sealed[1:]), "a-retired-key-with-a-slash": (key, "/" + key[1:]),
        "a-vouch-with-stray-bits": (mine, stray(mine)), "a-deposit-with-padding": (text, text + "="),
        "an-older-private-half-with-a-space": (old, old + " "),
        "a-deposit-in-armor": (text, "-----BEGIN AGE ENCRYPTED FILE-----"),
    })
    refuse_team("control-character", "No string and no name holds control or bidirectional-format characters.", {
        "an-escape-in-a-public-half": (public, public + r"\u001b[2J"),
        "an-escape-in-the-name-of-a-deposit": (f'name = "{TOKEN}"', r'name = "a\u001b"'),
        "an-override-in-the-environment-of-a-deposit": ('environment = "production"', 'environment = "prod\u202e"'),
        "an-escape-in-a-code": (f"{CODE} =", r'"\u001b" ='),
        "an-escape-in-a-fingerprint": (f"{fingerprint} =", r'"\u001b" ='),
        "an-escape-in-an-older-deposit-key": (f"{OLD} =", r'"\u001b" ='),
        "an-override-in-a-removed-holder": ("guest = {", '"gu\u202eest" = {'),
        "an-escape-in-a-due": ('due = ["guest"]', r'due = ["gu\u001best"]'),
    })
    refuse_team("too-long", "A string has at most 4096 bytes.", {
        "a-public-half-of-4097-bytes": (public, "a" * 4097),
    })
    many = lambda n: "".join(f"x{i} = {{ on = 2026-11-21 }}\n" for i in range(n))
    refuse_team("too-many", "A vault has at most 64 older deposit keys, 1000 deposits, 16 retired keys of one type, 10000 "
                "removed holders, and as many names in one `due`.", {
        "seventeen-retired-keys": (RETIRED, RETIRED.rstrip() + "\n" + fill(16, lambda i: kept(f"{i:016x}", bytes(69))) + "∅"),
        "sixty-five-older-deposit-keys": (OLDER, OLDER.rstrip() + "\n" + fill(
            64, lambda i: f'older{i} = {{ type = "local", private = "{b64(bytes(111))}" }}\n') + "∅"),
        "a-thousand-and-one-deposits": (WAITING, WAITING.rstrip() + "\n" + fill(
            999, lambda i: waits("AA", code=base64.b32encode(seed(f"code {i}", 10)).decode().lower())) + "∅"),
        "ten-thousand-and-one-removed-holders": (REMOVED, REMOVED.rstrip() + "\n" + many(10_000) + "∅"),
        "a-due-of-ten-thousand-and-one": ('due = ["guest"]', f'due = [{", ".join(f"{chr(34)}x{i}{chr(34)}" for i in range(10_001))}]∅'),
    })  # fmt: skip


CASES = teams_that_read, teams_that_are_refused
