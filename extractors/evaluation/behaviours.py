"""Behaviours: small texts, with what a model must and must not find in each.

Figures over a corpus say how often a model is right. A table of behaviours says what it can do:
keep people in a list apart, believe no denial, read past a heading. The idea, of tests by
capability beside the average, is that of Ribeiro et al., "Beyond Accuracy: Behavioral Testing of
NLP Models with CheckList", ACL 2020.

A file has one case a line:

    {"id": "denied-1", "kind": "denied", "text": "Ann Lee was never married to Bo Roe.",
     "must_not": [["Ann Lee", ["SPOUSE"], "Bo Roe"]]}
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from extractors.errors import CorpusError
from extractors.facts import Document, Entity, Extraction, Relation

ANY = "*"
"""Stands for any entity, or any relation type."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FactPattern:
    """A fact that a text states or does not: names as they stand in the text, and types."""

    subject: str
    """One name or several (`"Ann Lee|Lee"`), any of which will do; `*`: any entity."""
    types: tuple[str, ...]
    """Relation types, any of which will do; `*`: any type."""
    object: str
    """As the subject."""

    def __str__(self) -> str:
        return f"{self.subject} {'/'.join(self.types)} {self.object}"

    def relations_in(self, extraction: Extraction) -> list[Relation]:
        """Return the relations that say this."""
        return [
            relation
            for relation in extraction.relations
            if (ANY in self.types or relation.type in self.types)
            and _is_called(relation.subject, self.subject)
            and _is_called(relation.object, self.object)
        ]


def _fact_pattern(value: Any) -> Any:
    """Read `["Ann Lee", ["SPOUSE"], "Bo Roe"]`; one type may stand without brackets."""
    if isinstance(value, list) and len(value) == 3:
        types = [value[1]] if isinstance(value[1], str) else value[1]
        return {"subject": value[0], "types": types, "object": value[2]}
    raise ValueError('write a fact as ["subject", ["TYPE", …], "object"]')


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Case:
    """One text, and what is to be found in it."""

    id: str
    kind: str
    """What the case tries; cases of one kind are a row of the table."""
    text: str
    must: tuple[Annotated[FactPattern, BeforeValidator(_fact_pattern)], ...] = ()
    """Facts that have to be stated."""
    must_not: tuple[Annotated[FactPattern, BeforeValidator(_fact_pattern)], ...] = ()
    """Facts that must not be stated."""
    names: tuple[str, ...] = ()
    """Texts that have to be mentions, with exactly these borders."""
    not_names: tuple[str, ...] = ()
    """Texts that must not be mentions."""
    together: tuple[Pair, ...] = ()
    """Pairs of names that have to be one entity."""
    apart: tuple[Pair, ...] = ()
    """Pairs of names that must not be one entity."""

    @property
    def document(self) -> Document:
        """The text as a model reads it."""
        return Document(id=self.id, text=self.text)

    def faults(self, extraction: Extraction) -> list[str]:
        """Return what is wrong with what a model found; nothing if the case is passed."""
        return list(self._faults(extraction))

    def _faults(self, extraction: Extraction) -> Iterator[str]:
        mention_texts = {text for entity in extraction.entities for text in _texts(entity)}
        for pattern in self.must:
            if not pattern.relations_in(extraction):
                yield f"not found: {pattern}"
        for pattern in self.must_not:
            for relation in pattern.relations_in(extraction):
                names = f"{relation.subject.name} {relation.type} {relation.object.name}"
                yield f"wrong: {names} ({relation.confidence:.2f})"
        for name in self.names:
            if name not in mention_texts:
                yield f"no mention reads {name!r}"
        for name in self.not_names:
            if name in mention_texts:
                yield f"a mention reads {name!r}"
        for first, second in self.together:
            if not any({first, second} <= _texts(entity) for entity in extraction.entities):
                yield f"not one entity: {first} and {second}"
        for first, second in self.apart:
            if any(_holds_both(entity, first, second) for entity in extraction.entities):
                yield f"one entity: {first} and {second}"

    def unmet(self) -> Iterator[str]:
        """Yield why no model could pass the case, if that is so."""
        if not (self.must or self.must_not or self._names()):
            yield "it asks for nothing: give it must, must_not, names, not_names, together or apart"
        for pattern in self.must:
            for end in (pattern.subject, pattern.object):
                if end != ANY and not any(name in self.text for name in end.split("|")):
                    yield f"its text does not have {end!r}, which it must find"
        for name in (*self.names, *(name for pair in self.together for name in pair)):
            if name not in self.text:
                yield f"its text does not have {name!r}, which it must find"

    def _names(self) -> tuple[object, ...]:
        return (*self.names, *self.not_names, *self.together, *self.apart)


