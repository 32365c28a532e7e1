"""Settings of a reader that may end, and what an actor is told of it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from flows.extractor import named_extractor
from flows.scale.opening import order_for
from flows.setting_groups import ExtractorSettings, GraphSettings, RaySettings
from flows.settings import Settings
from graphdb import Ontology
from tests.flows.night.conftest import model  # noqa: F401 - a fixture

FRAGILE = Path(__file__).with_name("fragile.py")
ONTOLOGY = Path("tests/ontology.toml")


@pytest.fixture
def settings_of(tmp_path):
    """Return settings that name a model or a reader."""

    def settings(reader, **more) -> Settings:
        return Settings(
            home=tmp_path / "home",
            ontology=ONTOLOGY,
            scale="ray",
            extractor=ExtractorSettings(model=str(reader), device="cpu"),
            **more,
        )

    return settings


@pytest.fixture
def extractor_of():
    """Return what the settings name, in this process."""
    return lambda settings: named_extractor(settings, Ontology.load(ONTOLOGY), lambda *_: None)


@pytest.fixture
def order_of(extractor_of, tmp_path):
    """Return what an actor is told by settings."""

    def order(settings: Settings) -> dict:
        ontology = Ontology.load(ONTOLOGY)
        said = order_for(settings, extractor_of(settings), ontology, tmp_path)
        return said["reading"] | {"gpu": False}

    return order


@pytest.fixture
def on_ray(settings_of, server, monkeypatch, tmp_path):
    """Return settings of a night on Ray over the test's server, whose password is elsewhere."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)

    def settings(reader, name="home") -> Settings:
        graph = GraphSettings(uri=server.uri, user=server.user, password=SecretStr(server.password))
        made = settings_of(reader, graph=graph, ray=RaySettings(workers=2))
        return made.model_copy(update={"home": tmp_path / name})

    return settings
