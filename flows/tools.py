"""From settings to working tools: the server, the graph, the extractor, the store, the rules.

Whatever costs time is opened when it is first used: a night in which nothing has changed never
loads the model. A step of a night that is done in another process finds its tools here, too: it
names the *site*, which is the settings as plain data, and what is open for a site is kept as long
as the process lives.
"""

import atexit
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from extractors import ExtractionStore
from flows.agreement import Agreement, agreement
from flows.blocks import read_block
from flows.catalogue import Catalogue, load_known, load_ontology, read_catalogue
from flows.embedding import encoders_of
from flows.errors import SettingsError
from flows.extractor import ByLanguage, LazyExtractor, named_extractor
from flows.night import (
    LanguagePolicy,
    MountNotes,
    Plain,
    Progress,
    RebuildNotes,
    RejectionNotes,
    RunNotes,
    Tools,
    Watch,
    in_silence,
    perform,
)
from flows.receiver import opened_trace
from flows.scale import opened_readers
from flows.settings import Settings, load_settings
from flows.sources import Converter, Seen, read_blocks_with
from flows.telemetry import keep_secret
from flows.text import shown
from graphdb import Embedded, Graph, GraphConfig, Lease, Ontology, Resolution
from graphdb.embedded import EmbeddedConfig, EmbeddedServer
from graphdb.resolution import Question
from graphdb.rules import RuleSet


def embedded_config(settings: Settings) -> EmbeddedConfig:
    """Return how to run the embedded server of these settings."""
    return EmbeddedConfig(
        home=settings.home / "neo4j",
        bolt_port=settings.graph.bolt_port,
        http_port=settings.graph.http_port,
        heap_mb=settings.graph.heap_mb,
    )


