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
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from age import age_open, unbech32

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


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pad(value):
    return value + b"\x80" + bytes(-(len(value) + 1) % 32)


def code(digest):
    """What two people compare: the first 80 bits as 16 letters and digits."""
    return base64.b32encode(digest[:10]).decode().lower()


def deposit_code(vault, file):
    return code(hashlib.sha256(lp("deposit-code", vault, file)).digest())


@functools.cache
def argon2id(text, salt, m, t, p):
    return hash_secret_raw(text.encode(), salt, t, m, p, 32, Type.ID, 0x13)


def key_text(key, vault, prefix="key"):
    """An access key as its holder has it, or an unlocked key as its file has it."""
    start = f"strongroom_{prefix}_".encode()
    check = hashlib.sha256(start + vault[:4] + key).digest()[:4]
    return (start + base64.b32encode(vault[:4] + key + check).lower().rstrip(b"=")).decode()


class DataKey:
    """A data key of one type, or the roster key (type `roster`), in its generation."""

    def __init__(self, type, secret, generation, vault):
        okm = hkdf(secret, lp("data-key", type), 72, vault)
        self.type, self.secret, self.generation = type, secret, generation
        self.seals, self.fingerprint, self.admits = okm[:32], okm[32:40], okm[40:]


class Refused(Exception):
    """The file is refused; the argument is the reason's code."""


def need(true, code):
    if not true:
        raise Refused(code)


RESERVED = {"stores", "settings", "apps", "audit"}
NAME = "[A-Za-z0-9][A-Za-z0-9_.-]*"
SECRET = f"{NAME}(/[A-Za-z0-9_.-]+)?"
PUBLIC = "[A-Za-z0-9]+"  # of a deposit key
NOT_ENVIRONMENTS = {*TYPES, *SHORT, "about", "due", "expires", "kind", "note", "set", "tags", "type",
                    "version"}  # fmt: skip
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HOLDER_KEYS = {"access-key": (), "passphrase": ("salt", "memory_kib", "passes", "lanes"),
               "age": ("recipient", "delivered")}  # fmt: skip


def fold(name):
    return re.sub("[_.-]", "", name).lower()


def walk(node, depth=0):
    """Checks what holds for everything in the file, skipped or not."""
    need(depth <= 8, "too-deep")
    if isinstance(node, str):
        bad = any(unicodedata.category(c) == "Cc" or c in BIDI for c in node)
        need(not bad, "control-character")
    for key, child in node.items() if isinstance(node, dict) else ():
        walk(key)
        walk(child, depth + 1)
    for child in node if isinstance(node, list) else ():
        walk(child, depth + 1)


def table(value, required=(), allowed=None):
    need(isinstance(value, dict), "wrong-shape")
    need(allowed is None or set(value) <= {*required, *allowed}, "unknown-key")
    need(set(required) <= set(value), "missing-key")
    return value


def text(value, longest=4096):
    need(isinstance(value, str), "wrong-shape")
    need(len(value.encode()) <= longest, "too-long")
    return value


def day(value):
    need(type(value) is datetime.date, "wrong-shape")


def number(value):
    need(type(value) in (int, float), "wrong-shape")
    need(type(value) is int and 1 <= value < 2**31, "number")


def binary(value, fits, longest=float("inf")):
    need(re.fullmatch("[A-Za-z0-9_-]*", text(value, longest)) and len(value) % 4 != 1, "base64")
    data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    need(b64(data) == value, "base64")
    need(fits(len(data)), "length")
    return data


def names(keys, longest, pattern=NAME):
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
    binary(value[where[-1]], (lambda n: 37 <= n <= 1_048_645) if "sealed" in value else (lambda n: n == 37))
    due = value.get("due", [])
    need(isinstance(due, list), "wrong-shape")
    [names([text(name)], 63) for name in due]
    need(len(due) <= 10_000, "too-many")


