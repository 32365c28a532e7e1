"""`predict`, `evaluate`, `check-data`: in and out of every format, with a small real model."""

import json
import re
import shlex
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.checkpoints import save
from extractors.corpora import FORMATS, read_labelled, write_labelled
from extractors.corpora.labelled import GOLD, LabelledDocument, mention_entity, whole
from extractors.facts import Document, Evidence, Extraction, Relation, Span
from extractors.network import bio_labels
from extractors.reading.extractor import TransformerExtractor
from tests.extractors.tiny import tiny_checkpoint, tiny_encoder, tiny_tagger

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "models.md").read_text("utf-8")
TEXTS = ("Ada works for Acme in Ghent .", "Bob was born in Ghent and lives there .")
SUFFIXES = {"brat": "", "conll": ".conll", "pubtator": ".PubTator"}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    """A model in a folder that finds something nearly everywhere, none of it right."""
    folder = tmp_path_factory.mktemp("model")
    save(tiny_checkpoint(tiny_encoder(folder / "encoder")), folder / "tiny", storage="float32")
    return str(folder / "tiny")


def gold(text: str, id: str = "d") -> LabelledDocument:  # noqa: A002
    """The first word is a person and works for the fourth."""
    first, last = text.index(" "), text.index(" ", text.index(text.split()[3]))
    start = text.index(text.split()[3])
    person = mention_entity(text, "Person", Span(0, first))
    company = mention_entity(text, "Organization", Span(start, last))
    said = Relation(person, "WORKS_FOR", company, (Evidence(Span(0, len(text))),))
    extraction = Extraction(
        document=Document(id=id, text=text, source="test", title="Of Ada"),
        chunks=whole(text),
        entities=(person, company),
        relations=(said,),
        extractor=GOLD,
    )
    return LabelledDocument(extraction=extraction, format="test", where="here")


def corpus(name: str, format: str, texts=TEXTS) -> Path:  # noqa: A002
    path = Path(name)
    write_labelled([gold(text, f"d{n}") for n, text in enumerate(texts)], path, format)
    return path


def labels(path: Path, **options) -> list[set[tuple[str, Span]]]:
    return [
        {(e.type, m.span) for e in document.extraction.entities for m in e.mentions}
        for document in read_labelled(path, **options)
    ]


OF_FACTS = ("deepke", "knowledgenet", "spo")
"""Formats that have no place for an entity without a fact of theirs."""


@pytest.mark.parametrize("format_", sorted({*FORMATS} - {*OF_FACTS, "label_studio"}))
def test_predictions_come_out_in_the_format_the_documents_came_in(nightloom, model, format_):
    """What is read back is what the model finds, and nothing of what people had labelled."""
    file = corpus(f"gold{SUFFIXES.get(format_, '.json')}", format_)
    out = file.with_stem("predicted")

    code, said, _ = nightloom("predict", model, file, "--out", out, "--json")

    assert (code, json.loads(said)["format"], json.loads(said)["documents"]) == (0, format_, 2)
    before = [d.extraction.document.text for d in read_labelled(file, format_)]
    after = [d.extraction.document.text for d in read_labelled(out, format_)]
    assert after == before
    assert labels(out, format=format_) != labels(file, format=format_)
    extractor = TransformerExtractor.load(model)
    for given, own in zip(read_labelled(file, format_), labels(out, format=format_), strict=True):
        found = extractor.extract_one(given.extraction.document)
        assert own == {(e.type, m.span) for e in found.entities for m in e.mentions}


def test_predictions_on_an_export_of_label_studio_are_its_predictions(nightloom, model):
    file = corpus("gold.json", "label_studio")

    assert nightloom("predict", model, file, "--out", "predicted.json")[0] == 0

    tasks = json.loads(Path("predicted.json").read_text("utf-8"))
    assert all("annotations" not in task and task["predictions"][0]["result"] for task in tasks)


@pytest.mark.parametrize("format_", OF_FACTS)
def test_predictions_of_facts_alone_have_the_texts_of_the_documents(nightloom, model, format_):
    file = corpus("gold.json", format_)

    assert nightloom("predict", model, file, "--format", format_, "--out", "predicted.json")[0] == 0

    predicted = read_labelled("predicted.json", format_)
    assert [document.extraction.document.text for document in predicted] == list(TEXTS)


