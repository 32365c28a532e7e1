"""What is set aside, kept until a night takes it: the stage, the reason, how often and since when.

A file in the home folder, like the notes of a rebuild: what did not get into the graph is not in
the graph. It also has the last account of each source, and where the source lies, so that
`nightloom replay` can read again exactly what was set aside. All of it may be deleted: the next
night writes down what it sets aside.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter

from flows.night.account import Account
from flows.night.note_files import read_notes, write_notes
from flows.sources import AnySource, Folder, SetAside


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One document that is set aside, and since when."""

    document: str
    source: str
    stage: str
    """The step that set it aside: discover, extract or upsert."""

    reason: str
    attempts: int
    """How many nights have tried it, one after the other."""

    first_at: datetime
    last_at: datetime

    @property
    def sentence(self) -> str:
        """What was wrong with it, in a sentence."""
        return str(SetAside(self.document, self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """The last whole night of a source: how it adds up, and where its documents lie."""

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    run: str = ""
    at: datetime | None = None
    account: Account | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """All that the file holds."""

    documents: tuple[Rejection, ...] = ()
    sources: Mapping[str, SourceNote] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a night has to note of a source."""

    source: AnySource
    run: str
    at: datetime
    set_aside: Iterable[SetAside]
    account: Account | None
    """How the source adds up; None: not all of it was looked at."""


_MEANING = (
    "nights note there what they set aside: delete it, and the next night notes what it sets aside"
)
_REJECTED: TypeAdapter[Rejected] = TypeAdapter(Rejected)


@dataclass(frozen=True, slots=True)
class RejectionNotes:
    """The documents that are set aside, of all sources."""

    path: Path

    @classmethod
    def of(cls, home: Path) -> Self:
        """Return those that nights of a home folder note."""
        return cls(home / "rejected.json")

    def read(self) -> Rejected:
        """Return all that is noted.

        Raises:
            DamagedNotesError: The file is there and cannot be understood; it stays as it is.
        """
        return read_notes(self.path, _REJECTED, Rejected(), _MEANING)

    def note(self, outcome: Outcome, is_settled: Callable[[str], bool]) -> None:
        """Note what a night set aside, and drop what this says is settled.

        Raises:
            DamagedNotesError: Nobody can say what is noted; the file stays as it is.
        """
        noted = self.read()
        name = outcome.source.name
        before = {rejection.document: rejection for rejection in noted.documents}
        tonight = {each.document: _noted(each, outcome, before) for each in outcome.set_aside}
        kept = [
            rejection
            for rejection in noted.documents
            if rejection.document not in tonight
            and (rejection.source != name or not is_settled(rejection.document))
        ]
        self._write(
            Rejected(
                documents=tuple(sorted([*kept, *tonight.values()], key=lambda r: r.document)),
                sources={**noted.sources, name: _source_note(outcome, noted.sources.get(name))},
            )
        )

    def drop(self, document: str) -> bool:
        """Note nothing of a document any more; say whether there was something.

        Raises:
            DamagedNotesError: Nobody can say what is noted; the file stays as it is.
        """
        noted = self.read()
        kept = tuple(each for each in noted.documents if each.document != document)
        if len(kept) < len(noted.documents):
            self._write(replace(noted, documents=kept))
        return len(kept) < len(noted.documents)

    def _write(self, rejected: Rejected) -> None:
        write_notes(self.path, _REJECTED.dump_python(rejected, mode="json"))


def _noted(aside: SetAside, outcome: Outcome, before: Mapping[str, Rejection]) -> Rejection:
    known = before.get(aside.document)
    return Rejection(
        document=aside.document,
        source=outcome.source.name,
        stage=aside.stage,
        reason=aside.reason,
        attempts=known.attempts + 1 if known else 1,
        first_at=known.first_at if known else outcome.at,
        last_at=outcome.at,
    )


def _source_note(outcome: Outcome, before: SourceNote | None) -> SourceNote:
    """Return where a source lies, and its last account: that of a part of it is none."""
    source = outcome.source
    place = SourceNote(
        path=str(source.path.absolute()) if isinstance(source, Folder) else source.place,
        include=source.include,
        exclude=source.exclude,
    )
    if outcome.account is not None:
        return replace(place, run=outcome.run, at=outcome.at, account=outcome.account)
    if before is None:
        return place
    return replace(place, run=before.run, at=before.at, account=before.account)
