"""A reader is found by entry point, module or file; what cannot be found is one sentence."""

import sys
from pathlib import Path

import pytest

from extractors.errors import CheckpointError, ReaderError
from extractors.readers import EntityLabel, ReaderSetup, find_reader
from tests.extractors.tiny import tiny_checkpoint, tiny_encoder

READER = """
class Mine:
    version = "1"
    entity_types = ("Person",)
    relation_types = ()

    def read(self, documents):
        yield from ()


class Told(Mine):
    def __init__(self, setup):
        self.version = f"{setup.argument} {[label.type for label in setup.entities]}"


class Optional(Mine):
    def __init__(self, strict=False):
        assert strict is False


def broken():
    raise RuntimeError("no table\\nto read")


def nothing():
    return None


class Shelf:
    Mine = Mine
"""


@pytest.fixture
def on_path(tmp_path, monkeypatch) -> Path:
    """A folder of modules that can be imported, and of distributions that are installed."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mine_to_read.py").write_text(READER)
    yield tmp_path
    for name in [name for name in sys.modules if name.endswith("_to_read")]:
        del sys.modules[name]


def install(folder: Path, distribution: str, version: str, entry: str) -> None:
    """Install a distribution that brings a reader."""
    about = folder / f"{distribution}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Name: {distribution}\nVersion: {version}\n")
    (about / "entry_points.txt").write_text(f"[nightloom.extractors]\n{entry}\n")


def test_module_and_factory_are_found(on_path):
    reader = find_reader("mine_to_read:Mine")

    assert reader.fingerprint.startswith("Mine@")
    assert find_reader("mine_to_read:Shelf.Mine").entity_types == ("Person",)
    assert find_reader("mine_to_read:Optional").version == "1"


def test_file_is_found_without_being_installed(tmp_path):
    (tmp_path / "a reader.py").write_text(READER)

    assert find_reader(f"{tmp_path}/a reader.py:Mine").version == "1"


@pytest.mark.parametrize("named", ["mine_to_read:Told:facts.csv", "told:facts.csv"])
def test_factory_that_wants_an_argument_is_told_the_setup(on_path, named):
    install(on_path, "mine", "1.0", "told = mine_to_read:Told")

    reader = find_reader(named, ReaderSetup(entities=(EntityLabel("Person"),)))

    assert reader.version == "facts.csv ['Person']"


def test_entry_point_is_found_and_its_distribution_is_in_the_fingerprint(on_path):
    install(on_path, "mine", "1.0", "people = mine_to_read:Mine")
    first = find_reader("people").fingerprint
    (on_path / "mine-1.0.dist-info" / "METADATA").write_text("Name: mine\nVersion: 1.1\n")

    second = find_reader("people").fingerprint

    assert first.startswith("people@")
    assert second != first


def test_two_distributions_with_one_name_are_no_choice(on_path):
    install(on_path, "mine", "1.0", "people = mine_to_read:Mine")
    install(on_path, "yours", "3.0", "people = mine_to_read:Told")

    with pytest.raises(ReaderError, match=r"mine_to_read:Mine \(mine 1.0\), mine_to_read:Told"):
        find_reader("people")


def test_model_wins_over_a_reader_of_its_name(on_path, monkeypatch):
    from extractors.checkpoints import save

    install(on_path, "mine", "1.0", "general = mine_to_read:Mine\ntiny = mine_to_read:Mine")
    save(tiny_checkpoint(tiny_encoder(on_path / "encoder")), on_path / "tiny")
    monkeypatch.chdir(on_path)

    assert find_reader("general") is None
    assert find_reader("tiny") is None


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("gone_to_read:Mine", "there is no module 'gone_to_read'"),
        ("mine_to_read.sub:Mine", "cannot be imported|there is no module"),
        ("mine_to_read:Mein", r"did you mean Mine\?"),
        ("mine_to_read:Shelf.Gone", "has no 'Shelf.Gone'"),
        ("mine_to_read:READER_TO_READ", "name a function or class of it"),
        ("mine_to_read:__name__", "is a str and makes no reader"),
        ("mine_to_read:broken", r"could not be made \(RuntimeError: no table to read\)"),
        ("mine_to_read:nothing", "is a NoneType without read"),
        ("mine_to_read:Mine:x", "takes no argument, and 'x'"),
        ("a b:Mine", "no name of a module"),
        ("gone.py:Mine", "there is no file gone.py"),
        ("lacks_to_read:Mine", "install what brings 'not_installed_here'"),
        ("wrong_to_read:Mine", "SyntaxError"),
        ("script_to_read:Mine", "SystemExit"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(on_path, named, said):
    (on_path / "lacks_to_read.py").write_text("import not_installed_here")
    (on_path / "wrong_to_read.py").write_text("def")
    (on_path / "script_to_read.py").write_text("raise SystemExit(2)")

    with pytest.raises(ReaderError, match=said) as caught:
        find_reader(named)

    assert "\n" not in str(caught.value)


def test_name_of_nothing_says_what_there_is(on_path):
    install(on_path, "mine", "1.0", "people = mine_to_read:Mine")

    with pytest.raises(CheckpointError, match=r"nor is it a reader: .*people"):
        find_reader("peeple")


def test_nothing_is_imported_from_the_working_directory(on_path, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "here_to_read.py").write_text(READER)
    monkeypatch.chdir(elsewhere)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", ".")])

    with pytest.raises(ReaderError, match="nothing is imported from the working directory"):
        find_reader("here_to_read:Mine")
