"""The command as a shell runs it."""

import sys

import pytest

from flows.cli import main


@pytest.fixture
def nightloom(monkeypatch, capsys, tmp_path):
    """Run the command as a shell would; return exit code, output and error output."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["nightloom", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(ended.value.code or 0), out, err

    return run
