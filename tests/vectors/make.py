#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["argon2-cffi", "cryptography"]
# ///
"""Makes the test vectors of the vault format.

All randomness comes from fixed seeds: the files are the same, byte for byte, wherever and whenever
they are made. Every vector is held against the reader and opener in reader.py before it is written.

    python make.py            write accepted/, refused/ and primitives.txt beside this file
    python make.py --check    make them in memory and compare; status 1 when a file differs

First what a vault is built of, then the cases, rule by rule. README.md explains the files.
"""

import base64, dataclasses, hashlib, pathlib, re, sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

sys.dont_write_bytecode = True
import reader  # noqa: E402
from reader import TYPES, argon2id, b64, hmac, lp, pad  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ID = bytes.fromhex("5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d")

# --- What a vault is built of -------------------------------------------------------------------


def seed(label, n=32):
    """`n` bytes that look random and are always the same for one label."""
    return hashlib.shake_256(b"strongroom vectors: " + label.encode()).digest(n)


def gcm(key, plain, aad, nonce=None):
    """Nonce, ciphertext, tag. The nonce is a hash of all the rest, so none serves two texts."""
    nonce = nonce or hashlib.sha256(b"nonce" + key + lp(aad, plain)).digest()[:12]
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def hkdf(ikm, info, n, salt=ID):
    return reader.hkdf(ikm, info, n, salt)


def data_key(type, secret, generation=1, vault=ID):
    return reader.DataKey(type, secret, generation, vault)


def age_file(text, public):
    """An age file to one X25519 recipient, with seeds for its file key, share and nonce."""
    bare = lambda data: base64.b64encode(data).rstrip(b"=")
    file_key, nonce = seed("age file key", 16), seed("age nonce", 16)
    ephemeral = X25519PrivateKey.from_private_bytes(seed("age share"))
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    wrap = hkdf(shared, b"age-encryption.org/v1/X25519", 32, share + public)
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> X25519 " + bare(share) + b"\n" + bare(body) + b"\n---"
    mac = hmac(hkdf(file_key, b"header", 32, b""), head)
    payload = ChaCha20Poly1305(hkdf(file_key, b"payload", 32, nonce))
    return head + b" " + bare(mac) + b"\n" + nonce + payload.encrypt(bytes(11) + b"\1", text, None)


@dataclasses.dataclass
class Holder:
    name: str
    kind: str
    pub: bytes  # the part PUB
    h: bytes  # the holder key H
    lines: str  # the lines of [holders.NAME] that belong to its kind

    @property
    def hk(self):
        return hkdf(self.h, lp("holder-key"), 96)

    @property
    def kept(self):
        aad = lp("kept", ID, self.name, self.kind, self.pub)
        return b"\1" + ROSTER.fingerprint + gcm(ROSTER.seals, self.h, aad)

    @property
    def table(self):
        kept = b64(self.kept)
        return f'[holders.{self.name}]\nkind = "{self.kind}"\n{self.lines}kept = "{kept}"\n\n'


def access(name, key):
    return Holder(name, "access-key", b"", hkdf(key, lp("access-key"), 32), "")


def passphrase(name, text, m=19456, t=2, p=1):
    salt = seed(f"salt of {name}", 16)
    pub = salt + b"".join(n.to_bytes(4, "big") for n in (m, t, p))
    lines = f'salt = "{b64(salt)}"\nmemory_kib = {m}\npasses = {t}\nlanes = {p}\n'
    return Holder(name, "passphrase", pub, hkdf(argon2id(text, salt, m, t, p), lp("passphrase"), 32), lines)


def public_key(name, recipient):
    h = seed(f"holder key of {name}")
    delivered = b64(age_file(lp("delivered", ID, name, h), AGE_PUBLIC))
    lines = f'recipient = "{recipient}"\ndelivered = "{delivered}"\n'
    return Holder(name, "age", recipient.encode(), h, lines)


