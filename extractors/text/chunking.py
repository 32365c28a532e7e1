"""Where a text may be cut: into sentences to cite, and into chunks small enough to read.

Both are partitions: in order, without gaps or overlaps, from the first character to the last, for
any text. White space belongs to what stands before it. The rules look at characters alone, so no
language is assumed: a line that does not go on where the one before stopped always cuts, a full
stop cuts when what follows looks like a beginning.
"""

import re
from collections.abc import Iterator

from extractors.facts import Chunk, Span
from extractors.text.lines import LINE_ENDS, lines

CHUNK_CHARACTERS = 1200
"""Most characters in one chunk: a longer paragraph is cut between sentences."""

SENTENCE_CHARACTERS = 600
"""Most characters in one sentence: a longer one is cut at white space, or anywhere."""

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "sr",
        "jr",
        "vs",
        "no",
        "fig",
        "e.g",
        "i.e",
        "etc",
        "inc",
        "ltd",
        "co",
        "corp",
        "gen",
        "col",
        "lt",
        "sgt",
        "capt",
        "rev",
        "hon",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "vol",
        "pp",
        "ed",
        "approx",
        "dept",
        "est",
        "u.s",
        "u.k",
    ]
)
# A run of terminators with the quotes or brackets that close it, then white space; or a CJK full
# stop, after which nothing need follow; or a line break that ends a paragraph, heading or item.
_BREAK = re.compile(
    rf"""
    (?P<stop>[.!?…]+["'”’)\]]*\s+) | (?P<cjk>[。！？]+[”’」』）]*\s*)
    | (?P<line>[^\S{LINE_ENDS}]*[{LINE_ENDS}]\s*)
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[\w.]+$")


def sentences(text: str) -> Iterator[Span]:
    """Partition a text into sentences of at most `SENTENCE_CHARACTERS`."""
    start = 0
    line_starts = (line.start for line in lines(text) if line.start and not line.continues)
    line_start = next(line_starts, len(text))
    for match in _BREAK.finditer(text):
        is_line_end = line_start <= match.end()
        while line_start <= match.end() < len(text):
            line_start = next(line_starts, len(text))
        if match.end() < len(text) and (is_line_end or _ends_sentence(text, match)):
            yield from _pieces(text, start, match.end())
            start = match.end()
    if start < len(text):
        yield from _pieces(text, start, len(text))


def chunks(text: str, limit: int = CHUNK_CHARACTERS) -> Iterator[Chunk]:
    """Partition a text into chunks that end with a paragraph or, in long ones, a sentence."""
    index, start, end = 0, 0, 0
    for sentence in sentences(text):
        too_long = sentence.end - start > limit
        paragraph_ends = end > start and _ends_paragraph(text[max(start, end - 8) : end])
        # Short paragraphs (headings, list items) are kept with what follows them.
        if end > start and (too_long or (paragraph_ends and end - start > limit // 4)):
            yield Chunk(index, Span(start, end))
            index, start = index + 1, end
        end = sentence.end
    if end > start:
        yield Chunk(index, Span(start, end))


def _ends_paragraph(text: str) -> bool:
    return "\n\n" in text.replace("\r\n", "\n").replace("\r", "\n")


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Say whether a break ends a sentence within lines that go on."""
    if match["line"]:
        return False
    if match["cjk"]:
        return True
    following = text[match.end()]
    if not (following.isupper() or not following.isalpha()):
        return False
    if match[0].lstrip()[0] != ".":
        return True
    word = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
    return not (word and (len(word[0]) == 1 or word[0].casefold() in _ABBREVIATIONS))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut what is too long for one sentence, at white space where there is some."""
    while end - start > SENTENCE_CHARACTERS:
        cut = text.rfind(" ", start + SENTENCE_CHARACTERS // 2, start + SENTENCE_CHARACTERS) + 1
        cut = cut or start + SENTENCE_CHARACTERS
        yield Span(start, cut)
        start = cut
    yield Span(start, end)
