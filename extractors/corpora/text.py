"""Turn tokens into text and back: every format that has tokens shares this."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extractors.facts import Chunk, Entity, Mention, Span

_NO_SPACE_AROUND = frozenset({"-", "/"})
_NO_SPACE_BEFORE = frozenset(",.;:!?)]}%'’”…、。，；：！？）】》」")
_NO_SPACE_AFTER = frozenset("([{$£€#“‘（【《「")
_NO_SPACE_BEFORE_WORDS = _NO_SPACE_AROUND | {"n't"}
# Chinese characters and kana, their punctuation, and full-width forms; Korean is written with
# spaces.
_UNSPACED = re.compile(
    "[\u2e80-\u303f\u3041-\u312f\u31a0-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff9f\U00020000-\U000323af]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTE = '"'
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_", re.UNICODE)


def join_tokens(
    sentences: Sequence[Sequence[str]], glued_after: Sequence[Sequence[bool]] | None = None
) -> tuple[str, list[list[Span]]]:
    """Write sentences of tokens as one text; return it and the span of each token.

    Spaces go where a typist would put them; quotation marks alternate between opening and closing.
    Chinese and Japanese are written without spaces. Tokens keep their spelling, so a token's span
    always reads as the token.

    Args:
        sentences: Tokens, sentence by sentence.
        glued_after: Whether a token is written without a space after it, where the corpus says so.

    Raises:
        ValueError: A token is empty or not a string.
    """
    pieces: list[str] = []
    spans: list[list[Span]] = []
    position = 0
    unspaced_before = False
    for number, sentence in enumerate(sentences):
        spans.append([])
        _check_tokens(sentence)
        unspaced = _is_unspaced(sentence)
        marks = glued_after[number] if glued_after is not None else None
        spaced = _spaces_as_marked(marks) if marks is not None else _spaces(sentence, unspaced)
        for token, space in zip(sentence, spaced, strict=True):
            # Between sentences there is a space, unless both are written without any.
            first = not spans[-1]
            if position and (not (unspaced and unspaced_before) if first else space):
                pieces.append(" ")
                position += 1
            pieces.append(token)
            spans[-1].append(Span(position, position + len(token)))
            position += len(token)
        unspaced_before = unspaced
    return "".join(pieces), spans


def _check_tokens(sentence: Sequence[str]) -> None:
    for token in sentence:
        if not isinstance(token, str) or not token:
            raise ValueError(f"a token is text of at least one character, not {token!r}")


def _is_unspaced(sentence: Sequence[str]) -> bool:
    """Say whether a sentence is Chinese or Japanese: it has no more foreign words than own ones.

    Single letters and digits are no words: corpora of characters have `i P h o n e`.
    """
    n_own = sum(_UNSPACED.search(token) is not None for token in sentence)
    n_foreign = sum(len(token) > 1 and not _UNSPACED.search(token) for token in sentence)
    return n_own > 0 and n_own >= n_foreign


def _spaces_as_marked(glued_after: Sequence[bool]) -> Iterator[bool]:
    """Yield whether a space stands before each token, as the corpus says."""
    yield from (not glued for glued in (True, *glued_after[:-1]))


def _spaces(sentence: Sequence[str], unspaced: bool) -> Iterator[bool]:
    """Yield whether a typist puts a space before each token of a sentence."""
    glued, quoted, before = True, False, ""
    for token in sentence:
        # The second quotation mark of a sentence closes, so no space goes before it.
        closing = token == _QUOTE and quoted
        wide = _UNSPACED.search(before + token) is not None
        # Corpora of characters have foreign words and numbers by the character, too.
        single = len(before) == len(token) == 1
        yield not (glued or closing or _sticks(token) or (unspaced and (wide or single)))
        if token == _QUOTE:
            quoted = not quoted
        glued = token in _NO_SPACE_AFTER | _NO_SPACE_AROUND or (token == _QUOTE and quoted)
        before = token


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
