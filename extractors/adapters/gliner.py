"""Reads with a GLiNER model that finds relations: what to look for stands in its prompt.

The prompt names the types of the ontology, so that a type is found without any training. Nothing is
known here of the model's quality, and its scores are no calibrated confidences: what it finds is
as good as the checkpoint is on these documents.

    ontology ── types in words ──► prompt ┐
    text ── windows of sentences ─────────┴─► GLiNER ──► Draft ──► Extraction

GLiNER: Zaratiana et al., NAACL 2024; the library, https://github.com/urchade/GLiNER.
"""

import hashlib
import importlib.util
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from extractors.checkpoints import read_json, sha256_of
from extractors.errors import CheckpointError, ReaderError
from extractors.facts import Document, Extraction, Span
from extractors.readers import Draft, DraftEntity, EntityLabel, ReaderSetup, RelationLabel
from extractors.text import sentences

ADAPTER_VERSION = 1
"""Raised when the same model would be read otherwise."""

CONFIG = "gliner_config.json"
WEIGHTS = "model.safetensors"
FILES = ("*.json", "*.safetensors", "*.txt", "*.model")
"""What is fetched of a checkpoint: no code, and no weights that are a pickle."""

THRESHOLD = 0.5
"""Least score of a mention and of a relation where the settings name none: the library's own."""

RELATIONS_AT_ONCE = 25
"""Relation types in one prompt: a longer one fills the encoder, and is read less well."""

WINDOWS_AT_ONCE = 8

_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")

Label = TypeVar("Label", EntityLabel, RelationLabel)

Found = dict[str, Any]
"""A mention or a relation as the library says it."""


class GlinerReader:
    """Reads with the checkpoint that stands behind `gliner:` in the setting.

    Raises:
        ReaderError: The library is not installed, or there is no such checkpoint with relations.
    """

    def __init__(self, setup: ReaderSetup) -> None:
        if importlib.util.find_spec("gliner") is None:
            raise ReaderError(
                "the reader gliner needs the package gliner, which is not installed: "
                "pip install gliner"
            )
        name, in_prompt = _parsed(setup.argument)
        self.folder = _checkpoint(name)
        self._entities = _by_prompt(setup.entities, in_prompt)
        self._relations = _by_prompt(setup.relations, in_prompt)
        self._device = setup.device
        self._threshold = _or_default(setup.mention_threshold)
        self._relation_threshold = _or_default(setup.relation_threshold)
        self.entity_types = tuple(label.type for label in setup.entities)
        self.relation_types = tuple(label.type for label in setup.relations)

    @cached_property
    def version(self) -> str:
        """Library, weights and prompts: whatever decides what is found."""
        relations = [
            (prompt, label.type, sorted(label.subject), sorted(label.object))
            for prompt, label in self._relations.items()
        ]
        entities = [(prompt, label.type) for prompt, label in self._entities.items()]
        deciding = (ADAPTER_VERSION, metadata.version("gliner"), entities, relations)
        digest = hashlib.sha256(json.dumps(deciding).encode()).hexdigest()
        return f"{digest} {sha256_of(self.folder)}"

    def read(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """Yield what the model finds in each document, a few documents at a time."""
        waiting: list[tuple[Document, list[Span]]] = []
        n_windows = 0
        for document in documents:
            windows = list(self._windows(document.text))
            waiting.append((document, windows))
            n_windows += len(windows)
            if n_windows >= WINDOWS_AT_ONCE:
                yield from self._extractions(waiting)
                waiting, n_windows = [], 0
        yield from self._extractions(waiting)

    def _extractions(self, waiting: Sequence[tuple[Document, list[Span]]]) -> Iterator[Extraction]:
        texts = [
            document.text[window.start : window.end]
            for document, windows in waiting
            for window in windows
        ]
        found_in_windows = iter(self._found(texts))
        for document, windows in waiting:
            draft = Draft(document)
            for window in windows:
                self._draw(draft, window.start, *next(found_in_windows))
            yield draft.extraction()

    def _found(self, texts: list[str]) -> list[tuple[list[Found], list[Found]]]:
        """Return the mentions and relations of each text, in places of that text."""
        from extractors.faults import machine_faults

        mentions: list[list[Found]] = [[] for _ in texts]
        relations: list[list[Found]] = [[] for _ in texts]
        if not texts:
            return []
        prompts = list(self._relations)
        with machine_faults(self._torch_device):
            for first in range(0, max(1, len(prompts)), RELATIONS_AT_ONCE):
                said = self._model.inference(
                    texts,
                    list(self._entities),
                    relations=prompts[first : first + RELATIONS_AT_ONCE],
                    threshold=self._threshold,
                    relation_threshold=self._relation_threshold,
                    batch_size=WINDOWS_AT_ONCE,
                )
                # Which mentions there are is what the first prompt gives: one place, one type.
                mentions = mentions if first else said[0]
                for relations_of_text, more in zip(relations, said[1], strict=True):
                    relations_of_text += more
        return list(zip(mentions, relations, strict=True))

    def _draw(
        self, draft: Draft, offset: int, mentions: list[Found], relations: list[Found]
    ) -> None:
        """Put into a draft what was found in a window that begins at an offset."""
        entities: dict[tuple[int, int, str], DraftEntity] = {}
        for mention in mentions:
            type_ = self._entities[mention["label"]].type
            start, end = mention["start"] + offset, mention["end"] + offset
            entities[start, end, type_] = draft.entity(
                type_, (start, end), confidence=mention["score"]
            )
        for relation in relations:
            label = self._relations[relation["relation"]]
            (subject, subject_at), (object_, object_at) = (
                self._end(relation[end], offset, entities) for end in ("head", "tail")
            )
            if subject is None or object_ is None or subject is object_:
                continue
            if label.allows(subject.type, object_.type):
                draft.relation(
                    subject,
                    label.type,
                    object_,
                    (min(subject_at[0], object_at[0]), max(subject_at[1], object_at[1])),
                    confidence=relation["score"],
                )

    def _end(
        self, end: Found, offset: int, entities: Mapping[tuple[int, int, str], DraftEntity]
    ) -> tuple[DraftEntity | None, tuple[int, int]]:
        """Return the entity at one end of a relation, and where it is mentioned there."""
        at = (end["start"] + offset, end["end"] + offset)
        return entities.get((*at, self._entities[end["type"]].type)), at

    def _windows(self, text: str) -> Iterator[Span]:
        """Cut a text into whole sentences that the model reads at once; it drops what is longer."""
        limit = int(self._model.config.max_len)
        start, end, n_words = 0, 0, 0
        for piece, n_more in self._pieces(text, limit):
            if n_words and n_words + n_more > limit:
                yield Span(start, end)
                start, n_words = piece.start, 0
            end, n_words = piece.end, n_words + n_more
        if n_words:
            yield Span(start, end)

    def _pieces(self, text: str, limit: int) -> Iterator[tuple[Span, int]]:
        """Yield sentences and how many words each has; of one with too many words its parts."""
        for sentence in sentences(text):
            cited = text[sentence.start : sentence.end]
            starts = [start for _, start, _ in self._model.data_processor.words_splitter(cited)]
            cuts = [0, *starts[limit::limit], len(cited)]
            for first, after in pairwise(cuts):
                n_words = sum(first <= start < after for start in starts)
                yield Span(sentence.start + first, sentence.start + after), n_words

    @cached_property
    def _torch_device(self) -> Any:
        from extractors.devices import device_named

        return device_named(self._device)

    @cached_property
    def _model(self) -> Any:
        """The model, loaded when the first document is to be read."""
        from gliner import GLiNER

        return GLiNER.from_pretrained(
            str(self.folder), local_files_only=True, map_location=str(self._torch_device)
        )


def words_of(type_: str) -> str:
    """Return the name of a type as a prompt has it.

    >>> words_of("PLACE_OF_BIRTH"), words_of("BusinessUnit")
    ('place of birth', 'business unit')
    """
    return _WORD_BORDER.sub(" ", type_).strip().lower()


def _parsed(argument: str) -> tuple[str, str]:
    """Return the name of the checkpoint, and what of a type stands in the prompt."""
    name, _, query = argument.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True)) if query else {"labels": "names"}
    if not name:
        raise ReaderError(
            "the reader gliner does not know which checkpoint to read with: write gliner:FOLDER, "
            "or gliner:NAME for one of the hub"
        )
    if options.keys() != {"labels"} or options["labels"] not in PROMPTS:
        raise ReaderError(
            f"the reader gliner has no option {query!r}: write ?labels=names or "
            "?labels=descriptions behind the checkpoint, or nothing"
        )
    return name, options["labels"]


