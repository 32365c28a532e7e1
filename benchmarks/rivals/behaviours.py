"""The rows of the table: what is done to a graph, and what it must look like afterwards.

The yardstick is never nightloom's graph. It is what the same tool makes of the final documents
when it starts from an empty database and has them all at once.
"""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import neo4j

from benchmarks import workload
from benchmarks.rivals import corpus, judge
from benchmarks.rivals.corpus import Statement
from benchmarks.rivals.drivers.protocol import Server
from benchmarks.rivals.judge import Reading
from benchmarks.rivals.sessions import Reply, Rival, Session
from extractors.facts import Extraction

WRITERS = 4
LOADED = 150
"""Documents of the first load."""
KILLED_AFTER = (0.25, 0.5, 0.75)
"""When a write is killed, as a share of how long it takes undisturbed."""

EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"


@dataclass(frozen=True)
class Bench:
    """One tool on the server."""

    rival: Rival
    uri: str
    auth: tuple[str, str]
    driver: neo4j.Driver

    @contextmanager
    def session(self, state: Path | None = None) -> Iterator[Session]:
        """Start the tool; what it remembers in `state` outlives the session, if given."""
        with (
            tempfile.TemporaryDirectory() as folder,
            Session(self.rival, self._server(state or Path(folder))) as session,
        ):
            yield session

    def _server(self, state: Path) -> Server:
        return Server(self.uri, *self.auth, str(state), list(corpus.RELATION_TYPES))

    def drop_schema(self) -> None:
        """Drop constraints and indexes: those of one tool are none of the next one's business."""
        with self.driver.session() as session:
            for kind in ("CONSTRAINT", "INDEX"):
                found = session.run(f"SHOW {kind} YIELD name, type WHERE type <> 'LOOKUP'")
                for name in found.value("name"):
                    session.run(f"DROP {kind} `{name}`").consume()

    def empty(self) -> None:
        with self.driver.session() as session:
            session.run(EMPTY).consume()

    def read(self) -> Reading:
        return judge.read(self.driver)

    def fresh(self, documents: list[Extraction]) -> Reading:
        """Return what the tool makes of these documents when it has only them."""
        return self.after(lambda session: [session.write(documents)])[0]

    def after(self, history: Callable[[Session], list[Reply]]) -> tuple[Reading, list[Reply]]:
        """Return the graph that a history leaves behind, and the replies on the way."""
        self.empty()
        with self.session() as session:
            replies = history(session)
        return self.read(), replies

    def verdict(
        self, history: Callable[[Session], list[Reply]], documents: list[Extraction]
    ) -> str:
        """Compare the graph after a history with a fresh one of the final documents."""
        got, replies = self.after(history)
        return _with_errors(judge.difference(got, self.fresh(documents)), replies)


def _with_errors(difference: str, replies: list[Reply]) -> str:
    errors = [_short(reply.error) for reply in replies if reply.error]
    return "; ".join(dict.fromkeys([*errors, difference]))


def _short(error: str) -> str:
    """Return the code that the server gave, else what was raised."""
    code = re.search(r"Neo\.\w+\.\w+\.(\w+)", error)
    return f"error: {code[1] if code else error.split(':')[0]}"


def same_night_twice(bench: Bench) -> str:
    documents = corpus.twenty()
    return bench.verdict(
        lambda session: [session.write(documents), session.write(documents)], documents
    )


def edit(bench: Bench) -> str:
    """One document says something else in one of its paragraphs."""
    documents = corpus.twenty()
    first, second = corpus.paragraphs(3)
    rewritten = [
        Statement("Person 3", "WORKS_FOR", "Ember"),
        Statement("Zoe", "KNOWS", "Ada Byron"),
    ]
    assert all(statement not in [*first, *second] for statement in rewritten)
    edited = corpus.document("doc/03", rewritten, second)
    final = [*documents[:3], edited, *documents[4:]]
    return bench.verdict(lambda session: [session.write(documents), session.write([edited])], final)


def delete_sharing_a_paragraph(bench: Bench) -> str:
    shared = [Statement("Ada Byron", "WORKS_FOR", "Acme"), Statement("Acme", "BASED_IN", "Ghent")]
    doomed = corpus.document("doc/a", shared, [Statement("Hal", "KNOWS", "Ivy")])
    other = corpus.document("doc/b", shared, [Statement("Ivy", "WORKS_FOR", "Cobalt")])
    return _deletion(bench, [doomed, other], doomed)


def delete_first_witness(bench: Bench) -> str:
    first = corpus.document("doc/a", [Statement("Hal", "WORKS_FOR", "Ember", 0.95)])
    second = corpus.document("doc/b", [Statement("Hal", "WORKS_FOR", "Ember", 0.6)])
    return _deletion(bench, [first, second], first)


def delete_file_of_shared_entities(bench: Bench) -> str:
    """Its entities stay, for others mention them; its facts go, for no other states them."""
    doomed = corpus.document(
        "doc/a", [Statement("Hal", "KNOWS", "Ivy"), Statement("Ivy", "WORKS_FOR", "Zinc")]
    )
    others = [
        corpus.document("doc/b", [Statement("Hal", "WORKS_FOR", "Ember")]),
        corpus.document("doc/c", [Statement("Ivy", "KNOWS", "Jo")]),
        corpus.document("doc/d", [Statement("Jo", "WORKS_FOR", "Zinc")]),
    ]
    return _deletion(bench, [doomed, *others], doomed)


