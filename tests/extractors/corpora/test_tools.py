"""What annotation tools and training sets export is read, or refused by name; nothing is lost."""

import json

import pytest

from extractors.corpora import detect_format, read_labelled
from extractors.errors import CorpusError
from tests.extractors.corpora.saying import mentions, notes, triples

TEXT = "Ada works for Acme in Ghent."
OF_CLUENER = {"Acme": [[14, 17]]}
ADA_AND_ACME = {("Person", "Ada"), ("Organization", "Acme")}
WORKS = {("Ada", "WORKS_FOR", "Acme")}

TRIPLES = [[0, 3, "Person"], [14, 18, "Organization"]]
OBJECTS = [
    {"start": 0, "end": 3, "label": "Person"},
    {"start_offset": 14, "end_offset": 18, "label": "Organization"},
]
DATATURKS = [
    {"label": ["Person"], "points": [{"start": 0, "end": 2, "text": "Ada"}]},
    {"label": ["Organization"], "points": [{"start": 14, "end": 17}]},
]

DOCCANO = {"id": 7, "text": TEXT, "Comments": []}
DOCCANO_RELATIONS = DOCCANO | {
    "entities": [
        {"id": 31, "label": "Person", "start_offset": 0, "end_offset": 3},
        {"id": 32, "label": "Organization", "start_offset": 14, "end_offset": 18},
    ],
    "relations": [{"id": 9, "from_id": 31, "to_id": 32, "type": "WORKS_FOR"}],
}
PRODIGY = {
    "text": TEXT,
    "meta": {"source": "letters"},
    "_input_hash": -1503,
    "_task_hash": 88,
    "_is_binary": False,
    "tokens": [
        {"text": "Ada", "start": 0, "end": 3, "id": 0, "ws": True},
        {"text": "works", "start": 4, "end": 9, "id": 1, "ws": True},
        {"text": "for", "start": 10, "end": 13, "id": 2, "ws": True},
        {"text": "Acme", "start": 14, "end": 18, "id": 3, "ws": True},
    ],
    "_view_id": "relations",
    "spans": [
        {"start": 0, "end": 3, "token_start": 0, "token_end": 0, "label": "Person"},
        {"start": 14, "end": 18, "token_start": 3, "token_end": 3, "label": "Organization"},
    ],
    "relations": [
        {
            "head": 0,
            "child": 3,
            "head_span": {
                "start": 0,
                "end": 3,
                "token_start": 0,
                "token_end": 0,
                "label": "Person",
            },
            "child_span": {"start": 14, "end": 18, "token_start": 3, "token_end": 3},
            "color": "#c5bdf4",
            "label": "WORKS_FOR",
        }
    ],
    "answer": "accept",
    "_timestamp": 1764380000,
    "_annotator_id": "ann",
    "_session_id": "ann",
}
SPACY = {
    "text": TEXT,
    "ents": [{"start": 0, "end": 3, "label": "Person"}],
    "sents": [{"start": 0, "end": 28}],
    "tokens": [{"id": 0, "start": 0, "end": 3, "tag": "NNP", "dep": "nsubj", "head": 1}],
    "spans": {"sc": [{"start": 14, "end": 18, "label": "Organization", "kb_id": ""}]},
}
LABEL_STUDIO_MIN = {
    "text": TEXT,
    "id": 12,
    "label": [
        {"start": 0, "end": 3, "text": "Ada", "labels": ["Person"]},
        {"start": 14, "end": 18, "text": "Acme", "labels": ["Organization"]},
    ],
    "annotator": 1,
    "annotation_id": 5,
    "created_at": "2026-03-01T10:00:00Z",
    "updated_at": "2026-03-01T10:00:00Z",
    "lead_time": 9.2,
}
TOKENS = ["Ada", "works", "for", "Acme", "in", "Ghent", "."]
SPERT = {"tokens": ["a"], "entities": []}
GLINER = {
    "tokenized_text": TOKENS,
    "ner": [[0, 0, "Person"], [3, 3, "Organization"]],
    "relations": [[0, 1, "WORKS_FOR"]],
}
GLIREL = GLINER | {
    "ner": [[0, 0, "Person", "Ada"], [3, 3, "Organization", "Acme"]],
    "relations": [
        {
            "head": {"mention": "Ada", "position": [0, 0], "type": "Person"},
            "tail": {"mention": "Acme", "position": [3, 3], "type": "Organization"},
            "relation_text": "WORKS_FOR",
        }
    ],
}
DEEPKE_ROW = {
    "sentence": TEXT,
    "relation": "WORKS_FOR",
    "head": "Ada",
    "head_offset": "0",
    "head_type": "Person",
    "tail": "Acme",
    "tail_offset": "14",
    "tail_type": "Organization",
}


