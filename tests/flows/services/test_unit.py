"""The unit that keeps `nightloom up` running is one that systemd takes, whatever its folder."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.errors import ServiceError
from flows.services.unit import install_unit, remove_unit, unit, unit_path

NAMES = ["plain", "two words", "100 % sure", "$HOME", "übung 夜"]
"""What the folder of the command may be called, too."""
QUOTED = ['in "quotes"', "it's", "back\\slash"]


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.mark.parametrize("name", [*NAMES, *QUOTED])
def test_systemd_takes_the_unit(tmp_path, monkeypatch, name):
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("there is no systemd-analyze here")
    folder = tmp_path / name
    folder.mkdir()
    # The command lies in a folder of that name, too, and systemd says so if it cannot find it.
    beside = folder if name in NAMES else tmp_path
    command = beside / "nightloom"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(beside / "python"))

    path = install_unit(folder, system=False)

    done = subprocess.run(
        [analyze, "verify", "--man=no", "--user", path],
        capture_output=True,
        text=True,
        check=False,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    about_it = [line for line in done.stderr.splitlines() if "nightloom" in line]
    assert about_it == []


def test_it_runs_this_nightloom_in_that_folder(tmp_path):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read_string(unit(tmp_path, system=False))

    assert parser["Service"]["WorkingDirectory"] == str(tmp_path)
    assert parser["Service"]["ExecStart"] == f'"{Path(sys.executable).with_name("nightloom")}" up'
    assert parser["Service"]["KillSignal"] == "SIGINT"
    assert parser["Install"]["WantedBy"] == "default.target"


def test_the_unit_of_another_folder_is_left_alone(tmp_path):
    install_unit(tmp_path, system=False)
    before = unit_path(system=False).read_text()
    (tmp_path / "other").mkdir()

    with pytest.raises(ServiceError, match="in another folder: remove it first"):
        install_unit(tmp_path / "other", system=False)

    assert unit_path(system=False).read_text() == before
    install_unit(tmp_path, system=False)
    remove_unit(system=False)
    assert not unit_path(system=False).exists()
    with pytest.raises(ServiceError, match="there is no"):
        remove_unit(system=False)


@pytest.mark.parametrize("name", QUOTED)
def test_a_command_that_no_unit_can_name_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(sys, "executable", str(tmp_path / name / "python"))

    with pytest.raises(ServiceError, match="install nightloom in another folder"):
        unit(tmp_path, system=False)


def test_a_name_that_no_unit_can_hold_is_refused(tmp_path):
    with pytest.raises(ServiceError, match="control character"):
        unit(tmp_path / "two\nlines", system=False)
