"""Exports as Label Studio writes them: several people, changes of mind, JavaScript's offsets."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from extractors.corpora import read_labelled, write_labelled
from extractors.corpora.checks import check_corpora
from extractors.corpora.label_studio import labelling_config
from extractors.errors import CorpusError
from extractors.facts import Span
from tests.extractors.corpora.saying import mentions, notes, triples

TEXT = "Ada works for Acme in Ghent."


def region(id, start, end, *labels, text=None, **more):  # noqa: A002
    value = {"start": start, "end": end, "text": text or TEXT[start:end], "labels": list(labels)}
    names = {"from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"}
    return {"id": id, **names, "value": value} | more


def link(from_id, to_id, *labels, **more):
    ends = {"from_id": from_id, "to_id": to_id, "type": "relation", "direction": "right"}
    return ends | {"labels": list(labels)} | more


ADA, ACME, GHENT = (
    region("x1", 0, 3, "Person"),
    region("x2", 14, 18, "Organization"),
    region("x3", 22, 27, "Place"),
)


def annotation(*result, by=1, **more):
    """The fields that an export has, those that nobody reads included."""
    fields = {"id": 11, "completed_by": by, "was_cancelled": False, "ground_truth": False}
    fields |= {"created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:00:00Z"}
    fields |= {"draft_created_at": None, "lead_time": 8.4, "prediction": {}, "task": 7}
    return fields | {"result": list(result)} | more


def task(*annotations, text=TEXT, **more):
    fields = {"id": 7, "annotations": list(annotations), "drafts": [], "predictions": []}
    fields |= {"file_upload": "tasks.json", "data": {"text": text}, "meta": {}, "project": 2}
    return fields | {"total_annotations": len(annotations), "cancelled_annotations": 0} | more


@pytest.fixture
def read(tmp_path):
    """Read tasks as an export of them; the format is found out."""

    def read(*tasks, **options):
        (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
        return list(read_labelled(tmp_path / "export.json", **options))

    return read


def test_regions_and_relations_are_read(read):
    [document] = read(task(annotation(ADA, ACME, link("x1", "x2", "WORKS_FOR"))))

    assert mentions(document) == {("Person", "Ada"), ("Organization", "Acme")}
    assert triples(document) == {("Ada", "WORKS_FOR", "Acme")}
    assert document.extraction.document.id == "7"
    assert notes(document) == []


@pytest.mark.parametrize(
    ("direction", "stated"),
    [
        ("right", {("Ada", "R", "Acme")}),
        ("left", {("Acme", "R", "Ada")}),
        ("bi", {("Ada", "R", "Acme"), ("Acme", "R", "Ada")}),
    ],
)
def test_relations_point_where_their_arrow_does(read, direction, stated):
    [document] = read(task(annotation(ADA, ACME, link("x1", "x2", "R", direction=direction))))

    assert triples(document) == stated


def test_offsets_count_utf_16_code_units(read):
    """🦊 is one character of the text and two for JavaScript."""
    text = "🦊 and 🦊🦊 met Ada."
    ada = region("a", 16, 19, "Person", text="Ada")
    foxes = region("b", 7, 11, "Animal", text="🦊🦊")
    half = region("c", 0, 1, "Animal", text="🦊")

    [document] = read(task(annotation(ada, foxes, half), text=text))

    assert mentions(document) == {("Person", "Ada"), ("Animal", "🦊🦊"), ("Animal", "🦊")}
    assert notes(document) == []


def test_offsets_in_code_points_are_known_by_what_they_quote(read):
    [document] = read(task(annotation(region("a", 6, 9, "P", text="Ada")), text="🦊 met Ada."))

    assert mentions(document) == {("P", "Ada")}
    assert notes(document) == ["offset"]


def test_a_quotation_may_lose_spaces_and_line_ends(read):
    long = region("a", 0, 13, "P", text="Ada\\nof London")

    [document] = read(task(annotation(long), text="Ada\nof London"))

    assert notes(document) == []


def test_tasks_that_nobody_has_labelled_are_left_out(read):
    skipped = annotation(ADA, was_cancelled=True)
    predicted = {"model_version": "m", "result": [ADA]}

    assert read(task(), task(skipped), task(predictions=[predicted])) == []
    [document] = read(task(predictions=[predicted]), predictions=True)
    assert mentions(document) == {("Person", "Ada")}


def test_an_empty_annotation_says_that_there_is_nothing(read):
    [document] = read(task(annotation()))

    assert document.extraction.entities == ()


def test_of_several_annotators_the_last_is_read_and_disagreement_noted(read):
    ann = annotation(ADA, ACME, by={"id": 1, "email": "ann@example.org"})
    bob = annotation(ADA, by={"id": 2, "email": "bob@example.org"}, updated_at="2026-03-02")

    [last] = read(task(bob, ann))
    [asked] = read(task(bob, ann), annotator="ann@example.org")
    [true] = read(task(bob, ann | {"ground_truth": True}))

    assert mentions(last) == {("Person", "Ada")}
    assert notes(last) == ["annotators disagree"]
    assert mentions(asked) == mentions(true) == {("Person", "Ada"), ("Organization", "Acme")}
    assert notes(asked) == []


def test_annotators_who_agree_are_no_finding(read):
    again = [ADA | {"id": "y1"}, ACME | {"id": "y2"}, link("y1", "y2", "R")]
    both = annotation(ADA, ACME, link("x1", "x2", "R")), annotation(*again, by=2)

    assert notes(read(task(*both))[0]) == []


def test_what_lost_its_other_half_is_noted_and_left_out(read):
    result = [ADA, region("x4", 4, 9), link("x1", "gone", "R"), link("x1", "x4", "R")]
    rating = {"id": "x1", "type": "choices", "value": {"choices": ["sure"]}}

    [document] = read(task(annotation(*result, GHENT, link("x1", "x3"), rating)))

    assert mentions(document) == {("Person", "Ada"), ("Place", "Ghent")}
    assert triples(document) == set()
    assert notes(document) == [
        "region without a label",
        "relation without its region",
        "relation without its region",
        "relation without a label",
        "not read",
    ]
    weights = {f.kind: f.weight for f in check_corpora({"train": [document]}).findings}
    assert weights["relation without a label"] == "warning"


def test_a_region_with_two_labels_is_two_mentions(read):
    [document] = read(task(annotation(region("a", 0, 3, "Person", "Author"))))

    assert mentions(document) == {("Person", "Ada"), ("Author", "Ada")}


def test_equivalent_regions_are_one_entity_if_asked(read):
    she = region("x5", 22, 27, "Person")
    tasks = [task(annotation(ADA, ACME, she, link("x1", "x5", "Equiv"), link("x5", "x2", "R")))]

    [apart] = read(*tasks)
    [together] = read(*tasks, entities="clusters")

    assert len(apart.extraction.entities) == 3
    assert triples(apart) == {("Ghent", "R", "Acme")}
    [person] = [e for e in together.extraction.entities if e.type == "Person"]
    assert [mention.span for mention in person.mentions] == [Span(0, 3), Span(22, 27)]


def test_an_offset_behind_the_end_is_mended_where_the_quotation_fits(read):
    ghent = region("a", 22, 29, "Place", text="Ghent.")

    [document] = read(task(annotation(ghent)))

    assert mentions(document) == {("Place", "Ghent.")}
    assert notes(document) == ["offset"]


@pytest.mark.parametrize("shows_text", ["text", "body"])
def test_regions_of_another_field_are_left_out_with_a_note(read, shows_text):
    """What a control shows is in no export: its name, or else what its regions quote, tells it."""
    title = region("t", 0, 6, "Place", text="Ghent!") | {"to_name": "title"}
    data = {"text": TEXT, "title": "Ghent! A letter"}
    ours = [label | {"to_name": shows_text} for label in (ADA, ACME)]

    [document] = read(task(annotation(*ours, title, link("x1", "t", "R")), data=data))

    assert mentions(document) == {("Person", "Ada"), ("Organization", "Acme")}
    assert notes(document) == ["region of another field", "relation without its region"]


def test_a_task_that_nobody_labelled_is_said_to_be_none(tmp_path):
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(), task(annotation(ADA))]))
    set_aside = []

    assert len(list(read_labelled(path, set_aside=set_aside))) == 1
    assert [(note.kind, note.where) for note in set_aside] == [
        ("not labelled", "record 0 (line 1)")
    ]


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (task(annotation(region("a", 20, 99, "P", text="?"))), "20:99 lies beyond 28 characters"),
        (task(annotation(ADA), data={"body": "A"}), "hold no text called 'text', only body"),
        (task(annotation(region("a", 0, 3, "P") | {"value": {"start": "/p[1]", "end": "/p[1]"}})),
         "begins and ends at a number"),
        (task({"completed_by": 1}), "there is no 'result'"),
    ],
)  # fmt: skip
def test_a_task_that_contradicts_the_format_is_refused_with_the_place(read, broken, complaint):
    with pytest.raises(CorpusError, match=rf"record 0 \(line 1\): .*{complaint}"):
        read(broken)


def test_a_prediction_comes_beside_the_task_and_not_among_the_annotations(read, tmp_path):
    [gold] = read(task(annotation(ADA, ACME, link("x1", "x2", "R")), text="🦊 " + TEXT))
    predicted = gold.saying(replace(gold.extraction, extractor="model@1", relations=()))

    write_labelled([predicted], tmp_path / "predicted.json", "label_studio")

    [written] = json.loads((tmp_path / "predicted.json").read_text("utf-8"))
    [prediction] = written["predictions"]
    assert "annotations" not in written
    assert (written["id"], written["project"], prediction["model_version"]) == (7, 2, "model@1")
    assert prediction["score"] == 1.0
    values = [item["value"] for item in prediction["result"]]
    utf16 = written["data"]["text"].encode("utf-16-le")
    assert all(
        utf16[2 * v["start"] : 2 * v["end"]].decode("utf-16-le") == v["text"] for v in values
    )


def test_the_labelling_configuration_is_xml_that_offers_every_label():
    root = ET.fromstring(labelling_config(["Person", 'A "<&>" B'], ["WORKS_FOR"]))

    assert [label.get("value") for label in root.iter("Label")] == ["Person", 'A "<&>" B']
    assert [label.get("value") for label in root.iter("Relation")] == ["WORKS_FOR", "Equiv"]
    assert len({label.get("background") for label in root.iter("Label")}) == 2
    [labels], [text] = root.iter("Labels"), root.iter("Text")
    assert (labels.get("name"), labels.get("toName")) == ("label", text.get("name"))
    assert text.get("value") == "$text"
