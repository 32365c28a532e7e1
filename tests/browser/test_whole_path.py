"""From Prefect's form to the sentence behind a fact that came last night, as people click it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLateError

from extractors.checkpoints import Registry, save
from tests.browsing import Visitor
from tests.extractors.tiny import tiny_checkpoint, tiny_encoder
from tests.extractors.training.conftest import gold_file  # noqa: F401 - a fixture
from tests.flows.services.running import (
    BIRTHS,
    PATIENCE_S,
    Up,
    log_in,
    started,
    submitted_form,
)
from tests.flows.test_learning import CONFIG, ONTOLOGY

READS_BIRTHS = '[extractor]\nmodel = "births.py:Births"\n'
READS_WHAT_SERVES = '[extractor]\ndevice = "cpu"\n[models]\nmax_removed = 1\n'
SENTENCE = "Grace was born in Yonkers."
CHANGE = "Grace ─PLACE_OF_BIRTH→ Yonkers"


@pytest.fixture(scope="module")
def up(tmp_path_factory, gold_file) -> Iterator[Up]:  # noqa: F811
    """Everything, after one night; a document has come since."""
    folder = tmp_path_factory.mktemp("path")
    (folder / "ontology.toml").write_text(f"{ONTOLOGY}[relations.PLACE_OF_BIRTH]\n")
    (folder / "nightloom.toml").write_text(READS_BIRTHS)
    (folder / "configs").mkdir()
    encoder = tiny_encoder(folder / "encoder")
    content = CONFIG.format(gold=gold_file, encoder=encoder, epochs=1)
    (folder / "configs" / "small.toml").write_text(content)
    documents = folder / "documents"
    documents.mkdir()
    (folder / "births.py").write_text(BIRTHS)
    (documents / "ada.txt").write_text("Ada was born in London.")
    sources = '[{"path": "documents", "name": "notes"}]'
    with started(folder, SOURCES=sources) as running:
        assert running.prefect.run()["state_type"] == "COMPLETED"
        (documents / "grace.txt").write_text(f"She is known for a compiler. {SENTENCE}")
        yield running


@pytest.fixture(scope="module")
def night(up, browser) -> str:
    """The name of a run that somebody started from the form of `ingest-now` and saw completed."""
    page, prefect = browser.new_page(), up.prefect
    log_in(page, up, prefect.pages)
    page.get_by_role("link", name="Deployments").click()
    page.get_by_role("link", name="ingest-now").first.click()
    labels = ("Source", "Documents at most", "Only say what would be done")
    run = prefect.ended(submitted(page, labels))
    page.goto(f"{prefect.pages}/runs/flow-run/{run['id']}")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    see_in_log(page, page.get_by_text("notes: 1 document upserted, 1 unchanged").first)
    page.close()
    return run["id"]


def submitted(page: Page, labels: tuple[str, ...]) -> dict[str, Any]:
    """Start a run from the page of a deployment: open its form, see these fields, and submit."""
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Custom run").click()
    for label in labels:
        expect(page.get_by_text(f"{label} (Optional)")).to_be_visible()
    return submitted_form(page)


def see_in_log(page: Page, line: Locator) -> None:
    """Scroll through the log of a run, of which only what is seen is there, until a line is."""
    page.get_by_role("log").hover()
    for _ in range(60):
        if line.is_visible():
            return
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(500)
    expect(line).to_be_visible()


class Clicks:
    """Clicks, and counts them; a link may open a page of its own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.n = 0

    def on(self, place: Locator) -> None:
        self.n += 1
        expect(place).to_be_visible()
        if place.get_attribute("target") == "_blank":
            with self.page.context.expect_page() as opened:
                place.click()
            self.page = opened.value
        else:
            place.click()


def log_in_to_page(page: Page, up: Up) -> None:
    page.goto(f"{up.status()['page_url']}/login")
    page.get_by_label("The line in the file").fill(up.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("What changed last night?")).to_be_visible()


def bar_in_dashboard(page: Page, up: Up, run: str) -> Locator:
    """Open Prefect's dashboard as often as it takes: what has only just begun may not be in it."""
    bar = page.get_by_test_id(f"bar-rect-{run}").first
    for _ in range(12):
        page.goto(f"{up.prefect.pages}/dashboard")
        with suppress(TooLateError):
            bar.wait_for(timeout=15_000)
            break
    return bar


def test_sentence_is_two_clicks_from_the_dashboard_of_prefect(up, night, visitor: Visitor):
    """The night's bar names its run, and the log of that says where the sentences are."""
    page = visitor.page
    log_in(page, up, up.prefect.pages)
    log_in_to_page(page, up)  # once a week
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    bar_in_dashboard(page, up, night).hover()
    clicks = Clicks(page)

    clicks.on(page.locator(f"a[href$='/runs/flow-run/{night}']"))
    there = page.get_by_role("link", name="/changes?run=")
    see_in_log(page, there)
    visitor.picture("path-run")
    assert not [failure for failure in failures if "eval" in failure]  # the picture of its tasks
    clicks.on(there)

    expect(clicks.page.get_by_text("1 fact came, 0 went, 0 restated.")).to_be_visible()
    expect(clicks.page.locator("li.change blockquote q")).to_have_text([SENTENCE])
    expect(clicks.page.get_by_role("link", name="notes/grace.txt").first).to_be_visible()
    clicks.page.screenshot(path=visitor.pictures / "path-changes.png")
    assert clicks.n == 2
    assert not visitor.outside()


