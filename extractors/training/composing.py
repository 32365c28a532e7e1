"""Training texts like real ones: documents cut, joined, listed, headed, surrounded and denied.

Corpora hold whole articles about one thing each. What people have is minutes with five topics,
lists of parallel statements, a fact between two pages without any, and sentences that deny. All of
that can be made from labelled documents without labelling anything again, because each change says
what becomes of the labels:

    excerpt   a part of a document      what lies outside is gone
    joined    documents one after the other   nothing in one is related to anything in another
    parallel  one sentence said of several    as many things as there are names
    denied    a statement turned into none    its relations are gone

Behaviour by construction is an old idea; see the invariance and directional tests of Ribeiro et
al. 2020, which judge models by such changes where this trains them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from extractors.facts import Chunk, Entity, Evidence, Extraction, Mention, Relation, Span
from extractors.text import folded_name, sentences
from extractors.training.labels import ALL_LABELLED, Labels
from extractors.training.swapping import OtherNames, rewritten
from extractors.training.validation import Share

T = TypeVar("T")

MAX_CHARACTERS = 4_000
"""A composed text is not made longer than this: a window or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposingConfig:
    """Which share of the documents is changed in which way, in every epoch anew."""

    excerpt: Share = 0.0
    """Cut to a few sentences in a row."""
    joined: Share = 0.0
    """Followed by another document, about something else."""
    parallel: Share = 0.0
    """A sentence of it said of others, too, one after the other or as a list."""
    denied: Share = 0.0
    """A statement in it denied, doubted, asked or supposed. English only."""
    headed: Share = 0.0
    """Given a heading."""
    surrounded: Share = 0.0
    """Put between sentences that mention nothing, of other documents."""

    @property
    def is_used(self) -> bool:
        """Whether any document may be changed."""
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class _Wording:
    """What stands before and after a clause that is no longer stated."""

    before: str
    after: str


# Each takes a main clause without its full stop. They are many, so that what is learned is that
# the clause is not asserted, and not the look of one of them.
_WORDINGS = tuple(
    _Wording(*pair)
    for pair in (
        ("It is not true that ", "."),
        ("It is not the case that ", "."),
        ("It was never shown that ", "."),
        ("There is no evidence that ", "."),
        ("No record says that ", "."),
        ("Nobody believes any more that ", "."),
        ("The report that ", " turned out to be false."),
        ("The claim that ", " has been withdrawn."),
        ("They denied that ", "."),
        ("It was wrongly reported that ", "."),
        ("It is unknown whether ", "."),
        ("Opinions differ on whether ", "."),
        ("We could not find out whether ", "."),
        ("Is it true that ", "?"),
        ("Does anybody know whether ", "?"),
        ("Suppose that ", "."),
        ("If it turned out that ", ", the file would have to be opened again."),
        ("It would be different if ", "."),
        ("Contrary to what was printed, it is false that ", "."),
        ("The rumour that ", " is without foundation."),
    )
)
_AUXILIARY = re.compile(r" (was|were|is|are|has|had) ")
# A line without a verb ("Libya, 9th century.") cannot be denied; what ends like one is enough.
_VERB = re.compile(
    r"\b(was|were|is|are|has|had|have|will|can|\w+ed|\w{2,}[^s\W]s|became|began|bore|bought|came"
    r"|drew|fell|gave|grew|held|kept|knew|led|left|lost|made|met|ran|sang|sat|sold|spoke|stood"
    r"|taught|took|went|won|wrote)\b"
)
_NOT = (" not", " never", " in fact not", " certainly not")
_SEPARATORS = ("\n\n", "\n\n", "\n\n---\n\n", "\n\n* * *\n\n", "\n", " ")
_BULLETS = ("- {}\n", "* {}\n", "• {}\n", "{n}. {}\n", "{n}) {}\n", "{}\n", "{}\n\n", "{} ", "{} ")
_HEADINGS = ("# {}\n\n", "## {}\n\n", "{}\n\n", "**{}**\n\n", "{}\n=====\n\n")
_PLAIN_HEADINGS = (
    "Notes",
    "Background",
    "Summary",
    "Overview",
    "News",
    "History",
    "About",
    "Update",
)


