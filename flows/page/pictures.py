"""Pictures of proofs and neighbourhoods: boxes in columns, laid out here, drawn as SVG.

    column 0        column 1       column 2
    ┌────────┐      ┌──────┐      ┌────────┐
    │ a fact │ ◄─── │ rule │ ◄─── │ premise│

Boxes of one column stand below each other; each column is as wide as its widest box. Nothing here
writes SVG: a template does, which escapes every text.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.text import shown_sentence
from graphdb.asking import KnownFact, Link, NamedEntity, Proof, ProvedFact, RuleUse, Thing

LINE, PAD, GAP = 18, 10, 16
"""Pixels: height of a line, room around a text, room between boxes of a column."""
ROOM, LABEL = 190, 26
"""Pixels between columns of which the arrows have labels, and letters of such a label."""
LETTER, WIDE_LETTER = 7.4, 14.0
"""Pixels of a letter, about; Chinese ones are wide."""
MOST_FACTS, MOST_NEIGHBOURS, MOST_THINGS = 20, 9, 30
"""Facts of a proof, neighbours on a side, things in an answer: with more nobody sees one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something to be drawn, in a column."""

    key: str
    column: int
    lines: tuple[str, ...]
    kind: str
    """A class of the style sheet."""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A line from one box to another."""

    start: str
    end: str
    label: str = ""
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBox:
    """A box where it is drawn."""

    box: Box
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedArrow:
    """An arrow where it is drawn: a path of SVG, and the middle of it for a label."""

    arrow: Arrow
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing; empty if there is nothing to draw."""

    width: float = 0
    height: float = 0
    boxes: tuple[PlacedBox, ...] = ()
    arrows: tuple[PlacedArrow, ...] = ()
    n_left_out: int = field(default=0, compare=False)

    def __bool__(self) -> bool:
        return bool(self.boxes)


def drawn(
    boxes: Sequence[Box], arrows: Iterable[Arrow], *, room: float, n_left_out: int = 0
) -> Picture:
    """Return where boxes and arrows stand.

    Args:
        boxes: With their columns, which may begin anywhere.
        arrows: Between boxes of different columns, or of one.
        room: Pixels between columns, for the labels of arrows.
        n_left_out: How much is not in the picture.
    """
    columns: dict[int, list[Box]] = {}
    for box in boxes:
        columns.setdefault(box.column, []).append(box)
    heights = {
        column: sum(_height(box) for box in below) + GAP * (len(below) - 1)
        for column, below in columns.items()
    }
    if not columns:
        return Picture()
    full, left = max(heights.values()), 1.0
    placed: dict[str, PlacedBox] = {}
    for column, below in sorted(columns.items()):
        width = max(map(_width, below))
        y = 1 + (full - heights[column]) / 2
        for box in below:
            height = _height(box)
            placed[box.key] = PlacedBox(box=box, x=left, y=y, width=width, height=height)
            y += height + GAP
        left += width + room
    lines = [
        _line(arrow, placed[arrow.start], placed[arrow.end])
        for arrow in arrows
        if arrow.start in placed and arrow.end in placed
    ]
    has_arcs = any(placed[a.arrow.start].x == placed[a.arrow.end].x for a in lines)
    width = left - room + 1 + (90 if has_arcs else 0)
    return Picture(width, full + 2, tuple(placed.values()), tuple(lines), n_left_out)


def proof_picture(proof: Proof, hrefs: Mapping[str, str]) -> Picture:
    """Return a proof: the fact on the left, what it follows from to the right of it."""
    columns = {proof.fact.key: 0}
    waiting = [proof.fact]
    uses: list[tuple[str, ProvedFact, RuleUse]] = []
    for fact in waiting:  # grows while it is walked, in order of distance
        if len(waiting) >= MOST_FACTS:
            break
        for number, use in enumerate(fact.rule_uses[:3]):
            uses.append((f"{fact.key} {number}", fact, use))
            for premise in proof.premises(use):
                if premise.key not in columns:
                    columns[premise.key] = columns[fact.key] + 2
                    waiting.append(premise)
    boxes = [_fact_box(proof.facts[key], column, hrefs) for key, column in columns.items()]
    arrows = []
    for key, fact, use in uses:
        said = _wrapped(use.sentence, 24, 4)
        column = columns[fact.key] + 1
        boxes.append(Box(key=key, column=column, lines=said, kind="rule"))
        arrows.append(Arrow(start=key, end=fact.key))
        arrows += [Arrow(start=each, end=key) for each in use.premises if each in columns]
    left_out = len(proof.facts) - len(columns)
    return drawn(boxes, arrows, room=36, n_left_out=left_out)


def neighbourhood(
    entity: NamedEntity, facts: Iterable[KnownFact], types: Mapping[str, int]
) -> Picture:
    """Return an entity between what points to it, on its left, and what it points to.

    Args:
        entity: The one in the middle.
        facts: About it.
        types: The number of each type's colour; the types of neighbours are not known here.
    """
    middle = f"t{types.get(entity.type, 0)}"
    boxes = [Box(key="", column=0, lines=_wrapped(entity.name, 26, 2), kind=f"thing {middle}")]
    arrows: list[Arrow] = []
    on_side = {-1: 0, 1: 0}
    n_left_out = 0
    for fact in facts:
        side = 1 if fact.subject_key == entity.key else -1
        key, name = (fact.object_key, fact.object) if side > 0 else (fact.subject_key, fact.subject)
        if key == entity.key:
            continue
        if on_side[side] >= MOST_NEIGHBOURS:
            n_left_out += 1
            continue
        on_side[side] += 1
        # By fact: who is joined by two facts stands there twice, so that no label hides another.
        lines = _wrapped(name, 26, 2)
        boxes.append(
            Box(key=fact.key, column=side, lines=lines, kind="thing", href=f"/entity/{key}")
        )
        start, end = ("", fact.key) if side > 0 else (fact.key, "")
        arrows.append(
            Arrow(start=start, end=end, label=_label([fact.type]), is_derived=fact.derived)
        )
    return drawn(boxes, arrows, room=ROOM, n_left_out=n_left_out) if arrows else Picture()


def answer_picture(
    things: Mapping[str, Thing], links: Sequence[Link], types: Mapping[str, int]
) -> Picture:
    """Return what an answer found of the graph: in columns by the distance from the first thing."""
    shown_things = dict(list(things.items())[:MOST_THINGS])
    columns = _distances(shown_things, links)
    boxes = [
        Box(
            key=key,
            column=columns[key],
            lines=_wrapped(thing.name, 24, 2),
            kind=f"thing t{types.get(thing.type, 0)}" if thing.is_entity else "thing",
            href=f"/entity/{key}" if thing.is_entity else "",
        )
        for key, thing in shown_things.items()
    ]
    between: dict[frozenset[str], list[Link]] = {}
    for link in links:
        between.setdefault(frozenset((link.subject, link.object)), []).append(link)
    arrows = [
        Arrow(
            start=same_ends[0].subject,
            end=same_ends[0].object,
            # One line for what joins the same two, so that no label hides another.
            label=_label([link.type for link in same_ends]),
            is_derived=all(link.is_derived for link in same_ends),
        )
        for same_ends in between.values()
    ]
    left_out = len(things) - len(shown_things)
    return drawn(boxes, arrows, room=ROOM, n_left_out=left_out) if links else Picture()


def _distances(things: Mapping[str, Thing], links: Sequence[Link]) -> dict[str, int]:
    beside: dict[str, list[str]] = {key: [] for key in things}
    for link in links:
        if link.subject in things and link.object in things:
            beside[link.subject].append(link.object)
            beside[link.object].append(link.subject)
    columns: dict[str, int] = {}
    for key in things:  # the first thing first; whatever does not hang together begins anew
        if key in columns:
            continue
        columns[key] = 0
        waiting = [key]
        for each in waiting:
            for other in beside[each]:
                if other not in columns:
                    columns[other] = columns[each] + 1
                    waiting.append(other)
    return columns


def _fact_box(fact: ProvedFact, column: int, hrefs: Mapping[str, str]) -> Box:
    lines = [
        *_wrapped(fact.subject, 34, 2),
        *_wrapped(f"─ {_said(fact.type)} →", 34, 2),
        *_wrapped(fact.object, 34, 2),
    ]
    if fact.witnesses:
        first = fact.witnesses[0]
        lines += _wrapped(f"“{shown_sentence(first.text)}”", 40, 3)
        lines += _wrapped(first.place, 40, 1)
    kind = "fact derived" if fact.is_derived else "fact stated"
    return Box(
        key=fact.key, column=column, lines=tuple(lines), kind=kind, href=hrefs.get(fact.key, "")
    )


def _said(type_: str) -> str:
    return type_.replace("_", " ").lower()


def _label(types: Iterable[str]) -> str:
    return _wrapped(" · ".join(dict.fromkeys(map(_said, types))), LABEL, 1)[0]


def _wrapped(text: str, letters: int, most: int) -> tuple[str, ...]:
    """Return a text in lines of so many letters; what is too long ends in an ellipsis."""
    one_line = shown_sentence(text)
    if any(map(_is_wide, one_line[:letters])):
        letters = letters * 6 // 10
    lines = textwrap.wrap(one_line, letters, max_lines=most, placeholder=" …")
    return tuple(lines) or ("–",)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(box: Box) -> float:
    def pixels(line: str) -> float:
        return sum(WIDE_LETTER if _is_wide(each) else LETTER for each in line)

    return max(map(pixels, box.lines)) + 2 * PAD


def _height(box: Box) -> float:
    return len(box.lines) * LINE + 2 * PAD - 4


def _line(arrow: Arrow, start: PlacedBox, end: PlacedBox) -> PlacedArrow:
    y_start, y_end = start.y + start.height / 2, end.y + end.height / 2
    if start.x == end.x:  # an arc on the right
        x = start.x + start.width
        far = x + 60
        path = f"M{x:.0f},{y_start:.0f} C{far:.0f},{y_start:.0f} {far:.0f},{y_end:.0f} "
        return PlacedArrow(
            arrow=arrow,
            path=f"{path}{x + 3:.0f},{y_end:.0f}",
            x=x + 46,
            y=(y_start + y_end) / 2,
        )
    is_right = end.x > start.x
    x_start = start.x + start.width if is_right else start.x
    x_end = end.x - 3 if is_right else end.x + end.width + 3
    middle = (x_start + x_end) / 2
    path = f"M{x_start:.0f},{y_start:.0f} C{middle:.0f},{y_start:.0f} {middle:.0f},{y_end:.0f} "
    # A label stands by the outer box, where arrows have parted.
    outer = 0.7 if abs(y_end - y_start) > 1 else 0.5
    is_out = _is_crowded_side(start, end)
    share = outer if is_out else 1 - outer
    return PlacedArrow(
        arrow=arrow,
        path=f"{path}{x_end:.0f},{y_end:.0f}",
        x=x_start + (x_end - x_start) * share,
        y=_on_curve(y_start, y_end, share),
    )


def _is_crowded_side(start: PlacedBox, end: PlacedBox) -> bool:
    """Say whether the arrow begins in the earlier column of the two, where many may begin."""
    return abs(start.box.column) <= abs(end.box.column)


def _on_curve(y_start: float, y_end: float, share: float) -> float:
    """Return the height of a curve with level ends, so far along."""
    eased = 3 * share**2 - 2 * share**3
    return y_start + (y_end - y_start) * eased
