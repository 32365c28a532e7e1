"""`python -m flows` is `nightloom`."""

import os
import sys


def main() -> None:
    """Run the command line, or say which package is missing for it."""
    try:
        from flows.cli import main as run

        run()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in {"extractors", "flows", "graphdb"}:
            raise
        from flows.roles import install_command

        sys.exit(f"error: {error.name} is not installed: {install_command('all')}")


def leave_working_directory() -> None:
    """Take the working directory off the path, where `python -m` has put it first.

    A `queue.py` or `random.py` of the person would else be taken for Python's own. A checkout that
    nobody installed stays: we ourselves come from there.
    """
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    here = os.getcwd()  # noqa: PTH109 - pathlib would import what may be the person's
    if not sys.flags.safe_path and sys.path[0] == here != ours:
        del sys.path[0]


if __name__ == "__main__":
    leave_working_directory()
    main()