@pytest.mark.parametrize(
    ("record", "format_", "related"),
    [
        (DOCCANO | {"label": [[0, 3, "Person"], [14, 18, "Organization"]]}, "doccano", False),
        (DOCCANO | {"labels": [[0, 3, "Person"], [14, 18, "Organization"]]}, "doccano", False),
        (DOCCANO_RELATIONS, "doccano", True),
        (
            {"text": TEXT, "label": {"Person": {"Ada": [[0, 2]]}, "Organization": OF_CLUENER}},
            "doccano",
            False,
        ),
        (DOCCANO | {"label": OBJECTS}, "doccano", False),
        ({"text": TEXT, "annotation": DATATURKS}, "doccano", False),
        ({"content": TEXT, "annotation": DATATURKS, "extras": None}, "doccano", False),
        (PRODIGY, "prodigy", True),
        (SPACY, "spacy", False),
        ({"text": TEXT, "ents": TRIPLES}, "spacy", False),
        ([TEXT, {"entities": TRIPLES}], "spacy", False),
        (LABEL_STUDIO_MIN, "label_studio", False),
        (GLINER, "gliner", True),
        (GLIREL, "gliner", True),
        (DEEPKE_ROW, "deepke", True),
    ],
)  # fmt: skip
def test_an_export_is_recognised_and_read(lines, record, format_, related):
    path = lines("export.jsonl", record)

    assert detect_format(path) == format_
    [document] = read_labelled(path)
    assert document.extraction.document.text == TEXT
    assert mentions(document) == ADA_AND_ACME
    assert triples(document) == (WORKS if related else set())
    assert notes(document) == []


@pytest.mark.parametrize(
    "content",
    [
        [[TEXT, {"entities": [[0, 3, "Person"], [14, 18, "Organization"]]}]],
        {
            "classes": ["Person", "Organization"],
            "annotations": [
                None,
                [TEXT, {"entities": [[0, 3, "Person"], [14, 18, "Organization"]]}],
            ],
        },
    ],
)
def test_pairs_of_a_text_and_its_annotations_are_read(write, content):
    path = write("train.json", content)

    assert detect_format(path) == "spacy"
    set_aside = []
    [document] = read_labelled(path, set_aside=set_aside)
    assert mentions(document) == ADA_AND_ACME
    assert [note.kind for note in set_aside] == ["not labelled"] * isinstance(content, dict)


def test_pairs_on_a_line_each_are_read_and_a_broken_one_is_named(tmp_path):
    pair = json.dumps([TEXT, {"entities": TRIPLES}])
    path = tmp_path / "train.jsonl"
    path.write_text(f'{pair}\n["Ada", {{"entities": [[0 3]]}}]\n{pair}\n')
    set_aside = []

    documents = list(read_labelled(path, set_aside=set_aside))

    assert [mentions(document) for document in documents] == [ADA_AND_ACME] * 2
    assert [note.where for note in set_aside] == ["line 2"]


def test_columns_behind_a_comment_are_recognised(tmp_path):
    path = tmp_path / "germeval.txt"
    path.write_text("# http://example.org [2009]\n1 Ada B-PER O\n2 works O O\n")

    assert detect_format(path) == "conll"
    [document] = read_labelled(path)
    assert mentions(document) == {("PER", "Ada")}


def test_labels_of_the_first_doccano_are_numbers(lines):
    annotation = {"label": 4, "start_offset": 0, "end_offset": 3, "user": 1}
    path = lines("export.jsonl", {"id": 1, "text": TEXT, "annotations": [annotation]})

    [document] = read_labelled(path, entity_types={"4": "Person"})

    assert mentions(document) == {("Person", "Ada")}


