#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["argon2-cffi", "cryptography", "tomli>=2.4"]
# ///
"""Makes the test vectors of the vault format.

All randomness comes from fixed seeds: the files are the same, byte for byte, wherever and whenever
they are made. Each is held against the second implementation, in opener.py, before it is written.

    python make.py            write accepted/, refused/ and primitives.txt beside this file
    python make.py --check    make them in memory and compare; status 1 when a file differs

values.py, files.py, stores.py, plain.py, team.py and team_files.py have the cases, build.py the vault that they start
from. README.md explains the files.
"""

import pathlib, sys

sys.dont_write_bytecode = True
import files, plain, stores, team, team_files, values  # noqa: E402
from build import FILES, primitives  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def main():
    for cases in (*values.CASES, *files.CASES, *stores.CASES, *plain.CASES, *team.CASES, *team_files.CASES):
        cases()
    made = FILES | {"primitives.txt": primitives() + team.primitives()}
    there = [path for folder in ("accepted", "refused") for path in (HERE / folder).glob("*")]
    there = {path.relative_to(HERE).as_posix(): path for path in there}
    if "--check" in sys.argv[1:]:
        wrong = [name for name in made if not (HERE / name).is_file() or (HERE / name).read_bytes() != made[name]]
        wrong += there.keys() - made.keys()
        print("\n".join([*sorted(wrong), f"{len(FILES)} vectors, {len(wrong)} files differ"]))
        sys.exit(bool(wrong))
    for name in there.keys() - made.keys():
        there[name].unlink()
    for name, data in made.items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_bytes(data)
    print(f"{len(FILES)} vectors written")


if __name__ == "__main__":
    main()
