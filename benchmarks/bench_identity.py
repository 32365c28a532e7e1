"""How often names, dates and quantities are identified rightly, and how fast.

    python -m benchmarks.bench_identity [--graph 10000 100000] [--json]

`--graph` measures resolution in graphs of so many names, too, which takes minutes; in an embedded
server unless `--uri` names another (whose graph is deleted!).

Pairs and forms are those of `docs/spellings.tsv` and `docs/values.tsv`. Where the corpora are among
the data, what resolution takes gold mentions for is compared with the concept ids of BioRED's Dev
part and the Q-codes of every other document of DocRED, and with made-up people and companies: those
of `benchmarks.made_up_names`, those of `benchmarks.made_up_kinds`, which are named in twenty
ways, and those of `benchmarks.made_up_elsewhere`, in eight languages, which nobody reads for what
is wrong there. The weights come from the other parts (`benchmarks.fit_identity`). Beside it stand
the exact name, the key alone, and the rule of neo4j-graphrag's FuzzyMatchResolver.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from itertools import combinations, compress
from pathlib import Path

from benchmarks import graph_server
from benchmarks.figures import Figure, figure, show
from benchmarks.fit_identity import FUNCTIONAL, reporting
from benchmarks.identity_corpora import DATA, read_as
from benchmarks.identity_figures import (
    Resolved,
    Told,
    agent_memory,
    b_cubed,
    exact,
    fuzzy_match,
    pairwise,
)
from benchmarks.identity_speed import in_graphs
from benchmarks.made_up_elsewhere import COUNTED_ELSEWHERE
from benchmarks.made_up_kinds import COUNTED, made_up_kinds
from benchmarks.made_up_names import made_up
from graphdb.identity import components, normalised_name
from graphdb.resolution import AS_PUBLISHED
from graphdb.values import date_value, quantity_value

COUNTED_OF = {"made up": COUNTED, "all kinds": COUNTED, "elsewhere": COUNTED_ELSEWHERE}
"""By set of made-up documents, the types of which pairs are counted."""
DOCS = Path(__file__).parents[1] / "docs"


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


def resolution() -> dict[str, Figure]:
    """Return how well names come together in documents that no weight was fitted on."""
    if not (DATA / "biored").is_dir():
        return {}
    figures: dict[str, Figure] = {}
    n_pairs = n_names = n_asked = n_asked_right = 0
    for label, documents in reporting().items():
        resolved = Resolved.of(documents, FUNCTIONAL, AS_PUBLISHED)
        told = {"exact name": exact(documents), "resolved": resolved.told()}
        told["our key"] = resolved.told(merged=False, split=False)
        counted_types = COUNTED_OF.get(label)
        told["agent-memory's rule"] = agent_memory(documents)
        if label in ("biored", "docred"):
            told["FuzzyMatchResolver's rule"] = fuzzy_match(documents)
        for way, of_way in told.items():
            for measure, of in (("pairs", pairwise), ("B³", b_cubed)):
                for name, value in zip(("precision", "recall"), of(of_way), strict=True):
                    figures[f"{label}, {way}: {measure}, {name}"] = figure(value, "")
        joined, right = resolved.of_merges()
        aims = {"floor": 0.98, "aim": 0.995}
        figures[f"{label}: merges, precision of mentions"] = figure(right / joined, "", **aims)
        right, n_merges = resolved.n_right(resolved.findings.merges)
        figures[f"{label}: merges, precision of names"] = figure(right / n_merges, "")
        asked_right, asked = resolved.n_right(resolved.questions())
        n_pairs, n_asked = n_pairs + n_merges + asked, n_asked + asked
        n_names += len(resolved.names)
        n_asked_right += asked_right + right
        # Most pairs of made-up documents are of towns and days, which are written in one way.
        every = f"{label}, towns and days too" if counted_types else label
        figures |= gains(every, told, floor=None)
        if counted_types:
            counted = [m.type in counted_types for each in documents for m in each.mentions]
            told = {way: list(compress(of_way, counted)) for way, of_way in told.items()}
        figures |= gains(label, told)
        asked_share = figure(asked, f"of {len(resolved.names)} names")
        figures[f"{label}: questions to a person"] = asked_share
    share = figure(100 * n_asked / n_names, "%", floor=10, aim=3, direction="<=")
    figures["questions to a person, of names"] = share
    figures["keep and review together, precision of names"] = figure(n_asked_right / n_pairs, "")
    figures |= kinds_found()
    return figures | namesakes_apart()


def gains(label: str, told: dict[str, Told], floor: float | None = 5) -> dict[str, Figure]:
    """Return the recall above that of the exact name."""
    exact_recall = pairwise(told["exact name"])[1]
    gained = pairwise(told["resolved"])[1] - exact_recall
    gain = figure(100 * gained, "points", floor=floor, aim=15 if floor else None)
    # Where most pairs are of one spelling, hardly any points are left to be gained.
    share = figure(gained / (1 - exact_recall), "")
    return {
        f"{label}: recall of pairs above exact name": gain,
        f"{label}: of the pairs that exact name misses, found": share,
    }


def kinds_found() -> dict[str, Figure]:
    """Return for each way of naming what becomes of it beside the thing's other names.

    Shares are of pairs of two names of one thing that are written differently, one of which is of
    this kind: made one, asked about, and neither.
    """
    documents, kinds = made_up_kinds(2)
    resolved = Resolved.of(documents, FUNCTIONAL, AS_PUBLISHED)
    links = [frozenset((each.one, each.other)) for each in resolved.findings.merges]
    thing_of = {key: min(group) for group in components(resolved.names, links) for key in group}
    asked = {
        frozenset((thing_of[each.one], thing_of[each.other])) for each in resolved.findings.review
    }
    keys: dict[str, set[str]] = {}
    kind_of: dict[str, str] = {}
    for document in documents:
        for mention, key in read_as(document, canonical=False).items():
            if mention.type in COUNTED:
                keys.setdefault(mention.thing, set()).add(key)
                kind_of.setdefault(key, kinds.get(mention.text, "usual"))
    found: dict[str, Counter[str]] = {}
    for of_thing in keys.values():
        for one, other in combinations(sorted(of_thing), 2):
            ends = frozenset((thing_of[one], thing_of[other]))
            what = "one" if len(ends) == 1 else "asked" if ends in asked else "missed"
            for kind in {kind_of[one], kind_of[other]} - {"usual"}:
                found.setdefault(kind, Counter())[what] += 1
    return {
        f"kind {kind}: {what}": figure(counts[what] / counts.total(), f"of {counts.total()}")
        for kind, counts in sorted(found.items())
        for what in ("one", "asked", "missed")
    }


def namesakes_apart() -> dict[str, Figure]:
    """Return which share of pairs of namesakes with two birthdays are told apart."""
    documents = made_up(2)
    resolved = Resolved.of(documents, FUNCTIONAL, AS_PUBLISHED)
    born: dict[str, list[tuple[str, object]]] = {}
    mentions = [(m, d) for d in documents for m in d.mentions]
    for (mention, document), (taken, _) in zip(mentions, resolved.told(), strict=True):
        if any(
            type_ == "DATE_OF_BIRTH" and subject is mention for subject, type_, _ in document.facts
        ):
            born.setdefault(mention.text, []).append((mention.thing, taken))
    pairs_of_two = [
        (one, other)
        for of_name in born.values()
        for one, other in combinations(of_name, 2)
        if one[0] != other[0]
    ]
    apart = sum(one[1] != other[1] for one, other in pairs_of_two)
    share = figure(apart / len(pairs_of_two), f"of {len(pairs_of_two)}", floor=0.9, aim=1)
    return {"namesakes with two birthdays told apart": share}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--graph", nargs=2, type=int, metavar=("SMALL", "LARGE"))
    graph_server.add_options(parser)
    arguments = parser.parse_args()
    figures = pairs() | forms() | resolution() | speed()
    if arguments.graph:
        with graph_server.server(arguments) as (uri, auth):
            figures |= in_graphs(uri, auth, *arguments.graph)
    show(figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
