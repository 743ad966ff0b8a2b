"""A second implementation of what Strongroom uses of age: X25519 files and the texts of keys (age-encryption.org/v1)."""

import base64, hmac as hmac_

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INTRO, CHUNK, LETTERS = b"age-encryption.org/v1", 65536, "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def hkdf(ikm, info, salt):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(ikm)


def bare(data):
    return base64.b64encode(data).rstrip(b"=")


def unbare(text):
    data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if bare(data) != text:
        raise ValueError("not strict base64")
    return data


def checksum(prefix, fives):
    total = 1
    for five in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *fives, *[0] * 6]:
        top, total = total >> 25, (total & 0x1FFFFFF) << 5 ^ five
        for i, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= part if top >> i & 1 else 0
    return [(total ^ 1) >> 5 * (5 - i) & 31 for i in range(6)]


def bech32(prefix, key):
    """32 bytes as age writes keys (BIP 173): 52 letters and a checksum of 6."""
    bits = int.from_bytes(key, "big") << 4
    fives = [bits >> 5 * (51 - i) & 31 for i in range(52)]
    return prefix + "1" + "".join(LETTERS[five] for five in fives + checksum(prefix, fives))


def unbech32(prefix, text):
    """The 32 bytes of a key's text in lower case, or nothing."""
    head, _, tail = text.rpartition("1")
    fives = [LETTERS.find(c) for c in tail]
    bits = sum(five << 5 * (51 - i) for i, five in enumerate(fives[:52]))
    good = head == prefix and len(fives) == 58 and -1 not in fives and bits & 15 == 0
    return (bits >> 4).to_bytes(32, "big") if good and checksum(head, fives[:52]) == fives[52:] else None


def recipient(secret):
    """The public half of 32 secret bytes, `age1…`."""
    return bech32("age", X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw())


def identity(secret):
    """32 secret bytes as text, `AGE-SECRET-KEY-1…`."""
    return bech32("age-secret-key-", secret).upper()


def stream(cipher, payload):
    """The chunks of a payload, encrypted or decrypted by `cipher(nonce, chunk)` of the given size each."""
    run, size = cipher
    chunks = [payload[i : i + size] for i in range(0, len(payload), size)] or [b""]
    last = len(chunks) - 1
    return b"".join(run(i.to_bytes(11, "big") + bytes([i == last]), chunk, None) for i, chunk in enumerate(chunks))


def age_file(text, to, file_key, share_secret, nonce):
    """An age file to one recipient, from the three things that age draws at random."""
    public, ephemeral = unbech32("age", to), X25519PrivateKey.from_private_bytes(share_secret)
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    wrap = hkdf(shared, INTRO + b"/X25519", share + public)
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    head = INTRO + b"\n-> X25519 " + bare(share) + b"\n" + bare(body) + b"\n---"
    mac = hmac_.digest(hkdf(file_key, b"header", b""), head, "sha256")
    payload = ChaCha20Poly1305(hkdf(file_key, b"payload", nonce))
    return head + b" " + bare(mac) + b"\n" + nonce + stream((payload.encrypt, CHUNK), text)


def age_open(file, secret):
    """What an age file holds for 32 secret bytes, or nothing: it is to others, or altered."""
    try:
        return opened(file, X25519PrivateKey.from_private_bytes(secret))
    except (InvalidTag, ValueError, IndexError):
        return None


def opened(file, key):
    at = file.index(b"\n---") + 4
    mac, rest = file[at:].split(b"\n", 1)
    intro, *lines = file[: at - 4].split(b"\n")
    public, file_key = key.public_key().public_bytes_raw(), None
    for i, row in enumerate(lines):
        words = row.split(b" ")
        if words[:2] != [b"->", b"X25519"]:
            continue
        share = unbare(words[2])
        wrap = hkdf(key.exchange(X25519PublicKey.from_public_bytes(share)), INTRO + b"/X25519", share + public)
        try:
            file_key = ChaCha20Poly1305(wrap).decrypt(bytes(12), unbare(lines[i + 1]), None)
        except InvalidTag:
            continue  # a stanza for somebody else
    if intro != INTRO or file_key is None or mac[:1] != b" ":
        return None
    right = hmac_.digest(hkdf(file_key, b"header", b""), file[:at], "sha256")
    if not hmac_.compare_digest(right, unbare(mac[1:])):
        return None
    payload = ChaCha20Poly1305(hkdf(file_key, b"payload", rest[:16]))
    return stream((payload.decrypt, CHUNK + 16), rest[16:])
