"""What the page shows is what the graph says, and what documents say is text on it, never more."""

import re
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from flows.embedding import Encoders
from flows.errors import FlowError
from flows.window import SavedQuery, saved_query_answer
from graphdb import Graph, Ontology
from graphdb.asking import answer_saved
from graphdb.errors import StatementRefusedError
from graphdb.history import record_run
from graphdb.identity import entity_key
from graphdb.rules import RuleSet
from tests.flows.page.conftest import serving
from tests.flows.page.test_door import GETS, token_of
from tests.graphdb.writers import rules as works_in
from tests.strategies import ENDS, extraction

ASKED = ("since", "entity")
GHENT = entity_key("Location", "Ghent")

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{7*7}} \u202egpj\u202c \x1b[2J"
)


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += f"{data} "


def read(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def words(html: str) -> str:
    return " ".join(read(html).text.split())


@pytest.fixture
def person(served):
    with served.visitor() as person:
        yield person


def test_search_finds_names_in_any_case_and_words_of_texts(served, person):
    named = person.get("/?q=ADA").text
    like = words(person.get("/?q=Adda").text)
    said = words(person.get("/?q=based ghent").text)

    assert f"/entity/{served.key('Ada')}" in named
    assert "Nothing is called “Adda”: did you mean" in like
    assert "Ada Person" in like
    assert "Acme based in Ghent" in said
    assert "notes/a.txt" in said


def test_search_says_how_each_passage_was_found(served, person):
    without_vectors = words(person.get("/?q=based ghent").text)
    served.graph.embed(Encoders(threads=1))
    said = words(person.get("/?q=based ghent").text)
    meant = words(person.get("/?q=Who is employed by Acme?").text)

    assert "Passages are found by their words alone" in without_vectors
    assert "by meaning" not in without_vectors
    assert "by words and meaning" in said
    assert "words alone" not in said
    assert "Ada works for Acme" in meant
    assert "by meaning" in meant


@pytest.mark.parametrize("query", ['"', "AND OR NOT", "a* ~ [", "(((", "\\", "+-&&||!(){}[]^", " "])
def test_search_takes_whatever_is_typed(person, query):
    assert person.get("/", params={"q": query}).status_code == 200


def test_card_tells_stated_from_derived_and_cites_sentences(served, person):
    html = person.get(f"/entity/{served.key('Ada')}").text
    facts = [
        attrs["class"] for tag, attrs in read(html).tags if "fact " in (attrs.get("class") or "")
    ]

    assert sorted(facts) == ["fact derived", "fact stated"]
    said = words(html)
    assert "Ada works for Acme 1.00 stated by 1 document" in said
    assert "“ Ada works for Acme" in said or "Ada works for Acme notes/a.txt" in said
    assert "Who works for an organization works in the place where it is based." in said


def test_fact_has_a_picture_of_its_proof_and_the_sentences_of_its_premises(served, person):
    ends = {"subject": served.key("Ada"), "type": "WORKS_IN", "object": served.key("Ghent")}
    html = person.get("/fact", params=ends).text

    boxes = [attrs["class"] for tag, attrs in read(html).tags if tag == "g"]
    assert sorted(boxes) == ["box fact derived", "box fact stated", "box fact stated", "box rule"]
    assert words(html).count("notes/a.txt") >= 4  # in the picture and below


def test_history_says_what_came(served, person):
    said = words(person.get(f"/entity/{served.key('Ada')}/history").text)

    assert "+ came Ada works for Acme" in said
    assert "rule works-in" in said


def test_changes_are_those_of_the_last_night(person):
    said = words(person.get("/changes").text)

    assert "5 facts came, 0 went, 0 restated." in said
    assert "+ came Acme based in Ghent" in said
    assert said.count("Acme based in Ghent") == 2  # once the fact, once what a document says


def form_of(html: str) -> dict[str, str | None]:
    """What the form of changes holds; what is chosen of a select is in the address already."""
    fields = (attrs for tag, attrs in read(html).tags if tag == "input")
    return {each["name"]: each.get("value") for each in fields if each["name"] in ASKED}


@pytest.fixture
def second_night(served):
    """The document says something else, and another one comes."""
    with served.graph.lease("test", "second night") as lease:
        record_run(served.graph.connection, lease, "notes")
        both = [
            extraction(("Ada", "WORKS_FOR", "Acme", 0.75), id="notes/a.txt"),
            extraction(("艾达", "WORKS_FOR", "Bolt"), id="notes/b.txt"),
        ]
        served.graph.upsert(both, lease)
        served.graph.infer(works_in(served.graph.ontology), lease)


def test_changes_are_asked_by_time_run_name_and_kind(served, person, second_night):
    """An address holds all that was asked, so that it can be passed on."""
    last = words(person.get("/changes").text)
    went = words(person.get("/changes?kind=went").text)
    first = words(person.get("/changes?run=first night").text)
    html = person.get("/changes", params={"since": "2001-01-01", "entity": "ADA"}).text
    about = words(html)

    assert "1 fact came, 4 went, 1 restated." in last
    assert "+ came 艾达 works for Bolt" in last
    assert "− went Acme based in Ghent" in went
    assert "1 fact came, 4 went, 1 restated." in went
    assert "Bolt" not in went
    assert "(run first night)" in first
    assert "+ came Acme founded by Bob" in first
    assert "Since 2001-01-01 00:00, about ADA" in about
    assert "+ came Ada works for Acme" in about
    assert "Bolt" not in about
    assert form_of(html) == {"since": "2001-01-01", "entity": "ADA"}
    assert "0 facts came, 0 went, 0 restated." in words(
        person.get("/changes", params={"since": "2999-01-01"}).text
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"since": "yesterday"}, "yesterday is no date: write it as 2026-11-29"),
        ({"since": "2026-11-29", "run": "first night"}, "a time and a run exclude each other"),
        ({"run": "another"}, "nothing is recorded of a run another"),
        ({"entity": "Adda"}, "no entity is called Adda: did you mean Ada (Person)"),
        ({"kind": "gone"}, "gone is no kind of change: ask for came, went, restated"),
        ({"since": HOSTILE}, "is no date"),
    ],
)
def test_what_cannot_be_asked_of_changes_is_said_beside_the_form(person, given, sentence):
    answer = person.get("/changes", params=given)

    assert answer.status_code == 400
    assert sentence in words(answer.text)
    assert form_of(answer.text).keys() == {"since", "entity"}
    assert not [tag for tag, _ in read(answer.text).tags if tag == "img"]