@dataclass(frozen=True, slots=True)
class KindScore:
    """How many cases of one kind were passed."""

    kind: str
    passed: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourTable:
    """What a model can do, by kind, in the order of the file."""

    kinds: tuple[KindScore, ...]
    faults_by_case: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is wrong in each case that was not passed."""

    @property
    def passed(self) -> int:
        """Cases passed."""
        return sum(kind.passed for kind in self.kinds)

    @property
    def total(self) -> int:
        """All cases."""
        return sum(kind.total for kind in self.kinds)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for `--json`."""
        return {
            "passed": self.passed,
            "total": self.total,
            "kinds": {kind.kind: [kind.passed, kind.total] for kind in self.kinds},
            "faults": {case: list(faults) for case, faults in self.faults_by_case.items()},
        }


def read_cases(path: Path) -> list[Case]:
    """Read a file of cases.

    Raises:
        CorpusError: Names the file, the line, and what is wrong there: a key that is none, an id
            that comes twice, a name that has to be found and does not stand in the text.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(path, "", f"cannot be read: {error}") from error
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            case = _read_case(line)
        except ValueError as error:
            raise CorpusError(path, where, str(error)) from error
        if case.id in cases:
            raise CorpusError(path, where, f"the id {case.id!r} comes twice: change one")
        cases[case.id] = case
    if not cases:
        raise CorpusError(path, "", "has no cases: write one JSON object a line")
    return list(cases.values())


def judge_cases(cases: Sequence[Case], extractions: Iterable[Extraction]) -> BehaviourTable:
    """Compare what a model found with what the cases ask for, case by case."""
    passed_by_kind: dict[str, list[bool]] = {}
    faults_by_case: dict[str, tuple[str, ...]] = {}
    for case, extraction in zip(cases, extractions, strict=True):
        faults = case.faults(extraction)
        passed_by_kind.setdefault(case.kind, []).append(not faults)
        if faults:
            faults_by_case[case.id] = tuple(faults)
    kinds = tuple(
        KindScore(kind, sum(passed), len(passed)) for kind, passed in passed_by_kind.items()
    )
    return BehaviourTable(kinds=kinds, faults_by_case=faults_by_case)


_CASE = TypeAdapter(Case)


def _read_case(line: str) -> Case:
    """Read one line.

    Raises:
        ValueError: Says what is wrong with it.
    """
    try:
        case = _CASE.validate_python(json.loads(line))
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply: write one flat object a line") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"])) or "the case"
        raise ValueError(f"{key}: {first['msg'][:1].lower()}{first['msg'][1:]}") from error
    for reason in case.unmet():
        raise ValueError(reason)
    return case


def _texts(entity: Entity) -> set[str]:
    return {mention.text for mention in entity.mentions}


def _is_called(entity: Entity, names: str) -> bool:
    return names == ANY or bool(_texts(entity) & set(names.split("|")))


def _holds_both(entity: Entity, first: str, second: str) -> bool:
    """Say whether both names occur in an entity's mentions, also inside longer ones."""
    all_texts = "\n".join(_texts(entity))
    return first in all_texts and second in all_texts
