"""How results look: small tables, a fact as `subject ─RELATION→ object`, evidence in quotes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.night import Report
from flows.text import shown, shown_sentence
from graphdb import Decision, StatedFact, Verdict, Violation

N_ROWS = 20
"""Rows of a list before the rest is only counted."""


def fact_line(subject: str, type_: str, object_: str) -> Text:
    """Return a fact as people read it."""
    return Text.assemble(
        (shown(subject), "bold cyan"),
        ("  ─", "dim"),
        (shown(type_), "magenta"),
        ("→  ", "dim"),
        (shown(object_), "bold cyan"),
    )


def quoted(sentence: str, names: Iterable[str] = ()) -> Text:
    """Return a sentence on one line, with the names in it marked."""
    text = Text(shown_sentence(sentence), style="italic")
    for name in names:
        text.highlight_words([shown_sentence(name)], style="bold not italic")
    return text


def citation(texts: Iterable[str], names: Iterable[str] = ()) -> Text:
    """Return the sentences that one document cites for a fact, which may lie far apart."""
    marked = tuple(names)
    quotations = [Text.assemble("“", quoted(text, marked), "”") for text in texts]
    return Text(" … ").join(quotations)


def heading(title: str) -> Text:
    """Return the title of a part of the output."""
    return Text(f"\n{shown(title)}", style="bold")


def said_decision(decision: Decision) -> str:
    """Return a decision with its score, its reason and its time."""
    score = f", {decision.score:.2f}" if decision.score is not None else ""
    reason = f": {decision.reason}" if decision.reason else ""
    return f"{decision}{score}{reason}"


def decided_row(decided: Decision | Verdict) -> dict[str, Any]:
    """Return a decision or verdict as plain data, with the key by which it can be withdrawn."""
    return {"key": decided.key, **asdict(decided)}


def facts_table(facts: Sequence[StatedFact]) -> RenderableType:
    """Return facts with the evidence of one document, the sentences below their fact."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for fact in facts:
        where = f"   {shown(fact.cited[0].place)}{_more(fact.witnesses - 1)}"
        texts = [witness.text for witness in fact.cited]
        evidence = Text.assemble(citation(texts, (fact.subject, fact.object)), (where, "dim"))
        line = fact_line(fact.subject, fact.type, fact.object)
        table.add_row(f"{fact.confidence:.2f}", line)
        table.add_row("", evidence)
    title = "Facts, with their confidence and the sentences that state each"
    return Group(heading(title), Padding(table, (0, 0, 0, 2), expand=False))


def report_summary(report: Report) -> RenderableType:
    """Return what a run did, as three lines of numbers and what needs attention."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    table.add_row("documents", _numbers(_document_numbers(report)))
    table.add_row("compared", _numbers(_compared_numbers(report)))
    table.add_row("found", _numbers(_found_numbers(report)))
    table.add_row("the rules", _numbers(_derived_numbers(report)))
    in_graph = ("documents", "chunks", "entities", "facts", "nodes", "relationships")
    table.add_row("graph now", _numbers({n: report.counts[n] for n in in_graph}))
    table.add_row("seconds", _numbers(_seconds(report)))
    return Group(Text(report.title, style="bold"), Padding(table, (1, 0, 0, 2), expand=False))


def _document_numbers(report: Report) -> dict[str, int]:
    return report.account.rows


def _compared_numbers(report: Report) -> dict[str, int]:
    return {"new": report.n_new, "changed": report.n_changed}


def _found_numbers(report: Report) -> dict[str, int]:
    found = {"entities": report.n_entities, "relations": report.n_relations}
    n_left_out = report.change.get("entities_left_out", 0)
    return found | ({"entities without a fact left out": n_left_out} if n_left_out else {})


def _derived_numbers(report: Report) -> dict[str, int]:
    said = {"added": "facts added", "changed": "changed", "removed": "withdrawn"}
    return {name: report.inference[key] for key, name in said.items() if key in report.inference}


def _seconds(report: Report) -> dict[str, str]:
    total = sum(report.seconds.values())
    return {step: f"{s:.1f}" for step, s in report.seconds.items()} | {"in all": f"{total:.1f}"}


def sentences(title: str, rows: Sequence[str], style: str = "") -> RenderableType:
    """Return a list of sentences, the first of them only if there are many."""
    lines = [Text(f"  • {shown(row)}", style=style) for row in rows[:N_ROWS]]
    if len(rows) > N_ROWS:
        lines.append(Text(f"  … and {len(rows) - N_ROWS} more", style="dim"))
    return Group(heading(title), *lines)


def rejected_facts(rows: Sequence[str]) -> RenderableType:
    """Return what documents said and the graph did not take, by its ontology mostly."""
    return sentences("Facts that were not taken", rows, "dim")


def violations_table(violations: Sequence[Violation]) -> Table:
    """Return broken invariants with examples."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("what should hold", ratio=5)
    table.add_column("broken", justify="right")
    table.add_column("for example", ratio=5, overflow="fold")
    for violation in violations:
        table.add_row(Text(shown(violation.meaning)), str(violation.count), _examples(violation))
    return table


def _examples(violation: Violation) -> Text:
    """Return the examples, below each the sentences that say so."""
    lines = []
    for place, example in enumerate(violation.examples):
        lines.append(Text(shown(example)))
        said = violation.sentences[place] if violation.sentences else ()
        lines += [Text(f"  {shown(sentence)}", style="dim") for sentence in said]
    return Text("\n").join(lines)


def print_report(console: Console, report: Report) -> None:
    """Print what a run did and what somebody should look at."""
    console.print(report_summary(report))
    if report.set_aside:
        rows = [str(aside) for aside in report.set_aside]
        console.print(
            sentences("Set aside (the graph keeps what it had of these)", rows, "yellow"),
            soft_wrap=True,
        )
    if report.failure:
        console.print(Text(shown(report.failure), style="bold red"), soft_wrap=True)
    for note in report.notes:
        console.print(Padding(Text(shown(note), style="yellow"), (0, 0, 0, 2)))
    if report.gaps:
        title = "Documents may be hidden here, so those that were there have not vanished"
        console.print(sentences(title, report.gaps, "yellow"), soft_wrap=True)
    if report.rejected:
        console.print(rejected_facts(report.rejected), soft_wrap=True)
    if report.violations:
        console.print(sentences("Not as promised", report.violations, "red"), soft_wrap=True)
    if report.contradictions:
        console.print(heading("Contradictions"))
        console.print(violations_table(report.contradictions))


def _numbers(values: Mapping[str, int | str]) -> Text:
    parts = [
        part
        for name, value in values.items()
        for part in (
            (f"{value:,}" if isinstance(value, int) else value, "bold"),
            (f" {name}   ", ""),
        )
    ]
    return Text.assemble(*parts)


def _more(n: int) -> str:
    return "" if n < 1 else f" and {n} other document{'s' if n > 1 else ''}"