def test_card_shows_the_facts_of_a_date(served, person, second_night, reader):
    """The first night was an hour ago, and half an hour ago there was what it had brought."""
    reader.rows(
        "MATCH (v:SchemaVersion), (c:RecordedChange|RecordedDocument|RecordedConclusions)"
        " WHERE c.run <> 'second night' SET v.recorded_since = datetime() - duration('P1D'),"
        " c.at = c.at - duration('PT1H') RETURN 1"
    )
    then = (datetime.now() - timedelta(minutes=30)).isoformat(timespec="seconds")
    ada = f"/entity/{served.key('Ada')}"

    before = words(person.get(ada, params={"as_of": then}).text)
    now = words(person.get(ada, params={"as_of": "2999-01-01"}).text)
    gone = words(person.get(f"/entity/{GHENT}", params={"as_of": then}).text)

    assert "Ada works for Acme 1.00 stated by 1 document" in before
    assert "Ada works in Ghent" in before
    assert "derived" in before
    assert "Ada works for Acme 0.75" in now
    assert "Ghent" not in now
    assert "Acme based in Ghent" in gone
    assert "now it has nothing of this name" in gone
    assert person.get(ada, params={"as_of": "soon"}).status_code == 400
    long_ago = person.get(ada, params={"as_of": "2001-01-01"})
    assert "changes are recorded since" in words(long_ago.text)
    assert person.get("/entity/nobody?as_of=2999-01-01").status_code == 404


def test_what_has_gone_still_has_a_history(served, person, second_night):
    entity = person.get(f"/entity/{GHENT}", follow_redirects=True)
    ends = {"subject": served.key("Acme"), "type": "BASED_IN", "object": GHENT}
    fact = person.get("/fact", params=ends)

    assert entity.url.path == f"/entity/{GHENT}/history"
    assert "The graph has nothing of this name any more" in words(entity.text)
    assert "− went Acme based in Ghent" in words(entity.text)
    assert fact.status_code == 200
    assert "This fact is not in the graph any more." in words(fact.text)
    assert "+ came Acme based in Ghent" in words(fact.text)


