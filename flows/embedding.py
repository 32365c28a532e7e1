"""Passages found by their meaning: encoders of each language, opened when they are first asked.

`graphdb` keeps vectors and does not know what makes them, `extractors` makes them and does not know
what they are kept for; here the two meet.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from extractors import language_of_script
from extractors.errors import ExtractionError
from flows.roles import install_command, missing_distributions
from flows.settings import Settings
from flows.text import shown
from graphdb import Connection
from graphdb.asking import Meaning, Passage, has_vectors, passages_found

if TYPE_CHECKING:
    from extractors.engines import SentenceEncoder

OF_SHORT_TEXTS = "en"
"""The language of texts that are too short to tell, unless their script tells."""


class Encoders:
    """The encoders of passages and questions, by language: an `Embedder` of `graphdb`."""

    def __init__(self, threads: int | None = None) -> None:
        """Open nothing yet.

        Args:
            threads: How many threads of the processor encode; None: one a processor.
        """
        self._threads = threads
        self._opened: dict[str, SentenceEncoder] = {}
        self._opening = threading.Lock()

    def language(self, code: str, text: str) -> str:
        """Return the language as which a document's passages are encoded; empty if as none."""
        from extractors.engines import SENTENCE_MODELS  # numpy comes along

        language = code or language_of_script(text) or OF_SHORT_TEXTS
        return language if language in SENTENCE_MODELS else ""

    def vectors(self, language: str, texts: Sequence[str]) -> list[list[float]]:
        """Return the vectors of passages.

        Raises:
            CheckpointError: The encoder could not be fetched, or is damaged.
            ConfigError: ONNX Runtime is not installed.
        """
        vectors: list[list[float]] = self._encoder(language).passages(texts).tolist()
        return vectors

    def meaning(self, words: str) -> Meaning:
        """Return what somebody looks for as a vector; raises as `vectors`."""
        encoder = self._encoder(_language_of_question(words))
        return Meaning(
            language=encoder.model.language,
            vector=encoder.question(words).tolist(),
            least_cosine=encoder.model.least_cosine,
        )

    def _encoder(self, language: str) -> "SentenceEncoder":
        with self._opening:  # several people may ask the page at once
            if language not in self._opened:
                from extractors.engines import SentenceEncoder

                self._opened[language] = SentenceEncoder.load(language, self._threads)
            return self._opened[language]


class TextSearch:
    """Looks for passages by their words and, where there are vectors, by what they mean."""

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders

    def passages(self, connection: Connection, words: str, limit: int) -> tuple[list[Passage], str]:
        """Return the passages that have these words or mean them, and why meaning did not count.

        The reason is a sentence, and empty where meaning counted. Nothing is fetched for a search:
        that is left to whoever gives passages their vectors.
        """
        meaning, reason = self._meaning(connection, words)
        return passages_found(connection, words, meaning, limit), reason

    @cached_property
    def _is_role_missing(self) -> bool:
        return bool(missing_distributions("read"))

    def _meaning(self, connection: Connection, words: str) -> tuple[Meaning | None, str]:
        language = _language_of_question(words)
        if not has_vectors(connection, language):
            return None, NO_VECTORS
        if self._is_role_missing:
            return None, f"found by their words alone: {install_command('read')} adds their meaning"
        from extractors.engines import SentenceEncoder

        if SentenceEncoder.bytes_to_fetch(language):
            return None, NOT_FETCHED
        try:
            return self._encoders.meaning(words), ""
        except ExtractionError as error:
            return None, f"found by their words alone: {shown(error)}"


NO_VECTORS = (
    "found by their words alone: `nightloom embed` lets them be found by their meaning, too"
)
NOT_FETCHED = (
    "found by their words alone: the encoder of this language is not in this machine's cache, and "
    "`nightloom embed` fetches it"
)


def encoders_of(settings: Settings) -> Encoders:
    """Return the encoders as these settings run them."""
    return Encoders(settings.extractor.threads)


def _language_of_question(words: str) -> str:
    return language_of_script(words) or OF_SHORT_TEXTS
