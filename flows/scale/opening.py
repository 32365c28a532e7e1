"""From settings to what reads: in this process, or on Ray if they say so."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from flows.errors import RoleMissingError
from flows.extractor import ByLanguage, LazyExtractor
from flows.night import Extractor, Plain, Watch
from flows.roles import install_command, missing_distributions
from flows.scale.extractor import RayExtractor
from flows.scale.lines import Program, kept_environment
from flows.setting_groups import ExtractorSettings
from flows.settings import Settings
from graphdb import Ontology

ALWAYS = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to anybody
    "PYTHONNOUSERSITE": "1",  # nothing is imported but what is installed (decision 0041)
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # no environment is made anew on other machines
}
"""What Ray is told wherever it runs."""

OF_OUR_OWN = {
    "RAY_AUTH_MODE": "token",  # other users of this machine cannot have it run anything
    # The name is of where it is needed. It has Ray listen on 127.0.0.1 alone, for which it has no
    # other switch (2.60): `_node_ip_address="127.0.0.1"` is replaced by the machine's address.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}
"""What a cluster is told that lives as long as one night."""


SHORT = 20
"""Characters of the path in which Ray has its folder: the name of a socket may have 107, and those
that Ray makes are long."""


@contextmanager
def opened_readers(
    settings: Settings, extractor: LazyExtractor | ByLanguage, ontology: Ontology, watch: Watch
) -> Iterator[Extractor]:
    """Yield what reads the documents of a run: the extractor itself, or Ray in its place.

    Ray is started for the first document that is to be read, and ended with the run.

    Raises:
        RoleMissingError: Ray is asked for and not installed.
    """
    if settings.scale != "ray":
        yield extractor
        return
    if missing_distributions("ray"):
        raise RoleMissingError(
            f"NIGHTLOOM_SCALE is ray, and Ray is not installed: {install_command('ray')}, or leave "
            "the setting empty to read in this process",
            ("ray",),
        )
    usual = tempfile.gettempdir()
    place = usual if len(usual) <= SHORT else "/tmp"  # noqa: S108 - the folder in it is ours alone
    folder = Path(tempfile.mkdtemp(prefix="nightloom-ray-", dir=place))

    def start() -> Program:
        environment = kept_environment("RAY_") | ALWAYS
        if not settings.ray.address:
            token = folder / "token"
            if not token.exists():
                token.touch(mode=0o600)
                token.write_text(secrets.token_hex(32))
            environment |= OF_OUR_OWN | {"RAY_AUTH_TOKEN_PATH": str(token)}
        driver = Program("driver", environment)
        driver.say(order_for(settings, extractor, ontology, folder))
        return driver

    readers = RayExtractor(lambda: extractor.fingerprint, start, watch)
    try:
        yield readers
    finally:
        readers.close()
        shutil.rmtree(folder, ignore_errors=True)  # a process that is just ending may write to it


def order_for(
    settings: Settings, extractor: LazyExtractor | ByLanguage, ontology: Ontology, folder: Path
) -> Plain:
    """Return what a driver is told: where Ray is, and with what each worker reads.

    No password is in it: workers read documents, and write to nothing.
    """
    own = settings.extractor
    # Within a worker its own GPU is the first.
    device = "cuda" if own.device.startswith("cuda:") else own.device
    own = replace(own, device=device, threads=own.threads or 1)
    return {
        "address": settings.ray.address,
        "workers": settings.ray.workers,
        "threads": own.threads,
        "device": device,
        "folder": str(folder),
        "reading": {
            "models": list(extractor.models),
            "extractor": TypeAdapter(ExtractorSettings).dump_python(own, mode="json"),
            "ontology": ontology.model_dump(mode="json", by_alias=True),
            "fingerprint": extractor.fingerprint,
            "folder": str(Path.cwd()),
        },
    }
