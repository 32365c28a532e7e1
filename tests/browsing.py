"""A headless Chromium where one is installed, and a page that remembers whom it talked to."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # CI and containers run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium, or of the one that `playwright install` fetched."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    if installed:
        return installed
    with sync_playwright() as playwright:
        fetched = playwright.chromium.executable_path
    if not Path(fetched).exists():
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is installed")
    return fetched


@pytest.fixture(scope="module")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A Chromium of one module: while it is open, an event loop runs, and Prefect's functions are
    coroutines for whoever calls them."""
    profile = tmp_path_factory.mktemp("chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            args=ARGUMENTS,
            headless=True,
            viewport={"width": 1400, "height": 900},
        )
        context.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)  # a cold server on a busy machine
        yield context
        context.close()


@dataclass(slots=True)
class Visitor:
    """A page, and every address that it asked."""

    page: Page
    pictures: Path
    addresses: list[str] = field(default_factory=list)

    def remember(self, request: Request) -> None:
        if request.failure != "csp":  # what the page's own policy forbade never left the machine
            self.addresses.append(request.url)

    def picture(self, name: str) -> None:
        """Keep what the page looks like, for people who want to see it."""
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def outside(self) -> set[str]:
        """Return the addresses outside this machine that the page asked."""
        local = ("http://localhost", "http://127.0.0.1", "ws://localhost", "ws://127.0.0.1")
        return {a for a in self.addresses if not a.startswith((*local, "data:", "blob:"))}


@pytest.fixture
def visitor(browser: BrowserContext, tmp_path: Path) -> Iterator[Visitor]:
    page = browser.new_page()
    pictures = Path(os.environ.get("NIGHTLOOM_TEST_PICTURES", tmp_path))
    visitor = Visitor(page, pictures)
    page.on("requestfinished", lambda request: visitor.remember(request))
    page.on("requestfailed", lambda request: visitor.remember(request))
    yield visitor
    page.close()
