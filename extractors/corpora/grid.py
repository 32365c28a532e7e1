"""Facts between characters and tokens: what formats that count in tokens share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.corpora.files import whole_number
from extractors.corpora.labelled import LabelledDocument, Note, flatten
from extractors.corpora.text import token_range, tokenise
from extractors.facts import Entity, Span


@dataclass(frozen=True, slots=True)
class GridFacts:
    """The facts of a document in the tokens of its corpus, each once."""

    sentences: tuple[tuple[str, ...], ...]
    """Tokens by sentence."""
    mentions: tuple[tuple[str, int, int], ...]
    """Type, first token and the one after the last, counted from the start of the document."""
    relations: tuple[tuple[int, str, int], ...]
    """Indices of two mentions and the type between them."""
    clusters: tuple[tuple[int, ...], ...]
    """Indices of the mentions of each entity that has several."""

    @property
    def starts(self) -> tuple[int, ...]:
        """The number of the first token of each sentence."""
        starts, n = [], 0
        for sentence in self.sentences:
            starts.append(n)
            n += len(sentence)
        return tuple(starts)


def grid_facts(document: LabelledDocument) -> GridFacts:
    """Return what a document says, spans widened to the tokens they touch.

    A document without tokens of its own is cut into words. A mention that touches no token, such
    as one of white space, is left out with its relations.
    """
    text = document.extraction.document.text
    sentences = document.tokens or tokenise(text, document.extraction.chunks)
    tokens = [token for sentence in sentences for token in sentence]
    facts = flatten(document.extraction)
    old_by_mention = {mention: old for old, mention in enumerate(facts.mentions)}
    mentions: dict[tuple[str, int, int], int] = {}
    new_by_old: dict[int, int] = {}
    for old, (span, type_) in enumerate(facts.mentions):
        if bounds := token_range(tokens, span):
            # Widened to tokens, two mentions may have become one: both get its number.
            new_by_old[old] = mentions.setdefault((type_, *bounds), len(mentions))
    relations = dict.fromkeys(
        (new_by_old[subject], type_, new_by_old[object_])
        for subject, type_, object_ in facts.relations
        if subject in new_by_old and object_ in new_by_old
    )
    return GridFacts(
        sentences=tuple(
            tuple(text[token.start : token.end] for token in sentence) for sentence in sentences
        ),
        mentions=tuple(mentions),
        relations=tuple(relations),
        clusters=tuple(
            members
            for entity in document.extraction.entities
            if len(members := _members(entity, old_by_mention, new_by_old)) > 1
        ),
    )


def _members(
    entity: Entity, old_by_mention: Mapping[tuple[Span, str], int], new_by_old: Mapping[int, int]
) -> tuple[int, ...]:
    olds = (old_by_mention[mention.span, entity.type] for mention in entity.mentions)
    return tuple(sorted({new_by_old[old] for old in olds if old in new_by_old}))


def token_span(tokens: Sequence[Span], start: int, end: int) -> Span:
    """Return the characters of tokens `start` up to but not including `end`.

    Raises:
        ValueError: There are no such tokens.
    """
    if not 0 <= whole_number(start) < whole_number(end) <= len(tokens):
        raise ValueError(f"tokens {start}:{end} are empty or not among the {len(tokens)} there are")
    return Span(tokens[start].start, tokens[end - 1].end)


def repeated(where: str, *, n_mentions: int, n_relations: int) -> tuple[Note, ...]:
    """Note how many labels said what another one had said already."""
    counts = {"mention": n_mentions, "relation": n_relations}
    return tuple(
        Note(f"repeated {kind}", where, f"{n} said more than once")
        for kind, n in counts.items()
        if n
    )
