"""What reads the documents: a model of nightloom's, several by language, or somebody else's reader.

Whatever is named is looked at when it has to say who it is, and loaded when it has to read: a night
in which nothing has changed never loads a model.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from extractors import ExtractorConfig, language_of, language_of_script
from extractors.checkpoints import (
    ModelTypes,
    Registry,
    check,
    find_checkpoint,
    fingerprint_of,
    languages_read,
    shipped_models,
    types_of,
)
from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Extraction
from extractors.readers import (
    EntityLabel,
    PluggedReader,
    ReaderSetup,
    RelationLabel,
    find_reader,
)
from flows.night import Watch
from flows.setting_groups import AUTO, ExtractorSettings
from flows.settings import Settings
from graphdb import Ontology

if TYPE_CHECKING:
    from extractors import TransformerExtractor
    from extractors.checkpoints import EncoderToFetch


class LazyExtractor:
    """One model of nightloom's, or one reader of somebody else's, opened when it is needed."""

    def __init__(self, settings: ExtractorSettings, ontology: Ontology, watch: Watch) -> None:
        self._settings = settings
        self._ontology = ontology
        self._watch = watch
        self._loaded: TransformerExtractor | None = None

    @cached_property
    def fingerprint(self) -> str:
        """What it would be known by.

        Raises:
            CheckpointError: There is no such model.
            ReaderError: The reader cannot be found or made.
        """
        if self._reader:
            return self._reader.fingerprint
        return fingerprint_of(
            self._settings.model,
            mention_threshold=self._settings.mention_threshold,
            relation_threshold=self._settings.relation_threshold,
        )

    @property
    def name(self) -> str:
        """What a report calls it."""
        return self._reader.name if self._reader else Path(self._settings.model).name

    @property
    def models(self) -> tuple[str, ...]:
        """What names it."""
        return (self._settings.model,)

    @property
    def types(self) -> ModelTypes:
        """What it can find; raises as `fingerprint`."""
        if self._reader:
            return ModelTypes(self._reader.entity_types, self._reader.relation_types)
        return types_of(self._settings.model)

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages it reads, if anybody said; raises as `fingerprint`."""
        return self._reader.languages if self._reader else languages_read(self._settings.model)

    def check(self) -> None:
        """Look at every file of a model; of a reader, whether it can be made.

        Raises:
            CheckpointError: The model is missing or damaged; says which file.
            ReaderError: The reader cannot be found or made.
        """
        if not self._reader:
            check(find_checkpoint(self._settings.model))

    def encoders_to_fetch(self) -> "tuple[EncoderToFetch, ...]":
        """Say what the first reading would fetch; raises as `check`. A reader says nothing."""
        from extractors.checkpoints import encoder_to_fetch  # numpy comes along

        if self._reader:
            return ()
        missing = encoder_to_fetch(find_checkpoint(self._settings.model))
        return (missing,) if missing else ()

    def engines(self) -> tuple[str, ...]:
        """Name what computes, `onnx` or `torch`; nothing of a reader.

        Raises:
            ConfigError: The engine asked for cannot read with the model, or is not installed.
            CheckpointError, ReaderError: As `check`.
        """
        from extractors.engines import choose_engine  # numpy comes along

        if self._reader:
            return ()
        return (choose_engine(find_checkpoint(self._settings.model), _config(self._settings)),)

    def extract(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Read documents, asking for the next ones as it goes."""
        if self._reader:
            yield from self._reader.answers(documents)
            return
        unread = iter(documents)
        for first in unread:  # the model is loaded for the first document, or never
            yield from self._load().extract(chain((first,), unread))

    @cached_property
    def _reader(self) -> PluggedReader | None:
        return find_reader(self._settings.model, reader_setup(self._settings, self._ontology))

    def _load(self) -> "TransformerExtractor":
        if self._loaded is None:
            self._loaded = load_extractor(self._settings.model, self._settings, self._watch)
        return self._loaded


class ByLanguage:
    """Several models, each for the documents in the languages that it reads.

    The first one also reads what is in a language of none of them, and what is too short to tell.
    """

    def __init__(self, members: Sequence[LazyExtractor]) -> None:
        self._members = tuple(members)

    @cached_property
    def fingerprint(self) -> str:
        """What they are known by together; raises as that of each."""
        together = " ".join(member.fingerprint for member in self._members)
        return f"{AUTO}@{hashlib.sha256(together.encode()).hexdigest()[:12]}"

    @property
    def name(self) -> str:
        """What a report calls them."""
        return f"{AUTO} ({', '.join(member.name for member in self._members)})"

    @property
    def models(self) -> tuple[str, ...]:
        """What names each of them."""
        return tuple(chain.from_iterable(member.models for member in self._members))

    @cached_property
    def types(self) -> ModelTypes:
        """What any of them can find."""
        each = [member.types for member in self._members]
        return ModelTypes(
            tuple(dict.fromkeys(chain.from_iterable(types.entities for types in each))),
            tuple(dict.fromkeys(chain.from_iterable(types.relations for types in each))),
        )

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that any of them reads."""
        return tuple(
            dict.fromkeys(chain.from_iterable(member.languages for member in self._members))
        )

    def check(self) -> None:
        """Look at every file of all of them; raises as that of each."""
        for member in self._members:
            member.check()

    def encoders_to_fetch(self) -> "tuple[EncoderToFetch, ...]":
        """Say what the first readings of all would fetch; raises as that of each."""
        missing = chain.from_iterable(member.encoders_to_fetch() for member in self._members)
        return tuple(dict.fromkeys(missing))  # two models may stand on one encoder

    def engines(self) -> tuple[str, ...]:
        """Name what computes; raises as that of each."""
        each = chain.from_iterable(member.engines() for member in self._members)
        return tuple(dict.fromkeys(each))

    def extract(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Read documents, those of the first model as they come, the others after them."""
        first, *_ = self._members
        waiting: dict[LazyExtractor, list[Document]] = {}

        def of_first() -> Iterator[Document]:
            for document in documents:
                member = self.member_for(document)
                if member is first:
                    yield document
                else:
                    waiting.setdefault(member, []).append(document)

        yield from self._signed(first.extract(of_first()))
        for member, others in waiting.items():
            yield from self._signed(member.extract(others))

    def member_for(self, document: Document) -> LazyExtractor:
        """Return the one that reads a document."""
        languages = [member.languages for member in self._members]
        return self._members[_first_to_read(document.language, document.text, languages)]

    def _signed(
        self, answers: Iterable[Extraction | DocumentRejectedError]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Yield answers as those of all: the night knows one extractor."""
        for answer in answers:
            if isinstance(answer, DocumentRejectedError):
                yield answer
            else:
                yield replace(answer, extractor=self.fingerprint)


def registry_of(settings: Settings) -> Registry:
    """Return the models that were brought along, and which of them serves."""
    return Registry(settings.home / "models")


def named_extractor(
    settings: Settings, ontology: Ontology, watch: Watch
) -> LazyExtractor | ByLanguage:
    """Return what the settings name, still to be opened.

    Raises:
        CheckpointError: They name an alias of nothing, or the model that serves is gone.
    """
    own, registry = settings.extractor, registry_of(settings)
    if own.model != AUTO:
        return extractor_of([registry.find(own.model)], own, ontology, watch)
    first, *others = registry.serving()
    return extractor_of([first, *_helpers(first, others, ontology)], own, ontology, watch)


def extractor_of(
    models: Sequence[str], settings: ExtractorSettings, ontology: Ontology, watch: Watch
) -> LazyExtractor | ByLanguage:
    """Return what reads with these models, each in its languages, still to be opened."""
    members = [LazyExtractor(replace(settings, model=model), ontology, watch) for model in models]
    return ByLanguage(members) if len(members) > 1 else members[0]


def _helpers(first: str, others: Sequence[str], ontology: Ontology) -> Iterator[str]:
    """Yield the models that read what is in languages of which the first reads none.

    One that finds what the ontology does not know would stop the night before it has begun: what
    it could read is left to the first, and the report names it as in a language not its own.
    """
    read = set(languages_read(first))
    for model in others:
        types = types_of(model)
        fits = set(types.entities) <= set(ontology.entity_types)
        fits = fits and set(types.relations) <= set(ontology.relation_types)
        # Of a model that names no languages nobody knows which it leaves to others.
        if read and fits and not set(languages_read(model)) <= read:
            yield model


def model_for_text(model: str, text: str, registry: Registry | None = None) -> str:
    """Return the model that reads a text, if a command leaves the choice to us.

    Args:
        model: What the command names.
        text: What is to be read.
        registry: Models that may be named or serve; None: only those that come with nightloom.
    """
    if model != AUTO:
        return registry.find(model) if registry else model
    models = registry.serving() if registry else shipped_models()
    return models[_first_to_read(language_of(text), text, map(languages_read, models))]


def _first_to_read(language: str, text: str, languages: Iterable[Sequence[str]]) -> int:
    """Return the number of the first that reads a text, else 0; a short one goes by its script."""
    language = language or language_of_script(text)
    return next((number for number, codes in enumerate(languages) if language in codes), 0)


def reader_setup(settings: ExtractorSettings, ontology: Ontology) -> ReaderSetup:
    """Return what a reader of somebody else's is told when it is made: types, as plain data."""
    return ReaderSetup(
        entities=tuple(
            EntityLabel(name, type_.description) for name, type_ in ontology.entity_types.items()
        ),
        relations=tuple(
            RelationLabel(name, type_.description, type_.subject, type_.object)
            for name, type_ in ontology.relation_types.items()
        ),
        device=settings.device,
        mention_threshold=settings.mention_threshold,
        relation_threshold=settings.relation_threshold,
    )


def named_reader(model: str, settings: Settings) -> PluggedReader | None:
    """Return the reader of somebody else's that a command names; None if it is a model of ours.

    Raises:
        CheckpointError: There is neither a model nor a reader of this name.
        ReaderError: The reader cannot be found or made.
        OntologyError: It could not be told which types there are.
    """
    ontology = Ontology.load(settings.ontology_path)
    return find_reader(model, reader_setup(settings.extractor, ontology))


def load_extractor(model: str, settings: ExtractorSettings, watch: Watch) -> "TransformerExtractor":
    """Load a model as the settings say, whichever they name, telling whoever watches.

    Raises:
        CheckpointError: There is no such model, or it cannot be trusted.
        ConfigError: The engine asked for cannot read with it, or is not installed.
        DeviceUnavailableError: The device is not there.
        MachineError: Its libraries or the model do not fit into what memory is left.
    """
    watch(f"loading the model {model}", 0, 0)
    from extractors import TransformerExtractor

    return TransformerExtractor.load(model, **asdict(_config(settings)))


def _config(settings: ExtractorSettings) -> ExtractorConfig:
    """Return how a model is run, without which one that is."""
    return ExtractorConfig(
        **{field.name: getattr(settings, field.name) for field in fields(ExtractorConfig)}
    )
