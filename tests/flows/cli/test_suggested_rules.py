"""Suggested rules become files once; what a person has made of a file is theirs."""

from flows.cli.rules import write_suggestions
from graphdb.rules.suggest import SuggestedRule


def suggestion(name):
    return SuggestedRule(
        name=name, text=f"// {name}.\n", support=3, head_coverage=0.5, pca_confidence=0.9
    )


def test_suggestions_leave_files_alone_that_a_person_has_edited(tmp_path):
    folder = tmp_path / "suggested"
    write_suggestions([suggestion("one")], folder)
    (folder / "one.cypher").write_text("// Mine.")

    there = write_suggestions([suggestion("one"), suggestion("two")], folder)

    assert there == [folder / "one.cypher"]
    assert (folder / "one.cypher").read_text() == "// Mine."
    assert (folder / "two.cypher").read_text() == "// two.\n"
