"""Counts the behaviours that a model passes: small texts, with what must and must not be found.

    python -m benchmarks.bench_behaviours [--json] [--model auto] [--cases FILE]

The cases are those of `behaviours.jsonl` and of `behaviours_zh.jsonl`, which is in Chinese, beside
this file, and the 284 of `behaviours/dev.jsonl` among the corpora, where these are. Each file is
read with the model of its language, as it is shipped.
"""

import argparse
from pathlib import Path

from benchmarks.figures import Figure, figure, show
from extractors.evaluation import BehaviourTable, judge_cases, read_cases
from extractors.reading import TransformerExtractor
from flows.extractor import model_for_text
from flows.setting_groups import AUTO

OURS = Path(__file__).with_name("behaviours.jsonl")
OURS_ZH = Path(__file__).with_name("behaviours_zh.jsonl")
DEV = Path(__file__).parents[2] / "shared/data/behaviours/dev.jsonl"

FLOORS = {"apart": 33, "heading": 24, "position": 24, "denied": 22, "roles": 40, "spliced": 11}
"""Of the cases of `DEV`; the aim is all of them."""

FLOOR, AIM = 255, 278
"""Of all 284 cases of `DEV`."""


def table_of(model: str, path: Path) -> BehaviourTable:
    """Read the cases of a file and judge what the model finds."""
    cases = read_cases(path)
    extractor = TransformerExtractor.load(model_for_text(model, cases[0].document.text))
    return judge_cases(cases, extractor.extract([case.document for case in cases]))


def figures(model: str, cases: Path | None) -> dict[str, Figure]:
    """Return cases passed, by file and kind."""
    if cases:
        return _by_kind("cases", table_of(model, cases))
    found = _by_kind("ours", table_of(model, OURS))
    if model == AUTO:
        found |= _by_kind("ours in Chinese", table_of(model, OURS_ZH))
    if DEV.exists():
        dev = table_of(model, DEV)
        found |= _by_kind("dev", dev)
        found["dev: all"] = figure(dev.passed, f"of {dev.total}", floor=FLOOR, aim=AIM)
    return found


def _by_kind(name: str, table: BehaviourTable) -> dict[str, Figure]:
    rows = {
        f"{name}: {kind.kind}": figure(
            kind.passed,
            f"of {kind.total}",
            floor=FLOORS.get(kind.kind) if name == "dev" else None,
            aim=kind.total if name == "dev" and kind.kind in FLOORS else None,
        )
        for kind in table.kinds
    }
    return rows | {f"{name}: all": figure(table.passed, f"of {table.total}")}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--model", default=AUTO)
    parser.add_argument("--cases", type=Path)
    asked = parser.parse_args()
    show(figures(asked.model, asked.cases), as_json=asked.json)


if __name__ == "__main__":
    main()
