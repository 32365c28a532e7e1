"""Languages are told where there is enough text, and never guessed."""

import pytest

from extractors.languages import language_of, languages_of

ENGLISH = "Ada Lovelace was born in London and worked with Charles Babbage on his engine. " * 4
GERMAN = "Albert Einstein wurde in Ulm geboren und arbeitete am Patentamt der Stadt Bern. " * 4
CHINESE = "李明在清华大学任教，他出生于上海。北京是中国的首都，也是一座历史名城。"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        (CHINESE, "zh"),
        ("Ada works for Acme.", ""),
        ("张三", ""),
        ("", ""),
        ("| 1 | 2 | 3 |\n" * 100, ""),
        ("\ud800" * 300, ""),
    ],
)
def test_language_is_told_or_not(text, code):
    assert language_of(text) == code


def test_only_the_beginning_is_looked_at():
    assert language_of(ENGLISH * 4 + CHINESE * 1_000) == "en"


def test_languages_of_a_corpus_are_those_it_holds_much_of():
    sentences = ["Ada was born in London.", "She worked with Charles on his engine."] * 300

    assert languages_of(sentences) == ("en",)
    assert languages_of([*sentences, *[CHINESE] * 300]) == ("en", "zh")
    assert languages_of([]) == ()
