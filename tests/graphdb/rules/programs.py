"""Random rule programs, what they mean in Datalog, and what they conclude by brute force."""

import itertools
import random
from dataclasses import dataclass, field, replace

import clingo

from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import Rule, parse

STATED = ("P", "Q", "R")
DERIVED = ("A", "B", "C", "D")
TYPES = STATED + DERIVED
NAMES = tuple("abcdefg")

Triple = tuple[str, str, str]
"""Subject, type and object, all as names."""


@dataclass(frozen=True)
class Spec:
    """A rule as its parts."""

    name: str
    confidence: float
    clauses: tuple[tuple[tuple[str, str, str], ...], ...]
    """Each a MATCH of (subject, type, object) patterns over variables."""
    conclusion: tuple[str, str, str]
    absent: tuple[tuple[str, str, str], ...] = ()
    """Each a NOT EXISTS; variables beginning with _ are its own."""
    unequal: tuple[tuple[str, str], ...] = ()
    at_least: tuple[tuple[int, float], ...] = ()
    """Places of premises and the least confidence they must have."""
    lonely: str = ""
    """A variable whose entity must have no alias."""

    @property
    def atoms(self) -> list[tuple[str, str, str]]:
        return [atom for clause in self.clauses for atom in clause]

    def rule(self) -> Rule:
        return parse(self.text(), name=self.name, where=self.name)

    def text(self) -> str:
        lines, number = [f"// Rule {self.name}.", "//", f"// confidence: {self.confidence}"], 0
        for clause in self.clauses:
            paths = []
            for subject, type_, object_ in clause:
                number += 1
                paths.append(f"({subject}:Entity)-[r{number}:{type_}]->({object_}:Entity)")
            lines.append(f"MATCH {', '.join(paths)}")
        conditions = [f"{a}.key <> {b}.key" for a, b in self.unequal]
        conditions += [f"r{place + 1}.confidence >= {least}" for place, least in self.at_least]
        if self.lonely:
            conditions.append(f"size({self.lonely}.aliases) = 0")
        for n, (subject, type_, object_) in enumerate(self.absent):
            conditions.append(f"NOT EXISTS {{ ({subject})-[n{n}:{type_}]->({object_}) }}")
        if conditions:
            lines.append("WHERE " + "\n  AND ".join(conditions))
        subject, type_, object_ = self.conclusion
        premises = ", ".join(f"r{n + 1}.key" for n in range(number))
        lines.append(
            f"RETURN {subject}.key AS subject, '{type_}' AS type, {object_}.key AS object,"
            f" [{premises}] AS premises"
        )
        return "\n".join(lines)


@dataclass(frozen=True)
class Program:
    """Rules, and what the ontology says of the types."""

    specs: tuple[Spec, ...]
    relations: dict[str, RelationType] = field(default_factory=dict)

    def ontology(self) -> Ontology:
        relations = {type_: self.relations.get(type_, RelationType()) for type_ in TYPES}
        return Ontology(entities={"Thing": EntityType()}, relations=relations)

    @property
    def has_conditions_on_confidence(self) -> bool:
        return any(spec.at_least for spec in self.specs)

    def all_specs(self) -> list[Spec]:
        """The rules with those that the ontology implies, in their full, not linear, form."""
        specs = list(self.specs)
        for type_, relation in sorted(self.relations.items()):
            back = ("y", type_, "x")
            step = ((("x", type_, "y"),),)
            if relation.symmetric:
                specs.append(Spec(f"symmetric {type_}", 1.0, step, back))
            if other := relation.inverse_of:
                specs.append(Spec(f"inverse {type_}", 1.0, step, ("y", other, "x")))
                specs.append(
                    Spec(f"inverse {other}", 1.0, ((("x", other, "y"),),), ("y", type_, "x"))
                )
            if wider := relation.sub_property_of:
                specs.append(Spec(f"sub {type_}", 1.0, step, ("x", wider, "y")))
            if relation.transitive:
                path = ((("x", type_, "y"),), (("y", type_, "z"),))
                specs.append(Spec(f"transitive {type_}", 1.0, path, ("x", type_, "z")))
        return specs


def random_program(rng: random.Random) -> Program:
    """Return a stratified program: a type is wanted absent only by types of a later level."""
    level = dict.fromkeys(STATED, 0) | {type_: rng.choice((1, 1, 2, 3)) for type_ in DERIVED}
    specs = tuple(random_spec(rng, level, n) for n in range(rng.randint(1, 5)))
    relations: dict[str, RelationType] = {}
    for type_ in DERIVED:
        if rng.random() < 0.45:
            relations[type_] = RelationType(
                symmetric=rng.random() < 0.4, transitive=rng.random() < 0.6
            )
    same = [pair for pair in itertools.combinations(DERIVED, 2) if level[pair[0]] == level[pair[1]]]
    if same and rng.random() < 0.4:
        one, other = rng.choice(same)
        relations[one] = relations.get(one, RelationType()).model_copy(update={"inverse_of": other})
    if same and rng.random() < 0.3:
        one, other = rng.choice(same)
        relations[one] = relations.get(one, RelationType()).model_copy(
            update={"sub_property_of": other}
        )
    return Program(specs, relations)


