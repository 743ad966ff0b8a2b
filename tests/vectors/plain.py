"""Cases of settings: what `[settings]` may hold."""

from build import *  # noqa: F403


def settings_that_read():
    for name, shows, rows in (
        ("a-setting", "A setting has values for types, declared environments and by default.",
         '[settings.max_retries]\nabout = "how often"\ndefault = "3"\nproduction = "5"\nstaging = "1"\n'),
        ("a-setting-of-a-group", "The name of a setting is like that of a secret.", '[settings."log/level"]\nlocal = "debug"\n'),
        ("settings-without-quotes", "A number or a truth may stand without quotes.",
         "[settings.a]\ndefault = 3\nlocal = 0x1f\npreview = -1.5e3\nproduction = true\ndevelopment = inf\n"),
        ("a-setting-of-64-bits", "A whole number without quotes has 64 bits.",
         f"[settings.a]\ndefault = {2**63 - 1}\nlocal = {-(2**63)}\n"),
        ("a-plain-setting-of-4096-bytes", "A string has at most 4096 bytes.", f'[settings.a]\ndefault = "{"s" * 4096}"\n'),
        ("a-setting-without-values", "Every table may be empty.", "[settings.a]\n"),
        ("a-setting-of-the-empty-text", "A setting may be the empty text.", '[settings.a]\ndefault = ""\n'),
        ("ten-thousand-settings", "A vault has at most 10,000 settings.",
         "[settings]\n" + "".join(f"s{n} = {{}}\n" for n in range(10_000))),
    ):  # fmt: skip
        reads(name, shows, BASE + "\n" + rows)


def settings_that_are_refused():
    setting = lambda rows: ("", f"\n[settings.a]\n{rows}")
    refuse("bad-name", "The name of a setting is like that of a secret.", {
        "a-setting-with-two-slashes": ("", '\n[settings."a/b/c"]⟵\n'),
        "a-setting-called-nothing": ("", '\n[settings.""]⟵\n'),
        "a-setting-of-254-bytes": ("", f'\n[settings.{"s" * 254}]⟵\n'),
    })
    refuse("two-spellings", "Spellings of one name are refused.", {
        "a-setting-twice": ("", "\n[settings.max_retries]\n\n[settings.MaxRetries]⟵\n")})
    refuse("secret-and-setting", "A name belongs to a secret or to a setting, in any spelling.", {
        "a-setting-and-a-secret-of-one-name": ("", '\n[settings.github_api_token]⟵\ndefault = "x"\n'),
        "a-setting-and-a-secret-in-two-spellings": ("", '\n[settings.GitHubApiToken]⟵\ndefault = "x"\n'),
        "a-setting-before-a-secret-of-one-name": ("[secrets.github_api_token]",
                                                  '[settings.github_api_token]\n\n[secrets.github_api_token]⟵'),
    })
    refuse("unknown-environment", "A value is for a type in full, for a declared environment, or the default.", {
        "a-setting-for-a-short-form": setting('prod = "1"⟵\n'),
        "a-setting-for-an-environment-not-declared": setting('qa = "1"⟵\n'),
        "a-setting-for-an-environment-in-another-spelling": setting('Staging = "1"⟵\n'),
    })
    refuse("unknown-key", "A slip of the pen is told from an environment.", {
        "a-setting-with-a-misspelled-default": setting('defualt = "1"⟵\n'),
        "a-setting-with-a-misspelled-about": setting('abaut = "1"⟵\n'),
    })
    refuse("wrong-shape", "A value of a setting is a text, a number or a truth.", {
        "a-setting-of-a-list": setting('default = ["a"]⟵\n'),
        "a-setting-of-a-table": setting('default = { value = "a" }⟵\n'),
        "a-setting-of-a-date": setting("default = 2026-11-20⟵\n"),
        "a-plain-setting-of-65-bits": setting(f"default = {2**63}⟵\n"),
        "an-about-of-a-setting-that-is-a-number": setting("about = 1⟵\n"),
        "a-setting-that-is-no-table": ("", "\n[settings]\na = 3⟵\n"),
        "settings-that-are-no-table": ("[strongroom]", "settings = 3⟵\n\n[strongroom]"),
    })
    refuse("too-many", "Settings are bounded.", {
        "ten-thousand-and-one-settings": ("", "\n∅[settings]\n" + "".join(f"s{n} = {{}}\n" for n in range(10_001)))})
    refuse("too-long", "A string has at most 4096 bytes.", {
        "a-plain-setting-of-4097-bytes": setting(f'default = "{"s" * 4097}"⟵\n')})
    refuse("control-character", "No string holds a control character: a setting is one line.", {
        "a-line-end-in-a-setting": setting('default = "a\\nb"⟵\n'),
        "an-escape-in-a-plain-setting": setting('default = "\\u001b"⟵\n'),
    })


CASES = settings_that_read, settings_that_are_refused