def test_a_text_is_shown_and_can_be_written(nightloom, model):
    Path("notes.txt").write_text("Ada works for Acme, and flew a B-52")

    code, shown, _ = nightloom("predict", model, "notes.txt")
    as_json = json.loads(nightloom("predict", model, "notes.txt", "--json")[1])
    nightloom("predict", model, "notes.txt", "--out", "said.jsonl")

    assert code == 0
    assert "mentions" in shown
    [written] = read_labelled("said.jsonl")
    assert written.extraction.to_dict() == as_json


def test_a_document_of_any_format_is_read_as_a_night_reads_it(nightloom, model):
    Path("staff.csv").write_text("name,employer\nAda,Acme\n")

    document = json.loads(nightloom("predict", model, "staff.csv", "--json")[1])["document"]

    assert document["id"] == "staff.csv"
    assert document["text"].splitlines() == ["| name | employer |", "| Ada | Acme |"]


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("gold.json",), 2, "--out"),
        (("gold.json", "--out", "gold.json"), 2, "overwrite"),
        (("nowhere.txt",), 1, "there is no file nowhere.txt"),
        (("empty",), 1, "there is no .ann file"),
        (("two.zip",), 1, "two.zip holds 2 documents and is none itself: give one of them"),
        (("gold.json", "--format", "spret", "--out", "o"), 1, "no format 'spret', only brat"),
    ],
)
def test_what_cannot_be_predicted_is_said(nightloom, model, arguments, code, complaint):
    corpus("gold.json", "spert")
    Path("empty").mkdir()
    with zipfile.ZipFile("two.zip", "w") as archive:
        archive.writestr("a.txt", "Ada")
        archive.writestr("b.txt", "Bob")

    ended, _, err = nightloom("predict", model, *arguments)

    assert ended == code
    assert complaint in " ".join(err.replace("│", " ").split())


def test_an_evaluation_says_its_conventions_and_speed(nightloom, model):
    file = corpus("gold.json", "docred")

    found = json.loads(nightloom("evaluate", model, file, "--json")[1])

    assert found["n_documents"] == 2
    assert found["speed"]["documents_per_second"] > 0
    assert found["speed"]["n_tokens"] > 2 * len(TEXTS)
    assert "strict = span and type" in " ".join(found["conventions"])
    assert "ign" not in found["relations"]
    printed = nightloom("evaluate", model, file)[1]
    for row in ("mentions, strict, macro", "relations, soft", "Brier", "surest 50%", "tokens/s"):
        assert row in printed


def test_documents_are_read_as_those_the_model_was_trained_on(nightloom, tmp_path):
    """Types that training renamed are renamed in what the model is judged by."""
    checkpoint = tiny_checkpoint(tiny_encoder(tmp_path / "encoder"))
    trained_on = {"path": "a", "format": "brat", "options": {"entity_types": {"Pers*": "Human"}}}
    save(replace(checkpoint, training={"train": [trained_on]}), tmp_path / "renaming")
    folder = corpus("gold", "brat")

    found = json.loads(nightloom("evaluate", "renaming", folder, "--json")[1])
    _, _, note = nightloom("predict", "renaming", folder, "--out", "out")

    assert set(found["mentions"]["strict"]["by_type"]) >= {"Human", "Organization"}
    assert found["mentions"]["strict"]["by_type"]["Human"]["gold"] == 2
    assert "read with entity_types, as what the model was trained on" in note


def test_gold_is_read_before_the_model_is_loaded(nightloom, model):
    """A slip in a path or a file is said at once, not after the seconds that a model takes."""
    code, _, err = nightloom("evaluate", model, "nowhere.json", "--format", "docred")

    assert code == 1
    assert "no such file" in err
    assert "loading the model" not in err


def test_training_data_may_be_in_another_format_than_the_gold(nightloom, model):
    file, train = corpus("gold.json", "docred"), corpus("train.json", "spert")

    found = json.loads(nightloom("evaluate", model, file, "--train", train, "--json")[1])

    assert "ign" in found["relations"]