def random_spec(rng: random.Random, level: dict[str, int], number: int) -> Spec:
    conclusion = rng.choice(DERIVED)
    usable = [type_ for type_ in TYPES if level[type_] <= level[conclusion]]
    earlier = [type_ for type_ in TYPES if level[type_] < level[conclusion]]
    variables, atoms = ["x"], []
    for _ in range(rng.choice((1, 1, 2, 2, 2, 3))):
        here = rng.choice(variables)
        there = rng.choice([*variables, f"v{len(variables)}", f"v{len(variables)}"])
        if there not in variables:
            variables.append(there)
        atom = (here, rng.choice(usable), there)
        atoms.append(atom if rng.random() < 0.7 else (there, atom[1], here))
    clauses = (tuple(atoms),) if rng.random() < 0.5 else tuple((atom,) for atom in atoms)
    absent = []
    if earlier and rng.random() < 0.4:
        ends = [rng.choice(variables), rng.choice([*variables, "_w"])]
        rng.shuffle(ends)
        absent.append((ends[0], rng.choice(earlier), ends[1]))
    subject, object_ = rng.choice(variables), rng.choice(variables)
    testable = [n for n, atom in enumerate(atoms) if atom[1] in earlier]
    at_least = ((rng.choice(testable), rng.choice((0.3, 0.6))),) if testable else ()
    return Spec(
        name=f"rule {number}",
        confidence=rng.choice((1.0, 1.0, 0.9, 0.5)),
        clauses=clauses,
        conclusion=(subject, conclusion, object_),
        absent=tuple(absent),
        unequal=((subject, object_),) if rng.random() < 0.5 else (),
        at_least=at_least if rng.random() < 0.25 else (),
        lonely=rng.choice(variables) if rng.random() < 0.15 else "",
    )


def edited(program: Program, rng: random.Random) -> Program:
    """Return the program with one rule added, dropped, reweighted or rewritten."""
    fresh = random_program(rng)
    specs = list(program.specs)
    kind = rng.choice(("add", "drop", "weigh", "rewrite", "ontology"))
    if kind == "drop" and specs:
        specs.pop(rng.randrange(len(specs)))
    elif kind == "weigh" and specs:
        at = rng.randrange(len(specs))
        specs[at] = replace(specs[at], confidence=rng.choice((1.0, 0.9, 0.7, 0.4)))
    elif kind == "rewrite" and specs:
        at = rng.randrange(len(specs))
        specs[at] = replace(fresh.specs[0], name=specs[at].name)
    elif kind == "ontology":
        return Program(tuple(specs), fresh.relations)
    else:
        number = 1 + max((int(spec.name.split()[1]) for spec in specs), default=0)
        specs.append(replace(fresh.specs[0], name=f"rule {number}"))
    return Program(tuple(specs), program.relations)


# What a program means.


def by_clingo(program: Program, stated: set[Triple], lonely: set[str]) -> set[Triple]:
    """Return all facts of the stable model."""
    lines = [f'f("{t}","{s}","{o}").' for s, t, o in sorted(stated)]
    lines += [f'lonely("{name}").' for name in sorted(lonely)]
    for spec in program.all_specs():
        body = []
        for clause in spec.clauses:
            body += [f'f("{t}",{_v(s)},{_v(o)})' for s, t, o in clause]
            for (s, t, o), (s2, t2, o2) in itertools.combinations(clause, 2):
                if t == t2:  # two relationships of one MATCH are never the same
                    body.append(f"({_v(s)},{_v(o)}) != ({_v(s2)},{_v(o2)})")
        for s, t, o in spec.absent:
            ends = ("_" if end.startswith("_") else _v(end) for end in (s, o))
            body.append(f'not f("{t}",{",".join(ends)})')
        body += [f"{_v(a)} != {_v(b)}" for a, b in spec.unequal]
        body += [f"lonely({_v(spec.lonely)})"] if spec.lonely else []
        s, t, o = spec.conclusion
        body.append(f"{_v(s)} != {_v(o)}")
        lines.append(f'f("{t}",{_v(s)},{_v(o)}) :- {", ".join(body)}.')
    lines.append("#show f/3.")
    control = clingo.Control(["--warn=none"])
    control.add("base", [], "\n".join(lines))
    control.ground([("base", [])])
    with control.solve(yield_=True) as models:
        (model,) = list(models)
        return {
            (atom.arguments[1].string, atom.arguments[0].string, atom.arguments[2].string)
            for atom in model.symbols(shown=True)
        }


def _v(variable: str) -> str:
    return variable.upper()


def by_brute_force(
    program: Program, stated: dict[Triple, float], lonely: set[str], blend: str = "product"
) -> dict[Triple, float]:
    """Return all facts with their confidence, by trying everything until nothing is new."""
    values = dict(stated)
    for specs in _levels(program):
        while True:
            before = dict(values)
            for spec in specs:
                for triple, value in _conclusions(spec, before, lonely, blend):
                    if triple not in stated:
                        values[triple] = max(values.get(triple, 0.0), value)
            if values == before:
                break
    return values


