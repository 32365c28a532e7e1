"""`python -m flows` is `nightloom`."""

import sys
from pathlib import Path

from flows.roles import install_command


def main() -> None:
    """Run the command line, or say which package is missing for it."""
    try:
        from flows.cli import main as run

        run()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in {"extractors", "flows", "graphdb"}:
            raise
        sys.exit(f"error: {error.name} is not installed: {install_command('all')}")


def leave_working_directory() -> None:
    """Take the working directory off the path, where `python -m` has put it first.

    A `queue.py` or `random.py` of the person would else be taken for Python's own. A checkout that
    nobody installed stays: we ourselves come from there.
    """
    here = Path.cwd()
    if not sys.flags.safe_path and Path(__file__).parents[1] != here:
        sys.path[:] = [entry for entry in sys.path if Path(entry).absolute() != here]


if __name__ == "__main__":
    leave_working_directory()
    main()
