"""What each format says, read from a few lines of it."""

import bz2
import gzip
import hashlib
import json
import lzma
import re

import pytest

from extractors.corpora import detect_format, read_corpus, read_labelled, write_labelled
from extractors.errors import ConfigError, CorpusError
from extractors.facts import Span
from tests.extractors.corpora.saying import mentions, notes, triples

SPERT = {
    "tokens": ["Ada", "works", "for", "Acme", "."],
    "entities": [
        {"type": "Peop", "start": 0, "end": 1},
        {"type": "Org", "start": 3, "end": 4},
    ],
    "relations": [{"type": "Work_For", "head": 0, "tail": 1}],
    "orig_id": 12,
}


def test_spert_ends_are_exclusive(write):
    [document] = read_labelled(write("a.json", [SPERT]))

    assert document.extraction.document.text == "Ada works for Acme."
    assert mentions(document) == {("Peop", "Ada"), ("Org", "Acme")}
    assert triples(document) == {("Ada", "Work_For", "Acme")}
    assert document.extraction.document.id == "12"


def test_labels_said_twice_are_kept_once_and_noted(write):
    twice = SPERT | {"entities": [*SPERT["entities"], SPERT["entities"][0]]}
    twice["relations"] = [SPERT["relations"][0], {"type": "Work_For", "head": 2, "tail": 1}]

    [document] = read_labelled(write("a.json", [twice]))

    assert len(document.extraction.entities) == 2
    assert len(document.extraction.relations) == 1
    assert notes(document) == ["repeated mention", "repeated relation"]


def test_ids_are_used_once(write):
    ids = [e.document.id for e in read_corpus(write("a.json", [SPERT, SPERT, SPERT]))]

    assert ids == ["12", "12#1", "12#2"]


DYGIE = {
    "doc_key": "x",
    "sentences": [["We", "use", "BERT", "."], ["It", "is", "good", "."]],
    "ner": [[[2, 2, "Method"]], [[4, 4, "Generic"]]],
    "relations": [[], [[4, 4, 2, 2, "COMPARE"]]],
    "clusters": [[[2, 2], [4, 4]]],
}


def test_dygie_counts_from_the_start_of_the_document_and_ends_are_inclusive(write):
    [document] = read_labelled(write("a.json", DYGIE))

    assert mentions(document) == {("Method", "BERT"), ("Generic", "It")}
    assert triples(document) == {("It", "COMPARE", "BERT")}
    assert [chunk.span for chunk in document.extraction.chunks] == [Span(0, 13), Span(13, 24)]


def test_dygie_clusters_can_be_the_entities(write):
    [document] = read_labelled(write("a.json", DYGIE), entities="clusters")

    [entity] = document.extraction.entities
    assert [mention.text for mention in entity.mentions] == ["BERT", "It"]
    assert entity.name == "BERT"
    assert notes(document) == ["cluster of mixed types"]


def test_docred_codes_get_their_names_and_evidence_its_sentences(write):
    record = {
        "title": "Ada",
        "sents": [["Ada", "was", "born", "."], ["Ghent", "."]],
        "vertexSet": [
            [{"name": "Ada", "pos": [0, 1], "sent_id": 0, "type": "PER"}],
            [{"name": "Ghent", "pos": [0, 1], "sent_id": 1, "type": "LOC"}],
        ],
        "labels": [{"r": "P19", "h": 0, "t": 1, "evidence": [0]}],
    }

    [document] = read_labelled(write("a.json", [record]))

    assert mentions(document) == {("Person", "Ada"), ("Location", "Ghent")}
    assert triples(document) == {("Ada", "PLACE_OF_BIRTH", "Ghent")}
    [relation] = document.extraction.relations
    assert [evidence.span for evidence in relation.evidence] == [Span(0, 14)]


