"""A second implementation of the vault format: keys, a reader without a key, and an opener.

Written from the description of the format alone, with no look at the Rust crates, so what both accept
or both refuse says something. make.py holds every vector against `judge` before it writes one. The
reader names no lines, because Python's TOML parser gives none.
"""

import base64, datetime, functools, hashlib, hmac as hmac_, re, unicodedata

import tomli
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TYPES = ("development", "local", "preview", "production")
SHORT = {"dev": "development", "ephemeral": "preview", "pr": "preview", "prod": "production"}


def lp(*parts):
    """The one encoding of all that is authenticated or derived from: parts with their lengths."""
    out = b"strongroom/1"
    for part in parts:
        part = part.to_bytes(4, "big") if isinstance(part, int) else part
        part = part.encode() if isinstance(part, str) else part
        out += len(part).to_bytes(4, "big") + part
    return out


def hkdf(ikm, info, n, salt):
    return HKDF(hashes.SHA256(), n, salt, info).derive(ikm)


def hmac(key, message):
    return hmac_.digest(key, message, "sha256")


def gcm(key, plain, aad, nonce=None):
    """Nonce, ciphertext, tag. The nonce is a hash of all the rest, so none serves two texts."""
    nonce = nonce or hashlib.sha256(b"nonce" + key + lp(aad, plain)).digest()[:12]
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def pad(value):
    return value + b"\x80" + bytes(-(len(value) + 1) % 32)


@functools.cache
def argon2id(text, salt, m, t, p):
    return hash_secret_raw(text.encode(), salt, t, m, p, 32, Type.ID, 0x13)


def key_text(key, vault):
    """An access key as its holder has it."""
    start = b"strongroom_key_"
    check = hashlib.sha256(start + vault[:4] + key).digest()[:4]
    return (start + base64.b32encode(vault[:4] + key + check).lower()).decode()


class DataKey:
    """A data key of one type, or the roster key (type `roster`), in its generation."""

    def __init__(self, type, secret, generation, vault):
        okm = hkdf(secret, lp("data-key", type), 72, vault)
        self.type, self.secret, self.generation = type, secret, generation
        self.seals, self.fingerprint, self.admits = okm[:32], okm[32:40], okm[40:]


def age_file(text, public, file_key, share_secret, nonce):
    """An age file to one X25519 recipient, from the three things that age draws at random."""
    bare = lambda data: base64.b64encode(data).rstrip(b"=")
    ephemeral = X25519PrivateKey.from_private_bytes(share_secret)
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    wrap = hkdf(shared, b"age-encryption.org/v1/X25519", 32, share + public)
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> X25519 " + bare(share) + b"\n" + bare(body) + b"\n---"
    mac = hmac(hkdf(file_key, b"header", 32, b""), head)
    payload = ChaCha20Poly1305(hkdf(file_key, b"payload", 32, nonce))
    return head + b" " + bare(mac) + b"\n" + nonce + payload.encrypt(bytes(11) + b"\1", text, None)


class Refused(Exception):
    """The file is refused; the argument is the reason's code."""


def need(true, code):
    if not true:
        raise Refused(code)


RESERVED = {"deposits", "retired", "removed", "stores", "settings", "apps", "audit"}
NOT_ENVIRONMENTS = {*TYPES, *SHORT, "about", "due", "expires", "kind", "note", "set", "tags", "type",
                    "version"}  # fmt: skip
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HOLDER_KEYS = {"access-key": (), "passphrase": ("salt", "memory_kib", "passes", "lanes"),
               "age": ("recipient", "delivered")}  # fmt: skip


def fold(name):
    return re.sub("[_.-]", "", name).lower()


def walk(node, depth=0, limit=4096):
    need(depth <= 8, "too-deep")
    if isinstance(node, str):
        bad = any(unicodedata.category(c) == "Cc" or c in BIDI for c in node)
        need(not bad, "control-character")
        need(len(node.encode()) <= limit, "too-long")
    for key, child in node.items() if isinstance(node, dict) else ():
        walk(key)
        walk(child, depth + 1, {"delivered": 8192, "sealed": 1_500_000}.get(key, 4096))
    for child in node if isinstance(node, list) else ():
        walk(child, depth + 1)


def table(value, required=(), allowed=None):
    need(isinstance(value, dict), "wrong-shape")
    need(allowed is None or set(value) <= {*required, *allowed}, "unknown-key")
    need(set(required) <= set(value), "missing-key")
    return value


def text(value):
    need(isinstance(value, str), "wrong-shape")
    return value


def day(value):
    need(type(value) is datetime.date, "wrong-shape")


