"""What people said of facts as labelled passages, from which a model can learn."""

from collections.abc import Iterator
from typing import Any

from graphdb.connection import Connection, Row
from graphdb.identity import Verdict
from graphdb.judging import Judging
from graphdb.queries import cypher


def lessons(judging: Judging, verdicts: list[Verdict]) -> Iterator[dict[str, Any]]:
    """Yield a labelled text, as nightloom's own lines hold it, for each passage and type judged.

    A text says which relation type was looked for (`asked`) and which facts of it stand there: the
    judged one if it is right, and whatever else is stated of that type, but nothing that was called
    wrong. So a model learns from a wrong fact that nothing of the type joins these two here.
    """
    done: set[tuple[str, str]] = set()
    for verdict in verdicts:
        for passage in _passages(judging.connection, sorted(judging.facts([verdict]))):
            if (passage["key"], verdict.type) not in done:
                done.add((passage["key"], verdict.type))
                yield _lesson(passage, verdict)


def _passages(connection: Connection, facts: list[str]) -> list[Row]:
    return connection.read(cypher("verdicts/passages"), facts=facts) if facts else []


def _lesson(passage: Row, verdict: Verdict) -> dict[str, Any]:
    start, end = passage["start"], passage["start"] + len(passage["text"])
    places: dict[str, list[list[int]]] = {}
    types: dict[str, str] = {}
    for mention in sorted(passage["mentions"], key=lambda each: (each["start"], each["end"])):
        if start <= mention["start"] and mention["end"] <= end:
            types[mention["entity"]] = mention["type"]
            place = [mention["start"] - start, mention["end"] - start]
            places.setdefault(mention["entity"], []).append(place)
    numbers = {key: number for number, key in enumerate(places)}
    triples = sorted(
        {
            (numbers[row["subject"]], numbers[row["object"]])
            for row in passage["states"]
            if row["type"] == verdict.type and {row["subject"], row["object"]} <= numbers.keys()
        }
    )
    return {
        "id": f"{passage['document_id']}#{start}/{verdict.type}",
        "text": passage["text"],
        "asked": [verdict.type],
        "entities": [{"mentions": places[key], "type": types[key]} for key in places],
        "relations": [
            {"subject": subject, "type": verdict.type, "object": object_}
            for subject, object_ in triples
        ],
        "meta": {"judged": str(verdict), "kind": verdict.kind, "at": verdict.at},
    }
