"""What becomes of two names of which nothing else is known: kept as one, asked about, or apart."""

from pathlib import Path

import pytest

from graphdb.resolution import AS_PUBLISHED, NameEvidence, SeenFact, blocks_of, equations, judge

TABLE = [
    line.split("\t")
    for line in Path(__file__).with_name("pairs.tsv").read_text("utf-8").splitlines()[1:]
]
BANDS = {"keep": "keep", "ask": "review", "apart": "drop"}


def evidence(type_, text, key="", **more):
    return NameEvidence(key=key or text, type=type_, texts=(text,), **more)


@pytest.mark.parametrize(("verdict", "type_", "one", "other", "why"), TABLE)
def test_two_names_are_kept_asked_about_or_apart(verdict, type_, one, other, why):
    """A pair that is to be found meets in a block, too; `why` is for the reader of the table."""
    names = [evidence(type_, one, "1"), evidence(type_, other, "2")]
    judgement = judge(*names)

    band = judgement.band(AS_PUBLISHED) if judgement else "drop"

    assert band == BANDS[verdict], (judgement, why)
    if verdict != "apart":
        assert blocks_of(names[0]) & blocks_of(names[1])


@pytest.mark.parametrize(
    ("one", "other"), [(one, other) for verdict, _, one, other, _ in TABLE if verdict == "ask"]
)
def test_question_says_why_it_is_one(one, other):
    """A person who is asked is told what speaks for it and what makes it unsure."""
    (type_,) = {row[1] for row in TABLE if (row[2], row[3]) == (one, other)}
    judgement = judge(evidence(type_, one), evidence(type_, other))

    assert judgement.speaks_for
    assert judgement.speaks_against or judgement.score < AS_PUBLISHED.keep


def test_facts_in_common_decide_what_names_alone_leave_open():
    works = SeenFact(document="d", type="WORKS_FOR", is_subject=True, other="acme")
    one, other = (
        evidence("Person", text, facts=(works,)) for text in ("Bill Keene", "William Keene")
    )

    assert judge(one, other).band(AS_PUBLISHED) == "keep"


def test_word_for_a_people_is_asked_about_whatever_facts_it_has_in_common():
    """Facts of a country and of its people are alike, and texts mean either by the word."""
    fact = SeenFact(document="d", type="PART_OF", is_subject=True, other="europe")
    country = evidence("Location", "Austria", facts=(fact,), known=frozenset({"countries:9"}))
    people = evidence(
        "Location", "Austrian", facts=(fact,), known=frozenset({"countries:9", "peoples:9"})
    )
    same = evidence("Location", "Republic of Austria", known=frozenset({"countries:9"}))

    assert judge(country, people).band(AS_PUBLISHED) == "review"
    assert "people" in judge(country, people).reason
    assert judge(country, same).band(AS_PUBLISHED) == "keep"


@pytest.mark.parametrize(
    ("text", "one", "other", "is_alias"),
    [
        ("Nordic Rail Agency (NRA) was", "Nordic Rail Agency", "NRA", False),
        ("Elton John (born Reginald Dwight) sang", "Elton John", "Reginald Dwight", True),
        ("Ann Keene (née Ann Bolt)", "Ann Keene", "Ann Bolt", True),
        ("Apex Rail, formerly Acme Works, is", "Apex Rail", "Acme Works", True),
        ("Apex Rail, also known as Acme Works, is", "Apex Rail", "Acme Works", True),
        ("Apex Rail (formerly known as Acme Works)", "Apex Rail", "Acme Works", True),
        ("Acme Works is now Apex Rail.", "Acme Works", "Apex Rail", True),
    ],
)
def test_text_that_says_two_names_are_one_is_understood(text, one, other, is_alias):
    mentions = [
        (text.index(name), text.index(name) + len(name), "X", name) for name in (one, other)
    ]

    assert list(equations(text, mentions)) == [(one, other, is_alias)]


@pytest.mark.parametrize(
    "text",
    ["Apex Rail, now part of Acme Works", "Apex Rail (Acme Works branch)", "Apex Rail, Acme Works"],
)
def test_text_that_names_two_things_does_not_say_that_they_are_one(text):
    mentions = [
        (text.index(name), text.index(name) + len(name), "X", name)
        for name in ("Apex Rail", "Acme Works")
    ]

    assert list(equations(text, mentions)) == []
