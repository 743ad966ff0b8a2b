"""What the vectors are built of: a small vault, its keys and holders, and the writers of cases.

Every vault here has the id, the key of development and the access key of the format's worked example.
Nonces and other keys are hashes, so that the files never change; a real vault draws them at random.
"""

import base64, dataclasses, hashlib, sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from age import age_file
from format import TYPES, DataKey, argon2id, b64, gcm, hkdf, hmac, key_text, lp, pad
from opener import judge

ID = bytes.fromhex("5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d")


def seed(label, n=32):
    """`n` bytes that look random and are always the same for one label."""
    return hashlib.shake_256(b"strongroom vectors: " + label.encode()).digest(n)


def data_key(type, secret, generation=1, vault=ID):
    return DataKey(type, secret, generation, vault)


@dataclasses.dataclass
class Holder:
    name: str
    kind: str
    pub: bytes  # the part PUB
    h: bytes  # the holder key H
    lines: str  # the lines of [holders.NAME] that belong to its kind

    @property
    def hk(self):
        return hkdf(self.h, lp("holder-key"), 96, ID)

    @property
    def kept(self):
        aad = lp("kept", ID, self.name, self.kind, self.pub)
        return b"\1" + ROSTER.fingerprint + gcm(ROSTER.seals, self.h, aad)

    @property
    def table(self):
        kept = b64(self.kept)
        return f'[holders.{self.name}]\nkind = "{self.kind}"\n{self.lines}kept = "{kept}"\n\n'


def access(name, key):
    return Holder(name, "access-key", b"", hkdf(key, lp("access-key"), 32, ID), "")


def passphrase(name, text, m=19456, t=2, p=1):
    salt = seed(f"salt of {name}", 16)
    pub = salt + b"".join(n.to_bytes(4, "big") for n in (m, t, p))
    lines = f'salt = "{b64(salt)}"\nmemory_kib = {m}\npasses = {t}\nlanes = {p}\n'
    h = hkdf(argon2id(text, salt, m, t, p), lp("passphrase"), 32, ID)
    return Holder(name, "passphrase", pub, h, lines)


def public_key(name, recipient):
    h = seed(f"holder key of {name}")
    drawn = seed(f"file key of {name}", 16), seed(f"share of {name}"), seed(f"nonce of {name}", 16)
    delivered = b64(age_file(lp("delivered", ID, name, h), AGE_RECIPIENT, *drawn))
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


def rows(grants):
    return "".join(f'{name} = "{b64(data)}"\n' for name, data in grants.items())


def vault(secrets, keys=None, holders=None):
    """The text of a vault. `secrets`: key in the header to lines; `keys`: type to its grants."""
    keys = KEY_TABLES | (keys or {})
    out = '# Strongroom vault. Names are readable, values are sealed. Commit this file.\n\n'
    out += f'[strongroom]\nformat = 1\nid = "{ID.hex()}"\n\n[build]\ncheck = ["production"]\n\n'
    out += '[environments]\nstaging = "development"\ntesting = "development"\n\n'
    out += "".join(holder.table for holder in holders or (CI, DEV, LAPTOP, OWNER))
    for type, grants in keys.items():
        out += f"[keys.{type}]\n{rows(grants)}\n" if grants else ""
    return out + "\n".join(f"[secrets.{name}]\n{lines}" for name, lines in secrets.items())


def reference(store, ref, settings, name, env="development", version=1, *, type=None, key=None, vault=ID):
    """The seal of a reference; `settings` are the store's, as dotted paths and tagged texts."""
    flat = [part for pair in sorted(settings.items()) for part in pair]
    type = type or env
    key, aad = key or KEYS[type], lp("reference", vault, type, env, name, version, store, ref, *flat)
    return b"\1" + key.fingerprint + gcm(key.seals, b"", aad)


def stray(text):
    """The text with the last bit set, which belongs to no byte."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) | 1]


def flipped(data, at):
    """`data` with the lowest bit of one byte turned."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