PUBTATOR = """7|t|Aspirin and ASA.
7|a|Aspirin or ibuprofen.
7\t0\t7\tAspirin\tChemical\tD1
7\t12\t15\tASA\tChemical\tD1
7\t17\t37\tAspirin or ibuprofen\tChemical\tD1,D2
7\t28\t37\tibuprofen\tChemical\t-
7\tCompare\tD1\tD2\tNovel

"""


def test_pubtator_concepts_are_entities(write):
    """A mention of two concepts belongs to both; one of none is an entity of its own."""
    [document] = read_labelled(write("a.txt", PUBTATOR))

    names = [[m.text for m in entity.mentions] for entity in document.extraction.entities]
    assert names == [
        ["Aspirin", "ASA", "Aspirin or ibuprofen"],
        ["Aspirin or ibuprofen"],
        ["ibuprofen"],
    ]
    [relation] = document.extraction.relations
    assert (relation.subject, relation.object) == document.extraction.entities[:2]


def test_gold_keeps_its_concepts_and_predictions_have_none(write, tmp_path):
    [gold] = read_labelled(write("a.txt", PUBTATOR))
    predicted = gold.saying(gold.extraction)

    write_labelled([gold], tmp_path / "gold", "pubtator")
    write_labelled([predicted], tmp_path / "predicted", "pubtator")

    assert "\tD1,D2\n" in (tmp_path / "gold").read_text()
    assert "D1" not in (tmp_path / "predicted").read_text()


def brat(write, text, annotations, **options):
    write("folder/a.txt", text)
    path = write("folder/a.ann", annotations)
    [document] = read_labelled(path.parent, **options)
    return document


def test_brat_mentions_broken_by_a_line_end_are_whole(write):
    document = brat(write, "about 80\n% of it", "T1\tMetric 6 8;9 10\t80 %\n")

    assert mentions(document) == {("Metric", "80\n%")}
    assert notes(document) == []


def test_brat_annotation_lines_broken_by_a_line_end_are_joined(write):
    document = brat(
        write, "江岸边\n的滨河", "T1\tPlace 0 7\t江岸边\n的滨河\nT2\tPlace 4 7\t的滨河\n"
    )

    assert mentions(document) == {("Place", "江岸边\n的滨河"), ("Place", "的滨河")}
    assert notes(document) == ["broken line"]


def test_brat_offsets_that_slipped_are_moved_to_where_their_text_stands(write):
    document = brat(write, "Ada works for Acme", "T1\tOrg 15 19\tAcme\nT2\tOrg 0 3\tAcme\n")

    assert mentions(document) == {("Org", "Acme"), ("Org", "Ada")}
    assert notes(document) == ["offset", "offset"]


def test_brat_groups_can_be_the_entities(write):
    lines = "T1\tP 0 3\tAda\nT2\tP 4 7\tshe\nT3\tP 8 11\ther\n*\tEquiv T1 T2\n*\tCoref T2 T3\n"

    apart = brat(write, "Ada she her", lines)
    together = brat(write, "Ada she her", lines, entities="clusters")

    assert len(apart.extraction.entities) == 3
    assert len(together.extraction.entities) == 1


def test_brat_lines_of_other_kinds_are_counted(write):
    document = brat(write, "Ada", "T1\tP 0 3\tAda\n#1\tAnnotatorNotes T1\tsure\nA1\tNegated T1\n")

    assert notes(document) == ["not read", "not read"]


