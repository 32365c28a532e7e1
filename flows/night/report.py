"""What a night did, as data, as JSON and as Markdown; the terminal's tables are in flows/cli."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from flows.night.account import Account
from flows.night.changes import change_line, picture, summary_of
from flows.sources import SetAside, unread_format
from flows.text import counted, escaped, shown
from graphdb import Violation
from graphdb.history import ChangedFacts

N_ROWS_SHOWN = 50
"""Rows of a table in an artifact; the rest is counted."""
NO_DOCUMENTS = frozenset((".cypher", ".toml"))
"""Ends of names of rules, saved queries, ontologies and settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run: every document accounted for, what changed in the graph, how long each step took."""

    run: str
    source: str
    started_at: datetime
    dry_run: bool = False
    """Whether it says what would have been done; nothing was."""

    n_listed: int = 0
    """All that the source holds, and all that the graph had of it and the source has no more: each
    was upserted, is unchanged, was set aside, is of another kind or had vanished."""

    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_retracted: int = 0
    """Documents that had vanished from the source."""

    n_waiting: int = 0
    """New and changed documents that were left for a later night, because there was a limit."""

    n_outdated: int = 0
    """Unchanged documents that another model read, and that later nights read again."""

    extractors: Mapping[str, int] = field(default_factory=dict)
    """How many documents of the source each extractor has read, by its fingerprint."""

    ignored: Mapping[str, int] = field(default_factory=dict)
    """Files of other kinds, which were not read: how many of each suffix."""

    n_excluded: int = 0
    """Files and folders that the patterns of the source leave out."""

    n_extracted: int = 0
    """Documents the model read tonight; the others were in the extraction store."""

    n_upserted: int = 0
    n_entities: int = 0
    """Entities in the upserted documents, counted once a document."""

    n_relations: int = 0
    """Relations in the upserted documents, counted once a document."""

    language_notes: tuple[str, ...] = ()
    """How many documents of the source look to be in a language that the model does not read."""

    set_aside: tuple[SetAside, ...] = ()
    max_rejected: float = 1.0
    """Share of the documents that may be set aside before the run counts as failed."""

    gaps: tuple[str, ...] = ()
    """Places that may hide documents, each with the number of those that were kept for it."""

    left_out: tuple[str, ...] = ()
    """Types that the model finds and that are left out of the graph, on purpose."""

    rejected: tuple[str, ...] = ()
    """Single facts that the ontology does not allow, or that a reader said and nobody can take; the
    rest of their documents was taken."""

    change: Mapping[str, int] = field(default_factory=dict)
    """What upsert and retraction added to and withdrew from the graph."""

    inference: Mapping[str, int] = field(default_factory=dict)
    """What the rules added and withdrew."""

    changed: ChangedFacts = field(default_factory=ChangedFacts)
    """Fact by fact what came, went and was restated, as it was recorded."""

    violations: tuple[str, ...] = ()
    """Promises that were found broken, and limits that were reached."""

    contradictions: tuple[Violation, ...] = ()
    """What the graph says and the ontology forbids, with a few examples each."""

    decisions: tuple[str, ...] = ()
    """What was decided about names, as sentences; empty where nights leave that to people."""

    n_questions: int = 0
    """Pairs of names for a person to judge."""

    embedded: Mapping[str, int] = field(default_factory=dict)
    """How many documents and passages got vectors, and how many documents wait for them; empty
    where nights leave that to people."""

    not_embedded: str = ""
    """Why no passage got a vector, if one was to."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """What the graph holds now."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds of each step, in order."""

    @property
    def account(self) -> Account:
        """What became of all that was listed."""
        return Account(
            listed=self.n_listed,
            upserted=self.n_upserted,
            unchanged=self.n_unchanged,
            set_aside=len(self.set_aside),
            other_kinds=sum(self.ignored.values()),
            vanished=self.n_retracted,
        )

    @property
    def failure(self) -> str:
        """Why the run counts as failed though it is done; empty: it does not."""
        share = self.account.rejected_share
        if share <= self.max_rejected:
            return ""
        return (
            f"{counted(len(self.set_aside), 'document')} of {shown(self.source)} set aside, "
            f"{share:.0%} of all and more than the {self.max_rejected:.0%} that max_rejected "
            "allows; the others are in: `nightloom rejected` says why, mend them and run "
            "`nightloom replay`"
        )

    @property
    def title(self) -> str:
        """The run in one sentence."""
        if self.dry_run:
            return (
                f"{shown(self.source)}: dry run, nothing was written: "
                f"{counted(self.n_upserted, 'document')} would be read, {self.n_unchanged} "
                f"unchanged, {self.n_retracted} would be retracted, {len(self.set_aside)} set aside"
            )
        return (
            f"{shown(self.source)}: {counted(self.n_upserted, 'document')} upserted, "
            f"{self.n_unchanged} unchanged, {self.n_retracted} retracted, "
            f"{len(self.set_aside)} set aside"
        )

    @property
    def notes(self) -> list[str]:
        """Sentences about what was not read, and what is to be known of what was."""
        notes = []
        if self.n_waiting:
            notes.append(
                f"{counted(self.n_waiting, 'new or changed document')} beyond the limit of this "
                "run: the next one takes them"
            )
        if self.n_outdated:
            by = ", ".join(f"{n} by {shown(name)}" for name, n in self.extractors.items())
            notes.append(
                f"{counted(self.n_outdated, 'document')} that another model read are read again on "
                f"later nights, as backfill says{': read now are ' if by else ''}{by}"
            )
        tools = {suffix: n for suffix, n in self.ignored.items() if suffix in NO_DOCUMENTS}
        others = {suffix: n for suffix, n in self.ignored.items() if suffix not in NO_DOCUMENTS}
        if tools:
            notes.append(f"rules, queries and settings, which are no documents: {_kinds(tools)}")
        if others:
            n_files = sum(others.values())
            way_out = ""
            if any(unread_format(suffix) for suffix in others):
                way_out = "; some could be: `nightloom formats` says what to install"
            notes.append(
                f"{counted(n_files, 'file')} of other kinds not read: {_kinds(others)}{way_out}"
            )
        if self.n_excluded:
            notes.append(f"left out by the patterns of the source: {self.n_excluded}")
        if self.left_out:
            notes.append(
                f"found by the model and left out of the graph, as the settings say: "
                f"{', '.join(map(shown, self.left_out))}"
            )
        if self.n_questions:
            pairs = counted(self.n_questions, "pair")
            notes.append(f"{pairs} of names may be one thing: nightloom review asks")
        if self.not_embedded:
            notes.append(f"new passages are found by their words alone: {shown(self.not_embedded)}")
        if waiting := self.embedded.get("waiting", 0):
            notes.append(
                f"{counted(waiting, 'document')} found by their words alone until later nights "
                "embed them, as embedding.per_night says; nightloom embed does it now"
            )
        return [*notes, *self.language_notes]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for `--json`; keys are part of the command's contract."""
        return {
            "run": self.run,
            "source": self.source,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "dry_run": self.dry_run,
            "documents": {
                "listed": self.n_listed,
                "new": self.n_new,
                "changed": self.n_changed,
                "unchanged": self.n_unchanged,
                "retracted": self.n_retracted,
                "upserted": self.n_upserted,
                "set_aside": len(self.set_aside),
                "other_kinds": self.account.other_kinds,
                "waiting": self.n_waiting,
                "outdated": self.n_outdated,
            },
            "extractors": dict(self.extractors),
            "failure": self.failure,
            "extracted": self.n_extracted,
            "entities": self.n_entities,
            "relations": self.n_relations,
            "set_aside": [aside.to_dict() for aside in self.set_aside],
            "gaps": list(self.gaps),
            "not_read": dict(self.ignored),
            "excluded": self.n_excluded,
            "notes": list(self.notes),
            "left_out": list(self.left_out),
            "rejected": list(self.rejected),
            "change": dict(self.change),
            "inference": dict(self.inference),
            "decisions": list(self.decisions),
            "embedded": dict(self.embedded),
            "changed": dict(self.changed.counts),
            "violations": list(self.violations),
            "contradictions": [asdict(violation) for violation in self.contradictions],
            "graph": dict(self.counts),
            "seconds": {step: round(seconds, 3) for step, seconds in self.seconds.items()},
        }

    def to_markdown(self, page: str = "") -> str:
        """Return the summary that Prefect shows beside the run.

        Args:
            page: Address of the page on which people ask, to which facts lead; empty: nowhere.
        """
        parts = [f"# {escaped(self.title)}", _table(("documents", "n"), self._document_rows())]
        parts += [f"**{escaped(self.failure)}**"] if self.failure else []
        parts += [_table(("in the graph now", "n"), list(self.counts.items()))]
        parts += [] if self.dry_run else self._changes(page)
        if self.notes:
            parts += ["\n".join(f"* {escaped(note)}" for note in self.notes)]
        if self.gaps:
            parts += ["## May hide documents", *(f"* {escaped(gap)}" for gap in self.gaps)]
        if self.set_aside:
            parts += ["## Set aside", *_shortened([str(aside) for aside in self.set_aside])]
        if self.rejected:
            parts += ["## Rejected", *_shortened(list(self.rejected))]
        if self.decisions:
            parts += ["## Decided about names", *_shortened(list(self.decisions))]
        if self.violations:
            parts += ["## Not as promised", *_shortened(list(self.violations))]
        if self.contradictions:
            parts += ["## Contradictions", *_shortened(list(map(_sentence, self.contradictions)))]
        seconds = [(step, f"{seconds:.1f}") for step, seconds in self.seconds.items()]
        parts += [_table(("step", "seconds"), seconds)]
        return "\n\n".join(parts)

    def _changes(self, page: str) -> list[str]:
        if not self.changed.facts:
            return ["## What changed", "No fact came, went or was restated."]
        lines = [f"* {change_line(fact, page)}" for fact in self.changed.facts[:N_ROWS_SHOWN]]
        more = sum(self.changed.counts.values()) - len(lines)
        lines += [f"* … and {more} more: `nightloom changes --run {self.run}`"] if more else []
        drawn = picture(self.changed)
        return [
            "## What changed",
            f"{summary_of(self.changed)}.",
            "\n".join(lines),
            *([drawn] if drawn else []),
        ]

    def _document_rows(self) -> list[tuple[str, int]]:
        return [
            *self.account.rows.items(),
            ("new", self.n_new),
            ("changed", self.n_changed),
        ]


def _kinds(n_by_suffix: Mapping[str, int]) -> str:
    return ", ".join(f"{shown(suffix)} {n}" for suffix, n in n_by_suffix.items())


def _sentence(violation: Violation) -> str:
    sentences = violation.sentences or ((),) * len(violation.examples)
    examples = "; ".join(
        f"{example} ({', '.join(said)})" if said else example
        for example, said in zip(violation.examples, sentences, strict=True)
    )
    return f"{violation.meaning} Not so {counted(violation.count, 'time')}: {examples}"


def _shortened(sentences: list[str]) -> list[str]:
    rows = [f"* {escaped(sentence)}" for sentence in sentences[:N_ROWS_SHOWN]]
    more = len(sentences) - len(rows)
    return [*rows, f"* … and {more} more"] if more else rows


def _table(header: tuple[str, str], rows: list[tuple[str, Any]]) -> str:
    lines = [f"| {header[0]} | {header[1]} |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {escaped(name)} | {value} |" for name, value in rows)])
