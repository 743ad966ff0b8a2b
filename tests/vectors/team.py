"""Cases for what a team leaves in a vault: deposits and their keys, earlier data keys, removed holders, deliveries.

The vault of these cases has seen a rotation: the data key of `development` is of generation 2, the one before it is
retired, and the deposit key that came with that is an older one. Both have a deposit waiting for them.
"""

import dataclasses

from age import age_file, age_open, identity, recipient
from build import *  # noqa: F403
from format import code, deposit_code, deposit_key_fingerprint

# --- The vault of a team ------------------------------------------------------------------------

CURRENT = KEYS | {"development": NEXT}
SECRETS = {type: seed(f"deposit key of {type}") for type in TYPES}  # the private halves
PUBLIC = {type: recipient(secret) for type, secret in SECRETS.items()}
OLD_SECRET = seed("the deposit key before the rotation")
OLD = recipient(OLD_SECRET)
TEAM_KEYS = KEY_TABLES | {"development": granted(NEXT, CI, DEV, LAPTOP, OWNER)}


def under(key, plain, *aad):
    return b"\1" + key.fingerprint + gcm(key.seals, plain, lp(*aad))


def private(type, secret, *, public=None, key=None, sealed_as=None, plain=None):
    """The private half of a deposit key; the options forge what an attacker might try."""
    aad = "deposit-key", ID, sealed_as or type, public or recipient(secret)
    return under(key or CURRENT[type], identity(secret).encode() if plain is None else plain, *aad)


def retired(key, by=NEXT, type=None, name=None):
    return under(by, key.secret, "retired", ID, type or key.type, name or key.fingerprint)


def vouch_parts(publics=PUBLIC, keys=None, reverse=False):
    """Of each type its name, the fingerprint of its data key, and the public half."""
    keys = CURRENT if keys is None else keys
    rows = sorted(publics.items(), reverse=reverse)
    return [part for type, public in rows
            for part in (type, keys[type].fingerprint if type in keys else b"", public)]


def vouched(holder, publics=PUBLIC, name=None, keys=None):
    return hmac(holder.hk[64:], lp("vouch", ID, name or holder.name, *vouch_parts(publics, keys)))


def inside(value=b"left for you", env="production", name=TOKEN, replaces=1, *, type=None, id=ID, more=()):
    """What a deposit holds before it is padded."""
    type = type or ("development" if env in ("staging", "testing") else env)
    return lp("deposit", id, type, env, name, replaces, value, *more)


def deposit(padded, to=PUBLIC["production"]):
    """An age file to one deposit key."""
    drawn = [seed(f"{part} {to} {padded.hex()}", n) for part, n in (("file key", 16), ("share", 32), ("nonce", 16))]
    return age_file(padded, to, *drawn)


def waits(file, env="production", name=TOKEN, replaces=1, code=None):
    """The line of a deposit."""
    replaces = f"replaces = {replaces}, " if replaces else ""
    sealed = b64(file) if isinstance(file, bytes) else file
    return (f'{code or deposit_code(ID, file)} = {{ name = "{name}", environment = "{env}", {replaces}'
            f'left = 2026-11-21, sealed = "{sealed}" }}\n')  # fmt: skip


def half(type, secret, **forged):
    public = forged.pop("shown", recipient(secret))
    return f'[deposits.{type}]\npublic = "{public}"\nprivate = "{b64(private(type, secret, **forged))}"\n\n'


def older(*keys):
    rows = (f'{recipient(secret)} = {{ type = "{type}", private = "{b64(private(type, secret, **forged))}" }}\n'
            for type, secret, forged in keys)  # fmt: skip
    return "[deposits.older]\n" + "".join(rows) + "\n"


def kept(fingerprint, data):
    return f'{fingerprint} = "{b64(data)}"\n'


def with_vouch(holder, vouch):
    return holder.table.replace("kept = ", f'vouch = "{b64(vouch)}"\nkept = ')


