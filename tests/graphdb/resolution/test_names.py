"""What two names have in common is told by reasons, and what sets them apart is not overlooked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.resolution import NameEvidence, Reason, SeenFact, judge, likeness_of
from graphdb.resolution.names import name


def evidence(text, key="", **more):
    return NameEvidence(key=key or text, type="Organization", texts=(text,), **more)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Jean-Paul", "Jean Paul", Reason.LETTERS),
        ("Fédération", "Federation", Reason.LETTERS),
        ("台灣", "台湾", Reason.LETTERS),
        ("Acme Company, Inc.", "Acme Co", Reason.LEGAL_FORM),
        ("Dr. John Keene", "John Keene", Reason.TITLE),
        ("Keene, John", "John Keene", Reason.INVERTED),
        ("Ghent University", "University of Ghent", Reason.WORDS),
        ("tumours", "Tumour", Reason.PLURAL),
        ("heart diseases", "heart disease", Reason.PLURAL),
        ("Alms Houses", "Alms House", Reason.PLURAL),
        ("viruses", "virus", Reason.PLURAL),
        ("glasses", "glass", Reason.PLURAL),
        ("noble gases", "noble gas", Reason.PLURAL),
        ("J. Keene", "John Keene", Reason.INITIALS),
        ("J.R.R. Tolkien", "John Ronald Reuel Tolkien", Reason.INITIALS),
        ("M. S. Keene", "Mary S. Keene", Reason.INITIALS),
        ("Mary S. Keene", "Mary Sue Keene", Reason.MIDDLE_INITIAL),
        ("D.R. Keene", "David R. Keene", Reason.INITIALS),
        ("John Keene, M.D.", "John Keene", Reason.TITLE),
        ("Harry Gordon Lawrence", "Harry Lawrence", Reason.MIDDLE),
        ("IBM", "International Business Machines Corp.", Reason.ACRONYM),
        ("Federal Theater Project", "Federal Theatre Project", Reason.WRITTEN_OUT),
        ("Federal Theater Project", "Fedral Theater Project", Reason.SPELLING),
        ("Bill Keene", "William Keene", Reason.SHORT_FORM),
        ("Пётр Чайковский", "Pyotr Tchaikovsky", Reason.ALPHABET),
        ("Fedor Dostoevsky", "Fyodor Dostoyevsky", Reason.SOUNDS),
        ("Acme", "Acme Bank", Reason.PART),
        ("John Keene", "James Keene", None),
        ("hypertension", "hypotension", None),
        ("lung cancer", "lung squamous cancer", None),
    ],
)
def test_pair_has_the_reason_that_says_most(one, other, reason):
    like = likeness_of(evidence(one), evidence(other))

    assert (like.reason if like else None) is reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cl-", "Cl"),
        ("Pius XI", "Pius XII"),
        ("Apollo 11", "Apollo 12"),
        ("A>G", "G>A"),
        ("Acme", "Acme Bank"),
    ],
)
def test_what_tells_names_apart_forbids_that_they_are_one(one, other):
    judgement = judge(evidence(one), evidence(other))

    assert judgement is None or (judgement.forbidden and judgement.score == 0)


def test_facts_that_exclude_each_other_forbid_and_facts_in_common_speak_for():
    born = [
        SeenFact(document=year, type="BORN", is_subject=True, other=year, other_name=year)
        for year in ("1901", "1977")
    ]
    shared = SeenFact(document="d", type="WORKS_FOR", is_subject=True, other="acme")
    alone = judge(evidence("J. Keene"), evidence("John Keene"))
    together = judge(evidence("J. Keene", facts=(shared,)), evidence("John Keene", facts=(shared,)))
    apart = judge(
        evidence("J. Keene", facts=(born[0],)), evidence("John Keene", facts=(born[1],)), ["BORN"]
    )

    assert alone.is_for_a_person
    assert not together.is_for_a_person
    assert together.score > alone.score
    assert "BORN 1901 and 1977" in apart.forbidden or "BORN 1977 and 1901" in apart.forbidden


def test_list_that_has_names_for_two_things_forbids():
    one, other = (
        evidence(text, known=frozenset({f"catalogue:{text}"})) for text in ("IBM", "I B M Ltd")
    )

    assert judge(one, other).forbidden == "a list of names has them for two things"


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@given(texts, texts)
def test_any_two_names_are_weighed_alike_in_either_order(one, other):
    first = judge(evidence(one, "1"), evidence(other, "2"))
    second = judge(evidence(other, "2"), evidence(one, "1"))

    assert first == second


@given(texts)
def test_blocks_cite_nothing_of_any_name(text):
    assert all(len(block) == 32 for block in name("Person", text).blocks())
