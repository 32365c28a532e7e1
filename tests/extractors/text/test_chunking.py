"""Sentences and chunks partition any text."""

import time
from itertools import pairwise

from hypothesis import given

from extractors.text.chunking import CHUNK_CHARACTERS, SENTENCE_CHARACTERS, chunks, sentences
from tests.extractors.texts import any_text


def read(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@given(any_text)
def test_sentences_partition_any_text(text):
    """Every character lies in exactly one sentence, and none is too long."""
    assert "".join(read(text)) == text
    assert all(0 < len(sentence) <= SENTENCE_CHARACTERS for sentence in read(text))


@given(any_text)
def test_chunks_partition_any_text(text):
    """Every character lies in exactly one chunk, and chunks end where sentences end."""
    found = list(chunks(text, limit=40))

    assert "".join(text[chunk.span.start : chunk.span.end] for chunk in found) == text
    assert [chunk.index for chunk in found] == list(range(len(found)))
    assert {chunk.span.end for chunk in found} <= {span.end for span in sentences(text)}


def test_sentences_end_at_full_stops_but_not_at_abbreviations():
    text = 'Dr. Hart met J. R. Stone of Acme Ltd. in Ghent. "Well!" he said. It was 3.5 miles.'

    assert read(text) == [
        "Dr. Hart met J. R. Stone of Acme Ltd. in Ghent. ",
        '"Well!" he said. ',
        "It was 3.5 miles.",
    ]


def test_sentences_end_at_headings_items_and_paragraphs_but_not_at_wrapped_lines():
    text = "# A heading\nText that is\nwrapped.\n\n- one\n- two\r\n\r\nThe end"

    assert read(text) == [
        "# A heading\n",
        "Text that is\nwrapped.\n\n",
        "- one\n",
        "- two\r\n\r\n",
        "The end",
    ]


def test_sentences_end_at_chinese_full_stops():
    assert read("我们走。他来了！好") == ["我们走。", "他来了！", "好"]


def test_chunks_keep_a_heading_with_its_paragraph():
    text = "# Title\n\n" + "A sentence of some words. " * 20 + "\n\n" + "Another one. " * 30

    first, second = chunks(text, limit=600)

    assert text[first.span.start : first.span.end].startswith("# Title\n\nA sentence")
    assert text[second.span.start : second.span.end].startswith("Another one.")


def test_chunks_of_ten_megabytes_on_one_line_take_seconds():
    """The time is linear in the length: nothing looks back to the start."""
    started = time.monotonic()

    found = list(chunks("word " * 2_000_000))

    assert all(len(chunk.span) <= CHUNK_CHARACTERS for chunk in found)
    assert all(left.span.end == right.span.start for left, right in pairwise(found))
    assert time.monotonic() - started < 60
