"""Which column holds the tokens and which the tags, whatever stands between and around them."""

import pytest

from extractors.corpora import detect_format, join_tokens, read_labelled, write_labelled
from extractors.errors import CorpusError
from tests.extractors.corpora.saying import mentions

GERMEVAL = """#\thttp://de.example.org/wiki/Bayern [2009-10-17]
1\tDer\tO\tO
2\tFC\tB-ORG\tO
3\tBayern\tI-ORG\tB-LOC
4\tgewinnt\tO\tO
5\t.\tO\tO

#\thttp://de.example.org/wiki/Ada [2009-10-18]
1\tAda\tB-PER\tO
"""
CONLLU = """# sent_id = a1
# text = Ada geht zum "Markt".
1\tAda\tAda\tPROPN\tNE\t_\t2\tnsubj\t_\tNER=B-PER
2\tgeht\tgehen\tVERB\tVVFIN\t_\t0\troot\t_\t_
3-4\tzum\t_\t_\t_\t_\t_\t_\t_\t_
3\tzu\tzu\tADP\tAPPR\t_\t5\tcase\t_\t_
4\tdem\tder\tDET\tART\t_\t5\tdet\t_\t_
4.1\tleer\t_\t_\t_\t_\t_\t_\t_\t_
5\t"\t"\tPUNCT\t$(\t_\t6\tpunct\t_\tSpaceAfter=No
6\tMarkt\tMarkt\tNOUN\tNN\t_\t2\tobl\t_\tNER=B-LOC|SpaceAfter=No
7\t"\t"\tPUNCT\t$(\t_\t6\tpunct\t_\tSpaceAfter=No
8\t.\t.\tPUNCT\t$.\t_\t2\tpunct\t_\t_

"""
UNER = """# sent_id = b1
# text = Ada works
1\tAda\tB-PER\t-\tann
2\tworks\tO\t-\tann
"""
MULTICONER = """# id 52-39\tdomain=en
ada _ _ B-PER
works _ _ O
"""
CONLL2003 = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n"
FROM_LABEL_STUDIO = "-DOCSTART- -X- O\nAda -X- _ B-PER\nworks -X- _ O\n"
HASH = "# O\n1 B-NUM\n\nAda B-PER\n"


@pytest.mark.parametrize(
    ("name", "content", "first_text", "expected"),
    [
        ("de.tsv", GERMEVAL, "Der FC Bayern gewinnt.", {("ORG", "FC Bayern"), ("LOC", "Bayern")}),
        ("a.conllu", CONLLU, 'Ada geht zum "Markt".', {("PER", "Ada"), ("LOC", "Markt")}),
        ("en.iob2", UNER, "Ada works", {("PER", "Ada")}),
        ("en.conll", MULTICONER, "ada works", {("PER", "ada")}),
        ("train.conll", CONLL2003, "EU rejects", {("ORG", "EU")}),
        ("export.conll", FROM_LABEL_STUDIO, "Ada works", {("PER", "Ada")}),
        ("hash.conll", HASH, "#1", {("NUM", "1")}),
    ],
)  # fmt: skip
def test_columns_are_found(write, tmp_path, name, content, first_text, expected):
    path = write(name, content)

    assert detect_format(path) == "conll"
    first, *rest = read_labelled(path)
    assert first.extraction.document.text == first_text
    assert mentions(first) == expected

    write_labelled([first, *rest], tmp_path / "again.conll", "conll")
    again, *_ = read_labelled(tmp_path / "again.conll")
    assert again.extraction.document.text == first_text
    assert mentions(again) == expected


def test_a_column_that_cannot_be_told_is_asked_for_and_can_be_named(write):
    chunks_and_names = write("a.conll", "EU B-NP B-ORG x\nsays B-VP O y\n")

    with pytest.raises(CorpusError, match="columns 2, 3 all hold tags: name one as tag_column"):
        list(read_labelled(chunks_and_names))
    [document] = read_labelled(chunks_and_names, tag_column=3)
    assert mentions(document) == {("ORG", "EU")}


def test_a_file_without_tags_is_refused(write):
    with pytest.raises(CorpusError, match="no column holds tags such as O and B-Person"):
        list(read_labelled(write("a.conllu", "1\tAda\tPROPN\n2\tworks\tVERB\n")))


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("鲁迅 是 浙江 人 。", "鲁迅是浙江人。"),
        ("彼 は 東京 に いる 。", "彼は東京にいる。"),
        ("他 用 i P h o n e 5 。", "他用iPhone5。"),
        ("我 在 New York 工作 了 很 久", "我在New York工作了很久"),
        ("The word 你好 means hello .", "The word 你好 means hello."),
        ("나는 서울에 산다 .", "나는 서울에 산다."),
    ],
)
def test_chinese_and_japanese_tokens_are_joined_without_spaces(tokens, text):
    assert join_tokens([tokens.split()])[0] == text


def test_sentences_of_chinese_are_joined_without_a_space_and_others_with_one():
    chinese, english = ["你", "好", "。"], ["Hello", "."]

    assert join_tokens([chinese, chinese, english, english])[0] == "你好。你好。 Hello. Hello."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.conll", "鲁 B-PER\n迅 I-PER\n来 O\n"),
        ("a.json", {"tokens": ["鲁迅", "来"], "entities": [{"type": "P", "start": 0, "end": 1}]}),
        ("a.json", {"doc_key": "a", "sentences": [["鲁迅", "来"]], "ner": [[[0, 0, "PER"]]]}),
        (
            "a.json",
            [{
                "title": "", "sents": [["鲁迅", "来"]], "labels": [],
                "vertexSet": [[{"name": "鲁迅", "pos": [0, 1], "sent_id": 0, "type": "PERS"}]],
            }],
        ),
        ("a.json", [{"tokenized_text": ["鲁迅", "来"], "ner": [[0, 0, "PER"]]}]),
    ],
)  # fmt: skip
def test_every_format_of_tokens_joins_chinese_so(write, name, content):
    [document] = read_labelled(write(name, content))

    assert document.extraction.document.text == "鲁迅来"
    assert [name for _, name in mentions(document)] == ["鲁迅"]
