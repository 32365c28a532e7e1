"""Turn tokens into text and back: every format that has tokens shares this."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from extractors.facts import Chunk, Entity, Mention, Span

_NO_SPACE_AROUND = frozenset({"-", "/"})
_NO_SPACE_BEFORE = frozenset(",.;:!?)]}%'’”…、。，；：！？）】》」")
_NO_SPACE_AFTER = frozenset("([{$£€#“‘（【《「")
_NO_SPACE_BEFORE_WORDS = _NO_SPACE_AROUND | {"n't"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTE = '"'
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_", re.UNICODE)


def join_tokens(sentences: Sequence[Sequence[str]]) -> tuple[str, list[list[Span]]]:
    """Write sentences of tokens as one text; return it and the span of each token.

    Spaces go where a typist would put them; quotation marks alternate between opening and closing.
    Tokens keep their spelling, so a token's span always reads as the token.

    Raises:
        ValueError: A token is empty or not a string.
    """
    pieces: list[str] = []
    spans: list[list[Span]] = []
    position = 0
    for sentence in sentences:
        spans.append([])
        glued, quoted = True, False
        for token in sentence:
            if not isinstance(token, str) or not token:
                raise ValueError(f"a token is text of at least one character, not {token!r}")
            # The second quotation mark of a sentence closes, so no space goes before it.
            closing = token == _QUOTE and quoted
            if position and not (spans[-1] and (glued or closing or _sticks(token))):
                pieces.append(" ")
                position += 1
            pieces.append(token)
            spans[-1].append(Span(position, position + len(token)))
            position += len(token)
            if token == _QUOTE:
                quoted = not quoted
            glued = token in _NO_SPACE_AFTER | _NO_SPACE_AROUND or (token == _QUOTE and quoted)
    return "".join(pieces), spans


def chunks_of(text: str, sentences: Sequence[Sequence[Span]]) -> tuple[Chunk, ...]:
    """Cut a text after each sentence, white space going with the sentence before it."""
    starts = [tokens[0].start for tokens in sentences if tokens]
    if not text:
        return ()
    bounds = [0, *starts[1:], len(text)]
    return tuple(
        Chunk(index, Span(start, end)) for index, (start, end) in enumerate(pairwise(bounds))
    )


def entity_of(text: str, type: str, spans: Iterable[Span]) -> Entity:  # noqa: A002
    """Build an entity named by its longest mention, the first of these."""
    mentions = tuple(Mention(span, text[span.start : span.end]) for span in sorted(set(spans)))
    name = max(mentions, key=lambda mention: len(mention.text)).text
    return Entity(type, name, mentions)


def tokenise(text: str, chunks: Sequence[Chunk]) -> tuple[tuple[Span, ...], ...]:
    """Cut each chunk into words, Chinese characters excepted, and single punctuation marks.

    For documents that come without tokens and are written in a format that needs them.
    """
    return tuple(
        tuple(
            Span(*bounds)
            for match in _TOKEN.finditer(text, chunk.span.start, chunk.span.end)
            for bounds in _pieces(match)
        )
        for chunk in chunks
    )


def token_range(tokens: Sequence[Span], span: Span) -> tuple[int, int] | None:
    """Return the first token a span touches and the one after the last; None if it touches none.

    Args:
        tokens: In order, without overlaps.
        span: Characters of the same text.
    """
    first = bisect_right(tokens, span.start, key=lambda token: token.end)
    after = bisect_left(tokens, span.end, key=lambda token: token.start)
    return (first, after) if first < after else None


def lone_surrogate(text: str) -> int | None:
    """Return where a text holds half a character, which no UTF-8 file can hold; None: nowhere."""
    half = _SURROGATE.search(text)
    return half.start() if half else None


def squeezed(text: str) -> str:
    """Return the text without white space, of which quotations gain and lose some."""
    return "".join(text.split())


def _pieces(match: re.Match[str]) -> list[tuple[int, int]]:
    """Return a word whole, or each character of one written without spaces between words."""
    start, end = match.span()
    if any("぀" <= char <= "鿿" for char in match.group()):
        return [(position, position + 1) for position in range(start, end)]
    return [(start, end)]


def _sticks(token: str) -> bool:
    """Say whether a token is written without a space before it."""
    return token[0] in _NO_SPACE_BEFORE or token in _NO_SPACE_BEFORE_WORDS