def make_private(folder: Path) -> None:
    """Create a folder of ours that its user alone may enter: it holds documents and passwords."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # An older one may be open to all. Where people work is theirs, whatever the settings name.
    if Path.cwd() != folder.resolve() and folder.resolve() not in Path.cwd().parents:
        folder.chmod(0o700)


@contextmanager
def open_graph(
    settings: Settings, watch: Watch, ontology: Ontology | None = None
) -> Iterator[Graph]:
    """Connect to the graph: on the server the settings name, else on the embedded one.

    The embedded server is started if it does not run, and stopped at the end if nobody else
    uses it.

    Raises:
        OntologyError: The ontology file is wrong; nothing was started.
        EmbeddedServerError: The embedded server did not come up.
        GraphUnavailableError: Nobody answers.
        AccessDeniedError: The server does not take the password.
    """
    ontology = ontology or load_ontology(settings)
    make_private(settings.home)
    config = GraphConfig(
        database=settings.graph.database,
        patience_s=settings.graph.patience_s,
        lease_s=settings.graph.lease_s,
        inference=settings.inference,
    )
    for credentials in settings.credentials.values():
        if credentials.password:
            keep_secret(credentials.password.get_secret_value())
    with _server(settings, watch) as (uri, auth):
        keep_secret(auth[1])
        with Graph.connect(uri, auth=auth, ontology=ontology, config=config) as graph:
            yield graph


@contextmanager
def open_converter(settings: Settings, store: ExtractionStore | None = None) -> Iterator[Converter]:
    """Return what makes texts of documents, as the settings say; its processes end here.

    Args:
        settings: What it may take, and which encoding texts have.
        store: Where texts are found that were made before; None: nowhere.
    """
    read_blocks_with(partial(read_block, settings))
    converter = Converter(
        max_bytes=settings.max_document_bytes,
        max_file_bytes=settings.max_file_bytes,
        encoding=settings.encoding,
        limits=settings.sandbox,
        known=store.document_of if store else lambda *_: None,
        seen=Seen(settings.home / "seen.sqlite"),
    )
    try:
        yield converter
    finally:
        converter.close()


@contextmanager
def open_tools(settings: Settings, watch: Watch, *, reads: bool = True) -> Iterator[Tools]:
    """Open everything that a night works with; what can be wrong in files is found first.

    Args:
        settings: Where everything is.
        watch: Told what takes long.
        reads: Whether documents may have to be read: then the model must be there.

    Raises:
        CheckpointError: There is no such model, and it is to read.
        ReaderError: The reader that the settings name cannot be made, and it is to read.
        UnknownTypesError: It finds what the ontology does not know, and it is to read.
        RuleError: A rule file is wrong.
    """
    progress = Progress(watch)
    ontology, catalogue = load_known(settings)
    extractor = named_extractor(settings, ontology, progress)
    rules = RuleSet.load(settings.rules_path, ontology)
    left_out: tuple[str, ...] = ()
    if reads:  # what is wrong with the model is found before a server is started
        _ = extractor.fingerprint
        left_out = agreed(settings, extractor, ontology).left_out
    is_resolving = settings.resolution.every_night
    store = ExtractionStore(settings.extractions)
    with (
        opened_trace(settings) as trace,
        open_converter(settings, store) as converter,
        opened_readers(settings, extractor, ontology, progress) as readers,
        open_graph(settings, progress, ontology) as graph,
    ):
        tools = Tools(
            graph=graph,
            store=store,
            converter=converter,
            extractor=readers,
            notes=RebuildNotes(settings.home / "rebuild.json"),
            mounts=MountNotes(settings.home / "mounts.json"),
            scratch=settings.home / "scratch",
            rules=rules,
            max_vanished=settings.max_vanished,
            shard_documents=settings.shard_documents,
            max_document_bytes=settings.max_document_bytes,
            max_rejected=settings.max_rejected,
            backfill=settings.models.backfill,
            history_days=settings.history_days,
            rejections=RejectionNotes.of(settings.home),
            runs=RunNotes.of(settings.home),
            left_out=left_out,
            resolve=partial(resolved, settings, catalogue) if is_resolving else None,
            embed=_embedding(settings, progress),
            languages=language_policy(settings, extractor) if reads else LanguagePolicy(),
            watch=progress,
            trace=trace,
        )
        with _known_here(site_of(settings), tools):
            yield tools


def resolved(
    settings: Settings,
    catalogue: Catalogue,
    graph: Graph,
    lease: Lease,
    *,
    whole: bool = False,
    dry_run: bool = False,
) -> Resolution:
    """Resolve the names of a graph at the cut-offs of the settings."""
    return graph.resolve(
        lease, cutoffs=settings.resolution, known=catalogue, whole=whole, dry_run=dry_run
    )


def embedded(
    settings: Settings, watch: Watch, graph: Graph, lease: Lease, *, limit: int
) -> Embedded:
    """Give the passages of so many documents that wait for them their vectors; 0: of all.

    Raises:
        CheckpointError: An encoder could not be fetched, or is damaged.
        ConfigError: ONNX Runtime is not installed.
    """

    def tell(done: int, total: int) -> None:
        watch("embedding", done, total)

    return graph.embed(encoders_of(settings), lease, limit=limit, tell=tell)


def _embedding(settings: Settings, watch: Watch) -> Callable[[Graph, Lease], Embedded] | None:
    if not settings.embedding.every_night:
        return None
    return partial(embedded, settings, watch, limit=settings.embedding.per_night)


def questions(settings: Settings, graph: Graph, holder: str) -> list[Question]:
    """Return the pairs of names for a person to judge, the likeliest first; nothing is decided.

    Raises:
        LeaseHeldError: Another run holds the graph.
    """
    catalogue = read_catalogue(settings.resolution.catalogue, graph.ontology)
    # Nothing is decided, but the graph must not change while all of its names are weighed.
    with graph.lease(holder, str(uuid4())) as lease:
        resolution = resolved(settings, catalogue, graph, lease, whole=True, dry_run=True)
    # Names are weighed slice by slice, and each slice has its own likeliest pairs first.
    return sorted(resolution.review, key=lambda question: -question.score)


def agreed(
    settings: Settings, extractor: LazyExtractor | ByLanguage, ontology: Ontology
) -> Agreement:
    """Compare the types of what reads with the ontology.

    Raises:
        UnknownTypesError: Some of them would be lost, and nobody said that this is meant.
    """
    model, left_out = settings.extractor.model, settings.extractor.left_out
    return agreement(model, extractor.types, ontology, settings.ontology_path, left_out)


def language_policy(settings: Settings, extractor: LazyExtractor | ByLanguage) -> LanguagePolicy:
    """Return which languages are read, and what becomes of documents in others."""
    return LanguagePolicy(
        model=extractor.name,
        languages=extractor.languages,
        sets_aside=settings.other_languages == "set_aside",
    )


def site_of(settings: Settings) -> Plain:
    """Return the settings as plain data, with which another process can open the same tools.

    Paths are made absolute. Passwords are left out: they are taken from the settings of whoever
    opens them, since whatever this data passes through may be read by others.
    """
    site = settings.model_dump(mode="json", exclude={"graph": {"password"}, "credentials": True})
    model = Path(settings.extractor.model)
    site["home"] = str(settings.home.absolute())
    site["ontology"] = str(settings.ontology_path.absolute())
    site["rules"] = str(settings.rules_path.absolute()) if settings.rules_path else None
    catalogue = settings.resolution.catalogue
    site["resolution"]["catalogue"] = str(catalogue.absolute()) if catalogue else None
    auth_file = settings.graph.auth_file
    site["graph"]["auth_file"] = str(auth_file.absolute()) if auth_file else None
    site["extractor"]["model"] = str(model.absolute() if model.is_dir() else model)
    return site


def run_step(step: str, order: Plain, site: Plain) -> Plain:
    """Do a step of a night with the tools of a site, opening them if this process has not yet.

    All it takes and returns is plain data: a task, a worker process or an actor calls it alike.
    """
    return perform(step, order, _tools_at(site))


_open: dict[str, Tools] = {}
"""The tools that are open in this process, by their site; opening them anew takes seconds."""


def _tools_at(site: Plain) -> Tools:
    name = _name(site)
    if name not in _open:
        for_good = ExitStack()
        _open[name] = for_good.enter_context(open_tools(load_settings(**site), in_silence))
        atexit.register(for_good.close)
    return _open[name]


@contextmanager
def _known_here(site: Plain, tools: Tools) -> Iterator[None]:
    """Let steps of this process find these tools for as long as the `with` lasts."""
    name = _name(site)
    before = _open.get(name)
    _open[name] = tools
    try:
        yield
    finally:
        if before is None:
            _open.pop(name, None)
        else:
            _open[name] = before


def _name(site: Plain) -> str:
    return json.dumps(site, sort_keys=True)


@contextmanager
def _server(settings: Settings, watch: Watch) -> Iterator[tuple[str, tuple[str, str]]]:
    given = settings.graph
    if given.uri is None:
        with EmbeddedServer(embedded_config(settings)).running(watch) as endpoint:
            yield endpoint.bolt_uri, (endpoint.user, endpoint.password)
    elif given.auth_file:
        yield given.uri, _auth_of(given.auth_file)
    elif given.password is None:
        raise SettingsError(
            f"NIGHTLOOM_GRAPH__URI is {given.uri} and NIGHTLOOM_GRAPH__PASSWORD is not set: set it "
            "or NIGHTLOOM_GRAPH__AUTH_FILE",
            setting="graph.password",
        )
    else:
        yield given.uri, (given.user, given.password.get_secret_value())


def _auth_of(file: Path) -> tuple[str, str]:
    """Return the user and the password that a file holds as Neo4j's image reads them."""
    try:
        user, slash, password = file.read_text("utf-8").strip().partition("/")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(
            f"NIGHTLOOM_GRAPH__AUTH_FILE, {shown(file)}, cannot be read: {reason}",
            setting="graph.auth_file",
        ) from error
    if not (user and slash and password):
        raise SettingsError(
            f"NIGHTLOOM_GRAPH__AUTH_FILE, {shown(file)}, does not hold USER/PASSWORD in one line",
            setting="graph.auth_file",
        )
    return user, password
