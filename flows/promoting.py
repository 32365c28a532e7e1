"""Whether another model may read: what it would change, how both do on fixed documents, the floors.

Nobody promotes what falls short of a floor by accident: a form is not even shown for it, and the
terminal wants `--anyway`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors import ExtractionStore
from extractors.corpora import read_labelled
from extractors.errors import CorpusError, DocumentRejectedError
from extractors.facts import Chunk, Document, Extraction, Span
from flows.comparing import Comparison, FactChange, Statement, compare, sampled
from flows.errors import FlowError, SettingsError, SourceError
from flows.extractor import ByLanguage, LazyExtractor, named_extractor, registry_of
from flows.night import Watch
from flows.setting_groups import AUTO, ModelsSettings
from flows.settings import Settings, environment_name
from flows.sources import asked_sources, list_file, list_source, read_document
from flows.text import counted, escaped, shown
from flows.tools import agreed, open_converter
from graphdb import Ontology

if TYPE_CHECKING:
    from extractors.evaluation import Case

FIGURES = {
    "mention_f1": "F1 of mentions",
    "relation_f1": "F1 of relations",
    "behaviours": "share of behaviours",
}
"""What is measured of both models, in words."""

N_SHOWN = 20
"""Facts of each kind that stand on the page of a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How a model does on the gold documents and the behaviours of the settings, from 0 to 1.

    None where the settings name nothing to measure it on.
    """

    mention_f1: float | None = None
    relation_f1: float | None = None
    behaviours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What would come of it if one model read in place of another."""

    comparison: Comparison
    before: Measured
    after: Measured
    objections: tuple[str, ...] = ()
    """A sentence for each floor that the new model falls short of."""

    @property
    def figures(self) -> dict[str, tuple[float, float]]:
        """What was measured of both, by its name in words."""
        pairs = {
            words: (getattr(self.before, name), getattr(self.after, name))
            for name, words in FIGURES.items()
        }
        return {words: pair for words, pair in pairs.items() if None not in pair}

    def to_dict(self) -> dict[str, Any]:
        """Return the figures of both and the objections as plain data."""
        figures = {"before": asdict(self.before), "after": asdict(self.after)}
        return {"figures": figures, "objections": list(self.objections)}


def check_gate(settings: Settings, on: str) -> None:
    """Find what is wrong with all that a promotion needs, before anything slow is begun.

    Raises:
        SettingsError: What is promoted would not read, or a floor is set for what is not measured.
        CorpusError: The gold documents or the cases cannot be read.
        SourceError: There is no such source.
    """
    check_choice(settings)
    _Yardstick.of(settings.models)
    asked_sources("", on, settings.sources)


def check_choice(settings: Settings) -> None:
    """Refuse to promote where the settings name a model.

    Raises:
        SettingsError: They do.
    """
    if settings.extractor.model != AUTO:
        raise SettingsError(
            f"NIGHTLOOM_EXTRACTOR__MODEL is {shown(settings.extractor.model)!r}, so whatever is "
            f"promoted would not read: unset it, or set it to {AUTO}",
            setting="extractor.model",
        )


def promotable(settings: Settings, model: str) -> str:
    """Return the name under which a model can be promoted.

    Args:
        settings: Where the registry is, and what reads.
        model: A registered model, or an alias.

    Raises:
        SettingsError: The settings name another one, so that it would not read.
        CheckpointError: There is no such model.
    """
    check_choice(settings)
    registry = registry_of(settings)
    return registry.registered(Path(registry.find(model)).name).name


def weigh(
    settings: Settings, before: str, after: str, on: str, size: int | None, watch: Watch
) -> Weighed:
    """Have two models read a sample of the documents, and what they are measured on.

    Args:
        settings: Where documents are, what is gold, and how far one may fall.
        before: The model that reads now.
        after: The one that would replace it.
        on: A folder, a file or the name of a source; empty: all sources.
        size: How many documents are drawn; None: as the settings say.
        watch: Told what takes long.

    Raises:
        SettingsError: A floor is set for what is not measured.
        CorpusError: The gold documents or the cases cannot be read.
        UnknownTypesError: The later one finds what the ontology does not know.
        SourceError: There is no document to compare them on.
    """
    yardstick = _Yardstick.of(settings.models)
    ontology = Ontology.load(settings.ontology_path)
    store = ExtractionStore(settings.extractions)
    first, second = (
        settings.model_copy(update={"extractor": replace(settings.extractor, model=model)})
        for model in (before, after)
    )
    reads, would_read = (named_extractor(each, ontology, watch) for each in (first, second))
    # Of the one that is to come nothing may be lost; what reads now may find more or less.
    agreed(second, would_read, ontology)
    unread: list[str] = []
    documents = list(_documents(settings, on, store, unread))
    if not documents:
        raise SourceError("there is no document to compare the models on: name a folder with --on")
    documents = sampled(documents, size or settings.models.sample)
    comparison = compare(documents, reads, would_read, ontology, store, watch)
    comparison = replace(comparison, unread=(*unread, *comparison.unread))
    measured = [yardstick.measure(reader, ontology, watch) for reader in (reads, would_read)]
    return Weighed(
        comparison=comparison,
        before=measured[0],
        after=measured[1],
        objections=tuple(objections(settings.models, comparison, *measured)),
    )