def states_less_than_rules_say(
    program: Program, stated: dict[Triple, float], values: dict[Triple, float], lonely, blend
) -> bool:
    """Say whether a stated fact of a transitive type is less sure than what rules make of it.

    It keeps the confidence of its evidence. Closed one direct step at a time, what leads over it
    is as sure as it is; closed in the full form, a way round it may be surer.
    """
    closed = {type_ for type_, relation in program.relations.items() if relation.transitive}
    closed |= {program.relations[t].inverse_of for t in closed}
    closed |= {t for t, relation in program.relations.items() if relation.inverse_of in closed}
    return any(
        triple in stated and triple[1] in closed and value > stated[triple] + 1e-12
        for spec in program.all_specs()
        for triple, value in _conclusions(spec, values, lonely, blend)
    )


def _levels(program: Program) -> list[list[Spec]]:
    """Return the rules in the order in which their types are complete."""
    specs = program.all_specs()
    level = dict.fromkeys(TYPES, 0)
    for _ in range(len(TYPES) + 1):
        for spec in specs:
            strict = [t for _, t, _ in spec.absent]
            strict += [spec.atoms[place][1] for place, _ in spec.at_least]
            wanted = [level[t] for _, t, _ in spec.atoms] + [level[t] + 1 for t in strict]
            level[spec.conclusion[1]] = max(level[spec.conclusion[1]], *wanted)
    if max(level.values()) > len(TYPES):
        raise ValueError("not stratified")
    return [
        [spec for spec in specs if level[spec.conclusion[1]] == n]
        for n in range(max(level.values()) + 1)
    ]


def _conclusions(spec, values, lonely, blend):
    by_type: dict[str, list[Triple]] = {type_: [] for type_ in TYPES}
    for triple in values:
        by_type[triple[1]].append(triple)
    clause_of = [n for n, clause in enumerate(spec.clauses) for _ in clause]
    for chosen in itertools.product(*(by_type[t] for _, t, _ in spec.atoms)):
        binding: dict[str, str] = {}
        if not all(
            binding.setdefault(variable, name) == name
            for (s, _, o), (s2, _, o2) in zip(spec.atoms, chosen, strict=True)
            for variable, name in ((s, s2), (o, o2))
        ):
            continue
        if any(
            chosen[i] == chosen[j] and clause_of[i] == clause_of[j]
            for i, j in itertools.combinations(range(len(chosen)), 2)
        ):
            continue
        if any(binding[a] == binding[b] for a, b in spec.unequal):
            continue
        if any(values[chosen[place]] < least for place, least in spec.at_least):
            continue
        if spec.lonely and binding[spec.lonely] not in lonely:
            continue
        if any(
            all(
                variable.startswith("_") or binding[variable] == name
                for variable, name in ((s, s2), (o, o2))
            )
            for s, t, o in spec.absent
            for s2, _, o2 in by_type[t]
        ):
            continue
        subject, object_ = binding[spec.conclusion[0]], binding[spec.conclusion[2]]
        if subject != object_:
            value = spec.confidence
            for triple in chosen:
                value = value * values[triple] if blend == "product" else min(value, values[triple])
            yield (subject, spec.conclusion[1], object_), value


# What documents say.


def document(id_: str, facts: list[tuple[Triple, float]], spelling: str = "") -> Extraction:
    """Return a document that states these facts, maybe with some names in capitals."""
    text, entities, relations = "", {}, []
    places: dict[str, list[Mention]] = {}
    sentences = []
    for (subject, type_, object_), confidence in facts:
        start = len(text)
        for word in (subject, type_, object_):
            shown = word.upper() if word == spelling else word
            if word != type_:
                places.setdefault(word, []).append(
                    Mention(Span(len(text), len(text) + len(shown)), shown)
                )
            text += shown + " "
        sentences.append((subject, type_, object_, confidence, Span(start, len(text))))
    for name, mentions in places.items():
        entities[name] = Entity("Thing", mentions[0].text, tuple(mentions))
    for subject, type_, object_, confidence, span in sentences:
        relations.append(
            Relation(entities[subject], type_, entities[object_], (Evidence(span, confidence),))
        )
    text = text or "nothing"
    return Extraction(
        document=Document(id=id_, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities.values()),
        relations=tuple(relations),
        extractor="test@1",
    )


def random_document(rng: random.Random, id_: str) -> Extraction:
    facts: dict[Triple, float] = {}
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        subject, object_ = rng.sample(NAMES, 2)
        type_ = rng.choice(TYPES if rng.random() < 0.4 else STATED)
        facts[subject, type_, object_] = rng.choice((1.0, 0.9, 0.7, 0.5, 0.25))
    return document(id_, sorted(facts.items()), rng.choice(("", "", "", rng.choice(NAMES))))
