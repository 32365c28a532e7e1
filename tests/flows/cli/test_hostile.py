"""What is read is never obeyed: every command is fed texts that a terminal would act on."""

import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.main import get_command

from extractors.checkpoints import save
from extractors.store import ExtractionStore, StoreEntry
from flows.cli import app, main
from flows.text import shown
from tests.extractors.tiny import tiny_checkpoint, tiny_encoder
from tests.extractors.training.conftest import gold_file  # noqa: F401 - a fixture
from tests.flows.cli.test_registry_commands import READER
from tests.rules import RULES
from tests.strategies import extraction

ONTOLOGY = (Path(__file__).parents[2] / "ontology.toml").read_text("utf-8")

TEXT = (
    "\x1b[31m \x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\ \x9b2J \u202egpj\u202c \u200b \r"
    " [bold]x[/bold] [/] [link=http://example.com]y[/link] :smile: \a\b\x7f \u2028 \ufeff"
)
"""What a document says; as much of it as a terminal would obey has to be escaped."""
NAME = "n\x1b[2J[red]\u202e\x9b31m:x:\n"
"""Of files and folders."""
ID = f"notes/{NAME}[/]"
QUOTED = json.dumps(TEXT.replace("\x7f", ""))

INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


def assert_harmless(printed: str) -> None:
    obeyed = {c for c in printed if unicodedata.category(c) in {"Cc", "Zl", "Zp"}} - {"\n", "\t"}
    assert not obeyed
    assert not INVISIBLE.search(printed)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys) -> Callable[..., Said]:
    """Run the command in an empty folder; whatever it prints must be harmless."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["nightloom", *map(str, arguments)])
        monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_: None, raising=False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = Said(int(ended.value.code or 0), *capsys.readouterr())
        assert_harmless(said.out)
        assert_harmless(said.err)
        assert "Traceback" not in said.err
        return said

    return run


@pytest.fixture
def nightloom(run, graph, server, monkeypatch, tmp_path) -> Callable[..., Said]:
    """The same on the tests' server, with an ontology and rules of hostile descriptions."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    ontology = tmp_path / "ontology.toml"
    ontology.write_text(ONTOLOGY.replace('"A human being."', QUOTED), "utf-8")
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ontology))
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__LEFT_OUT", '["*"]')  # the shipped model knows more
    (tmp_path / "rules").mkdir()
    # Other characters are refused in rules, as the rules below try.
    sentence = "[bold]x[/bold] [/] :smile: works for an organization"
    rule = RULES["works-in"].replace("works for an organization", sentence)
    (tmp_path / "rules" / "office.cypher").write_text(rule, "utf-8")
    monkeypatch.setenv("NIGHTLOOM_RULES", str(tmp_path / "rules"))
    return run


@pytest.fixture
def kept(graph, tmp_path):
    """A document whose id, title, names and sentences are hostile, in store and graph."""
    kept = extraction(
        (f"Ada{TEXT}", "WORKS_FOR", f"Acme{TEXT}"),
        (f"Acme{TEXT}", "BASED_IN", f"Ghent{TEXT}"),
        (f"Ada{TEXT}", "MARRIED_TO", "Bob"),
        id=ID,
        title=TEXT,
        source="notes",
        extractor=f"by hand {TEXT}",
    )
    ExtractionStore(tmp_path / ".nightloom" / "extractions").put(kept)
    graph.upsert(kept)
    return kept


def test_every_command_is_fed_here():
    """A new command has to be fed hostile texts, too."""
    groups = get_command(app).commands
    verbs = {
        f"{name} {verb}".strip()
        for name, group in groups.items()
        for verb in getattr(group, "commands", {"": None})
    }
    source = Path(__file__).read_text("utf-8")
    unfed = {
        verb
        # `up` and `page` print nothing that they have read, and `mcp` speaks JSON to a program.
        for verb in verbs - {"up", "page", "mcp"}
        if ", ".join(f'"{word}"' for word in verb.split()) not in source
    }

    assert unfed == set()


