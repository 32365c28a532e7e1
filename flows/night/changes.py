"""What a night changed, as a table, as sentences and as a picture for the page of a run."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from flows.text import counted, escaped, shown, told_apart
from graphdb.history import ChangedFact, ChangedFacts, FactState

MOST_ROWS = 200
"""Rows of the table of changes; the rest is counted."""

MOST_ARROWS = 12
"""Facts of a picture: Prefect gives it 690 pixels, and with more of them nobody reads one."""

MOST_LETTERS = 40
"""Characters of a name in a picture."""

DRAWN_BY = (
    "The largest group of changes that hang together, as a picture; Prefect's V1 UI shows only "
    "the text of it."
)

ARROWS = {"came": "-->", "went": "-.->", "restated": "==>"}
COLOURS = {"came": "#56B4E9", "went": "#E69F00", "restated": "#BBBBBB"}
"""Told apart by people who do not see red and green as two; the line's kind says it, too.

Light, because Prefect draws on a dark ground.
"""

SIGNS = {"came": "+", "went": "−", "restated": "~"}


def summary_of(changed: ChangedFacts) -> str:
    """Return how much changed, in one clause."""
    n = changed.counts
    said = f"{counted(n['came'], 'fact')} came, {n['went']} went, {n['restated']} restated"
    return f"{said}; further records were not read, so this is a part" if changed.is_cut else said


def confidences(change: ChangedFact) -> str:
    """Return how sure a fact is, and was."""
    if change.before is None or change.after is None:
        return _sure(change.before or change.after)
    if change.before.confidence == change.after.confidence:
        documents = counted(change.after.witnesses, "document")
        return f"{_sure(change.after)}, by {change.before.witnesses} → {documents}"
    return told_apart(change.before.confidence, change.after.confidence)


def fact_address(subject: str, type_: str, object_: str) -> str:
    """Return where the page shows a fact between two entities, given by their keys."""
    return f"/fact?{urlencode({'subject': subject, 'type': type_, 'object': object_})}"


def change_line(change: ChangedFact, page: str = "") -> str:
    """Return one change as a sentence of Markdown.

    Args:
        change: Of a fact; one that is there now leads to its sentences, another to its history.
        page: Address of the page on which people ask; empty: nothing leads anywhere.
    """
    fact = escaped(f"{change.subject} ─{change.type}→ {change.object}")
    if page:
        there = fact_address(change.subject_key, change.type, change.object_key)
        fact = f"[{fact}]({page}{there})"
    because = f" ({escaped(change.reason)})" if change.reason else ""
    # A plus at the beginning of an item would begin a list within the list.
    return f"{escaped(SIGNS[change.kind])} {fact}  {confidences(change)}{because}"


def change_rows(changed: Iterable[ChangedFacts]) -> list[dict[str, Any]]:
    """Return the first changes as rows of a table, all cells escaped."""
    facts = [fact for each in changed for fact in each.facts]
    return [
        {
            "what": fact.kind,
            "subject": escaped(fact.subject),
            "type": escaped(fact.type),
            "object": escaped(fact.object),
            "confidence": confidences(fact),
            "because of": escaped(fact.reason),
        }
        for fact in facts[:MOST_ROWS]
    ]


def picture(changed: ChangedFacts) -> str:
    """Return the largest cluster of changes, entities that changed facts join, as Mermaid.

    Nothing where fewer than two facts hang together: a list says that better.
    """
    cluster = largest_cluster(changed.facts)
    if len(cluster) < 2:
        return ""
    drawn = _around_the_busiest(cluster)[:MOST_ARROWS]
    numbers: dict[str, int] = {}
    lines = ["flowchart LR"]
    for fact in drawn:
        ends = ((fact.subject_key, fact.subject), (fact.object_key, fact.object))
        for key, name in ends:
            if key not in numbers:
                numbers[key] = len(numbers)
                lines.append(f'  n{numbers[key]}["{_label(name)}"]')
        subject, object_ = (numbers[key] for key, _ in ends)
        words = fact.type.replace("_", " ").lower()  # a label breaks its lines at blanks
        label = _label(f"{SIGNS[fact.kind]} {words} {confidences(fact)}")
        lines.append(f'  n{subject} {ARROWS[fact.kind]}|"{label}"| n{object_}')
    lines += [
        f"  linkStyle {number} stroke:{COLOURS[fact.kind]}" for number, fact in enumerate(drawn)
    ]
    rest = f"\n\n… and {len(cluster) - len(drawn)} more that hang together with these."
    fenced = "\n".join(["```mermaid", *lines, "```"])
    return f"{DRAWN_BY}\n\n{fenced}" + (rest if len(cluster) > len(drawn) else "")


def largest_cluster(facts: Sequence[ChangedFact]) -> list[ChangedFact]:
    """Return the facts of the largest group that share entities, in their order."""
    above: dict[str, str] = {}

    def root(key: str) -> str:
        while above.setdefault(key, key) != key:
            above[key] = above[above[key]]  # halves the way for those who come after
            key = above[key]
        return key

    for fact in facts:
        above[root(fact.subject_key)] = root(fact.object_key)
    sizes = Counter(root(fact.subject_key) for fact in facts)
    if not sizes:
        return []
    largest, _ = sizes.most_common(1)[0]
    return [fact for fact in facts if root(fact.subject_key) == largest]


def _around_the_busiest(cluster: Sequence[ChangedFact]) -> list[ChangedFact]:
    """Return the facts of a cluster so that each one touches an earlier one.

    The first ones are those of the entity of which most changed.
    """
    facts_by_key: dict[str, list[ChangedFact]] = {}
    for fact in cluster:
        for key in (fact.subject_key, fact.object_key):
            facts_by_key.setdefault(key, []).append(fact)
    reached = [max(facts_by_key, key=lambda key: len(facts_by_key[key]))]
    ordered: dict[str, ChangedFact] = {}
    for key in reached:  # grows while it is walked through
        for fact in facts_by_key.pop(key, ()):
            ordered.setdefault(fact.key, fact)
            reached += (fact.subject_key, fact.object_key)
    return list(ordered.values())


def _sure(state: FactState | None) -> str:
    return f"{state.confidence:.2f}" if state else ""


def _label(text: str) -> str:
    """Return a text for a label of Mermaid: whatever it could obey is written as a number."""
    one_line = shown(text)
    if len(one_line) > MOST_LETTERS:
        one_line = f"{one_line[: MOST_LETTERS - 1]}…"
    return "".join(
        character if character.isalnum() or character in " .,_→" else f"#{ord(character)};"
        for character in one_line
    )
