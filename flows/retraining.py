"""Training that a flow run starts: what is learned from, in a process that can be stopped.

What a run has, until its model is in the registry, is in `training/NAME` of the home folder:
`asked.json` is the configuration with all files, `judged.jsonl` what people said of facts,
`training.log` what the process said beside its steps, and `model` the checkpoint, with what a run
that was cut off goes on from.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.checkpoints import ModelTypes, RegisteredModel
from extractors.errors import ConfigError, CorpusError, TrainingError
from flows.agreement import agreement
from flows.extractor import registry_of
from flows.night import Watch
from flows.settings import Settings, environment_name, inherited_environment
from flows.text import shown
from flows.tools import make_private
from graphdb import Ontology

if TYPE_CHECKING:
    from extractors.training import TrainConfig

SECONDS_TO_STOP = 6.0
"""For the step that is computed and a checkpoint that is written; then the process is killed."""


def offered_configs(settings: Settings) -> list[str]:
    """Return the names of the training configurations that may be asked for."""
    return sorted(path.stem for path in settings.models.configs.glob("*.toml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraining:
    """A training run that is prepared: all that can be wrong with its files was found."""

    name: str
    """What the model will be called."""
    folder: Path
    config: "TrainConfig"


def prepare(
    settings: Settings, config: str, labelled: str, judged: Iterable[dict[str, Any]]
) -> Retraining:
    """Read all that a training run takes, and write what it is to do to a folder of its own.

    A run of the same that was cut off is taken up, with the verdicts that it began with.

    Args:
        settings: Where configurations, corpora and ontology are.
        config: The name of a configuration.
        labelled: A file or folder of labelled documents beside those of the configuration, or "".
        judged: What people said of facts, as `Graph.lessons` has it.

    Raises:
        ConfigError: There is no such configuration, or it is wrong.
        CorpusError: Labelled documents are missing or wrong.
        CheckpointError: No model can be called as the configuration is.
        UnknownTypesError: The model would find what the ontology does not know.
    """
    path = _config_path(settings, config)
    registry = registry_of(settings)
    name = registry.free_name(path.stem)
    from extractors.training import CorpusConfig, TrainConfig, read_data, with_types

    wanted = replace(TrainConfig.load(path, settings.data), name=name)
    if not wanted.schedule.epochs:
        raise ConfigError(
            f"{path} learns nothing (schedule.epochs = 0), of what people said neither: give it "
            "epochs, or use it with nightloom train",
            "schedule.epochs",
        )
    lessons = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in judged)
    folder = settings.home / "training" / name
    further = [CorpusConfig(path=Path(labelled))] if labelled else []
    if lessons:
        further.append(CorpusConfig(path=folder / "judged.jsonl", format="jsonl"))
    wanted = replace(wanted, train=(*wanted.train, *further))
    require_corpora(wanted, settings, but=folder)
    content = json.dumps(wanted.to_dict(), indent=1)
    if _content(folder / "asked.json") != content:
        shutil.rmtree(folder, ignore_errors=True)
        for private in (settings.home, folder.parent, folder):
            make_private(private)
        (folder / "judged.jsonl").write_text(lessons, "utf-8")
        (folder / "asked.json").write_text(content, "utf-8")  # last: then the folder is whole
    model = with_types(wanted, read_data(wanted)).model
    types = ModelTypes(model.entity_types, model.relation_types)
    ontology = Ontology.load(settings.ontology_path)
    agreement(name, types, ontology, settings.ontology_path, settings.extractor.left_out)
    return Retraining(name=name, folder=folder, config=wanted)


def _config_path(settings: Settings, config: str) -> Path:
    names, folder = offered_configs(settings), settings.models.configs
    setting = environment_name("models.configs")
    if not names:
        raise ConfigError(
            f"there is no training configuration in {shown(folder)}: put one there, or say with "
            f"{setting} where they are (docs/training.md)"
        )
    if config not in names:
        raise ConfigError(
            f"there is no training configuration {shown(config)!r} in {shown(folder)}, which "
            f"{setting} names: there are {', '.join(map(shown, names))}"
        )
    return folder / f"{config}.toml"


def require_corpora(config: "TrainConfig", settings: Settings, but: Path | None = None) -> None:
    """Refuse a configuration whose corpora are not there, before anything slow is loaded.

    Args:
        config: What is to be trained on.
        settings: Where corpora are looked for.
        but: A folder whose files are still to be written.

    Raises:
        CorpusError: Names the file, and the setting that says where corpora are looked for.
    """
    for path in (path for corpus in (*config.train, *config.dev) for path in corpus.files):
        if not path.exists() and not (but and path.is_relative_to(but)):
            raise CorpusError(
                path,
                "",
                "there is no such file or folder. What does not lie beside its configuration is "
                f"looked for in {shown(settings.data)}, which {environment_name('data')} names; "
                "docs/corpora.md says where each corpus is published and what goes where",
            )


def train(retraining: Retraining, settings: Settings, watch: Watch) -> RegisteredModel:
    """Train in a process of its own, and register what came of it as the candidate.

    Whatever ends this call ends that process, too, within seconds; the last whole epoch stays.

    Raises:
        TrainingError: It failed; says why.
    """
    folder, error = retraining.folder, ""
    with _training(retraining, settings.extractor.device) as process:
        assert process.stdout  # it is a pipe
        for line in process.stdout:
            said = json.loads(line)
            error = said.get("error", "")
            if not error:
                watch(f"training {retraining.name}", said["number"], said["total"], _note(said))
        code = process.wait()
    if code:
        why = error or _last_line(folder / "training.log") or f"its process ended with {code}"
        raise TrainingError(f"{retraining.name} could not be trained: {why}")
    shutil.rmtree(folder / "model" / "state", ignore_errors=True)  # as large as two models
    registered = registry_of(settings).add(folder / "model", retraining.name)
    shutil.rmtree(folder)  # it has what people said of documents
    return registered


@contextmanager
def _training(retraining: Retraining, device: str) -> Iterator["subprocess.Popen[str]"]:
    folder = retraining.folder
    arguments = (str(folder / "asked.json"), str(folder / "model"), device)
    with (folder / "training.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            (sys.executable, "-P", "-m", "extractors.training", *arguments),
            stdin=subprocess.PIPE,  # it ends when we do
            stdout=subprocess.PIPE,
            stderr=log,
            env=inherited_environment(),
            text=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in filter(None, (process.stdin, process.stdout)):
        pipe.close()


def _note(said: dict[str, Any]) -> str:
    dev = (said["dev"] or {}).items()
    figures = [f"{name} {value:.3f}" for name, value in dev if isinstance(value, float)]
    return ", ".join([f"epoch {said['epoch']}", f"loss {said['loss']:.3f}", *figures])


def _content(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _last_line(path: Path) -> str:
    lines = path.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