STAGED = deposit(pad(inside(b"for staging", "staging", "api-credentials/api-key", 0)), OLD)
LEFT = deposit(pad(inside()))
CODE, STAGED_CODE = deposit_code(ID, LEFT), deposit_code(ID, STAGED)
OLDER = older(("development", OLD_SECRET, {}))
WAITING = "[deposits.waiting]\n" + waits(STAGED, "staging", "api-credentials/api-key", 0) + waits(LEFT) + "\n"
RETIRED = "[retired.development]\n" + kept(DEVELOPMENT.fingerprint.hex(), retired(DEVELOPMENT)) + "\n"
REMOVED = "[removed]\nguest = { on = 2026-11-21 }\n\n"
HALVES = {type: half(type, secret) for type, secret in SECRETS.items()}
DUE = line("development", seal(LONG_VALUE, key=NEXT), more=', due = ["guest"]')
TEAM = vault({
    TOKEN: DUE + line("staging", FIRST) + line("production", seal(b"in production", "production")),
}, TEAM_KEYS).replace("[secrets.", "".join(HALVES.values()) + OLDER + WAITING + RETIRED + REMOVED + "[secrets.", 1)
for who in CI, DEV, LAPTOP, OWNER:
    TEAM = TEAM.replace(who.table, with_vouch(who, vouched(who)))


def team(old="", new=""):
    """The vault of the team with one place edited; an empty `old` adds at the end."""
    assert old in TEAM, old
    return TEAM.replace(old, new, 1) if old else TEAM + new


def asks(expect, name, shows, body, found=None, **header):
    """A case that opens something else than a value, with ci's access key unless another key is at hand."""
    if not header.keys() & {"access_key", "passphrase", "identity", "unlocked"}:
        header = {"access_key": CI_TEXT} | header
    more = {"value_hex": found.hex()} if expect == "opens" else {}
    case(name, shows, expect, body, found, **header, **more)


# --- What opens ---------------------------------------------------------------------------------


def values_of_a_team():
    shows = "What a team leaves in a vault is read; values open as ever."
    reads("a-vault-of-a-team", shows, TEAM)
    opens("a-value-due-for-change-opens", "A value that a removed holder could read is due for change, and opens.",
          TEAM, LONG_VALUE)
    fails("another-data-key", "a-value-under-a-retired-key", "Nothing is loaded with a retired key.", TEAM, "staging")
    fails("missing", "a-secret-with-a-deposit-only", "Nothing loads a deposit.", TEAM, "staging",
          "api-credentials/api-key")
    shows = "A public key's holder key comes out of `delivered`, and opens what the holder has grants for."
    dev = identity(AGE_SECRET)
    opens("a-public-key-opens-a-value", shows, BASE, LONG_VALUE, identity=dev)
    fails("no-grant", "a-public-key-without-a-grant", shows, BASE, "production", identity=dev)
    fails("wrong-key", "a-public-key-that-no-holder-has", shows, BASE, identity=identity(seed("nobody's")))
    fails("wrong-key", "a-public-key-with-another-holder-key-delivered", shows, redelivered(seed("another H")),
          identity=dev)


def redelivered(h=DEV.h, name="dev", id=ID, text=None, to=AGE_RECIPIENT):
    """The usual vault with another `delivered`."""
    text = text or lp("delivered", id, name, h)
    drawn = [seed(f"{part} {text.hex()}", n) for part, n in (("file key", 16), ("share", 32), ("nonce", 16))]
    return edited(b64(DELIVERED), b64(age_file(text, to, *drawn)))


def deliveries():
    shows = "`delivered` is an age file to the holder's key, which names the vault and the holder and ends with H."
    dev, text = identity(AGE_SECRET), lp("delivered", ID, "dev", DEV.h)
    ask = dict(identity=dev, delivered="dev")
    asks("opens", "a-delivered-opens", shows, BASE, DEV.h, **ask)
    asks("wrong-key", "a-delivered-to-another-key", shows, redelivered(to=recipient(seed("eve"))), **ask)
    asks("wrong-key", "a-delivered-with-its-end-altered", shows,
         edited(b64(DELIVERED), b64(flipped(DELIVERED, -1))), **ask)
    for name, body in {
        "of-another-holder": redelivered(name="ci"), "of-another-vault": redelivered(id=flipped(ID, -1)),
        "of-another-kind-of-text": redelivered(text=lp("deposited", ID, "dev", DEV.h)),
        "of-31-bytes": redelivered(h=DEV.h[:31]), "of-33-bytes": redelivered(h=DEV.h + b"x"),
        "with-a-byte-more": redelivered(text=text + b"\0"), "of-nothing-else": redelivered(text=DEV.h),
        "of-one-byte": redelivered(text=b"\0"),
    }.items():
        asks("altered", f"a-delivered-{name}", shows, body, **ask)


