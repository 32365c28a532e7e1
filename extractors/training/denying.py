"""Statements that are denied, doubted, asked or supposed, made of plain ones.

    Ann Lee founded Acme.    Ann Lee did not found Acme.        Did Ann Lee found Acme?
                             Had Ann Lee founded Acme, …        Bo Roe, not Ann Lee, founded Acme.

Some are confirmed instead, in words that look alike, so that it is not the look that is learned.
English only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from extractors.facts import Entity, Extraction, Mention, Span
from extractors.text import folded_name
from extractors.training.pieces import drawn, joined
from extractors.training.statements import Statement, statements
from extractors.training.swapping import OtherNames, rewritten

_OFTEN = 5
"""How often a statement may come up if each document asks for one."""
_COMMON = 2
"""So many documents say a thing in the same words when it is known that the words say it."""

_PREPOSITION = re.compile(r" (in|at|of|for|from|by|to|with|near|on) $")
_HAPPENS = frozenset(
    (
        *("appear", "begin", "belong", "border", "close", "come", "contain"),
        *("debut", "die", "fall", "flow", "form", "go", "grow"),
        *("have", "include", "last", "lie", "lose", "open", "perish"),
        *("premiere", "rise", "stand", "start", "surround"),
    )
)
"""What nobody can refuse to do."""


@dataclass(frozen=True, slots=True)
class _Change:
    """How a sentence is written anew."""

    before: str = ""
    """What is put before it."""
    verb: str | None = None
    """What takes the place of the finite verb and the space before it."""
    end: str = "."
    """What takes the place of its full stop."""


class Statements:
    """The plain statements of labelled documents, from which texts are made that deny them."""

    def __init__(self, golds: Sequence[Extraction], names: OtherNames) -> None:
        self._all = [statement for gold in golds for statement in statements(gold)]
        self._names = names
        self._n_documents = max(1, len(golds))
        counts = Counter(statement.frame for statement in self._all)
        # A document may relate two names that one of its sentences mentions together and another
        # relates. Denied, such a sentence states nothing all the same; confirmed, it would be
        # labelled with what it does not say, unless others say that in the same words.
        self._sure = [each for each in self._all if counts[each.frame] >= _COMMON]

    def composed(self, rng: np.random.Generator) -> Extraction | None:
        """Return a statement that is denied, or else confirmed or corrected; None: there are few.

        Its names are those of the document, or others of their types.
        """
        # Few statements beside many documents would be learned by heart.
        if rng.random() >= min(1.0, _OFTEN * len(self._all) / self._n_documents):
            return None
        is_sure = bool(self._sure) and rng.random() < 0.35
        statement = drawn(self._sure if is_sure else self._all, rng)
        swapped = self._names.swapped(statement.gold, 0.5, rng)
        # Another name may hold a full stop or a comma, and the statement is none any more; or two
        # things may have got one name.
        n_names = len({folded_name(entity.name) for entity in swapped.entities})
        if n_names == len(swapped.entities):
            statement = next(statements(swapped), statement)
        if not is_sure:
            return denied(statement, rng)
        if rng.random() < 0.5 and (text := corrected(statement, self._names, rng)):
            return text
        return confirmed(statement, rng)


def denied(statement: Statement, rng: np.random.Generator) -> Extraction:
    """Deny, doubt, ask or suppose a statement; its relations are gone."""
    # By form and then by wording: the forms of the verb are what people write most.
    forms = [list(form) for form in (_negations(statement), _questions(statement))]
    forms += [list(form) for form in (_suppositions(statement), _reports())]
    form = forms[int(rng.choice(len(forms), p=(0.4, 0.2, 0.2, 0.2)))]
    return _changed(statement, drawn(form, rng), keeps=False)


def confirmed(statement: Statement, rng: np.random.Generator) -> Extraction:
    """Say a statement plainly, or in words like those that deny one; its relations stay."""
    if rng.random() < 0.3:
        return statement.gold
    return _changed(statement, drawn(list(_confirmations(statement)), rng), keeps=True)


def corrected(
    statement: Statement, names: OtherNames, rng: np.random.Generator
) -> Extraction | None:
    """Say a statement of another name instead: "in Ulm, not in Ghent"; None: there is no name.

    What is said of the other name is stated, and no longer of the one in the statement.
    """
    text = statement.text
    if rng.random() < 1 / 2 and statement.first.span.start == 0:
        replaced, mention, word = statement.subject, statement.first, ""
    else:
        replaced, mention = statement.object, statement.last
        match = _PREPOSITION.search(text, statement.verb.end - 1, mention.span.start)
        word = match[1] if match else ""
        # "is a not Dane but Swede": what belongs to the name would stand before the "not".
        if not match and statement.verb.end + 1 != mention.span.start:
            return None
    other = names.standing(replaced.type, word, rng)
    if other is None or folded_name(other) in folded_name(text):
        return None
    verb = text[statement.verb.start : statement.verb.end]
    if mention is statement.first:
        ways = (_Change("Not ", f" but {other}{verb}"), _Change(f"{other}, not ", f",{verb}"))
        changed = _changed(statement, drawn(ways, rng), keeps=True)
    else:
        # The space before the name, or before its preposition.
        at = mention.span.start - 1 - len(f" {word}" if word else "")
        if any(
            m.span.overlaps(Span(at, at + 1)) for e in statement.gold.entities for m in e.mentions
        ):
            return None
        phrase = f"{word} {other}" if word else other
        edits = (
            {Span(at, at + 1): f" {phrase}, not "},
            {Span(at, at + 1): " not ", statement.stop: f" but {phrase}."},
        )
        changed = rewritten(statement.gold, drawn(edits, rng))
    return _said_of(changed, statement, replaced, other)


def _said_of(
    changed: Extraction, statement: Statement, replaced: Entity, other: str
) -> Extraction | None:
    """Say the relations of a statement of another name, which the text mentions once."""
    relations = statement.gold.relations
    if len(changed.relations) != len(relations):
        return None  # two things of one name became one
    at = changed.document.text.index(other)
    entity = Entity(replaced.type, other, (Mention(Span(at, at + len(other)), other),))
    said = [
        replace(
            relation,
            subject=entity if before.subject == replaced else relation.subject,
            object=entity if before.object == replaced else relation.object,
        )
        for before, relation in zip(relations, changed.relations, strict=True)
    ]
    return replace(changed, entities=(*changed.entities, entity), relations=tuple(said))


def _negations(statement: Statement) -> Iterator[_Change]:
    finite, verb = statement.finite, statement.main_verb
    for lead in ("Contrary to what you may read, ", "Despite the rumours, ", "In fact, "):
        if verb is None:
            yield _Change(lead, f" {finite} not")
        else:
            yield _Change(lead, f" {'did' if statement.is_past else 'does'} not {verb.base}")
    if verb is None:
        for word in ("not", "never", "not actually", "in fact not", "certainly not"):
            yield _Change(verb=f" {finite} {word}")
        if finite in ("was", "were", "is", "are", "has", "had"):
            yield _Change(verb=f" {finite}n't")
            yield _Change(verb=f" {finite}n’t")
        return
    does = "did" if statement.is_past else "does"
    for word in (" not", "n't", "n’t", " not in fact", " not actually"):
        yield _Change(verb=f" {does}{word} {verb.base}")
    yield _Change(verb=f" never {finite}")
    yield _Change(verb=f" never {finite}", end=", whatever you have read.")
    if statement.is_past and verb.base not in _HAPPENS:
        for phrase in ("refused to", "failed to", "declined to", "was not allowed to"):
            yield _Change(verb=f" {phrase} {verb.base}")
        yield _Change(verb=f" had not {verb.participle}")


def _questions(statement: Statement) -> Iterator[_Change]:
    finite, verb = statement.finite, statement.main_verb
    for end in ("?", "? We do not know.", "? Opinions differ.", "? Please let us know."):
        if verb is None:
            yield _Change(f"{finite.capitalize()} ", "", end)
        else:
            yield _Change("Did " if statement.is_past else "Does ", f" {verb.base}", end)
    for before in ("Is it true that ", "Who says that ", "Does anybody know whether "):
        yield _Change(before, end="?")
    yield _Change("Can you tell me if ", end="?")
    yield _Change("We were asked whether ")


def _suppositions(statement: Statement) -> Iterator[_Change]:
    finite, verb = statement.finite, statement.main_verb
    then = (
        ", somebody would have noticed.",
        ", the register would say so.",
        ", much would be different today.",
        ", there would be a photograph.",
        ", I should be very surprised.",
    )
    for end in then:
        if verb is None and finite in ("was", "were"):
            yield _Change("If ", " had been", end)
            yield _Change("Had ", " been", end)
        elif verb is None and finite in ("is", "are"):
            yield _Change("If ", " were", end)
        elif verb is not None and statement.is_past:
            yield _Change("If ", f" had {verb.participle}", end)
            yield _Change("Had ", f" {verb.participle}", end)
        elif verb is not None:
            yield _Change("If ", f" {verb.past}", end)
        yield _Change("Suppose that ", end=", as a game." if end == then[0] else ".")
    if finite in ("was", "were") and verb is None:
        yield _Change(verb=" may have been")
        yield _Change(verb=" might have been")
        yield _Change(verb=" could have been")
        yield _Change(verb=" would have been", end=" if the war had not come.")
    elif finite in ("is", "are"):
        yield _Change(verb=" might be")
        yield _Change(verb=" may one day be")
    elif verb is not None and statement.is_past:
        yield _Change(verb=f" may have {verb.participle}")
        yield _Change(verb=f" might have {verb.participle}")
        yield _Change(verb=f" would have {verb.participle}", end=" if there had been money.")
        yield _Change(verb=f" was invited to {verb.base}", end=" and stayed away.")
        yield _Change(verb=f" wanted to {verb.base}", end=" and was not let.")
    elif verb is not None:
        yield _Change(verb=f" may {verb.base}")
        yield _Change(verb=f" would like to {verb.base}", end=" one day.")


def _reports() -> Iterator[_Change]:
    """Yield the whole clause, said to be false, doubtful or unproven."""
    for before in (
        "It is not true that ",
        "It is untrue that ",
        "It is false that ",
        "It is wrong that ",
        "It is simply incorrect that ",
        "It is a myth that ",
        "It is a lie that ",
        "It was falsely claimed that ",
        "It has been disproved that ",
        "It is out of the question that ",
        "It is by no means certain that ",
        "We have no reason to think that ",
        "Nothing suggests that ",
        "Not a single source says that ",
        "She denied that ",
        "The company rejected reports that ",
        "The paper apologises for writing that ",
        "Some people wrongly believe that ",
        "It is not the case that ",
        "There is no evidence that ",
        "No document says that ",
        "Nobody has ever shown that ",
        "It is a mistake to write that ",
        "We no longer believe that ",
        "The editors withdraw the claim that ",
        "The family denies that ",
        "I very much doubt that ",
        "An earlier edition said wrongly that ",
        "It is unknown whether ",
        "Historians disagree on whether ",
        "The court did not find that ",
        "He only pretended that ",
        "Somebody made up the story that ",
    ):
        yield _Change(before)
    for before, end in (
        ("The rumour that ", " is false."),
        ("The claim that ", " was never proved."),
        ("That ", " is a legend."),
        ("That ", " is false."),
        ("That ", " is simply not so."),
        ("Claims that ", " are unfounded."),
        ("The statement that ", " is untrue."),
        ("The idea that ", " is mistaken."),
        ("The theory that ", " has been refuted."),
        ("Whether ", " is not known."),
        ("The old story that ", " has been given up."),
        ("A report that ", " turned out to be invented."),
    ):
        yield _Change(before, end=end)
    for end in (" – or so a rumour has it, wrongly.", "? That was a mistake.", "? No."):
        yield _Change(end=end)


def _confirmations(statement: Statement) -> Iterator[_Change]:
    """Yield wordings that look alike and leave the statement true."""
    for before in (
        "It is true that ",
        "It is correct that ",
        "It is well known that ",
        "It is certain that ",
        "Contrary to what others write, ",
        "As was rightly reported, ",
        "It was confirmed that ",
        "There is no doubt that ",
        "Nobody denies that ",
        "Everybody knows that ",
        "The register shows that ",
        "We have found proof that ",
        "It is not disputed that ",
        "The court found that ",
        "She confirmed that ",
    ):
        yield _Change(before)
    for end in (", and nobody doubts it.", ", as the papers show.", ". That is certain."):
        yield _Change(end=end)
    finite, verb = statement.finite, statement.main_verb
    if verb is None:
        yield _Change(verb=f" {finite} indeed")
    elif statement.is_past:
        yield _Change(verb=f" did indeed {verb.base}")


def _changed(statement: Statement, change: _Change, *, keeps: bool) -> Extraction:
    """Write a statement anew; unless it keeps them, its relations are gone."""
    gold, text = statement.gold, statement.text
    if not keeps:
        others = tuple(r for r in gold.relations if not statement.states(r))
        gold = replace(gold, relations=others)
    edits = {statement.stop: change.end}
    if change.verb is not None:
        edits[statement.verb] = change.verb
    if change.before and text.startswith("The ") and statement.first.span.start:
        edits[Span(0, 1)] = "t"
    changed = rewritten(gold, edits)
    return joined([change.before, changed], gold) if change.before else changed
