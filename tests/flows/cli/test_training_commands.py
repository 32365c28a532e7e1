"""`train` and `tune`, and the page about them, with a small encoder and eight sentences."""

import json
import re
import shlex
from pathlib import Path

import pytest

from extractors.training import TrainConfig, TrainingStep
from flows.cli.training import Figures
from tests.extractors.tiny import tiny_encoder
from tests.extractors.training.conftest import GOLD, gold_file  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "training.md").read_text("utf-8")


@pytest.fixture
def mine(tmp_path, gold_file) -> Path:  # noqa: F811
    """The configurations of the page, one for an encoder that is quicker than what it names."""
    block, *_ = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    encoder = tiny_encoder(tmp_path / "encoder")
    small = f'encoder = "{encoder}"\nmax_width = 4\nwindow_tokens = 120\noverlap_tokens = 24\n'
    block = re.sub(r'^encoder = "all-minilm-l6-v2"', small, block, flags=re.MULTILINE)
    path = tmp_path / "mine.toml"
    path.write_text(re.sub(r"^epochs = 14", "epochs = 1", block, flags=re.MULTILINE))
    (tmp_path / "configs").mkdir()
    chinese = (ROOT / "configs" / "chinese.toml").read_text("utf-8")
    (tmp_path / "configs" / "chinese.toml").write_text(
        re.sub(r"^epochs = \d+", "epochs = 1", chinese, flags=re.MULTILINE)
    )
    for name in ("train.jsonl", "dev.jsonl"):
        (tmp_path / name).write_text(gold_file.read_text())
    (tmp_path / "notes.txt").write_text(GOLD[0].document.text)
    return path


def test_the_commands_of_the_page_on_training_run(nightloom, mine, tmp_path):
    commands = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    outputs = {}
    for command in commands:
        code, out, err = nightloom(*shlex.split(command.replace("--trials 20", "--trials 1"))[1:])

        assert code == 0, err
        outputs[command.split()[1]] = " ".join(out.split())
    assert "best.toml" in out
    _, as_json, _ = nightloom("tune", mine.name, "--trials", 1, "--json")
    assert len(json.loads(as_json)["trials"]) == 1
    assert json.loads(as_json)["best"] == "runs/mine-tune/best.toml"
    # One epoch is too little to fit anything.
    assert "fitted on 0 documents, fewer than 20: they are not to be trusted" in outputs["evaluate"]
    assert (tmp_path / "runs" / "chinese" / "MODEL_CARD.md").is_file()
    judged, everything = (tmp_path / "runs" / name for name in ("mine", "mine-all"))
    assert (judged / "run" / "curves.png").is_file()
    results = json.loads((everything / "run" / "results.json").read_text())
    assert results["metrics"] == {"dev_documents": 0, "calibrated_on": "mine"}
    assert len(results["config"]["train"]) == 2


def test_training_says_how_to_use_what_it_made(nightloom, mine, tmp_path):
    """In lines that can be typed as they are, a folder with a space in its name included."""
    code, out, _ = nightloom("train", mine, "--out", "my model")

    measure = next(line for line in out.splitlines() if "nightloom evaluate" in line)
    command = shlex.split(measure.partition("nightloom ")[2])
    assert code == 0
    assert "NIGHTLOOM_EXTRACTOR__MODEL='my model' nightloom ingest FOLDER" in out
    assert 'model = "my model" in the table [extractor]' in out
    assert nightloom(*command)[0] == 0


def test_a_run_that_is_done_is_said_to_be(nightloom, mine, tmp_path):
    trained = json.loads(nightloom("train", mine, "--seed", 14, "--json")[1])
    again = json.loads(nightloom("train", mine, "--seed", 14, "--json")[1])
    code, out, _ = nightloom("train", mine, "--seed", 14)

    assert trained["steps"] > 0
    assert again == trained | {"steps": 0}
    assert again["out"] == "runs/mine-14"
    assert "relation_f1" in again["metrics"]
    assert code == 0
    assert "runs/mine-14 is trained already" in out