class Composer:
    """Makes other documents of labelled ones; the same seed makes the same."""

    def __init__(
        self,
        golds: Sequence[Extraction],
        config: ComposingConfig,
        labels: Sequence[Labels] = (),
    ) -> None:
        """Take the documents that others are made of, and what is labelled in each."""
        self._config = config
        self.names = OtherNames(golds)
        """The names in all of them, for whoever swaps some."""
        # What is labelled in one corpus may not be in another: only like and like are joined.
        by_labels: dict[Labels, list[Extraction]] = {}
        for gold, own_labels in zip(golds, labels or [ALL_LABELLED] * len(golds), strict=True):
            by_labels.setdefault(own_labels, []).append(gold)
        self._golds = {
            key: [gold for gold in group if len(gold.document.text) <= MAX_CHARACTERS]
            for key, group in by_labels.items()
        }
        # A sentence mentions nothing where all types were looked for, and nowhere else.
        whole = by_labels.get(ALL_LABELLED, ())
        self._neutral = _neutral_sentences(whole) if config.surrounded else []

    def composed(
        self, gold: Extraction, rng: np.random.Generator, labels: Labels = ALL_LABELLED
    ) -> Extraction:
        """Return a document as it is, or changed in the ways that are drawn for it.

        Args:
            gold: A labelled document.
            rng: Draws which changes, and all that they need.
            labels: What is labelled in it.
        """
        config = self._config
        text = gold
        if rng.random() < config.excerpt:
            text = _some_sentences(text, rng)
        if rng.random() < config.parallel:
            text = self._parallel(text, rng)
        elif rng.random() < config.denied:
            text = denied(text, rng)
        if rng.random() < config.headed:
            text = headed(text, rng)
        if rng.random() < config.surrounded and self._neutral:
            text = self._surrounded(text, rng)
        others = self._golds.get(labels, [])
        if rng.random() < config.joined and others:
            other = _drawn(others, rng)
            if len(text.document.text) + len(other.document.text) <= MAX_CHARACTERS:
                pair = [text, other] if rng.random() < 0.5 else [other, text]
                text = joined([pair[0], _drawn(_SEPARATORS, rng), pair[1]], gold)
        return text

    def _parallel(self, gold: Extraction, rng: np.random.Generator) -> Extraction:
        """Say one short sentence of a document of several things, each by another name."""
        spans = [
            span
            for span in sentences(gold.document.text)
            if len(span) <= 200 and len(_related_within(gold, span)) > 0
        ]
        if not spans:
            return gold
        said = excerpt(gold, _drawn(spans, rng))
        bullet = _drawn(_BULLETS, rng)
        parts: list[Extraction | str] = []
        for number in range(1, int(rng.integers(2, 6))):
            copy = self.names.swapped(said, 1.0, rng) if number > 1 else said
            before, after = bullet.replace("{n}", str(number)).split("{}")
            parts += [before, _stripped(copy), after]
        return joined(parts, gold)

    def _surrounded(self, gold: Extraction, rng: np.random.Generator) -> Extraction:
        """Put sentences that mention nothing before and after a text."""
        before, after = (self._neutral_text(int(rng.integers(0, 12)), rng) for _ in range(2))
        gap = _drawn((" ", "\n\n"), rng)
        parts: list[Extraction | str] = [before + gap if before else "", _stripped(gold)]
        return joined([*parts, gap + after if after else ""], gold)

    def _neutral_text(self, n_sentences: int, rng: np.random.Generator) -> str:
        return " ".join(_drawn(self._neutral, rng) for _ in range(n_sentences))


def excerpt(gold: Extraction, span: Span) -> Extraction:
    """Return a part of a document with what is labelled in it.

    A relation stays if the part mentions both its ends and, where the corpus says what states it,
    holds that.
    """
    text = gold.document.text[span.start : span.end]

    def moved(inner: Span) -> Span:
        return Span(inner.start - span.start, inner.end - span.start)

    entities: dict[Entity, Entity] = {}
    for entity in gold.entities:
        mentions = tuple(
            Mention(moved(mention.span), mention.text, mention.confidence)
            for mention in entity.mentions
            if _contains(span, mention.span)
        )
        if mentions:
            texts = [mention.text for mention in mentions]
            name = entity.name if entity.name in texts else max(texts, key=len)
            entities[entity] = Entity(entity.type, name, mentions)
    relations = []
    for relation in gold.relations:
        if relation.subject not in entities or relation.object not in entities:
            continue
        evidence = tuple(
            Evidence(moved(item.span), item.confidence)
            for item in relation.evidence
            if _contains(span, item.span)
        )
        if not evidence and _is_located(relation, gold):
            continue
        relations.append(
            replace(
                relation,
                subject=entities[relation.subject],
                object=entities[relation.object],
                evidence=evidence or (Evidence(Span(0, len(text))),),
            )
        )
    return _built(gold, text, list(entities.values()), relations)