def _deletion(bench: Bench, special: list[Extraction], doomed: Extraction) -> str:
    documents = [*special, *corpus.twenty()]
    final = [each for each in documents if each is not doomed]
    return bench.verdict(lambda session: [session.write(documents), session.delete(doomed)], final)


def hostile_names(bench: Bench) -> str:
    """Each name comes in a document of its own, and each document is written alone."""
    bystander = corpus.document("doc/a", [Statement("Hal", "WORKS_FOR", "Ember")])
    fates: dict[str, list[str]] = {}
    bench.empty()
    with bench.session() as session:
        session.write([bystander])
        for what, name in corpus.HOSTILE.items():
            hostile = corpus.document(f"doc/{what}", [Statement(name, "WORKS_FOR", "Ember")])
            reply = session.write([hostile])
            fates.setdefault(_fate(bench.read(), name, reply), []).append(what)
    stored = fates.pop("kept", [])
    rest = [f"{fate}: {', '.join(names)}" for fate, names in fates.items()]
    if ("Hal", "WORKS_FOR", "Ember") not in _triples(bench.read()):
        rest.append("the document beside them lost")
    return "; ".join([f"{len(stored)} of {len(corpus.HOSTILE)} kept", *rest])


def _fate(reading: Reading, name: str, reply: Reply) -> str:
    if (name, "WORKS_FOR", "Ember") in _triples(reading):
        return "kept"
    if reply.set_aside:
        return "refused with a reason"
    return _short(reply.error) if reply.error else "lost without a word"


def _triples(reading: Reading) -> set[tuple[str, str, str]]:
    return {(subject[-1], type_, object_[-1]) for subject, type_, object_ in reading.of("facts")}


def one_bad_among_twenty(bench: Bench) -> str:
    """The tenth of twenty documents, written in one call, has half a surrogate pair in a name."""
    good = corpus.twenty()
    bad = corpus.document("doc/09", [Statement(corpus.HOSTILE["lone surrogate"], "KNOWS", "Jo")])
    final = [*good[:9], *good[10:]]
    got, (reply,) = bench.after(lambda session: [session.write([*good[:9], bad, *good[10:]])])
    difference = judge.difference(got, bench.fresh(final))
    if difference == "kept" and reply.set_aside:
        return "19 kept, 1 refused with a reason"
    return _with_errors(difference, [reply])


def writers_at_once(bench: Bench) -> str:
    """Four processes with a quarter of the documents each, at work at the same time.

    Each writes its first document in peace: constraints are made once, before the crowd comes.
    """
    documents = corpus.hub_heavy()
    bench.empty()
    with ExitStack() as stack:
        sessions = [stack.enter_context(bench.session()) for _ in range(WRITERS)]
        replies = [
            session.write([document])
            for document, session in zip(documents[:WRITERS], sessions, strict=True)
        ]
        for part, session in enumerate(sessions):
            session.begin(documents[part + WRITERS :: WRITERS])
        replies += [session.finish() for session in sessions]
    difference = judge.difference(bench.read(), bench.fresh(documents))
    refused = [reason for reply in replies for reason in reply.set_aside.values()]
    if refused:
        reasons = ", ".join(sorted({_short(reason) for reason in refused}))
        return f"{len(refused)} of {len(documents)} refused ({reasons}): {difference}"
    if failed := [reply for reply in replies if reply.error]:
        difference = f"{len(failed)} of {WRITERS} failed: {difference}"
    return _with_errors(difference, failed)


def killed_and_run_again(bench: Bench) -> str:
    """`kill -9` at a quarter, half and three quarters of the time that the whole takes."""
    documents = list(workload.documents(range(60)))
    wanted, (undisturbed,) = bench.after(lambda session: [session.write(documents)])
    outcomes = []
    for share in KILLED_AFTER:
        bench.empty()
        with tempfile.TemporaryDirectory() as folder:
            with bench.session(Path(folder)) as session:
                session.begin(documents)
                time.sleep(share * undisturbed.seconds)
                session.kill()
            with bench.session(Path(folder)) as session:
                reply = session.write(documents)
        outcomes.append(_with_errors(judge.difference(bench.read(), wanted), [reply]))
    if len(set(outcomes)) == 1:
        return outcomes[0]
    shares = [f"{share:.0%}" for share in KILLED_AFTER]
    return "; ".join(f"at {at}: {how}" for at, how in zip(shares, outcomes, strict=True))


def first_load(bench: Bench, n: int = LOADED, rounds: int = 2) -> float:
    """Return documents a second of the better of the rounds, on a warm server; 0 if it fails."""
    documents = list(workload.documents(range(n)))
    seconds = []
    for _ in range(rounds):
        _, (reply,) = bench.after(lambda session: [session.write(documents)])
        if reply.error:
            return 0.0
        seconds.append(reply.seconds)
    return n / min(seconds)


BEHAVIOURS: dict[str, Callable[[Bench], str]] = {
    "the same night twice": same_night_twice,
    "edit a document": edit,
    "delete a document that shares a paragraph with another": delete_sharing_a_paragraph,
    "delete the first of two witnesses of a fact": delete_first_witness,
    "delete a file whose entities all occur elsewhere": delete_file_of_shared_entities,
    "hostile names, one document each": hostile_names,
    "one bad document among twenty": one_bad_among_twenty,
    "four writers at once, all about three hubs": writers_at_once,
    "`kill -9` in the middle, then again": killed_and_run_again,
}
