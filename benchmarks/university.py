"""Universities in the manner of LUBM (Guo, Pan and Heflin 2005), by a generator of our own.

A university has 15 to 20 departments; a department has professors, lecturers, students, courses
and groups in LUBM's proportions, about a tenth as many students. Eleven rules conclude what
follows.
"""

import random
from collections.abc import Iterator

from graphdb.identity import entity_key
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet, parse

Triple = tuple[str, str, str]
"""Key of the subject, relation type, key of the object."""

ONTOLOGY = Ontology(
    entities={name: EntityType() for name in ("Organization", "Person", "Course", "Work")},
    relations={
        "PART_OF": RelationType(transitive=True),
        "HEAD_OF": RelationType(sub_property_of="WORKS_FOR"),
        "WORKS_FOR": RelationType(sub_property_of="MEMBER_OF"),
        "MEMBER_OF": RelationType(),
        "DEGREE_FROM": RelationType(inverse_of="HAS_ALUMNUS"),
        "HAS_ALUMNUS": RelationType(),
        "TEACHES": RelationType(),
        "TAKES": RelationType(),
        "ADVISED_BY": RelationType(),
        "AUTHOR_OF": RelationType(),
        "COLLEAGUE_OF": RelationType(),
        "TAUGHT_BY": RelationType(),
        "COAUTHOR_OF": RelationType(symmetric=True),
        "TAKES_COURSE_OF_ADVISER": RelationType(),
        "STAYED_AT": RelationType(),
    },
)
RULES = {
    "member of the whole": """
        MATCH (a:Person)-[in:MEMBER_OF]->(b:Organization)-[part:PART_OF]->(c:Organization)
        RETURN a.key AS subject, 'MEMBER_OF' AS type, c.key AS object,
          [in.key, part.key] AS premises""",
    "taught by": """
        MATCH (a:Person)-[takes:TAKES]->(c:Course)<-[teaches:TEACHES]-(b:Person)
        RETURN a.key AS subject, 'TAUGHT_BY' AS type, b.key AS object,
          [takes.key, teaches.key] AS premises""",
    "coauthors": """
        MATCH (a:Person)-[one:AUTHOR_OF]->(w:Work)<-[other:AUTHOR_OF]-(b:Person)
        WHERE a.key < b.key
        RETURN a.key AS subject, 'COAUTHOR_OF' AS type, b.key AS object,
          [one.key, other.key] AS premises""",
    "course of the adviser": """
        MATCH (a:Person)-[by:ADVISED_BY]->(b:Person)-[teaches:TEACHES]->(c:Course)
        MATCH (a)-[takes:TAKES]->(c)
        RETURN a.key AS subject, 'TAKES_COURSE_OF_ADVISER' AS type, c.key AS object,
          [by.key, teaches.key, takes.key] AS premises""",
    "stayed where the degree is from": """
        MATCH (a:Person)-[in:MEMBER_OF]->(u:Organization)<-[from:DEGREE_FROM]-(a)
        RETURN a.key AS subject, 'STAYED_AT' AS type, u.key AS object,
          [in.key, from.key] AS premises""",
}
"""With PART_OF's transitivity, two wider types, an inverse (both ways) and a symmetry: eleven."""


def rule_set() -> RuleSet:
    """Return the eleven rules."""
    rules = []
    for name, body in RULES.items():
        lines = "\n".join(line.strip() for line in body.strip().splitlines())
        text = f"// {name.capitalize()}.\n//\n// confidence: 0.9\n{lines}\n"
        rules.append(parse(text, name=name, where=name))
    return RuleSet.of(rules, ONTOLOGY)


def university(number: int, seed: int = 0) -> Iterator[Triple]:
    """Yield the stated facts of one university; the same number gives the same ones."""
    dice = random.Random(f"{seed}/{number}")
    name = f"university {number}"
    university_key = entity_key("Organization", name)
    for d in range(dice.randint(15, 20)):
        department = entity_key("Organization", f"department {d} of {name}")
        yield department, "PART_OF", university_key
        for g in range(dice.randint(5, 8)):
            yield entity_key("Organization", f"group {g} of {d} of {name}"), "PART_OF", department
        staff = [entity_key("Person", f"teacher {t} of {d} of {name}") for t in range(30)]
        courses = [entity_key("Course", f"course {c} of {d} of {name}") for c in range(45)]
        yield staff[0], "HEAD_OF", department
        for t, person in enumerate(staff):
            yield person, "WORKS_FOR", department
            degree = f"university {dice.randint(0, 9)}"
            yield person, "DEGREE_FROM", entity_key("Organization", degree)
            yield person, "TEACHES", courses[t]
            if t < 15:
                yield person, "TEACHES", courses[30 + t]
            for w in range(dice.randint(3, 6)):
                work = entity_key("Work", f"work {w} of {t} of {d} of {name}")
                yield person, "AUTHOR_OF", work
                yield dice.choice(staff[:t] or staff[1:]), "AUTHOR_OF", work
        for s in range(60):
            student = entity_key("Person", f"student {s} of {d} of {name}")
            yield student, "MEMBER_OF", department
            for course in dice.sample(courses, 3):
                yield student, "TAKES", course
            if s % 4 == 0:
                yield student, "ADVISED_BY", dice.choice(staff)
                yield student, "DEGREE_FROM", university_key