CI_KEY, LAPTOP_KEY = bytes(range(0x40, 0x60)), seed("key of laptop")
PASSPHRASE = "correct horse battery staple"
AGE_SECRET = b"\x42" * 32  # AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZ…, the identity of age's own test vectors
AGE_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
ROSTER = data_key("roster", seed("roster key"))
KEYS = {type: data_key(type, seed(f"data key of {type}")) for type in TYPES}
KEYS["development"] = DEVELOPMENT = data_key("development", bytes(range(32)))
NEXT = data_key("development", seed("after a rotation"), 2)
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
DELIVERED = base64.urlsafe_b64decode(DEV.lines.split('"')[3] + "==")
SALT = b64(OWNER.pub[:16])
SSH = Ed25519PrivateKey.from_private_bytes(seed("ssh key")).public_key().public_bytes_raw()
SSH = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", SSH))
SSH = "ssh-ed25519 " + base64.b64encode(SSH).decode()
SETTINGS = {"kind": "s:kubernetes", "namespace": "s:shop"}
SEAL = reference("cluster", "api-credentials/stripe", SETTINGS, "stripe_api_key")
PLACE = 'store = "cluster", ref = "api-credentials/stripe"'
REFERENCE = f'''
[secrets.stripe_api_key]
development = {{ version = 1, set = 2026-11-20, {PLACE}, seal = "{b64(SEAL)}" }}

[stores.cluster]
kind = "kubernetes"
namespace = "shop"
'''

# --- The ways to write a case -------------------------------------------------------------------

FILES = {}
TOKEN, DEV_LINE = "github_api_token", line("development", GROUPED)
CI_TEXT, LAPTOP_TEXT = key_text(CI_KEY, ID), key_text(LAPTOP_KEY, ID)


def case(name, shows, expect, body, found=None, **header):
    """Adds one file, if the second implementation says the same of it."""
    header = {"shows": shows, "expect": expect} | {key.replace("_", "-"): header[key] for key in header}
    body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogateescape")
    if (said := judge(body, header)) != (expect, found):
        sys.exit(f"{name}: wanted {expect} {found}, and the second implementation says {said}")
    path = f"{'accepted' if expect in ('opens', 'reads', 'fits') else 'refused'}/{name}.txt"
    assert path not in FILES, path
    lines = "".join(f"{key}: {value}".rstrip() + "\n" for key, value in header.items())
    FILES[path] = lines.encode() + b"\n" + body


def opens(name, shows, body, value=b"hunter2", env="development", secret=TOKEN, **key):
    key = key or {"access_key": CI_TEXT}
    case(name, shows, "opens", body, value, **key, secret=secret, environment=env, value_hex=value.hex())


def fails(expect, name, shows, body, env="development", secret=TOKEN, **key):
    case(name, shows, expect, body, **(key or {"access_key": CI_TEXT}), secret=secret, environment=env)


def reads(name, shows, body):
    case(name, shows, "reads", body)


def one(sealed, env="development", version=1, name=TOKEN, **parts):
    """A vault of one secret with one value."""
    return vault({name: line(env, sealed, version)}, **parts)


def edited(old, new):
    """The usual vault with one place edited; an empty `old` adds at the end."""
    assert old in BASE, old
    return BASE.replace(old, new, 1) if old else BASE + new


def refuse(reason, shows, edits):
    """Files refused for one reason. The line to name is the one with `⟵`, else the first edited; `∅`: none."""
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


def holder(key, rows=f'kind = "access-key"\nkept = "{b64(CI.kept)}"\n'):
    return "[holders.dev]", f"[holders.{key}]⟵\n{rows}\n[holders.dev]"


def value(sealed, version=1, more=""):
    return DEV_LINE, line("development", sealed, version, more)


def people(n):
    tables = (passphrase(f"person-{i}", f"passphrase of person {i}").table for i in range(1, n + 1))
    return "\n" + "".join(tables)


