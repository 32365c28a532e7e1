"""Training texts like real ones: documents cut, joined, listed, headed, interrupted and denied.

Corpora hold whole articles about one thing each. What people have is minutes with five topics,
lists of parallel statements, a fact between two pages without any, and sentences that deny. All of
that can be made from labelled documents without labelling anything again, because each change says
what becomes of the labels:

    excerpt   a part of a document      what lies outside is gone
    joined    documents one after the other   nothing in one is related to anything in another
    interrupted  others' sentences between two   what was said stays said
    parallel  one sentence said of several    as many things as there are names
    denied    a statement turned into none    its relations are gone (see `denying`)

Behaviour by construction is an old idea; see the invariance and directional tests of Ribeiro et
al. 2020, which judge models by such changes where this trains them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from extractors.facts import Entity, Extraction, Mention, Span
from extractors.text import folded_name, sentences
from extractors.training.denying import Statements
from extractors.training.labels import ALL_LABELLED, Labels
from extractors.training.pieces import (
    built,
    drawn,
    excerpt,
    joined,
    related_within,
    stripped,
)
from extractors.training.swapping import OtherNames, rewritten
from extractors.training.validation import Share

MAX_CHARACTERS = 4_000
"""A composed text is not made longer than this: a window or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposingConfig:
    """Which share of the documents is changed in which way, in every epoch anew."""

    excerpt: Share = 0.0
    """Cut to a few sentences in a row."""
    joined: Share = 0.0
    """Followed by another document, or a few sentences of one, about something else."""
    parallel: Share = 0.0
    """A sentence of it said of others, too, one after the other or as a list."""
    denied: Share = 0.0
    """Beside a statement of any document that is denied, doubted, asked or supposed, or in like
    words confirmed, or that statement alone. English only."""
    headed: Share = 0.0
    """Given a heading."""
    surrounded: Share = 0.0
    """Put between sentences that mention nothing, of other documents."""
    interrupted: Share = 0.0
    """Such sentences put into it, before one that begins with a pronoun if there is one."""

    @property
    def is_used(self) -> bool:
        """Whether any document may be changed."""
        return any(getattr(self, field.name) for field in fields(self))


# What stands in one of these twice is drawn twice as often.
_SEPARATORS = ("\n\n", "\n\n", "\n\n---\n\n", "\n\n* * *\n\n", "\n", " ")
_BULLETS = ("- {}\n", "* {}\n", "• {}\n", "{n}. {}\n", "{n}) {}\n", "{}\n", "{}\n\n", "{} ", "{} ")
_HEADINGS = ("# {}\n\n", "## {}\n\n", "{}\n\n", "**{}**\n\n", "{}\n=====\n\n")
_POINTS_BACK = re.compile(
    r"(He|She|It|They|His|Her|Its|Their|This|These|That|Both)\b|[他她它其该該这這两兩]"
)
_PERSONAL = re.compile(
    r"\b(he|she|it|they|him|them|his|her|hers|its|their|theirs|i|we|you|my|our"
    r"|your)\b|[他她它我你您其该該这這那]",
    re.IGNORECASE,
)
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
        for gold, of_gold in zip(golds, labels or [ALL_LABELLED] * len(golds), strict=True):
            by_labels.setdefault(of_gold, []).append(gold)
        self._golds = {
            key: [gold for gold in group if len(gold.document.text) <= MAX_CHARACTERS]
            for key, group in by_labels.items()
        }
        self._statements = (
            {key: Statements(group, self.names) for key, group in by_labels.items()}
            if config.denied
            else {}
        )
        # A sentence mentions nothing where all types were looked for, and nowhere else.
        whole = [
            gold
            for labels_, group in by_labels.items()
            if labels_.entities is None
            for gold in group
        ]
        needs_neutral = config.surrounded or config.interrupted
        self._neutral = _neutral_sentences(whole) if needs_neutral else []
        # "She smiled." between a name and its pronoun would be about whom the pronoun means.
        self._impersonal = [text for text in self._neutral if not _PERSONAL.search(text)]

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
        # Not both: a statement that is said of several names and also denied would contradict.
        if rng.random() < config.parallel:
            text = self._parallel(text, rng)
        elif rng.random() < config.denied:
            text = self._denied(text, labels, rng)
        if rng.random() < config.headed:
            text = headed(text, rng)
        if rng.random() < config.surrounded and self._neutral:
            text = self._surrounded(text, rng)
        if rng.random() < config.interrupted and self._impersonal:
            text = self._interrupted(text, rng)
        # Last: the changes before this one look for names and sentences of one document.
        others = self._golds.get(labels, [])
        if rng.random() < config.joined and others:
            text, other = (
                _some_sentences(each, rng) if rng.random() < 0.5 else each
                for each in (text, drawn(others, rng))
            )
            if len(text.document.text) + len(other.document.text) <= MAX_CHARACTERS:
                pair = [text, other] if rng.random() < 0.5 else [other, text]
                text = joined([pair[0], drawn(_SEPARATORS, rng), pair[1]], gold)
        return text

    def _parallel(self, gold: Extraction, rng: np.random.Generator) -> Extraction:
        """Say one short sentence of a document of several things, each by another name."""
        spans = [
            span
            for span in sentences(gold.document.text)
            if len(span) <= 200 and len(related_within(gold, span)) > 0
        ]
        if not spans:
            return gold
        said = _without_bullet(excerpt(gold, drawn(spans, rng)))
        bullet = drawn(_BULLETS, rng)
        parts: list[Extraction | str] = []
        for number in range(1, int(rng.integers(3, 7))):
            # The first keeps its names, so that what the document itself says stays said.
            copy = self.names.swapped(said, 1.0, rng) if number > 1 else said
            before, after = bullet.replace("{n}", str(number)).split("{}")
            parts += [before, stripped(copy), after]
        return joined(parts, gold)

    def _denied(self, gold: Extraction, labels: Labels, rng: np.random.Generator) -> Extraction:
        """Return a statement that is denied, alone or before or after a document.

        It stands alone beside a document that names the same, which might state it.
        """
        statement = self._statements[labels].composed(rng)
        if statement is None:
            return gold
        # Under the id of the document, which messages about the example name.
        said = replace(statement, document=replace(gold.document, text=statement.document.text))
        is_long = len(gold.document.text) + len(said.document.text) > MAX_CHARACTERS
        if rng.random() < 0.4 or is_long or _names(gold) & _names(said):
            return said
        pair = [stripped(gold), said] if rng.random() < 0.5 else [said, stripped(gold)]
        return joined([pair[0], drawn((" ", "\n", "\n\n"), rng), pair[1]], gold)

    def _surrounded(self, gold: Extraction, rng: np.random.Generator) -> Extraction:
        """Put sentences that mention nothing before and after a text."""
        before, after = (_text_of(self._neutral, int(rng.integers(0, 12)), rng) for _ in range(2))
        gap = drawn((" ", "\n\n"), rng)
        parts: list[Extraction | str] = [before + gap if before else "", stripped(gold)]
        return joined([*parts, gap + after if after else ""], gold)

    def _interrupted(self, gold: Extraction, rng: np.random.Generator) -> Extraction:
        """Put sentences that mention nothing between two of a text; what it says stays said."""
        spans = list(sentences(gold.document.text))
        mention_spans = [m.span for entity in gold.entities for m in entity.mentions]
        cuts = [
            number
            for number in range(1, len(spans))
            if not any(span.start < spans[number].start < span.end for span in mention_spans)
        ]
        back = [n for n in cuts if _POINTS_BACK.match(gold.document.text, spans[n].start)]
        if not cuts:
            return gold
        cut = drawn(back if back and rng.random() < 0.8 else cuts, rng)
        start = spans[cut].start
        if rng.random() < 0.5:
            # Of a long text only what is near, so that a pronoun can mean nobody else.
            around = _around(gold.document.text, spans, cut)
            gold, start = excerpt(gold, around), start - around.start
        text = gold.document.text
        end = len(text[:start].rstrip())
        between = _text_of(self._impersonal, int(rng.integers(1, 13)), rng)
        gap = text[end:start]
        if len(text) + len(between) > MAX_CHARACTERS:
            return gold
        after = gap if rng.random() < 0.7 else "\n\n"
        return rewritten(gold, {Span(end, start): f"{gap}{between}{after}"})


