"""Write a text with its mentions marked as HTML, overlapping ones included."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from extractors.evaluation.html_report.verdicts import JudgedMention

# What no HTML file can hold, control characters and halves of surrogate pairs, and what turns the
# text after it round, which would make a name or a verdict beside it read as another.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

SIGNS = {"right": "", "missed": "− ", "spurious": "+ ", "type": "≠ ", "border": "~ "}


def html(text: object) -> str:
    """Return a text safe to stand anywhere in a page, attribute values included."""
    return escape(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", str(text)), quote=True)


def marked(text: str, mentions: Sequence[JudgedMention]) -> str:
    """Return the text as HTML with every mention inside a `mark`.

    Marks nest as mentions do; where two mentions cross, the later one is closed and opened again.
    """
    events = sorted({0, len(text), *(m.start for m in mentions), *(m.end for m in mentions)})
    starting: dict[int, list[JudgedMention]] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        starting.setdefault(mention.start, []).append(mention)
    return "".join(_pieces(text, events, starting))


def _pieces(
    text: str, events: Sequence[int], starting: dict[int, list[JudgedMention]]
) -> Iterator[str]:
    stack: list[JudgedMention] = []
    for position, following in zip(events, [*events[1:], len(text)], strict=True):
        opening = list(starting.get(position, ()))
        while any(mention.end == position for mention in stack):
            mention = stack.pop()
            if mention.end > position:
                opening.insert(0, mention)
            yield "</mark>"
        for mention in opening:
            goes_on = any(outer.end < mention.end for outer in stack)
            stack.append(mention)
            yield _open(mention, goes_on=goes_on)
        yield html(text[position:following])


def _open(mention: JudgedMention, *, goes_on: bool) -> str:
    """Return the opening tag; the type is printed after the last part of a mention alone."""
    classes = f"{mention.verdict} part" if goes_on else mention.verdict
    return (
        f'<mark class="{classes}" data-type="{html(mention.type)}" data-verdict="{mention.verdict}"'
        f' data-sign="{SIGNS[mention.verdict]}" data-place="{mention.start}-{mention.end}"'
        f' title="{html(mention.type)}: {mention.verdict}">'
    )
