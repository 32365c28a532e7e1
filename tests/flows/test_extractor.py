"""Which model reads which document, where there is one for each of several languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from extractors.facts import Document
from flows.extractor import ByLanguage, LazyExtractor
from flows.night import LanguagePolicy, Request, run_night
from flows.setting_groups import ExtractorSettings
from flows.sources import Folder
from graphdb import Ontology

READER = """
import re
from extractors.readers import Draft

class Reader:
    version = "{version}"
    entity_types = ("Person", "{type}")
    relation_types = ()
    languages = ("{language}",)

    def read(self, documents):
        for document in documents:
            if "unreadable" in document.text:
                raise ValueError("a bug in the reader")
            draft = Draft(document)
            for match in re.finditer("{pattern}", document.text):
                draft.entity("Person", match.span())
            yield draft.extraction()
"""
CHINESE = "李明在清华大学任教，他出生于上海。北京是中国的首都，也是一座历史名城。"
ENGLISH = (
    "Ada works for Acme in a town by the sea, where she has lived with her sister since they were "
    "children, and she has never thought of leaving it for another one, as many of her friends did."
)
FRENCH = (
    "La ville est située au bord de la mer, et les habitants y vivent depuis très longtemps sans "
    "jamais penser à la quitter pour une autre, comme beaucoup de leurs amis l'ont fait autrefois. "
    "Le marché a lieu chaque semaine sur la grande place, devant l'église et la mairie."
)


@pytest.fixture
def member(tmp_path, ontology_path):
    """Make what reads one language, a reader in a file."""

    def make(language: str, pattern: str, type_: str = "Location", version: str = "1"):
        path = tmp_path / f"{language}_{version}.py"
        path.write_text(
            READER.format(language=language, pattern=pattern, type=type_, version=version)
        )
        settings = ExtractorSettings(model=f"{path}:Reader")
        return LazyExtractor(settings, Ontology.load(ontology_path), lambda *_: None)

    return make


@pytest.fixture
def ontology_path() -> Path:
    return Path(__file__).parents[1] / "ontology.toml"


@pytest.fixture
def both(member):
    return ByLanguage([member("en", "Ada"), member("zh", "李明", "Organization")])


def names(answers) -> dict[str, list[str]]:
    """The names found in each document."""
    return {each.document.id: [entity.name for entity in each.entities] for each in answers}


def test_each_document_is_read_by_the_one_that_reads_its_language(both):
    mixed = "Ada 李明 "
    documents = [
        Document(id="en", text=mixed, language="en"),
        Document(id="zh", text=mixed, language="zh"),
        Document(id="again", text=mixed, language="en"),
    ]

    found = names(both.extract(iter(documents)))

    assert found == {"en": ["Ada"], "zh": ["李明"], "again": ["Ada"]}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("李明", "zh"),  # too short for a language, and of one script
        ("李明 (Li Ming)，上海", "zh"),
        ("Ada met 李明 in Shanghai before the war.", "en"),
        ("李明さんは東京にいます", "en"),  # Japanese: nobody reads it, the first one does
        ("", "en"),
        ("2024-01-01", "en"),
        (FRENCH, "en"),
    ],
)
def test_what_is_too_short_to_tell_goes_by_its_script_else_to_the_first(both, text, who):
    member = both.member_for(Document(id="a", text=text))

    assert member.languages == (who,)


def test_together_they_are_known_by_all_of_them(both, member):
    english, chinese = member("en", "Ada"), member("zh", "李明", "Organization")
    other = member("zh", "李明", "Organization", version="2")

    assert both.fingerprint == ByLanguage([english, chinese]).fingerprint
    assert both.fingerprint != ByLanguage([english, other]).fingerprint
    assert both.types.entities == ("Person", "Location", "Organization")
    assert both.languages == ("en", "zh")


def test_whole_night_reads_each_language_with_its_own_and_names_what_nobody_reads(
    both, folder, tools, driver
):
    (folder / "en.txt").write_text(ENGLISH)
    (folder / "zh.txt").write_text(CHINESE)
    (folder / "fr.txt").write_text(FRENCH)
    policy = LanguagePolicy(model=both.name, languages=both.languages)
    tools = replace(tools, extractor=both, languages=policy)

    reports = [
        run_night(Request(documents=Folder(name="notes", path=folder)), tools) for _ in range(2)
    ]

    assert [report.n_extracted for report in reports] == [3, 0]
    for report in reports:
        assert report.violations == ()
        (note,) = report.language_notes
        assert note.startswith("1 document looks French; auto (")
        assert note.endswith(") reads English and Chinese")
    with driver.session() as session:
        query = "MATCH (:Document)-[:HAS_CHUNK]->(:Chunk)-[:MENTIONS]->(e) RETURN e.name"
        found = {record["e.name"] for record in session.run(query)}
    assert found == {"Ada", "李明"}


def test_document_on_which_one_of_them_fails_is_set_aside_and_the_others_are_read(
    both, folder, tools
):
    (folder / "a.txt").write_text(ENGLISH)
    (folder / "b.txt").write_text(CHINESE)
    (folder / "c.txt").write_text(f"{CHINESE} unreadable")
    tools = replace(tools, extractor=both)

    report = run_night(Request(documents=Folder(name="notes", path=folder)), tools)

    assert report.n_upserted == 2
    assert [aside.document for aside in report.set_aside] == ["notes/c.txt"]
