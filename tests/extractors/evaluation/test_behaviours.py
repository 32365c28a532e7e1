"""Cases of behaviours: what passes, what fails and why, and files that are refused."""

import json
import re
from pathlib import Path

import pytest

from extractors.errors import CorpusError
from extractors.evaluation import Case, judge_cases, read_cases
from extractors.facts import Chunk, Entity, Evidence, Extraction, Mention, Relation, Span

ROOT = Path(__file__).parents[3]
TEXT = "Ann Lee married Bo Roe in Ghent. Lee died there."
PAGE = (ROOT / "docs/behaviours.md").read_text("utf-8")


def case(**expected):
    return {"id": "c", "kind": "k", "text": TEXT} | expected


def entity(type_, *names):
    mentions = tuple(
        Mention(Span(TEXT.index(name), TEXT.index(name) + len(name)), name) for name in names
    )
    return Entity(type_, names[0], mentions)


ANN, BO = entity("Person", "Ann Lee", "Lee"), entity("Person", "Bo Roe")
GHENT = entity("Location", "Ghent")


def found(*relations, entities=(ANN, BO, GHENT)):
    return Extraction(
        document=Case(id="c", kind="k", text=TEXT).document,
        chunks=(Chunk(0, Span(0, len(TEXT))),),
        entities=entities,
        relations=tuple(
            Relation(subject, type_, object_, (Evidence(Span(0, 32), 0.9),))
            for subject, type_, object_ in relations
        ),
    )


@pytest.fixture
def read(tmp_path):
    def read(*cases):
        path = tmp_path / "cases.jsonl"
        path.write_text("\n".join(map(json.dumps, cases)), "utf-8")
        return read_cases(path)

    return read


MARRIED = found((ANN, "SPOUSE", BO))


@pytest.mark.parametrize(
    "expected",
    [
        {"must": [["Ann Lee", ["SPOUSE"], "Bo Roe"]]},
        {"must": [["Ann Lee", "SPOUSE", "Bo Roe"]]},
        {"must": [["Nobody|Lee", ["CHILD", "SPOUSE"], "*"]]},
        {"must_not": [["Bo Roe", ["SPOUSE"], "Ann Lee"]]},
        {"must_not": [["Ann Lee", ["CHILD"], "Bo Roe"]]},
        {"names": ["Ann Lee", "Ghent"], "not_names": ["Ann"]},
        {"together": [["Ann Lee", "Lee"]], "apart": [["Ann Lee", "Bo Roe"]]},
    ],
)
def test_case_is_passed(read, expected):
    assert read(case(**expected))[0].faults(MARRIED) == []


@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        ({"must": [["Bo Roe", ["SPOUSE"], "Ann Lee"]]}, "not found: Bo Roe SPOUSE Ann Lee"),
        ({"must_not": [["*", ["*"], "*"]]}, "wrong: Ann Lee SPOUSE Bo Roe (0.90)"),
        ({"names": ["Ann"]}, "no mention reads 'Ann'"),
        ({"not_names": ["Lee"]}, "a mention reads 'Lee'"),
        ({"together": [["Ann Lee", "Bo Roe"]]}, "not one entity: Ann Lee and Bo Roe"),
        ({"apart": [["Ann", "Lee"]]}, "one entity: Ann and Lee"),
    ],
)
def test_case_is_not_passed_and_says_why(read, expected, fault):
    assert read(case(**expected))[0].faults(MARRIED) == [fault]


def test_table_counts_by_kind_in_the_order_of_the_file(read):
    cases = read(
        case(id="b1", kind="b", names=["Ghent"]),
        case(id="a1", kind="a", names=["Bo"]),
        case(id="b2", kind="b", must=[["Ann Lee", "CHILD", "Bo Roe"]]),
    )

    table = judge_cases(cases, [MARRIED] * 3)

    assert table.to_dict() == {
        "passed": 1,
        "total": 3,
        "kinds": {"b": [1, 2], "a": [0, 1]},
        "faults": {
            "a1": ["no mention reads 'Bo'"],
            "b2": ["not found: Ann Lee CHILD Bo Roe"],
        },
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: is not JSON"),
        ("[1]", "line 1: the case"),
        (json.dumps(case(must_find=[])), "must_find"),
        (json.dumps(case()), "asks for nothing"),
        (json.dumps(case(names="Ann")), "names"),
        (json.dumps(case(must=[["Ann Lee", "Bo Roe"]])), "write a fact as"),
        (json.dumps(case(must=[["Ann Leigh", "SPOUSE", "Bo Roe"]])), "does not have 'Ann Leigh'"),
        (json.dumps(case(together=[["Ann Lee", "Annie"]])), "does not have 'Annie'"),
        ("[" * 100_000, "nested too deeply"),
        ("", "has no cases"),
    ],
)
def test_file_that_no_model_could_pass_is_refused(tmp_path, line, words):
    path = tmp_path / "cases.jsonl"
    path.write_text(line, "utf-8")

    with pytest.raises(CorpusError, match=words):
        read_cases(path)


def test_id_that_comes_twice_is_refused(read):
    with pytest.raises(CorpusError, match="line 2: the id 'c' comes twice"):
        read(case(names=["Ghent"]), case(names=["Lee"]))


def test_examples_of_the_page_and_the_benchmark_are_cases(tmp_path):
    (example,) = re.findall(
        r"```json\n(.*?)```", (ROOT / "docs/behaviours.md").read_text(), re.DOTALL
    )
    path = tmp_path / "page.jsonl"
    path.write_text(example, "utf-8")

    assert len(read_cases(path)) == 3
    assert len(read_cases(ROOT / "benchmarks/behaviours.jsonl")) > 80


def test_page_names_every_key():
    assert set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE)) == set(Case.__dataclass_fields__)