def test_history_of_which_a_part_was_read_says_so(served, person, monkeypatch):
    monkeypatch.setattr("graphdb.history.changes.MOST_RECORDS", 1)

    said = words(person.get(f"/entity/{served.key('Acme')}/history").text)

    assert "so some changes are missing here" in said


def test_document_says_what_it_states(person):
    said = words(person.get("/document", params={"id": "notes/a.txt"}).text)

    assert "Ada works for Acme" in said


def test_contradictions_are_listed_with_their_sentences(served, person, monkeypatch):
    monkeypatch.setitem(ENDS, "BORN_IN", ("Person", "Location"))
    served.graph.upsert(
        [
            extraction(("Ada", "BORN_IN", "Rome"), id="b"),
            extraction(("Ada", "BORN_IN", "Bruges"), id="c"),
        ]
    )
    said = words(person.get("/contradictions").text)

    assert "“Ada born in Rome” b" in said
    assert "“Ada born in Bruges” c" in said


@pytest.mark.parametrize("path", ["/entity/nobody", "/fact?subject=a&type=KNOWS&object=b",
    "/fact?subject=a&type=X`]->() DETACH DELETE n//&object=b", "/document?id=none",
    "/questions/none", "/nowhere"])  # fmt: skip
def test_what_is_not_there_is_said_in_a_sentence(person, path):
    answer = person.get(path)

    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_question_is_a_form_whose_values_are_never_its_text(served, person):
    path = "/questions/02-everything-about"
    form = person.get(path).text
    answered = person.get(path, params={"ask": "1", "name": "ADA"}).text
    evil = person.get(path, params={"ask": "1", "name": "x' RETURN 1 // DETACH DELETE n"})

    assert 'value="Marie Curie"' in form
    assert "<svg" in answered
    assert evil.status_code == 200
    assert "nothing is called x&#39; RETURN 1 // DETACH DELETE n" in evil.text
    assert served.key("Ada")


def test_question_that_takes_a_number_takes_nothing_else(person):
    given = {"ask": "1", "document": "notes/a.txt", "page": "one"}
    answer = person.get("/questions/18-by-page", params=given)

    assert "page is a whole number, not &#39;one&#39;" in answer.text


@pytest.mark.parametrize("words", ["((", "AND", "a:b", '"', "\\", "curie~~ OR *", "/x["])
def test_question_takes_any_words(person, words):
    answer = person.get("/questions/01-who-is-this", params={"ask": "1", "words": words})

    assert answer.status_code == 200
    assert f"nothing is called {words}" in unescape(answer.text)


def test_values_that_the_server_does_not_take_are_named(served):
    words = SavedQuery(
        name="raw",
        title="Raw",
        cypher="WITH 'curie' AS words CALL db.index.fulltext.queryNodes('entity_names', words)"
        " YIELD node RETURN node",
    )

    with pytest.raises(FlowError, match=r"^raw cannot be asked with words '\(\(', give others: "):
        saved_query_answer(served.graph.connection, words, {"words": "(("})


def test_saved_query_cannot_write(served):
    with pytest.raises(StatementRefusedError):
        answer_saved(
            served.graph.connection, "CREATE (n:Entity {key: $key}) RETURN n", {"key": "x"}
        )
    assert served.graph.counts().entities == 4


