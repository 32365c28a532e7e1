"""An installed wheel has everything that a checkout has, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_carries_every_query(wheel_names):
    queries = {str(path.relative_to(ROOT)) for path in (ROOT / "graphdb/cypher").rglob("*.cypher")}

    assert queries
    assert queries <= wheel_names


def test_wheel_carries_the_model(wheel_names):
    assert any(
        name.startswith("extractors/models/general/") and name.endswith(".safetensors")
        for name in wheel_names
    )


def test_wheel_carries_packages_only(wheel_names):
    top = {name.split("/")[0] for name in wheel_names}

    assert {name for name in top if not name.endswith(".dist-info")} == {
        "extractors",
        "flows",
        "graphdb",
    }


def test_wheel_carries_the_default_ontology_and_rules(wheel_names):
    rules = {f"flows/defaults/rules/{path.name}" for path in (ROOT / "samples/rules").iterdir()}

    assert rules | {"flows/defaults/ontology.toml"} <= wheel_names