# --- Intermediate values ------------------------------------------------------------------------


def primitives():
    """Lines `name: hex`, in the order in which a second implementer needs them."""
    out = {"vault-id": ID}
    out |= {"lp-of-nothing": lp(), "lp-of-an-empty-part": lp(b""), "lp-of-a-text-and-a-number": lp("value", 3)}
    for name, v in ("nothing", b""), ("hunter2", b"hunter2"), ("31-bytes", b"x" * 31), ("32-bytes", b"x" * 32):
        out[f"pad-of-{name}"] = pad(v)
    for name, key in ("development", DEVELOPMENT), ("roster", ROSTER):
        okm = hkdf(key.secret, lp("data-key", name), 72, ID)
        out |= {f"{name}-key": key.secret, f"{name}-info": lp("data-key", name), f"{name}-okm": okm,
                f"{name}-seals": key.seals, f"{name}-fingerprint": key.fingerprint}  # fmt: skip
    out |= {"roster-admits": ROSTER.admits}
    place = lp("value", ID, "development", "staging", TOKEN, 1)
    out |= {"value-authenticated": place, "value-nonce": FIRST[9:21], "value-bytes": FIRST}
    out |= {"access-key": CI_KEY, "access-key-text": CI_TEXT.encode(), "access-key-info": lp("access-key"),
            "access-key-H": CI.h, "access-key-hk-info": lp("holder-key"), "access-key-hk": CI.hk}  # fmt: skip
    for name, who in ("lowest", OWNER), ("default", passphrase("owner", PASSPHRASE, 65536, 3, 4)):
        costs = [int.from_bytes(who.pub[i : i + 4], "big") for i in (16, 20, 24)]
        out |= {f"passphrase-{name}-text": PASSPHRASE.encode(), f"passphrase-{name}-salt": who.pub[:16],
                f"passphrase-{name}-argon2id": argon2id(PASSPHRASE, who.pub[:16], *costs),
                f"passphrase-{name}-H": who.h, f"passphrase-{name}-hk": who.hk,
                f"passphrase-{name}-PUB": who.pub}  # fmt: skip
    row, roster = grant(DEVELOPMENT, CI), grant(ROSTER, OWNER)
    place = "development", "ci", "access-key"
    out |= {"grant-header": row[:12], "grant-authenticated": lp("grant", ID, *place, row[:12]),
            "grant-nonce": row[12:24], "grant-bytes": row, "roster-grant-bytes": roster,
            "admission-message": lp("admit", ID, *place, b"", row[:72]),
            "admission": row[72:]}  # fmt: skip
    message = lp("admit", ID, "roster", "owner", "passphrase", OWNER.pub, roster[:72])
    out |= {"admission-of-a-passphrase-message": message, "admission-of-a-passphrase": roster[72:]}
    for who in (CI, OWNER, DEV):
        out |= {f"kept-of-{who.name}-authenticated": lp("kept", ID, who.name, who.kind, who.pub),
                f"kept-of-{who.name}-nonce": who.kept[9:21], f"kept-of-{who.name}-bytes": who.kept}  # fmt: skip
    out |= {"age-identity": AGE_SECRET, "age-recipient-text": AGE_RECIPIENT.encode(), "delivered-H": DEV.h,
            "delivered-plaintext": lp("delivered", ID, "dev", DEV.h), "delivered-age-file": DELIVERED}  # fmt: skip
    typed = {"kind": "s:kubernetes", "retries": "i:3", "tls.verify": "b:true", "zones": "a:1", "zones.0": "s:eu"}
    parts = [part for pair in sorted(typed.items()) for part in pair]
    place = lp("reference", ID, "development", "development", "a", 1, "cluster", "b/c", *parts)
    out |= {"reference-authenticated": place, "reference-seal": reference("cluster", "b/c", typed, "a")}
    return "".join(f"{name}: {data.hex()}".rstrip() + "\n" for name, data in out.items()).encode()
