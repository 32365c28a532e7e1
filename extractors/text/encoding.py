"""From text to what an encoder reads: tokens, units and overlapping windows, at bounded memory.

A *unit* is the smallest piece a mention may begin or end with: a word where a script puts spaces,
a token elsewhere. Units are found by looking at characters, so no tokenizer is assumed. A *window*
is as many whole sentences as the encoder can read at once; neighbouring windows overlap, and each
unit is *owned* by exactly one of them, the one that sees more of what surrounds it.

    text ── sentences ──► tokens ──► units ──► windows
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from extractors.facts import Span
from extractors.text.chunking import sentences
from extractors.text.lines import LINE_KINDS, lines

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase  # only what trains has it

IntArray = npt.NDArray[np.int64]

SHAPES = (
    "special",
    "lower",
    "Title",
    "UPPER",
    "Initial",
    "miXed",
    "digits",
    "dig1ts",
    "mark",
    "字",
)
"""How a token is spelled. An uncased encoder cannot see it, and names are what capitals are for."""

STRUCTURES = tuple(f"{place} {kind}" for kind in LINE_KINDS for place in ("inside", "begins"))
"""Where a token stands: in a line of which kind, and whether it is of the first word there."""

MAX_UNIT_TOKENS = 32
"""Longer units (a line of base64) are cut, so that every token fits into some window."""

_SENTENCES_AT_ONCE = 64
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece of text a mention may begin or end with.

    `start == end` where the tokens stand for nothing but white space.
    """

    token_ids: tuple[int, ...]
    shapes: tuple[int, ...]
    start: int
    end: int
    sentence: Span
    structure: int = 0
    """The index in `STRUCTURES` of its tokens."""
    begins_cell: bool = False
    """Whether a new cell of a table's row begins with it."""


@dataclass(frozen=True)
class Window:
    """As much of a document as the encoder reads at once."""

    units: tuple[Unit, ...]
    owned: Span
    """Characters whose mentions are this window's to report."""
    prefix_ids: tuple[int, ...]
    suffix_ids: tuple[int, ...]

    @cached_property
    def token_ids(self) -> list[int]:
        """Token ids with the encoder's special tokens around them."""
        body = [token for unit in self.units for token in unit.token_ids]
        return [*self.prefix_ids, *body, *self.suffix_ids]

    @cached_property
    def shapes(self) -> list[int]:
        """The index in `SHAPES` of each token."""
        body = [shape for unit in self.units for shape in unit.shapes]
        return [*(0 for _ in self.prefix_ids), *body, *(0 for _ in self.suffix_ids)]

    @cached_property
    def structures(self) -> list[int]:
        """The index in `STRUCTURES` of each token; special ones stand inside prose."""
        body = [unit.structure for unit in self.units for _ in unit.token_ids]
        return [*(0 for _ in self.prefix_ids), *body, *(0 for _ in self.suffix_ids)]

    @cached_property
    def bounds(self) -> IntArray:
        """`(U, 2)`: each unit's first token and the one after its last."""
        sizes = np.array([len(unit.token_ids) for unit in self.units], np.int64)
        ends = np.cumsum(sizes) + len(self.prefix_ids)
        return np.stack([ends - sizes, ends], 1)

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences the units come from, in order."""
        return list(dict.fromkeys(unit.sentence for unit in self.units))

    @cached_property
    def sentence_indices(self) -> IntArray:
        """`(U,)`: the index of each unit's sentence in `sentences`."""
        index = {sentence: number for number, sentence in enumerate(self.sentences)}
        return np.array([index[unit.sentence] for unit in self.units], np.int64)

    @cached_property
    def cells(self) -> IntArray:
        """`(U,)`: the number of each unit's cell, for the whole window; 0 before any table."""
        return np.cumsum([unit.begins_cell for unit in self.units], dtype=np.int64)

    def candidates(self, max_width: int) -> IntArray:
        """Return `(S, 2)` unit ranges that could be mentions.

        They lie in one sentence and so run over no line that begins anew, and in one cell of a row.
        """
        n = len(self.units)
        starts = np.repeat(np.arange(n), max_width)
        ends = starts + np.tile(np.arange(1, max_width + 1), n)
        inside = ends <= n
        starts, ends = starts[inside], ends[inside]
        visible = np.array([unit.end > unit.start for unit in self.units], bool)
        sentence = self.sentence_indices
        keep = visible[starts] & visible[ends - 1]
        keep &= sentence[starts] == sentence[ends - 1]
        keep &= self.cells[starts] == self.cells[ends - 1]
        return np.stack([starts[keep], ends[keep]], 1).astype(np.int64)

    def span(self, start: int, end: int) -> Span:
        """Return the characters of units `start` up to but not including `end`."""
        return Span(self.units[start].start, self.units[end - 1].end)


