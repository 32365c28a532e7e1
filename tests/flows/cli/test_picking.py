"""What a newcomer sees first is varied."""

from flows.cli.picking import varied_facts
from graphdb import StatedFact
from graphdb.asking.provenance import Witness


def fact(subject, type_, object_, confidence, document="a"):
    witness = Witness(
        document_id=document,
        title="",
        start=0,
        end=1,
        text="",
        confidence=confidence,
        extractor="x",
    )
    return StatedFact(
        key=f"{subject} {type_} {object_}",
        subject=subject,
        subject_type="Person",
        type=type_,
        object=object_,
        object_type="Person",
        confidence=confidence,
        witnesses=1,
        cited=(witness,),
    )


def test_another_type_is_picked_before_more_of_one():
    many = [fact(f"s{n}", "COUNTRY", f"o{n}", 0.9) for n in range(5)]
    other = fact("x", "SPOUSE", "y", 0.6, "b")

    assert other in varied_facts([*many, other], 3)


def test_mirror_of_a_fact_is_left_out():
    both = [fact("x", "SPOUSE", "y", 0.9), fact("y", "SPOUSE", "x", 0.8)]

    assert varied_facts(both, 2) == both[:1]


def test_surest_comes_first():
    facts = [fact("a", "A", "b", 0.6), fact("c", "B", "d", 0.9)]

    assert [each.confidence for each in varied_facts(facts, 2)] == [0.9, 0.6]