def test_an_evaluation_draws_and_writes_what_it_is_asked_to(nightloom, model):
    file = corpus("gold.json", "docred")

    code, _, _ = nightloom("evaluate", model, file, "--html", "page.html", "--plot", "plots")
    nightloom("evaluate", model, file, "--plot", "other/of.png")

    assert code == 0
    page = Path("page.html").read_text("utf-8")
    assert "<h3>Gold</h3>" in page
    assert "<h3>Predicted</h3>" in page
    pngs = {path.as_posix() for path in Path().rglob("*.png")}
    assert pngs == {
        *("plots/reliability.png", "plots/precision-recall.png"),
        *("other/of-reliability.png", "other/of-precision-recall.png"),
    }


def test_facts_of_the_training_data_are_ignored_and_symmetric_labels_counted_once(nightloom, model):
    file = corpus("gold.json", "docred")
    options = ("--train", file, "--symmetric", "WORKS_FOR")

    found = json.loads(nightloom("evaluate", model, file, "--json", *options)[1])

    assert {"ign", "ign_soft"} <= found["relations"].keys()
    assert "WORKS_FOR" in " ".join(found["conventions"])
    assert "gold.json" in " ".join(found["conventions"])


def test_what_a_model_reads_without_direction_is_counted_so(nightloom, tmp_path):
    file = corpus("gold.json", "docred")
    encoder = tiny_encoder(tmp_path / "encoder")
    save(tiny_checkpoint(encoder, symmetric=("WORKS_FOR",)), tmp_path / "undirected")

    _, out, _ = nightloom("evaluate", "undirected", file, "--json", "--symmetric", "BORN_IN")

    conventions = " ".join(json.loads(out)["conventions"])
    assert "Symmetric, counted once: WORKS_FOR, BORN_IN." in conventions


def test_a_misspelt_symmetric_label_is_refused(nightloom, model):
    file = corpus("gold.json", "docred")

    code, _, err = nightloom("evaluate", model, file, "--symmetric", "WORK_FOR")

    assert code == 2
    assert "did you mean WORKS_FOR?" in " ".join(err.replace("│", " ").split())


ONTOLOGY = """version = 1
[entities.Person]
[entities.Place]
[relations.WORKS_FOR]
subject = ["Person"]
object = ["Place"]
"""


def test_sound_data_pass(nightloom):
    corpus("train.json", "spert", TEXTS[:1])
    corpus("dev.json", "spert", TEXTS[1:])

    code, out, _ = nightloom("check-data", "--train", "train.json", "--dev", "dev.json")

    assert code == 0
    assert "dev: 1 documents, 2 mentions" in out


def test_a_leak_from_train_into_dev_is_an_error_with_both_places(nightloom):
    corpus("train.json", "spert")
    corpus("dev.json", "spert", TEXTS[1:])

    code, out, _ = nightloom("check-data", "--train", "train.json", "--dev", "dev.json")

    assert code == 1
    assert "error: text in two splits, dev: 1" in out
    assert (
        "dev.json, record 0 (line 2): the same words as train, train.json, record 1 (line 3)"
        in (out)
    )
    assert nightloom("check-data", "train.json", "dev.json")[0] == 1


def test_types_outside_the_ontology_are_errors(nightloom):
    corpus("train.json", "spert", TEXTS[:1])
    Path("ontology.toml").write_text(ONTOLOGY)

    code, out, _ = nightloom("check-data", "train.json", "--ontology", "ontology.toml", "--json")

    found = json.loads(out)
    assert code == 1
    assert {(f["weight"], f["kind"]) for f in found["findings"]} == {
        ("error", "type not allowed"),
        ("error", "arguments not allowed"),
    }
    assert {f["where"] for f in found["findings"]} == {"train.json, record 0 (line 2)"}


def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_looked_through(nightloom):
    Path("broken.json").write_text('[\n{"tokens": ["a"], "entities": [{"type": "P"}]}\n]')
    corpus("fine.json", "spert")

    code, out, _ = nightloom("check-data", "--train", "broken.json", "--dev", "fine.json")

    assert code == 1
    assert "broken.json, record 0 (line 2): there is no 'start'" in out
    assert "dev: 2 documents" in out


