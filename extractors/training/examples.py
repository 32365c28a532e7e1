"""Gold extractions as training examples: windows with labelled spans, groups and relations."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from extractors.facts import Entity, Extraction, Span
from extractors.network import Group, ModelConfig
from extractors.text import IntArray, TextEncoder, Window, folded_name
from extractors.training.labels import ALL_LABELLED, NOTHING_IMPLIED, ImpliedConfig, Labels

_MOST_WORDS = 3
"""Names that a corpus may lack without being at fault are short: "French", "South African"."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a labelled document, with what should be read off it."""

    name: str
    """The document's id, for messages."""
    window: Window
    max_width: int
    """Longest mention in units."""
    groups: tuple[Group, ...]
    """The gold entities."""
    names: tuple[tuple[str, int, Group], ...]
    """Gold mentions grouped by name: normalised name, which entity, mentions."""
    relations: dict[tuple[int, int], tuple[int, ...]]
    """Relation types by subject and object."""
    evidence: dict[tuple[int, int], tuple[int, ...]]
    """Sentences that state it, where the corpus says so."""
    labels: Labels = ALL_LABELLED
    """What is labelled in the document."""
    implied: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    """Relation types that those of `relations` imply, by subject and object."""
    silent: frozenset[tuple[int, int]] = frozenset()
    """Spans, in units, that may be mentions although they have no label."""

    @property
    def n_tokens(self) -> int:
        """How many tokens the encoder reads."""
        return len(self.window.token_ids)

    def labelled_candidates(self) -> tuple[IntArray, IntArray]:
        """Return `(S, 2)` unit ranges, and `(S,)` what they are: 0 for no mention, else 1 + type.

        They are made anew for each batch: kept, they would take more memory than all the rest.
        """
        # A row for each first unit, a column for each width.
        table = np.zeros((len(self.window.units), self.max_width), np.int64)
        for group in self.groups:
            for start, end in group.mentions:
                table[start, end - start - 1] = 1 + group.type
        candidates = self.window.candidates(self.max_width)
        return candidates, table[candidates[:, 0], candidates[:, 1] - candidates[:, 0] - 1]


def examples_of(
    golds: Iterable[Extraction],
    encoder: TextEncoder,
    config: ModelConfig,
    *,
    labels: Labels = ALL_LABELLED,
    implied: ImpliedConfig = NOTHING_IMPLIED,
    names: Collection[str] = (),
) -> Iterator[Example]:
    """Cut labelled documents into examples; types outside the configuration are left out.

    Args:
        golds: All labelled alike.
        encoder: Cuts them into windows.
        config: Of the model.
        labels: What is labelled in them.
        implied: What their relations imply.
        names: In small letters, what may be a mention without a label, where not every name has
            one.
    """
    for gold in golds:
        for window in encoder.windows(gold.document.text):
            example = _example(gold, window, config, labels, implied)
            if not labels.every_name:
                example = replace(example, silent=_silent(gold.document.text, window, names))
            yield example


def _silent(text: str, window: Window, names: Collection[str]) -> frozenset[tuple[int, int]]:
    """Return the unit ranges that are called by one of some names, which are short."""
    units = window.units
    return frozenset(
        (start, end)
        for start in range(len(units))
        for end in range(start + 1, min(start + _MOST_WORDS, len(units)) + 1)
        if text[units[start].start : units[end - 1].end].casefold() in names
    )


def type_table(
    golds: Iterable[Extraction], config: ModelConfig, least: int
) -> npt.NDArray[np.bool_]:
    """Return `(E, E, R)`: which relation joins which types at least `least` times in the data."""
    row = {type_: index for index, type_ in enumerate(config.entity_types)}
    layer = {type_: index for index, type_ in enumerate(config.relation_types)}
    counts = np.zeros((len(row), len(row), len(layer)), np.int64)
    for gold in golds:
        shown: set[tuple[frozenset[Entity], str]] = set()
        for relation in gold.relations:
            ends = relation.subject, relation.object
            if relation.type not in layer or not row.keys() >= {end.type for end in ends}:
                continue
            cells = {(row[ends[0].type], row[ends[1].type])}
            if relation.type in config.symmetric:
                # Labelled one way round, the other or both: it is one example.
                if (frozenset(ends), relation.type) in shown:
                    continue
                shown.add((frozenset(ends), relation.type))
                cells |= {(second, first) for first, second in cells}
            for first, second in cells:
                counts[first, second, layer[relation.type]] += 1
    return counts >= least