def grant(key, holder, *, header=None, part=None, type=None, name=None):
    """The 104 bytes of a grant; the options forge what an attacker might try."""
    header = header or b"\1" + key.fingerprint + key.generation.to_bytes(3, "big")
    part = part or (holder.hk[32:64] if key.type == "roster" else holder.hk[:32])
    aad = lp("grant", ID, type or key.type, name or holder.name, holder.kind, header)
    first = header + gcm(part, key.secret, aad)
    admit = lp("admit", ID, key.type, holder.name, holder.kind, holder.pub, first)
    return first + hmac(ROSTER.admits, admit)


def granted(key, *holders):
    return {holder.name: grant(key, holder) for holder in holders}


def seal(value=b"hunter2", env="development", name="github_api_token", version=1, *, type=None,
         key=None, plain=None, nonce=None, vault=ID, first="value"):
    """The bytes of a sealed value; `plain` replaces the padded value."""
    type = type or ("development" if env in ("staging", "testing") else env)
    key, aad = key or KEYS[type], lp(first, vault, type, env, name, version)
    return b"\1" + key.fingerprint + gcm(key.seals, pad(value) if plain is None else plain, aad, nonce)


def line(env, sealed, version=1, more=""):
    sealed = sealed if isinstance(sealed, str) else b64(sealed)
    return f'{env} = {{ version = {version}, set = 2026-11-20, sealed = "{sealed}"{more} }}\n'


def vault(secrets, keys=None, holders=None, tail=""):
    """The text of a vault. `secrets`: key in the header to lines; `keys`: type to its grants."""
    keys = KEY_TABLES | (keys or {})
    out = '# Strongroom vault. Names are readable, values are sealed. Commit this file.\n\n'
    out += f'[strongroom]\nformat = 1\nid = "{ID.hex()}"\n\n[build]\ncheck = ["production"]\n\n'
    out += '[environments]\nstaging = "development"\ntesting = "development"\n\n'
    out += "".join(holder.table for holder in holders or (CI, DEV, LAPTOP, OWNER))
    for type, grants in keys.items():
        rows = "".join(f'{name} = "{b64(data)}"\n' for name, data in grants.items())
        out += f"[keys.{type}]\n{rows}\n" if rows else ""
    return out + "\n".join(f"[secrets.{name}]\n{rows}" for name, rows in secrets.items()) + tail


