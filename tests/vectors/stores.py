"""Cases of stores: what `[stores]` may hold, and which references fit their seals."""

from build import *  # noqa: F403

NAME, REF = "stripe_api_key", "api-credentials/stripe"
# Every kind of setting, and names that sort otherwise with a dot behind them than without.
ALL = {
    "kind": "s:command", "command": "a:3", "command.0": "s:op", "command.1": "s:read",
    "command.2": "s:op://shop/{name}", "command-timeout": "i:30", "retries": "i:-1", "empty": "a:0",
    "tls.verify": "b:true", "tls.roots": "a:1", "tls.roots.0.path": "s:/etc/roots", "tls.roots.0.pin": "b:false",
}  # fmt: skip
WRITTEN = '''kind = "command"
command = ["op", "read", "op://shop/{name}"]
command-timeout = 30
retries = -1
empty = []

[stores.cluster.tls]
verify = true
roots = [{ path = "/etc/roots", pin = false }]
'''


def linked(seal, store=WRITTEN, name=NAME, env="development", version=1, ref=REF, more="", to="cluster"):
    """A vault with one reference more, and the store that it is to."""
    row = f'{env} = {{ version = {version}, set = 2026-11-20, store = "{to}", ref = "{ref}", seal = "{b64(seal)}"{more} }}'
    stores = f"\n[stores.cluster]\n{store}" if store else ""
    return BASE + f"\n[secrets.{name}]\n{row}\n{stores}"


def sealed(settings=ALL, store="cluster", ref=REF, name=NAME, **more):
    return reference(store, ref, settings, name, **more)


def asks(expect, name, shows, body, **more):
    more = {"access_key": CI_TEXT, "secret": NAME, "environment": "development"} | more
    case(name, shows, expect, body, **more)


