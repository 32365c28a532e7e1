"""The export of Label Studio, read: whose annotation counts, and what its results mean."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from extractors.corpora.files import Record, read_records
from extractors.corpora.label_studio.minimal import as_task
from extractors.corpora.label_studio.offsets import SAME, Utf16
from extractors.corpora.labelled import (
    GOLD,
    Found,
    Ids,
    LabelledDocument,
    Note,
    evidence_in,
    joined,
    mention_entity,
    not_labelled,
    unique,
    whole,
)
from extractors.corpora.text import entity_of, squeezed
from extractors.facts import Document, Entity, Extraction, Relation, Span

_LABELS = ("annotations", "predictions", "drafts")


def read(
    path: Path,
    *,
    entities: Literal["mentions", "clusters"] = "mentions",
    annotator: str | int | None = None,
    text_field: str = "text",
    predictions: bool = False,
) -> Iterator[Found]:
    """Yield each labelled task of an export.

    Args:
        path: A JSON list of tasks, or one task a line.
        entities: What an entity is: one region, or all that `Equiv` relations join.
        annotator: Read the annotations of this person alone, given by number or e-mail address.
        text_field: The field of a task's `data` that holds its text.
        predictions: Read what a model predicted, the last of several, instead of annotations.

    Raises:
        CorpusError: A task contradicts the format; says which.
    """
    ids = Ids()

    def document(record: Record) -> LabelledDocument | Note:
        record = as_task(record)
        chosen = _chosen(record, annotator, predictions=predictions)
        if chosen is None:
            what = "prediction" if predictions else "annotation that was submitted"
            return not_labelled(record.where, f"the task has no {what}")
        return _Reader(record, chosen, text_field, clustered=entities == "clusters").document(ids)

    return read_records(path, document)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The annotation to read of a task, and what is to be said about the choice."""

    result: Sequence[Mapping[str, Any]]
    notes: tuple[Note, ...] = ()


def _chosen(record: Record, annotator: str | int | None, *, predictions: bool) -> _Chosen | None:
    """Return what to read of a task; None if nobody has labelled it."""
    if predictions:
        predicted = record.data.get("predictions") or []
        return _Chosen(predicted[-1]["result"]) if predicted else None
    submitted = [
        annotation
        for annotation in record.data.get("annotations") or []
        if not annotation.get("was_cancelled")
        and (annotator is None or str(annotator) in _names(annotation))
    ]
    if not submitted:
        return None
    # Without dates the last one counts: `max` keeps the first of equals.
    best = max(reversed(submitted), key=_rank)
    # Compared by what they say: every export gives the regions other ids.
    others = [other for other in submitted if _said(other) != _said(best)]
    notes: tuple[Note, ...] = ()
    if others:
        name = min(_names(best), default="nobody named")
        message = f"{len(others) + 1} annotations differ: that of {name} is read"
        notes = (Note("annotators disagree", record.where, message),)
    return _Chosen(best["result"], notes)


def _rank(annotation: Mapping[str, Any]) -> tuple[bool, str]:
    return bool(annotation.get("ground_truth")), str(annotation.get("updated_at") or "")


def _names(annotation: Mapping[str, Any]) -> set[str]:
    """Return what an annotator may be called: exports name people by number, or with address."""
    person = annotation.get("completed_by")
    if isinstance(person, Mapping):
        return {str(person[key]) for key in ("id", "email") if person.get(key) is not None}
    return set() if person is None else {str(person)}


def _said(annotation: Mapping[str, Any]) -> set[tuple[object, ...]]:
    """Return what an annotation says, whatever ids its regions have."""
    regions: dict[object, tuple[object, ...]] = {}
    for item in annotation["result"]:
        if item.get("type") == "labels":
            value = item["value"]
            labels = sorted(value.get("labels") or ())
            regions[item.get("id")] = (value["start"], value["end"], *labels)
    relations = {
        (regions.get(item["from_id"]), regions.get(item["to_id"]), item.get("direction"), label)
        for item in annotation["result"]
        if item.get("type") == "relation"
        for label in item.get("labels") or ()
    }
    return {*regions.values(), *relations}