def test_sentence_is_one_click_from_the_first_page_of_nightloom(up, night, visitor: Visitor):
    log_in_to_page(visitor.page, up)
    clicks = Clicks(visitor.page)

    clicks.on(visitor.page.get_by_role("link", name="What changed last night?"))

    came = visitor.page.locator("li.change.came")
    expect(came).to_have_count(1)
    expect(came).to_contain_text("Grace place of birth Yonkers")
    expect(came.locator("q")).to_have_text([SENTENCE])
    assert clicks.n == 1
    assert not visitor.outside()


def summary(visitor: Visitor, up: Up, run: str) -> Clicks:
    """Go from the page of the run to its summary."""
    page = visitor.page
    log_in(page, up, up.prefect.pages)
    log_in_to_page(page, up)
    page.goto(f"{up.prefect.pages}/runs/flow-run/{run}")
    clicks = Clicks(page)
    clicks.on(page.get_by_role("tab", name="Artifacts"))
    clicks.on(page.locator("a[href$='/artifacts/key/nightly-summary']"))
    clicks.on(page.locator("a[href*='/artifacts/artifact/']").first)  # the latest one is above
    expect(page.get_by_text("1 fact came, 0 went, 0 restated.")).to_be_visible()
    return clicks


def test_fact_of_the_summary_leads_to_its_sentence(up, night, visitor: Visitor):
    clicks = summary(visitor, up, night)
    visitor.picture("path-summary")

    clicks.on(visitor.page.get_by_role("link", name=CHANGE))

    expect(clicks.page.locator("blockquote q", has_text=SENTENCE).first).to_be_visible()
    assert not visitor.outside()


def test_link_of_the_summary_shows_facts_and_passages_in_browser(up, night, visitor: Visitor):
    clicks = summary(visitor, up, night)

    clicks.on(visitor.page.get_by_role("link", name="What changed, in Neo4j Browser"))
    browser = clicks.page
    expect(browser.get_by_test_id("username")).to_have_value("neo4j")
    word = (up.folder / ".nightloom/neo4j/password").read_text().strip()
    browser.get_by_test_id("password").fill(word)
    browser.get_by_test_id("connect").click()
    expect(browser.get_by_role("heading", name="Your graph in five minutes")).to_be_visible()
    clicks.on(browser.get_by_test_id("editor-Run"))
    expect(browser.locator("svg g.node")).to_have_count(2)
    expect(browser.locator("svg text", has_text="Grace")).not_to_have_count(0)
    browser.screenshot(path=visitor.pictures / "path-browser.png")
    clicks.on(browser.get_by_text("Table", exact=True).first)
    expect(browser.get_by_text(SENTENCE).first).to_be_visible()
    browser.screenshot(path=visitor.pictures / "path-browser-table.png")
    assert not visitor.outside()


@pytest.fixture
def registry(up) -> Iterator[Registry]:
    """From now on a small model reads, and another one is the candidate."""
    registry = Registry(up.folder / ".nightloom/models")
    for name in ("old", "new"):
        save(tiny_checkpoint(up.folder / "encoder"), up.folder / name)
        registry.add(up.folder / name)
        if name == "old":
            registry.promote("old")
    (up.folder / "nightloom.toml").write_text(READS_WHAT_SERVES)
    yield registry
    (up.folder / "nightloom.toml").write_text(READS_BIRTHS)


def approve(visitor: Visitor, up: Up, deployment: str, labels: tuple[str, ...]) -> dict[str, Any]:
    """Start a run from its form, answer the form of the paused run, and return it when it ended."""
    page, prefect = visitor.page, up.prefect
    page.goto(f"{prefect.pages}/deployments/deployment/{prefect.deployment(deployment)['id']}")
    run = submitted(page, labels)
    deadline = time.monotonic() + PATIENCE_S
    while run["state_type"] in ("SCHEDULED", "PENDING", "RUNNING") and time.monotonic() < deadline:
        time.sleep(1)
        run = prefect.call("GET", f"/flow_runs/{run['id']}")
    assert run["state_type"] == "PAUSED", run["state"]
    page.goto(f"{prefect.pages}/runs/flow-run/{run['id']}")
    page.get_by_role("button", name="Open menu").click()
    page.get_by_role("menuitem", name="Resume").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("Is ").filter(has_text="to read from now on")).to_be_visible()
    visitor.picture(f"path-{deployment}-asks")
    form.get_by_role("button", name="What shall become of it?").click()
    page.get_by_role("option", name="let it read").click()
    why, by = form.locator("textarea").all()
    why.fill("It knows more.")
    by.fill("Ann")
    visitor.picture(f"path-{deployment}-answered")
    form.get_by_role("button", name="Resume", exact=True).click()
    run = prefect.ended(run)
    page.goto(f"{prefect.pages}/runs/flow-run/{run['id']}")
    expect(page.get_by_text("Promoted", exact=True).first).to_be_visible()
    return run


def test_model_reads_once_somebody_says_so_in_the_forms_of_prefect(up, registry, visitor: Visitor):
    """First one that is there, then one that is trained for it: the alias says who reads."""
    log_in(visitor.page, up, up.prefect.pages)

    promoted = approve(visitor, up, "promote", ("Model", "Compared on the source"))

    assert promoted["state"]["message"].startswith("Ann let new read: It knows more.")
    assert (registry.aliases.serving, registry.aliases.previous) == ("new", "old")
    trained = approve(visitor, up, "retrain", ("Training configuration",))
    assert trained["state"]["message"].startswith("Ann let small-1 read: It knows more.")
    assert (registry.aliases.serving, registry.aliases.previous) == ("small-1", "new")
    assert not visitor.outside()
