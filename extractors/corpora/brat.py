r"""brat standoff: a folder of `NAME.txt` and `NAME.ann` (Chinese literature, and many others).

    T1	Person 10 17	Ada
    T2	Metric 156 159;160 161	80 %
    R1	WORKS_FOR Arg1:T1 Arg2:T2
    *	Equiv T1 T3

Every `T` is an entity of its own; with `entities="clusters"` those that a `*` line joins are one.
A mention in pieces is read from its first character to its last. Events, attributes and comments
are counted in the notes and not read; a relation of an event is noted and left out.

Two flaws of real folders are mended and noted: lines of an `.ann` broken by a line end inside the
quoted text are joined, and where offsets have slipped by up to three characters the span is moved
to where the quoted text stands. With `join_lines=True` lines wrapped at a fixed width are joined
in the text too, so that a word broken over two lines is one word again; the writer puts the line
ends back.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Literal

from extractors.corpora.files import at, opened, write_text
from extractors.corpora.labelled import (
    GOLD,
    Found,
    LabelledDocument,
    Note,
    evidence_in,
    flatten,
    joined,
    mention_entity,
    unique,
    whole,
)
from extractors.corpora.text import entity_of, squeezed
from extractors.corpora.wrapping import Joined, as_given, join_wrapped
from extractors.errors import CorpusError
from extractors.facts import Document, Entity, Extraction, Relation, Span

_ANNOTATION = re.compile(r"([TREAMN]\d+|[*#]\S*)\t")
_SLIPS = (0, -1, 1, -2, 2, -3, 3)


def read(
    path: Path,
    *,
    entities: Literal["mentions", "clusters"] = "mentions",
    join_lines: bool = False,
) -> Iterator[Found]:
    """Yield each document of a brat folder, in the order of their names.

    Args:
        path: A folder, looked through with all folders in it, or one `.ann` file.
        entities: What an entity is: one mention, or all that a `*` line joins.
        join_lines: Whether to join lines that were wrapped at a fixed width.

    Raises:
        CorpusError: A file contradicts the format; says in which line.
    """
    folder, files = (path, sorted(path.rglob("*.ann"))) if path.is_dir() else (path.parent, [path])
    for file in files:
        name = file.relative_to(folder).with_suffix("").as_posix()
        try:
            with opened(file.with_suffix(".txt")) as text_file:
                text = text_file.read()
            joined = join_wrapped(text) if join_lines else as_given(text)
            yield _Reader(file, name, text, joined, clustered=entities == "clusters").document()
        except CorpusError as error:
            yield error


def annotation_conf(entity_types: Sequence[str], relation_types: Sequence[str]) -> str:
    """Return the `annotation.conf` that tells brat which labels to offer in a folder."""
    pair = "Arg1:<ENTITY>, Arg2:<ENTITY>"
    lines = [
        "[entities]",
        *entity_types,
        "[relations]",
        *(f"{type_}\t{pair}" for type_ in relation_types),
        f"Equiv\t{pair}, <REL-TYPE>:symmetric-transitive",
        f"<OVERLAP>\t{pair}, <OVL-TYPE>:<ANY>",
        "[events]",
        "[attributes]",
    ]
    return "".join(f"{line}\n" for line in lines)


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as a brat folder; entities of several mentions get a `*` line.

    Raises:
        CorpusError: A document's id leads out of the folder.
    """
    path.mkdir(parents=True, exist_ok=True)
    for document in documents:
        name = document.extraction.document.id
        file = path / f"{name}.ann"
        if "\0" in name or not file.resolve().is_relative_to(path.resolve()):
            raise CorpusError(path, document.where, f"{name!r} cannot be a file name")
        joined = document.record if document.format == "brat" else None
        joined = joined or as_given(document.extraction.document.text)
        write_text(file.with_suffix(".txt"), [joined.original])
        write_text(file, _annotations(document, joined))


@dataclass(slots=True)
class _Line:
    number: int
    text: str

    @property
    def where(self) -> str:
        return f"line {self.number}"