def joined(parts: Sequence[Extraction | str], like: Extraction) -> Extraction:
    """Write documents and plain texts one after the other.

    What two of them call by one name of one type is one entity; nothing else joins them.

    Args:
        parts: In order; a plain text mentions nothing.
        like: Whose id, title and source the whole gets.
    """
    text, position = "".join(_text(part) for part in parts), 0
    mentions_by_name: dict[tuple[str, str], list[Mention]] = {}
    pending: list[tuple[Relation, int, int, dict[Entity, tuple[str, str]]]] = []
    for part in parts:
        if isinstance(part, Extraction):
            keys = {entity: (entity.type, folded_name(entity.name)) for entity in part.entities}
            for entity, key in keys.items():
                mentions_by_name.setdefault(key, []).extend(
                    Mention(_shifted(each.span, position), each.text, each.confidence)
                    for each in entity.mentions
                )
            length = len(part.document.text)
            pending += [(relation, position, length, keys) for relation in part.relations]
        position += len(_text(part))
    entities = {
        key: Entity(key[0], max((m.text for m in mentions), key=len), _ordered(mentions))
        for key, mentions in mentions_by_name.items()
    }
    relations = {
        (subject, relation.type, object_): replace(
            relation,
            subject=subject,
            object=object_,
            evidence=tuple(
                # What spans a whole part says nothing of where in it, and so of where in the text.
                Evidence(
                    Span(0, len(text)) if len(item.span) == length else _shifted(item.span, shift),
                    item.confidence,
                )
                for item in relation.evidence
            ),
        )
        for relation, shift, length, keys in pending
        if (subject := entities[keys[relation.subject]])
        is not (object_ := entities[keys[relation.object]])
    }
    return _built(like, text, list(entities.values()), list(relations.values()))


def denied(gold: Extraction, rng: np.random.Generator) -> Extraction:
    """Turn a short statement of a document into one that is denied, doubted, asked or supposed.

    Only a sentence that relates one pair, which no other sentence mentions together, is taken: of
    a longer one part might still be stated.
    """
    spans = list(sentences(gold.document.text))
    deniable = []
    for span in spans:
        pairs = {frozenset((r.subject, r.object)) for r in _related_within(gold, span)}
        elsewhere = [other for other in spans if other != span]
        if len(span) <= 160 and len(pairs) == 1 and _is_statement(gold, span):
            (pair,) = pairs
            # A sentence that ends or begins within a name cannot get other words around it.
            is_whole = not any(
                mention.span.overlaps(span) and not _contains(span, mention.span)
                for entity in gold.entities
                for mention in entity.mentions
            )
            if is_whole and not any(_mentions_all(other, pair) for other in elsewhere):
                deniable.append((span, pair))
    if not deniable:
        return gold
    span, pair = deniable[int(rng.integers(len(deniable)))]
    before, edits = _denial(gold, span, pair, rng)
    kept_relations = [r for r in gold.relations if frozenset((r.subject, r.object)) != pair]
    changed = rewritten(replace(gold, relations=tuple(kept_relations)), edits)
    return joined([before, changed], gold) if before else changed


def headed(gold: Extraction, rng: np.random.Generator) -> Extraction:
    """Put a heading before a text: the name of what it mentions most, or a word that names nothing.

    The name in a heading is a mention like any other.
    """
    heading = _drawn(_HEADINGS, rng)
    before, after = heading.split("{}")
    if not gold.entities or rng.random() < 0.4:
        return joined([before + _drawn(_PLAIN_HEADINGS, rng) + after, _stripped(gold)], gold)
    main = max(gold.entities, key=lambda entity: len(entity.mentions))
    name = _built(
        gold,
        main.name,
        [Entity(main.type, main.name, (Mention(Span(0, len(main.name)), main.name),))],
        [],
    )
    return joined([before, name, after, _stripped(gold)], gold)


