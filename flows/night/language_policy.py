"""What a night does with documents in languages that its model does not read."""

from collections.abc import Mapping
from dataclasses import dataclass

from extractors import language_name
from extractors.facts import Document
from flows.text import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguagePolicy:
    """Which languages the model reads, and whether documents in others are read all the same."""

    model: str = ""
    languages: tuple[str, ...] = ()
    """Their codes; empty: nobody said, so nothing is said of any document."""

    sets_aside: bool = False
    """Whether documents that look to be in another language are set aside."""

    def refusal(self, document: Document) -> str:
        """Say why a document is set aside; nothing if it is not."""
        if not (self.sets_aside and self._is_other(document.language)):
            return ""
        return (
            f"looks {language_name(document.language)}, and {self.model} reads {self._read()}: "
            "take a model that reads it, or set NIGHTLOOM_OTHER_LANGUAGES=read"
        )

    def notes(self, n_by_language: Mapping[str, int]) -> tuple[str, ...]:
        """Return a sentence for each other language that documents look to be in."""
        return tuple(
            f"{counted(n, 'document')} {'looks' if n == 1 else 'look'} {language_name(code)}; "
            f"{self.model} reads {self._read()}"
            for code, n in sorted(n_by_language.items(), key=lambda pair: (-pair[1], pair[0]))
            if self._is_other(code)
        )

    def _is_other(self, code: str) -> bool:
        return bool(code and self.languages) and code not in self.languages

    def _read(self) -> str:
        return " and ".join(map(language_name, self.languages))
