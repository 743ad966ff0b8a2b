"""The second implementation opens what is in a vault with the key at hand."""

import base64, re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from age import age_open, unbech32
from format import SHORT, TYPES, DataKey, argon2id, deposit_code, hkdf, hmac, key_text, lp, unb64
from reader import Refused, fold, read, read_mine, settings


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
        types = doc.get("keys", {})
        opens = lambda name: any(open_grant(doc, self.id, type, name, self.hks[name]) for type in types)
        self.holder = next((name for name in self.hks if opens(name)), None)

    def take(self, header):
        """Takes the key at hand."""
        holders = sorted(self.doc.get("holders", {}).items())
        of_kind = lambda *kinds: {name: who for name, who in holders if who["kind"] in kinds}
        if "access-key" in header:
            text = header["access-key"].replace(r"\n", "\n")
            key = payload("key", text[:-1] if text.endswith("\n") else text, self.id)
            self.hs = dict.fromkeys(of_kind("access-key"), hkdf(key, lp("access-key"), 32, self.id))
        elif "unlocked" in header:
            parts = payload("unlocked", header["unlocked"], self.id)
            self.hks = dict.fromkeys(of_kind("passphrase", "age"), parts[:32] + bytes(32) + parts[32:])
        elif "passphrase" in header:
            for name, who in [*of_kind("passphrase").items()][:4]:
                costs = who["memory_kib"], who["passes"], who["lanes"]
                raw = argon2id(header["passphrase"], unb64(who["salt"]), *costs)
                self.hs[name] = hkdf(raw, lp("passphrase"), 32, self.id)
        elif "identity" in header:
            secret = unbech32("age-secret-key-", header["identity"].lower())
            for name, who in of_kind("age").items():
                inside = age_open(unb64(who["delivered"]), secret)
                if inside is not None and (len(inside) < 32 or inside != lp("delivered", self.id, name, inside[-32:])):
                    raise Answer("altered")
                if inside is not None:
                    self.hs = {name: inside[-32:]}
                    break

    def key(self, type):
        """The type's current data key."""
        if not self.holder:
            raise Answer(self.wrong)
        key = open_grant(self.doc, self.id, type, self.holder, self.hks[self.holder])
        if key and key.fingerprint == self.current.get(type):
            return key
        raise Answer("no-grant")

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
        environments = self.doc.get("environments", {})
        env = SHORT.get(fold(env), fold(env))
        env = env if env in TYPES else next(name for name in environments if fold(name) == env)
        type = env if env in TYPES else environments[env]
        for label, secrets in ("mine", own if type == "local" else {}), ("value", self.doc["secrets"]):
            name = next((n for n in secrets if fold(n) == fold(wanted)), None)
            if place := next((e for e in (env, type) if e in secrets.get(name, {})), None):
                value = secrets[name][place]
                where = self.id, type, place, name, value["version"]
                if "store" in value:
                    return self.reference(value, *where)
                return unpad(self.under(type, unb64(value["sealed"]), label, *where, key=key))
        raise Answer("missing")

    def reference(self, value, id, type, *place):
        """Whether a reference fits its seal."""
        data, store = unb64(value["seal"]), self.doc.get("stores", {}).get(value["store"])
        if data[1:9] == self.current.get(type) and (store is None or value["store"] == "default"):
            raise Answer("no-store")
        flat = [part for pair in sorted(settings(store or {}).items()) for part in pair]
        self.under(type, data, "reference", id, type, *place, value["store"], value["ref"], *flat)
        raise Answer("fits")

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
        if name != self.holder:
            raise Answer(self.wrong)
        vouch, key = self.find("holders", name, "vouch"), self.hks[name][64:]
        halves = {type: half["public"] for type, half in self.doc.get("deposits", {}).items() if type in TYPES}
        parts = [part for type, public in sorted(halves.items())
                 for part in (type, self.current.get(type) or b"", public)]
        fits = unb64(vouch) == hmac(key, lp("vouch", self.id, name, *parts))
        raise Answer("vouched" if fits else "not-vouched")

    def public(self, name):
        """The part PUB of a holder."""
        holder = self.doc["holders"][name]
        if holder["kind"] != "passphrase":
            return holder.get("recipient", "").encode()
        return unb64(holder["salt"]) + b"".join(holder[c].to_bytes(4, "big") for c in ("memory_kib", "passes", "lanes"))

    def admitted(self, roster, type, name, grant):
        parts = type, name, self.doc["holders"][name]["kind"], self.public(name), grant[:72]
        return grant[72:] == hmac(roster.admits, lp("admit", self.id, *parts))

    def kept(self, roster, name):
        """The parts of a holder's key as the roster keeps it, if it is the one that its grants are for."""
        holder, data = self.doc["holders"][name], unb64(self.doc["holders"][name]["kept"])
        aad = lp("kept", self.id, name, holder["kind"], self.public(name))
        h = opened(roster.seals, data, aad, 9) if data[:9] == b"\1" + roster.fingerprint else None
        hk, opens = h and hkdf(h, lp("holder-key"), 96, self.id), []
        for type, grants in self.doc["keys"].items() if h else ():
            grant = unb64(grants.get(name, ""))
            if grant[1:9] == self.current[type] and self.admitted(roster, type, name, grant):
                opens.append(open_grant(self.doc, self.id, type, name, hk))
        return hk if opens and all(opens) else None

    def roster(self, _):
        """What whoever adds or removes holders checks first: admissions, that no grant is stale, that a data key opens."""
        roster = self.key("roster")
        for type, grants in sorted(self.doc["keys"].items(), key=lambda table: table[0] != "roster"):
            for name, grant in ((name, unb64(grant)) for name, grant in grants.items()):
                if not self.admitted(roster, type, name, grant):
                    raise Answer("not-admitted")
                if grant[1:9] != self.current[type]:
                    raise Answer("stale")
            if type != "roster" and grants and not any(self.kept(roster, name) for name in grants):
                raise Answer("no-kept")
        raise Answer("admitted")

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
        for what in ("deposit-key", "deposit", "vouch", "delivered", "roster"):
            if what in header:
                return "opens", getattr(opener, what.replace("-", "_"))(header[what])
    except Answer as answer:
        return (*answer.args, None)[:2]
    return "reads", None