class TextEncoder:
    """Cuts texts into windows with one tokenizer."""

    def __init__(
        self,
        tokenizer: "Tokenizer | PreTrainedTokenizerBase",
        *,
        window_tokens: int,
        overlap_tokens: int,
    ) -> None:
        self.tokenizer: Any = tokenizer
        self.pad_id = int(getattr(tokenizer, "pad_token_id", 0) or 0)
        self._backend = _backend(tokenizer)
        # A file of a tokenizer may ask for both, and a text is never truncated here.
        self._backend.no_truncation()
        self._backend.no_padding()
        self.prefix_ids, self.suffix_ids = _special_ids(self._backend)
        self.budget = window_tokens - len(self.prefix_ids) - len(self.suffix_ids)
        if self.budget < 2 * MAX_UNIT_TOKENS or not 0 <= overlap_tokens <= self.budget // 2:
            raise ValueError(f"no room: {window_tokens} tokens, {overlap_tokens} of them shared")
        self.overlap = overlap_tokens

    def windows(self, text: str) -> Iterator[Window]:
        """Cover a text with windows, lazily; a text without tokens has none."""
        held: list[Unit] = []
        n_tokens, owned_from = 0, 0
        first_owned = 0  # the first held unit that no earlier window reports
        for unit in self._units(text):
            # More than once where units are long: what is shared may leave no room for the next.
            while n_tokens + len(unit.token_ids) > self.budget:
                end = _last_sentence_start(held, max(len(held) // 2, first_owned + 1))
                next_start = _overlap_start(held, end, self.overlap)
                # Each of two windows reports the half of what they share that it sees more around.
                border = min(max((next_start + end) // 2, first_owned + 1), len(held))
                owned_to = (held[border] if border < len(held) else unit).start
                if owned_to > owned_from:  # else it holds nothing but white space
                    yield self._window(held[:end], owned_from, owned_to)
                    owned_from = owned_to
                first_owned = border - next_start
                held = held[next_start:]
                n_tokens = sum(len(other.token_ids) for other in held)
            held.append(unit)
            n_tokens += len(unit.token_ids)
        if held:
            yield self._window(held, owned_from, len(text))

    def n_tokens(self, text: str) -> int:
        """Return how many tokens a text has, special ones not counted."""
        return sum(len(unit.token_ids) for unit in self._units(text))

    def _window(self, units: list[Unit], start: int, end: int) -> Window:
        return Window(tuple(units), Span(start, end), self.prefix_ids, self.suffix_ids)

    def _units(self, text: str) -> Iterator[Unit]:
        spans = sentences(text)
        structures = _Structures(text)
        while batch := list(islice(spans, _SENTENCES_AT_ONCE)):
            # One replacement character for one surrogate, so that offsets stay true.
            texts = [_SURROGATES.sub("\ufffd", text[span.start : span.end]) for span in batch]
            encoded = self._backend.encode_batch(texts, add_special_tokens=False)
            for span, tokens in zip(batch, encoded, strict=True):
                yield from _group(text, span, tokens.ids, tokens.offsets, structures.of(span))


class _Structures:
    """Says where the sentences of a text stand; asked for them in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = lines(text)
        self._line = next(self._lines, None)

    def of(self, sentence: Span) -> tuple[int, int]:
        """Return the structure of a sentence's first word, and that of the others.

        A sentence never runs over a line that begins anew, so all of it is of one kind.
        """
        first = sentence.start
        while first < sentence.end - 1 and self._text[first].isspace():
            first += 1
        while self._line and self._line.end <= first:
            self._line = next(self._lines, None)
        if self._line is None:
            return 0, 0
        inside = 2 * LINE_KINDS.index(self._line.kind)
        before = self._text[self._line.start : first]
        begins = not self._line.continues and not before.strip()
        return inside + begins, inside


def _group(
    text: str,
    sentence: Span,
    token_ids: list[int],
    offsets: list[tuple[int, int]],
    structures: tuple[int, int],
) -> Iterator[Unit]:
    """Group the tokens of one sentence into units.

    Args:
        text: The whole text.
        sentence: Where the sentence stands in it.
        token_ids: Of the sentence.
        offsets: Of each token, within the sentence.
        structures: Of the first unit, and of those after it.
    """
    structure, later_structure = structures
    is_row = STRUCTURES[later_structure] == "inside row"
    begins_cell = False
    ids: list[int] = []
    shapes: list[int] = []
    start = end = sentence.start
    for token_id, (token_start, token_end) in zip(token_ids, offsets, strict=True):
        first, last = _trimmed(text, sentence.start + token_start, sentence.start + token_end)
        whole = len(ids) >= MAX_UNIT_TOKENS and first >= end
        if ids and (whole or not _is_glued(text, start, end, first, last)):
            yield Unit(tuple(ids), tuple(shapes), start, end, sentence, structure, begins_cell)
            ids, shapes, structure = [], [], later_structure
            begins_cell = is_row and _parts_cells(text, start, end, first, last)
        if not ids:
            start, end = first, max(first, last)
        ids.append(token_id)
        shapes.append(_shape(text[first:last]))
        end = max(end, last)
    if ids:
        yield Unit(tuple(ids), tuple(shapes), start, end, sentence, structure, begins_cell)


def _parts_cells(text: str, start: int, end: int, first: int, last: int) -> bool:
    """Say whether a tab or a bar parts a token at `first:last` from the unit at `start:end`."""
    return "\t" in text[end:first] or "|" in (text[start:end], text[first:last])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave off white space; of nothing else, return the empty range at its start."""
    first, last = start, end
    while first < last and text[first].isspace():
        first += 1
    while first < last and text[last - 1].isspace():
        last -= 1
    return (first, last) if first < last else (start, start)


def _is_glued(text: str, start: int, end: int, first: int, last: int) -> bool:
    """Say whether a token at `first:last` continues the unit at `start:end`."""
    if first < end:  # two tokens of one character: bytes, or the lone ▁ of SentencePiece
        return True
    if first > end or first >= last or start >= end:
        return False
    before, after = text[first - 1], text[first]
    if not (_is_wordlike(before) and _is_wordlike(after)):
        return False
    return not (_is_unspaced(before) or _is_unspaced(after))


@lru_cache(maxsize=4096)
def _is_wordlike(character: str) -> bool:
    # Combining marks belong to the letter before them.
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _is_unspaced(character: str) -> bool:
    """Say whether words of this script are not set apart: Thai to Tibetan, Khmer, CJK, Korean."""
    code = ord(character)
    return (
        0x0E00 <= code < 0x1100
        or 0x1780 <= code < 0x1800
        or 0x2E80 <= code < 0xD7B0
        or 0xF900 <= code < 0xFB00
        or code >= 0x20000
    )


@lru_cache(maxsize=10_000)
def _shape(token: str) -> int:
    if not token:
        return 0
    if token.isdigit():
        return SHAPES.index("digits")
    if not token.isalnum():
        return SHAPES.index("mark")
    if any(character.isdigit() for character in token):
        return SHAPES.index("dig1ts")
    if token.islower():
        return SHAPES.index("lower")
    if token.isupper():
        return SHAPES.index("UPPER" if len(token) > 1 else "Initial")
    if token.istitle():
        return SHAPES.index("Title")
    return SHAPES.index("miXed" if token.lower() != token.upper() else "字")


def _last_sentence_start(units: list[Unit], least: int) -> int:
    """Return where the last sentence begins, if not before `least`; else the end."""
    for index in range(len(units) - 1, least, -1):
        if units[index].sentence != units[index - 1].sentence:
            return index
    return len(units)


def _overlap_start(units: list[Unit], end: int, overlap: int) -> int:
    """Return the first unit of the next window: a sentence's first where the overlap allows."""
    start, n_tokens = end, 0
    while start > 1 and n_tokens + len(units[start - 1].token_ids) <= overlap:
        start -= 1
        n_tokens += len(units[start].token_ids)
    for index in range(start, end):
        if units[index].sentence != units[index - 1].sentence:
            return index
    return start


def _backend(tokenizer: "Tokenizer | PreTrainedTokenizerBase") -> Tokenizer:
    """Return what cuts texts into tokens, also of what transformers wraps around it.

    Raises:
        ValueError: It is one of transformers' own, which knows no offsets.
    """
    if isinstance(tokenizer, Tokenizer):
        return tokenizer
    if not tokenizer.is_fast:
        raise ValueError("offsets need a fast tokenizer")
    backend: Tokenizer = tokenizer.backend_tokenizer
    return backend


def _special_ids(tokenizer: Tokenizer) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Find what the tokenizer puts before and after a text."""
    body: list[int] = tokenizer.encode("a", add_special_tokens=False).ids
    full: list[int] = tokenizer.encode("a").ids
    for start in range(len(full) - len(body) + 1):
        if full[start : start + len(body)] == body:
            return tuple(full[:start]), tuple(full[start + len(body) :])
    return (), ()