def number(value):
    need(type(value) in (int, float), "wrong-shape")
    need(type(value) is int and 1 <= value < 2**31, "number")


def binary(value, fits):
    need(re.fullmatch("[A-Za-z0-9_-]*", text(value)) and len(value) % 4 != 1, "base64")
    data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    need(b64(data) == value, "base64")
    need(fits(len(data)), "length")
    return data


def names(keys, longest, pattern="[A-Za-z0-9][A-Za-z0-9_.-]*"):
    seen = set()
    for key in keys:
        need(re.fullmatch(pattern, key) and len(key) <= longest, "bad-name")
        need(fold(key) not in seen, "two-spellings")
        seen.add(fold(key))


def read_value(value):
    table(value)
    need("sealed" in value or "store" in value, "missing-key")
    need(not {"sealed", "store"} <= value.keys(), "wrong-shape")
    where = ("sealed",) if "sealed" in value else ("store", "ref", "seal")
    table(value, ("version", "set", *where), ("expires", "due"))
    number(value["version"])
    day(value["set"])
    binary(value[where[-1]], (lambda n: n >= 37) if "sealed" in value else (lambda n: n == 37))


def read_holder(holder):
    kind = text(table(holder).get("kind", "")) or need(False, "missing-key")
    need(kind in HOLDER_KEYS, "unknown-kind")
    table(holder, ("kind", "kept", *HOLDER_KEYS[kind]), ("since",))
    binary(holder["kept"], lambda n: n == 69)
    day(holder.get("since", datetime.date.min))
    if kind == "passphrase":
        binary(holder["salt"], lambda n: n == 16)
        m, t, p = (holder[cost] for cost in ("memory_kib", "passes", "lanes"))
        [number(cost) for cost in (m, t, p)]
        need(19456 <= m <= 1048576 and 2 <= t <= 64 and p <= 16 and m * t <= 4194304, "costs")
    elif kind == "age":
        text(holder["recipient"]), binary(holder["delivered"], lambda n: n > 0)


def read_grants(rows, holders):
    """Checks one table of grants and gives the current fingerprint, if there is one."""
    seen = set()
    for name, grant in table(rows).items():
        need(name in holders, "unknown-holder")
        data = binary(grant, lambda n: n == 104)
        need(data[0] == 1, "length")
        seen.add((int.from_bytes(data[9:12], "big"), data[1:9]))
        need(data[9:12] != bytes(3), "number")
    top = {fingerprint for generation, fingerprint in seen if generation == max(seen)[0]}
    need(len(top) <= 1 and len({f for _, f in seen}) == len(seen), "two-data-keys")
    return top.pop() if top else None


def read(body):
    """What every reader checks, without any key; gives the document and the current fingerprints."""
    try:
        body = body.decode()
        need(not re.search(r"^(<{7}|\|{7}|>{7})( |\r?$)", body, re.M), "conflict-markers")
        doc = tomli.loads(body)
    except UnicodeDecodeError:
        raise Refused("not-utf8") from None
    except tomli.TOMLDecodeError as error:
        again = re.search("overwrite|twice|Duplicate", str(error))
        raise Refused("twice" if again else "not-toml") from None
    walk(doc)
    head = table(table(doc, ("strongroom",))["strongroom"], ("format",))
    need(type(head["format"]) is int, "wrong-shape")
    need(head["format"] == 1, "unknown-format")
    need(re.fullmatch("[0-9a-f]{32}", text(table(head, ("format", "id"), ())["id"])), "wrong-shape")
    parts = ("build", "environments", "holders", "keys", "secrets")
    table(doc, ("strongroom",), {*parts, *RESERVED})
    build, environments, holders, keys, secrets = (table(doc.get(part, {})) for part in parts)
    names(environments, 63)
    need(not NOT_ENVIRONMENTS & {fold(env) for env in environments}, "bad-name")
    need({text(type) for type in environments.values()} <= {*TYPES}, "unknown-type")
    check = table(build, (), ("check",)).get("check", [])
    need(isinstance(check, list) and all(isinstance(env, str) for env in check), "wrong-shape")
    need({*check} <= {*TYPES, *environments}, "unknown-environment")
    names(holders, 63)
    [read_holder(holder) for holder in holders.values()]
    need(len(holders) <= 1000, "too-many")
    need([holder["kind"] for holder in holders.values()].count("passphrase") <= 16, "too-many")
    table(keys, (), {*TYPES, "roster"})
    current = {type: read_grants(rows, holders) for type, rows in keys.items()}
    names(secrets, 253, "[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)?")
    for secret in secrets.values():
        text(table(secret).get("about", ""))
        for env in secret.keys() - {"about"}:
            known = env in TYPES or env in environments
            need(known or not isinstance(secret[env], str), "unknown-key")
            need(known, "unknown-environment")
            read_value(secret[env])
    return doc, current


