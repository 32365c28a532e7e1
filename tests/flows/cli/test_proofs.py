"""A proof on the terminal and as JSON: each fact in full once, and cut where it gets long."""

import io
import json
import time
from dataclasses import replace

import pytest
from rich.console import Console

from flows.cli.proofs import ALL, Cut, proof_lines
from graphdb.asking import Proof, ProvedFact, RuleUse, Witness, proofs_to_dict


def fact(key: str, *premises: str, documents: int = 0) -> ProvedFact:
    """Return a fact that follows from others, or that documents state."""
    return ProvedFact(
        key=key,
        subject=key,
        type="T",
        object="o",
        confidence=0.5,
        is_derived=bool(premises),
        witnesses=tuple(
            Witness(
                document_id=f"d{n}",
                title="",
                start=0,
                end=1,
                text=f"Sentence {n}.",
                confidence=0.5,
                extractor="x",
            )
            for n in range(documents)
        ),
        rule_uses=(
            RuleUse(rule="r", sentence="S.", rule_confidence=1, confidence=1, premises=premises),
        )
        if premises
        else (),
    )


def proof(*facts: ProvedFact) -> Proof:
    return Proof(fact=facts[0], facts={each.key: each for each in facts})


def chain(n: int) -> Proof:
    """Return a proof of n rules one below the other."""
    links = [fact(f"f{i}", f"f{i + 1}") for i in range(n)]
    return proof(*links, fact(f"f{n}", documents=1))


def ladder(n: int) -> Proof:
    """Return a proof through which 2^n ways lead."""
    rungs = [
        fact(f"{side}{i}", f"a{i + 1}", f"b{i + 1}")
        for i in range(n)
        for side in ("ab" if i else "a")
    ]
    return proof(*rungs, fact(f"a{n}", documents=1), fact(f"b{n}", documents=1))


CUT = Cut()


def printed(proof: Proof, cut: Cut = CUT) -> list[str]:
    out = io.StringIO()
    for line in proof_lines(proof, cut):
        Console(file=out, width=100).print(line)
    return out.getvalue().splitlines()


def seconds(proof: Proof) -> float:
    begun = time.perf_counter()
    for _ in proof_lines(proof, ALL):
        pass
    proofs_to_dict([proof])
    return time.perf_counter() - begun


def test_long_chain_is_cut_and_says_how_much_more_there_is():
    lines = printed(chain(2_000))

    assert len(lines) < 20
    assert "… and 1,994 facts more that it follows from" in lines[-1].replace("1994", "1,994")
    assert "--all" in lines[-1]


def test_whole_chain_is_printed_when_it_is_asked_for():
    """Deeper than there are columns: a line says how deep it is."""
    lines = printed(chain(2_000), ALL)

    assert len(lines) == 2_001 + 2_000 + 1
    assert "2000: f2000" in lines[-2]
    assert lines[-1].strip().startswith("“Sentence 0.”")
    assert max(map(len, lines)) < 100


def test_shared_premise_is_printed_once_and_referred_to():
    lines = printed(ladder(30), ALL)

    assert len(lines) < 62 * 4
    for i in range(2, 31):
        (full,) = (line for line in lines if f" a{i}  " in line and "as at" not in line)
        (again,) = (line for line in lines if f" a{i}  " in line and "as at" in line)
        number = full.rpartition("  ")[2]
        assert again.endswith(f"as at {number}")


def test_fact_cut_in_one_place_is_printed_in_full_where_there_is_room():
    shared = proof(
        fact("f", "deep", "shared"),
        fact("deep", "deeper"),
        fact("deeper", "shared"),
        fact("shared", "s"),
        fact("s", documents=1),
    )

    lines = printed(shared, Cut(depth=3))

    assert sum("Sentence 0." in line for line in lines) == 1


def test_documents_beyond_the_first_are_counted():
    lines = printed(proof(fact("f", documents=9)))

    assert sum("Sentence" in line for line in lines) == 3
    assert "… and in 6 documents more" in lines[-1]


def test_sentences_that_one_document_cites_together_are_printed_together():
    stated = fact("f", documents=3)
    together = tuple(replace(each, document_id="d0") for each in stated.witnesses)

    lines = printed(proof(replace(stated, witnesses=together)))

    assert "“Sentence 0.” … “Sentence 1.” … “Sentence 2.”  d0, 0.50" in lines[1]


@pytest.mark.parametrize("shape", [chain, ladder])
def test_walking_a_proof_takes_time_in_proportion_to_its_facts(shape):
    shape_seconds = [min(seconds(shape(n)) for _ in range(3)) for n in (2_000, 4_000)]

    assert shape_seconds[1] < 5 * shape_seconds[0]


def test_json_of_a_deep_proof_is_flat():
    data = json.loads(json.dumps(proofs_to_dict([chain(3_000)])))

    assert data["asked"] == ["f0"]
    assert [each["key"] for each in data["facts"]] == [f"f{i}" for i in range(3_001)]
    assert data["derivations"][0] == {
        "fact": "f0",
        "rule": "r",
        "sentence": "S.",
        "rule_confidence": 1,
        "confidence": 1,
        "premises": ["f1"],
    }
    assert [each["fact"] for each in data["witnesses"]] == ["f3000"]
