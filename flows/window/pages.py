"""What Browser is prepared with: a script that knows queries and style, and a guide.

`nightloom up` writes them beside Browser's own pages. A script there puts them into the storage of
the page before Browser reads it, and touches nothing that a person has made: saved queries have
ids of ours, and a style or a setting is replaced only while it is the one that came from here.
Then it draws what rules concluded dashed, which no style of Browser's can.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from flows.settings import Settings
from flows.tools import embedded_config
from flows.window.queries import SavedQuery, saved_queries
from flows.window.style import grass, style
from graphdb import Ontology
from graphdb.embedded import EmbeddedServer

_CHAPTERS = (
    *(("Who, and why", 0, 4), ("What changed", 4, 7), ("What to look at twice", 7, 14)),
    *(("Looking around", 14, 19), ("All of it", 19, None)),
)
"""Which of the saved queries stand on which page of the guide."""

_GREETING = (
    "<p>Every night documents become this graph, and every fact in it can say why it is there."
    " Coloured things have names; dashed arrows are what rules concluded, and say by which"
    " rule.</p>"
    "<p>Click a query to put it into the editor, change the values that it begins with,"
    " and run it. The same queries are among the favourites, under <i>nightloom</i>.</p>"
)


def guide(queries: Sequence[SavedQuery]) -> str:
    """Return the guide "Your graph in five minutes", as HTML that Browser plays."""
    slides = [_slide("Your graph in five minutes", _GREETING)]
    for title, first, end in _CHAPTERS:
        slides.append(_slide(title, "".join(map(_step, queries[first:end]))))
    deck = f'<carousel class="deck container-fluid">{"".join(slides)}</carousel>'
    return f'<article class="guide">{deck}</article>'


def seed(settings: Settings, ontology: Ontology) -> str:
    """Return the script that prepares the page's storage before Browser reads it."""
    server = embedded_config(settings)
    documents = [
        {"id": f"nightloom-{query.name}", "content": query.cypher, "folder": "nightloom"}
        for query in saved_queries()
    ]
    given = {
        "documents": documents,
        "folders": [{"id": "nightloom", "name": "nightloom"}],
        "grass": style(ontology),
        "settings": {
            "initCmd": f":play http://localhost:{server.http_port}/browser/nightloom/guide.html",
            "showSampleScripts": False,
            "allowCrashReports": False,
            "allowUserStats": False,
        },
        "dbms": f"bolt://{settings.graph.user}@localhost:{server.bolt_port}",
    }
    script = (Path(__file__).parent / "seed.js").read_text("utf-8")
    return script.replace("GIVEN", json.dumps(given), 1)


def window_files(settings: Settings, ontology: Ontology) -> dict[str, str]:
    """Return what Browser is prepared with, by the names of files."""
    return {
        "guide.html": guide(saved_queries()),
        "style.grass": grass(style(ontology)),
        "seed.js": seed(settings, ontology),
    }


def prepare_window(settings: Settings, ontology: Ontology) -> None:
    """Write what Browser is prepared with; it takes effect when its page is loaded next."""
    folder = EmbeddedServer(embedded_config(settings)).home.pages / "browser" / "nightloom"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in window_files(settings, ontology).items():
        (folder / name).write_text(content, "utf-8")


def _step(query: SavedQuery) -> str:
    code = f'<pre mode="cypher" class="highlight code runnable">{escape(query.cypher)}</pre>'
    return f"<h4>{escape(query.title)}</h4>{code}"


def _slide(title: str, content: str) -> str:
    return (
        f'<slide class="row-fluid"><div class="col-sm-12"><h3>{escape(title)}</h3>{content}</div>'
        "</slide>"
    )