def test_what_an_answer_rejects_is_not_labelled(lines):
    path = lines("p.jsonl", PRODIGY | {"answer": "ignore"}, PRODIGY, PRODIGY | {"answer": "reject"})
    set_aside = []

    [document] = read_labelled(path, set_aside=set_aside)

    assert triples(document) == WORKS
    assert [(note.kind, note.where) for note in set_aside] == [
        ("not labelled", "record 0 (line 1)"),
        ("not labelled", "record 2 (line 3)"),
    ]


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (DOCCANO | {"label": ["positive"]}, "'positive' labels a whole text"),
        (DOCCANO | {"labels": "positive"}, "'positive' labels a whole text"),
        (DOCCANO | {"label": [[0, 99, "P"]]}, "0:99 lies beyond 28 characters"),
        (DOCCANO | {"label": [[0, True, "P"]]}, "not true"),
        (PRODIGY | {"text": None}, "a text is a string"),
        (SPACY | {"ents": [{"start": 3, "end": 3, "label": "P"}]}, "empty or negative span"),
        (GLINER | {"ner": [[0, 7, "P"]]}, "tokens 0:8 are empty or not among the 7"),
        (GLINER | {"relations": [[0, 2, "R"]]}, "names mention 2, but there are 2"),
        (DEEPKE_ROW | {"head": "Bo"}, "'Bo' does not stand at 0"),
        (DEEPKE_ROW | {"tail": ""}, "has a head and a tail"),
        ({"text": TEXT, "entity": [{"entity": "Ada"}]}, "nobody reads 'entity'"),
        ({"text": TEXT, "tags": [], "triples": []}, "nobody reads 'tags', 'triples': the fields"),
        ({"input": TEXT, "output": {}}, "its fields are of no known format: input, output"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_by_name(lines, record, complaint):
    with pytest.raises(CorpusError, match=complaint):
        list(read_labelled(lines("export.jsonl", record)))


@pytest.mark.parametrize("good", [DOCCANO | {"label": []}, SPACY])
def test_a_record_without_any_list_of_labels_is_refused_among_others(lines, good):
    set_aside = []

    documents = list(read_labelled(lines("a.jsonl", good, {"text": "Bo"}), set_aside=set_aside))

    assert len(documents) == 1
    [error] = set_aside
    assert "there is no list of labels" in error.reason


def test_labels_of_whole_texts_beside_others_are_noted(lines):
    said = lines("a.jsonl", SPACY | {"cats": {"letter": 1.0}})
    chosen = lines("b.jsonl", PRODIGY | {"accept": ["letter"]})

    [noted] = [notes(document) for document in read_labelled(said)]
    [also] = [notes(document) for document in read_labelled(chosen)]

    assert noted == also == ["not read"]


def test_relations_of_deepke_come_as_a_table_and_one_sentence_is_one_document(write):
    rows = [
        "sentence,relation,head,head_offset,tail,tail_offset",
        '"Ada, of Acme, lives in Ghent.",WORKS_FOR,Ada,0,Acme,8',
        '"Ada, of Acme, lives in Ghent.",LIVES_IN,Ada,0,Ghent,23',
        '"Ada, of Acme, lives in Ghent.",None,Acme,8,Ghent,23',
        "鲁迅是浙江人。,籍贯,鲁迅,0,浙江,3",
    ]

    english, chinese = read_labelled(write("train.csv", "\n".join(rows) + "\n"))

    assert triples(english) == {("Ada", "WORKS_FOR", "Acme"), ("Ada", "LIVES_IN", "Ghent")}
    assert mentions(english) == {("Entity", "Ada"), ("Entity", "Acme"), ("Entity", "Ghent")}
    assert triples(chinese) == {("鲁迅", "籍贯", "浙江")}


def test_relations_of_opennre_count_tokens_or_characters(lines):
    ends = {"h": {"name": "ada", "id": "Q1", "pos": [0, 1]}, "t": {"name": "acme", "pos": [3, 4]}}
    in_tokens = {"token": TOKENS, **ends, "relation": "WORKS_FOR"}
    ends = {"h": {"name": "Ada", "pos": [0, 3]}, "t": {"name": "Acme", "pos": [14, 18]}}
    in_characters = {"text": TEXT, **ends, "relation": "WORKS_FOR"}

    for record in (in_tokens, in_characters):
        [document] = read_labelled(lines("train.jsonl", record))
        assert triples(document) == WORKS


def test_one_bad_record_is_not_the_end_of_the_file(lines, write):
    good = DOCCANO | {"label": [[0, 3, "Person"]]}
    path = lines("a.jsonl", good, good | {"label": [[0, 99, "P"]]}, good)
    path.write_text(path.read_text() + '{"text": "cut\n{"text": 7}\n' + path.read_text())
    set_aside = []

    documents = list(read_labelled(path, set_aside=set_aside))

    assert len(documents) == 4
    assert [error.where for error in set_aside] == [
        "record 1 (line 2)",
        "line 4",
        "record 4 (line 5)",
        "record 6 (line 7)",
    ]


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("a.conll", "Ada B-P\n\nBo X\n\nEve B-P\n", "line 3"),
        ("a.PubTator", "1|t|A\n1|a|B\n\n2|t|A\n\n3|t|A\n3|a|B\n", "line 4"),
        ("a.json", [SPERT, 3, SPERT], "line 1"),
        ("a.csv", "sentence,relation,head,tail,head_offset,tail_offset\n"
         "a b,R,a,b,0,2\nc d,R,c,d,x,2\ne f,R,e,f,0,2\n", "record 1 (line 3)"),
    ],
)  # fmt: skip
def test_one_bad_document_is_not_the_end_of_any_file(write, name, content, where):
    set_aside = []

    documents = list(read_labelled(write(name, content), set_aside=set_aside))

    assert len(documents) == 2
    assert [error.where for error in set_aside] == [where]


