"""The three packages depend on each other in one direction, and each outside world has one door."""

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("extractors", "graphdb", "flows")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def importers(*names: str) -> set[str]:
    """Return the modules that import one of `names` or something below it."""
    return {
        str(path.relative_to(ROOT))
        for path in MODULES
        if any(
            imported == n or imported.startswith(f"{n}.")
            for imported in imports(path)
            for n in names
        )
    }


def within(package: str, modules: set[str]) -> set[str]:
    return {module for module in modules if module.startswith(f"{package}/")}


def test_extractors_import_nothing_of_ours():
    assert not within("extractors", importers("graphdb", "flows"))


def test_graphdb_knows_only_the_vocabulary_of_extractors():
    ours = {
        imported
        for path in MODULES
        if path.is_relative_to(ROOT / "graphdb")
        for imported in imports(path)
        if imported.split(".")[0] in {"extractors", "flows"}
    }

    assert ours <= {"extractors.facts"}


def test_facts_need_the_standard_library_only():
    assert {name.split(".")[0] for name in imports(ROOT / "extractors/facts.py")} <= set(
        sys.stdlib_module_names
    )


def test_prefect_is_known_to_flow_modules_alone():
    assert {module.split("/")[0] for module in importers("prefect")} <= {"flows"}


def test_driver_is_known_to_graphdb_alone():
    assert {module.split("/")[0] for module in importers("neo4j")} <= {"graphdb"}


def test_driver_errors_are_translated_in_one_place():
    assert importers("neo4j.exceptions") <= {"graphdb/connection.py"}


def test_environment_is_read_in_one_place():
    readers = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if re.search(r"os\.(environ\b(?!\s*\|)|getenv)", path.read_text())
    }

    assert within("extractors", readers) | within("graphdb", readers) == set()


def test_no_pickle_and_no_eval():
    forbidden = re.compile(r"\b(pickle|eval|exec)\(|torch\.load\(|import pickle")

    guilty = [
        str(path)
        for path in MODULES
        if forbidden.search(re.sub(r"\.eval\(\)", "", path.read_text()))
    ]

    assert guilty == []


# Questions are put together around the author's own MATCH and WHERE; suggestions are rule files.
MADE_FROM_RULES = {"graphdb/inference/questions.py", "graphdb/rules/suggest.py"}


def test_no_cypher_outside_its_folder():
    """A string that starts like a query is one."""
    query = re.compile(r"^\s*(MATCH|MERGE|UNWIND|CREATE|CALL|DETACH|OPTIONAL MATCH)\s*[({$A-Z`]")
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if str(path.relative_to(ROOT)) not in MADE_FROM_RULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and query.match(node.value)
    ]

    assert guilty == []


@pytest.mark.parametrize("package", ["graphdb", "extractors", "flows"])
def test_importing_a_package_is_light(package):
    """Torch and Prefect take seconds to load: only what uses them may pay."""
    heavy = "{'torch', 'transformers', 'prefect'}"
    code = f"import sys, {package}; print(sorted({heavy} & set(sys.modules)))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_listed_and_exist(package):
    module = __import__(package)

    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_no_registry_address_is_committed():
    lock = (ROOT / "requirements.lock").read_text()

    assert "://" not in lock


def test_dependencies_are_locked():
    """Every dependency that pyproject.toml names is in the lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    named = [*project["dependencies"], *itertools.chain.from_iterable(extras)]
    locked = set(
        re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    )

    wanted = {re.split(r"[\[<>=;~ ]", name)[0].lower().replace("_", "-") for name in named}

    assert wanted - {"nightloom"} <= locked