def test_wrapped_lines_are_joined_on_request_and_wrapped_again_when_written(write, tmp_path):
    text = "一二三四五六七八\n九十一二三四五六\n七八九十一二三四\n五六。\n七八"
    document = brat(write, text, "T1\tX 7 8;9 10\t八 九\n", join_lines=True)

    assert document.extraction.document.text == text.replace("\n", "", 3)
    assert mentions(document) == {("X", "八九")}

    write_labelled([document], tmp_path / "out", "brat")
    assert (tmp_path / "out" / "a.txt").read_text() == text
    assert (tmp_path / "out" / "a.ann").read_text() == "T1\tX 7 8;9 10\t八 九\n"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-P I-P O B-O", {("P", "a b"), ("O", "d")}),
        ("I-P I-P B-P O", {("P", "a b"), ("P", "c")}),
        ("I-P I-O O O", {("P", "a"), ("O", "b")}),
        ("B-P E-P S-P O", {("P", "a b"), ("P", "c")}),
        ("B-P L-P U-P I-P", {("P", "a b"), ("P", "c"), ("P", "d")}),
        ("O O O I-P", {("P", "d")}),
    ],
)
def test_tags_of_every_scheme(write, tags, expected):
    rows = [f"{token} X {tag}" for token, tag in zip("abcd", tags.split(), strict=True)]

    [document] = read_labelled(write("a.conll", "\n".join(rows)))

    assert mentions(document) == expected


def test_columns_between_token_and_tag_stay(write, tmp_path):
    text = "-DOCSTART- -X- O\n\nAda NNP B-P\n. . O\n\nYes UH O\n\n"
    [document] = read_labelled(write("a.conll", text))

    write_labelled([document], tmp_path / "out", "conll")

    assert (tmp_path / "out").read_text() == text


def test_labels_anybody_can_write(write):
    record = {
        "text": "Ada works for Acme.",
        "entities": [
            {"id": "a", "start": 0, "end": 3, "type": "Person"},
            {"mentions": [[14, 18]], "type": "Organization"},
        ],
        "relations": [{"subject": "a", "type": "WORKS_FOR", "object": 1}],
    }

    [document] = read_labelled(write("a.jsonl", record))

    assert triples(document) == {("Ada", "WORKS_FOR", "Acme")}


