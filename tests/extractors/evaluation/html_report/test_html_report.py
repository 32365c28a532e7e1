import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.evaluation import Conventions, evaluate
from extractors.evaluation.html_report import verdicts, write_report
from extractors.evaluation.html_report.marking import marked
from extractors.evaluation.html_report.verdicts import JudgedMention
from tests.extractors.evaluation.builders import entity, extraction
from tests.extractors.steady import steady

A = entity("A", (0, 1))
B = entity("B", (2, 3))


def of_mentions(gold, predicted):
    found = verdicts(extraction(*gold), extraction(*predicted))
    return (
        [mention.verdict for mention in found.gold_mentions],
        [mention.verdict for mention in found.predicted_mentions],
    )


def of_relations(gold, predicted, **options):
    found = verdicts(gold, predicted, **options)
    return [(judged.side, judged.verdict) for judged in found.relations]


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ([A], [A], (["right"], ["right"])),
        ([A], [entity("B", (0, 1))], (["type"], ["type"])),
        ([entity("A", (0, 3))], [entity("A", (2, 5))], (["border"], ["border"])),
        ([A], [B], (["missed"], ["spurious"])),
        ([A, B], [A], (["right", "missed"], ["right"])),
    ],
)
def test_mentions_are_judged_from_both_sides(gold, predicted, expected):
    assert of_mentions(gold, predicted) == expected


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ((0, "R", 1), [("gold", "right"), ("predicted", "right")]),
        ((0, "S", 1), [("gold", "type"), ("predicted", "type")]),
        ((1, "R", 0), [("gold", "direction"), ("predicted", "direction")]),
        ((1, "S", 0), [("gold", "missed"), ("predicted", "spurious")]),
    ],
)
def test_relations_are_judged_from_both_sides(relation, expected):
    gold = extraction(A, B, relations=[(0, "R", 1)])
    predicted = extraction(A, B, relations=[relation])

    assert of_relations(gold, predicted) == expected


def test_relations_with_some_of_the_mentions_are_partly_right():
    gold = extraction(entity("A", (0, 1), (4, 5)), B, relations=[(0, "R", 1)])
    predicted = extraction(A, B, relations=[(0, "R", 1)])

    assert of_relations(gold, predicted) == [("gold", "partly"), ("predicted", "partly")]


def test_symmetric_relations_have_no_wrong_direction():
    gold = extraction(A, B, relations=[(0, "R", 1)])
    turned = extraction(A, B, relations=[(1, "R", 0)])

    assert of_relations(gold, turned, symmetric=["R"]) == [
        ("gold", "right"),
        ("predicted", "right"),
    ]


class Page(HTMLParser):
    """The text of a page, and the marks around each of its characters."""

    def __init__(self, page):
        super().__init__()
        self.text, self.open, self.places = "", [], {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        assert tag == "mark"
        self.open.append(dict(attributes)["data-place"])

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        for char in data:
            for place in self.open:
                self.places.setdefault(place, []).append(len(self.text))
            self.text += char


TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WRITABLE = st.one_of(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=TURNING),
    st.sampled_from("\t\n\r"),
)


@steady
@given(
    text=st.text(WRITABLE, min_size=1, max_size=20),
    places=st.lists(st.tuples(st.integers(0, 19), st.integers(1, 20)), max_size=6),
    type_=st.text(max_size=5),
)
def test_marks_cover_their_characters_and_nothing_else(text, places, type_):
    """Any text, any types, and mentions nested, crossing or equal: the page reads as the text."""
    mentions = [
        JudgedMention(start, end, type_, "right")
        for start, end in places
        if start < end <= len(text)
    ]

    page = Page(marked(text, mentions))

    assert page.text == text
    assert page.open == []
    for mention in mentions:
        covered = sorted(set(page.places[f"{mention.start}-{mention.end}"]))
        assert covered == list(range(mention.start, mention.end))


def test_what_no_page_can_hold_is_replaced():
    assert marked("a\0b\ud800c", []) == "a\ufffdb\ufffdc"


@pytest.fixture
def page(tmp_path):
    """Write a page about one document whose names are an attack; return its path."""
    hostile = '"><script>alert(1)</script>'
    gold = extraction(A, B, relations=[(0, hostile, 1)], id=hostile)
    predicted = extraction(entity(hostile, (0, 1)), B, relations=[(0, "R", 1, 0.7)], id=hostile)
    fine = extraction(A, id="fine")
    evaluation = evaluate(
        [fine, gold], [fine, predicted], conventions=Conventions(trained_on=hostile)
    )
    path = tmp_path / "errors.html"
    write_report(evaluation, [(fine, fine), (gold, predicted)], path, title=hostile)
    return path


def test_nothing_from_a_document_becomes_markup(page):
    text = page.read_text()

    assert text.count("<script>") == 1
    assert "alert(1)</script>" not in text


def test_nothing_turns_the_page_round_or_controls_it(tmp_path):
    """Characters that would make what stands beside a name read as something else."""
    odd = "a\x1b[31m\x9b\u202egpj\u2066\0\udc80 居里 👩\u200d🔬 é"
    document = extraction(entity("T", (0, 1)), id=odd)
    path = tmp_path / "errors.html"

    write_report(evaluate([document], [document]), [(document, document)], path, title=odd)

    text = path.read_text("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert text.count("居里 👩\u200d🔬 é") == 3  # in the title, twice, and as the document's name


def test_the_page_asks_for_nothing_from_outside(page):
    text = page.read_text()

    assert not re.search(r"https?:|\bsrc=|@import|url\(", text)
    assert "default-src 'none'" in text


def test_the_worst_document_comes_first_and_the_rest_can_be_left_out(page, tmp_path):
    fine, bad = extraction(A, id="fine"), extraction(A, B, id="bad")
    nothing = extraction(id="bad")
    path = tmp_path / "worst.html"

    write_report(
        evaluate([fine, bad], [fine, nothing]),
        [(fine, fine), (bad, nothing)],
        path,
        title="t",
        limit=1,
    )

    assert re.findall("<h2>(.*?)</h2>", path.read_text()) == ["bad"]


def test_filters_leave_what_they_name(page, visitor):
    """In a real browser, under the page's own security policy."""
    tab, complaints = visitor.page, []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(page.as_uri())
    assert tab.inner_text("#shown") == "2 of 2 documents"

    tab.select_option("select[name=relation]", "R")
    assert tab.inner_text("#shown") == "1 of 2 documents"
    tab.locator("tr[data-places]:visible").click()
    assert tab.locator("mark.lit").count() == 4

    tab.select_option("select[name=relation]", "")
    tab.fill("input[name=words]", "fine")
    assert tab.inner_text("article:visible h2") == "fine"
    assert complaints == []