def flipped(data, at):
    """`data` with the lowest bit of one byte turned."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


CI_KEY, LAPTOP_KEY = bytes(range(0x40, 0x60)), seed("key of laptop")
PASSPHRASE = "correct horse battery staple"
AGE_SECRET = b"\x42" * 32  # AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZ…, the identity of age's own test vectors
AGE_PUBLIC = X25519PrivateKey.from_private_bytes(AGE_SECRET).public_key().public_bytes_raw()
AGE_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
ROSTER = data_key("roster", seed("roster key"))
KEYS = {type: data_key(type, seed(f"data key of {type}")) for type in TYPES}
KEYS["development"] = DEVELOPMENT = data_key("development", bytes(range(32)))
CI, OWNER = access("ci", CI_KEY), passphrase("owner", PASSPHRASE)
DEV, LAPTOP = public_key("dev", AGE_RECIPIENT), access("laptop", LAPTOP_KEY)
KEY_TABLES = {"roster": granted(ROSTER, OWNER)}
KEY_TABLES |= {"development": granted(DEVELOPMENT, CI, DEV, LAPTOP, OWNER)}
KEY_TABLES |= {type: granted(KEYS[type], LAPTOP, OWNER) for type in ("local", "preview")}
KEY_TABLES |= {"production": granted(KEYS["production"], CI, OWNER)}
FIRST = seal(b"hunter2", "staging", nonce=bytes(range(0xA0, 0xAC)))
LONG_VALUE = b"a value of just thirty-two bytes"
LONG = seal(LONG_VALUE)  # 101 bytes: its text has stray bits to set
GROUPED = seal(b"from a group", name="api-credentials/api-key")
BASE = vault({
    "github_api_token": 'about = "personal access token for deployments"\n' + line("development", LONG)
    + line("staging", FIRST) + line("production", seal(b"in production", "production")),
    '"api-credentials/api-key"': line("development", GROUPED),
})  # fmt: skip

# --- Cases: the ways to write one ---------------------------------------------------------------

FILES = {}
TOKEN, DEV_LINE = "github_api_token", line("development", GROUPED)
CI_TEXT, LAPTOP_TEXT = reader.key_text(CI_KEY, ID), reader.key_text(LAPTOP_KEY, ID)


def case(name, shows, expect, body, found=None, **header):
    """Adds one file, after the reader and opener gave the same answer."""
    header = {key.replace("_", "-"): value for key, value in header.items()}
    header = {"shows": shows, "expect": expect} | header
    body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogateescape")
    if (said := reader.judge(body, header)) != (expect, found):
        sys.exit(f"{name}: wanted {expect} {found}, and the second implementation says {said}")
    path = f"{'accepted' if expect in ('opens', 'reads') else 'refused'}/{name}.txt"
    assert path not in FILES, path
    lines = "".join(f"{key}: {value}".rstrip() + "\n" for key, value in header.items())
    FILES[path] = lines.encode() + b"\n" + body


def opens(name, shows, body, value=b"hunter2", env="development", secret=TOKEN, **key):
    key = key or {"access_key": CI_TEXT}
    case(name, shows, "opens", body, value, **key, secret=secret, environment=env, value_hex=value.hex())


def fails(expect, name, shows, body, env="development", secret=TOKEN, **key):
    case(name, shows, expect, body, **(key or {"access_key": CI_TEXT}), secret=secret, environment=env)


def one(sealed, env="development", version=1, name=TOKEN, more="", **parts):
    """A vault of one secret with one value."""
    return vault({name: line(env, sealed, version, more)}, **parts)


def edited(old, new):
    """The usual vault with one place edited; no `old` adds at the end. `⟵` marks the line to name."""
    assert old in BASE, old
    return BASE.replace(old, new, 1) if old else BASE + new


def refuse(reason, shows, edits):
    for name, (old, new) in edits.items():
        body = edited(old, new)
        changed = next((i for i, (a, b) in enumerate(zip(BASE, body)) if a != b), len(BASE))
        at = body.index("⟵") if "⟵" in body else changed
        where = {} if "∅" in body else {"line": body.count("\n", 0, at) + 1}
        body = body.replace("⟵", "").replace("∅", "")
        case(name, shows, "refused", body, reason, reason=reason, **where)


def secret(key, rows='about = "x"\n'):
    return "", f"\n[secrets.{key}]⟵\n{rows}"


def environment(key):
    return 'staging = "d', f'{key} = "development"⟵\nstaging = "d'


def holder(key, rows=None):
    rows = rows or f'kind = "access-key"\nkept = "{b64(CI.kept)}"\n'
    return "[holders.dev]", f"[holders.{key}]⟵\n{rows}\n[holders.dev]"


def value(sealed, **parts):
    return DEV_LINE, line("development", sealed, **parts)


# --- Cases: what opens, and what reads ----------------------------------------------------------


def values_that_open():
    opens("the-first-vector", "The worked example of the format, with a grant and a vault round it.",
          vault({TOKEN: line("staging", FIRST)}, {"development": granted(DEVELOPMENT, CI)}), env="staging")
    opens("an-access-key-opens-a-value-of-its-type", "An access key opens what it has a grant for.", BASE, LONG_VALUE)
    opens("a-named-environment-beats-its-type", "A value for a named environment beats its type's.", BASE, env="staging")
    opens("a-named-environment-falls-back-to-its-type", "Without its own value, a named environment has its type's.",
          BASE, LONG_VALUE, "testing")
    for short, type in reader.SHORT.items():
        opens(f"the-short-form-{short}-names-its-type", "A short form names a type; the seal has the type in full.",
              one(seal(env=type), type, keys={type: granted(KEYS[type], CI)}), env=short)
    for name, value in {
        "an-empty-value": b"", "a-value-of-31-bytes": b"x" * 31, "a-value-of-32-bytes": b"x" * 32,
        "a-value-of-33-bytes": b"x" * 33, "a-value-of-95-bytes": b"x" * 95, "a-value-of-4096-bytes": seed("4096", 4096),
        "a-value-that-is-not-utf-8": b"\xff\xfe\x00\x80raw", "a-value-in-unicode": "Schlüssel 鍵 🔑".encode(),
        "a-value-that-ends-in-zeros": b"zeros" + bytes(40), "a-value-of-31-zeros": bytes(31),
        "a-value-that-ends-as-padding-does": b"end\x80\0\0", "a-value-with-line-ends": b"-----BEGIN-----\r\nx\n\n",
    }.items():
        opens(name + "-opens", "A value is any bytes; its padding goes and nothing else does.", one(seal(value)), value)


def names_that_are_found():
    shows = "A name is found by any spelling; the seal has the spelling in the file."
    opens("another-spelling-finds-a-secret", shows, BASE, LONG_VALUE, secret="GitHubAPIToken")
    opens("a-dotted-name-opens", shows, one(seal(name="git.hub-Token"), name='"git.hub-Token"'), secret="github_token")
    opens("a-name-in-quotes-opens", shows, one(seal(), name="'github_api_token'"))
    opens("a-name-with-an-escape-opens", shows, one(seal(), name=r'"github\u005fapi_token"'))
    longest = "n" * 253
    opens("a-name-of-253-bytes-opens", "A name has at most 253 bytes.", one(seal(name=longest), name=longest), secret=longest)
    shows = "A name may be a group and a key, parted by `/`, which no other spelling leaves out."
    opens("a-name-in-a-group-opens", shows, BASE, b"from a group", secret="api-credentials/api-key")
    opens("another-spelling-finds-a-name-in-a-group", shows, BASE, b"from a group", secret="API_Credentials/ApiKey")
    fails("missing", "a-slash-is-no-part-of-a-spelling", shows, BASE, secret="api-credentials-api-key")


def holders_and_grants_that_open():
    for name, body, version in (
        ("the-highest-version", one(seal(version=2**31 - 1), version=2**31 - 1), ""),
        ("a-version-in-hexadecimal", one(seal(version=31), version="0x1F"), ""),
        ("a-version-with-underscores", one(seal(version=1000), version="1_000"), ""),
    ):
        opens(name + "-opens", "A version is a number from 1 to 2147483647, however TOML writes it.", body)
    for n in (7, 2**24 - 1):
        key = data_key("development", seed("of a later generation"), n)
        body = one(seal(key=key), keys={"development": granted(key, CI, OWNER)})
        opens(f"generation-{n}-opens", "A grant's header has the generation, 3 bytes from 1 up.", body)
    opens("the-first-of-two-holders-opens", "Every holder with a grant opens the value.", one(seal()))
    opens("the-second-of-two-holders-opens", "Every holder with a grant opens the value.", one(seal()), access_key=LAPTOP_TEXT)
    stale = {"development": {"ci": grant(NEXT, CI), "laptop": grant(DEVELOPMENT, LAPTOP)}}
    opens("a-stale-grant-beside-a-current-one-does-no-harm", "A grant of a lower generation is stale.", one(seal(key=NEXT), keys=stale))
    fails("no-grant", "a-holder-with-a-stale-grant-only-has-none", "A stale grant opens no value under the current data key.",
          one(seal(key=NEXT), keys=stale), access_key=LAPTOP_TEXT)
    fails("another-data-key", "a-value-left-behind-by-a-rotation", "A value under a stale data key counts as missing and is named.",
          one(seal(), keys=stale))
    rows = line("development", seal(key=NEXT)) + line("staging", seal(env="staging"))
    fails("another-data-key", "a-named-environment-left-behind-by-a-rotation", "It does not fall back to the value of its type.",
          vault({TOKEN: rows}, stale), env="staging")
    shows = "Opening values checks neither admissions nor `kept`: only changing holders and keys does."
    opens("a-grant-with-a-broken-admission-still-opens", shows, one(seal(), keys={"development": {"ci": flipped(grant(DEVELOPMENT, CI), -1)}}))
    opens("a-broken-kept-does-no-harm-to-opening", shows, BASE.replace(b64(CI.kept), b64(flipped(CI.kept, -1))), LONG_VALUE)
    opens("one-newline-after-an-access-key", "One newline may follow an access key.", BASE, LONG_VALUE, access_key=CI_TEXT + r"\n")


def passphrases():
    shows = "A passphrase is its UTF-8, through Argon2id with the holder's salt and costs."
    opens("a-passphrase-opens", shows, BASE, LONG_VALUE, passphrase=PASSPHRASE)
    umlaut = passphrase("owner", "f\u00fcnf gr\u00fcne \u00c4pfel")
    for name, who, words in (
        ("a-passphrase-at-the-default-costs-opens", passphrase("owner", PASSPHRASE, 65536, 3, 4), PASSPHRASE),
        ("a-passphrase-in-unicode-opens", umlaut, "f\u00fcnf gr\u00fcne \u00c4pfel"),
        ("the-second-passphrase-opens", passphrase("second", "another good passphrase"), "another good passphrase"),
    ):
        keys = {type: {} for type in KEY_TABLES} | {"development": granted(DEVELOPMENT, who)}
        holders = (OWNER, who) if who.name == "second" else (who,)
        opens(name, shows, one(seal(), keys=keys, holders=holders), passphrase=words)
    keys = {type: {} for type in KEY_TABLES} | {"development": granted(DEVELOPMENT, umlaut)}
    fails("wrong-passphrase", "a-passphrase-in-another-unicode-form", "A passphrase is used as typed, without normalisation.",
          one(seal(), keys=keys, holders=(umlaut,)), passphrase="fu\u0308nf gru\u0308ne A\u0308pfel")
    fails("wrong-passphrase", "a-wrong-passphrase", shows, BASE, passphrase="correct horse battery stapler")
    for name, old, new in (("memory", "memory_kib = 19456", "memory_kib = 19457"), ("passes", "passes = 2", "passes = 3"),
                           ("lanes", "lanes = 1", "lanes = 2"), ("salt", 'salt = "', 'salt = "A')):
        new = new if name != "salt" else f'salt = "{b64(seed("another salt", 16))}"'
        old = old if name != "salt" else f'salt = "{b64(OWNER.pub[:16])}"'
        fails("wrong-passphrase", f"a-passphrase-with-its-{name}-edited", shows, edited(old, new), passphrase=PASSPHRASE)
    for name, costs in (("most-memory", (1048576, 4, 16)), ("most-passes", (65536, 64, 1))):
        new = "memory_kib = {}\npasses = {}\nlanes = {}".format(*costs)
        reads(f"a-passphrase-with-the-{name}", "Memory to 1048576 KiB, passes to 64, lanes to 16, memory times passes to 4194304.",
              edited("memory_kib = 19456\npasses = 2\nlanes = 1", new))
    reads("sixteen-passphrases", "A vault has at most 16 holders with passphrases.", BASE + people(15))


def people(n):
    return "\n" + "".join(passphrase(f"person-{i + 2}", f"passphrase of person {i + 2}").table for i in range(n))


def reads(name, shows, body):
    case(name, shows, "reads", body)


def odd_files_that_read():
    minimal = f'[strongroom]\nformat = 1\nid = "{ID.hex()}"'
    reads("a-vault-with-nothing-in-it", "Only [strongroom] is required; the last line needs no line end.", minimal)
    reads("line-ends-of-windows", "TOML allows CRLF.", BASE.replace("\n", "\r\n"))
    reads("comments-everywhere", "Comments and blank lines are kept and mean nothing.",
          "".join(f"  {row}  # why\n\n# <<<<<<< not a conflict\n" for row in BASE.splitlines()))
    for name, old, new, shows in (
        ("a-secret-with-about-only", "", '\n[secrets.later]\nabout = "not set yet"\n', "A secret may be described before it has a value."),
        ("a-description-with-an-emoji", "for deployments", "for 👩‍🚀 — naïve 鍵", "Joiners and other alphabets are no control characters."),
        ("a-description-of-4096-bytes", "personal", "p" * 4063, "A string has at most 4096 bytes."),
        ("strings-in-other-quotes", '"personal access token for deployments"', "\'\'\'C:\\a \"b\"\'\'\'", "A string may be any kind of TOML string."),
        ("other-spacing-and-order", 'id = "', "\t id='".rstrip("'") + '="'[:0] + '"'[:0] + '', ""),
        ("an-environment-name-of-63-bytes", 'staging = "d', f'{"e" * 63} = "local"\nstaging = "d', "A name of an environment has at most 63 bytes."),
    ):
        pass
