"""Statements that are denied, doubted, asked or supposed, made of plain ones.

A document's sentences are cut to plain statements first: a name, a verb, and a name behind it that
is related to the first. In a longer sentence something may still be stated beside what is denied
("It is unknown whether the mayor, Ann Lee, will come" says who is mayor). Of a plain one the verb
can be put into any form:

    Ann Lee founded Acme.    Ann Lee did not found Acme.        Did Ann Lee found Acme?
                             Had Ann Lee founded Acme, …        Bo Roe, not Ann Lee, founded Acme.

Some are confirmed instead, in words that look alike, so that it is not the look that is learned.
English only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from extractors.facts import Entity, Extraction, Mention, Relation, Span
from extractors.text import folded_name, sentences
from extractors.training.pieces import contains, cut_to, drawn, joined
from extractors.training.swapping import OtherNames, rewritten
from extractors.training.verbs import PARTICIPLES, PASTS, VERB_BY_FORM, Verb

_MOST_CHARACTERS = 120
"""The longest way from the verb to the last name."""
_OFTEN = 5
"""How often a statement may come up if each document asks for one."""
_COMMON = 2
"""So many documents say a thing in the same words when it is known that the words say it."""

_START = re.compile(r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Professor|Sir|Lady|Captain|The)\.? )?")
# "In May, ", "Later that year, ": what may stand before the subject and is cut away.
_LEAD = re.compile(
    r"(?:In|On|At|After|Before|Later|Then|Since|By|During|From|As|However|Today|Originally|Soon"
    r"|Previously|Meanwhile|Until|Afterwards|Eventually)\b[^,\n.;:]{0,60}, "
)
# ", a painter," or "(born 1867)" behind the subject is cut away, too.
_ASIDE = re.compile(r"(?:, [^,\n.;:()]{1,80},| \([^()\n]{1,80}\))?")
_FINITE = re.compile(r" (was|were|is|are|has|had|[a-z]+)(?= )")
# A second clause, a reservation or a quotation: something else might be stated, or nothing.
_NOT_PLAIN = re.compile(
    r"[,;:()\[\]\"“”|*#/\n–—]|\b(who|whom|whose|which|that|where|when|while|because|although|if|"
    r"whether|since|former|formerly|still|again|also|too|already|even|and|but|or|nor|not|never|no|"
    r"nobody|none|neither|hardly|only|without|may|might|would|could|should|will|shall|can|to be|"
    r"to have|until|before|after|than|like)\b|n['’]t\b|^ to "
)
# What may follow the last name that is kept: more would belong to the name ("the Acme board").
_AFTER = re.compile(
    r"[.,;:)\n]|$| (and|where|who|which|in|on|as|at|after|before|when|while|because|to|for|from"
    r"|with|by|until|since|but|that|under|during|together|aged|\()\b"
)
_PREPOSITION = re.compile(r" (in|at|of|for|from|by|to|with|near|on) $")
_HAPPENS = frozenset(
    (
        *(
            "appear",
            "begin",
            "belong",
            "border",
            "close",
            "come",
            "contain",
            "debut",
            "die",
            "fall",
        ),
        *("flow", "form", "go", "grow", "have", "lose", "open", "premiere"),
        *("include", "last", "lie", "perish", "rise", "stand", "start", "surround"),
    )
)
"""What nobody can refuse to do."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A plain sentence that is a whole text: a name, a verb, and a name that it relates to it."""

    gold: Extraction
    first: Mention
    verb: Span
    """The finite verb with the space before it."""
    last: Mention
    """The name before the full stop."""
    subject: Entity
    object: Entity

    @property
    def text(self) -> str:
        """The document's text."""
        return self.gold.document.text

    @property
    def finite(self) -> str:
        """The finite verb."""
        return self.text[self.verb.start + 1 : self.verb.end]

    @property
    def stop(self) -> Span:
        """Where the full stop stands."""
        return Span(len(self.text) - 1, len(self.text))

    @property
    def frame(self) -> tuple[str, ...]:
        """What is said and how: the relation types, the verb, and the word before the last name."""
        words = self.text[self.verb.start : self.last.span.start].split()
        types = sorted({r.type for r in self.gold.relations if self.states(r)})
        return (*types, words[0], *(words[1:2] if self.has_auxiliary else ()), words[-1])

    @property
    def after_verb(self) -> str:
        """The word after the finite verb."""
        return self.text[self.verb.end : self.last.span.start].split(" ")[1]

    @property
    def has_auxiliary(self) -> bool:
        """Whether "not" can follow the finite verb."""
        if self.finite in ("has", "had"):
            return self.after_verb in PARTICIPLES
        return self.finite in ("was", "were", "is", "are")

    @property
    def main_verb(self) -> Verb | None:
        """The main verb, if it is one whose forms are known."""
        if self.has_auxiliary:
            return None
        return VERB_BY_FORM.get(self.finite)

    @property
    def is_past(self) -> bool:
        """Whether the finite verb is in the past."""
        return self.finite in ("was", "were", "had") or self.finite in PASTS

    def states(self, relation: Relation) -> bool:
        """Say whether this is what the verb says: all of the subject that the sentence states."""
        return self.subject in (relation.subject, relation.object)


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