def headed(gold: Extraction, rng: np.random.Generator) -> Extraction:
    """Put a heading before a text: the name of what it mentions most, or a word that names nothing.

    The name in a heading is a mention like any other.
    """
    heading = drawn(_HEADINGS, rng)
    before, after = heading.split("{}")
    if not gold.entities or rng.random() < 0.4:
        return joined([before + drawn(_PLAIN_HEADINGS, rng) + after, stripped(gold)], gold)
    main = max(gold.entities, key=lambda entity: len(entity.mentions))
    name = built(
        gold,
        main.name,
        [Entity(main.type, main.name, (Mention(Span(0, len(main.name)), main.name),))],
        [],
    )
    return joined([before, name, after, stripped(gold)], gold)


def _some_sentences(gold: Extraction, rng: np.random.Generator) -> Extraction:
    """Cut a document to one to five sentences in a row."""
    spans = list(sentences(gold.document.text))
    first = int(rng.integers(len(spans)))
    # "He was born in Ulm." behind another text would say that of somebody in that text.
    while first and _POINTS_BACK.match(gold.document.text, spans[first].start):
        first -= 1
    last = min(len(spans), first + int(rng.integers(1, 6)))
    return excerpt(gold, Span(spans[first].start, spans[last - 1].end))


def _around(text: str, spans: Sequence[Span], cut: int) -> Span:
    """Return where some sentences before and behind the start of one lie."""
    first = max(0, cut - 2)
    while first and _POINTS_BACK.match(text, spans[first].start):
        first -= 1
    return Span(spans[first].start, spans[min(len(spans), cut + 2) - 1].end)


def _text_of(texts: Sequence[str], n_sentences: int, rng: np.random.Generator) -> str:
    """Return some sentences of many as a text."""
    return " ".join(drawn(texts, rng) for _ in range(n_sentences))


def _without_bullet(gold: Extraction) -> Extraction:
    """Cut away what makes a line the item of a list."""
    text = gold.document.text
    start = len(text) - len(text.lstrip("-*•–0123456789.) \t"))
    starts = [m.span.start for entity in gold.entities for m in entity.mentions]
    # A year may be the first name of a line.
    return excerpt(gold, Span(min([start, *starts]), len(text))) if start < len(text) else gold


def _names(gold: Extraction) -> set[str]:
    """Return all names of a document, folded."""
    return {folded_name(mention.text) for entity in gold.entities for mention in entity.mentions}


def _neutral_sentences(golds: Sequence[Extraction]) -> list[str]:
    """Return whole sentences of the documents that mention nothing, each once."""
    # A dictionary and not a set: drawn by number, texts have to come in the same order every time.
    neutral_texts: dict[str, None] = {}
    for gold in golds:
        mention_spans = [m.span for entity in gold.entities for m in entity.mentions]
        for span in sentences(gold.document.text):
            text = " ".join(gold.document.text[span.start : span.end].split())
            is_whole = text[:1].isupper() and text.endswith((".", "!", "?")) and len(text) > 20
            if is_whole and not any(span.overlaps(mention) for mention in mention_spans):
                neutral_texts[text] = None
    return list(neutral_texts)
