"""The plain statements of labelled documents: a name, a verb, and a name that it is related to.

In a longer sentence something may still be stated beside what is denied ("It is unknown whether the
mayor, Ann Lee, will come" says who is mayor). Of a plain one the verb can be put into any form, as
`denying` does. English only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.facts import Entity, Extraction, Mention, Relation, Span
from extractors.text import sentences
from extractors.training.pieces import contains, cut_to
from extractors.training.verbs import PARTICIPLES, PASTS, VERB_BY_FORM, Verb

_MOST_CHARACTERS = 120
"""The longest way from the verb to the last name."""

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
