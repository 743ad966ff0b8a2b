"""The second implementation reads a vault, and a mine file, without any key. It names no lines: its TOML parser gives none."""

import base64, datetime, re, unicodedata

import tomli

from format import SHORT, TYPES, b64


class Refused(Exception):
    """The file is refused; the argument is the reason's code."""


def need(true, code):
    if not true:
        raise Refused(code)


RESERVED = {"apps"}
NAME = "[A-Za-z0-9][A-Za-z0-9_.-]*"
SECRET = f"{NAME}(/{NAME})?"
PUBLIC = "[A-Za-z0-9]+"  # of a deposit key
NOT_ENVIRONMENTS = {*TYPES, *SHORT, "about", "default", "due", "expires", "kind", "note", "set", "tags", "type",
                    "version"}  # fmt: skip
BIDI = set("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
HOLDER_KEYS = {"access-key": (), "passphrase": ("salt", "memory_kib", "passes", "lanes"),
               "age": ("recipient", "delivered")}  # fmt: skip


def fold(name):
    return re.sub("[_.-]", "", name).lower()


def strings(node, depth=1):
    """All strings and keys of the file, skipped tables included; refuses what is nested too deep."""
    need(depth <= 8 or not isinstance(node, (dict, list)), "too-deep")
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node] if isinstance(node, str) else [*node] if isinstance(node, dict) else []
    return own + [string for child in children for string in strings(child, depth + 1)]


def printable(found):
    bad = any(unicodedata.category(c) == "Cc" or c in BIDI for string in found for c in string)
    need(not bad, "control-character")


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
    need("sealed" not in value or not {"store", "ref", "seal"} & value.keys(), "wrong-shape")
    where = ("sealed",) if "sealed" in value else ("store", "ref", "seal")
    table(value, ("version", "set", *where), ("expires", "due"))
    number(value["version"])
    day(value["set"])
    if "expires" in value:
        day(value["expires"])
    if "store" in value:
        names([text(value["store"])], 63)
        text(value["ref"])
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


def settings(node, path=""):
    """What a store's table says, as dotted paths and tagged texts; an empty table says nothing."""
    if isinstance(node, dict):
        need(all(re.fullmatch("[A-Za-z0-9_-]+", key) for key in node), "wrong-shape")
        inner, own = node.items(), {}
    elif isinstance(node, list):
        inner, own = enumerate(node), {path: f"a:{len(node)}"}
    elif isinstance(node, bool):
        inner, own = (), {path: f"b:{str(node).lower()}"}
    elif isinstance(node, int):
        need(-(2**63) <= node < 2**63, "wrong-shape")
        inner, own = (), {path: f"i:{node}"}
    else:
        inner, own = (), {path: f"s:{text(node)}"}
    for key, child in inner:
        own |= settings(child, f"{path}.{key}" if path else f"{key}")
    return own


def read_stores(stores, environments):
    """Checks the stores, and which of them are defaults."""
    defaults, stores = table(stores.get("default", {})), {k: v for k, v in stores.items() if k != "default"}
    [table(store) for store in stores.values()]
    need(not {"default", "vault"} & {fold(name) for name in stores}, "bad-name")
    names(stores, 63)
    need(len(stores) <= 1000, "too-many")
    for store in stores.values():
        text(table(store, ("kind",), store)["kind"])
        need(len(settings(store)) <= 256, "too-many")
    need(defaults.keys() <= {*TYPES, *environments}, "unknown-environment")
    need({text(store) for store in defaults.values()} <= stores.keys(), "unknown-store")


def read_plain(settings, environments):
    """Checks the settings: what is plain, by environment or by default."""
    names(settings, 253, SECRET)
    need(len(settings) <= 10_000, "too-many")
    for setting in settings.values():
        text(table(setting).get("about", ""))
        for scope, value in setting.items():
            if scope in ("about", "default") or scope in TYPES or scope in environments:
                plain(value)
            else:
                need(not near(scope, ("about", "default")), "unknown-key")
                raise Refused("unknown-environment")


