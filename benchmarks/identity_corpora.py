"""Documents of which somebody said which names mean one thing: those of two public corpora.

A document here is its text, its mentions with the thing that each means, and its facts. From these
follows what a graph would know of every name, without a graph.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flows.catalogue import Catalogue
from graphdb.identity import entity_key, untidiness
from graphdb.resolution import Equation, NameEvidence, SeenFact, equations
from graphdb.values import date_value

COUNTRIES = Catalogue()
"""The list of countries and peoples that every graph has."""
DATA = Path(__file__).parents[2] / "shared/data"


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A place that names a thing."""

    start: int
    end: int
    text: str
    type: str
    thing: str


@dataclass(slots=True)
class GoldDocument:
    """A text with what it names and says."""

    id: str
    text: str
    mentions: list[GoldMention] = field(default_factory=list)
    facts: list[tuple[GoldMention, str, GoldMention]] = field(default_factory=list)


def biored(part: str) -> list[GoldDocument]:
    """Return abstracts of BioRED, with the mentions that have one concept, and their relations."""
    documents: dict[str, GoldDocument] = {}
    mention_of: dict[tuple[str, str], GoldMention] = {}
    for line in (DATA / f"biored/{part}.PubTator").read_text("utf-8").splitlines():
        if line.count("|") >= 2 and line.split("|")[1] == "t":
            id_, _, title = line.split("|", 2)
            documents[id_] = GoldDocument(id_, title)
        elif line.count("|") >= 2 and line.split("|")[1] == "a":
            id_, _, abstract = line.split("|", 2)
            documents[id_].text += f" {abstract}"
        elif (fields := line.split("\t")) and len(fields) == 6 and fields[1].isdecimal():
            document, (start, end, text, type_, thing) = documents[fields[0]], fields[1:]
            if not set(",;|") & set(thing):
                mention = GoldMention(int(start), int(end), text, type_, f"{type_} {thing}")
                document.mentions.append(mention)
                mention_of.setdefault((fields[0], thing), mention)
        elif len(fields) == 5:
            ends = [mention_of.get((fields[0], end)) for end in fields[2:4]]
            if all(ends):
                documents[fields[0]].facts.append((ends[0], fields[1], ends[1]))
    return list(documents.values())


def docred() -> list[GoldDocument]:
    """Return DocRED's documents with Q-codes: names of people, organizations, places and works."""
    documents = []
    for row in json.loads((DATA / "docred_extra/train.json").read_text("utf-8")):
        words = [(number, word) for number, words in enumerate(row["sents"]) for word in words]
        text, starts = "", []
        for _, word in words:
            starts.append(len(text))
            text += f"{word} "
        first_of = {}
        for place, (number, _) in enumerate(words):
            first_of.setdefault(number, place)
        document = GoldDocument(row["title"], text)
        by_vertex: dict[int, GoldMention] = {}
        for vertex, mentions in enumerate(row["vertexSet"]):
            seen = set()
            for each in mentions:
                code = each.get("wikidata_qcode")
                first, last = (first_of[each["sent_id"]] + place for place in each["pos"])
                start = starts[first]
                end = starts[last - 1] + len(words[last - 1][1])
                if not code or each["type"] in ("TIME", "NUM") or (start, end) in seen:
                    continue
                seen.add((start, end))
                mention = GoldMention(start, end, text[start:end], each["type"], code)
                document.mentions.append(mention)
                by_vertex.setdefault(vertex, mention)
        for label in row["labels"]:
            ends = by_vertex.get(label["h"]), by_vertex.get(label["t"])
            if ends[0] and ends[1]:
                document.facts.append((ends[0], label["r"], ends[1]))
        documents.append(document)
    return documents


def evidence(documents: Iterable[GoldDocument], canonical: bool = True) -> dict[str, NameEvidence]:
    """Return what the documents say of each name, by its key, and what the list of countries does.

    With `canonical` the mentions of one thing in a document are read as its best name, as an
    extractor gives them; else each mention stands for itself.
    """
    texts, types = defaultdict(set), {}
    in_documents, facts, equated = (
        defaultdict(set),
        defaultdict(list),
        defaultdict(lambda: defaultdict(set)),
    )
    aliases = set[tuple[str, str]]()
    for document in documents:
        keys = read_as(document, canonical=canonical)
        for mention, key in keys.items():
            if entity_key(mention.type, mention.text) == key:
                texts[key].add(mention.text)
            types[key] = mention.type
            in_documents[key].add(document.id)
        own = [(m.start, m.end, m.type, entity_key(m.type, m.text)) for m in document.mentions]
        for one, other, is_alias in equations(document.text, own):
            for pair in ((one, other), (other, one)):
                equated[pair[0]][pair[1]].add(document.id)
                aliases.update({pair} if is_alias else ())
        for subject, type_, object_ in document.facts:
            ends = (keys[subject], keys[object_])
            for is_subject, end, other, mention in (
                (True, *ends, object_),
                (False, *reversed(ends), subject),
            ):
                value = date_value(mention.text) if mention.type in ("Time", "TIME") else None
                facts[end].append(
                    SeenFact(
                        document=document.id,
                        type=type_,
                        is_subject=is_subject,
                        other=other,
                        other_name=mention.text,
                        other_type=mention.type,
                        edtf=value.edtf if value else None,
                        earliest=value.earliest if value else None,
                        latest=value.latest if value else None,
                    )
                )
    return {
        key: NameEvidence(
            key=key,
            type=types[key],
            texts=tuple(sorted(texts[key], key=untidiness)),
            documents=frozenset(in_documents[key]),
            known=frozenset().union(*(COUNTRIES(types[key], text) for text in texts[key])),
            facts=tuple(facts[key]),
            equated={
                other: Equation(min(texts[other]), frozenset(ids), (key, other) in aliases)
                for other, ids in equated[key].items()
                if texts[other]
            },
        )
        for key in types
    }


def read_as(document: GoldDocument, *, canonical: bool) -> dict[GoldMention, str]:
    """Return the key that each mention is read as."""
    longest: dict[str, str] = {}
    for mention in document.mentions:
        longest[mention.thing] = max(longest.get(mention.thing, ""), mention.text, key=len)
    return {
        mention: entity_key(mention.type, longest[mention.thing] if canonical else mention.text)
        for mention in document.mentions
    }