def objections(
    models: ModelsSettings, comparison: Comparison, before: Measured, after: Measured
) -> Iterator[str]:
    """Yield a sentence for each floor that the later model falls short of."""
    if comparison.removed_share > models.max_removed:
        yield (
            f"{comparison.removed_share:.0%} of the facts would go, more than the "
            f"{models.max_removed:.0%} of {environment_name('models.max_removed')}"
        )
    for name, words in FIGURES.items():
        old, new, least = (getattr(each, name) for each in (before, after, _floors(models)))
        if new is None:
            continue
        if new < least:
            setting = environment_name(f"models.min_{name}")
            yield f"its {words} is {new:.3f}, less than the {least:g} of {setting}"
        elif old is not None and old - new > models.max_fall + _ROUNDING:
            setting = environment_name("models.max_fall")
            yield (
                f"its {words} is {new:.3f}, that of what reads now {old:.3f}: it falls by more "
                f"than the {models.max_fall:g} of {setting}"
            )


_ROUNDING = 1e-9


def _floors(models: ModelsSettings) -> Measured:
    return Measured(**{name: getattr(models, f"min_{name}") for name in FIGURES})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Yardstick:
    """What both models are measured on."""

    gold: Sequence[Extraction] = ()
    cases: "Sequence[Case]" = ()

    @classmethod
    def of(cls, models: ModelsSettings) -> "_Yardstick":
        """Read it, so that what is wrong with it is found before anything is loaded."""
        for name in FIGURES:
            needed = "behaviours" if name == "behaviours" else "gold"
            if getattr(models, f"min_{name}") and getattr(models, needed) is None:
                raise SettingsError(
                    f"{environment_name(f'models.min_{name}')} is a floor for what nothing is "
                    f"measured on: set {environment_name(f'models.{needed}')}, too",
                    setting=f"models.min_{name}",
                )
        gold: list[Extraction] = []
        cases: list[Case] = []
        if models.gold:
            gold = [labelled.extraction for labelled in read_labelled(models.gold)]
        if models.behaviours:
            from extractors.evaluation import read_cases  # seconds, and few need it

            cases = read_cases(models.behaviours)
        return cls(gold=gold, cases=cases)

    def measure(
        self, reader: LazyExtractor | ByLanguage, ontology: Ontology, watch: Watch
    ) -> Measured:
        """Have a model read it, and say how it does."""
        if not (self.gold or self.cases):
            return Measured()
        from extractors.evaluation import Conventions, evaluate, judge_cases

        watch(f"measuring {reader.name}", 0, 0)
        measured = Measured()
        if self.gold:
            said = _by_document(reader, [truth.document for truth in self.gold])
            symmetric = [name for name, type_ in ontology.relation_types.items() if type_.symmetric]
            conventions = Conventions(symmetric=tuple(symmetric))
            try:
                scores = evaluate(self.gold, said.values(), conventions=conventions)
            except ValueError as error:
                raise CorpusError("the gold documents", "", str(error)) from error
            measured = Measured(
                mention_f1=scores.mentions.strict.micro.f1,
                relation_f1=scores.relations.strict.micro.f1,
            )
        if self.cases:
            documents = [case.document for case in self.cases]
            said = _by_document(reader, documents)
            found = [said.get(each.id) or _nothing_of(each) for each in documents]
            table = judge_cases(self.cases, found)
            measured = replace(measured, behaviours=table.passed / table.total)
        return measured


def _by_document(
    reader: LazyExtractor | ByLanguage, documents: Sequence[Document]
) -> dict[str, Extraction]:
    """Return what a model finds, by the documents' ids; what it cannot read is missing."""
    return {
        said.document.id: said
        for said in reader.extract(documents)
        if not isinstance(said, DocumentRejectedError)
    }


