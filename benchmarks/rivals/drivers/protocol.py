"""What the table and a writer say to each other: lines of JSON, in by stdin and out by a pipe.

    → {"uri": …, "state": …, …}                           ← {"version": "1.2.3"}
    → {"write": [document, …]}                            ← {"set_aside": {id: reason, …}}
    → {"delete": [id, …]}                                 ← {"error": "what was raised"}

Standard library only: this runs in the Python of each rival. A document is what
`Extraction.to_dict` returns; `state` is a folder that outlives the process.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, NamedTuple, Protocol

Document = dict[str, Any]


class Writer(Protocol):
    """A tool that writes documents to a graph; what it raises is reported."""

    def write(self, documents: list[Document]) -> dict[str, str] | None:
        """Make the graph say what these documents say; return who was left out, and why."""

    def delete(self, ids: list[str]) -> None:
        """Take documents out of the graph."""


@dataclass(frozen=True)
class Server:
    """The Neo4j to write to, a folder to remember things in, and the types that may occur."""

    uri: str
    user: str
    password: str
    state: str
    relation_types: list[str]


class Name(NamedTuple):
    """An entity, as a chunk names it."""

    type: str
    name: str


class Fact(NamedTuple):
    """A relation, as a chunk states it."""

    subject: Name
    type: str
    object: Name
    confidence: float


@dataclass
class Passage:
    """One chunk with what it mentions and states."""

    id: str
    index: int
    text: str
    entities: list[Name] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def passages(document: Document) -> Iterator[Passage]:
    """Yield the chunks of a document, each with its own share of the facts."""
    text, id_ = document["document"]["text"], document["document"]["id"]
    names = [Name(entity["type"], entity["name"]) for entity in document["entities"]]
    for index, (start, end) in enumerate(document["chunks"]):
        passage = Passage(f"{id_}#{index}", index, text[start:end])
        for name, entity in zip(names, document["entities"], strict=True):
            if any(start <= mention[0] < end for mention in entity["mentions"]):
                passage.entities.append(name)
        for relation in document["relations"]:
            subject, object_ = names[relation["subject"]], names[relation["object"]]
            found = [each[2] for each in relation["evidence"] if start <= each[0] < end]
            if found:
                passage.facts.append(Fact(subject, relation["type"], object_, max(found)))
        yield passage


def serve(distribution: str, connect: Callable[[Server], Writer]) -> None:
    """Do what the table asks for until it closes the stream."""
    replies = os.fdopen(int(sys.argv[1]), "w")  # not stdout: libraries print

    def reply(**fields: object) -> None:
        print(json.dumps(fields), file=replies, flush=True)

    writer = connect(Server(**json.loads(sys.stdin.readline())))
    reply(version=metadata.version(distribution))
    for line in sys.stdin:
        ((verb, argument),) = json.loads(line).items()
        try:
            set_aside = getattr(writer, verb)(argument)
        except Exception as error:  # noqa: BLE001 - whatever it is, it goes into the table
            reply(error=f"{type(error).__name__}: {error}")
        else:
            reply(set_aside=set_aside or {})
