"""What the graph remembers of the last inference, and what has been touched since."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from graphdb.inference.store import Store
from graphdb.inference.transactions import Statement
from graphdb.inference.values import Blend
from graphdb.queries import cypher
from graphdb.rules import Rule

CHANGES_A_PAGE = 5
"""Entries of the change log that are read together; each tells of a group of documents."""


@dataclass(slots=True)
class Touched:
    """Facts and entities that were touched since the last inference, whatever happened to them."""

    seq: int = -1
    keys_by_type: dict[str, dict[str, None]] = field(default_factory=dict)
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    """Keys of facts that may not have been there before."""
    gone: set[str] = field(default_factory=set)
    """Keys of facts that went, and may have come back since, more or less sure."""
    entities: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return self.seq >= 0


@dataclass(frozen=True, slots=True)
class PastRule:
    """A rule as it was when the graph was last derived."""

    body: str | None
    confidence: float | None
    type: str
    sentence: str


@dataclass(frozen=True, slots=True)
class State:
    """How the last inference ended."""

    is_settled: bool
    """Whether it came to its end; otherwise anything may be amiss."""
    blend: str | None
    batch: int
    rules: Mapping[str, PastRule]
    denied: frozenset[str] = frozenset()
    """Facts that no rule concluded, because people called them wrong."""


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """How rules differ from those by which the graph was last derived."""

    rewritten: frozenset[str]
    """Names of rules that are new, or conclude something else now."""
    reweighted: frozenset[str]
    """Names of rules that are more or less sure."""
    reworded: frozenset[str]
    """Names of rules with another sentence, which derives nothing but is shown."""
    gone: Mapping[str, str]
    """Types that deleted rules concluded, by the name of the rule."""

    def __bool__(self) -> bool:
        """Say whether anything has to be derived anew."""
        return bool(self.rewritten or self.reweighted or self.gone)


def rule_changes(rules: Iterable[Rule], state: State) -> RuleChanges:
    """Compare rules with those by which the graph was last derived."""
    rewritten, reweighted, reworded = set(), set(), set()
    names = set()
    for rule in rules:
        names.add(rule.name)
        past = state.rules.get(rule.name)
        # The strongest change alone counts: a rewritten rule is asked anew, and its confidence and
        # its sentence are written with that.
        if past is None or past.body != rule.body_fingerprint:
            rewritten.add(rule.name)
        elif past.confidence != rule.confidence:
            reweighted.add(rule.name)
        elif past.sentence != rule.sentence:
            reworded.add(rule.name)
    gone = {name: past.type for name, past in state.rules.items() if name not in names}
    return RuleChanges(frozenset(rewritten), frozenset(reweighted), frozenset(reworded), gone)


def read_touched(store: Store, types: Set[str], *, with_entities: bool) -> Touched:
    """Return what the change log says of facts of these types, and of entities if asked for."""
    touched = Touched()
    # Page by page: after a first night the log has every fact there is.
    is_more = True
    while is_more:
        rows = store.read(cypher("infer/changes"), after=touched.seq, n=CHANGES_A_PAGE)
        for row in rows:
            _see(touched, row, types)
            if with_entities:
                touched.entities.update(row["entities"])
        is_more = len(rows) == CHANGES_A_PAGE
    return touched


def _see(touched: Touched, row: Mapping[str, Any], types: Set[str]) -> None:
    touched.seq = row["seq"]
    facts = zip(row["facts"], row["types"], row["subjects"], row["objects"], strict=True)
    added, removed = set(row["added"]), set(row["removed"])
    for key, type_, subject, object_ in facts:
        if type_ not in types:  # no rule speaks of it
            continue
        touched.keys_by_type.setdefault(type_, {})[key] = None
        touched.ends[key] = (subject, object_)
        # A fact that went may be back by a later entry: no rule was asked about it since.
        if key in added or key in removed:
            touched.new.add(key)
        if key in removed:
            touched.gone.add(key)


def last_touched(store: Store) -> Touched:
    """Return how far the change log goes, and nothing of what it says."""
    rows = store.read(cypher("infer/last_change"))
    return Touched(seq=rows[0]["seq"]) if rows else Touched()


def read_state(store: Store) -> State:
    """Return how the last inference ended."""
    row = store.read(cypher("infer/state"))[0]
    rules = {past.pop("rule"): PastRule(**past) for past in row["rules"]}
    # A graph without this node was never derived: that is no settled graph either.
    is_settled, denied = row["pending"] is False, frozenset(row["denied"] or ())
    return State(is_settled, row["blend"], row["batch"] or 0, rules, denied)


def begin(rules: Iterable[Rule], state: State) -> list[Statement]:
    """Return the statements before the first of several transactions.

    The names of new rules are noted already, so that their derivations are found if the run dies
    and the rule is then deleted.
    """
    # Without body and confidence, so that the next inference takes them for rewritten.
    new = [rule for rule in rules if rule.name not in state.rules]
    rows = [_row(rule) | {"body": None, "confidence": None} for rule in new]
    return [(cypher("infer/begin"), {}), (cypher("infer/write_rules"), {"rows": rows})]


def end(
    rules: Iterable[Rule], state: State, touched: Touched, blend: Blend, denied: Set[str]
) -> list[Statement]:
    """Return the statements that end an inference: all that was new has been followed."""
    present = {rule.name: rule for rule in rules}
    rows = [_row(rule) for name, rule in present.items() if state.rules.get(name) != _past(rule)]
    gone = sorted(state.rules.keys() - present.keys())
    statements: list[Statement] = []
    # Most nights have the rules of the night before, and a statement costs whatever it does.
    if rows:
        statements.append((cypher("infer/write_rules"), {"rows": rows}))
    if gone:
        statements.append((cypher("infer/delete_rules"), {"rules": gone}))
    # Only what was read: a document that came meanwhile is for the next inference.
    ended = {"blend": blend, "denied": sorted(denied), "seq": touched.seq}
    return [*statements, (cypher("infer/end"), ended)]


def _past(rule: Rule) -> PastRule:
    """Return a rule as the graph remembers it."""
    return PastRule(rule.body_fingerprint, rule.confidence, rule.conclusion.type, rule.sentence)


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "body": rule.body_fingerprint,
        "confidence": rule.confidence,
        "type": rule.conclusion.type,
        "sentence": rule.sentence,
        "premise_types": list(rule.premise_types),
    }