def test_one_bad_file_is_not_the_end_of_a_folder(write):
    write("f/a.txt", "Ada")
    write("f/a.ann", "T1\tP 0 99\tAda\n")
    write("f/b.txt", "Ada")
    folder = write("f/b.ann", "T1\tP 0 3\tAda\n").parent
    write("f/c.ann", "T1\tP 0 3\tAda\n")
    set_aside = []

    [document] = read_labelled(folder, set_aside=set_aside)

    assert mentions(document) == {("P", "Ada")}
    assert [error.path.name for error in set_aside] == ["a.ann", "c.txt"]


def test_a_brat_relation_of_an_event_is_noted(write):
    write("f/a.txt", "Ada left Acme")
    lines = "T1\tP 0 3\tAda\nT2\tLeave 4 8\tleft\nE1\tLeave:T2 Who:T1\nR1\tCause Arg1:T1 Arg2:E1\n"
    path = write("f/a.ann", lines)

    [document] = read_labelled(path)

    assert triples(document) == set()
    assert notes(document) == ["relation of an event", "not read"]


BC5CDR = """6794356|t|Tricuspid valve regurgitation and lithium carbonate toxicity.
6794356|a|Lithium and renal or hepatic failure.
6794356\t0\t29\tTricuspid valve regurgitation\tDisease\tD014262
6794356\t34\t51\tlithium carbonate\tChemical\tD016651
6794356\t74\t98\trenal or hepatic failure\tDisease\tD051437|D017093\trenal failure|hepatic failure
6794356\t52\t60\ttoxicity\tDisease\t-1
6794356\t91\t98\tfailure\tDisease\t-1
6794356\tCID\tD016651\tD017093
6794356\tCID\tD016651\tD004387

"""


def test_bc5cdr_has_composite_concepts_and_relations_to_what_is_not_mentioned(write):
    [document] = read_labelled(write("CDR_sample.PubTator", BC5CDR))

    names = sorted(entity.name for entity in document.extraction.entities)
    assert names.count("renal or hepatic failure") == 1  # two concepts of the same mentions are one
    assert {"toxicity", "failure"} <= set(names)
    assert triples(document) == {("lithium carbonate", "CID", "renal or hepatic failure")}
    assert notes(document) == ["relation without its mention"]


def test_variants_are_named_with_bars(write):
    text = "1|t|A variant\n1|a|here.\n1\t2\t9\tvariant\tSequenceVariant\tc|SUB|C|592|T\n"

    [document] = read_labelled(write("a.PubTator", text))

    assert list(document.entity_ids.values()) == ["c|SUB|C|592|T"]