def test_bad_records_are_findings_and_the_rest_of_the_file_is_looked_through(nightloom):
    entity = {"start": 0, "end": 3, "label": "Person"}
    good = {"text": "Ada works", "spans": [entity], "answer": "accept"}
    bad = [good | {"spans": [entity | {"end": 30}]}, good | {"answer": "reject"}]
    lines = [json.dumps(record) for record in (*bad, good)]
    Path("prodigy.jsonl").write_text("\n".join(lines))

    code, out, _ = nightloom("check-data", "prodigy.jsonl")

    assert code == 1
    assert "prodigy.jsonl, record 0 (line 1): 0:30 lies beyond 9 characters" in out
    assert "warning: not labelled" in out
    assert "prodigy.jsonl: 1 documents, 1 mentions" in out


def test_texts_without_a_single_label_are_an_error(nightloom):
    Path("texts.jsonl").write_text('{"text": "Ada works"}\n{"text": "So does Bo"}\n')
    Path("asked.jsonl").write_text('{"text": "Nobody works here", "asked": ["WORKS_FOR"]}\n')

    code, out, _ = nightloom("check-data", "texts.jsonl")

    assert code == 1
    assert "texts.jsonl: 2 texts and not one label" in out
    assert nightloom("check-data", "asked.jsonl")[0] == 0


def test_checking_nothing_is_wrong_usage(nightloom):
    assert nightloom("check-data")[0] == 2


def test_token_classifier_of_somebody_else_is_scored_as_any_model(nightloom, tmp_path):
    """It knows mentions only, and a type that the corpus does not have."""
    encoder = tiny_encoder(tmp_path / "encoder")
    tagger = tiny_tagger(tmp_path / "ner", encoder, bio_labels(("Person", "Organization", "Cat")))
    file = corpus("gold.json", "docred")

    code, out, _ = nightloom(
        "evaluate", tagger, file, "--json", "--html", "page.html", "--plot", "plots"
    )

    found = json.loads(out)
    assert code == 0
    assert found["relations"]["soft"]["micro"]["recall"] == 0.0
    assert 0 <= found["mentions"]["strict"]["micro"]["f1"] <= 1
    assert Path("page.html").exists()
    assert found["written"] == ["page.html", "plots/reliability.png", "plots/precision-recall.png"]
    assert nightloom("predict", tagger, file, "--out", "said.json")[0] == 0
    assert len(list(read_labelled("said.json"))) == len(TEXTS)


