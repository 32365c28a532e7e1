"""How often names, dates and quantities are identified rightly, and how fast.

    python -m benchmarks.bench_identity [--json]

Pairs and forms are those of `docs/spellings.tsv` and `docs/values.tsv`. Where the corpus BioRED is
among the data, names of its gold mentions are compared with its concept ids, too: two mentions of
one type are taken for one thing if their keys are the same, beside exact names.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.figures import Figure, figure, show
from graphdb.identity import normalised_name
from graphdb.values import date_value, quantity_value

DOCS = Path(__file__).parents[1] / "docs"
BIORED = Path(__file__).parents[2] / "shared/data/biored"

Mention = tuple[str, str, str]
"""Type, text, concept id."""


def rows(name: str) -> list[list[str]]:
    """Return the lines of a table of the docs, without its heading."""
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()[1:]
    return [
        line.encode("raw_unicode_escape").decode("raw_unicode_escape").split("\t") for line in lines
    ]


def pairs() -> dict[str, Figure]:
    """Return the share of pairs told rightly."""
    told = [
        (normalised_name(one) == normalised_name(other)) == (verdict == "same")
        for verdict, one, other, _ in rows("spellings.tsv")
    ]
    return {"pairs same or different, right": figure(sum(told) / len(told), "", floor=0.97, aim=1)}


def forms() -> dict[str, Figure]:
    """Return how many dates and quantities are read as the table says."""
    figures = {}
    for wanted_kind in ("date", "quantity"):
        told = []
        for kind, language, form, value in rows("values.tsv"):
            if kind != wanted_kind:
                continue
            if kind == "date":
                date = date_value(form, language)
                told.append((date.edtf if date else "-") == value)
            else:
                told.append((quantity_value(form, language) is None) == (value == "-"))
        share = 200 * sum(told) / len(told)
        figures[f"forms of a {wanted_kind}, right of 200"] = figure(share, "", floor=185, aim=200)
    return figures


def speed() -> dict[str, Figure]:
    """Return how many names, dates and quantities are read a second, none of them seen before."""
    words = ("Acme Corp", "J.R.R. Tolkien", "São Paulo", "St. Louis", "IL-2", "北京大学", "X & Y")
    names = [f"{word} {number}" for number in range(3_000) for word in words]
    dates = [f"{1 + n % 28} {month} {1500 + n}" for n in range(500) for month in ("July", "May")]
    numbers = [f"{n}.{n % 7} {unit}" for n in range(500) for unit in ("km", "million people")]
    return {
        "names normalised": figure(rate(normalised_name, names), "a second"),
        "dates read": figure(rate(date_value, dates), "a second"),
        "quantities read": figure(rate(quantity_value, numbers), "a second"),
    }


def rate(read: Callable[[str], object], texts: list[str]) -> float:
    """Return how many texts are read a second."""
    read(texts[0])
    start = time.perf_counter()
    for text in texts:
        read(text)
    return len(texts) / (time.perf_counter() - start)


def corpus() -> dict[str, Figure]:
    """Return precision and recall of pairs of BioRED's gold mentions, where the corpus is."""
    paths = sorted(BIORED.rglob("*.PubTator"))
    if not paths:
        return {}
    mentions = [mention for path in paths for mention in pubtator_mentions(path)]
    figures = {}
    for name, key in (("exact name", str), ("our key", normalised_name)):
        precision, recall = agreement(mentions, key)
        figures[f"BioRED, {name}: precision of pairs"] = figure(precision, "")
        figures[f"BioRED, {name}: recall of pairs"] = figure(recall, "")
    return figures


def pubtator_mentions(path: Path) -> Iterator[Mention]:
    """Yield the gold mentions of a file that have one concept."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 6 and fields[1].isdecimal() and not set(",;|") & set(fields[5]):
            yield fields[4], fields[3], fields[5]


def agreement(mentions: list[Mention], key: Callable[[str], str]) -> tuple[float, float]:
    """Return precision and recall of pairs of mentions that share a key, by their concepts."""
    keys = [(type_, key(text)) for type_, text, _ in mentions]
    concepts = [(type_, concept) for type_, _, concept in mentions]
    joined, right = n_pairs(keys), n_pairs(concepts)
    both = n_pairs(zip(keys, concepts, strict=True))
    return both / (joined or 1), both / (right or 1)


def n_pairs(groups: Iterable[object]) -> int:
    """Return how many pairs are of one group."""
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    show(pairs() | forms() | corpus() | speed(), as_json=arguments.json)


if __name__ == "__main__":
    main()
