"""No text that is taken as a rule can write, however it was put together."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.errors import RuleError, StatementRefusedError
from graphdb.graph import Graph, GraphConfig
from graphdb.inference import InferenceConfig
from graphdb.inference.questions import from_premise
from graphdb.rules import RuleSet, explain_rules, parse
from graphdb.rules.tokens import check_characters, tokens, written
from tests.graphdb.rules.test_rule_files import HEADER, MATCH, RETURN, RULE
from tests.strategies import extraction

JOB, SEAT = ("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")

DECODED_BEFORE_IT_IS_READ = {
    "quote": HEADER + MATCH + "WHERE p.name <> '\\u0027 SET p.name = \\u0027x'\n" + RETURN,
    "line-end-in-comment": HEADER + MATCH + "// so \\u000a SET p.name = 'x'\n" + RETURN,
    "backslash-before": HEADER + MATCH + "WHERE p.name <> '\\\\u0027'\n" + RETURN,
    "capital": HEADER + MATCH + "WHERE p.name <> '\\U00000027'\n" + RETURN,
}


def rule(text):
    return parse(text, name="r", where="rules/r.cypher")


@pytest.mark.parametrize("name", DECODED_BEFORE_IT_IS_READ)
def test_unicode_escape_is_refused_with_its_line(name):
    with pytest.raises(RuleError, match=r"\\[uU] has no place in a rule") as refusal:
        rule(DECODED_BEFORE_IT_IS_READ[name])

    assert (refusal.value.rule, refusal.value.line) == ("rules/r.cypher", 5)


@pytest.mark.parametrize(
    "sign", ["\r", "\x0b", "\x0c", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\u202e", "\ufeff"]
)
@pytest.mark.parametrize("before", ["// so ", "WHERE p.name <> '", ""], ids=str)
def test_character_that_programs_read_differently_is_refused(sign, before):
    text = HEADER + MATCH + f"{before}{sign}SET p.name = 'x'\n" + RETURN

    with pytest.raises(RuleError, match=rf"U\+{ord(sign):04X} has no place in a rule") as refusal:
        rule(text)

    assert refusal.value.line == 5


@pytest.mark.parametrize("space", ["\xa0", "\u3000", "\u2003"])
def test_space_that_only_looks_like_one_is_refused_between_words(space):
    with pytest.raises(RuleError, match="has no place in a rule"):
        rule(RULE.replace("MATCH (", f"MATCH{space}("))


@pytest.mark.parametrize("clause", ["1.SET p.name = 'x'", "1 . SET p.name = 'x'"])
def test_clause_after_a_number_is_no_property(clause):
    with pytest.raises(RuleError, match="a rule only reads, so no SET"):
        rule(HEADER + MATCH + f"WHERE p.witnesses > {clause}\n" + RETURN)


def test_comment_that_does_not_end_is_refused():
    with pytest.raises(RuleError, match="a comment that begins with /\\* ends with \\*/"):
        rule(HEADER + MATCH + "/* so\n" + RETURN)


def test_line_ends_of_another_system_and_words_of_any_language_are_welcome():
    text = (HEADER + MATCH + "WHERE p.name <> '甲 乙' // 丙\u3000丁\n" + RETURN).replace(
        "\n", "\r\n"
    )

    assert "'甲 乙'" in rule(text).query
    assert "丙" not in rule(text).query


def test_comments_and_line_breaks_change_nothing_of_a_rule():
    plain = HEADER + MATCH + "WHERE p.name <> 'a  b' AND o.name <> 'c'\n" + RETURN
    edited = plain.replace("AND", "// so\n  AND /* what\nelse */\n")
    spaced = plain.replace("a  b", "a b")

    assert rule(edited).body_fingerprint == rule(plain).body_fingerprint
    assert rule(spaced).body_fingerprint != rule(plain).body_fingerprint


def test_server_is_asked_on_the_lines_of_the_author(graph):
    text = HEADER + "/* two\nlines */\n" + MATCH + "WHERE p.name <> 'a\nb' AND\n" + RETURN

    with pytest.raises(RuleError, match="the server cannot read it") as refusal:
        explain_rules(graph.connection, [rule(text)])

    assert refusal.value.line == text.count("\n") + 1


# Any text that a rule may have, most of it of the signs that strings are made of.
STRINGS = st.text(st.sampled_from("'\"\\ntbrfqu /*`x\n乙😀") | st.characters(codec="utf-8"))


@given(said=STRINGS, quote=st.sampled_from("'\""))
def test_string_means_to_the_server_what_it_means_here(said, quote, reader):
    literal = f"{quote}{said}{quote}"
    try:
        check_characters(literal, "r")
        (word,) = tokens(literal, "r")
    except (RuleError, ValueError):
        return  # no string, or one that is refused

    (((as_written, as_sent),),) = reader.rows(f"RETURN [{literal}, {written([word])}]")

    assert as_written == as_sent == word.value


HOSTILE = (
    "\\u0027", "\\u000a", "\\u0060", "\\", "'", '"', "`", "/*", "*/", "//", "\n", "\r", "\u2028",
    "\x85", "\xa0", "\u3000", "(", ")", "[", "]", "{", "}", ";", ".", "..", "1.", ":", "|", " AS ",
    " SET p.name = 'x' ", " SET p:Robot ", " REMOVE p.name ", " DETACH DELETE p ", " DELETE job ",
    " CREATE (:Robot) ", " INSERT (:Robot) ", " MERGE (:Robot) ", " WITH p SET p.name = 1 ",
    " FOREACH (x IN [1] | SET p.name = x) ", " CALL { CREATE (:Robot) } ", " RETURN 1 ",
    " CALL (p) { SET p.name = 1 } ", " WHERE ", " AND ", " NOT EXISTS { (p)-[k:KNOWS]->(o) } ",
    "p.set", ".SET", " LOAD CSV FROM 'file:///x' AS l ", " UNION ", " true ", " 'x' ", " // so ",
)  # fmt: skip
CONDITIONS = (
    "",
    "WHERE p.name <> 'x'\n",
    'WHERE p.name <> "it\'s" /* so */ AND NOT EXISTS { (p)-[k:KNOWS]->(o) } // or\n',
)


@st.composite
def rule_texts(draw):
    """A rule into which pieces of queries were put anywhere."""
    text = HEADER + MATCH + draw(st.sampled_from(CONDITIONS)) + RETURN
    for piece in draw(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4)):
        place = draw(st.integers(len("// "), len(text)))
        text = text[:place] + piece + text[place:]
    return text


@given(text=rule_texts())
def test_whatever_is_taken_as_a_rule_only_reads(text, graph):
    """The server may refuse it, but never plans it as something that writes."""
    try:
        taken = rule(text)
    except RuleError:
        return
    asked = [taken.query, from_premise(taken, taken.premises[0])]

    for query in asked:
        assert only_reads(graph, query), query


def only_reads(graph, query):
    def unit(tx):
        tx.run(f"EXPLAIN {query}", groups=[])
        return tx.only_reads

    try:
        return graph.connection.write(unit)
    except StatementRefusedError:
        return True


@pytest.mark.parametrize("transaction_rows", [20_000, 0], ids=["one-transaction", "batches"])
def test_rule_that_slipped_through_is_stopped_by_the_server(
    graph, ontology, transaction_rows, reader
):
    """Even so nothing is written: questions are asked where only reading is allowed."""
    graph.upsert(extraction(JOB, SEAT))
    config = GraphConfig(inference=InferenceConfig(transaction_rows=transaction_rows))
    honest = rule(RULE)
    (clause,) = honest.clauses
    writes = replace(clause, condition="true) SET p.name = 'x' WITH * WHERE (true")
    rules = RuleSet.of([replace(honest, clauses=(writes,))], ontology)
    before = reader.rows("MATCH (n:Entity) RETURN n.name ORDER BY n.name")

    with pytest.raises(StatementRefusedError):
        Graph(graph.connection, ontology, config).infer(rules)

    assert reader.rows("MATCH (n:Entity) RETURN n.name ORDER BY n.name") == before


def test_rule_that_would_write_does_not_pass_the_check(graph):
    writes = replace(rule(RULE), query=MATCH + "SET p.name = 'x'\n" + RETURN)

    with pytest.raises(RuleError, match="the server would write for it"):
        explain_rules(graph.connection, [writes])