def test_ingest(nightloom, tmp_path):
    """With the shipped model: a hostile folder, files, titles, sentences, ids, and bad ones."""
    folder = tmp_path / f"docs{NAME}"
    folder.mkdir()
    says = "Marie Curie was born in Warsaw, Poland. Her husband Pierre Curie was born in Paris."
    (folder / f"a{NAME}.md").write_text(f"# {TEXT}\n\n{says.replace(',', TEXT)}\n\n{says}", "utf-8")
    (folder / f"b{NAME}.txt").write_bytes(bytes(range(128, 256)))
    (folder / f"c{NAME}.png").write_bytes(b"%PDF")
    rows = [{"id": f"d{NAME}", "title": TEXT, "text": says}, {"id": f"e{NAME}", "text": ""}]
    lines = "\n".join(map(json.dumps, rows))
    (folder / f"c{NAME}.jsonl").write_text(f"{lines}\n{{{NAME}\n", "utf-8")

    said = nightloom("ingest", folder, "--source", "docs")
    as_json = nightloom("ingest", folder, "--source", "docs", "--json")

    assert said.code == as_json.code == 1  # three of five are more than max_rejected
    assert shown(f"b{NAME}.txt") in said.out
    listed, again = nightloom("rejected"), nightloom("replay", "--json")
    assert (listed.code, again.code, nightloom("replay").code) == (0, 3, 3)
    [report] = again.json["reports"]
    set_aside = nightloom("rejected", "--json").json["documents"]
    assert {aside["document"] for aside in set_aside} == {
        aside["document"] for aside in report["set_aside"]
    }
    assert any(f"b{NAME}.txt" in aside["document"] for aside in as_json.json["set_aside"])
    assert nightloom("ingest", tmp_path / NAME).code == 1


def test_questions(nightloom, kept, graph, monkeypatch):
    rules = nightloom("rules", "try", "rules/office.cypher")
    from flows.settings import load_settings
    from graphdb.rules import RuleSet

    graph.infer(RuleSet.load(load_settings().rules_path, graph.ontology))
    ada, ghent = f"Ada{TEXT}", f"Ghent{TEXT}"

    about = nightloom("explain", ada)
    why = nightloom("explain", ada, "WORKS_IN", ghent)
    why_json = nightloom("explain", ada, "WORKS_IN", ghent, "--json").json

    assert rules.code == about.code == why.code == 0
    assert shown(ID) in " ".join(why.out.split())
    assert "[bold]x[/bold]" in why.out
    assert ":smile:" in about.out
    assert {each["document_id"] for each in why_json["witnesses"]} == {ID}
    assert nightloom("explain", ada, "--json").json["entities"][0]["name"] == ada
    assert nightloom("explain", f"nobody{TEXT}").code == 1
    assert nightloom("explain", ada, f"WORKS{TEXT}", ghent).code == 1
    assert nightloom("why-not", ghent, "WORKS_IN", ada).code == 0
    assert nightloom("why-not", ghent, "WORKS_IN", ada, "--json").json["rules"]
    assert nightloom("why-not", ada, NAME, ghent).code == 1


def test_find_and_embed(nightloom, kept, graph):
    """Names, passages, and what is looked for."""
    by_words = nightloom("find", "works")
    embedded = nightloom("embed", "--json").json
    found = nightloom("find", f"Ada{TEXT}", "works")

    assert by_words.code == found.code == 0
    assert shown(ID) in " ".join(by_words.out.split())
    assert "nightloom embed" in by_words.err
    assert embedded["documents"] == 1
    said = nightloom("find", f"Ada{TEXT} works for Acme{TEXT}").out
    assert "by meaning" in " ".join(said.split())
    assert nightloom("find", TEXT, "--json").code == 0
    assert nightloom("find", " ").code == 1
    assert nightloom("embed").code == nightloom("embed", "--undo").code == 0
    assert nightloom("embed", "--undo", "--json").json == {"removed": 0}
    assert nightloom("embed", "--undo", "--limit", 1).code == 1