def read_holder(holder):
    kind = text(table(holder).get("kind", "")) or need(False, "missing-key")
    need(kind in HOLDER_KEYS, "unknown-kind")
    table(holder, ("kind", "kept", *HOLDER_KEYS[kind]), ("since", "vouch"))
    binary(holder["kept"], lambda n: n == 69)
    binary(holder.get("vouch", b64(bytes(32))), lambda n: n == 32)
    day(holder.get("since", datetime.date.min))
    if kind == "passphrase":
        binary(holder["salt"], lambda n: n == 16)
        m, t, p = (holder[cost] for cost in ("memory_kib", "passes", "lanes"))
        [number(cost) for cost in (m, t, p)]
        need(19456 <= m <= 1048576 and 2 <= t <= 64 and p <= 16 and m * t <= 4194304, "costs")
    elif kind == "age":
        text(holder["recipient"]), binary(holder["delivered"], lambda n: n > 0, 8192)


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


def read_deposits(deposits, environments):
    """Checks the deposit keys of each type, the older ones, and the deposits that wait."""
    table(deposits, (), {*TYPES, "older", "waiting"})
    for type in deposits.keys() & {*TYPES}:
        half = table(deposits[type], ("public", "private"), ())
        need(re.fullmatch(PUBLIC, text(half["public"])), "wrong-shape")
        binary(half["private"], lambda n: n == 111)
    older, waiting = (table(deposits.get(part, {})) for part in ("older", "waiting"))
    for public, half in older.items():
        need(re.fullmatch(PUBLIC, public), "wrong-shape")
        table(half, ("type", "private"), ())
        need(text(half["type"]) in TYPES, "unknown-type")
        binary(half["private"], lambda n: n == 111)
    for code, deposit in waiting.items():
        need(re.fullmatch("[a-z2-7]{16}", code), "wrong-shape")
        table(deposit, ("name", "environment", "left", "sealed"), ("replaces",))
        names([text(deposit["name"])], 253, SECRET)
        need(text(deposit["environment"]) in {*TYPES, *environments}, "unknown-environment")
        day(deposit["left"]), number(deposit.get("replaces", 1))
        binary(deposit["sealed"], lambda n: 0 < n <= 1_179_648)
    need(len(older) <= 64 and len(waiting) <= 1000, "too-many")


def read_leavings(retired, removed):
    """Checks what is left of earlier data keys and of holders who were removed."""
    for keys in table(retired, (), {*TYPES}).values():
        for fingerprint, key in table(keys).items():
            need(re.fullmatch("[0-9a-f]{16}", fingerprint), "wrong-shape")
            binary(key, lambda n: n == 69)
        need(len(keys) <= 16, "too-many")
    names(removed, 63)
    for holder in removed.values():
        day(table(holder, ("on",), ())["on"])
    need(len(removed) <= 10_000, "too-many")


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
    parts = ("build", "environments", "holders", "keys", "secrets", "deposits", "retired", "removed")
    table(doc, ("strongroom",), {*parts, *RESERVED})
    build, environments, holders, keys, secrets, *rest = (table(doc.get(part, {})) for part in parts)
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
    read_deposits(rest[0], environments)
    read_leavings(*rest[1:])
    names(secrets, 253, SECRET)
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


def unpad(plain):
    bare = plain.rstrip(b"\0")
    if not plain or len(plain) % 32 or not bare.endswith(b"\x80") or len(plain) - len(bare) > 31:
        raise Answer("altered")
    return bare[:-1]


def open_grant(doc, vault_id, type, name, hk):
    """The data key that the parts of a holder key find in one grant, or nothing."""
    data, part = unb64(doc["keys"].get(type, {}).get(name, "")), hk[32:64] if type == "roster" else hk[:32]
    aad = lp("grant", vault_id, type, name, doc["holders"][name]["kind"], data[:12])
    secret = data and any(part) and opened(part, data[:72], aad, 12)
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
    names(secrets, 253, SECRET)
    for secret in secrets.values():
        text(table(secret).get("about", ""))
        for env in secret.keys() - {"about"}:
            need(env in TYPES or env in environments, "unknown-environment")
            read_value(secret[env])
            need(environments.get(env, env) == "local", "not-local")
            need("sealed" in secret[env], "wrong-shape")
    return secrets


