"""Texts of any encoding are read as they were written, or refused: no letter is ever replaced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.formats import decoded, known_encoding
from flows.sources.values import UnreadableError

TEXTS = [
    ("Die Gesellschaft wurde 1984 in München gegründet; Jürgen heißt er.", "cp1252"),
    ("Zoë Müller lives in Zürich. She was born in Genève in 1950.", "cp1252"),
    ("Dvořák se narodil v Nelahozevsi, žil v Praze a učil v New Yorku.", "cp1250"),
    ("Maria Skłodowska-Curie urodziła się w Warszawie w 1867 roku.", "iso8859_2"),
    ("Čiurlionis gimė Varėnoje, o mirė Pustelninke netoli Varšuvos.", "cp1257"),
    ("Şirket 1984 yılında İstanbul'da kuruldu. Genel müdürü Ayşe Yılmaz'dır.", "cp1254"),
    ("Компания была основана в 1984 году в Москве.", "cp1251"),
    ("Компания была основана в 1984 году в Москве.", "koi8_r"),
    ("Η εταιρεία ιδρύθηκε το 1984 στην Αθήνα από τον Γιώργο.", "cp1253"),
    ("公司成立于一九八四年，总部位于北京。创始人是张三，他出生在上海。", "gb18030"),
    ("公司成立於一九八四年，總部位於臺北。創辦人是張三，他出生在高雄。", "big5"),
    ("会社は1984年に東京で設立された。社長の山田太郎は大阪で生まれた。", "shift_jis"),
    ("会社は1984年に東京で設立された。社長の山田太郎は大阪で生まれた。", "euc_jp"),
    ("会社は1984年に東京で設立された。", "iso2022_jp"),
    ("회사는 1984년에 서울에서 설립되었다. 사장 김철수는 부산에서 태어났다.", "euc_kr"),
    ("Acme was founded in 1984 by Zoë.", "utf-16"),
    ("Acme was founded in 1984 by Zoë.", "utf-16-be"),
    ("Acme was founded in 1984 by Zoë.", "utf-32"),
    ("Ada works for Acme.", "utf-8-sig"),
]


@pytest.mark.parametrize(("text", "encoding"), TEXTS, ids=[name for _, name in TEXTS])
def test_text_is_read_in_the_encoding_it_was_written_in(text, encoding):
    assert decoded(text.encode(encoding)) == text


@given(st.text())
def test_utf_8_is_read_as_utf_8(text):
    """Unless it looks like something else that begins with a mark or is full of zeros."""
    is_like_another = "\0" in text or "\x1b$" in text or text.startswith("\ufeff")

    assert is_like_another or decoded(text.encode("utf-8")) == text


@given(st.binary(max_size=300))
def test_bytes_are_read_without_a_replaced_character_or_refused(content):
    try:
        text = decoded(content)
    except UnreadableError:
        return

    assert "\ufffd" not in text or "\ufffd".encode() in content or content.count(0)


def test_setting_pins_the_encoding_and_what_is_not_in_it_is_refused():
    assert decoded("Łódź".encode("cp1250"), "cp1250") == "Łódź"
    with pytest.raises(UnreadableError, match="is not CP1253: byte 0xff at offset 2"):
        decoded(b"ab\xff", "cp1253")


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_says_more_than_the_setting(mark):
    assert decoded("Zürich".encode(mark), "cp1252") == "Zürich"


@pytest.mark.parametrize(
    "content",
    [
        "Zoë Müller lebt in Zürich. ".encode() * 3 + b"\xff\xc3 Sie wurde in Genf geboren.",
        "Łódź, Kraków, Wrocław, Poznań".encode()[:-1],
        "公司成立于一九八四年".encode()[:-1],
        "Мария живёт в Москве. ".encode() + "Zürich".encode("cp1252"),
    ],
)
def test_broken_utf_8_is_refused_and_not_read_as_something_else(content):
    with pytest.raises(UnreadableError, match=r"is not UTF-8: byte 0x.. at offset"):
        decoded(content)


def test_what_a_page_declares_is_believed_where_it_can_be():
    assert decoded("Ω".encode("iso8859_7"), declared="iso-8859-7") == "Ω"
    assert decoded("Zürich".encode(), declared="no such thing") == "Zürich"
    assert decoded("„Acme“".encode("cp1252"), declared="iso-8859-1") == "„Acme“"


@pytest.mark.parametrize("name", ["zip", "rot13", "nonsense", ""])
def test_encoding_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match="is no encoding"):
        known_encoding(name)
