"""What becomes of two names of which nothing else is known: kept as one, asked about, or apart."""

from pathlib import Path

import pytest

from graphdb.resolution import (
    AS_PUBLISHED,
    Equation,
    NameEvidence,
    SeenFact,
    blocks_of,
    equations,
    judge,
)

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


def said(*facts):
    """Return facts as `(type, other, entity type of the other, document)`."""
    return tuple(
        SeenFact(
            document=document, type=type_, is_subject=True, other=other, other_name=other,
            other_type=other_type,
        )
        for type_, other, other_type, document in facts
    )  # fmt: skip


def band(type_, one, other):
    """Return what becomes of two names with facts."""
    names = [evidence(type_, text, facts=said(*facts)) for text, facts in (one, other)]
    return judge(*names).band(AS_PUBLISHED)


GHENT, TURIN = ("LIVES_IN", "Ghent", "Location"), ("LIVES_IN", "Turin", "Location")
ACME = ("WORKS_FOR", "Acme", "Organization")


@pytest.mark.parametrize(
    ("type_", "one", "other", "becomes"),
    [
        ("Person", "J. Keene", "John Keene", "review"),
        ("Person", "Bill Keene", "William Keene", "review"),
        ("Person", "John Keene", "John Arthur Keene", "review"),
        ("Person", "Robert Thomson", "Robert Thompson", "review"),
        ("Organization", "Keene & Loton Estates", "Loton & Keene Estates", "review"),
        ("Person", "Dr. John Keene", "John Keene", "keep"),
        ("Organization", "Rodale Mining Agnecy", "Rodale Mining Agency", "keep"),
        ("Organization", "Zakłady Opolskei Nowak", "Zakłady Opolskie Nowak", "keep"),
    ],
)
def test_place_in_common_is_too_little_for_what_many_of_a_place_may_share(
    type_, one, other, becomes
):
    """A slip of the hand in a long name is another matter: hardly two in a town differ by one."""
    assert band(type_, (one, [(*GHENT, "a")]), (other, [(*GHENT, "b")])) == becomes


PEOPLE = [
    ("J. Keene", "John Keene"),
    ("Keene, John", "John Keene"),
    ("Dr. John Keene", "John Keene"),
    ("John Keene", "John Arthur Keene"),
    ("Bill Keene", "William Keene"),
    ("Fedor Dostoevsky", "Fyodor Dostoyevsky"),
]


@pytest.mark.parametrize(("one", "other"), PEOPLE)
def test_names_alone_are_apart_where_facts_differ_and_asked_about_where_one_agrees(one, other):
    at_two = [(one, [(*GHENT, "a")]), (other, [(*TURIN, "b")])]
    at_two_of_one_firm = [
        (one, [(*GHENT, "a"), (*ACME, "a")]),
        (other, [(*TURIN, "b"), (*ACME, "b")]),
    ]

    assert band("Person", *at_two) == "drop"
    assert band("Person", *at_two_of_one_firm) == "review"


@pytest.mark.parametrize(("one", "other"), PEOPLE)
def test_what_has_several_values_by_itself_tells_nobody_apart(one, other):
    """Who wrote one book may have written another, and one document may name two homes."""
    nothing = band("Person", (one, []), (other, []))
    books = [[("WROTE", title, "Work", title)] for title in ("Herbst", "Winter")]
    homes = [[(*GHENT, "a"), (*TURIN, "a")], [("LIVES_IN", "Leeds", "Location", "b")]]

    for mine, theirs in (books, homes):
        assert band("Person", (one, mine), (other, theirs)) == nothing


@pytest.mark.parametrize(("one", "other"), PEOPLE)
def test_name_whose_documents_have_nothing_in_common_may_be_that_of_several(one, other):
    whole = [(*GHENT, "a"), (*ACME, "a"), (*ACME, "b")]
    parted = [(*GHENT, "a"), (*ACME, "a"), (*TURIN, "b")]
    also = [(*ACME, "c")]

    assert band("Person", (one, also), (other, whole)) == "keep"
    assert band("Person", (one, also), (other, parted)) == "review"


def test_abbreviation_whose_documents_have_nothing_in_common_may_be_that_of_several():
    """One text says what it stands for, and another one seats it elsewhere."""
    long = evidence(
        "Organization", "Nordic Rail Agency", facts=said(("SEAT", "Ghent", "Location", "a"))
    )
    seats = said(("SEAT", "Ghent", "Location", "b"), ("SEAT", "Turin", "Location", "c"))
    explained = {long.key: Equation(long.key, frozenset("b"))}
    short = evidence(
        "Organization", "NRA", facts=seats, documents=frozenset("bcd"), equated=explained
    )

    assert judge(short, long).band(AS_PUBLISHED) == "review"
    assert "may be several" in judge(short, long).reason


@pytest.mark.parametrize("behind", ["Jr.", "Sr."])
def test_father_and_child_share_facts_and_are_never_joined_by_themselves(behind):
    """They have one town, and often one firm."""
    facts = [GHENT, ACME]
    names = [
        (text, [(*fact, text) for fact in facts]) for text in ("John Keene", f"John Keene {behind}")
    ]

    assert band("Person", *names) != "keep"


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