def test_changes(nightloom, kept, graph):
    """What is recorded names hostile documents and names; so does what a person asks for."""
    ada, ghent = f"Ada{TEXT}", f"Ghent{TEXT}"

    since = nightloom("changes", "--since", "2001-01-01")
    past = nightloom("history", ada)

    assert since.code == past.code == 0
    assert shown(ID) in since.out
    assert nightloom("changes", "--since", NAME).code == 1
    assert nightloom("changes", "--run", NAME).code == 1
    assert nightloom("changes", "--since", "2001-01-01", "--kind", "came").code == 0
    assert nightloom("changes", "--kind", NAME).code == 1
    assert nightloom("changes", "--since", "2001-01-01", "--entity", ada, "--json").json["facts"]
    assert nightloom("history", ada, "WORKS_FOR", ghent).code == 0
    assert nightloom("history", f"nobody{TEXT}").code == 1
    graph.prepare()
    assert nightloom("as-of", "2999-01-01", ada).code == 0
    assert nightloom("as-of", NAME, ada).code == 1


def test_colours_are_our_own_where_a_terminal_is_forced(nightloom, kept, monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "argv", ["nightloom", "explain", f"Ada{TEXT}"])
    capsys.readouterr()

    with pytest.raises(SystemExit):
        main()

    out = capsys.readouterr().out
    assert COLOUR.search(out)
    assert_harmless(COLOUR.sub("", out))


def test_who_is_who(nightloom, kept, tmp_path, monkeypatch):
    """Decisions about hostile names, and about names that nobody has."""
    ada, ghent = f"Ada{TEXT}", f"Ghent{TEXT}"
    broken = tmp_path / f"decisions{NAME}.jsonl"
    broken.write_text(f"{NAME}\n", "utf-8")

    assert nightloom("merge", ada, ghent).code == 1
    assert nightloom("merge", ada, f"nobody{TEXT}").code == 1
    assert nightloom("distinct", ada, f"nobody{TEXT}").code == 1
    assert nightloom("distinct", ada, ada, "--type", NAME).code == 1
    assert nightloom("split", f"nobody{TEXT}").code == 1
    assert nightloom("split", ada).code in (0, 1)
    assert "error" in nightloom("distinct", ada, f"nobody{TEXT}", "--json").json
    assert nightloom("resolve", "--all").code == nightloom("review").code == 0
    assert nightloom("why-not", ada, ghent).code == 0
    assert nightloom("decisions").code == nightloom("decisions", "--json").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("wrt"))
    assert "wrong" in nightloom("review", "facts").out
    assert nightloom("review", "facts", "--export", tmp_path / f"x{NAME}").code == 0
    assert nightloom("decisions").code == nightloom("decisions", "--json").code == 0
    assert nightloom("decisions", "--undo", NAME).code == 1
    assert nightloom("decisions", "--from", broken).code == 1
    assert nightloom("migrate").code == nightloom("migrate", "--json").code == 0


