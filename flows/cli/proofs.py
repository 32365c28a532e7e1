"""How a proof looks: as lines of a terminal, cut where it gets long, and as flat lists for JSON.

A fact that is needed in several places is printed with its proof in the first of them, where it
gets a number, and referred to by that number in the others. So a proof prints as many lines as it
has facts, sentences and premises, however many ways lead through it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from flows.cli.render import citation, fact_line, heading
from flows.text import counted, shown
from graphdb.asking import Proof, ProvedFact, RuleUse, Witness, by_document

DEPTH = 6
"""Rules one below the other that are printed."""
LINES = 60
"""Lines of one proof that are printed."""
N_DOCUMENTS = 3
"""Documents of which the sentences are printed for each fact, all that they cite for it."""
INDENT, N_INDENTS = 4, 6
"""Columns by which a level is moved in, and how often: deeper levels say how deep they are."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of a proof is printed; JSON has all of it."""

    depth: int = DEPTH
    lines: int = LINES
    documents: int = N_DOCUMENTS


ALL = Cut(depth=1 << 62, lines=1 << 62, documents=1 << 62)


def proofs(title: str, explained: Sequence[Proof], cut: Cut = Cut()) -> RenderableType:
    """Return proofs under a title."""
    return Group(heading(title), *(line for proof in explained for line in proof_lines(proof, cut)))


def proof_lines(proof: Proof, cut: Cut = Cut()) -> Iterator[RenderableType]:
    """Yield a proof: each fact, the sentences that state it, the rules that conclude it."""
    outline = _Outline(proof, cut)
    lines = outline.lines()
    yield from islice(lines, cut.lines)
    n_left = len(proof.facts) - len(outline.printed)
    if n_left or next(lines, None):
        facts = f"{counted(n_left, 'fact')} more that it follows from" if n_left else "more"
        yield _moved_in(Text(f"… and {facts}: nightloom explain --all prints all", "dim"), 0)


def derived_list(explained: Sequence[Proof]) -> RenderableType:
    """Return derived facts, each with the rule and the premises that it leans on."""
    lines: list[RenderableType] = [heading("Facts that rules derived, and what they follow from")]
    for proof in explained:
        fact = proof.fact
        line = fact_line(fact.subject, fact.type, fact.object)
        lines.append(_indented(Text.assemble(f"{fact.confidence:.2f}  ", line), 2))
        for rule_use in fact.rule_uses[:1]:
            rule = f"{shown(rule_use.sentence)}  ({shown(rule_use.rule)})"
            lines.append(_indented(Text(rule, style="green"), 8))
            premises = proof.premises(rule_use)
            lines += [_indented(_premise_line(premise), 8) for premise in premises]
    return Group(*lines)


@dataclass
class _Outline:
    """Walks down a proof with a list of what is still to be printed, last things first."""

    proof: Proof
    cut: Cut
    printed: set[str] = field(default_factory=set)
    """Keys of facts that have a line."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Of facts that are printed in full and needed again."""

    def __post_init__(self) -> None:
        self._n_uses = Counter(
            key
            for fact in self.proof.facts.values()
            for rule_use in fact.rule_uses
            for key in rule_use.premises
        )

    def lines(self) -> Iterator[RenderableType]:
        waiting: list[tuple[ProvedFact | RuleUse, int]] = [(self.proof.fact, 0)]
        while waiting:
            item, level = waiting.pop()
            below: list[tuple[ProvedFact | RuleUse, int]]
            if isinstance(item, RuleUse):
                yield _moved_in(_rule_line(item), level, deeper=2)
                below = [(premise, level + 1) for premise in self.proof.premises(item)]
            else:
                is_known = item.key in self.numbers
                is_cut = bool(item.rule_uses) and level >= self.cut.depth
                yield self._fact(item, level, is_known=is_known, is_cut=is_cut)
                if is_known or is_cut:
                    continue
                yield from self._sentences(item, level)
                below = [(rule_use, level) for rule_use in item.rule_uses]
            waiting += reversed(below)

    def _fact(
        self, fact: ProvedFact, level: int, *, is_known: bool, is_cut: bool
    ) -> RenderableType:
        self.printed.add(fact.key)
        if not is_known and not is_cut and self._n_uses[fact.key] > 1:
            self.numbers[fact.key] = len(self.numbers) + 1
        number = self.numbers.get(fact.key)
        mark = f"  as at [{number}]" if is_known else f"  [{number}]" if number else ""
        line = fact_line(fact.subject, fact.type, fact.object)
        more = "  …" if is_cut else mark
        return _moved_in(Text.assemble(line, f"   {fact.confidence:.2f}", (more, "dim")), level)

    def _sentences(self, fact: ProvedFact, level: int) -> Iterator[RenderableType]:
        documents = by_document(fact.witnesses)
        for cited in documents[: self.cut.documents]:
            yield _moved_in(_citation_line(cited, (fact.subject, fact.object)), level, deeper=2)
        left = len(documents) - self.cut.documents
        if left > 0:
            more = f"… and in {counted(left, 'document')} more"
            yield _moved_in(Text(more, style="dim"), level, deeper=2)


def _rule_line(rule_use: RuleUse) -> Text:
    rule = f"({shown(rule_use.rule)}, {rule_use.rule_confidence:.2f})"
    return Text(f"{shown(rule_use.sentence)} {rule}", style="green")


def _citation_line(cited: Sequence[Witness], names: Sequence[str]) -> Text:
    confidence = max(witness.confidence for witness in cited)
    where = (f"  {shown(cited[0].place)}, {confidence:.2f}", "dim")
    return Text.assemble(citation([witness.text for witness in cited], names), where)


def _premise_line(premise: ProvedFact) -> Text:
    line = fact_line(premise.subject, premise.type, premise.object)
    if premise.witnesses:
        where = shown(premise.witnesses[0].place)
    else:
        where = " by ".join(["derived", *(shown(use.rule) for use in premise.rule_uses[:1])])
    return Text.assemble(f"{premise.confidence:.2f}  ", line, (f"   {where}", "dim"))


def _moved_in(line: Text, level: int, deeper: int = 0) -> RenderableType:
    """Return a line of some level; a fact says how deep it is where there is no room to show it."""
    if level > N_INDENTS and not deeper:
        line = Text.assemble((f"{level}: ", "dim"), line)
    return _indented(line, 2 + INDENT * min(level, N_INDENTS) + deeper)


def _indented(line: Text, n: int) -> RenderableType:
    return Padding(line, (0, 0, 0, n), expand=False)