PROMPTS: dict[str, Callable[[EntityLabel | RelationLabel], str]] = {
    "names": lambda label: words_of(label.type),
    "descriptions": lambda label: label.description.rstrip(". ") or words_of(label.type),
}
"""What may stand for a type in the prompt."""


def _by_prompt(labels: Iterable[Label], in_prompt: str) -> dict[str, Label]:
    """Return the types by what stands for them in the prompt.

    Raises:
        ReaderError: The same would stand for two of them.
    """
    by_prompt: dict[str, Label] = {}
    for label in labels:
        prompt = PROMPTS[in_prompt](label)
        if prompt in by_prompt:
            raise ReaderError(
                f"the reader gliner cannot tell the types {by_prompt[prompt].type} and "
                f"{label.type} apart, because both are {prompt!r} in words: rename one of them"
            )
        by_prompt[prompt] = label
    return by_prompt


def _checkpoint(name: str) -> Path:
    """Return the folder of a checkpoint, fetched from the hub if it is neither here nor cached."""
    folder = Path(name) if Path(name).is_dir() else _fetched(name)
    try:
        config = read_json(folder / CONFIG)
    except CheckpointError as error:
        raise ReaderError(f"{name} is no GLiNER checkpoint: {error}") from error
    if config.get("relations_layer") is None:
        raise ReaderError(
            f"the GLiNER checkpoint {name} finds no relations (its {CONFIG} has no "
            "relations_layer): take one that does"
        )
    if not (folder / WEIGHTS).is_file():
        raise ReaderError(
            f"the GLiNER checkpoint {name} has no {WEIGHTS}: have somebody who trusts it save it "
            "as safetensors"
        )
    return folder


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download

    with suppress(Exception):  # not in the cache, or no name that could be
        return Path(snapshot_download(name, allow_patterns=list(FILES), local_files_only=True))
    try:
        return Path(snapshot_download(name, allow_patterns=list(FILES)))
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise ReaderError(
            f"the GLiNER checkpoint {name} is neither a folder nor in the hub's cache, and cannot "
            f"be fetched ({reason}): give the folder of one"
        ) from error


def _or_default(threshold: float | None) -> float:
    return THRESHOLD if threshold is None else threshold
