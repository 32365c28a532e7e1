"""English verbs that statements are made with, in the forms that denying them takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_REGULAR = """
accept acquire adapt administer admit adopt advise air appear assist attend award belong bombard
border broadcast captain chair christen close coach command commission compose conduct contain
contribute convert coordinate cover create cross curate debut dedicate defeat defend deliver design
develop die direct discover dominate earn edit emigrate enlist enter establish exhibit face father
film finance flow follow form found fund govern graduate head help hire host house illustrate import
include inherit introduce invent invest issue join land last launch lecture license live maintain
manage manufacture marry merge migrate move name narrate negotiate nominate obtain occupy open
operate order organise organize own paint perform perish photograph play practise premiere present
preside produce publish purchase receive record recruit relocate represent reside
review rule score serve settle ship sign sponsor star start study succeed supply
support surround tour train transfer translate travel turn use visit voice volunteer wed work
"""
_IRREGULAR = """
become became become
begin began begun
build built built
buy bought bought
come came come
drive drove driven
fall fell fallen
fight fought fought
give gave given
go went gone
grow grew grown
have had had
hold held held
keep kept kept
lead led led
lie lay lain
lose lost lost
make made made
meet met met
pay paid paid
rise rose risen
run ran run
sell sold sold
sing sang sung
sit sat sat
speak spoke spoken
spend spent spent
stand stood stood
take took taken
teach taught taught
win won won
write wrote written
"""
_DOUBLED = frozenset(("admit", "transfer", "wed"))


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb in the forms that are not made with an auxiliary."""

    base: str
    past: str
    participle: str

    @property
    def present(self) -> str:
        """The form for he, she and it."""
        if self.base == "have":
            return "has"
        if re.search(r"(s|sh|ch|x|z|o)$", self.base):
            return f"{self.base}es"
        return f"{_with_i(self.base, 'ie')}s"


def _verbs() -> Iterator[Verb]:
    for base in _REGULAR.split():
        stem = base + base[-1] if base in _DOUBLED else _with_i(base, "i")
        past = f"{stem}d" if stem.endswith("e") else f"{stem}ed"
        yield Verb(base, past, past)
    for forms in _IRREGULAR.strip().split("\n"):
        yield Verb(*forms.split())


def _with_i(base: str, ending: str) -> str:
    """Return a verb with another ending in the place of a `y` after a consonant."""
    return re.sub(r"(?<=[^aeiou])y$", ending, base)


_VERBS = tuple(_verbs())
VERB_BY_FORM = {form: verb for verb in _VERBS for form in (verb.past, verb.present)}
"""A verb by its past, or by its form for he, she and it."""
PASTS = frozenset(verb.past for verb in _VERBS)
PARTICIPLES = frozenset(verb.participle for verb in _VERBS) | {"been", "born"}
