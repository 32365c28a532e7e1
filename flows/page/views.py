"""What each address of the page shows, asked by the functions that the commands ask by, too."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from flows.embedding import TextSearch
from flows.errors import FlowError
from flows.page.history import latest
from flows.page.pictures import Picture, answer_picture, neighbourhood, proof_picture
from flows.text import shown_sentence
from flows.window import SavedQuery, saved_query_answer
from graphdb import Graph, Ontology, StatedFact
from graphdb.asking import (
    KnownFact,
    NamedEntity,
    Passage,
    Proof,
    ProvedFact,
    SavedAnswer,
    Witness,
    by_document,
    entities_called,
    entities_like,
    entity_of,
    explain_fact,
    facts_about,
    passages_of,
    witnesses,
)
from graphdb.history import (
    ChangedFacts,
    RecordedHistory,
    RecordedRun,
    changes_of_run,
    history_of,
    last_runs,
)
from graphdb.rules import RuleSet

N_LIKE, N_TEXTS = 20, 20
"""Entities of a similar name, and passages, that a search shows."""
N_FACTS, MOST_FACTS = 40, 1_000
"""Facts on a card, and on one that is asked for whole."""
N_PASSAGES = 5
N_CAME = 8
"""Changes that the first page shows."""
N_SAID = 30
"""Verdicts that are listed, the latest ones."""
N_DOCUMENT = 200
"""Facts of a document."""
N_CITED = 3
"""Documents that are cited for each fact of a proof; the surest first."""
N_PROVED = 60
"""Facts of a proof that are listed."""


def type_numbers(ontology: Ontology) -> dict[str, int]:
    """Return the number of each entity type, which is that of its colour in Browser, too."""
    return {type_: number % 14 for number, type_ in enumerate(sorted(ontology.entity_types))}


def marked(sentence: str, names: Iterable[str]) -> Markup:
    """Return a sentence on one line with some names in it marked; everything is escaped."""
    text = shown_sentence(sentence)
    wanted = sorted({shown_sentence(name) for name in names if name.strip()}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    parts = re.split(f"({'|'.join(map(re.escape, wanted))})", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the first page says of the graph."""

    last_run: RecordedRun | None
    changed: ChangedFacts


def start(graph: Graph) -> Start:
    """Return what happened last."""
    runs = last_runs(graph.connection, 1)
    if not runs:
        return Start(last_run=None, changed=ChangedFacts())
    return Start(
        last_run=runs[0], changed=changes_of_run(graph.connection, runs[0].run, most=N_CAME)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found."""

    called: tuple[NamedEntity, ...]
    like: tuple[NamedEntity, ...]
    passages: tuple[Passage, ...]
    note: str
    """Why passages were not looked for by their meaning; empty: they were."""


def search(graph: Graph, texts: TextSearch, words: str) -> Found:
    """Return who is called so, who is called nearly so, and which passages say or mean it."""
    called = entities_called(graph.connection, graph.ontology, words)
    keys = {entity.key for entity in called}
    near = entities_like(graph.connection, words, N_LIKE)
    passages, note = texts.passages(graph.connection, words, N_TEXTS)
    return Found(
        called=tuple(called),
        like=tuple(entity for entity in near if entity.key not in keys),
        passages=tuple(passages),
        note=note,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFact:
    """A fact on a card, with the sentences of the surest document or the words of its rule."""

    fact: KnownFact
    cited: tuple[Witness, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known of an entity."""

    entity: NamedEntity
    facts: tuple[CardFact, ...]
    has_more: bool
    passages: tuple[Passage, ...]
    picture: Picture


def card(graph: Graph, rules: RuleSet, key: str, *, is_whole: bool = False) -> Card | None:
    """Return what is known of the entity with a key; None: there is none."""
    connection = graph.connection
    entity = entity_of(connection, key)
    if entity is None:
        return None
    most = MOST_FACTS if is_whole else N_FACTS
    known = facts_about(connection, [key], None, most + 1)
    shown_facts = known[:most]
    cited = witnesses(connection, [fact.key for fact in shown_facts if not fact.derived])
    sentences = {rule.name: rule.sentence for rule in rules.rules}
    return Card(
        entity=entity,
        facts=tuple(
            CardFact(
                fact=fact,
                cited=next(iter(by_document(cited.get(fact.key, ()))), ()),
                rule=sentences.get(fact.rule or "", fact.rule or ""),
            )
            for fact in shown_facts
        ),
        has_more=len(known) > most,
        passages=tuple(passages_of(connection, key, N_PASSAGES)),
        picture=neighbourhood(entity, shown_facts, type_numbers(graph.ontology)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why a fact is in the graph."""

    subject: NamedEntity
    object: NamedEntity
    proof: Proof
    facts: tuple[ProvedFact, ...]
    """The fact itself, then what it follows from."""
    n_more: int
    picture: Picture
    past: RecordedHistory
    """With the last changes, the latest first."""

    @property
    def fact(self) -> ProvedFact:
        """The fact itself."""
        return self.proof.fact

    def cited(self, fact: ProvedFact) -> list[tuple[Witness, ...]]:
        """Return the sentences of the documents that are surest of a fact."""
        return by_document(fact.witnesses)[:N_CITED]


def reasons(graph: Graph, subject: str, type_: str, object_: str) -> Reasons | None:
    """Return why there is a fact between two entities, given by keys; None: there is none."""
    if type_ not in graph.ontology.relation_types:
        return None
    connection = graph.connection
    proof = explain_fact(connection, subject, type_, object_)
    ends = [entity_of(connection, key) for key in (subject, object_)]
    one, other = ends
    if proof is None or one is None or other is None:
        return None
    facts = list(proof.facts.values())
    return Reasons(
        subject=one,
        object=other,
        proof=proof,
        facts=tuple(facts[:N_PROVED]),
        n_more=max(len(facts) - N_PROVED, 0),
        picture=proof_picture(proof, {fact.key: f"#fact-{fact.key}" for fact in facts[:N_PROVED]}),
        past=latest(history_of(connection, [subject], [proof.fact.key])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a document states."""

    id: str
    title: str
    facts: tuple[StatedFact, ...]


def document(graph: Graph, id_: str) -> Told | None:
    """Return what a document states; None: it states nothing."""
    facts = graph.facts([id_], N_DOCUMENT)
    if not facts:
        return None
    return Told(id=id_, title=facts[0].cited[0].title, facts=tuple(facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A saved query with what a person gave, and its answer."""

    query: SavedQuery
    given: Mapping[str, str]
    answer: SavedAnswer | None
    """None: nobody has asked yet."""
    picture: Picture
    sentence: str = ""
    """What is wrong with what was given."""


def saved_answer(graph: Graph, query: SavedQuery, given: Mapping[str, str]) -> Asked:
    """Return a saved query as a form, with its answer where it was asked or takes nothing."""
    values = {name: given.get(name, value.strip("'")) for name, value in query.values.items()}
    if query.values and "ask" not in given:
        return Asked(query=query, given=values, answer=None, picture=Picture())
    try:
        answer = saved_query_answer(graph.connection, query, query.parameters(given))
    except FlowError as error:
        sentence = str(error)
        return Asked(query=query, given=values, answer=None, picture=Picture(), sentence=sentence)
    picture = answer_picture(answer.things, answer.links, type_numbers(graph.ontology))
    return Asked(query=query, given=values, answer=answer, picture=picture)
