"""A page of a model's errors to browse: each text as labelled and as predicted, side by side.

    write_report(evaluation, pairs, Path("errors.html"), title="conll04 dev")

One file without outside resources. Every text in it is escaped, and the page's own content
security policy lets nothing run but its own script.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from extractors.corpora import write_text
from extractors.evaluation.html_report.marking import html, marked
from extractors.evaluation.html_report.verdicts import (
    JudgedMention,
    JudgedRelation,
    Verdicts,
    verdicts,
)
from extractors.evaluation.report import Evaluation
from extractors.facts import Entity, Extraction

__all__ = ["JudgedMention", "JudgedRelation", "Verdicts", "verdicts", "write_report"]

_VERDICTS = ("missed", "spurious", "type", "direction", "border", "partly", "right")
_LEGEND = {
    "right": "the same on both sides",
    "partly": "a relation whose arguments share mentions with the other side's, and have others",
    "type": "the right place, another type",
    "border": "overlaps a mention of the other side",
    "direction": "a relation the other way round",
    "missed": "in gold alone",
    "spurious": "predicted alone",
}
_ORDER = {verdict: number for number, verdict in enumerate(_VERDICTS)}


def write_report(
    evaluation: Evaluation,
    pairs: Iterable[tuple[Extraction, Extraction]],
    path: Path,
    *,
    title: str,
    limit: int | None = None,
) -> None:
    """Write the page: figures, then documents with most errors first.

    Args:
        evaluation: What was measured of these predictions.
        pairs: Gold and predicted extraction of each document.
        path: The file to write.
        title: What was evaluated on what.
        limit: Show so many documents, the worst; all without it.
    """
    symmetric = evaluation.conventions.symmetric
    judged = [verdicts(gold, predicted, symmetric) for gold, predicted in pairs]
    judged.sort(key=lambda document: -document.n_errors)
    write_text(path, _page(evaluation, judged[:limit], title))


def _page(evaluation: Evaluation, documents: Sequence[Verdicts], title: str) -> Iterator[str]:
    style, script = _resource("page.css"), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<header>\n"
        f"<h1>{html(title)}</h1>\n"
    )
    yield _figures(evaluation)
    yield "</header>\n<main>\n"
    yield _form(documents)
    for document in documents:
        yield _article(document)
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _figures(evaluation: Evaluation) -> str:
    heading, *rows = evaluation.table()
    lines = [_row("th", heading), *(_row("td", row) for row in rows)]
    conventions = "".join(f"<p>{html(line)}</p>" for line in evaluation.conventions.lines())
    legend = " · ".join(
        f'<span class="verdict {verdict}">{verdict}</span> {html(meaning)}'
        for verdict, meaning in _LEGEND.items()
    )
    return (
        f"<details open><summary>{evaluation.n_documents} documents</summary>\n"
        f'<table>{"".join(lines)}</table>\n<div class="quiet">{conventions}</div></details>\n'
        f'<p class="quiet">{legend}</p>\n'
    )


def _row(tag: str, cells: Sequence[str]) -> str:
    name, *numbers = (html(cell) for cell in cells)
    others = "".join(f'<{tag} class="number">{cell}</{tag}>' for cell in numbers)
    return f"<tr><{tag}>{name}</{tag}>{others}</tr>\n"


def _form(documents: Sequence[Verdicts]) -> str:
    entity_types = {
        mention.type
        for document in documents
        for mention in (*document.gold_mentions, *document.predicted_mentions)
    }
    relation_types = {
        judged.relation.type for document in documents for judged in document.relations
    }
    return (
        "<form>\n"
        f"{_select('verdict', 'Verdict', _VERDICTS)}"
        f"{_select('entity', 'Entity type', sorted(entity_types))}"
        f"{_select('relation', 'Relation type', sorted(relation_types))}"
        '<label>Words <input type="search" name="words"></label>\n'
        '<label><input type="checkbox" name="errors"> only with errors</label>\n'
        '<span class="count" id="shown" aria-live="polite"></span>\n</form>\n'
    )


def _select(name: str, label: str, values: Collection[str]) -> str:
    options = "".join(f'<option value="{html(v)}">{html(v)}</option>' for v in values)
    everything = '<option value="">all</option>'
    return f'<label>{label} <select name="{name}">{everything}{options}</select></label>\n'


def _article(document: Verdicts) -> str:
    gold = document.gold.document
    name = f"{gold.id} · {gold.title}" if gold.title else gold.id
    return (
        f'<article data-errors="{document.n_errors}">\n<h2>{html(name)}</h2>\n'
        f'<p class="count">{document.n_errors} errors</p>\n<div class="sides">\n'
        f"{_side('Gold', gold.text, document.gold_mentions)}"
        f"{_side('Predicted', gold.text, document.predicted_mentions)}"
        f"</div>\n{_relations(document.relations)}</article>\n"
    )


def _side(name: str, text: str, mentions: Sequence[JudgedMention]) -> str:
    return f'<section><h3>{name}</h3><div class="text">{marked(text, mentions)}</div></section>\n'


def _relations(relations: Sequence[JudgedRelation]) -> str:
    """Return the table of relations; a right one is shown once, as predicted."""
    shown = [j for j in relations if j.side == "predicted" or j.verdict not in ("right", "partly")]
    if not shown:
        return ""
    shown.sort(key=lambda judged: (_ORDER[judged.verdict], judged.relation.type))
    rows = "".join(_relation(judged) for judged in shown)
    return (
        "<h3>Relations</h3>\n<table><tr><th>verdict</th><th>in</th><th>subject</th><th>type</th>"
        f'<th>object</th><th class="number">confidence</th></tr>\n{rows}</table>\n'
    )


def _relation(judged: JudgedRelation) -> str:
    relation = judged.relation
    instead = f" (other side: {', '.join(judged.instead)})" if judged.instead else ""
    confidence = f"{relation.confidence:.2f}" if judged.side == "predicted" else ""
    return (
        f'<tr tabindex="0" data-type="{html(relation.type)}" data-verdict="{judged.verdict}"'
        f' data-places="{_places(relation.subject, relation.object)}">'
        f'<td><span class="verdict {judged.verdict}">{judged.verdict}</span></td>'
        f"<td>{judged.side}</td><td>{_name(relation.subject)}</td>"
        f"<td>{html(relation.type)}{html(instead)}</td><td>{_name(relation.object)}</td>"
        f'<td class="number">{confidence}</td></tr>\n'
    )


def _name(entity: Entity) -> str:
    more = f" ×{len(entity.mentions)}" if len(entity.mentions) > 1 else ""
    return f'{html(entity.name)} <span class="quiet">{html(entity.type)}{more}</span>'


def _places(*entities: Entity) -> str:
    return " ".join(
        f"{mention.span.start}-{mention.span.end}"
        for entity in entities
        for mention in entity.mentions
    )


def _resource(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
