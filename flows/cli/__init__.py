"""The command `nightloom`: one module a group of verbs; what goes wrong is said in one sentence.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but some documents were set aside; 4 another
run holds the graph.
"""

import logging
import sys
from collections.abc import Callable
from importlib import metadata
from typing import Annotated

import typer

from extractors.errors import ExtractionError
from flows.cli import (
    corpora,
    demo,
    evaluation,
    graph,
    ingest,
    models,
    ontology,
    rules,
    services,
    training,
)
from flows.cli.session import FAILED, HELD, INTERRUPTED, options
from flows.console import print_error, print_note
from flows.errors import FlowError
from graphdb.errors import GraphError, LeaseHeldError

__all__ = ["app", "main"]

logger = logging.getLogger(__name__)

app = typer.Typer(
    name="nightloom",
    help="Every night your documents become a graph you can query, and every fact in it can say "
    "why it is there.",
    epilog="Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but some documents were set "
    "aside; 4 another run holds the graph.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

VERBS: dict[str, tuple[Callable[..., None], ...]] = {
    "Every day": (
        *(services.up, services.status, ingest.ingest, graph.explain, graph.why_not),
        demo.demo,
    ),
    "Looking after it": (
        *(graph.audit, graph.forget, graph.rebuild, graph.dump),
        services.doctor,
    ),
    "The model": (
        *(models.predict, evaluation.evaluate, corpora.check_data, corpora.suggest),
        *(training.train, training.tune),
    ),
}

for panel, verbs in VERBS.items():
    for verb in verbs:
        app.command(verb.__name__.replace("_", "-"), rich_help_panel=panel)(verb)
app.add_typer(ontology.app, name="ontology", rich_help_panel="Every day")
app.add_typer(rules.app, name="rules", rich_help_panel="Every day")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except LeaseHeldError as error:
        _end(error, HELD)
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        _end(error, FAILED)
    except KeyboardInterrupt:
        print_note("stopped; what was committed stays, and running it again goes on from there")
        sys.exit(INTERRUPTED)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("nightloom"))
        raise typer.Exit


@app.callback()
def before_every_command(
    debug: Annotated[
        bool, typer.Option("--debug", help="Log everything, tracebacks of errors too.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback has done it by now
        bool,
        typer.Option(
            "--version", help="Print the version and end.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Take what is said before the command's name."""
    options.debug = debug


def _end(error: Exception, code: int) -> None:
    logger.debug("the command failed", exc_info=error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        print_error(f"{error.filename}: {error.strerror}")
    else:
        print_error(str(error))
    sys.exit(code)
