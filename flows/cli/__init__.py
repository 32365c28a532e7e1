"""The command `nightloom`: one module a group of verbs; what goes wrong is said in one sentence.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but some documents were set aside; 4 another
run holds the graph.
"""

import logging
import signal
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from extractors.errors import ExtractionError
from flows.cli import (
    backup,
    changes,
    corpora,
    demo,
    evaluation,
    finding,
    formats,
    graph,
    identity,
    ingest,
    models,
    ontology,
    registry,
    rejected,
    resolution,
    rules,
    service,
    services,
    sources,
    training,
)
from flows.cli.session import FAILED, HELD, INTERRUPTED, options
from flows.console import print_error, print_json, print_note, print_traceback
from flows.errors import FlowError, StoppedError
from flows.roles import needing, version
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
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

READS = ("read", "graph")

VERBS: dict[str, dict[Callable[..., None], tuple[str, ...]]] = {
    "Every day": {
        services.up: ("flows",),
        services.page: ("flows",),
        services.status: (),
        ingest.ingest: READS,
        finding.find: ("graph",),
        graph.explain: ("graph",),
        graph.why_not: ("graph",),
        services.mcp: ("mcp",),
        changes.changes: ("graph",),
        changes.history: ("graph",),
        changes.as_of: ("graph",),
        demo.demo: READS,
    },
    "Looking after it": {
        rejected.rejected: (),
        rejected.replay: READS,
        graph.audit: ("graph",),
        graph.forget: ("graph",),
        graph.rebuild: ("graph",),
        resolution.resolve: ("graph",),
        resolution.review: ("graph",),
        identity.merge: ("graph",),
        identity.split: ("graph",),
        identity.distinct: ("graph",),
        identity.decisions: ("graph",),
        identity.migrate: ("graph",),
        finding.embed: READS,
        graph.clear: ("graph",),
        graph.dump: ("graph",),
        backup.backup: ("graph",),
        backup.restore: ("graph",),
        services.deploy: ("flows",),
        services.doctor: (),
        formats.formats: (),
        sources.sources: (),
    },
    "The model": {
        models.predict: ("read",),
        evaluation.evaluate: ("read",),
        corpora.check_data: (),
        corpora.suggest: ("read",),
        training.train: ("train",),
        training.tune: ("train",),
    },
}
"""The commands as the help groups them, each with the roles that it needs."""

for panel, verbs in VERBS.items():
    for verb, roles in verbs.items():
        name = verb.__name__.replace("_", "-")
        app.command(name, rich_help_panel=panel)(needing(*roles)(verb))
app.add_typer(ontology.app, name="ontology", rich_help_panel="Every day")
app.add_typer(rules.app, name="rules", rich_help_panel="Every day")
app.add_typer(registry.app, name="models", rich_help_panel="The model")
app.add_typer(service.app, name="service", rich_help_panel="Looking after it")


AFTER_CTRL_C = {
    "ingest": "documents that are in the graph stay there, and what the model has read is kept: "
    "run it again, and it goes on from there",
    "demo": "the graph may hold a night of the demonstration: nightloom ingest samples reads the "
    "samples as they are",
    "replay": "documents that are in the graph stay there, and what the model has read is kept: "
    "run it again, and it goes on from there",
    "rebuild": "documents that are not back in the graph yet are written down: run it again, and "
    "it brings them back",
    "resolve": "what was decided stays: run it again, and it does the rest",
    "review": "what was answered stays, and the rest is asked about again",
    "merge": "the decision may be recorded: run it again, and what it is about is written again",
    "distinct": "the decision may be recorded: run it again, and what it is about is written again",
    "split": "the merges may be undone in part: nightloom rebuild brings all documents up to date",
    "decisions": "some decisions may be recorded: run it again, and it does the rest",
    "embed": "passages that have their vectors keep them: run it again, and it does the rest",
    "migrate": "documents that have their new keys keep them: run it again, and it does the rest",
    "forget": "the document may be erased in part: run it again, until it prints its receipt",
    "restore": "the graph may be half restored: run it again, and it begins anew",
    "clear": "a part of the graph may be gone: run it again, and the rest goes, too",
    "train": "what was learned up to the last whole epoch is kept: run it again, and it goes on "
    "from there",
    "tune": "finished trials are kept: run it again, and the search goes on from there",
    "predict": "what --out names may hold a part of the documents: run it again",
    "suggest": "what --out names may be incomplete: delete it and run it again",
}
"""What is kept where a command is interrupted, and how to go on; other commands only look."""

WRONG_USAGE: type[Any] = typer.BadParameter.__mro__[1]
"""What typer raises for wrong words on the command line; it has no public name for it."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.excepthook = print_traceback
    # Whoever ends us politely gets what Ctrl-C gets: a last sentence, and the lease given back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # So does who closes the terminal, unless nohup or a shell has said that this is nothing to us.
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        # typer would print what it raises itself, with what was typed as it is, and keep Ctrl-C.
        code = app(standalone_mode=False)
    except WRONG_USAGE as error:
        _say_usage(error)
        code = error.exit_code
    except StoppedError as error:
        _say_why(str(error), print_note)
        sys.exit(INTERRUPTED)
    except typer.Abort:
        _say_why("not confirmed; nothing was changed", print_note)
        code = FAILED
    except LeaseHeldError as error:
        _end(error, HELD)
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        _end(error, FAILED)
    if code == INTERRUPTED:
        kept = AFTER_CTRL_C.get(options.command, "nothing was changed")
        _say_why(f"stopped; {kept}", print_note)
    sys.exit(code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version())
        raise typer.Exit


@app.callback()
def before_every_command(
    context: typer.Context,
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
    options.command = context.invoked_subcommand or ""


def _say_usage(error: Any) -> None:
    """Say what is wrong with the command line; nothing where its help was printed instead."""
    sentence = error.format_message().strip().rstrip(".")
    command = error.ctx.command_path if error.ctx else "nightloom"
    if sentence:
        _say_why(f"{sentence}: {command} --help says what it takes")


def _end(error: Exception, code: int) -> None:
    logger.debug("the command failed", exc_info=error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        _say_why(f"{error.filename}: {error.strerror}")
    else:
        _say_why(str(error))
    sys.exit(code)


def _say_why(sentence: str, say: Callable[[str], None] = print_error) -> None:
    """Say why there is no result; where that was to be JSON, this is the object in its place."""
    say(sentence)
    # What was typed, because the parser may be what failed.
    if "--json" in sys.argv:
        print_json({"error": sentence})