@pytest.fixture
def notes(tmp_path) -> Path:
    """A folder of documents, one of which cannot be read."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, text in enumerate((*TEXTS, "Eve wrote to Ada from Antwerp .")):
        (folder / f"{number}.txt").write_text(text)
    return folder


def test_suggestions_are_written_once_for_both_tools(nightloom, model, notes):
    code, out, _ = nightloom("suggest", model, "notes", "-n", "2", "--out", "to-label", "--json")

    assert code == 0
    assert len(json.loads(out)["documents"]) == 2
    assert len(json.loads(Path("to-label/label-studio.json").read_text("utf-8"))) == 2
    assert len(list(read_labelled("to-label/brat"))) == 2
    code, _, err = nightloom("suggest", model, "notes", "--out", "to-label")
    assert code == 1
    assert "may hold somebody's labels" in err


def test_what_is_labelled_is_not_suggested_again(nightloom, model, notes):
    corpus("done.jsonl", "jsonl")

    _, out, _ = nightloom(
        "suggest", model, notes, "--labelled", "done.jsonl", "--out", "o", "--json"
    )

    assert [each["id"] for each in json.loads(out)["documents"]] == ["notes/2.txt"]


def test_what_people_judged_counts_as_labelled_passage_by_passage(nightloom, model, notes):
    for old in notes.iterdir():
        old.unlink()
    paragraphs = [f"{name} works for Acme in Ghent . ".ljust(400, "-") + "\n\n" for name in "AB"]
    (notes / "part.txt").write_text("".join(paragraphs))
    (notes / "done.txt").write_text("Eve works for Umbrella in Bruges .")
    passages = [
        {"id": "other/part.txt#0/WORKS_FOR", "text": paragraphs[0], "asked": ["WORKS_FOR"]},
        {"id": "notes/done.txt#0/LIVES_IN", "text": "Eve works for Umbrella in Bruges ."},
    ]
    Path("judged.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in passages))
    words = ("suggest", model, notes, "--labelled", "judged.jsonl", "--out")

    said = json.loads(nightloom(*words, "as-json", "--json")[1])
    table = nightloom(*words, "as-table")[1]

    [part] = said["documents"]
    assert (part["id"], part["judged"], part["passages"]) == ("notes/part.txt", 1, 2)
    assert "1 of 2 passages" in table
    assert "judged" not in nightloom("suggest", model, notes, "--out", "none")[1]


def test_documents_that_cannot_be_read_are_set_aside_and_the_others_suggested(
    nightloom, model, notes
):
    (notes / "bytes.txt").write_bytes(bytes(range(128, 256)))

    code, out, err = nightloom("suggest", model, "notes", "--out", "to-label")

    assert code == 3
    assert "3 documents to label in to-label" in out
    assert "notes/bytes.txt is in no encoding" in err


def test_documents_of_one_file_can_be_suggested(nightloom, model):
    Path("a.jsonl").write_text('{"id": "a", "text": "Ada sings."}\n{"id": "b", "text": "Bob."}\n')

    code, out, _ = nightloom("suggest", model, "a.jsonl", "--out", "to-label", "--json")

    assert code == 0
    assert len(json.loads(out)["documents"]) == 2


def test_the_commands_of_the_page_on_models_run(nightloom, model, tmp_path):
    """On the samples and a corpus of two documents, with a model quicker than `general`."""
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    corpus("train.json", "docred", TEXTS[:1])
    corpus("gold.json", "docred", TEXTS[1:])
    ontology = Path("samples/ontology.toml").read_text("utf-8")
    assert "WORKS_FOR" not in ontology

    commands = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    lines = [shlex.split(command.replace("general", model)) for command in commands]
    codes = {words[1]: nightloom(*words[1:])[0] for words in lines}

    # The corpus has a type that the ontology lacks, so there is something to find.
    assert codes == {"predict": 0, "evaluate": 0, "check-data": 1, "suggest": 0}
    assert {"predicted.json", "errors.html", "plots", "to-label"} <= {
        path.name for path in tmp_path.iterdir()
    }


def test_the_configuration_on_the_page_reads_an_export(nightloom):
    corpus("export.json", "label_studio")
    tables = map(tomllib.loads, re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    [train] = (corpus for table in tables for corpus in table.get("train", ()))

    documents = list(read_labelled(train["path"], train["format"], **train["options"]))

    assert [document.extraction.document.text for document in documents] == list(TEXTS)


def test_evaluate_shows_behaviours_alone_and_beside_gold(nightloom, model):
    cases = [
        {"id": "silent", "kind": "nothing", "text": TEXTS[0], "must_not": [["*", "NONE", "*"]]},
        {"id": "loud", "kind": "stated", "text": TEXTS[0], "must": [["Ada", "NONE", "Acme"]]},
    ]
    Path("cases.jsonl").write_text("\n".join(map(json.dumps, cases)), "utf-8")

    code, out, _ = nightloom("evaluate", model, "--behaviours", "cases.jsonl")
    both = nightloom(
        "evaluate", model, corpus("gold.jsonl", "jsonl"), "--behaviours", "cases.jsonl", "--json"
    )

    assert code == 0
    assert re.search(r"^nothing +1 +1$", out, re.MULTILINE)
    assert "loud: not found: Ada NONE Acme" in out
    assert json.loads(both[1])["behaviours"]["kinds"] == {"nothing": [1, 1], "stated": [0, 1]}
    assert "mentions" in json.loads(both[1])


def test_evaluate_needs_something_to_compare_with(nightloom, model):
    code, _, err = nightloom("evaluate", model)

    assert code == 2
    assert "--behaviours" in err
