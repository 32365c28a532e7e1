"""Denied statements state nothing, confirmed ones what they say, corrected ones the other name."""

import re

import numpy as np
import pytest

from extractors.training.denying import Statements, confirmed, corrected, denied
from extractors.training.statements import statements
from extractors.training.swapping import OtherNames
from tests.extractors.training.test_composing import gold, names, triples

BORN = gold("Ann Lee was born in Ghent.", ("Ann Lee", "BORN_IN", "Ghent"))
FOUNDED = gold("Ann Lee founded Acme.", ("Acme", "FOUNDED_BY", "Ann Lee"))
LIVES = gold("Mr. Roe lives in Ulm.", ("Roe", "RESIDENCE", "Ulm"))
MARRIED = gold("Bo Roe married Di Fox.", ("Bo Roe", "SPOUSE", "Di Fox"))
ALL = (BORN, FOUNDED, LIVES, MARRIED)


def drawn(change, gold_document, n=400):
    """Return the texts that a change makes of a plain document, over many draws."""
    (statement,) = statements(gold_document)
    return [change(statement, np.random.default_rng(seed)) for seed in range(n)]


@pytest.mark.parametrize("document", ALL)
def test_denied_statement_states_nothing_and_keeps_its_names(document):
    for said in drawn(denied, document):
        assert triples(said) == set()
        assert names(said) == names(document)
        assert said.document.text != document.document.text


@pytest.mark.parametrize(
    ("document", "wordings"),
    [
        (
            BORN,
            {
                "Ann Lee was not born in Ghent.",
                "Ann Lee wasn't born in Ghent.",
                "Ann Lee was never born in Ghent.",
                "Was Ann Lee born in Ghent?",
                "If Ann Lee had been born in Ghent, the register would say so.",
                "Ann Lee may have been born in Ghent.",
                "It is unknown whether Ann Lee was born in Ghent.",
            },
        ),
        (
            FOUNDED,
            {
                "Ann Lee did not found Acme.",
                "Ann Lee never founded Acme.",
                "Did Ann Lee found Acme?",
                "Had Ann Lee founded Acme, the register would say so.",
                "Ann Lee might have founded Acme.",
                "Ann Lee refused to found Acme.",
            },
        ),
        (
            LIVES,
            {
                "Mr. Roe does not live in Ulm.",
                "Mr. Roe doesn't live in Ulm.",
                "Does Mr. Roe live in Ulm?",
                "If Mr. Roe lived in Ulm, the register would say so.",
            },
        ),
    ],
)
def test_denials_put_the_verb_into_its_forms(document, wordings):
    texts = {said.document.text for said in drawn(denied, document, 1500)}

    assert wordings <= texts
    assert len(texts) > 40


@pytest.mark.parametrize("document", ALL)
def test_confirmed_statement_is_stated(document):
    said = drawn(confirmed, document)

    assert {frozenset(triples(each)) for each in said} == {frozenset(triples(document))}
    assert len({each.document.text for each in said}) > 8


def test_corrected_statement_is_stated_of_the_other_name():
    others = gold("Cy Ray died in Oslo, and Ed Poe came from Turku.", types={"Oslo": "Thing"})
    pool = OtherNames([others])

    said = [each for each in drawn(lambda s, rng: corrected(s, pool, rng), BORN) if each]

    texts = {each.document.text for each in said}
    assert "Ann Lee was born in Oslo, not in Ghent." in texts
    assert "Ann Lee was born not in Ghent but in Oslo." in texts
    assert "Not Ann Lee but Oslo was born in Ghent." in texts  # all are of one type here
    for each in said:
        (triple,) = triples(each)
        assert triple in {("Ann Lee", "BORN_IN", "Oslo"), ("Oslo", "BORN_IN", "Ghent")}
        assert names(each) == ["Ann Lee", "Ghent", "Oslo"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("In May, Ann Lee founded Acme, which grew.", ["Ann Lee founded Acme."]),
        ("Ann Lee, a painter, founded Acme and left.", ["Ann Lee founded Acme."]),
        ("Ann Lee (born 1970) founded Acme with friends.", ["Ann Lee founded Acme."]),
        ("Ann Lee founded the Acme board.", []),
        ("Ann Lee did not found Acme.", []),
        ("Ann Lee may have founded Acme.", []),
        ("Ann Lee, who founded Acme, will come.", []),
        ("Ann Lee left Acme.", []),
        ("Ann Lee of Acme was late.", []),
        ("The mayor and Ann Lee founded Acme.", []),
        ("Ann Lee was the former head of Acme.", []),
        ("Did Ann Lee found Acme?", []),
    ],
)
def test_sentences_are_cut_to_plain_statements_or_left_alone(text, plain):
    document = gold(text, ("Acme", "FOUNDED_BY", "Ann Lee"))

    assert [statement.text for statement in statements(document)] == plain


def test_statement_of_names_that_are_not_related_is_none():
    assert not list(statements(gold("Ann Lee saw Acme.", types={"Ann Lee": "P", "Acme": "O"})))


def test_what_one_document_alone_says_so_is_never_confirmed():
    """Ann Lee and Ghent are related, but who tells that this is what "visited" means?"""
    visited = gold("Ann Lee visited Ghent.", ("Ann Lee", "BORN_IN", "Ghent"))
    documents = [visited]
    made = Statements(documents, OtherNames(documents))

    assert all(not triples(made.composed(np.random.default_rng(seed))) for seed in range(100))


def test_forms_of_verbs_are_english():
    from extractors.training.verbs import VERB_BY_FORM

    assert VERB_BY_FORM["married"].base == VERB_BY_FORM["marries"].base == "marry"
    assert VERB_BY_FORM["wrote"].participle == "written"
    assert VERB_BY_FORM["teaches"].base == "teach"
    assert VERB_BY_FORM["transferred"].base == "transfer"
    assert not any(re.search(r"[^aeiou]yed$|[^aeiou]ys$", form) for form in VERB_BY_FORM)