def unlocked(holder, vault=ID):
    """What is kept of a holder key once it was opened, as text."""
    return key_text(holder.hk[:32] + holder.hk[64:], vault, "unlocked")


def unlocked_keys():
    shows = "An unlocked key opens the grants of types of its holder, and not that of the roster."
    dev, owner = unlocked(DEV), unlocked(OWNER)
    opens("an-unlocked-key-opens-a-value", shows, BASE, LONG_VALUE, unlocked=dev)
    opens("an-unlocked-key-of-a-passphrase-opens-a-value", shows, BASE, b"in production", "production", unlocked=owner)
    fails("no-grant", "an-unlocked-key-without-a-grant", shows, BASE, "production", unlocked=dev)
    fails("wrong-key", "an-unlocked-key-of-nobody", shows, BASE,
          unlocked=key_text(seed("nobody's", 64), ID, "unlocked"))
    fails("wrong-key", "an-unlocked-key-of-an-access-key", shows, BASE, unlocked=unlocked(CI))
    fails("another-vault-key", "an-unlocked-key-of-another-vault", shows, BASE,
          unlocked=unlocked(DEV, bytes.fromhex("00112233")))
    only = edited(rows(KEY_TABLES["roster"]), rows(granted(ROSTER, DEV, OWNER)))
    only = only.replace(rows(granted(DEVELOPMENT, DEV)), "")
    fails("no-grant", "a-holder-with-a-grant-of-the-roster-only", "A holder is found by any grant, the roster's too.",
          only, identity=identity(AGE_SECRET))
    fails("wrong-key", "an-unlocked-key-with-a-grant-of-the-roster-only", shows, only, unlocked=dev)
    for name, text in {
        "with-a-character-altered": dev[:60] + ("a" if dev[60] != "a" else "b") + dev[61:],
        "with-a-character-missing": dev[:-1], "with-a-character-too-many": dev + "a", "and-a-newline": dev + r"\n",
        "in-upper-case": dev[:20] + dev[20:].upper(), "with-stray-bits": stray32(dev), "with-padding": dev + "====",
        "that-is-an-access-key": CI_TEXT,
    }.items():
        fails("mistyped-key", f"an-unlocked-key-{name}", "An unlocked key is `strongroom_unlocked_` and 116 characters, "
              "with a checksum.", BASE, unlocked=text)