@dataclass(slots=True)
class _Labels:
    """What the lines of one file say, before entities are made of it."""

    mentions: dict[str, tuple[Span, str]] = field(default_factory=dict)
    relations: list[tuple[_Line, str, str, str]] = field(default_factory=list)
    groups: list[tuple[_Line, list[str]]] = field(default_factory=list)


class _Reader:
    """Reads one document."""

    def __init__(
        self, path: Path, name: str, text: str, joined: Joined, *, clustered: bool
    ) -> None:
        self._path = path
        self._name = name
        self._text = text
        self._joined = joined
        self._clustered = clustered
        self._notes: list[Note] = []
        self._unread: Counter[str] = Counter()

    def document(self) -> LabelledDocument:
        labels = self._labels()
        entity_by_id = self._entities(labels)
        entities = tuple(dict.fromkeys(entity_by_id.values()))
        n_mentions = len(labels.mentions) - len(set(labels.mentions.values()))
        if n_mentions:
            self._note("repeated mention", self._path.name, f"{n_mentions} said more than once")
        relations = [
            self._relation(label, entity_by_id, labels)
            for label in labels.relations
            if not self._is_of_event(label)
        ]
        once = unique(relations)
        if len(once) < len(relations) and not self._clustered:
            n = len(relations) - len(once)
            self._note("repeated relation", self._path.name, f"{n} said more than once")
        for kind, n in self._unread.items():
            self._note("not read", self._path.name, f"{n} lines of kind {kind}")
        return LabelledDocument(
            extraction=Extraction(
                document=Document(id=self._name, text=self._joined.text, source="brat"),
                chunks=whole(self._joined.text),
                entities=entities,
                relations=once,
                extractor=GOLD,
            ),
            format="brat",
            where=self._path.name,
            record=self._joined,
            notes=tuple(self._notes),
        )

    def _labels(self) -> _Labels:
        labels = _Labels()
        for line in self._lines():
            with at(self._path, line.where):
                self._add(line, labels)
        return labels

    def _lines(self) -> list[_Line]:
        """Return the annotations, each on one line however many it took."""
        lines: list[_Line] = []
        with opened(self._path) as file:
            for number, raw in enumerate(file, start=1):
                text = raw.rstrip("\r\n")
                if _ANNOTATION.match(text):
                    lines.append(_Line(number, text))
                elif text.strip() and not lines:
                    raise CorpusError(self._path, f"line {number}", f"no annotation: {text[:40]!r}")
                elif text.strip():
                    # The quoted text had a line end: the rest of the annotation stands here.
                    lines[-1].text += f" {text}"
                    self._note("broken line", f"line {number}", "joined with the line before it")
        return lines

    def _add(self, line: _Line, labels: _Labels) -> None:
        id_, _, rest = line.text.partition("\t")
        if id_.startswith("T"):
            if id_ in labels.mentions:
                raise ValueError(f"{id_} is used twice")
            labels.mentions[id_] = self._mention(line, rest)
        elif id_.startswith("R"):
            type_, *arguments = rest.split()
            ends = dict(argument.split(":", 1) for argument in arguments)
            labels.relations.append((line, type_, ends["Arg1"], ends["Arg2"]))
        elif id_.startswith("*"):
            labels.groups.append((line, rest.split()[1:]))
        else:
            self._unread[id_[0]] += 1

    def _mention(self, line: _Line, rest: str) -> tuple[Span, str]:
        place, _, quoted = rest.partition("\t")
        type_, _, offsets = place.partition(" ")
        pieces = [tuple(map(int, piece.split())) for piece in offsets.split(";")]
        start, end = pieces[0][0], pieces[-1][1]
        gaps = "".join(self._text[a:b] for (_, a), (b, _) in pairwise(pieces))
        if gaps.strip() and not self._reads(start, end, quoted):
            self._note("mention in pieces", line.where, "read from its first character to its last")
        # The nearest place that reads as quoted wins; no slip at all is tried first.
        slip = next((by for by in _SLIPS if self._reads(start + by, end + by, quoted)), None)
        if slip:
            self._note("offset", line.where, f"moved by {slip:+} to where {quoted!r} stands")
        elif slip is None and len(pieces) == 1:
            labelled_text = self._text[start:end]
            self._note(
                "offset", line.where, f"{quoted!r} is labelled where {labelled_text!r} stands"
            )
        span = Span(start + (slip or 0), end + (slip or 0))
        if span.end > len(self._text):
            raise ValueError(f"{span.start}:{span.end} lies beyond {len(self._text)} characters")
        return self._joined.to_joined(span), type_

    def _reads(self, start: int, end: int, quoted: str) -> bool:
        return start >= 0 and squeezed(self._text[start:end]) == squeezed(quoted)

    def _entities(self, labels: _Labels) -> dict[str, Entity]:
        text = self._joined.text
        entity_by_id = {
            id_: mention_entity(text, type_, span) for id_, (span, type_) in labels.mentions.items()
        }
        if self._clustered:
            for ids in self._groups(labels):
                types = Counter(labels.mentions[id_][1] for id_ in ids)
                if len(types) > 1:
                    self._note("cluster of mixed types", self._path.name, f"{dict(types)}")
                spans = [labels.mentions[id_][0] for id_ in ids]
                entity = entity_of(text, types.most_common(1)[0][0], spans)
                entity_by_id |= dict.fromkeys(ids, entity)
        return entity_by_id

    def _groups(self, labels: _Labels) -> list[list[str]]:
        """Return the ids that `*` lines join, directly or by way of each other."""
        for line, ids in labels.groups:
            self._check_known(line, ids, labels.mentions)
        return joined(ids for _, ids in labels.groups)

    def _is_of_event(self, label: tuple[_Line, str, str, str]) -> bool:
        line, type_, *ids = label
        events = [id_ for id_ in ids if id_.startswith("E")]
        if events:
            message = f"{type_} names {', '.join(events)}: events are not read"
            self._note("relation of an event", line.where, message)
        return bool(events)

    def _relation(
        self,
        label: tuple[_Line, str, str, str],
        entity_by_id: Mapping[str, Entity],
        labels: _Labels,
    ) -> Relation:
        line, type_, *ids = label
        self._check_known(line, ids, entity_by_id)
        subject, object_ = (entity_by_id[id_] for id_ in ids)
        spans = [labels.mentions[id_][0] for id_ in ids]
        evidence = evidence_in(whole(self._joined.text), *spans)
        return Relation(subject, type_, object_, (evidence,))

    def _check_known(self, line: _Line, ids: Iterable[str], known: Iterable[str]) -> None:
        if unknown := sorted(set(ids) - set(known)):
            raise CorpusError(self._path, line.where, f"there is no {', '.join(unknown)}")

    def _note(self, kind: str, where: str, message: str) -> None:
        where = where if where == self._path.name else f"{self._path.name}, {where}"
        self._notes.append(Note(kind, where, message))


