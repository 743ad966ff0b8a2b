"""The second implementation, its beginnings: encodings, keys, seals, and the texts of keys.

Written from the description of the format alone, with no look at the Rust crates, so what both accept
or both refuse says something. reader.py reads a vault without a key, opener.py opens what is in it;
make.py holds every vector against them before it writes one.
"""

import base64, functools, hashlib, hmac as hmac_

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
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


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pad(value):
    return value + b"\x80" + bytes(-(len(value) + 1) % 32)


def code(digest):
    """What two people compare: the first 80 bits as 16 letters and digits."""
    return base64.b32encode(digest[:10]).decode().lower()


def deposit_key_fingerprint(vault, type, public):
    return code(hashlib.sha256(lp("deposit-key-fingerprint", vault, type, public)).digest())


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
