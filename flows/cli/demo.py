"""`demo`: what a night does, an edit, a deletion, and that the graph is a function of documents.

At the end: who is who, decided and undone.
"""

import tempfile
import time
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from flows.catalogue import read_catalogue
from flows.cli.ingest import print_night, print_where
from flows.cli.picking import some_facts, some_proofs
from flows.cli.proofs import proofs
from flows.cli.render import fact_line, heading, said_decision
from flows.cli.session import AsJson, settings_for_command
from flows.console import display, output, print_json
from flows.demo import Demonstration, Difference, Edit, Fact, WhoIsWho
from flows.errors import FlowError
from flows.settings import shipped_samples
from flows.sources import check_folder
from flows.text import shown
from flows.tools import open_tools, resolved
from graphdb import Ontology

SAMPLES = Path("samples")
EDIT = Edit(file="people/marie-curie.md", before="on 4 July 1934", after="in July 1934")

N_FACTS, N_PROOFS, N_CHANGES, N_MERGES, N_VALUES = 5, 3, 6, 3, 1
"""Facts, proofs, changed facts, merges and days that are shown."""


def demo(as_json: AsJson = False) -> None:
    """Read the samples, edit a sentence, delete a document, and restore both: four real nights.

    Then names are resolved, and that is undone, if the graph has nothing but the samples. The edit
    and the deletion happen in a copy; the graph is left as `nightloom ingest samples` leaves it.

    Example: nightloom demo
    """
    settings = settings_for_command()
    catalogue = read_catalogue(settings.resolution.catalogue, Ontology.load(settings.ontology_path))
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
        who_is_who = nights.who_is_who(partial(resolved, settings, catalogue))
    first = replace(first, seconds={"start": opened_s, **first.seconds})
    _check(is_as_before, who_is_who)
    if as_json:
        gone = {"document": behind[0]} | asdict(deleted) if behind and deleted else None
        print_json(
            {
                "first_night": first.to_dict(),
                "edited": asdict(EDIT) | {"file": str(SAMPLES / EDIT.file)} | asdict(edited),
                "deleted": gone,
                "who_is_who": who_is_who and asdict(who_is_who),
            }
        )
        return
    console = output()
    print_night(first, facts, derived[:N_PROOFS])
    was, now = EDIT.before, EDIT.after
    console.print(heading(f"Second night: in {SAMPLES / EDIT.file} “{was}” has become “{now}”"))
    _print_difference(console, edited)
    if behind and deleted:
        console.print(proofs("Why is one of the derived facts there?", [behind[1]]))
        console.print(heading(f"Third night: {behind[0]} was deleted"))
        _print_difference(console, deleted)
    console.print(heading("Fourth night: both documents are as they were"))
    console.print(
        f"  The same graph as after the first: all {nights.n_lines:,} lines of its canonical dump.",
        highlight=False,
    )
    _print_who_is_who(console, who_is_who)
    print_where(settings, facts, derived)


def _check(is_as_before: bool, who_is_who: WhoIsWho | None) -> None:
    if not is_as_before:
        raise FlowError(
            "the graph is not what it was after the first night: unless another run wrote to it "
            "meanwhile, report this as a bug"
        )
    if who_is_who and not (who_is_who.was_decided or who_is_who.is_undone):
        raise FlowError(
            "undoing what resolution decided left a trace: unless another run wrote to the graph "
            "meanwhile, report this as a bug"
        )


def _print_who_is_who(console: Console, found: WhoIsWho | None) -> None:
    console.print(heading("Who is who: nightloom resolve"))
    if found is None:
        console.print("  Left out: the graph has other documents, too.", highlight=False)
        return
    by_kind = {kind: [d for d in found.decisions if d.kind == kind] for kind in ("same", "apart")}
    # Sorted by what is most telling: facts in common, then how sure it is.
    merges = sorted(by_kind["same"], key=lambda each: ("facts" not in each.reason, each.one))
    for decision in (*merges[:N_MERGES], *by_kind["apart"][:N_MERGES]):
        console.print(f"  • {shown(said_decision(decision))}", soft_wrap=True, markup=False)
    n_more = sum(max(0, len(decisions) - N_MERGES) for decisions in by_kind.values())
    if n_more:
        console.print(f"  … and {n_more} more", highlight=False)
    for value in found.values[:N_VALUES]:
        names = " and ".join(map(shown, (value.name, *value.others)))
        console.print(f"  {names} are one node: {shown(value.meaning)}", soft_wrap=True)
    if found.was_decided:
        return
    console.print("  Undone again: the same graph as before, line by line.", highlight=False)


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
