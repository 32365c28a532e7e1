"""Where a catalogue's names stand in a text: whole words alone, and only where they are meant."""

import pytest

from extractors.facts import Chunk, Document, Entity, Extraction, Mention, Span
from graphdb.spotting import KnownName, KnownNames, with_known_names


def named(text, *names, read=(), language="", type_="Organization", case_counts=()):
    """Return what is named in a text after the catalogue has been looked up in it."""
    known = KnownNames.of(
        [KnownName(type_, name, frozenset({f"Q{n}"})) for n, name in enumerate(names)], case_counts
    )
    spotted = with_known_names(document(text, *read, language=language), known)
    return [text[span.start : span.end] for _, span in sorted(spotted.ids, key=lambda at: at[1])]


def document(text, *read, language=""):
    """Return an extraction of a text in which these names were read: type and text of each."""
    entities = []
    for type_, name in read:
        start = text.index(name)
        mention = Mention(Span(start, start + len(name)), name, 0.6)
        entities.append(Entity(type_, name, (mention,)))
    return Extraction(
        document=Document(id="a", text=text, language=language),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They sold it to Acme Works last year.", "Acme Works"),
        ("They sold it to Acme\nWorks.", "Acme Works"),
        ("They sold it to Acme\u00a0Works.", "Acme Works"),
        ("(Acme Works)", "Acme Works"),
        ("They sold Acme’s plant.", "Acme"),
        ("They met O’Brien Partners.", "O'Brien Partners"),
        ("Le siège de l'Acmé est ici.", "Acmé"),
        ("Le siège de l'Acme\u0301 est ici.", "Acmé"),
        ("They write C++ all day.", "C++"),
        ("他在北京大学工作。", "北京大学"),
        ("我在IBM工作。", "IBM"),
        ("그는 삼성전자에서 일한다.", "삼성전자"),
        ("They gave him aspirin and water.", "aspirin"),
        ("Aspirin helps.", "aspirin"),
        ("The IBM plant", "IBM"),
        ("They asked Acme -- and waited.", "Acme"),
    ],
)
def test_name_is_found_as_a_whole(text, name):
    assert len(named(text, name)) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They are Acmeists.", "Acme"),
        ("They met Smith-Acme.", "Acme"),
        ("They met Acme-Smith.", "Acme"),
        ("Write to info@acme.com today.", "acme"),
        ("They sold AT&T there.", "AT&"),
        ("They met O'Brien.", "Brien"),
        ("They write Cee++ all day.", "Cee"),
        ("Ions such as Cll- are here.", "Cll"),
        ("They work in ASP.NET there.", ".NET"),
        ("They met Jose\u0301 there.", "Jose"),
        ("乔治·华盛顿大桥", "华盛顿大桥"),
        ("they sold it to acme works.", "Acme Works"),
        ("They sold it to Acme\n\nWorks of art", "Acme Works"),
    ],
)
def test_part_of_a_word_and_other_capitals_are_no_name(text, name):
    assert named(text, name) == []


@pytest.mark.parametrize(
    ("text", "name", "language"),
    [
        ("Apple juice is good.", "Apple", ""),
        ("Es war ein Apfel im Haus.", "Apfel", "de"),
        ("LET APPLE BE", "APPLE", ""),
        ("He told US all.", "US", ""),
        ("这是苹果。", "苹果", ""),
        ("Mr. Denzel Washington came.", "Washington", ""),
        ("They banked with Apple Bank.", "Apple", ""),
        ("In 1984 they left.", "1984", ""),
        ("It can was here.", "can", ""),
    ],
)
def test_name_that_may_be_a_word_counts_only_where_the_reader_read_it(text, name, language):
    assert named(text, name, language=language) == []
    assert named(text, name, read=[("Organization", name)], language=language) == [name]
    assert named(text, name, read=[("Person", name)], language=language) == []


def test_name_that_may_be_a_word_counts_beside_another_name_of_the_thing():
    names = KnownNames.of(
        [KnownName("Organization", name, frozenset({"Q312"})) for name in ("Apple", "Apple Inc.")]
    )
    text = "Apple Inc. is large. Apple grew. They banked with Apple Bank."

    places = {span for _, span in with_known_names(document(text), names).ids}

    assert places == {Span(0, 10), Span(21, 26)}


def test_longest_counts_whoever_found_it():
    text = "They met Acme Works Bank and Bolt Union there."

    assert named(text, "Acme Works", "Acme Works Bank") == ["Acme Works Bank"]
    assert named(text, "Acme Works", read=[("Organization", "Acme Works Bank")]) == []
    assert named(text, "Acme Works Bank", read=[("Person", "Acme Works")]) == ["Acme Works Bank"]


def test_name_of_two_types_is_what_was_read_or_nothing():
    names = KnownNames.of(
        [KnownName(type_, "Ghent Works", frozenset({type_})) for type_ in ("Person", "Location")]
    )
    text = "They saw Ghent Works."

    assert with_known_names(document(text), names).ids == {}
    read = with_known_names(document(text, ("Location", "Ghent Works")), names)
    assert read.ids == {("Location", Span(9, 20)): ("Location",)}


def test_capitals_count_where_the_type_says_so():
    text = "They mixed monoxide and Monoxide."

    assert named(text, "monoxide", type_="Chemical") == ["monoxide", "Monoxide"]
    assert named(text, "monoxide", type_="Chemical", case_counts=["Chemical"]) == ["monoxide"]
