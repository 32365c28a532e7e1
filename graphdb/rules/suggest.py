"""Rules that the stated facts suggest: one or two premises, with how often they were right.

After AMIE (Galárraga et al., 2013). A body B(x, y) is counted for subjects x:

* support: pairs (x, y) for which both body and conclusion are stated;
* head coverage: support as a share of the conclusion's stated facts;
* PCA confidence: support as a share of the body's pairs for which x has some conclusion, so that
  what nobody has stated yet about x is not held against the rule.

All three are sums over subjects, so a sample of subjects estimates them without bias.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.queries import cypher

Hop = tuple[str, bool]
"""A relation type, and whether it is followed from subject to object."""
Body = tuple[Hop, ...]
Neighbours = dict[str, set[tuple[Hop, str]]]
"""By entity: the hops that lead away from it, each with the entity at its other end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestConfig:
    """What is worth a person's look, and how much of the graph is looked at."""

    min_support: int = 3
    min_head_coverage: float = 0.05
    min_confidence: float = 0.5
    """Least PCA confidence."""
    limit: int = 20
    subjects: int = 20_000
    """Entities to look from; all of them if there are fewer."""
    max_degree: int = 500
    """Entities with more relationships are not looked through."""
    start: str = ""
    """Key at which the sample begins; keys are hashes, so any beginning is as good as another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedRule:
    """A rule to accept or not."""

    name: str
    text: str
    """The rule file."""
    support: int
    head_coverage: float
    pca_confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedRules:
    """What stated facts suggest, and how many of them were looked at."""

    rules: tuple[SuggestedRule, ...]
    """The surest first."""
    subjects: int
    """Entities looked from."""
    entities: int
    """Entities of the graph."""
    hubs: tuple[str, ...]
    """Names of entities that were passed over because too much is said of them."""


def suggest(
    connection: Connection, ontology: Ontology, config: SuggestConfig = SuggestConfig()
) -> SuggestedRules:
    """Return rules that the stated facts suggest; nothing is written."""
    rows = connection.read(
        cypher("suggest/subjects"), **{"from": config.start, "limit": config.subjects}
    )
    subjects = [row["key"] for row in rows]
    near = _neighbours(connection, subjects, config)
    # The second of two hops begins at a neighbour, which the sample may have left out.
    beyond = {key for hops in near.values() for _, key in hops} - near.keys()
    around = near | _neighbours(connection, sorted(beyond), config)
    heads: Counter[str] = Counter()
    support: Counter[tuple[str, Body]] = Counter()
    pairs_judged: Counter[tuple[str, Body]] = Counter()
    for subject in subjects:
        _count(subject, around, heads, support, pairs_judged)
    suggested = [
        _suggestion(head, body, n, n / heads[head], n / pairs_judged[head, body])
        for (head, body), n in support.items()
        if ontology.relation_types.keys() >= {head, *(type_ for type_, _ in body)}
        and n >= config.min_support
        and n / heads[head] >= config.min_head_coverage
        and n / pairs_judged[head, body] >= config.min_confidence
        and not _is_implied(head, body, ontology)
    ]
    suggested.sort(key=lambda rule: (-rule.pca_confidence, -rule.support, rule.name))
    return SuggestedRules(
        rules=tuple(suggested[: config.limit]),
        subjects=len(subjects),
        entities=connection.read(cypher("counts/entities"))[0]["n"],
        hubs=tuple(sorted(_hubs(connection, sorted(around), config))),
    )


def _hubs(connection: Connection, keys: Sequence[str], config: SuggestConfig) -> Iterator[str]:
    for batch in _batches(keys):
        query = cypher("suggest/hubs")
        for row in connection.read(query, keys=batch, max_degree=config.max_degree):
            yield row["name"]


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(keys), 5_000):
        yield list(keys[first : first + 5_000])


def _neighbours(connection: Connection, keys: Sequence[str], config: SuggestConfig) -> Neighbours:
    neighbours: Neighbours = {key: set() for key in keys}
    for batch in _batches(keys):
        query = cypher("suggest/steps")
        for row in connection.read(query, keys=batch, max_degree=config.max_degree):
            neighbours[row["key"]].add(((row["type"], row["forwards"]), row["other"]))
    return neighbours


def _count(
    subject: str,
    around: Neighbours,
    heads: Counter[str],
    support: Counter[tuple[str, Body]],
    pairs_judged: Counter[tuple[str, Body]],
) -> None:
    conclusions: dict[str, set[str]] = defaultdict(set)
    pairs: dict[Body, set[str]] = defaultdict(set)
    for hop, other in around[subject]:
        # A conclusion about an entity and itself is never written, so none is looked for.
        if other == subject:
            continue
        if hop[1]:
            conclusions[hop[0]].add(other)
        pairs[(hop,)].add(other)
        for further, end in around.get(other, ()):
            if end not in (subject, other):
                pairs[hop, further].add(end)
    # Only types of which this subject has a fact: that is what makes it PCA confidence. A subject
    # without any says nothing against a rule, because perhaps nobody wrote its facts down.
    for head, objects in conclusions.items():
        heads[head] += len(objects)
        for body, ends in pairs.items():
            # That a type follows from itself is no rule.
            if body != ((head, True),):
                pairs_judged[head, body] += len(ends)
                if right := len(ends & objects):
                    support[head, body] += right


def _is_implied(head: str, body: Body, ontology: Ontology) -> bool:
    """Say whether the ontology says so already."""
    types = ontology.relation_types
    if len(body) == 2:
        return types[head].transitive and body == ((head, True), (head, True))
    type_, forwards = body[0]
    if forwards:
        return types[type_].sub_property_of == head
    inverse = types[head].inverse_of == type_ or types[type_].inverse_of == head
    return inverse or (type_ == head and types[head].symmetric)


def _suggestion(
    head: str, body: Body, support: int, head_coverage: float, pca_confidence: float
) -> SuggestedRule:
    said = " and ".join(f"{type_}{'' if forwards else ' of it'}" for type_, forwards in body)
    name = "-".join(
        [head.lower(), "from", *(t.lower() + ("" if on else "-back") for t, on in body)]
    ).replace("_", "-")
    lines = [
        f"// {head} follows from {said}.",
        f"// Suggested by stated facts: support {support}, head coverage {head_coverage:.2f}.",
        "//",
        # Never 1: that no stated fact contradicts it does not make a rule certain.
        f"// confidence: {min(pca_confidence, 0.99):.2f}",
        *_match(body),
        f"RETURN x.key AS subject, '{head}' AS type, y.key AS object,"
        f" [{', '.join(f'r{n}.key' for n in range(1, len(body) + 1))}] AS premises",
    ]
    return SuggestedRule(
        name=name,
        text="\n".join(lines) + "\n",
        support=support,
        head_coverage=head_coverage,
        pca_confidence=pca_confidence,
    )


def _match(body: Body) -> Iterator[str]:
    # Each hop stands on its own line, from x by way of z to y, in the direction of its facts.
    nodes = ["x", "y"] if len(body) == 1 else ["x", "z", "y"]
    for number, (type_, forwards) in enumerate(body, 1):
        left, right = nodes[number - 1], nodes[number]
        arrow = f"-[r{number}:{type_}]->" if forwards else f"<-[r{number}:{type_}]-"
        yield f"MATCH ({left}:Entity){arrow}({right}:Entity)"
    yield "WHERE x.key <> y.key"