def test_a_run_starts_from_the_model_that_is_named(nightloom, mine, tmp_path):
    assert nightloom("train", mine, "--out", "first")[0] == 0
    assert nightloom("train", mine, "--start-from", "first", "--out", "second")[0] == 0
    code, _, err = nightloom("train", mine, "--start-from", "nothing", "--out", "third")

    first, second = (
        json.loads((tmp_path / name / "run/results.json").read_text())
        for name in ("first", "second")
    )
    assert second["epochs"][0]["loss"] < first["epochs"][0]["loss"]
    assert code == 1
    assert "no model 'nothing'" in err


def test_contradicting_options_are_one_sentence(nightloom, mine):
    code, _, err = nightloom("train", mine, "--dev", "dev.jsonl", "--no-dev")

    assert code == 1
    assert "leave one out" in err

    code, _, err = nightloom("train", mine, "--calibrate-from", "general")

    assert code == 1
    assert "say --no-dev, too" in err


def test_an_out_folder_that_is_a_file_is_one_sentence(nightloom, mine, tmp_path):
    (tmp_path / "taken").write_text("")
    code, _, err = nightloom("train", mine, "--out", tmp_path / "taken")

    assert code == 1
    assert f"{tmp_path / 'taken'}: File exists" in err.replace("\n", "")


def test_figures_beside_the_bar_say_how_it_goes_and_how_long():
    times = iter([0.0, 10.0])
    figures = Figures(lambda: next(times))
    step = TrainingStep(number=1, total=11, epoch=1, loss=0.5, parts={}, tokens_per_s=1234.5)
    dev = {"relation_f1": 0.25, "mention_f1": 0.75}

    assert figures.after(step) == "epoch 1, loss 0.500, 1,234 tokens/s"
    later = TrainingStep(
        number=2, total=11, epoch=1, loss=0.4, parts={}, tokens_per_s=1000, dev=dev, best=True
    )
    assert figures.after(later) == (
        "epoch 1, loss 0.400, dev F1 0.250, 1,000 tokens/s, 0:01:30 left"
    )


@pytest.mark.parametrize("command", ["train", "tune"])
def test_a_corpus_that_is_not_there_is_named_with_the_setting_and_the_page(nightloom, command):
    code, _, err = nightloom(command, ROOT / "configs" / "conll04.toml")

    sentence = " ".join(err.split())
    assert code == 1
    assert "data/conll04/train.json: there is no such file" in sentence
    assert "NIGHTLOOM_DATA" in sentence
    assert "docs/corpora.md" in sentence
    assert (ROOT / "docs" / "corpora.md").is_file()


def test_a_corpus_is_looked_for_beside_the_configuration_and_then_below_the_root(
    nightloom,
    mine,
    tmp_path,
    monkeypatch,
):
    (tmp_path / "corpora").mkdir()
    (tmp_path / "train.jsonl").rename(tmp_path / "corpora" / "train.jsonl")
    monkeypatch.setenv("NIGHTLOOM_DATA", str(tmp_path / "corpora"))
    code, _, err = nightloom("train", mine)

    assert code == 0, err


def test_every_corpus_of_the_configurations_is_on_the_page_about_corpora():
    page = (ROOT / "docs" / "corpora.md").read_text("utf-8")
    for path in (ROOT / "configs").glob("*.toml"):
        config = TrainConfig.load(path, Path("data"))
        for corpus in (*config.train, *config.dev):
            if corpus.path.is_file():  # texts of our own lie beside the configurations
                assert corpus.path.is_relative_to(ROOT / "configs")
                continue
            folder, name = corpus.path.relative_to("data").parent, corpus.path.name
            [row] = [line for line in page.splitlines() if line.startswith(f"| `{folder}/` ")]
            assert f"`{name}" in row


def test_configurations_that_start_from_the_shipped_model_have_its_encoder():
    """And its layers and features: nothing else could be taken over."""
    shipped = json.loads((ROOT / "extractors/models/general/config.json").read_text("utf-8"))
    configs = [TrainConfig.load(path) for path in sorted((ROOT / "configs").glob("*.toml"))]
    starting = [config for config in configs if config.start_from == "general"]

    assert {config.name for config in starting} == {"biored", "conll04"}
    for config in starting:
        for key in ("encoder", "encoder_layers", "structure"):
            assert getattr(config.model, key) == shipped["model"][key]
