"""`python -m flows` is `nightloom`."""

import sys


def main() -> None:
    """Run the command line, or say which package is missing for it."""
    try:
        from flows.cli import main as run
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in {"extractors", "flows", "graphdb"}:
            raise
        sys.exit(f"error: {error.name} is not installed: pip install 'nightloom[all]' brings it")
    run()


if __name__ == "__main__":
    main()