def stray32(text):
    """The text with the last bit set, which belongs to no byte."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return text[:-1] + letters[letters.index(text[-1]) | 1]


def earlier_data_keys():
    shows = "A retired data key opens with the current one, of its own type and under its own fingerprint."
    first = DEVELOPMENT.fingerprint.hex()
    ask = dict(retired=f"development {first}", secret=TOKEN, environment="staging")
    asks("opens", "a-retired-key-opens-what-it-sealed", shows, TEAM, b"hunter2", **ask)
    asks("another-data-key", "a-retired-key-opens-nothing-of-the-current-key", shows, TEAM,
         **ask | {"environment": "development"})
    usual, other = retired(DEVELOPMENT), data_key("development", seed("one more"))
    for name, data in {
        "with-its-nonce-altered": flipped(usual, 9), "with-its-key-altered": flipped(usual, 21),
        "with-its-tag-altered": flipped(usual, -1), "with-its-version-byte-altered": flipped(usual, 0),
        "of-another-type": retired(DEVELOPMENT, type="production"),
        "of-another-fingerprint": retired(DEVELOPMENT, name=other.fingerprint),
        "that-has-another-fingerprint": retired(other, name=DEVELOPMENT.fingerprint),
        "sealed-as-a-kept": under(NEXT, DEVELOPMENT.secret, "kept", ID, "ci", "access-key", b""),
    }.items():
        asks("altered", f"a-retired-key-{name}", shows, team(b64(usual), b64(data)), **ask)
    two = f"{kept(first, retired(other))}{kept(other.fingerprint.hex(), usual)}"
    asks("altered", "a-retired-key-with-its-fingerprint-swapped", shows, team(kept(first, usual), two), **ask)
    moved = RETIRED.replace("development", "production")
    asks("another-data-key", "a-retired-key-moved-to-another-type", shows, team(RETIRED, moved),
         **ask | {"retired": f"production {first}"})
    asks("another-data-key", "a-retired-key-under-an-older-key", shows,
         team(b64(usual), b64(retired(DEVELOPMENT, by=other))), **ask)
    asks("another-data-key", "a-retired-key-under-itself", shows,
         team(b64(usual), b64(retired(DEVELOPMENT, by=DEVELOPMENT))), **ask)
    asks("missing", "a-retired-key-that-is-not-there", shows, TEAM,
         **ask | {"retired": f"development {other.fingerprint.hex()}"})
    theirs = under(KEYS["local"], bytes(32), "retired")
    asks("no-grant", "a-retired-key-of-a-type-without-a-grant", shows,
         team(RETIRED, "[retired.local]\n" + kept(first, theirs)), **ask | {"retired": f"local {first}"})
    asks("wrong-key", "a-retired-key-for-nobodys-access-key", shows, TEAM, **ask,
         access_key=key_text(seed("nobody's"), ID))


def deposit_keys():
    shows = "The private half of a deposit key opens with its type's data key, for its type and its public half."
    secret, usual, eve = SECRETS["production"], private("production", SECRETS["production"]), seed("eve")
    ask = {"deposit_key": "production"}
    asks("opens", "a-deposit-key-opens", shows, TEAM, identity(secret).encode(), **ask)
    asks("opens", "an-older-deposit-key-opens", shows, TEAM, identity(OLD_SECRET).encode(), deposit_key=OLD)
    for name, data in {
        "with-its-nonce-altered": flipped(usual, 9), "with-its-secret-altered": flipped(usual, 21),
        "with-its-tag-altered": flipped(usual, -1), "with-its-version-byte-altered": flipped(usual, 0),
        "for-another-type": private("production", secret, sealed_as="development"),
        "for-another-public-half": private("production", secret, public=recipient(eve)),
        "sealed-as-a-value": under(KEYS["production"], identity(secret).encode(), "value", ID, "production",
                                   PUBLIC["production"]),
    }.items():  # fmt: skip
        asks("altered", f"a-deposit-key-{name}", shows, team(b64(usual), b64(data)), **ask)
    asks("altered", "a-deposit-key-with-its-public-half-swapped", shows,
         team(PUBLIC["production"], recipient(eve)), **ask)
    public = f'public = "{PUBLIC["production"]}"\nprivate = "{b64(usual)}"\n'
    theirs = f'public = "{PUBLIC["development"]}"\nprivate = "{b64(private("development", SECRETS["development"]))}"\n'
    asks("another-data-key", "a-deposit-key-moved-to-another-type", shows, team(public, theirs), **ask)
    asks("another-data-key", "a-deposit-key-left-behind", shows,
         team(HALVES["development"], half("development", SECRETS["development"], key=DEVELOPMENT)),
         deposit_key="development")
    body = team(OLDER, older(("production", OLD_SECRET, {"key": NEXT, "sealed_as": "development"})))
    asks("another-data-key", "an-older-deposit-key-given-another-type", shows, body, deposit_key=OLD)
    body = team(OLDER, older(("development", OLD_SECRET, {"key": DEVELOPMENT})))
    asks("another-data-key", "an-older-deposit-key-left-behind", shows, body, deposit_key=OLD)
    body = team(OLDER, OLDER.replace(OLD, recipient(eve)))
    asks("altered", "an-older-deposit-key-under-another-public-half", shows, body, deposit_key=recipient(eve))
    asks("missing", "a-deposit-key-of-a-type-without-one", shows, team(HALVES["production"]), **ask)
    asks("no-grant", "a-deposit-key-of-a-type-without-a-grant", shows, TEAM, deposit_key="local")
    asks("altered", "a-deposit-key-that-is-no-identity", "What is inside is the text of an age identity.",
         team(b64(usual), b64(private("production", secret, plain=b"x" * 74))), **ask)


def deposits():
    shows = "A deposit opens with its type's deposit key, or an older one, and names its own place."

    def left(name, padded, expect="altered", value="place", *, to=PUBLIC["production"], row={}, code=None):
        file = deposit(padded, to) if isinstance(padded, bytes) else padded[0]
        body = team(waits(LEFT), waits(file, code=code, **row))
        asks(expect, f"a-deposit-{name}", shows, body, value, deposit=code or deposit_code(ID, file))

    asks("opens", "a-deposit-opens", shows, TEAM, b"left for you", deposit=CODE)
    asks("opens", "a-deposit-under-an-older-key-opens", shows, TEAM, b"for staging", deposit=STAGED_CODE)
    for name, value in ("of-nothing", b""), ("that-is-not-utf-8", b"\xff\0\x80"), ("of-70000-bytes", b"x" * 70_000):
        left(f"{name}-opens", pad(inside(value)), "opens", value)
    left("for-no-version-opens", pad(inside(replaces=0)), "opens", b"left for you", row={"replaces": 0})
    for name, text in {
        "of-another-vault": inside(id=flipped(ID, -1)), "of-another-type": inside(type="local"),
        "of-another-environment": inside(env="prod", type="production"),
        "of-another-name": inside(name="stripe_api_key"), "of-another-spelling": inside(name="GitHubAPIToken"),
        "of-another-version": inside(replaces=2), "of-no-version": inside(replaces=0),
        "of-another-kind-of-text": b"".join((lp("value"), inside()[len(lp("deposit")) :])),
        "with-a-part-more": inside(more=("",)), "with-a-byte-more": inside() + b"x",
        "with-a-byte-less": inside()[:-1], "of-text-alone": b"left for you",
        "without-its-value": inside()[: -len(b"left for you") - 4],
        "of-a-value-longer-than-it-is": inside()[:-16] + (13).to_bytes(4, "big") + b"left for you",
        "of-a-value-shorter-than-it-is": inside()[:-16] + (11).to_bytes(4, "big") + b"left for you",
        "of-a-value-of-four-gigabytes": inside()[:-16] + b"\xff" * 4 + b"left for you",
        "with-a-name-of-four-gigabytes": lp("deposit", ID, "production", "production") + b"\xff" * 4 + TOKEN.encode(),
        "of-an-empty-text": b"",
    }.items():  # fmt: skip
        left(name, pad(text))
    left("moved-to-another-version", pad(inside()), row={"replaces": 3})
    left("moved-to-no-version", pad(inside()), row={"replaces": 0})
    left("moved-to-another-name", pad(inside()), row={"name": "stripe_api_key"})
    left("moved-to-another-type", pad(inside()), "altered", None, row={"env": "development"})
    left("moved-to-a-named-environment", pad(inside(env="development")), to=PUBLIC["development"],
         row={"env": "staging"})
    asks("altered", "a-deposit-for-an-environment-given-another-type", shows,
         team('staging = "development"', 'staging = "production"'), deposit=STAGED_CODE)
    text = inside()
    for name, padded in {
        "without-padding": text + b"x" * (-len(text) % 32), "of-a-length-that-is-no-multiple": pad(text)[:-1],
        "with-a-whole-block-of-zeros-more": pad(text) + bytes(32), "of-no-bytes": b"",
        "of-zeros-alone": bytes(64), "with-another-mark": text + b"\x81" + bytes(-(len(text) + 1) % 32),
    }.items():
        left(name, padded, "altered", None)
    left("to-somebody-else", pad(text), "altered", None, to=recipient(seed("eve")))
    left("to-an-older-key-of-another-type", pad(text), "altered", None, to=OLD)
    left("with-its-header-altered", (flipped(LEFT, LEFT.index(b"--- ") + 5),), "altered", None)
    left("with-its-end-altered", (flipped(LEFT, -1),), "altered", None)
    left("that-is-no-age-file", (b"left for you",), "altered", None)
    shows = "A deposit's code is that of its bytes."
    left("under-another-code", pad(inside()), "another-code", None, code="a" * 16)
    body = team(b64(LEFT), b64(deposit(pad(inside(b"another value")))))
    asks("another-code", "a-deposit-with-its-file-swapped", shows, body, deposit=CODE)
    body = team(waits(STAGED, "staging", "api-credentials/api-key", 0) + waits(LEFT),
                waits(LEFT, code=STAGED_CODE) + waits(STAGED, "staging", "api-credentials/api-key", 0, CODE))
    asks("another-code", "two-deposits-with-their-codes-swapped", shows, body, deposit=CODE)
    shows = "What a deposit key is not opens no deposit."
    asks("missing", "a-deposit-that-does-not-wait", shows, TEAM, deposit="a" * 16)
    asks("missing", "a-deposit-without-a-deposit-key", shows, team(HALVES["production"]), deposit=CODE)
    asks("wrong-key", "a-deposit-for-nobodys-access-key", shows, TEAM, deposit=CODE,
         access_key=key_text(seed("nobody's"), ID))
    asks("no-grant", "a-deposit-without-a-grant", shows, TEAM, deposit=CODE, access_key=LAPTOP_TEXT)
    asks("another-data-key", "a-deposit-for-a-deposit-key-left-behind", shows, deposit=CODE,
         body=team(b64(private("production", SECRETS["production"])),
                   b64(private("production", SECRETS["production"], key=data_key("production", seed("before"))))))
    shows = "An older deposit key that does not open is passed over."
    body = team(OLDER, older(("production", OLD_SECRET, {"key": NEXT}), ("development", OLD_SECRET[::-1], {})))
    asks("opens", "a-deposit-beside-an-older-key-left-behind-opens", shows, body, b"left for you", deposit=CODE)


def vouches():
    shows = "A holder vouches for the deposit key of every type that has one, by type, and for no others."
    def case(name, expect, body, vouch="ci", **key):
        asks(expect, name, shows, body, vouch=vouch, **key)

    mine, eve = b64(vouched(CI)), recipient(seed("eve"))
    case("a-vouch-fits", "vouched", TEAM)
    case("a-vouch-of-a-passphrase-fits", "vouched", TEAM, "owner", passphrase=PASSPHRASE)
    case("a-vouch-of-a-public-key-fits", "vouched", TEAM, "dev", identity=identity(AGE_SECRET))
    case("a-vouch-of-an-unlocked-key-fits", "vouched", TEAM, "dev", unlocked=unlocked(DEV))
    case("a-vouch-of-another-access-key-fits", "vouched", TEAM, "laptop", access_key=LAPTOP_TEXT)
    case("a-vouch-without-older-deposit-keys-fits", "vouched", team(OLDER))
    case("a-vouch-with-types-in-another-order-fits", "vouched",
         team("".join(HALVES.values()), "".join(reversed(HALVES.values()))))
    some = {type: PUBLIC[type] for type in ("local", "production")}
    body = team(mine, b64(vouched(CI, some))).replace(HALVES["development"], "").replace(HALVES["preview"], "")
    case("a-vouch-for-two-types-fits", "vouched", body)
    nobody = team(mine, b64(vouched(CI, {})))
    for rows in (*HALVES.values(), OLDER, WAITING):
        nobody = nobody.replace(rows, "")
    case("a-vouch-for-no-types-fits", "vouched", nobody)
    case("a-holder-without-a-vouch", "missing", team(f'vouch = "{mine}"\n'))
    case("a-deposit-key-swapped-under-a-vouch", "not-vouched", team(PUBLIC["production"], eve))
    case("a-deposit-key-removed-under-a-vouch", "not-vouched", team(HALVES["local"]))
    body = team(PUBLIC["local"], "∅").replace(PUBLIC["preview"], PUBLIC["local"]).replace("∅", PUBLIC["preview"])
    case("two-deposit-keys-swapped-under-a-vouch", "not-vouched", body)
    for name, vouch in {
        "altered": flipped(vouched(CI), 31), "of-another-holder": vouched(LAPTOP),
        "for-another-holder": vouched(CI, name="laptop"), "of-zeros": bytes(32),
        "for-a-type-less": vouched(CI, {type: PUBLIC[type] for type in TYPES[1:]}),
        "for-a-type-more": vouched(CI, PUBLIC | {"roster": eve}),
        "for-types-in-another-order": hmac(CI.hk[64:], lp(
            "vouch", ID, "ci", *vouch_parts(reverse=True))),
        "for-keys-without-their-types": hmac(CI.hk[64:], lp(
            "vouch", ID, "ci", *[public for _, public in sorted(PUBLIC.items())])),
        "of-another-vault": hmac(CI.hk[64:], lp(
            "vouch", flipped(ID, -1), "ci", *vouch_parts())),
        "under-the-part-for-grants": hmac(CI.hk[:32], lp(
            "vouch", ID, "ci", *vouch_parts())),
        "of-before-a-rotation": vouched(CI, keys=CURRENT | {"development": DEVELOPMENT}),
        "without-the-fingerprints": hmac(CI.hk[64:], lp(
            "vouch", ID, "ci", *[part for pair in sorted(PUBLIC.items()) for part in pair])),
    }.items():  # fmt: skip
        case(f"a-vouch-{name}", "not-vouched", team(mine, b64(vouch)))
    case("a-vouch-for-nobodys-access-key", "wrong-key", TEAM, access_key=key_text(seed("nobody's"), ID))


# --- Admissions ---------------------------------------------------------------------------------


def admissions():
    shows = "Who adds or removes holders checks first that the roster admitted every grant, and that none is stale."
    tables = KEY_TABLES | {"roster": granted(ROSTER, CI, OWNER)}

    def check(name, expect, keys=None, old="", new="", holders=None):
        body = vault({}, tables | (keys or {}), holders)
        assert old in body, name
        asks(expect, name, shows, body.replace(old, new, 1) if old else body, roster="check")

    def forged(how, key, who, **parts):
        """A grant of a data key whose admission is of other parts than it should be."""
        data = grant(key, who)[:72]
        parts = dict(first="admit", id=ID, type=key.type, name=who.name, kind=who.kind, pub=who.pub, data=data) | parts
        admits = parts.pop("admits", ROSTER.admits)
        row = data + hmac(admits, lp(*parts.values()))
        check(f"a-grant-admitted-{how}", "not-admitted", {key.type: tables[key.type] | {who.name: row}})

    check("every-grant-admitted", "admitted")
    asks("admitted", "every-grant-of-a-team-admitted", shows, TEAM, roster="check", passphrase=PASSPHRASE)
    asks("no-grant", "a-holder-without-the-roster-key", shows, BASE, roster="check")
    asks("no-grant", "an-unlocked-key-without-the-roster-key", shows, BASE, roster="check", unlocked=unlocked(OWNER))
    usual, production = grant(DEVELOPMENT, LAPTOP), KEYS["production"]
    forged("for-another-type", DEVELOPMENT, LAPTOP, type="local")
    forged("for-another-holder", DEVELOPMENT, LAPTOP, name="ci")
    forged("for-another-kind", DEVELOPMENT, LAPTOP, kind="age")
    forged("for-another-public-key", DEVELOPMENT, DEV, pub=SSH.encode())
    forged("for-no-public-key", DEVELOPMENT, DEV, pub=b"")
    forged("with-costs-in-another-order", DEVELOPMENT, OWNER, pub=OWNER.pub[:16] + OWNER.pub[20:] + OWNER.pub[16:20])
    forged("in-another-vault", DEVELOPMENT, LAPTOP, id=flipped(ID, -1))
    forged("with-another-nonce", DEVELOPMENT, LAPTOP, data=flipped(usual[:72], 12))
    forged("without-its-tag", DEVELOPMENT, LAPTOP, data=usual[:56])
    forged("under-the-part-that-seals", DEVELOPMENT, LAPTOP, admits=ROSTER.seals)
    forged("by-another-roster-key", DEVELOPMENT, LAPTOP, admits=data_key("roster", seed("eve's roster")).admits)
    forged("as-something-else", DEVELOPMENT, LAPTOP, first="grant")
    check("a-grant-with-its-admission-altered", "not-admitted",
          {"development": tables["development"] | {"laptop": flipped(usual, -1)}})
    check("a-grant-of-the-roster-with-its-admission-altered", "not-admitted",
          {"roster": tables["roster"] | {"owner": flipped(tables["roster"]["owner"], 72)}})
    eve = access("eve", seed("eve"))
    check("a-holder-invented-with-a-grant", "not-admitted", holders=(CI, DEV, eve, LAPTOP, OWNER),
          keys={"development": tables["development"] | {"eve": grant(DEVELOPMENT, eve)[:72] + bytes(32)}})
    check("a-holder-renamed-with-its-grants", "not-admitted", old="[holders.laptop]", new="[holders.lapdog]",
          keys={type: {name.replace("laptop", "lapdog"): row for name, row in rows.items()}
                for type, rows in tables.items()})  # fmt: skip
    check("a-public-key-exchanged", "not-admitted", old=AGE_RECIPIENT, new=recipient(seed("eve")))
    check("costs-edited", "not-admitted", old="memory_kib = 19456\npasses = 2", new="memory_kib = 19457\npasses = 2")
    later = granted(NEXT, CI, DEV, OWNER) | {"laptop": usual}
    check("a-grant-left-behind-by-a-rotation", "stale", {"development": later})
    next_roster = data_key("roster", seed("the next roster key"), 2)
    check("grants-left-behind-by-a-rotation-of-the-roster", "not-admitted", {"roster": granted(next_roster, CI, OWNER)})
    shows = "The data key comes from a grant whose holder's `kept` opens with the roster key, and is the one of today."
    alone, kept = {"production": granted(production, CI)}, CI.kept
    check("a-kept-that-is-good", "admitted", alone)
    asks("admitted", "a-kept-altered-beside-a-good-one", shows,
         vault({}, tables).replace(b64(kept), b64(flipped(kept, -1))), roster="check")
    old_h = hkdf(seed("an earlier key of ci"), lp("access-key"), 32, ID)

    def another(plain=CI.h, key=ROSTER, **parts):
        parts = dict(first="kept", id=ID, name="ci", kind="access-key", pub=b"") | parts
        return under(key, plain, *parts.values())

    former = dataclasses.replace(CI, h=old_h)
    check("a-kept-that-opens-one-grant-of-two", "no-kept", {"production": granted(production, former)}, b64(kept),
          b64(another(old_h)))
    for name, data in {
        "with-its-version-byte-altered": flipped(kept, 0), "with-its-fingerprint-altered": flipped(kept, 8),
        "with-its-nonce-altered": flipped(kept, 9), "with-its-key-altered": flipped(kept, 21),
        "with-its-tag-altered": flipped(kept, -1), "of-an-earlier-key": another(old_h),
        "for-another-holder": another(name="laptop"), "for-another-kind": another(kind="age"),
        "for-another-public-key": another(pub=b"x"), "for-another-vault": another(id=flipped(ID, -1)),
        "under-another-roster-key": another(key=next_roster), "sealed-as-a-retired-key": another(first="retired"),
        "of-another-holder": LAPTOP.kept,
    }.items():
        check(f"a-kept-{name}", "no-kept", alone, b64(kept), b64(data))


# --- Intermediate values ------------------------------------------------------------------------


def primitives():
    """As those of build.py, of the vault of the team."""
    opened_file = age_open(LEFT, SECRETS["production"])
    assert opened_file == pad(inside())
    dev, key = "development", private("production", SECRETS["production"])
    out = {"next-development-key": NEXT.secret, "next-development-seals": NEXT.seals,
           "next-development-fingerprint": NEXT.fingerprint,
           "retired-authenticated": lp("retired", ID, dev, DEVELOPMENT.fingerprint),
           "retired-nonce": retired(DEVELOPMENT)[9:21], "retired-bytes": retired(DEVELOPMENT),
           "production-key": KEYS["production"].secret, "production-seals": KEYS["production"].seals,
           "deposit-key-secret": SECRETS["production"], "deposit-key-public-text": PUBLIC["production"].encode(),
           "deposit-key-private-text": identity(SECRETS["production"]).encode(),
           "deposit-key-authenticated": lp("deposit-key", ID, "production", PUBLIC["production"]),
           "deposit-key-nonce": key[9:21], "deposit-key-bytes": key,
           "deposit-key-fingerprint-message": lp("deposit-key-fingerprint", ID, "production", PUBLIC["production"]),
           "deposit-key-fingerprint-text": deposit_key_fingerprint(ID, "production", PUBLIC["production"]).encode(),
           "holder-fingerprint-message": lp("holder-fingerprint", ID, "dev"),
           "holder-fingerprint-text": code(hmac(DEV.hk[64:], lp("holder-fingerprint", ID, "dev"))).encode(),
           "delivered-hk": DEV.hk, "unlocked-key-text": unlocked(DEV).encode(),
           "vouch-key": CI.hk[64:], "vouch-message": lp("vouch", ID, "ci", *vouch_parts()), "vouch": vouched(CI),
           "deposit-plaintext": inside(), "deposit-padded": pad(inside()),
           "deposit-of-no-version-plaintext": inside(b"for staging", "staging", "api-credentials/api-key", 0),
           "deposit-age-file": LEFT, "deposit-code-message": lp("deposit-code", ID, LEFT),
           "deposit-code-text": CODE.encode()}  # fmt: skip
    return "".join(f"{name}: {data.hex()}".rstrip() + "\n" for name, data in out.items()).encode()


CASES = values_of_a_team, deliveries, unlocked_keys, earlier_data_keys, deposit_keys, deposits, vouches, admissions