def references():
    shows = "A reference's seal covers the store with every setting, and the place."
    asks("fits", "a-reference-fits", shows, linked(sealed()))
    asks("fits", "a-reference-to-a-store-of-a-kind-alone-fits", shows,
         linked(sealed({"kind": "s:environment"}), 'kind = "environment"\n'))
    dotted = WRITTEN.replace("\n[stores.cluster.tls]\n", "").replace("verify", "tls.verify").replace("roots =", "tls.roots =")
    asks("fits", "a-reference-to-a-store-of-dotted-keys-fits", "How settings are written means nothing.",
         linked(sealed(), dotted))
    hexadecimal = WRITTEN.replace("= 30", "= 0x1e").replace('"op"', r'"\u006fp"')
    asks("fits", "a-reference-to-a-store-in-other-notation-fits", "How settings are written means nothing.",
         linked(sealed(), hexadecimal))
    asks("fits", "an-empty-table-in-a-store-is-no-setting", "A table without anything in it is no setting.",
         linked(sealed(), WRITTEN + "\n[stores.cluster.proxy]\n"))
    asks("fits", "a-reference-of-a-named-environment-fits", "ENV is the environment's own name, TYPE its type.",
         linked(sealed(env="staging", type="development"), env="staging"), environment="staging")
    asks("fits", "a-reference-due-for-change-fits", "`due` and `expires` are not authenticated.",
         linked(sealed(), more=', due = ["guest"]').replace("set = 2026-11-20, store", "set = 2027-01-01, expires = 2028-01-01, store"))
    asks("fits", "a-reference-without-text-fits", "`ref` is any text, an empty one too.", linked(sealed(ref=""), ref=""))
    asks("fits", "a-reference-at-the-highest-version-fits", shows,
         linked(sealed(version=2**31 - 1), version=2**31 - 1))

    for name, old, new in (
        ("with-another-text-in-a-list", '"read"', '"exec"'), ("with-another-number", "= 30", "= 31"),
        ("with-another-sign", "= -1", "= 1"), ("with-another-truth", "verify = true", "verify = false"),
        ("of-another-kind", '"command"', '"exec"'), ("with-a-setting-more", "retries", "region = \"eu\"\nretries"),
        ("with-a-setting-less", "retries = -1\n", ""), ("with-a-longer-list", '"op", ', '"op", "-v", '),
        ("with-a-shorter-list", '"op", ', ""), ("with-a-list-in-another-order", '"op", "read"', '"read", "op"'),
        ("with-a-text-for-a-number", "= 30", '= "30"'), ("with-a-text-for-a-truth", "= true", '= "true"'),
        ("without-its-empty-list", "empty = []\n", ""), ("with-a-renamed-setting", "retries", "tries"),
        ("with-a-name-in-other-letters", "retries", "Retries"), ("with-a-setting-in-another-table", "roots =", "certificates ="),
        ("with-a-setting-moved-up", "[stores.cluster.tls]\nverify", "[stores.cluster]\nverify"),
    ):  # fmt: skip
        body = WRITTEN.replace(old, new, 1)
        if name == "with-a-setting-moved-up":
            body = WRITTEN.replace("\n[stores.cluster.tls]\nverify = true\n", "verify = true\n\n[stores.cluster.tls]\n")
        assert body != WRITTEN, name
        asks("altered", f"a-reference-to-a-store-{name}", "A seal does not fit once a setting is changed.",
             linked(sealed(), body))
    flat = {"kind": "s:command", "command.0": "s:op", "command.1": "s:read"}
    lists = flat | {"command": "a:2"}
    as_list = 'kind = "command"\ncommand = ["op", "read"]\n'
    as_table = 'kind = "command"\ncommand = { 0 = "op", 1 = "read" }\n'
    shows = "A list and a table with numbers for keys are told apart."
    asks("fits", "a-list-of-two-fits", shows, linked(sealed(lists), as_list))
    asks("fits", "a-table-of-two-numbers-fits", shows, linked(sealed(flat), as_table))
    asks("altered", "a-table-for-a-list", shows, linked(sealed(lists), as_table))
    asks("altered", "a-list-for-a-table", shows, linked(sealed(flat), as_list))

    shows = "A reference's seal fits at its own place only."
    asks("altered", "a-reference-with-another-text", shows, linked(sealed(), ref=REF + "2"))
    asks("altered", "a-reference-moved-to-another-name", shows, linked(sealed(), name="stripe_key"), secret="stripe_key")
    asks("altered", "a-reference-moved-to-another-spelling", shows, linked(sealed(), name="stripe-api-key"))
    asks("altered", "a-reference-moved-to-another-version", shows, linked(sealed(), version=2))
    asks("altered", "a-reference-moved-to-a-named-environment", shows, linked(sealed(), env="staging"), environment="staging")
    asks("another-data-key", "a-reference-moved-to-another-type", shows, linked(sealed(), env="production"), environment="production")
    other = WRITTEN.replace("stores.cluster", "stores.other")
    asks("altered", "a-reference-moved-to-another-store", "The store's name is authenticated.",
         linked(sealed(), to="other").replace("[stores.cluster]", "[stores.other]").replace(WRITTEN, other))
    asks("altered", "a-reference-of-another-vault", "The vault's id is authenticated.", linked(sealed(vault=seed("another", 16))))
    asks("another-data-key", "a-reference-under-the-key-of-another-type", "A seal lies under the data key of its type.",
         linked(sealed(key=KEYS["production"])))
    asks("another-data-key", "a-reference-left-behind", "A seal lies under the current data key.", linked(sealed(key=NEXT)))
    for name, at in ("version-byte", 0), ("nonce", 9), ("tag", -1):
        asks("altered", f"a-reference-with-its-{name}-altered", "A seal is one of one text.", linked(flipped(sealed(), at)))
    asks("altered", "a-seal-made-as-a-value", "A value's seal is none of a reference.", linked(seal(name=NAME, plain=b"")))
    asks("no-store", "a-reference-to-no-store", "A reference may be to a store that is not declared, but does not fit.",
         linked(sealed(), store=""))
    asks("no-store", "a-reference-to-a-store-in-another-spelling", "The names of stores are exact.", linked(sealed(), to="Cluster"))
    asks("no-grant", "a-reference-for-nobodys-access-key", "A seal is checked with the data key.",
         linked(sealed(env="preview"), env="preview"), environment="preview")


def stores_that_read():
    for name, shows, rows in (
        ("a-store-of-63-bytes", "The name of a store has at most 63 bytes.", f'[stores.{"s" * 63}]\nkind = "k"\n'),
        ("a-kind-that-nobody-knows", "`kind` is any text.", '[stores.a]\nkind = "what is this?"\n'),
        ("a-store-of-256-settings", "A store has at most 256 settings, a list and each element of it one.",
         f'[stores.a]\nkind = "k"\nlist = [{"1, " * 254}]\n'),
        ("a-thousand-stores", "A vault has at most 1,000 stores.", "".join(f'[stores.s{n}]\nkind = "k"\n' for n in range(1000))),
        ("the-largest-numbers-of-a-store", "A number of a store has 64 bits.",
         f'[stores.a]\nkind = "k"\nmost = {2**63 - 1}\nleast = -{2**63}\n'),
        ("a-setting-of-4096-bytes", "A string has at most 4096 bytes.", f'[stores.a]\nkind = "{"k" * 4096}"\n'),
        ("settings-with-odd-names", "A setting's name has letters, digits, `_` and `-`.",
         '[stores.a]\nkind = "k"\n-1 = 1\n_ = 2\n"2" = 3\n'),
        ("settings-eight-deep", "Nesting of 8 is allowed.", '[stores.a]\nkind = "k"\nb.c.d.e.f.g = 1\n'),
        ("defaults-of-stores", "A type or a named environment may have a default store.",
         '[stores.default]\nproduction = "a"\nstaging = "b"\n\n[stores.a]\nkind = "k"\n\n[stores.b]\nkind = "k"\n'),
        ("no-stores", "Every table may be empty.", "[stores.default]\n"),
    ):  # fmt: skip
        reads(name, shows, BASE + "\n" + rows)


