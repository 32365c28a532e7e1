"""What is taken as a rule, and what the refusal of anything else says: file, line, what, how."""

import pytest

from graphdb.errors import RuleError
from graphdb.rules import RuleSet, parse, read_rules

HEADER = "// Who works for an organization works where it is based.\n//\n// confidence: 0.8\n"
MATCH = "MATCH (p:Person)-[job:WORKS_FOR]->(o:Organization)-[seat:BASED_IN]->(c:Location)\n"
RETURN = (
    "RETURN p.key AS subject, 'WORKS_IN' AS type, c.key AS object, [job.key, seat.key] AS premises"
)
RULE = HEADER + MATCH + RETURN

BROKEN = {
    "writes": (
        HEADER + MATCH + "SET p.name = 'x'\n" + RETURN,
        (5, "a rule only reads, so no SET: the engine writes its conclusion"),
    ),
    "calls-a-procedure": (
        HEADER + "CALL db.labels() YIELD label\n" + MATCH + RETURN,
        (4, "a rule calls no procedure"),
    ),
    "unknown-relation-type": (
        RULE.replace("[job:WORKS_FOR]", "[job:WORK_FOR]"),
        (4, "the ontology has no relation type WORK_FOR; did you mean WORKS_FOR?"),
    ),
    "unknown-entity-type": (
        RULE.replace("p:Person", "p:Robot"),
        (4, "the ontology has no entity type Robot"),
    ),
    "unbound-conclusion": (
        RULE.replace("c.key AS object", "town.key AS object"),
        (5, "the conclusion is unbound: no pattern has an entity town"),
    ),
    "premise-left-out": (
        RULE.replace("[job.key, seat.key]", "[job.key]"),
        (5, "list every relationship of MATCH once as a premise: seat is not among them"),
    ),
    "premise-listed-twice": (
        RULE.replace("[job.key, seat.key]", "[job.key, seat.key, job.key]"),
        (5, "list every relationship of MATCH once as a premise: one is there twice"),
    ),
    "follows-from-its-own-absence": (
        HEADER
        + "MATCH (p:Person)-[job:WORKS_FOR]->(o:Organization)-[seat:BASED_IN]->(c:Location)\n"
        + "WHERE NOT EXISTS { (p)-[there:WORKS_IN]->(c) }\n"
        + RETURN,
        (5, "WORKS_IN would have to be complete before itself"),
    ),
    "cartesian-product": (
        HEADER
        + "MATCH (p:Person)-[job:WORKS_FOR]->(o:Organization)\n"
        + "MATCH (f:Organization)-[seat:BASED_IN]->(c:Location)\n"
        + RETURN,
        (5, "seat shares no entity with the patterns before it"),
    ),
    "cartesian-product-with-an-entity": (
        HEADER
        + "MATCH (p:Person)-[job:WORKS_FOR]->(o:Organization), (c:Location)\n"
        + RETURN.replace(", seat.key", ""),
        (4, "nothing joins c to the rest, so everything would be combined with everything"),
    ),
    "cartesian-product-with-a-clause-before": (
        HEADER + "MATCH (x:Location)\n" + MATCH + RETURN,
        (4, "nothing joins x to the rest"),
    ),
    "cartesian-product-with-a-nameless-entity": (
        HEADER + MATCH.rstrip() + ", (:Person)\n" + RETURN,
        (4, "nothing joins the nameless entity to the rest"),
    ),
    "cartesian-product-within": (
        HEADER + MATCH + "WHERE NOT EXISTS { (p)-[n:KNOWS]->(:Person), (x:Location) }\n" + RETURN,
        (5, "nothing joins x to the rest"),
    ),
    "without-confidence": (
        RULE.replace("// confidence: 0.8\n", ""),
        (1, "say how sure the rule is in a line of its own: // confidence: 0.8"),
    ),
    "surer-than-sure": (
        RULE.replace("confidence: 0.8", "confidence: 1.8"),
        (3, "the confidence 1.8 is not a number above 0 and up to 1"),
    ),
    "in-no-stratum": (
        RULE.replace("// confidence: 0.8", "// confidence: 0.8\n// stratum: first"),
        (4, "the stratum first is not a whole number such as 0, 1, 2"),
    ),
    "unknown-setting": (
        RULE.replace("// confidence: 0.8", "// confidence: 0.8\n// weight: 2"),
        (4, "unknown setting 'weight'; only confidence and stratum are"),
    ),
    "without-direction": (
        RULE.replace("-[seat:BASED_IN]->", "-[seat:BASED_IN]-"),
        (4, "give the relationship a direction"),
    ),
    "any-number-of-steps": (
        RULE.replace("seat:BASED_IN]", "seat:BASED_IN*1..3]"),
        (4, "one type and one step a relationship"),
    ),
    "reads-the-clock": (
        HEADER + MATCH + "WHERE timestamp() > 0\n" + RETURN,
        (5, "no such function in a rule: timestamp(); it may use abs, all, any,"),
    ),
    "calls-a-function-of-a-plugin": (
        HEADER + MATCH + "WHERE apoc.text.clean(p.name) = 'x'\n" + RETURN,
        (5, "no such function in a rule: apoc.text.clean(); it may use abs"),
    ),
    "counts": (
        HEADER + MATCH + "WHERE COUNT { MATCH (p)-[k:KNOWS]->(:Person) } > 1\n" + RETURN,
        (5, "no such function in a rule: COUNT {}; it may use abs"),
    ),
    "folds-a-list": (
        HEADER + MATCH + "WHERE reduce(n = 0, a IN p.aliases | n + size(a)) > 9\n" + RETURN,
        (5, "no such function in a rule: reduce(); it may use abs"),
    ),
    "has-a-subquery": (
        HEADER + MATCH + "CALL { MATCH (n) RETURN n }\n" + RETURN,
        (5, "a rule calls no procedure and has no subquery"),
    ),
    "uses-another-graph": (
        HEADER + "USE other\n" + MATCH + RETURN,
        (4, "a rule has no USE: only MATCH, WHERE, NOT EXISTS and RETURN"),
    ),
    "is-two-queries": (
        RULE + "\nUNION\n" + MATCH + RETURN,
        (6, "nothing may follow the RETURN, not even 'UNION'"),
    ),
    "closes-what-was-not-opened": (
        HEADER + MATCH + "WHERE true) OR (true\n" + RETURN,
        (5, "')' closes nothing; write the condition with as many ( as )"),
    ),
    "closes-otherwise-than-opened": (
        HEADER + MATCH + "WHERE size([p.name)] > 0\n" + RETURN,
        (5, "')' closes nothing; write the condition with as many ( as )"),
    ),
    "leaves-a-bracket-open": (
        HEADER + MATCH + "WHERE (p.name = 'x' AND\n  size(p.aliases) > 1\n" + RETURN,
        (5, "'(' is not closed; write the condition with as many ( as )"),
    ),
    "leaves-a-bracket-open-within": (
        HEADER
        + MATCH
        + "WHERE NOT EXISTS { (p)-[k:KNOWS]->(o) WHERE (k.confidence > 1 }\n"
        + RETURN,
        (5, "'(' is not closed"),
    ),
    "projects-a-map": (
        HEADER + MATCH + "WHERE p {.name} IS NOT NULL\n" + RETURN,
        (5, "say which property of p, for instance p.key"),
    ),
    "reads-the-mark-of-the-engine": (
        HEADER + MATCH + "WHERE job.indirect IS NULL\n" + RETURN,
        (5, "facts have no property indirect that a rule may read"),
    ),
    "reads-another-property": (
        HEADER + MATCH + "WHERE p.salary > 0\n" + RETURN,
        (5, "entities have no property salary that a rule may read"),
    ),
    "takes-parameters": (
        HEADER + MATCH + "WHERE p.name = $name\n" + RETURN,
        (5, "a rule has no parameters; write the value itself"),
    ),
    "goes-on-after-the-end": (
        RULE + "\nMATCH (n) RETURN n",
        (6, "nothing may follow the RETURN"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_rule_file_is_refused_with_line_and_remedy(name, tmp_path, ontology):
    text, (line, why) = BROKEN[name]
    (tmp_path / f"{name}.cypher").write_text(text)

    with pytest.raises(RuleError) as refusal:
        RuleSet.load(tmp_path, ontology)

    assert refusal.value.rule == str(tmp_path / f"{name}.cypher")
    assert refusal.value.line == line
    assert why in refusal.value.why


def test_rules_may_not_follow_from_each_others_absence(ontology):
    """Each file is right alone; together, neither type can be complete before the other."""
    one = "// A.\n//\n// confidence: 1\nMATCH (a:Person)-[r:{}]->(b:Person)\n"
    one += "WHERE NOT EXISTS {{ (a)-[n:{}]->(b) }}\n"
    one += "RETURN a.key AS subject, '{}' AS type, b.key AS object, [r.key] AS premises"
    rules = [
        parse(one.format("MARRIED_TO", absent, type_), name=type_, where=f"{type_}.cypher")
        for absent, type_ in (("KNOWS", "PART_OF"), ("PART_OF", "KNOWS"))
    ]

    with pytest.raises(RuleError, match="complete before itself"):
        RuleSet.of(rules, ontology)


def ordered(*strata):
    """PART_OF follows from KNOWS, by way of MARRIED_TO, each in the stratum its author expects."""
    rule = "// A.\n//\n// confidence: 1\n{}MATCH (a:Person)-[r:{}]->(b:Person)\n"
    rule += "RETURN a.key AS subject, '{}' AS type, b.key AS object, [r.key] AS premises"
    steps = (("WORKS_FOR", "KNOWS"), ("KNOWS", "MARRIED_TO"), ("MARRIED_TO", "PART_OF"))
    return [
        parse(rule.format(hint, premise, type_), name=type_, where=f"{type_}.cypher")
        for hint, (premise, type_) in zip(strata, steps, strict=True)
    ]


def test_stratum_that_is_so_is_accepted(ontology):
    rules = RuleSet.of(ordered("// stratum: 1\n", "", "// stratum: 2\n"), ontology)

    assert [rule.stratum for rule in rules.rules[:3]] == [1, None, 2]


def test_rule_may_say_the_same_stratum_as_one_that_it_builds_on(ontology):
    RuleSet.of(ordered("// stratum: 1\n", "", "// stratum: 1\n"), ontology)


def test_stratum_below_that_of_a_rule_built_upon_is_refused(ontology):
    with pytest.raises(RuleError) as refusal:
        RuleSet.of(ordered("// stratum: 2\n", "", "// stratum: 1\n"), ontology)

    assert (refusal.value.rule, refusal.value.line) == ("PART_OF.cypher", 4)
    assert "PART_OF follows from KNOWS, which KNOWS.cypher concludes in stratum 2" in str(
        refusal.value
    )


def test_rule_file_becomes_a_rule(tmp_path, ontology):
    (tmp_path / "works-where-based.cypher").write_text(RULE)

    (rule,) = read_rules(tmp_path)

    assert rule.name == "works-where-based"
    assert rule.sentence == "Who works for an organization works where it is based."
    assert rule.confidence == 0.8
    assert rule.premise_types == ("WORKS_FOR", "BASED_IN")
    assert rule.conclusion.type == "WORKS_IN"


def test_conditions_may_compare_what_facts_and_entities_are(ontology):
    text = (
        HEADER
        + MATCH
        + "WHERE job.confidence > 0.5 AND seat.witnesses >= 2 AND toLower(p.name) STARTS WITH 'a'\n"
        + "  AND any(alias IN o.aliases WHERE size(alias) > 3) AND p:Person AND o <> c\n"
        + "  AND NOT EXISTS { (p)-[left:KNOWS]->(:Person) WHERE left.confidence > 0.9 }\n"
        + RETURN
    )

    rule = parse(text, name="r", where="r.cypher")

    assert rule.fact_conditions == {"job", "seat"}
    assert rule.entity_conditions == {"p", "o"}
    assert {"WORKS_FOR", "BASED_IN", "KNOWS"} <= rule.strict_types


def test_keywords_may_be_small_and_comments_say_anything(ontology):
    small = MATCH.replace("MATCH", "match") + RETURN.replace("RETURN", "return").replace("AS", "as")
    text = HEADER + "// Also an indirect employer.\n" + small

    (rule, *_) = RuleSet.of([parse(text, name="r", where="r.cypher")], ontology).rules

    assert rule.premise_types == ("WORKS_FOR", "BASED_IN")


def test_entity_alone_in_a_pattern_may_say_more_of_one_that_is_joined(ontology):
    more = MATCH.rstrip() + ", (p:Entity)\nWHERE NOT EXISTS { (p)-[n:KNOWS]->(x), (x:Person) }\n"

    rules = RuleSet.of([parse(HEADER + more + RETURN, name="r", where="r.cypher")], ontology)

    assert ("x", "Person") in rules.rules[0].other_labels


def test_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(RuleError, match="no such folder of rules"):
        read_rules(tmp_path / "nowhere")


def test_two_files_of_one_name_are_refused(tmp_path, ontology):
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.cypher").write_text(RULE)

    with pytest.raises(RuleError, match="has the same name; rename one of them"):
        RuleSet.load(tmp_path, ontology)