@dataclass(slots=True)
class _Labels:
    """What a result says, before entities are made of it."""

    mentions: dict[str, tuple[tuple[Span, str], ...]] = field(default_factory=dict)
    """By the id of their region: one for each of its labels."""
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    """Regions of one entity."""


class _Reader:
    """Reads one task."""

    def __init__(
        self, record: Record, chosen: _Chosen, text_field: str, *, clustered: bool
    ) -> None:
        self._record = record
        self._chosen = chosen
        self._clustered = clustered
        self._notes = list(chosen.notes)
        self._unread: Counter[str] = Counter()
        self._text = _text(record.data["data"], text_field)
        self._utf16 = Utf16(self._text)
        self._elsewhere = self._other_fields(text_field)

    def document(self, ids: Ids) -> LabelledDocument:
        labels = self._labels()
        entities_by_id = self._entities(labels)
        given = list(chain.from_iterable(entities_by_id.values()))
        entities = tuple(dict.fromkeys(given))
        relations = unique(self._relations(labels, entities_by_id))
        if not self._clustered and len(entities) < len(given):
            n_repeated = len(given) - len(entities)
            self._note("repeated mention", f"{n_repeated} said more than once")
        for kind, n in self._unread.items():
            self._note("not read", f"{n} results of type {kind}")
        data = self._record.data["data"]
        return LabelledDocument(
            extraction=Extraction(
                document=Document(
                    id=ids.new(data.get("id", self._record.data.get("id")), self._record.number),
                    text=self._text,
                    source="label_studio",
                    title=str(data.get("title") or ""),
                ),
                chunks=whole(self._text),
                entities=entities,
                relations=relations,
                extractor=GOLD,
            ),
            format="label_studio",
            where=self._record.where,
            record={k: v for k, v in self._record.data.items() if k not in _LABELS},
            notes=tuple(self._notes),
        )

    def _other_fields(self, text_field: str) -> frozenset[str]:
        """Return the names of controls whose regions are of another field than the text.

        The export does not say which control shows which field. One named after a field shows it;
        of several others the one shows the text whose regions quote it most often.
        """
        fitting: Counter[str] = Counter()
        for item in self._chosen.result:
            if item.get("type") == "labels":
                fits = self._quotes_the_text(item["value"])
                fitting[str(item.get("to_name", text_field))] += fits
        names = set(fitting)
        data = self._record.data["data"]
        others = {name for name in names if name != text_field and isinstance(data.get(name), str)}
        if text_field in names:
            return frozenset(names - {text_field})
        if unknown := sorted(names - others):
            others |= {*unknown} - {max(unknown, key=lambda name: fitting[name])}
        return frozenset(others)

    def _quotes_the_text(self, value: Mapping[str, Any]) -> bool:
        quoted = squeezed(str(value.get("text") or "").replace("\\n", " "))
        start, end = value.get("start"), value.get("end")
        if not quoted or type(start) is not int or type(end) is not int or not 0 <= start < end:
            return False
        return quoted in (
            self._squeezed(self._utf16.span(start, end)),
            self._squeezed(Span(start, end)),
        )

    def _labels(self) -> _Labels:
        labels = _Labels()
        for item in self._chosen.result:
            type_ = item.get("type")
            if type_ == "labels" and item.get("to_name") in self._elsewhere:
                quoted = str(item["value"].get("text") or "")
                self._note("region of another field", f"{quoted!r} is of {item['to_name']!r}")
            elif type_ == "labels":
                labels.mentions[item["id"]] = self._mentions(item["value"])
            elif type_ != "relation":
                self._unread[str(type_)] += 1
        for item in self._chosen.result:
            if item.get("type") == "relation":
                self._add_relation(item, labels)
        return labels

    def _mentions(self, value: Mapping[str, Any]) -> tuple[tuple[Span, str], ...]:
        span = self._span(value)
        if not value.get("labels"):
            self._note("region without a label", f"{self._text[span.start : span.end]!r}")
        return tuple((span, type_) for type_ in value.get("labels") or ())

    def _span(self, value: Mapping[str, Any]) -> Span:
        start, end = value["start"], value["end"]
        if type(start) is not int or type(end) is not int:  # `true` is an `int`, too
            raise ValueError(f"a region of a text begins and ends at a number, not at {start!r}")
        span = self._utf16.span(start, end)
        # Line ends are quoted as `\n` in two characters.
        quoted = squeezed(str(value.get("text") or "").replace("\\n", " "))
        if quoted and self._squeezed(span) != quoted:
            points = Span(start, end)
            if self._squeezed(points) == quoted:
                self._note("offset", f"{start}:{end} fits {value['text']!r} in code points alone")
                return points
            labelled_text = self._text[span.start : span.end]
            self._note("offset", f"{value['text']!r} is labelled where {labelled_text!r} stands")
        if span.end > len(self._text):
            if not quoted or self._squeezed(span) != quoted:
                raise ValueError(f"{start}:{end} lies beyond {len(self._text)} characters")
            self._note("offset", f"{start}:{end} ends behind the text, {value['text']!r} fits")
            return Span(span.start, len(self._text))
        return span

    def _squeezed(self, span: Span) -> str:
        return squeezed(self._text[span.start : span.end].replace("\\n", " "))

    def _add_relation(self, item: Mapping[str, Any], labels: _Labels) -> None:
        ends = item["from_id"], item["to_id"]
        types = item.get("labels") or ()
        if missing := [end for end in ends if not labels.mentions.get(end)]:
            said = f"{', '.join(types) or 'a relation'} names {', '.join(map(repr, missing))}"
            self._note("relation without its region", f"{said}, which is not there")
        elif not types:
            self._note("relation without a label", f"between {ends[0]!r} and {ends[1]!r}")
        else:
            direction = item.get("direction") or "right"
            if direction not in ("right", "left", "bi"):
                raise ValueError(f"a relation points right, left or both ways, not {direction!r}")
            ways = {"right": [ends], "left": [ends[::-1]], "bi": [ends, ends[::-1]]}[direction]
            for type_ in types:
                if type_ == SAME:
                    labels.pairs.append(ends)
                else:
                    labels.relations += [(subject, type_, object_) for subject, object_ in ways]

    def _entities(self, labels: _Labels) -> dict[str, tuple[Entity, ...]]:
        entities_by_id = {
            id_: tuple(mention_entity(self._text, type_, span) for span, type_ in region)
            for id_, region in labels.mentions.items()
        }
        if self._clustered:
            for ids in joined(labels.pairs):
                labelled = [mention for id_ in ids for mention in labels.mentions[id_]]
                types = Counter(type_ for _, type_ in labelled)
                if len(types) > 1:
                    self._note("cluster of mixed types", f"{dict(types)}")
                spans = [span for span, _ in labelled]
                entity = entity_of(self._text, types.most_common(1)[0][0], spans)
                entities_by_id |= dict.fromkeys(ids, (entity,))
        return entities_by_id

    def _relations(
        self, labels: _Labels, entities_by_id: Mapping[str, tuple[Entity, ...]]
    ) -> Iterator[Relation]:
        for subject_id, type_, object_id in labels.relations:
            # A region with several labels takes part under the first of them.
            subject, object_ = entities_by_id[subject_id][0], entities_by_id[object_id][0]
            spans = [labels.mentions[id_][0][0] for id_ in (subject_id, object_id)]
            yield Relation(subject, type_, object_, (evidence_in(whole(self._text), *spans),))

    def _note(self, kind: str, message: str) -> None:
        self._notes.append(Note(kind, self._record.where, message))


def _text(data: Mapping[str, Any], text_field: str) -> str:
    if not isinstance(data.get(text_field), str):
        fields = ", ".join(sorted(data)) or "nothing"
        raise ValueError(f"its data hold no text called {text_field!r}, only {fields}")
    return str(data[text_field])