def stores_that_are_refused():
    store = lambda rows, name="a": ("", f'\n[stores.{name}]\nkind = "k"\n{rows}')
    refuse("bad-name", "A store has a name of its own.", {
        "a-store-called-vault": ("", '\n[stores.vault]⟵\nkind = "k"\n'),
        "a-store-called-vault-in-another-spelling": ("", '\n[stores.Va-ult]⟵\nkind = "k"\n'),
        "a-store-called-default-in-another-spelling": ("", '\n[stores.Default]⟵\nkind = "k"\n'),
        "a-declared-store-of-64-bytes": ("", f'\n[stores.{"s" * 64}]⟵\nkind = "k"\n'),
        "a-declared-store-with-a-slash": ("", '\n[stores."a/b"]⟵\nkind = "k"\n'),
    })
    refuse("two-spellings", "Spellings of one name are refused.", {
        "a-store-twice": ("", '\n[stores.my-store]\nkind = "k"\n\n[stores.mystore]⟵\nkind = "k"\n')})
    refuse("missing-key", "Every store has a kind.", {
        "a-store-without-a-kind": ("", '\n[stores.a]⟵\nnamespace = "shop"\n')})
    refuse("wrong-shape", "A setting is a text, a number, a truth, or a list or table of those; its name has no dot.", {
        "a-store-of-a-text": ("", '\n[stores]\na = "kubernetes"⟵\n'),
        "a-kind-of-a-list": ("", '\n[stores.a]\nkind = ["k"]⟵\n'),
        "a-setting-of-a-fraction": store("x = 1.5⟵\n"),
        "a-setting-of-a-day": store("x = 2026-11-20⟵\n"),
        "a-setting-of-a-fraction-in-a-list": store("x = [1, [0.5]]⟵\n"),
        "a-setting-of-65-bits": store(f"x = {2**63}⟵\n"),
        "a-setting-with-a-dot-in-its-name": store('"x.y" = 1⟵\n'),
        "a-setting-without-a-name": store('"" = 1⟵\n'),
        "a-setting-with-a-space-in-its-name": store('t."x y" = 1⟵\n'),
        "a-default-store-of-a-number": ("", '\n[stores.default]\nlocal = 1⟵\n'),
        "a-default-store-of-a-text": ("", '\n[stores]\ndefault = "a"⟵\n'),
    })
    refuse("too-many", "Stores and settings are bounded.", {
        "a-store-of-257-settings": store(f'list = [{"1, " * 255}]⟵\n'),
        "a-thousand-and-one-stores": ("", "\n∅" + "".join(f'[stores.s{n}]\nkind = "k"\n' for n in range(1001))),
    })
    refuse("too-long", "A string has at most 4096 bytes.", {
        "a-setting-of-4097-bytes": store(f'x = ["{"k" * 4097}"]⟵\n')})
    refuse("control-character", "No string holds a control character.", {
        "an-escape-in-a-setting": store('x = { y = ["\\u001b"] }⟵\n'),
        "an-escape-in-the-name-of-a-setting": store('"\\u001b" = 1⟵\n'),
    })
    refuse("unknown-environment", "A default is for a type in full, or for a declared environment.", {
        "a-default-store-for-a-short-form": ("", '\n[stores.a]\nkind = "k"\n\n[stores.default]\nprod = "a"⟵\n'),
        "a-default-store-for-an-environment-not-declared": ("", '\n[stores.a]\nkind = "k"\n\n[stores.default]\nqa = "a"⟵\n'),
    })
    refuse("unknown-store", "A default store is declared.", {
        "a-default-store-that-is-not-declared": ("", '\n[stores.a]\nkind = "k"\n\n[stores.default]\nlocal = "b"⟵\n'),
        "a-default-store-in-another-spelling": ("", '\n[stores.a]\nkind = "k"\n\n[stores.default]\nlocal = "A"⟵\n'),
    })


CASES = references, stores_that_read, stores_that_are_refused
