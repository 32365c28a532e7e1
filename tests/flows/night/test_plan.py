"""The plan: every document is in exactly one of its parts, and little may vanish unasked."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import IncompleteListingError
from flows.night.plan import Plan, make_plan
from flows.sources import Folder, Gap, ListedDocument, ListedDocuments, Listing, SetAside
from graphdb.ledger import Version

SOURCE = Folder(name="s", path=Path("s"))


def version(raw_sha256: str, extractor: str = "e", ontology: str = "o", format_: str = "f/1"):
    return Version(
        sha256="text",
        title="t",
        extractor=extractor,
        ontology=ontology,
        raw_sha256=raw_sha256,
        format=format_,
    )


def listing(raw: dict[str, str], aside=(), gaps=(), others=(), **more) -> Listing:
    documents = ListedDocuments.of(
        ListedDocument(id=id_, origin=SOURCE, file=id_, raw_sha256=raw_sha256, format="f/1")
        for id_, raw_sha256 in raw.items()
    )
    for id_ in others:
        documents.inventory.add_other(id_)
    return Listing(
        source="s",
        documents=documents,
        set_aside=tuple(SetAside(id_, "is bad") for id_ in aside),
        gaps=tuple(Gap(id_, f"{id_} cannot be read") for id_ in gaps),
        **more,
    )


def planned(found: Listing, ledger: dict[str, Version], **options) -> Plan:
    return make_plan(found, ledger.items(), **{"extractor": "e", "ontology": "o", **options})


def ids(documents) -> set[str]:
    return {document.id for document in documents}


NAMES = st.sampled_from([f"s/{letter}" for letter in "abcdefgh"])
TEXTS = st.dictionaries(NAMES, st.sampled_from("xyz"))
COPIES = st.dictionaries(NAMES, st.sampled_from("xy"))
LEDGERS = st.dictionaries(
    NAMES, st.builds(version, st.sampled_from("xyz"), st.sampled_from("ef"), st.sampled_from("op"))
)


@given(TEXTS, LEDGERS, st.sets(NAMES), st.sets(NAMES))
def test_plan_puts_every_document_in_exactly_one_part(texts, ledger, aside, gaps):
    """Listed documents are new, changed or unchanged; known ones are vanished or hidden."""
    aside -= texts.keys()
    found = listing(texts, aside, gaps)

    plan = planned(found, ledger, allow_vanished=True)

    assert [*plan.new, *plan.changed, *plan.unchanged] == sorted(
        found.documents, key=[*plan.new, *plan.changed, *plan.unchanged].index
    )
    assert len(found.documents) == len(plan.new) + len(plan.changed) + len(plan.unchanged)
    assert ids(plan.new) == texts.keys() - ledger.keys()
    assert ids(plan.unchanged) == {
        id_ for id_, text in texts.items() if ledger.get(id_) == version(text)
    }
    gone = ledger.keys() - texts.keys() - aside
    assert set(plan.vanished) == gone - gaps
    assert set(plan.hidden) == gone & gaps


@given(COPIES, COPIES, st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_more_than_the_allowed_share_never_vanishes_unasked(texts, known_texts, max_vanished):
    """Where none was edited, as many documents of a text are lost as there are fewer of it now."""
    texts = {id_: known_texts.get(id_, text) for id_, text in texts.items()}
    ledger = {id_: version(text) for id_, text in known_texts.items()}
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
    plan = planned(listing(texts), {id_: version(text) for id_, text in texts.items()})

    assert ids(plan.unchanged) == texts.keys()
    assert (len(plan.to_extract), plan.vanished) == (0, ())


@pytest.mark.parametrize("upgrade", [{"extractor": "new"}, {"ontology": "new"}])
def test_upgraded_extractor_or_ontology_makes_every_document_changed(upgrade):
    plan = planned(listing({"s/a": "x"}), {"s/a": version("x")}, **upgrade)

    assert ids(plan.changed) == {"s/a"}


def test_new_version_of_a_format_makes_its_documents_changed():
    plan = planned(listing({"s/a": "x"}), {"s/a": version("x", format_="f/0")})

    assert ids(plan.changed) == {"s/a"}


def test_version_that_does_not_know_its_bytes_is_read_once_more():
    """As graphs have them that were written before digests of bytes were kept."""
    plan = planned(listing({"s/a": "x"}), {"s/a": version("")})

    assert ids(plan.changed) == {"s/a"}


def test_gap_hides_what_is_at_and_below_it_and_nothing_else():
    ledger = {id_: version("x") for id_ in ("s/a", "s/a/1", "s/a/b/2", "s/ab", "s/b/a/1")}

    plan = planned(listing({}, gaps=["s/a"]), ledger, allow_vanished=True)

    assert set(plan.hidden) == {"s/a", "s/a/1", "s/a/b/2"}
    assert set(plan.vanished) == {"s/ab", "s/b/a/1"}
    assert plan.gaps == ("s/a cannot be read (3 documents that may be there stay in the graph)",)


@pytest.mark.parametrize("raw", [{}, {"s/a": "y"}])
def test_file_of_any_kind_in_place_of_a_folder_hides_what_was_in_it(raw):
    found = listing(raw, others=() if raw else ("s/a",))

    plan = planned(found, {"s/a/1": version("x"), "s/b": version("z")}, allow_vanished=True)

    assert (plan.hidden, plan.vanished) == (("s/a/1",), ("s/b",))
    assert "s/a is a file where a folder was" in plan.gaps[0]


def test_listing_of_one_file_says_nothing_of_the_others():
    ledger = {id_: version("x") for id_ in ("s/a.jsonl/1", "s/a.jsonl/2", "s/b.txt", "s/a.jsonlx")}
    found = listing({"s/a.jsonl/1": "x"}, scope="s/a.jsonl")

    plan = planned(found, ledger, max_vanished=0.5)

    assert (ids(plan.unchanged), plan.vanished) == ({"s/a.jsonl/1"}, ("s/a.jsonl/2",))
    with pytest.raises(IncompleteListingError, match="1 of 2 documents"):
        planned(found, ledger, max_vanished=0.1)


def test_document_set_aside_tonight_has_not_vanished():
    plan = planned(listing({}, aside=["s/a"]), {"s/a": version("x")})

    assert plan.vanished == ()


def test_renamed_documents_are_not_counted_as_vanished():
    plan = planned(listing({"s/b": "x"}), {"s/a": version("x")})

    assert (ids(plan.new), plan.vanished) == ({"s/b"}, ("s/a",))


def test_one_new_document_stands_for_one_that_vanished_however_many_were_equal():
    ledger = {f"s/{number}": version("x") for number in range(100)}

    with pytest.raises(IncompleteListingError) as caught:
        planned(listing({"s/new": "x"}), ledger)

    assert len(caught.value.vanished) == 99


def test_copies_that_were_all_renamed_have_not_vanished():
    plan = planned(listing({"s/c": "x", "s/d": "x"}), {"s/a": version("x"), "s/b": version("x")})

    assert (ids(plan.new), plan.vanished) == ({"s/c", "s/d"}, ("s/a", "s/b"))


def test_empty_source_is_never_believed_unasked():
    with pytest.raises(IncompleteListingError, match=r"1 of 1 .* vanished, all that there were"):
        planned(listing({}), {"s/a": version("x")}, max_vanished=1.0)


def test_refusal_says_how_many_which_and_what_to_do():
    with pytest.raises(IncompleteListingError) as caught:
        planned(listing({}), {"s/a": version("x"), "s/b": version("y")})

    assert str(caught.value) == (
        "2 of 2 documents of s have vanished, more than 10% (first: s/a), and nothing was "
        "retracted: is this the right folder? If they are to go, run again with --allow-vanished "
        "(in a form of Prefect: Withdraw all that has vanished)"
    )


@given(TEXTS, LEDGERS, st.integers(0, 5), st.sets(NAMES))
def test_a_budget_holds_back_only_what_another_model_read(texts, ledger, backfill, kept):
    """What is new, changed or of another ontology is never held back, nor what is kept already."""
    ledger = {id_: replace(version, sha256=id_) for id_, version in ledger.items()}
    everything = planned(listing(texts), ledger, allow_vanished=True)

    plan = planned(
        listing(texts),
        ledger,
        allow_vanished=True,
        backfill=backfill,
        is_kept=lambda version: version.sha256 in kept,
    )

    outdated = ids(plan.outdated)
    assert outdated <= ids(plan.unchanged)
    assert ids(plan.changed) == ids(everything.changed) - outdated
    assert ids(plan.unchanged) == ids(everything.unchanged) | outdated
    assert list(plan.new) == list(everything.new)
    assert not outdated & kept
    for id_ in outdated:
        assert ledger[id_].extractor != "e"
        assert (ledger[id_].raw_sha256, ledger[id_].ontology) == (texts[id_], "o")
    waiting_or_taken = {
        id_
        for id_ in ids(everything.changed) - kept
        if (ledger[id_].raw_sha256, ledger[id_].ontology) == (texts[id_], "o")
    }
    assert len(outdated) == (max(0, len(waiting_or_taken) - backfill) if backfill else 0)


def test_the_oldest_documents_are_read_again_first():
    texts = {"s/a": "x", "s/b": "x", "s/c": "x"}
    ledger = {
        id_: replace(version("x", extractor="old"), ingested_at=f"2026-01-0{day}T00:00:00Z")
        for id_, day in (("s/a", 2), ("s/b", 3), ("s/c", 1))
    }

    assert ids(planned(listing(texts), ledger, backfill=1).outdated) == {"s/a", "s/b"}