def test_a_text_can_name_what_was_asked_of_it(write, tmp_path):
    lines = [{"text": "Ada", "asked": ["WORKS_FOR", "BORN_IN"]}, {"text": "Bo"}]
    source = write("a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))

    documents = list(read_labelled(source))
    write_labelled(documents, tmp_path / "again.jsonl", "jsonl")
    again = list(read_labelled(tmp_path / "again.jsonl"))
    renamed = next(read_labelled(source, relation_types={"WORKS_FOR": "EMPLOYER", "BORN_IN": ""}))

    assert [document.asked for document in documents] == [("WORKS_FOR", "BORN_IN"), None]
    assert [document.asked for document in again] == [("WORKS_FOR", "BORN_IN"), None]
    assert renamed.asked == ("EMPLOYER",)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_labels_can_be_of_a_text_that_stands_elsewhere(write):
    write("texts.jsonl", {"id": "7", "text": "Greetings. Ada works for Acme.\n"})
    labels = {
        "id": "7:11",
        "passage": {"of": "7", "start": 11, "end": 30, "sha256": sha256("Ada works for Acme.")},
        "entities": [
            {"start": 0, "end": 3, "type": "Person"},
            {"mentions": [[14, 18]], "type": "Organization"},
        ],
        "relations": [{"subject": 0, "type": "WORKS_FOR", "object": 1}],
    }
    source = write("labels.jsonl", labels)

    [document] = read_labelled(source, texts=source.parent / "texts.jsonl")

    assert document.extraction.document.text == "Ada works for Acme."
    assert triples(document) == {("Ada", "WORKS_FOR", "Acme")}


PASSAGE = {"of": "7", "start": 0, "end": 3, "sha256": sha256("Ada")}


@pytest.mark.parametrize(
    ("passage", "texts", "said"),
    [
        (PASSAGE, None, "its text stands in another corpus: give that as `texts`"),
        (PASSAGE | {"of": "8"}, "texts.jsonl", "there is no document '8' in"),
        (PASSAGE | {"start": 1}, "texts.jsonl", "'7' has another text there than the one that was"),
        (
            PASSAGE | {"sha256": "a"},
            "texts.jsonl",
            "8 digits of its sha256, not 'a'",
        ),
        (PASSAGE | {"start": True}, "texts.jsonl", "true"),
        ({"of": "7"}, "texts.jsonl", "start"),
        (PASSAGE, "missing.jsonl", "No such file"),
    ],
)
def test_a_passage_that_is_not_the_one_that_was_labelled_is_refused(write, passage, texts, said):
    write("texts.jsonl", {"id": "7", "text": "Ada"})
    source = write("labels.jsonl", {"passage": passage, "entities": []})
    options = {"texts": source.parent / texts} if texts else {}

    with pytest.raises(CorpusError, match=re.escape(said)):
        list(read_labelled(source, **options))


KNOWLEDGENET = {
    "id": "7:0:63",
    "text": "Ada Roe, whose son is Bo, leads Acme, which belongs to Orbit.",
    "asked": ["CHILD_OF", "CEO", "SUBSIDIARY_OF"],
    "facts": [
        {"subject": [22, 24], "type": "CHILD_OF", "object": [0, 7]},
        {"subject": [22, 24], "type": "CHILD_OF", "object": [9, 14]},
        {"subject": [32, 36], "type": "CEO", "object": [0, 7]},
        {"subject": [38, 43], "type": "SUBSIDIARY_OF", "object": [55, 60]},
        {"subject": [32, 36], "type": "SUBSIDIARY_OF", "object": [55, 60]},
    ],
}


def test_knowledgenet_names_are_related_and_pronouns_left_out(write):
    [document] = read_labelled(write("a.jsonl", KNOWLEDGENET))

    assert mentions(document) == {
        ("Person", "Ada Roe"),
        ("Person", "Bo"),
        ("Organization", "Acme"),
        ("Organization", "Orbit"),
    }
    assert triples(document) == {
        ("Ada Roe", "CHILD", "Bo"),
        ("Ada Roe", "EMPLOYER", "Acme"),
        ("Acme", "PARENT_ORGANIZATION", "Orbit"),
        ("Orbit", "SUBSIDIARY", "Acme"),
    }
    # Others than the chief executive may work there, so nobody looked for all employees.
    assert document.asked == ("CHILD", "PARENT_ORGANIZATION", "SUBSIDIARY")


def test_knowledgenet_properties_can_get_other_types(write, tmp_path):
    source = write("a.jsonl", KNOWLEDGENET)

    [document] = read_labelled(source, properties={"CHILD_OF": "PARENT", "CEO": "<LEADS"})

    assert ("Bo", "PARENT", "Ada Roe") in triples(document)
    assert ("Ada Roe", "LEADS", "Acme") in triples(document)
    assert document.asked[0] == "PARENT"
    with pytest.raises(ConfigError, match="no property 'CHILD'"):
        list(read_labelled(source, properties={"CHILD": "PARENT"}))


def test_knowledgenet_is_written_as_it_was_read(write, tmp_path):
    facts = [fact for fact in KNOWLEDGENET["facts"] if fact["type"] != "CEO"]
    [document] = read_labelled(write("a.jsonl", KNOWLEDGENET | {"facts": facts}))

    write_labelled([document], tmp_path / "again.jsonl", "knowledgenet")
    [again] = read_labelled(tmp_path / "again.jsonl")

    assert again.extraction == document.extraction
    assert again.asked == document.asked


def test_types_can_be_renamed_and_left_out(write):
    path = write("a.json", [SPERT])

    [document] = read_labelled(path, entity_types={"Pe*": "Person", "Org": ""})

    assert mentions(document) == {("Person", "Ada")}
    assert triples(document) == set()


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("a.json", [SPERT], "spert"),
        ("a.json", DYGIE, "dygie"),
        ("a.json", [{"sents": [], "vertexSet": []}], "docred"),
        ("a.jsonl", {"ID": "1", "text": "", "spo_list": []}, "spo"),
        ("a.jsonl", {"text": "", "asked": [], "facts": []}, "knowledgenet"),
        ("a.jsonl", {"text": ""}, "jsonl"),
        ("a.PubTator", PUBTATOR, "pubtator"),
        ("a.txt", "Ada B-Person\nworks O\n", "conll"),
        ("a.txt", "-DOCSTART- -X- O\n", "conll"),
        ("a.txt", '{"text": ""}', "jsonl"),
        ("a.bio", "", "conll"),
        ("a.json", [{"data": {}, "annotations": []}], "label_studio"),
        ("a.json", [{"text": "", "label": [{"start": 0, "end": 1, "labels": []}]}], "label_studio"),
        ("a.json", [{"text": "", "annotation_id": 1}], "label_studio"),
        ("a.jsonl", {"text": "", "label": []}, "doccano"),
        ("a.jsonl", {"text": "", "labels": []}, "doccano"),
        ("a.jsonl", {"text": "", "entities": [], "relations": [], "Comments": []}, "doccano"),
        ("a.jsonl", {"text": "", "entities": [{"start_offset": 0}]}, "doccano"),
        ("a.jsonl", {"text": "", "spans": [], "answer": "accept"}, "prodigy"),
        ("a.jsonl", {"text": "", "spans": []}, "prodigy"),
        ("a.jsonl", {"text": "", "ents": []}, "spacy"),
        ("a.json", {"text": "", "ents": [], "spans": {}, "tokens": []}, "spacy"),
        ("a.json", [["Ada", {"entities": []}]], "spacy"),
        ("a.json", {"classes": [], "annotations": [["Ada", {"entities": []}]]}, "spacy"),
        ("a.json", [{"tokenized_text": [], "ner": []}], "gliner"),
        ("a.jsonl", {"token": [], "h": {}, "t": {}, "relation": ""}, "deepke"),
        ("a.json", [{"sentence": "", "relation": "", "head": "", "tail": ""}], "deepke"),
        ("a.csv", "sentence,relation,head,head_offset,tail,tail_offset\n", "deepke"),
        ("a.conllu", "", "conll"),
    ],
)
def test_formats_are_recognised(write, name, content, format_):
    assert detect_format(write(name, content)) == format_


