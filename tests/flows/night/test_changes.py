"""What a night changed, on the page of its run: a list, a table, a picture."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.night.changes import change_rows, largest_cluster, picture
from graphdb.history import ChangedFact, ChangedFacts, FactState


def changed(*ends: tuple[str, str], after: float | None = 0.5) -> ChangedFacts:
    return ChangedFacts.of(
        ChangedFact(
            key=f"{subject} {object_}",
            subject_key=f"key of {subject}",
            subject=subject,
            type="KNOWS",
            object_key=f"key of {object_}",
            object=object_,
            before=None if after else FactState(0.5, 1),
            after=FactState(after, 1) if after else None,
            at=datetime.now(UTC),
            run="r",
            documents=("notes/a.txt",),
        )
        for subject, object_ in ends
    )


def test_night_that_changes_facts_shows_them_with_their_documents(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme. Acme is based in Ghent.")

    report = night()

    page = report.to_markdown()
    assert report.changed.counts == {"came": 2, "went": 0, "restated": 0}
    assert r"* \+ Ada ─WORKS_FOR→ Acme  0.80 (notes/a.txt)" in page
    assert "```mermaid\nflowchart LR\n" in page
    assert night().changed.facts == ()


def test_fact_leads_to_the_page_also_when_it_has_gone(night, folder):
    """Where it is, the page has its sentences, and its history where it was."""
    (folder / "a.txt").write_text("Ada works for Acme.")
    there = night().to_markdown("http://127.0.0.1:4280")
    (folder / "a.txt").write_text("Nothing.")
    gone = night().to_markdown("http://127.0.0.1:4280")

    assert r"* \+ [Ada ─WORKS_FOR→ Acme](http://127.0.0.1:4280/fact?subject=" in there
    assert r"− [Ada ─WORKS_FOR→ Acme](http://127.0.0.1:4280/fact?subject=" in gone


def test_every_night_is_on_record_though_it_changes_nothing(night, folder, tools):
    from graphdb.history import last_runs

    (folder / "a.txt").write_text("Ada works for Acme.")
    night(run="first")
    night(run="second")

    runs = last_runs(tools.graph.connection, 10)

    assert [(each.run, each.source) for each in runs] == [("second", "notes"), ("first", "notes")]


def test_largest_cluster_is_what_hangs_together():
    facts = changed(("a", "b"), ("x", "y"), ("b", "c"), ("d", "c")).facts

    assert {fact.subject for fact in largest_cluster(facts)} == {"a", "b", "d"}


@given(name=st.text(max_size=60))
def test_any_name_is_only_text_in_the_picture(name):
    """Between the quotes of a label stands nothing that ends it, the line or the picture."""
    drawn = picture(changed((name, "b"), ("b", "c")))

    first, *_ = re.findall(r'n0\["(.*)"\]$', drawn, re.MULTILINE)
    assert re.fullmatch(r"(?:[^\W]|[ .,→]|#\d+;)*", first)
    assert drawn.count("```") == 2


def test_picture_of_a_large_cluster_hangs_together_around_its_busiest_entity():
    chain = [(f"c{n}", f"c{n + 1}") for n in range(20)]
    star = [("c20", f"ray {n}") for n in range(5)]

    drawn = picture(changed(*chain, *star))

    arrows = re.findall(r"(n\d+) -->.*\| (n\d+)", drawn)
    reached = set(arrows[0])
    for arrow in arrows:
        assert reached.intersection(arrow)
        reached.update(arrow)
    assert len(arrows) == 12
    assert all(f"ray {n}" in drawn for n in range(5))
    assert "… and 13 more" in drawn


def test_table_of_changes_is_cut_and_says_who_was_the_reason():
    rows = change_rows([changed(*((f"a{n}", "b") for n in range(300)))])

    assert len(rows) == 200
    assert rows[0]["because of"] == "notes/a.txt"