def test_models(nightloom, tmp_path):
    """What is compared are sentences of documents; models are named by whoever types."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / f"a{NAME}.txt").write_text(f"Ada{TEXT} works for Acme", "utf-8")
    for verb in ("works", "left"):
        (tmp_path / f"{verb}.py").write_text(READER.format(verb=verb))
    asked = ("models", "compare", "left.py:Reader", "works.py:Reader", "--on", folder)

    said, as_json = nightloom(*asked), nightloom(*asked, "--json")

    assert said.code == as_json.code == 0
    assert "Would come" in said.out
    [change] = as_json.json["changes"]
    assert change["after"]["cited"] == [f"Ada{TEXT} works for Acme"]
    assert nightloom(*asked[:-1], tmp_path / NAME).code == 1
    assert nightloom("models", "list").code == nightloom("models", "list", "--json").code == 0
    assert nightloom("models", "add", NAME).code == 1
    assert nightloom("models", "promote", NAME, "--on", folder).code == 1
    assert nightloom("models", "rollback").code == 1


def test_receipt_of_an_id_with_brackets_is_whole(nightloom, kept):
    said = nightloom("forget", ID)

    assert said.code == 0
    assert f"{shown(ID)} is erased:" in said.out
    assert "cited by no files" in said.out
    assert nightloom("forget", ID).code == 1


def test_care(nightloom, kept, driver, tmp_path):
    """Audit of damage, dump, rebuild with what is missing, in both forms."""
    lines = map(json.loads, nightloom("dump").out.splitlines())
    assert any(line.get("id") == ID for line in lines)
    with driver.session() as session:
        session.run("MATCH ()-[fact:WORKS_FOR]->() SET fact.confidence = 0.1").consume()
    assert nightloom("audit").code == nightloom("audit", "--json").code == 1
    narrow = (tmp_path / "ontology.toml").read_text("utf-8").replace("WORKS_FOR", "PAID_BY")
    (tmp_path / "ontology.toml").write_text(narrow, "utf-8")
    (tmp_path / "rules" / "office.cypher").unlink()
    assert nightloom("rebuild").code == nightloom("rebuild", "--json").code == 0
    ExtractionStore(tmp_path / ".nightloom" / "extractions").drop(StoreEntry.of(kept))
    assert shown(ID) in nightloom("rebuild").out


def test_clear(nightloom, kept, monkeypatch):
    before = nightloom("dump").out
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))

    refused = nightloom("clear")

    assert refused.code == 1
    assert refused.err.endswith("not confirmed; nothing was changed\n")
    assert nightloom("dump").out == before
    assert nightloom("clear", "--yes").code == 0
    assert nightloom("dump").out == ""


def test_service(nightloom, monkeypatch, tmp_path):
    folder = tmp_path / f"here{NAME}"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / f"config{NAME}"))

    assert nightloom("service", "install").code in (0, 1)
    assert nightloom("service", "remove").code in (0, 1)


def test_backup_and_restore(nightloom, kept, graph, tmp_path):
    graph.prepare()  # a test before may have cleared it
    before = nightloom("dump").out
    file = tmp_path / f"backup{NAME}"

    assert nightloom("backup", file).code == 0
    assert nightloom("backup", file).code == 1
    assert nightloom("restore", file).code == 1
    assert nightloom("clear", "--yes").code == 0
    assert nightloom("restore", tmp_path / NAME).code == 1
    assert nightloom("restore", file).code == 0
    assert nightloom("dump").out == before


def test_rules_and_ontology(nightloom, kept, tmp_path):
    assert nightloom("rules", "list").code == nightloom("rules", "check").code == 0
    assert nightloom("rules", "list", "--json").code == 0
    assert nightloom("rules", "suggest").code == 0
    bad = tmp_path / "rules" / f"{NAME.replace(chr(10), '')}.cypher"
    bad.write_text(f"// Who {TEXT}.\nMATCH {TEXT}", "utf-8")
    assert nightloom("rules", "check").code == 1
    assert nightloom("rules", "try", bad).code == 1
    assert nightloom("rules", "check", tmp_path / NAME).code == 1
    assert nightloom("ontology", "check", tmp_path / "ontology.toml").code == 0
    (tmp_path / f"{NAME}.toml").write_text(
        f"[entities.{QUOTED}]\ndescription = {QUOTED}\n", "utf-8"
    )
    assert nightloom("ontology", "check", tmp_path / f"{NAME}.toml").code == 1


@pytest.fixture
def model(tmp_path) -> Path:
    """A real model in a folder with a hostile name."""
    folder = tmp_path / f"model{NAME}"
    save(tiny_checkpoint(tiny_encoder(tmp_path / "encoder")), folder, storage="float32")
    return folder


def test_model_commands(run, model, gold_file, tmp_path):  # noqa: F811
    notes = tmp_path / "notes[red]"
    notes.mkdir()
    (notes / f"{NAME}.txt").write_text(f"Ada {TEXT} works for Acme {TEXT} in Ghent.", "utf-8")
    (notes / "bytes.txt").write_bytes(bytes(range(128, 256)))
    gold = tmp_path / f"{NAME}.jsonl"
    gold.write_text(gold_file.read_text("utf-8"), "utf-8")
    broken = tmp_path / f"broken{NAME}.jsonl"
    broken.write_text(f'{{"text": {QUOTED}}}\n{NAME}\n', "utf-8")

    assert run("formats").code == 0
    assert run("sources").code == 0
    assert run("predict", model, notes / f"{NAME}.txt").code == 0
    assert run("predict", model, notes / f"{NAME}.txt", "--json").code == 0
    assert run("predict", model, gold, "--out", tmp_path / f"out{NAME}.jsonl").code == 0
    assert run("predict", model, tmp_path / f"no{NAME}").code == 1
    assert run("predict", f"no{NAME}", gold).code == 1
    assert run("evaluate", model, gold, "--html", tmp_path / f"e{NAME}.html").code == 0
    assert run("evaluate", model, broken).code == 1
    assert run("evaluate", model, gold, "--symmetric", NAME).code == 2
    assert run("check-data", gold).code in (0, 1)
    assert run("check-data", broken).code == 1
    assert run("check-data", broken, "--json").code == 1
    assert run("suggest", model, notes, "-n", 1, "--out", tmp_path / f"to{NAME}").code == 3
    assert run("suggest", model, notes, "-n", 1, "--out", "j", "--json").code == 3
    assert run("suggest", model, notes, "--out", tmp_path / f"to{NAME}").code == 1


def test_training_commands(run, tmp_path):
    config = tmp_path / f"{NAME}.toml"
    config.write_text(f"name = {QUOTED}\n{QUOTED} = 1\n", "utf-8")
    for verb in ("train", "tune"):
        assert run(verb, config).code == 1
        assert run(verb, tmp_path / f"no{NAME}.toml").code == 1
    assert run("train", config, "--out", tmp_path / NAME).code == 1
    assert run("tune", config, "--out", tmp_path / NAME).code == 1


def test_services(run, monkeypatch, tmp_path):
    monkeypatch.setenv("NIGHTLOOM_HOME", str(tmp_path / NAME.replace("\n", "")))
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__MODEL", NAME)

    assert run("status").code == 0
    assert run("status", "--json").code == 0
    assert run("doctor").code == 1
    assert run("doctor", "--json").code == 1
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:1/{NAME}")
    assert run("deploy", "--work-pool", NAME).code == 1


def test_demo(nightloom, tmp_path):
    """The demonstration over hostile samples: its graph is left as they are."""
    people = tmp_path / "samples" / "people"
    people.mkdir(parents=True)
    says = (
        f"# {TEXT}\n\nMarie Curie was born in Warsaw{TEXT}. She died in Passy on 4 July 1934."
        "\n\nHer husband Pierre Curie was born in Paris."
    )
    (people / "marie-curie.md").write_text(says, "utf-8")
    (people / f"{NAME}.txt").write_text(says.replace("on 4 July 1934", TEXT), "utf-8")

    assert nightloom("demo").code == 0
    said = nightloom("demo", "--json").json
    assert said["first_night"]["documents"]["unchanged"] == 2
    assert said["edited"]["before"] == "on 4 July 1934"
    assert said["deleted"] is None or said["deleted"]["removed"]


@pytest.mark.parametrize("words", [(f"no{NAME}",), ("audit", f"--no{NAME}"), ("dump", NAME)])
def test_wrong_usage(run, words):
    said = run(*words)

    assert said.code == 2
    assert said.err.startswith("error: ")
    assert "--help says what it takes" in said.err


def test_unexpected_error_and_debug_log(nightloom, kept, monkeypatch, capsys):
    """The message of an error may quote a document; so may what is logged of it."""
    from flows.console import print_traceback

    assert nightloom("--debug", "explain", f"nobody{TEXT}").code == 1
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    try:
        raise ZeroDivisionError(TEXT)
    except ZeroDivisionError as error:
        print_traceback(type(error), error, error.__traceback__)
    assert "ZeroDivisionError" in err.getvalue()
    assert_harmless(err.getvalue())