NOT_TRUE = "a position is a whole number, not true"
ADA = {"text": "Ada A", "entities": [{"start": 0, "end": 3, "type": "T"}] * 2}
RELATED = {"subject": 0, "type": "R", "object": 0}
WHOLE = {
    "document": {"id": "d", "text": "Ada"},
    "extractor": "gold",
    "chunks": [[0, 3]],
    "entities": [],
    "relations": [],
}
SPO = {"ID": 1, "text": "Ada A"}
SPO_ITEM = {"h": {"name": "Ada", "pos": [0, 3]}, "relation": "R"}
LABEL_STUDIO = {
    "data": {"text": "Ada"},
    "annotations": [
        {
            "result": [
                {"id": "a", "type": "labels", "value": {"start": 0, "end": True, "labels": ["T"]}}
            ]
        }
    ],
}


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.json", "[", "line 1: the list has no end"),
        ("a.json", '[{"tokens": []', "line 1: not JSON"),
        ("a.json", '[\n{"text": ""},\n\n 3]', "line 4: record 1 is not an object"),
        ("a.json", '[{"text": ""} {}]', "line 1: a comma"),
        ("a.json", '[{"text": ""}] {}', "line 1: there is more after the end"),
        ("a.txt", "He flew a B-52\n", "its format cannot be told"),
        ("a.json", [{"what": 1}], "record 0: its fields are of no known format: what"),
        ("a.json", [SPERT | {"tokens": ["a"]}], "tokens 3:4 are empty or not among the 1"),
        ("a.json", [SPERT | {"tokens": ["", ""]}], "a token is text of at least one character"),
        ("a.json", [SPERT | {"entities": []}], "names entity 0, but there are 0"),
        ("a.json", [SPERT | {"entities": [{"start": 0, "end": 1}]}], "there is no 'type'"),
        ("a.json", DYGIE | {"ner": [[], []]}, r"COMPARE relation names \[4, 4\], which is no"),
        ("a.txt", "7|t|A\n7|x|B\n", "line 1: a document starts with"),
        ("a.txt", "7|t|A\n7|a|B\n7\t0\t99\tA\tT\t1\n", "line 3: 0:99 lies beyond the 3"),
        ("a.txt", "7|t|A\n7|a|B\n7\tR\t1\n", "line 3: a relation has a type and two concepts"),
        ("a.conll", "Ada B-P\nhm X-P\n", "line 2: a tag is O or like B-Person, not 'X-P'"),
        ("a.conll", "Ada\n", "line 1: a row has a token and a tag"),
        ("a.jsonl", '{"text": "a"}\n{"text": 1}\n', r"record 1 \(line 2\): a text is a string"),
        ("a.jsonl", '{"text": "a", "entities": null}', "a value is of the wrong kind: 'NoneType'"),
        (
            "a.jsonl",
            '{"text": "a", "entities": [{"start": 0, "end": 1, "type": ""}]}',
            "the entity 'a' has no type",
        ),
        (
            "a.json",
            [{"title": "", "sents": [["a"]], "vertexSet": [[]], "labels": []}],
            "something is named that is not there: list index",
        ),
        ("a.jsonl", '{"text": "a", "entities": [{"type": "T"}]}', "there is no 'start'"),
        ("a.jsonl", [ADA | {"entities": [{"start": 0, "end": True, "type": "T"}]}], NOT_TRUE),
        ("a.jsonl", [ADA | {"entities": [{"mentions": [[False, 1]], "type": "T"}]}], "not false"),
        ("a.jsonl", [ADA | {"relations": [RELATED | {"start": 0, "end": True}]}], NOT_TRUE),
        ("a.jsonl", [ADA | {"relations": [RELATED | {"object": True}]}], "names entity True"),
        ("a.jsonl", [WHOLE | {"chunks": [[0, True]]}], NOT_TRUE),
        (
            "a.jsonl",
            [SPO | {"spo_list": [SPO_ITEM | {"t": {"name": "A", "pos": [0, True]}}]}],
            NOT_TRUE,
        ),
        ("a.json", [SPERT | {"entities": [{"type": "T", "start": 0, "end": True}]}], NOT_TRUE),
        ("a.json", [SPERT | {"relations": [{"type": "R", "head": 0, "tail": True}]}], NOT_TRUE),
        ("a.json", DYGIE | {"ner": [[[0, True, "T"]], []]}, NOT_TRUE),
        ("a.json", [LABEL_STUDIO], "begins and ends at a number"),
        (
            "a.jsonl",
            '{"text": "a", "spans": [{"start": 0, "end": 1, "label": "P"}]}\n'
            '{"text": "a", "labels": [[0, 1, "P"]]}\n',
            "labels stand in 'labels', which prodigy does not have",
        ),
    ],
)
def test_a_file_that_contradicts_its_format_is_refused_with_the_place(
    write, name, content, complaint
):
    path = write(name, content)

    with pytest.raises(CorpusError, match=complaint) as caught:
        list(read_labelled(path))

    assert caught.value.path == path
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("annotations", "complaint"),
    [
        ("T1\tP 0 9\tAda\n", "line 1: 0:9 lies beyond 3 characters"),
        ("T1\tP x 9\tAda\n", "line 1: invalid literal"),
        ("T1\tP 0 3\tAda\nR1\tX Arg1:T1 Arg2:T9\n", "line 2: there is no T9"),
        ("T1\tP 0 3\tAda\nT1\tP 0 3\tAda\n", "line 2: T1 is used twice"),
        ("nonsense\n", "line 1: no annotation: 'nonsense'"),
    ],
)
def test_a_brat_folder_that_contradicts_itself_is_refused_with_the_place(
    write, annotations, complaint
):
    with pytest.raises(CorpusError, match=complaint):
        brat(write, "Ada", annotations)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'[{"tokens": ["\xff"]}]')

    with pytest.raises(CorpusError, match="not UTF-8"):
        list(read_labelled(path, "spert"))


