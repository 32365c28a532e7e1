"""What is said of one name in many documents: whether it may be that of several things."""

import time

from graphdb.resolution.conflicts import falls_apart
from graphdb.resolution.evidence import SeenFact


def fact(document: str, type_: str, other: str, other_type: str = "Location") -> SeenFact:
    return SeenFact(
        document=document,
        type=type_,
        is_subject=True,
        other=other,
        other_name=other,
        other_type=other_type,
    )


def test_documents_that_share_nothing_and_lie_at_two_places_fall_apart():
    assert falls_apart([fact("a", "BORN_IN", "Ghent"), fact("b", "BORN_IN", "Oslo")]) == "BORN_IN"


def test_documents_that_share_a_fact_hang_together():
    facts = [
        fact("a", "BORN_IN", "Ghent"),
        fact("a", "EMPLOYER", "Acme", "Organization"),
        fact("b", "BORN_IN", "Oslo"),
        fact("b", "EMPLOYER", "Acme", "Organization"),
    ]

    assert not falls_apart(facts)


def test_documents_that_differ_in_what_a_thing_has_many_of_say_nothing():
    books = [fact(document, "AUTHOR", document, "Work") for document in ("a", "b")]
    places = [fact("a", "LIVED_IN", "Ghent"), fact("a", "LIVED_IN", "Oslo")]

    assert not falls_apart(books)
    assert not falls_apart([*places, fact("b", "LIVED_IN", "Rome")])


def test_a_name_of_thousands_of_documents_is_looked_at_in_a_moment():
    facts = [fact(f"d{n}", "EMPLOYER", f"o{n}", "Organization") for n in range(20_000)]
    start = time.perf_counter()

    assert not falls_apart(facts)
    assert time.perf_counter() - start < 10  # all pairs would take twenty minutes
