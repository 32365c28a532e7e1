"""A question finds the passage that answers it without a word in common: by the real encoders."""

import pytest

from extractors.facts import Chunk, Document, Extraction, Span
from flows.embedding import Encoders, TextSearch

ENGLISH = {
    "flood": "After a week of rain the water rose over the banks and many cellars were full.",
    "bank": "The lender was set up by two merchants who had made their money in cloth.",
    "death": "Marie Curie passed away in a sanatorium in July 1934.",
    "kitchen": "Stir the onions in butter until they are golden, then add the stock.",
    "pay": "Wages will go up by four per cent from January, the union said.",
}
CHINESE = {
    "洪水": "连下了一周的雨，水漫过了堤岸，许多地下室都被淹了。",
    "银行": "这家钱庄由两位靠布匹发家的商人创办。",
    "去世": "钱锺书于1998年冬天在北京病逝。",
    "厨房": "用黄油把洋葱炒至金黄，再加入高汤。",
    "工资": "工会表示，从一月起薪水将上涨百分之四。",
}


def said(id_, text, language):
    document = Document(id=id_, text=text, source="notes", language=language)
    return Extraction(
        document=document,
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=(),
        relations=(),
        extractor="by hand",
    )


@pytest.fixture(scope="module")
def encoders():
    return Encoders()


@pytest.fixture
def search(graph, encoders):
    """Search a graph of short texts in two languages, each of which has vectors."""
    graph.upsert([said(name, text, "en") for name, text in ENGLISH.items()])
    graph.upsert([said(name, text, "zh") for name, text in CHINESE.items()])
    graph.embed(encoders)
    texts = TextSearch(encoders)

    def search(words):
        passages, note = texts.passages(graph.connection, words, 10)
        assert note == ""
        return passages

    return search


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where did a river overflow?", "flood"),
        ("Who founded a financial institution?", "bank"),
        ("When did the famous physicist die?", "death"),
        ("how to cook soup", "kitchen"),
        ("salary increase for workers", "pay"),
        ("哪里的河发了大洪灾？", "洪水"),
        ("谁创立了金融机构？", "银行"),
        ("那位作家何时去世？", "去世"),
        ("怎么做菜", "厨房"),
        ("员工加薪", "工资"),
    ],
)
def test_question_finds_its_answer_without_a_common_word(search, question, answer):
    found = search(question)

    assert found[0].document_id == answer
    assert found[0].found_by == ("meaning",)
    texts = ENGLISH | CHINESE
    assert found[0].text == texts[answer]


def test_words_find_what_they_found_before(search):
    found = search("onions")

    assert found[0].document_id == "kitchen"
    assert "words" in found[0].found_by


def test_what_has_nothing_to_do_with_a_question_is_left_out(search):
    found = {passage.document_id for passage in search("How to cook a soup of onions?")}

    assert "kitchen" in found
    assert not found & {"death", "bank"}


def test_without_vectors_words_alone_count_and_that_is_said(graph, encoders):
    graph.upsert(said("flood", ENGLISH["flood"], "en"))

    by_words, note = TextSearch(encoders).passages(graph.connection, "rain", 10)

    assert [passage.found_by for passage in by_words] == [("words",)]
    assert "nightloom embed" in note
    assert TextSearch(encoders).passages(graph.connection, "deluge", 10)[0] == []


def test_encoder_that_is_not_in_the_cache_is_not_fetched_for_a_search(
    search, graph, monkeypatch, tmp_path
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    passages, note = TextSearch(Encoders()).passages(graph.connection, "rain", 10)

    assert [passage.document_id for passage in passages] == ["flood"]
    assert "not in this machine's cache" in note
    assert list(tmp_path.iterdir()) == []


def test_text_of_another_language_is_encoded_by_nobody(encoders):
    assert encoders.language("it", "Il fiume straripa.") == ""
    assert encoders.language("", "A short text.") == "en"
    assert encoders.language("", "短文") == "zh"
