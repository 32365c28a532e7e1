"""The quick benchmarks one after the other, beside the figures that were recorded before.

    python -m benchmarks [--only NAME]… [--minutes 10] [--record] [--json]

Each runs in a process of its own. One that would begin after the time is up is named and left out.
It ends with status 1 if a figure is worse than every recorded one by more than a tenth, or if a
benchmark failed: so a nightly `make bench` says by mail what got slower. `--record` adds the run to
`recorded.json`, which belongs into the commit that it measured.
"""

import argparse
import json
import subprocess
import sys
import time

from benchmarks.comparing import record, recorded, run_of, this_commit, this_machine, verdicts
from benchmarks.figures import Figure, show

QUICK: dict[str, tuple[str, ...]] = {
    "upsert": ("--documents", "2000", "--sample", "1000"),
    "infer": ("--nodes", "3000", "--universities", ""),
    "extract": ("--documents", "40"),
    "identity": (),
    "behaviours": (),
    "prose": (),
    "demo": (),
    "page": ("--entities", "10000"),
    "night": ("--documents", "1000"),
    "documents": ("--only", "kinds", "--only", "install"),
}
"""Benchmarks, in the order in which they are run, and sizes that fit into ten minutes in all."""


def main() -> int:
    """Run, print, compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=QUICK, help="leave out the others")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ends_at = time.monotonic() + 60 * options.minutes
    figures: dict[str, Figure] = {}
    failed, left_out = [], []
    for name in options.only or QUICK:
        left_s = ends_at - time.monotonic()
        if left_s <= 0:
            left_out.append(name)
            continue
        print(f"── bench_{name}", file=sys.stderr)
        command = [sys.executable, "-m", f"benchmarks.bench_{name}", *QUICK[name], "--json"]
        try:
            ended = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=left_s)
        except subprocess.TimeoutExpired:
            left_out.append(name)
            continue
        if ended.returncode:
            failed.append(name)
            continue
        figures |= {f"{name}: {key}": each for key, each in json.loads(ended.stdout).items()}
    show(figures, as_json=options.json)
    return _compare(figures, failed, left_out, to_record=options.record)


def _compare(
    figures: dict[str, Figure], failed: list[str], left_out: list[str], *, to_record: bool
) -> int:
    """Say on standard error what became worse; return the exit status."""
    compared = list(verdicts(figures, this_machine(), recorded()))
    worse = [each for each in compared if each.worse]
    lines = [
        f"{this_machine()}, commit {this_commit()}",
        *(f"failed: bench_{name}" for name in failed),
        *(f"no time left for: bench_{name}" for name in left_out),
        *map(str, worse),
        f"{len(compared)} of {len(figures)} figures were recorded before, {len(worse)} are worse",
    ]
    print("\n".join(lines), file=sys.stderr)
    if to_record:
        record(run_of({name: each["value"] for name, each in figures.items()}))
    return 1 if failed or worse else 0


if __name__ == "__main__":
    sys.exit(main())