def plain(value):
    """A setting's value: a line of text, or what counts as the text of it."""
    if type(value) is int:
        need(-(2**63) <= value < 2**63, "wrong-shape")
    elif type(value) not in (bool, float):
        text(value)


def near(word, known):
    """Whether a word looks like a slip of the pen: the codes of two faults differ in that alone."""
    return any(abs(len(word) - len(other)) <= 1 and len({*word} ^ {*other}) <= 1 for other in known)


def read(body):
    """What every reader checks, without any key; gives the document and the current fingerprints."""
    try:
        body = body.decode().removeprefix("\ufeff")
        need(not re.search(r"^(<{7}|\|{7}|>{7})( |\r?$)", body, re.M), "conflict-markers")
        doc = tomli.loads(body)
    except UnicodeDecodeError:
        raise Refused("not-utf8") from None
    except tomli.TOMLDecodeError as error:
        again = re.search("overwrite|twice|Duplicate", str(error))
        raise Refused("twice" if again else "not-toml") from None
    found = strings(doc)
    head = table(table(doc, ("strongroom",))["strongroom"], ("format",))
    need(type(head["format"]) is int, "wrong-shape")
    need(head["format"] == 1, "unknown-format")
    printable(found)
    need(re.fullmatch("[0-9a-f]{32}", text(table(head, ("format", "id"), ())["id"])), "wrong-shape")
    parts = ("build", "environments", "holders", "keys", "secrets", "deposits", "retired", "removed", "audit", "stores",
             "settings")
    table(doc, ("strongroom",), {*parts, *RESERVED})
    [table(doc.get(part, {})) for part in RESERVED]
    build, environments, holders, keys, secrets, *rest = (table(doc.get(part, {})) for part in parts)
    names(environments, 63)
    need(not NOT_ENVIRONMENTS & {fold(env) for env in environments}, "bad-name")
    need({text(type) for type in environments.values()} <= {*TYPES}, "unknown-type")
    need(len(environments) <= 256, "too-many")
    check = table(build, (), ("check", "expired")).get("check", [])
    need(type(table(rest[3], (), ("log",)).get("log", False)) is bool, "wrong-shape")
    need(text(build.get("expired", "warn")) in ("warn", "deny", "ignore"), "wrong-shape")
    need(isinstance(check, list) and all(isinstance(env, str) for env in check), "wrong-shape")
    need(all(fold(env) in {*TYPES, *SHORT} or env in environments for env in check), "unknown-environment")
    need(len(check) <= 256, "too-many")
    names(holders, 63)
    [read_holder(holder) for holder in holders.values()]
    need(len(holders) <= 1000, "too-many")
    need([holder["kind"] for holder in holders.values()].count("passphrase") <= 16, "too-many")
    table(keys, (), {*TYPES, "roster"})
    current = {type: read_grants(rows, holders) for type, rows in keys.items()}
    read_deposits(rest[0], environments)
    read_leavings(*rest[1:3])
    read_stores(rest[4], environments)
    read_plain(rest[5], environments)
    names(secrets, 253, SECRET)
    for secret in secrets.values():
        text(table(secret).get("about", ""))
        for env in secret.keys() - {"about"}:
            known = env in TYPES or env in environments
            need(known or not isinstance(secret[env], str), "unknown-key")
            need(known, "unknown-environment")
            read_value(secret[env])
    need(not {*map(fold, secrets)} & {*map(fold, rest[5])}, "secret-and-setting")
    return doc, current


def read_mine(body, environments):
    """A developer's own values: nothing but sealed values of `local` and its named environments."""
    try:
        doc = tomli.loads(body)
    except tomli.TOMLDecodeError:
        raise Refused("not-toml") from None
    printable(strings(doc))
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