def test_a_missing_file_an_unknown_format_and_an_unknown_option_are_named(write, tmp_path):
    path = write("a.json", [SPERT])

    with pytest.raises(CorpusError, match="no such file"):
        read_labelled(tmp_path / "missing")
    with pytest.raises(CorpusError, match="no format 'xml', only brat"):
        read_labelled(path, "xml")
    with pytest.raises(ConfigError, match="spert has no option 'join_lines', only none"):
        read_labelled(path, join_lines=True)


def test_brat_files_stay_in_their_folder(write, tmp_path):
    [document] = read_labelled(write("a.jsonl", {"id": "../../away", "text": "a"}))

    with pytest.raises(CorpusError, match="cannot be a file name"):
        write_labelled([document], tmp_path / "out", "brat")


def test_a_file_appears_whole_or_not_at_all(write, tmp_path):
    [document] = read_labelled(write("a.jsonl", '{"id": "a", "text": "\\ud800"}'))

    with pytest.raises(CorpusError, match=r"U\+D800 cannot be written"):
        write_labelled([document], tmp_path / "out.conll", "conll")

    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_large_lists_are_read_record_by_record(write):
    """The second half of the file is broken, and yet the first half has been read."""
    record = json.dumps(SPERT | {"filler": "x" * 3000})
    path = write("a.json", "[" + ",\n".join([record] * 1000) + ",\nbroken")

    documents = read_labelled(path, "spert")

    assert len([next(documents) for _ in range(1000)]) == 1000
    with pytest.raises(CorpusError, match="line 1001: not JSON"):
        next(documents)


