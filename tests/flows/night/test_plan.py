"""The plan: every document is in exactly one of its parts, and little may vanish unasked."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import IncompleteListingError
from flows.night.plan import Plan, make_plan
from flows.sources.folder import ListedDocument, Listing, SetAside
from graphdb.ledger import Version


def known(sha256: str, extractor: str = "e", ontology: str = "o", title: str = "t") -> Version:
    return Version(sha256=sha256, title=title, extractor=extractor, ontology=ontology)


def listing(texts: dict[str, str], aside=(), gaps=()) -> Listing:
    documents = tuple(
        ListedDocument(id=id_, source="s", title="t", sha256=sha256, path=Path(id_))
        for id_, sha256 in texts.items()
    )
    return Listing(
        source="s",
        documents=documents,
        set_aside=tuple(SetAside(id_, "is bad") for id_ in aside),
        gaps=tuple(gaps),
    )


def planned(found: Listing, ledger: dict[str, Version], **options) -> Plan:
    return make_plan(found, ledger, **{"extractor": "e", "ontology": "o", **options})


def ids(documents) -> set[str]:
    return {document.id for document in documents}


NAMES = st.sampled_from([f"s/{letter}" for letter in "abcdefgh"])
TEXTS = st.dictionaries(NAMES, st.sampled_from("xyz"))
COPIES = st.dictionaries(NAMES, st.sampled_from("xy"))
LEDGERS = st.dictionaries(
    NAMES, st.builds(known, st.sampled_from("xyz"), st.sampled_from("ef"), st.sampled_from("op"))
)


@given(TEXTS, LEDGERS, st.sets(NAMES), st.booleans())
def test_plan_puts_every_document_in_exactly_one_part(texts, ledger, aside, has_gaps):
    """Listed documents are new, changed or unchanged; known ones that are gone are vanished."""
    aside -= texts.keys()
    found = listing(texts, aside, ["gap"] if has_gaps else [])

    plan = planned(found, ledger, allow_vanished=True)

    assert [*plan.new, *plan.changed, *plan.unchanged] == sorted(
        found.documents, key=[*plan.new, *plan.changed, *plan.unchanged].index
    )
    assert len(found.documents) == len(plan.new) + len(plan.changed) + len(plan.unchanged)
    assert ids(plan.new) == texts.keys() - ledger.keys()
    assert ids(plan.unchanged) == {
        id_ for id_, text in texts.items() if ledger.get(id_) == known(text)
    }
    gone = set() if has_gaps else ledger.keys() - texts.keys() - aside
    assert set(plan.vanished) == gone


@given(COPIES, COPIES, st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_more_than_the_allowed_share_never_vanishes_unasked(texts, known_texts, max_vanished):
    """Where none was edited, as many documents of a text are lost as there are fewer of it now."""
    texts = {id_: known_texts.get(id_, text) for id_, text in texts.items()}
    ledger = {id_: known(text) for id_, text in known_texts.items()}
    n_after = Counter(texts.values())
    n_lost = sum(max(0, n - n_after[text]) for text, n in Counter(known_texts.values()).items())

    if n_lost > max_vanished * len(ledger) or (ledger and not texts):
        with pytest.raises(IncompleteListingError) as caught:
            planned(listing(texts), ledger, max_vanished=max_vanished)
        assert len(caught.value.vanished) == n_lost
    else:
        plan = planned(listing(texts), ledger, max_vanished=max_vanished)
        assert set(plan.vanished) == ledger.keys() - texts.keys()


@given(TEXTS)
def test_second_night_finds_everything_unchanged(texts):
    plan = planned(listing(texts), {id_: known(text) for id_, text in texts.items()})

    assert ids(plan.unchanged) == texts.keys()
    assert not plan.new + plan.changed + plan.vanished


@pytest.mark.parametrize("upgrade", [{"extractor": "new"}, {"ontology": "new"}])
def test_upgraded_extractor_or_ontology_makes_every_document_changed(upgrade):
    plan = planned(listing({"s/a": "x"}), {"s/a": known("x")}, **upgrade)

    assert ids(plan.changed) == {"s/a"}


def test_new_title_makes_a_document_changed():
    plan = planned(listing({"s/a": "x"}), {"s/a": known("x", title="Old")})

    assert ids(plan.changed) == {"s/a"}


def test_nothing_vanishes_when_the_listing_has_gaps():
    plan = planned(listing({}, gaps=["s/x cannot be read"]), {"s/a": known("x")})

    assert plan.vanished == ()


def test_document_set_aside_tonight_has_not_vanished():
    plan = planned(listing({}, aside=["s/a"]), {"s/a": known("x")})

    assert plan.vanished == ()


def test_renamed_documents_are_not_counted_as_vanished():
    plan = planned(listing({"s/b": "x"}), {"s/a": known("x")})

    assert (ids(plan.new), plan.vanished) == ({"s/b"}, ("s/a",))


def test_one_new_document_stands_for_one_that_vanished_however_many_were_equal():
    ledger = {f"s/{number}": known("x") for number in range(100)}

    with pytest.raises(IncompleteListingError) as caught:
        planned(listing({"s/new": "x"}), ledger)

    assert len(caught.value.vanished) == 99


def test_copies_that_were_all_renamed_have_not_vanished():
    plan = planned(listing({"s/c": "x", "s/d": "x"}), {"s/a": known("x"), "s/b": known("x")})

    assert (ids(plan.new), plan.vanished) == ({"s/c", "s/d"}, ("s/a", "s/b"))


def test_empty_source_is_never_believed_unasked():
    with pytest.raises(IncompleteListingError, match=r"1 of 1 .* vanished, all that there were"):
        planned(listing({}), {"s/a": known("x")}, max_vanished=1.0)


def test_refusal_says_how_many_which_and_what_to_do():
    with pytest.raises(IncompleteListingError) as caught:
        planned(listing({}), {"s/a": known("x"), "s/b": known("y")})

    assert str(caught.value) == (
        "2 of 2 documents of s have vanished, more than 10% (first: s/a), and nothing was "
        "retracted: is this the right folder? If they are to go, run again with --allow-vanished"
    )
