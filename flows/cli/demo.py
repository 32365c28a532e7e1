"""`demo`: what a night does, an edit, a deletion, and that the graph is a function of documents."""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from flows.cli.ingest import print_night, print_where
from flows.cli.picking import some_facts, some_proofs
from flows.cli.proofs import proofs
from flows.cli.render import fact_line, heading
from flows.cli.session import settings_for_command
from flows.console import display, output
from flows.demo import Demonstration, Difference, Edit, Fact
from flows.errors import FlowError
from flows.settings import shipped_samples
from flows.sources import check_folder
from flows.tools import open_tools

SAMPLES = Path("samples")
EDIT = Edit(file="people/marie-curie.md", before="on 4 July 1934", after="in July 1934")

N_FACTS, N_PROOFS, N_CHANGES = 5, 3, 6
"""Facts, proofs and changed facts that are shown."""


def demo() -> None:
    """Read the samples, edit a sentence, delete a document, and restore both: four real nights.

    The edit and the deletion happen in a copy; the graph is left as `nightloom ingest samples`
    leaves it.

    Example: nightloom demo
    """
    settings = settings_for_command()
    samples = SAMPLES if (SAMPLES / EDIT.file).is_file() else shipped_samples()
    check_folder(samples)
    begun = time.perf_counter()
    with (
        display() as watch,
        open_tools(settings, watch) as tools,
        tempfile.TemporaryDirectory(prefix="nightloom-") as scratch,
    ):
        opened_s = time.perf_counter() - begun
        nights = Demonstration(samples, SAMPLES.name, tools, Path(scratch) / SAMPLES.name)
        first = nights.first_night()
        facts = some_facts(tools.graph, SAMPLES.name, N_FACTS)
        derived = some_proofs(tools, N_FACTS)
        edited = nights.edit(EDIT)
        behind = nights.document_behind(derived)
        deleted = nights.delete(behind[0]) if behind else None
        is_as_before = nights.last_night()
    console = output()
    first = replace(first, seconds={"start": opened_s, **first.seconds})
    print_night(first, facts, derived[:N_PROOFS])
    was, now = EDIT.before, EDIT.after
    console.print(heading(f"Second night: in {SAMPLES / EDIT.file} “{was}” has become “{now}”"))
    _print_difference(console, edited)
    if behind and deleted:
        console.print(proofs("Why is one of the derived facts there?", [behind[1]]))
        console.print(heading(f"Third night: {behind[0]} was deleted"))
        _print_difference(console, deleted)
    console.print(heading("Fourth night: both documents are as they were"))
    if not is_as_before:
        raise FlowError(
            "the graph is not what it was after the first night: unless another run wrote to it "
            "meanwhile, report this as a bug"
        )
    console.print(
        f"  The same graph as after the first: all {nights.n_lines:,} lines of its canonical dump.",
        highlight=False,
    )
    print_where(settings, facts, derived)


def _print_difference(console: Console, difference: Difference) -> None:
    for mark, style, facts in (
        ("−", "red", difference.removed),
        ("+", "green", difference.added),
    ):
        for fact in facts[:N_CHANGES]:
            console.print(_changed_line(mark, style, fact), soft_wrap=True)
        if len(facts) > N_CHANGES:
            console.print(f"  {mark} … and {len(facts) - N_CHANGES} more", highlight=False)
    if n := difference.n_changed:
        stand = "1 fact stands" if n == 1 else f"{n} facts stand"
        console.print(f"  {stand} with another confidence", highlight=False)


def _changed_line(mark: str, style: str, fact: Fact) -> Text:
    line = fact_line(fact.subject, fact.type, fact.object)
    derived = ("   derived", "green") if fact.derived else ""
    return Text.assemble(f"  {mark} ", (f"{fact.confidence:.2f}  ", style), line, derived)