def opened(part, data, aad, at):
    try:
        return AESGCM(part).decrypt(data[at : at + 12], data[at + 12 :], aad)
    except InvalidTag:
        return None


def open_grant(doc, vault_id, type, name, h):
    """The data key that a holder key finds in one grant, or nothing."""
    data = base64.urlsafe_b64decode(doc["keys"].get(type, {}).get(name, "") + "=")
    aad = lp("grant", vault_id, type, name, doc["holders"][name]["kind"], data[:12])
    secret = data and opened(hkdf(h, lp("holder-key"), 96, vault_id)[:32], data[:72], aad, 12)
    key = DataKey(type, secret, 0, vault_id) if secret else None
    return key if key and key.fingerprint == data[1:9] and data[0] == 1 else None


def read_mine(body, environments):
    """A developer's own values: nothing but sealed values of `local` and its named environments."""
    try:
        doc = tomli.loads(body)
    except tomli.TOMLDecodeError:
        raise Refused("not-toml") from None
    walk(doc)
    secrets = table(table(doc, (), ("secrets",)).get("secrets", {}))
    names(secrets, 253, "[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)?")
    for secret in secrets.values():
        text(table(secret).get("about", ""))
        for env in secret.keys() - {"about"}:
            need(env in TYPES or env in environments, "unknown-environment")
            read_value(secret[env])
            need(environments.get(env, env) == "local", "not-local")
            need("sealed" in secret[env], "wrong-shape")
    return secrets


def judge(body, header):
    """What the opener says: a word for `expect`, and the reason or the value."""
    try:
        doc, current = read(body)
        own = read_mine(header.get("mine", "").replace(r"\n", "\n"), doc.get("environments", {}))
    except Refused as refused:
        return "refused", refused.args[0]
    if "secret" not in header:
        return "reads", None
    vault_id, holders, hs = bytes.fromhex(doc["strongroom"]["id"]), doc["holders"], {}
    if at_hand := header.get("access-key"):
        match = re.fullmatch("strongroom_key_([a-z2-7]{64})\n?", at_hand.replace(r"\n", "\n"))
        data = base64.b32decode(match[1].upper()) if match else b""
        if not match or key_text(data[4:36], data[:4]) != at_hand.replace(r"\n", ""):
            return "mistyped-key", None
        if data[:4] != vault_id[:4]:
            return "another-vault-key", None
        h = hkdf(data[4:36], lp("access-key"), 32, vault_id)
        hs = {name: h for name, holder in holders.items() if holder["kind"] == "access-key"}
    for name, holder in holders.items() if not at_hand else ():
        if holder["kind"] == "passphrase":
            salt = base64.urlsafe_b64decode(holder["salt"] + "==")
            costs = holder["memory_kib"], holder["passes"], holder["lanes"]
            raw = argon2id(header["passphrase"], salt, *costs)
            hs[name] = hkdf(raw, lp("passphrase"), 32, vault_id)
    env = SHORT.get(header["environment"], header["environment"])
    type = env if env in TYPES else doc["environments"][env]
    for label, secrets in ("mine", own if type == "local" else {}), ("value", doc["secrets"]):
        name = next((n for n in secrets if fold(n) == fold(header["secret"])), None)
        found = next((e for e in (env, type) if e in secrets.get(name, {})), None)
        if found:
            break
    else:
        return "missing", None
    env, value = found, secrets[name][found]
    sealed = base64.urlsafe_b64decode(value["sealed"] + "=" * (-len(value["sealed"]) % 4))
    if sealed[1:9] != current.get(type):
        return "another-data-key", None
    found = [open_grant(doc, vault_id, type, holder, h) for holder, h in hs.items()]
    key = next((key for key in found if key and key.fingerprint == current[type]), None)
    if not key:
        some = any(open_grant(doc, vault_id, t, n, hs[n]) for t in doc["keys"] for n in hs)
        return "no-grant" if some else "wrong-key" if at_hand else "wrong-passphrase", None
    aad = lp(label, vault_id, type, env, name, value["version"])
    plain = opened(key.seals, sealed, aad, 9) if sealed[0] == 1 else None
    bare = (plain or b"").rstrip(b"\0")
    good = plain and len(plain) % 32 == 0 and bare.endswith(b"\x80") and len(plain) - len(bare) < 32
    return ("opens", bare[:-1]) if good else ("altered", None)