def _denial(
    gold: Extraction, span: Span, pair: frozenset[Entity], rng: np.random.Generator
) -> tuple[str, dict[Span, str]]:
    """Return what to write before the text and in it, so that a sentence states nothing."""
    text = gold.document.text
    stop = span.start + len(text[span.start : span.end].rstrip()) - 1
    auxiliary = _auxiliary_between(gold, span, pair)
    if auxiliary and rng.random() < 0.5:
        word = text[auxiliary.start : auxiliary.end]
        return "", {auxiliary: word + _drawn(_NOT, rng)}
    wording = _drawn(_WORDINGS, rng)
    edits = {Span(stop, stop + 1): wording.after}
    starts_with_name = any(
        mention.span.start == span.start for entity in gold.entities for mention in entity.mentions
    )
    if not starts_with_name:
        first = text[span.start]
        lower = first if text.startswith("I ", span.start) else first.lower()
        return "", edits | {Span(span.start, span.start + 1): wording.before + lower}
    if span.start == 0:
        return wording.before, edits
    # A name stays as it is: what comes before it takes the place of the white space there.
    gap = Span(span.start - 1, span.start)
    if not text[gap.start].isspace():
        return "", {Span(stop, stop + 1): ". This is not so."}
    return "", edits | {gap: text[gap.start] + wording.before}


def _auxiliary_between(gold: Extraction, span: Span, pair: frozenset[Entity]) -> Span | None:
    """Return the `was` or `is` between the first mentions of a pair, if no mention holds it."""
    starts = sorted(
        min(m.span.start for m in entity.mentions if _contains(span, m.span)) for entity in pair
    )
    match = _AUXILIARY.search(gold.document.text, starts[0], starts[-1])
    if not match:
        return None
    found_span = Span(match.start(1), match.end(1))
    taken = any(
        mention.span.overlaps(found_span) for each in gold.entities for mention in each.mentions
    )
    return None if taken else found_span


def _some_sentences(gold: Extraction, rng: np.random.Generator) -> Extraction:
    """Cut a document to one to five sentences in a row."""
    spans = list(sentences(gold.document.text))
    first = int(rng.integers(len(spans)))
    last = min(len(spans), first + int(rng.integers(1, 6)))
    return excerpt(gold, Span(spans[first].start, spans[last - 1].end))


def _neutral_sentences(golds: Sequence[Extraction]) -> list[str]:
    """Return whole sentences of the documents that mention nothing, each once."""
    neutral_texts: dict[str, None] = {}
    for gold in golds:
        mention_spans = [m.span for entity in gold.entities for m in entity.mentions]
        for span in sentences(gold.document.text):
            text = " ".join(gold.document.text[span.start : span.end].split())
            is_whole = text[:1].isupper() and text.endswith((".", "!", "?")) and len(text) > 20
            if is_whole and not any(span.overlaps(mention) for mention in mention_spans):
                neutral_texts[text] = None
    return list(neutral_texts)


def _related_within(gold: Extraction, span: Span) -> list[Relation]:
    """Return the relations between things that a span mentions."""
    return [
        relation
        for relation in gold.relations
        if _mentions_all(span, frozenset((relation.subject, relation.object)))
    ]


def _mentions_all(span: Span, entities: frozenset[Entity]) -> bool:
    return all(any(_contains(span, m.span) for m in entity.mentions) for entity in entities)


def _is_statement(gold: Extraction, span: Span) -> bool:
    """Say whether a span reads like a statement: a verb and a full stop, neither in a name."""
    text = gold.document.text[span.start : span.end].rstrip()
    taken = [
        Span(mention.span.start - span.start, mention.span.end - span.start)
        for entity in gold.entities
        for mention in entity.mentions
        if _contains(span, mention.span)
    ]

    def is_free(start: int, end: int) -> bool:
        return not any(start < other.end and other.start < end for other in taken)

    has_verb = any(is_free(*match.span()) for match in _VERB.finditer(text))
    return text.endswith(".") and is_free(len(text) - 1, len(text)) and has_verb


def _is_located(relation: Relation, gold: Extraction) -> bool:
    """Say whether the corpus says where a relation is stated."""
    return all(len(item.span) < len(gold.document.text) for item in relation.evidence)


def _stripped(gold: Extraction) -> Extraction:
    """Return a document without white space around it."""
    text = gold.document.text
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return gold if (start, end) == (0, len(text)) else excerpt(gold, Span(start, end))


def _built(
    like: Extraction, text: str, entities: Sequence[Entity], relations: Sequence[Relation]
) -> Extraction:
    return replace(
        like,
        document=replace(like.document, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities),
        relations=tuple(relations),
    )


def _text(part: Extraction | str) -> str:
    return part if isinstance(part, str) else part.document.text


def _ordered(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted({m.span: m for m in mentions}.values(), key=lambda mention: mention.span))


def _contains(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _drawn(choices: Sequence[T], rng: np.random.Generator) -> T:
    return choices[int(rng.integers(len(choices)))]