def tag_labels(example: Example) -> IntArray:
    """Return `(U,)`: the number of each unit's label, in the order of `tagger.bio_labels`.

    Of mentions that lie inside one another the widest is tagged.
    """
    labels = np.zeros(len(example.window.units), np.int64)
    types = {units: group.type for group in example.groups for units in group.mentions}
    # Widest first: a narrower mention inside it finds its units taken.
    for start, end in sorted(types, key=lambda units: (units[0] - units[1], units)):
        if not labels[start:end].any():
            # `O` is 0, and each type has two numbers: first that of `B`, then that of `I`.
            labels[start:end] = 2 * (1 + types[start, end])
            labels[start] -= 1
    return labels


def _example(
    gold: Extraction, window: Window, config: ModelConfig, labels: Labels, implied: ImpliedConfig
) -> Example:
    units_of = _unit_ranges(window, config.max_width)
    groups: list[Group] = []
    names: list[tuple[str, int, Group]] = []
    index_of: dict[object, int] = {}
    for entity in gold.entities:
        if entity.type not in config.entity_types:
            continue
        type_ = config.entity_types.index(entity.type)
        units_by_name: dict[str, list[tuple[int, int]]] = {}
        for mention in entity.mentions:
            # A mention in another window, or one that is wider than any candidate, has no units.
            if unit_range := units_of(mention.span):
                units_by_name.setdefault(folded_name(mention.text), []).append(unit_range)
        if units_by_name:
            index_of[entity] = len(groups)
            names += [
                (name, len(groups), Group(type_, tuple(units)))
                for name, units in units_by_name.items()
            ]
            groups.append(
                Group(type_, tuple(place for units in units_by_name.values() for place in units))
            )
    relations: dict[tuple[int, int], tuple[int, ...]] = {}
    evidence: dict[tuple[int, int], tuple[int, ...]] = {}
    for relation in gold.relations:
        pair = index_of.get(relation.subject, -1), index_of.get(relation.object, -1)
        # A window that does not mention both ends cannot say what joins them.
        if min(pair) < 0 or relation.type not in config.relation_types:
            continue
        type_ = config.relation_types.index(relation.type)
        cited = _cited(window, [item.span for item in relation.evidence], gold)
        # Without direction the pair is asked about in both orders, and both should say yes.
        for way in (pair, pair[::-1]) if relation.type in config.symmetric else (pair,):
            relations[way] = tuple(dict.fromkeys((*relations.get(way, ()), type_)))
            if cited:
                evidence[way] = tuple(sorted({*evidence.get(way, ()), *cited}))
    return Example(
        gold.document.id,
        window,
        config.max_width,
        tuple(groups),
        tuple(names),
        relations,
        evidence,
        labels,
        _implied(relations, config, implied),
    )


def _implied(
    relations: Mapping[tuple[int, int], Sequence[int]], config: ModelConfig, implied: ImpliedConfig
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return the types that follow from relations, by subject and object."""
    types: dict[tuple[int, int], set[int]] = {}
    for (subject, object_), stated in relations.items():
        for name in (config.relation_types[type_] for type_ in stated):
            for first, other, second in implied.following(subject, name, object_):
                if other in config.relation_types:
                    others = types.setdefault((first, second), set())
                    others.add(config.relation_types.index(other))
    return {pair: tuple(sorted(others)) for pair, others in types.items()}


def _unit_ranges(window: Window, max_width: int) -> Callable[[Span], tuple[int, int] | None]:
    """Return what turns a span into units; None for one that no candidate stands for."""
    candidates = {
        (window.units[start].start, window.units[end - 1].end): (start, end)
        for start, end in window.candidates(max_width).tolist()
    }
    return lambda span: candidates.get((span.start, span.end))


def _cited(window: Window, spans: Sequence[Span], gold: Extraction) -> list[int]:
    """Return the window's sentences inside the evidence, unless that is the whole document."""
    # The whole document is cited where a corpus does not say which sentences state a relation.
    if any(len(span) == len(gold.document.text) for span in spans):
        return []
    return [
        index
        for index, sentence in enumerate(window.sentences)
        if any(span.overlaps(Span(sentence.start, sentence.end)) for span in spans)
    ]