PACKINGS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("ending", PACKINGS)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", [SPERT, SPERT]),
        ("b.jsonl", json.dumps(SPERT)),
        ("c.conll", "Ada B-Peop\nworks O\n"),
        ("d", "-DOCSTART- O\n\nAda B-Peop\nworks O\n"),
        (
            "e.csv",
            "sentence,relation,head,head_offset,tail,tail_offset\n"
            "Ada works Acme,works,Ada,0,Acme,10\n",
        ),
    ],
)
def test_packed_files_say_what_they_say_unpacked(write, name, content, ending):
    plain = write(name, content)
    packed = plain.with_name(plain.name + ending)
    packed.write_bytes(PACKINGS[ending](plain.read_bytes()))

    assert detect_format(packed) == detect_format(plain)
    assert list(read_labelled(packed)) == list(read_labelled(plain))


@pytest.mark.parametrize("ending", PACKINGS)
def test_file_is_packed_as_its_name_says(write, ending):
    documents = list(read_labelled(write("a.json", [SPERT, SPERT])))
    path = write("b.jsonl", "").with_name(f"c.jsonl{ending}")

    write_labelled(documents, path, "jsonl")

    assert not path.read_bytes().startswith(b"{")
    assert [each.extraction for each in read_labelled(path)] == [
        each.extraction for each in documents
    ]


@pytest.mark.parametrize("ending", PACKINGS)
@pytest.mark.parametrize("damage", ["cut off", "overwritten"])
def test_packed_file_that_is_damaged_is_one_sentence(tmp_path, ending, damage):
    lines = "".join(json.dumps(SPERT | {"orig_id": number}) + "\n" for number in range(3_000))
    content = PACKINGS[ending](lines.encode())
    half = len(content) // 2
    rest = b"" if damage == "cut off" else bytes(len(content) - half)
    path = tmp_path / f"a.jsonl{ending}"
    path.write_bytes(content[:half] + rest)

    with pytest.raises(CorpusError, match="packed, and damaged or cut off") as raised:
        list(read_corpus(path, "spert"))
    assert "\n" not in str(raised.value)
