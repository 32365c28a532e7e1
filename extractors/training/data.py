"""What a training run reads: its corpora, the documents kept for dev, and their fingerprints."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from extractors.calibration import TRUSTED_FROM, few_documents
from extractors.checkpoints import file_sha256
from extractors.corpora import LabelledDocument, Note, lone_surrogate, read_labelled
from extractors.errors import ConfigError, CorpusError
from extractors.facts import Extraction
from extractors.training.config import CorpusConfig, TrainConfig
from extractors.training.labels import Labels
from extractors.training.validation import unknown


@dataclass(frozen=True, slots=True)
class Data:
    """What a run reads: gold documents, and the same as examples."""

    train: tuple[Extraction, ...]
    dev: tuple[Extraction, ...]
    labels: tuple[Labels, ...]
    """What is labelled in each document of `train`."""
    fingerprints: Mapping[str, str]
    """The sha256 of each file that was read; folders have none."""
    remarks: tuple[str, ...] = ()
    """What the person should know of it, each a sentence; the first process alone says it."""


def read_data(config: TrainConfig) -> Data:
    """Read the corpora a configuration names and keep some documents for dev.

    Raises:
        CorpusError: A file is missing, wrong or empty, or none is named to train on.
        ConfigError: More documents are to be held out than there are.
    """
    train: list[tuple[Extraction, Labels]] = []
    remarks: list[str] = []
    dev = [document.extraction for corpus in config.dev for document in _documents(corpus, remarks)]
    for number, corpus in enumerate(config.train):
        documents = _documents(corpus, remarks)
        if number == 0 and config.held_out and not config.dev:
            if config.held_out >= len(documents):
                raise ConfigError(
                    f"held_out = {config.held_out} leaves none of the {len(documents)} documents "
                    f"of {corpus.path} to learn from",
                    "held_out",
                )
            # By the seed: another seed holds out others, the same seed the same on any machine.
            order = np.random.default_rng(config.seed).permutation(len(documents))
            held = set(order[: config.held_out].tolist())
            dev = [each.extraction for index, each in enumerate(documents) if index in held]
            documents = [each for index, each in enumerate(documents) if index not in held]
        train += [(each.extraction, corpus.labels.narrowed(each.asked)) for each in documents]
    if not train and config.schedule.epochs:
        raise CorpusError("configuration", config.name, "no documents to train on")
    remarks += _remarks_on_partial_dev(config)
    remarks += _remarks_on_dev(dev, {gold.document.sha256 for gold, _ in train})
    return Data(
        train=tuple(gold for gold, _ in train),
        dev=tuple(dev),
        labels=tuple(labels for _, labels in train),
        fingerprints=_fingerprints(config),
        remarks=tuple(remarks),
    )


def _documents(corpus: CorpusConfig, remarks: list[str]) -> list[LabelledDocument]:
    """Read one corpus; what cannot be learned from is left out with a remark."""
    set_aside: list[CorpusError | Note] = []
    options = {**corpus.options, **({"texts": corpus.texts} if corpus.texts else {})}
    read = read_labelled(corpus.path, corpus.format, set_aside=set_aside, **options)
    documents = list(read)
    wrong = [each for each in set_aside if isinstance(each, CorpusError)]
    if wrong and not documents:
        raise wrong[0]
    if not documents:
        raise CorpusError(corpus.path, "", "there are no documents in it")
    if set_aside:
        remarks.append(_remark_on_records(corpus.path, set_aside))
    # Such a text cannot be read at night either: no file in UTF-8 can hold it.
    halved_ids = {
        each.extraction.document.id
        for each in documents
        if lone_surrogate(each.extraction.document.text) is not None
    }
    if halved_ids:
        remarks.append(
            f"set aside: {len(halved_ids)} of the {len(documents)} documents of {corpus.path} hold "
            f"half a character (a lone surrogate), the first is {min(halved_ids)!r}; check-data "
            "names them all"
        )
    return [each for each in documents if each.extraction.document.id not in halved_ids]


def _remark_on_records(path: Path, set_aside: Sequence[CorpusError | Note]) -> str:
    """Say how many records of a file give no document, and why the first does not."""
    first = set_aside[0]
    why = first.reason if isinstance(first, CorpusError) else first.message
    return (
        f"set aside: {len(set_aside)} records of {path} give no document, the first is "
        f"{first.where}: {why}; check-data names them all"
    )


def _remarks_on_partial_dev(config: TrainConfig) -> Iterator[str]:
    """Say that what is not labelled counts as wrong where a model is judged."""
    judged = config.dev or (config.train[:1] if config.held_out else ())
    for corpus in judged:
        # Incomplete labels are told of in the card, and a guide only says how to read them.
        partial = corpus.labelled_entities is not None or corpus.labelled_relations is not None
        if partial or not corpus.every_name:
            yield (
                f"{corpus.path} has labels for some types alone: on dev what it leaves out counts "
                "as wrong, and confidences will be too low; judge by texts in which all is labelled"
            )


def _remarks_on_dev(dev: Sequence[Extraction], learned_texts: Collection[str]) -> Iterator[str]:
    """Say what makes figures and confidences worth less than they look."""
    n_learned = sum(gold.document.sha256 in learned_texts for gold in dev)
    if n_learned:
        yield (
            f"{n_learned} of the {len(dev)} dev documents are learned from, too: figures and "
            "confidences will flatter the model; --no-dev trains without dev"
        )
    if 0 < len(dev) < TRUSTED_FROM:
        yield few_documents(len(dev))


def with_files(
    config: TrainConfig,
    *,
    train: Sequence[Path] = (),
    dev: Sequence[Path] = (),
    no_dev: bool = False,
    format: str = "",  # noqa: A002
) -> TrainConfig:
    """Put other files in the place of those a configuration names.

    A file keeps the format, and what else is said of it, of the first corpus in the configuration,
    unless a format is given; where there is neither, the format is found out.

    Raises:
        ConfigError: Dev files are given, and that there should be none.
    """
    if dev and no_dev:
        raise ConfigError("--dev gives documents to judge by, --no-dev wants none: leave one out")

    def corpora(paths: Sequence[Path], like: tuple[CorpusConfig, ...]) -> tuple[CorpusConfig, ...]:
        model = (*like, *config.train, CorpusConfig(path=Path(), format=""))[0]
        if format and format != model.format:
            model = CorpusConfig(path=Path(), format=format)
        return tuple(replace(model, path=path) for path in paths)

    config = replace(
        config,
        train=corpora(train, config.train) if train else config.train,
        dev=corpora(dev, config.dev) if dev else config.dev,
    )
    return replace(config, dev=(), held_out=0) if no_dev else config


def with_types(config: TrainConfig, data: Data) -> TrainConfig:
    """Fill in the types the configuration leaves open with those of the training data, sorted.

    Raises:
        ConfigError: It names a type that training never shows, or `model.symmetric` or `implied`
            one that is not among its relation types.
    """
    entities = {entity.type for gold in data.train for entity in gold.entities}
    relations = {relation.type for gold in data.train for relation in gold.relations}
    model = config.model
    for kind, named, shown in (
        ("entity", model.entity_types, entities),
        ("relation", model.relation_types, relations),
    ):
        for type_ in named:
            if type_ not in shown:
                what = unknown("what training reads", type_, sorted(shown), f"{kind} type")
                raise ConfigError(what, f"model.{kind}_types")
    if model.architecture == "tagger":
        relations = set()
    relation_types = model.relation_types or tuple(sorted(relations))
    for type_ in config.implied.types:
        if relation_types and type_ not in relation_types:
            what = unknown("what training reads", type_, relation_types, "relation type")
            raise ConfigError(what, "implied")
    return replace(
        config,
        model=replace(
            model,
            entity_types=model.entity_types or tuple(sorted(entities)),
            relation_types=relation_types,
            guides=tuple(sorted({labels.guide for labels in data.labels if labels.guide})),
            symmetric=_chosen(model.symmetric, relation_types) if relation_types else (),
        ),
    )


def _chosen(patterns: Sequence[str], types: Sequence[str]) -> tuple[str, ...]:
    """Return the relation types that are named, or match a pattern."""
    for pattern in patterns:
        if not any(fnmatchcase(type_, pattern) for type_ in types):
            raise ConfigError(
                unknown("what training reads", pattern, types, "relation type"), "model.symmetric"
            )
    return tuple(
        type_ for type_ in types if any(fnmatchcase(type_, pattern) for pattern in patterns)
    )


def portable(config: TrainConfig) -> TrainConfig:
    """Return the configuration without the folders of this machine."""

    def short(path: Path) -> Path:
        return Path(*path.parts[-2:])

    def shortened(corpora: tuple[CorpusConfig, ...]) -> tuple[CorpusConfig, ...]:
        return tuple(
            replace(c, path=short(c.path), texts=None if c.texts is None else short(c.texts))
            for c in corpora
        )

    return replace(config, train=shortened(config.train), dev=shortened(config.dev))


def _fingerprints(config: TrainConfig) -> dict[str, str]:
    corpora = (*config.train, *config.dev)
    paths = [path for corpus in corpora for path in corpus.files if path.is_file()]
    return {"/".join(path.parts[-2:]): file_sha256(path) for path in paths}