def _nothing_of(document: Document) -> Extraction:
    return Extraction(document=document, chunks=(Chunk(0, Span(0, len(document.text))),))


def _documents(
    settings: Settings, on: str, store: ExtractionStore, unread: list[str]
) -> Iterator[Document]:
    """Yield the documents of what is named that can be read; the others go to `unread`.

    Raises:
        SourceError: There is no such folder, file or source.
    """
    is_source = on in {source.name for source in settings.sources}
    asked = asked_sources("" if is_source else on, on if is_source else "", settings.sources)
    with open_converter(settings, store) as converter:
        for source, file in asked:
            limits: dict[str, Any] = {
                "max_bytes": settings.max_document_bytes,
                "converter": converter,
            }
            listing = list_file(source, file, **limits) if file else list_source(source, **limits)
            for listed in listing.documents:
                try:
                    yield read_document(listed, converter)
                except SourceError as error:
                    unread.append(str(error))


def refusal(name: str, weighed: Weighed) -> str:
    """Return the one sentence that says why a model is not promoted; empty if it may be."""
    if not weighed.objections:
        return ""
    return f"{shown(name)} is refused: {'; '.join(weighed.objections)}"


def described(name: str, weighed: Weighed) -> str:
    """Return the comparison as a page: figures of both, changes by type, the surest sentences."""
    comparison = weighed.comparison
    documents = counted(comparison.n_documents, "document")
    parts = [
        f"# {escaped(name)} instead of {escaped(comparison.before)}",
        f"What both state of {documents} of the sources.",
    ]
    if weighed.objections:
        parts += ["## Refused", "\n".join(f"* {escaped(why)}" for why in weighed.objections)]
    if weighed.figures:
        rows = [
            (words, f"{before:.3f}", f"{after:.3f}")
            for words, (before, after) in weighed.figures.items()
        ]
        parts += ["## On gold and behaviours", _table(("", "reads now", "would read"), rows)]
    kinds = ("added", "removed", "reweighed", "kept")
    counts = [
        (escaped(type_), *(str(of_type[kind]) for kind in kinds))
        for type_, of_type in comparison.counts_by_type.items()
    ]
    counts.append(("all", *(str(len(comparison.of_kind(kind))) for kind in kinds)))
    parts += ["## Facts by type", _table(("type", *kinds), counts)]
    for kind, title in (
        ("added", "Would come, the surest of them"),
        ("removed", "Would go, the surest of them"),
        ("reweighed", "Would be weighed anew"),
    ):
        if changes := comparison.of_kind(kind):
            lines = [f"* {_sentence(change)}" for change in changes[:N_SHOWN]]
            parts += [f"## {title}", "\n".join(lines)]
    if comparison.unread:
        unread = [f"* {escaped(why)}" for why in comparison.unread[:N_SHOWN]]
        parts += ["## Not compared", "\n".join(unread)]
    return "\n\n".join(parts)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def _sentence(change: FactChange) -> str:
    said = change.statement
    both = " → ".join(f"{each.confidence:.2f}" for each in (change.before, change.after) if each)
    fact = f"{escaped(said.subject)} {escaped(said.type)} {escaped(said.object)}"
    cited = " … ".join(escaped(each) for each in said.cited)
    return f"{both} **{fact}**: “{cited}” ({escaped(said.document)})"


def change_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the facts that would change as rows of a table, what goes first, the surest first."""
    return [
        {
            "what": kind,
            "subject": escaped(change.statement.subject),
            "type": escaped(change.statement.type),
            "object": escaped(change.statement.object),
            "now": _confidence(change.before),
            "then": _confidence(change.after),
            "sentence": escaped(" … ".join(change.statement.cited)),
            "document": escaped(change.statement.document),
        }
        for kind in ("removed", "added", "reweighed")
        for change in comparison.of_kind(kind)
    ]


def _confidence(statement: Statement | None) -> str:
    return f"{statement.confidence:.2f}" if statement else ""


def let_serve(settings: Settings, name: str, serving: str) -> None:
    """Let a model read from now on, in place of the one that it was compared with.

    Raises:
        FlowError: Another one serves by now.
        CheckpointError: It is damaged.
    """
    registry = registry_of(settings)
    now = registry.aliases.serving
    if now not in (serving, name):
        raise FlowError(
            f"{shown(now) or 'what comes with nightloom'} serves by now, and {shown(name)} was "
            f"compared with {shown(serving) or 'what comes with nightloom'}: promote it again"
        )
    registry.promote(name)
