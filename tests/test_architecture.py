"""The three packages depend on each other in one direction, and each outside world has one door."""

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
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


FOLDERS = sorted({path.parent for path in MODULES})
FACADE_FROM = 3
"""A folder of so many modules is entered through its façade."""

OPEN = {"errors", "facts", "settings"}
"""Modules that anybody may import by their name: vocabulary, remedies, the environment."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULE_NAMES = {module_of(path) for path in MODULES}


@cache
def public_names(module: str | None) -> frozenset[str]:
    """Return what a façade lists in `__all__`."""
    init = ROOT.joinpath(*(module or "").split("."), "__init__.py")
    listed = (
        re.search(r"__all__[^=]*= (\[.*?\])", init.read_text(), re.DOTALL)
        if init.exists()
        else None
    )
    return frozenset(ast.literal_eval(listed[1])) if listed else frozenset()


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a module imports; `from a import b` may mean `a.b`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = full in MODULE_NAMES and alias.name not in public_names(node.module)
                name = full if is_module else node.module or ""
                if name in MODULE_NAMES:
                    yield name
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULE_NAMES)


def reaches_round(importer: Path, imported: str) -> bool:
    """Say whether a module behind a façade is imported from outside."""
    target = ROOT.joinpath(*imported.split("."))
    if target.is_dir() or target.name in OPEN:
        return False
    n_modules = sum(path.name != "__init__.py" for path in target.parent.glob("*.py"))
    return n_modules >= FACADE_FROM and target.parent not in importer.parents


def test_folders_are_entered_through_their_facades():
    assert [
        f"{module_of(path)} imports {imported}"
        for path in MODULES
        for imported in imported_modules(path)
        if reaches_round(path, imported)
    ] == []


def arrows_within(folder: Path) -> dict[str, set[str]]:
    """Return what each module or folder of a folder imports of the others there."""
    arrows: dict[str, set[str]] = {}
    above = module_of(folder / "__init__.py") + "."
    for path in folder.rglob("*.py"):
        if path == folder / "__init__.py":
            continue
        own = path.relative_to(folder).parts[0].removesuffix(".py")
        others = {
            imported.removeprefix(above).split(".")[0]
            for imported in imported_modules(path)
            if imported.startswith(above)
        }
        arrows.setdefault(own, set()).update(others - {own})
    return arrows


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_no_arrow_runs_back_up(folder):
    """Modules and folders side by side can be put in an order in which each knows earlier ones."""
    TopologicalSorter(arrows_within(folder)).prepare()  # raises CycleError, which names the circle


def folder_picture(package: Path) -> list[str]:
    """Return a line a folder: those it stands on directly, what these stand on left out."""
    arrows = arrows_within(package)
    below: dict[str, set[str]] = {}
    for name in TopologicalSorter(arrows).static_order():
        below[name] = arrows[name].union(*(below[each] for each in arrows[name]))
    folders = [name for name in below if (package / name).is_dir()]
    lines = []
    for folder in folders:
        known_folders = below[folder].intersection(folders)
        direct = {
            name for name in known_folders if not any(name in below[o] for o in known_folders)
        }
        lines.append(f"{package.name}/{folder} ◄ {', '.join(sorted(direct)) or '–'}")
    return sorted(lines)


def test_picture_of_the_tree_matches():
    """The page on architecture shows which folder stands on which."""
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    shown_lines = [" ".join(line.split()) for line in page.splitlines() if " ◄ " in line]
    lines = [line for package in PACKAGES for line in folder_picture(ROOT / package)]

    assert shown_lines == lines


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
    """Every dependency that pyproject.toml names is in the lock, but for GLiNER's and Ray's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    extras = [names for extra, names in optional.items() if extra not in {"gliner", "ray"}]
    named = [*project["dependencies"], *itertools.chain.from_iterable(extras)]
    locked = set(
        re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    )

    wanted = {re.split(r"[\[<>=;~ ]", name)[0].lower().replace("_", "-") for name in named}

    assert wanted - {"nightloom"} <= locked
