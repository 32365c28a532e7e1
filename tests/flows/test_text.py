"""What is read is shown and never obeyed: by a terminal, by JSON, by Markdown."""

import io
import json
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

from flows.cli.render import violations_table
from flows.text import escaped, shown, shown_json, shown_lines, shown_sentence
from graphdb import Violation

ORDINARY = {
    "accents": "Zoë Škoda, façade naïve",
    "combining accents": "Zoe\u0308",
    "Chinese": "居里夫人出生于华沙。",
    "rare Chinese": "\U00031350\U0002ebf0",
    "Chinese with a variant": "葛\U000e0100城",
    "wide spaces": "東京\u3000大学",
    "French spaces": "«\u00a0Bonjour\u202f!\u00a0»",
    "Arabic": "وُلدت ماري كوري في وارسو",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Arabic with its own signs": "\u06dd\u0661\u0662",
    "Hindi with a joiner": "क्\u200dष",
    "Hebrew": "מארי קירי",
    "family": "👨\u200d👩\u200d👧",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "skin": "👩🏽\u200d🔬",
    "keycap": "1\ufe0f\u20e3",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "new emoji": "\U0001fae8\U0001fadc",
    "backslash": "C:\\notes",
    "punctuation": "[id] *a* _b_ <c> `d` | # & \"e\" 'f' ~ – — … ‹›",
}

OBEYED = {
    "escape": "\x1b[31mred",
    "window title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;http://example.com\x1b\\click\x1b]8;;\x1b\\",
    "C1": "\x9b31m",
    "bell": "\a",
    "backspace": "abc\b\b\b",
    "carriage return": "bad\rgood",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "override": "gpj.\u202etxt",
    "isolate": "\u2066a\u2069",
    "mark": "a\u200fb",
    "zero width space": "a\u200bb",
    "joiner between Latin letters": "a\u200db",
    "joiner at the end": "👩\u200d",
    "word joiner": "a\u2060b",
    "byte order mark": "\ufeffa",
    "soft hyphen": "a\u00adb",
    "filler": "a\u3164b",
    "tag letters": "a\U000e0061\U000e0062",
    "selectors in a row": "😀\ufe0f\ufe0e\ufe0f",
    "selector after a letter": "a\ufe0fb",
    "surrogate": "a\udc80b",
    "private": "\ue000",
    "NUL": "a\0b",
}

any_text = st.text(max_size=60)  # lone surrogates, too: file names have them
markdown_text = st.text("\\`*_[]()<>|#-+=~!&:;@/.wax1 \n\t\x1b\u202e", max_size=40)


def obeyed(text: str, keep: str = "") -> list[str]:
    """Return the control characters of a text, whatever they would do."""
    return [
        c for c in text if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} and c not in keep
    ]


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_writing_is_shown_as_it_is(text):
    assert shown(text) == text
    assert json.loads(shown_json(json.dumps(text, ensure_ascii=False))) == text
    assert text in shown_json(json.dumps(text, ensure_ascii=False)) or '"' in text or "\\" in text


@pytest.mark.parametrize("text", OBEYED.values(), ids=OBEYED)
def test_what_would_be_obeyed_or_not_be_seen_is_escaped(text):
    said = shown(text)

    assert "\\" in said
    assert not any(
        unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in said if c != "\u200d"
    )
    assert said.encode("utf-8")
    # Escaped, not dropped: two different ids look different.
    assert shown(said) == said


@given(any_text)
def test_nothing_shown_is_obeyed(text):
    assert not obeyed(shown(text))
    assert not obeyed(shown_lines(text), keep="\n\t")
    assert not obeyed(shown_sentence(text))


@given(st.recursive(any_text, lambda inner: st.lists(inner) | st.dictionaries(any_text, inner)))
def test_json_means_the_same_and_holds_nothing_to_obey(value):
    document = json.dumps(value, ensure_ascii=False, indent=2)

    said = shown_json(document)

    assert json.loads(said) == value
    assert not obeyed(said, keep="\n")


@given(any_text)
@example("\U000a1b0a\U000e0100")  # what belongs to an escaped character
@example("\u0645\u200c\u061c")
def test_showing_twice_is_showing_once(text):
    assert shown(shown(text)) == shown(text)


def texts_of(markdown: str, *, headings: bool = False) -> list[str]:
    """Render Markdown with HTML allowed; return what stands in it, and fail if it is not text."""
    blocks = ("html", "fence", "code", "blockquote", *(() if headings else ("heading",)))
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    texts = []
    for token in parser.parse(markdown):
        if token.type == "inline":
            kinds = {child.type for child in token.children}
            assert kinds <= {"text", "text_special"}, kinds
            texts.append("".join(child.content for child in token.children))
        else:
            assert not token.type.startswith(blocks)
    return texts


@given(markdown_text)
def test_markdown_shows_a_text_as_it_is(text):
    """In an item of a list, in a cell of a table, and on its own, whatever the text holds."""
    visible = re.sub(r"^ ", r"\\x20", shown(text)).rstrip(" ")

    assert texts_of(f"* {escaped(text)}")[:1] == ([visible] if visible else [])
    assert texts_of(f"| a | b |\n|---|---|\n| {escaped(text)} | 1 |") == ["a", "b", visible, "1"]
    if visible:
        assert texts_of(escaped(text)) == [visible]


def test_ordinary_ids_are_not_disfigured():
    """Some pages show what is written for Markdown as it is."""
    for id_ in ("samples/people/lord-byron.txt", "notes/2026_11_28.md", "家/日记.txt"):
        assert escaped(id_) == id_


def test_addresses_are_no_links():
    said = escaped("see https://example.com, www.example.com or a@example.com")

    assert said == r"see https\://example.com, www\.example.com or a\@example.com"


def test_console_prints_nothing_to_obey_and_reads_no_markup(monkeypatch):
    """Whatever a caller forgot, and with a terminal's colours on."""
    from flows import console

    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    console.errors().print("[bold]:smile:[/] \x1b]8;;x\x9c \u202e")
    console.print_error("a\x1b[2Jb\nerror: c")
    console.print_note("[link=x]y[/link]")

    assert out.getvalue() == (
        "[bold]:smile:[/] \\x1b]8;;x\\x9c \\u202e\nerror: a\\x1b[2Jb\\nerror: c\n[link=x]y[/link]\n"
    )


def test_log_lines_cannot_begin_another(monkeypatch):
    import logging

    from flows import console

    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    console.set_up_logging("WARNING")
    logging.getLogger("flows").warning("read %s", "a\x1b[31m\nERROR root: b")

    assert out.getvalue() == "WARNING flows: read a\\x1b[31m\\nERROR root: b\n"


def test_columns_stand_under_each_other_in_every_script():
    """A Chinese character takes two columns, an escape four or more."""
    names = ("居里夫人", "Ada", "Zoe\u0308", "a\x1b[31m\u202e", "وارسو")
    rows = [Violation(invariant="i", meaning=name, count=1234, examples=(name,)) for name in names]
    out = io.StringIO()

    Console(file=out, width=80).print(violations_table(rows))

    lines = [line for line in out.getvalue().splitlines() if "1234" in line]
    assert len(lines) == len(names)
    assert len({cell_len(line[: line.index("1234")]) for line in lines}) == 1