def test_texts_of_documents_are_only_text(served, person):
    """Names, sentences, titles and ids that would be markup, script or hidden direction."""
    document = extraction(
        (f"Eve{HOSTILE}", "WORKS_FOR", f"Bolt{HOSTILE}"),
        (f"Bolt{HOSTILE}", "BASED_IN", f"Rome{HOSTILE}"),
        id=f"notes/{HOSTILE}",
        title=HOSTILE,
    )
    served.graph.upsert(document)
    key = served.key(f"Eve{HOSTILE}")
    other = served.key(f"Bolt{HOSTILE}")
    paths = [
        *GETS,
        f"/entity/{key}",
        f"/entity/{key}/history",
        f"/fact?subject={key}&type=WORKS_FOR&object={other}",
    ]
    asked = [person.get(path) for path in paths]
    asked += [
        person.get("/", params={"q": HOSTILE}),
        person.get("/", params={"q": "works"}),
        person.get("/document", params={"id": f"notes/{HOSTILE}"}),
        *(person.get("/changes", params={name: HOSTILE}) for name in ("run", "since", "entity")),
        person.get("/changes", params={"since": "2001-01-01", "entity": f"Eve{HOSTILE}"}),
        *(person.get(f"/entity/{key}", params={"as_of": date}) for date in ("2999-01-01", HOSTILE)),
        person.get("/questions/02-everything-about", params={"ask": 1, "name": f"Eve{HOSTILE}"}),
        person.get(f"/nowhere/{quote(HOSTILE)}"),
    ]

    for answer in asked:
        page = read(answer.text)
        assert not [tag for tag, _ in page.tags if tag == "img"]
        assert all(attrs.keys() <= {"src", "defer"} for tag, attrs in page.tags if tag == "script")
        assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
        hrefs = [attrs.get("href") or "" for _, attrs in page.tags]
        assert all(re.match(r"$|[/#]", href) and not href.startswith("//") for href in hrefs)
        assert not re.search("[\u202a-\u202e\x1b]", answer.text)
    assert any("alert(1)" in answer.text for answer in asked)


RESOLVED = """version = 1
[entities.Person]
identity = "resolved"
[entities.Organization]
[relations.WORKS_FOR]
subject = ["Person"]
object = ["Organization"]
"""


def test_pair_of_names_is_judged_on_the_page(graph, server, monkeypatch, tmp_path):
    monkeypatch.setenv("NIGHTLOOM_HOME", str(tmp_path))
    (tmp_path / "own.toml").write_text(RESOLVED)
    ontology = Ontology.load(tmp_path / "own.toml")
    with (
        Graph.connect(server.uri, auth=server.auth, ontology=ontology) as resolved,
        serving(resolved, RuleSet.of([], ontology)) as served,
        served.visitor() as person,
    ):
        resolved.upsert(
            [
                extraction(("John Keene", "WORKS_FOR", "Acme Widgets"), id="d"),
                extraction(("J. Keene", "WORKS_FOR", "Bolt"), id="e"),
            ]
        )
        token = token_of(person.get("/").text)
        person.post("/identity/look", data={"token": token})
        html = person.get("/identity").text
        pair = re.search(r'name="pair" value="(\w+)"', html)[1]
        answer = {"token": token, "pair": pair, "answer": "two"}
        person.post("/identity/answer", data=answer)

        (decision,) = resolved.decisions()
        assert "John Keene works for Acme Widgets" in words(html)
        assert decision.kind == "distinct"
        assert {decision.one, decision.other} == {"John Keene", "J. Keene"}
        assert "No pair of names is left" in person.get("/identity").text
        assert person.post("/identity/answer", data=answer).status_code == 400


def test_fact_called_wrong_on_the_page_is_gone_until_it_is_undone(served, person, reader):
    token = token_of(person.get("/").text)
    html = person.get("/doubts").text
    fact = re.search(r'name="fact" value="(\w+)"', html)[1]
    assert "Acme founded by Bob" in words(html)
    assert ("Bob", "FOUNDED", "Acme") in reader.triples()

    person.post("/doubts/answer", data={"token": token, "fact": fact, "answer": "wrong"})

    gone = reader.triples()
    assert not {("Acme", "FOUNDED_BY", "Bob"), ("Bob", "FOUNDED", "Acme")} & gone
    after = person.get("/doubts").text
    assert "Acme FOUNDED_BY Bob is wrong" in words(after)
    again = person.post("/doubts/answer", data={"token": token, "fact": fact, "answer": "wrong"})
    assert again.status_code == 400

    verdict = re.search(r'name="verdict" value="(\w+)"', after)[1]
    person.post("/doubts/undo", data={"token": token, "verdict": verdict})

    assert ("Bob", "FOUNDED", "Acme") in reader.triples()
    assert served.graph.verdicts() == []


def test_page_says_who_holds_the_graph(served, person):
    token = token_of(person.get("/").text)
    with served.graph.lease("another night", "x"):
        answer = person.post("/identity/look", data={"token": token})

    assert answer.status_code == 409
    assert "another night" in answer.text
