"""Lines: what kind each is, and which go on where the one before stopped."""

import time

import pytest
from hypothesis import given

from extractors.text.chunking import sentences
from extractors.text.lines import LINE_ENDS, lines
from tests.extractors.texts import any_text


def kinds(text):
    return [line.kind for line in lines(text) if text[line.start : line.end].strip()]


def going_on(text):
    return [line.continues for line in lines(text) if text[line.start : line.end].strip()]


@given(any_text)
def test_lines_partition_any_text(text):
    """Every character lies in exactly one line, and a line ends where the text has a line end."""
    found_lines = list(lines(text))

    assert "".join(text[line.start : line.end] for line in found_lines) == text
    for line in found_lines:
        said = text[line.start : line.end]
        inside = said.removesuffix("\r\n") if said.endswith("\r\n") else said[:-1]
        assert not set(inside) & set(LINE_ENDS)


@given(any_text)
def test_no_sentence_runs_over_a_line_that_does_not_go_on(text):
    """A line that begins anew is never in the middle of a sentence."""
    borders = {span.start for span in sentences(text)}

    for line in lines(text):
        first = next((n for n in range(line.start, line.end) if not text[n].isspace()), None)
        if first is not None and not line.continues:
            inside = [span for span in sentences(text) if span.start < first < span.end]
            assert first in borders or all(text[s.start : first].isspace() for s in inside)


@pytest.mark.parametrize(
    "text",
    [
        "Peter Wang\nCorvane Ltd\nLeeds\n",
        "Kind regards\nHugo Laurent\nBrightwater Foundation",
        "From: Ann Lee\nTo: Bo Roe\nDate: 3 May 1988\n",
        "# Title\nText of it",
        "Title\n=====\nText of it",
        "- one\n- two\n",
        "1. one\n2) two\n(3) three\na) four\n",
        "| a | b |\n|---|---|\n| c | d |\n",
        "name\ttown\nAnn\tGhent\n",
        "The members are:\nAnn Lee of Ghent and her brother, who came there in May\n",
        "Minutes of the meeting\nAnn Lee opened the meeting at ten and thanked those who had come.",
        "---\nText",
        "王小明\n北京大学\n",
        "Peter Wang\rCorvane Ltd\rLeeds",
        "Peter Wang\u2028Corvane Ltd\u2029Leeds\x85Hull",
        "Peter Wang\r\nCorvane Ltd\n\rLeeds",
    ],
)
def test_lines_of_their_own_do_not_go_on(text):
    assert not any(going_on(text))


@pytest.mark.parametrize(
    "text",
    [
        "Text that is\nwrapped.",
        "In the spring of 1952 the engineer Magnus\nHjelm joined Trosa Marine.",
        "It was sold to Bexley Instruments in\n1967 and moved to Hull, where it has been since.\n",
        "The firm of Ann Lee, Bo Roe and the heirs of the late\nCy Dee was founded in Ghent.",
        "Members of the board are Ann Lee,\nBo Roe and Cy Dee.",
        "她在一九六七年毕业于北京大学物理系之后在上海的一所\n中学教书。",
    ],
)
def test_wrapped_lines_go_on(text):
    assert going_on(text) == [False, True]


def test_kinds_of_lines():
    text = "# Title\n\nProse here.\n\n- item one\n  of two lines\n> said\n\n| a | b |\n\n***\n"

    assert kinds(text) == ["heading", "prose", "item", "item", "quote", "row", "rule"]


def test_ten_megabytes_of_short_lines_take_seconds():
    started = time.monotonic()

    assert sum(1 for _ in lines("Ann Lee\n" * 1_000_000)) == 1_000_000
    assert time.monotonic() - started < 60