def statements(gold: Extraction) -> Iterator[Statement]:
    """Yield the plain statements that the sentences of a document can be cut to, each a text."""
    mentions = sorted(
        ((mention, entity) for entity in gold.entities for mention in entity.mentions),
        key=lambda each: each[0].span,
    )
    for span in sentences(gold.document.text):
        within = [each for each in mentions if each[0].span.overlaps(span)]
        # A sentence that ends or begins within a name cannot get other words around it.
        if within and all(contains(span, mention.span) for mention, _ in within):
            yield from _plain(gold, span, within)


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


def _plain(
    gold: Extraction, span: Span, mentions: Sequence[tuple[Mention, Entity]]
) -> Iterator[Statement]:
    """Cut a sentence to each plain statement that it holds."""
    text = gold.document.text
    lead = _LEAD.match(text, span.start, span.end)
    starts = [span.start, *([lead.end()] if lead else [])]
    start_by_name = {_START.match(text, at).end(): at for at in starts}  # type: ignore[union-attr]
    leading = [named for named in mentions if named[0].span.start in start_by_name]
    if not leading:
        return
    first, subject = leading[0]
    aside = _ASIDE.match(text, first.span.end)
    verb = _FINITE.match(text, aside.end() if aside else first.span.end)
    if not verb or any(mention.span.overlaps(Span(*verb.span())) for mention, _ in mentions):
        return
    start = start_by_name[first.span.start]
    related = {
        other
        for relation in gold.relations
        if subject in (relation.subject, relation.object)
        for other in (relation.subject, relation.object)
        if other != subject
    }
    behind = [each for each in mentions if each[0].span.start > verb.end()]
    for last, object_ in behind:
        between = _without_names(text, Span(verb.end(), last.span.start), behind)
        if len(between) > _MOST_CHARACTERS or _NOT_PLAIN.search(between):
            return
        if object_ == subject:
            return
        # Of a name that ends in a full stop ("D.C.") the sentence's own could not be told apart.
        is_end = _AFTER.match(text, last.span.end) and not last.text.endswith(".")
        if object_ in related and is_end:
            pieces = [Span(start, first.span.end), Span(verb.start(), last.span.end)]
            if statement := _statement(cut_to(gold, pieces, "."), first.span.start - start):
                yield statement


def _statement(said: Extraction, start: int) -> Statement | None:
    """Return a text that was cut to a plain statement as one, if its verb is known."""
    mentions = sorted(
        ((mention, entity) for entity in said.entities for mention in entity.mentions),
        key=lambda each: each[0].span,
    )
    (last, object_) = mentions[-1]
    first, subject = next(each for each in mentions if each[0].span.start == start)
    verb = _FINITE.match(said.document.text, first.span.end)
    assert verb  # it was found before the text was cut
    statement = Statement(said, first, Span(*verb.span()), last, subject, object_)
    return statement if statement.has_auxiliary or statement.main_verb else None


def _without_names(text: str, span: Span, mentions: Iterable[tuple[Mention, Entity]]) -> str:
    """Return a stretch of text in which names are blank, and commas between two names, too."""
    letters = list(text[span.start : span.end])
    for mention, _ in mentions:
        for at in range(max(mention.span.start, span.start), min(mention.span.end, span.end)):
            letters[at - span.start] = "_"
    # "in Ghent, Belgium": the name that follows is not in the stretch.
    return re.sub(r"_, (?=_|$)", "___", "".join(letters))


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
