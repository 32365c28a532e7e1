"""What Prefect shows beside a run: texts of documents stand there as text, not as Markdown."""

import json
from datetime import UTC, datetime

import pytest
from prefect import flow
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from flows.night import Nights, Report
from flows.sources import SetAside
from flows.spending import ProgressArtifact, publish
from flows.text import shown
from graphdb import Violation
from graphdb.history import ChangedFact, ChangedFacts, FactState
from tests.flows.test_text import texts_of

HOSTILE = (
    "[a](javascript:alert(1)) ![b](http://x.y/z.png) <img src=x onerror=alert(1)> <b>c</b>"
    " `d` *e* __f__ ~~g~~ | h | &lt;script&gt; \x1b[31m \u202e \n# i\n\n```mermaid\nj\n``` k"
)


@pytest.fixture(scope="module")
def prefect():
    """A Prefect server of its own, in a temporary folder."""
    with prefect_test_harness(server_startup_timeout=300):
        yield


def hostile_change() -> ChangedFacts:
    change = ChangedFact(
        key="k",
        subject_key="s",
        subject=HOSTILE,
        type="T",
        object_key="o",
        object=HOSTILE,
        before=None,
        after=FactState(0.5, 1),
        at=datetime.now(UTC),
        run="r",
        documents=(HOSTILE,),
    )
    return ChangedFacts.of([change])


def left_beside(report: Report) -> dict[str, Artifact]:
    """Publish a report in a flow run; return its artifacts by key."""

    @flow
    def leave() -> None:
        progress = ProgressArtifact()
        progress.begin(report.source, 0, 1)
        progress(f"reading {HOSTILE}", 0, 0)
        progress.finish(report.title)
        publish(Nights(reports=(report,)))

    leave()
    with get_client(sync_client=True) as client:
        return {artifact.key: artifact for artifact in client.read_artifacts()}


@pytest.fixture(scope="module")
def artifacts(prefect) -> dict[str, Artifact]:
    return left_beside(
        Report(
            run="r",
            source=f"s {HOSTILE}",
            started_at=datetime.now(UTC),
            n_listed=1,
            set_aside=(SetAside(document=f"s/{HOSTILE}", reason=f"holds {HOSTILE}"),),
            gaps=(f"gap {HOSTILE}",),
            rejected=(f"rejected {HOSTILE}",),
            violations=(f"violation {HOSTILE}",),
            changed=hostile_change(),
            contradictions=(
                Violation(
                    invariant="i", meaning=f"One {HOSTILE}.", count=2, examples=(HOSTILE, "b")
                ),
            ),
        )
    )


def test_descriptions_are_text(artifacts):
    assert len(artifacts) == 6
    for artifact in artifacts.values():
        (text,) = texts_of(artifact.description)
        if artifact.key in {"nightly-progress", "nightly-summary"}:
            assert shown(f"s {HOSTILE}") in text


def test_cells_of_tables_are_text(artifacts):
    for key in ("nightly-set-aside", "nightly-contradictions", "nightly-changes"):
        (row,) = json.loads(artifacts[key].data)
        for name, value in row.items():
            if name not in ("broken", "stage", "what", "type", "confidence"):
                (text,) = texts_of(value)
                assert shown(HOSTILE) in text


def test_a_table_accounts_for_all_that_was_listed(artifacts):
    (row,) = json.loads(artifacts["nightly-account"].data)

    (source,) = texts_of(row["source"])
    assert shown(HOSTILE) in source
    assert (row["listed"], row["set aside"], row["of other kinds"]) == (1, 1, 0)


def test_summary_holds_every_text_as_it_is(artifacts):
    texts = texts_of(artifacts["nightly-summary"].data, headings=True)

    assert sum(shown(HOSTILE) in text for text in texts) == 7