class Answer(Exception):
    """What the opener says in place of a value: a word for `expect`, and what of it is not in the vector."""


def payload(prefix, text, vault_id):
    """The bytes of a key's text between its vault and its checksum: 32 of an access key, 64 of an unlocked key."""
    n = {"key": 64, "unlocked": 116}[prefix]
    match = re.fullmatch(f"strongroom_{prefix}_([a-z2-7]{{{n}}})", text)
    data = base64.b32decode(match[1].upper() + "=" * (-n % 8)) if match else b""
    if not match or key_text(data[4:-4], data[:4], prefix) != text:
        raise Answer("mistyped-key")
    if data[:4] != vault_id[:4]:
        raise Answer("another-vault-key")
    return data[4:-4]


class Opener:
    """Opens what a vault holds with the key at hand."""

    def __init__(self, doc, current, header):
        self.doc, self.current, self.id = doc, current, bytes.fromhex(doc["strongroom"]["id"])
        self.hs, self.hks = {}, {}  # by holder, of everybody whose key it could be
        self.wrong = "wrong-passphrase" if "passphrase" in header else "wrong-key"
        self.take(header)
        self.hks |= {name: hkdf(h, lp("holder-key"), 96, self.id) for name, h in self.hs.items()}

    def take(self, header):
        """Takes the key at hand."""
        of_kind = lambda *kinds: {n: who for n, who in self.doc.get("holders", {}).items() if who["kind"] in kinds}
        if "access-key" in header:
            text = header["access-key"].replace(r"\n", "\n")
            key = payload("key", text[:-1] if text.endswith("\n") else text, self.id)
            self.hs = dict.fromkeys(of_kind("access-key"), hkdf(key, lp("access-key"), 32, self.id))
        elif "unlocked" in header:
            parts = payload("unlocked", header["unlocked"], self.id)
            self.hks = dict.fromkeys(of_kind("passphrase", "age"), parts[:32] + bytes(32) + parts[32:])
        elif "passphrase" in header:
            for name, who in of_kind("passphrase").items():
                costs = who["memory_kib"], who["passes"], who["lanes"]
                raw = argon2id(header["passphrase"], unb64(who["salt"]), *costs)
                self.hs[name] = hkdf(raw, lp("passphrase"), 32, self.id)
        elif "identity" in header:
            secret = unbech32("age-secret-key-", header["identity"].lower())
            for name, who in of_kind("age").items():
                inside = age_open(unb64(who["delivered"]), secret)
                if inside is not None and (len(inside) < 32 or inside != lp("delivered", self.id, name, inside[-32:])):
                    raise Answer("altered")
                self.hs |= {name: inside[-32:]} if inside else {}

    def is_holder(self, name):
        return any(open_grant(self.doc, self.id, type, name, self.hks[name]) for type in self.doc.get("keys", ()))

    def key(self, type):
        """The type's current data key."""
        found = (open_grant(self.doc, self.id, type, name, hk) for name, hk in self.hks.items())
        if key := next((key for key in found if key and key.fingerprint == self.current.get(type)), None):
            return key
        raise Answer("no-grant" if any(map(self.is_holder, self.hks)) else self.wrong)

    def under(self, type, data, *aad, key=None):
        """What is inside bytes that lie under the type's current data key, or under the given one."""
        if data[1:9] != (key.fingerprint if key else self.current.get(type)):
            raise Answer("another-data-key")
        inside = opened((key or self.key(type)).seals, data, lp(*aad), 9) if data[0] == 1 else None
        if inside is None:
            raise Answer("altered")
        return inside

    def value(self, own, wanted, env, key=None):
        """A value under the current data key of its type, or under the retired one that is given."""
        env = SHORT.get(env, env)
        type = env if env in TYPES else self.doc["environments"][env]
        for label, secrets in ("mine", own if type == "local" else {}), ("value", self.doc["secrets"]):
            name = next((n for n in secrets if fold(n) == fold(wanted)), None)
            if place := next((e for e in (env, type) if e in secrets.get(name, {})), None):
                value = secrets[name][place]
                where = self.id, type, place, name, value["version"]
                return unpad(self.under(type, unb64(value["sealed"]), label, *where, key=key))
        raise Answer("missing")

    def retired(self, type, fingerprint):
        """A retired data key of a type."""
        data, name = self.find("retired", type, fingerprint), bytes.fromhex(fingerprint)
        key = DataKey(type, self.under(type, unb64(data), "retired", self.id, type, name), 0, self.id)
        if key.fingerprint != name:
            raise Answer("altered")
        return key

    def deposit_key(self, which):
        """The private half of a type's deposit key, or of the older one with a public half."""
        half = self.find("deposits", *([which] if which in TYPES else ["older", which]))
        type, public = half.get("type", which), half.get("public", which)
        inside = self.under(type, unb64(half["private"]), "deposit-key", self.id, type, public)
        if not unbech32("age-secret-key-", inside.decode("latin-1").lower()):
            raise Answer("altered")
        return inside

    def deposit(self, code):
        found = self.find("deposits", "waiting", code)
        file, env = unb64(found["sealed"]), found["environment"]
        if deposit_code(self.id, file) != code:
            raise Answer("another-code")
        type = env if env in TYPES else self.doc["environments"][env]
        olders = self.doc["deposits"].get("older", {}).items()
        inside, answers = None, []
        for which in [type, *(public for public, half in olders if half["type"] == type)]:
            try:
                secret = unbech32("age-secret-key-", self.deposit_key(which).decode().lower())
                inside = inside or age_open(file, secret)
            except Answer as answer:
                answers.append(answer)
        if inside is None and answers:
            raise answers[0]
        inside = unpad(inside or b"")
        place = lp("deposit", self.id, type, env, found["name"], found.get("replaces", 0))
        value = inside[len(place) + 4 :]
        if inside != place + lp(value)[len(lp()) :] or len(value) > 1 << 20:
            raise Answer("altered", "place")
        return value

    def vouch(self, name):
        """Whether a holder's word is for the deposit keys that are there."""
        if name not in self.hks or not self.is_holder(name):
            raise Answer(self.wrong)
        vouch, key = self.find("holders", name, "vouch"), self.hks[name][64:]
        halves = {type: half["public"] for type, half in self.doc.get("deposits", {}).items() if type in TYPES}
        parts = [part for pair in sorted(halves.items()) for part in pair]
        fits = unb64(vouch) == hmac(key, lp("vouch", self.id, name, *parts))
        raise Answer("vouched" if fits else "not-vouched")

    def delivered(self, name):
        """What an age file delivers to a holder."""
        if name not in self.hs:
            raise Answer(self.wrong)
        return self.hs[name]

    def find(self, *path):
        found = self.doc
        for key in path:
            if key not in found:
                raise Answer("missing")
            found = found[key]
        return found


def judge(body, header):
    """What the opener says: a word for `expect`, and the reason or the value."""
    try:
        doc, current = read(body)
        own = read_mine(header.get("mine", "").replace(r"\n", "\n"), doc.get("environments", {}))
    except Refused as refused:
        return "refused", refused.args[0]
    try:
        opener = Opener(doc, current, header)
        if "secret" in header:
            key = opener.retired(*header["retired"].split(" ")) if "retired" in header else None
            return "opens", opener.value(own, header["secret"], header["environment"], key)
        for what in ("deposit-key", "deposit", "vouch", "delivered"):
            if what in header:
                return "opens", getattr(opener, what.replace("-", "_"))(header[what])
    except Answer as answer:
        return (*answer.args, None)[:2]
    return "reads", None
