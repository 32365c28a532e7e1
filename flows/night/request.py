"""What somebody asks of a night."""

from dataclasses import dataclass, field

from flows.night.holding import new_run, this_process
from flows.sources import AnySource


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked for."""

    documents: AnySource
    """Where they come from."""

    file: str = ""
    """One file of the source, to be read alone; empty: the whole source."""

    only: tuple[str, ...] = ()
    """What was set aside and is to be read again, and nothing else; empty: all there is."""

    allow_vanished: bool = False
    read_again: bool = False
    """Whether the model reads also what it has read before."""

    limit: int = 0
    """Of new and changed documents, at most so many; 0: all. The others wait for a later night."""

    wait_s: float = 0.0
    """How long to wait for another run that holds the graph before stepping aside."""

    dry_run: bool = False
    """Whether to say only what would be done: nothing is read by the model, nothing written."""

    run: str = field(default_factory=new_run)
    holder: str = field(default_factory=this_process)

    @property
    def is_whole(self) -> bool:
        """Whether all of the source is to be read and written, so that the run speaks for it."""
        return not (self.file or self.only or self.limit or self.dry_run)

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.documents.name