def _annotations(document: LabelledDocument, joined: Joined) -> Iterator[str]:
    facts = flatten(document.extraction)
    id_by_mention: dict[tuple[Span, str], str] = {}
    for span, type_ in facts.mentions:
        pieces = _pieces(joined.original, joined.to_original(span))
        if pieces:
            id_ = id_by_mention[span, type_] = f"T{len(id_by_mention) + 1}"
            offsets = ";".join(f"{piece.start} {piece.end}" for piece in pieces)
            quoted = " ".join(joined.original[piece.start : piece.end] for piece in pieces)
            yield f"{id_}\t{type_} {offsets}\t{quoted}\n"
    for entity in document.extraction.entities:
        ids = [id_by_mention.get((mention.span, entity.type)) for mention in entity.mentions]
        if len(written_ids := [id_ for id_ in ids if id_]) > 1:
            yield f"*\tEquiv {' '.join(written_ids)}\n"
    number = 0
    for subject, type_, object_ in facts.relations:
        first, second = facts.mentions[subject], facts.mentions[object_]
        if first in id_by_mention and second in id_by_mention:
            number += 1
            ends = f"Arg1:{id_by_mention[first]} Arg2:{id_by_mention[second]}"
            yield f"R{number}\t{type_} {ends}\n"


def _pieces(text: str, span: Span) -> Sequence[Span]:
    """Return the parts of a span between line ends: no line of an `.ann` can hold one."""
    return [
        Span(*match.span())
        for match in re.compile(r"[^\r\n]+").finditer(text, span.start, span.end)
    ]
