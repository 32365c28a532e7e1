"""What people read in Prefect before they start a run: titles, choices, what a default means.

Prefect makes a form of a flow's signature and its docstring. What depends on the settings here
(which sources there are, what an empty field resolves to) and what makes a form readable is laid
over that. Names that no flow has are refused, and so are values outside their bounds, before a run
exists.
"""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from flows.retraining import offered_configs
from flows.services.programs import page_url
from flows.settings import Settings
from flows.sources import EVERY_SOURCE
from flows.text import counted, escaped

BY_UP = "start `nightloom up` anew"
DEVICES = ("auto", "cpu", "cuda")

Field = dict[str, Any]
Form = dict[str, Any]
"""`description` of the deployment, and `fields` by the name of the parameter."""


def forms(settings: Settings, made_at: str | None = None, renewal: str = BY_UP) -> dict[str, Form]:
    """Return what is laid over the form of each deployment, by its name.

    Args:
        settings: What there is to choose, and what an empty field means.
        made_at: When the settings were read, for people; None: now.
        renewal: What makes the forms anew, for people.
    """
    made_at = made_at or f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    as_of = (
        f"\n\nChoices and figures are those of {made_at}. After a change of the settings "
        f"{renewal}, and they are new, too."
    )
    return {
        name: form | {"description": form["description"] + as_of}
        for name, form in _forms(settings).items()
    }


def _forms(settings: Settings) -> dict[str, Form]:
    sources = [source.name for source in settings.sources]
    every_source = _field("Source", "string", EVERY_SOURCE, enum=[EVERY_SOURCE, *sources])
    folders = "; ".join(
        f"{escaped(source.name)} from {escaped(source.place)}" for source in settings.sources
    )
    configs = offered_configs(settings)
    share = f"{settings.max_vanished:.0%}"
    last_night = f"\n* [What changed last night, with the sentences]({page_url(settings)}/changes)"
    model = escaped(settings.extractor.model)
    return {
        "nightly/nightly": {
            "description": (
                "Makes the graph say what the documents say tonight: new and changed ones are "
                "read, vanished ones withdrawn, rules draw their conclusions. Running it again "
                "changes nothing.\n\n"
                f"* Read every night: {folders}\n"
                f"* Model: {model}, device {escaped(settings.extractor.device)}\n"
                f"* If more than {share} of a source has vanished, its run stops and asks.\n"
                f"* If more than {settings.max_rejected:.0%} are set aside, the run has failed.\n"
                f"* A run that meets another waits for {settings.prefect.wait_s / 60:.0f} minutes."
                + last_night
            ),
            "fields": {
                "source": every_source,
                "path": _field("Another folder or file", "string", ""),
                "name": _field("Kept under the name", "string", ""),
                "allow_vanished": _field("Withdraw all that has vanished", "boolean", False),
                "max_vanished": _field(
                    "Share that may vanish", "number", settings.max_vanished, minimum=0, maximum=1
                ),
                "device": _field("Processor", "string", "", enum=["", *DEVICES]),
            },
        },
        "ingest-now/ingest-now": {
            "description": (
                "Reads the folders of the night, or one of them, now. With *Only say what would "
                "be done* it writes nothing and leaves the same report, as "
                "`nightly-summary-dry-run`.\n\n"
                f"* {counted(len(sources), 'source')}: {folders}" + last_night
            ),
            "fields": {
                "source": every_source,
                "limit": _field("Documents at most", "integer", 0, minimum=0),
                "read_again": _field("Read again what was read", "boolean", False),
                "allow_vanished": _field("Withdraw all that has vanished", "boolean", False),
                "dry_run": _field("Only say what would be done", "boolean", False),
            },
        },
        "replay/replay": {
            "description": (
                "Reads again exactly what is set aside; `nightloom rejected` and the table "
                "`nightly-set-aside` say what that is. No other document is read or withdrawn."
            ),
            "fields": {
                "reason": _field("Words of the reason", "string", ""),
                "source": _field("Source", "string", "", enum=["", *sources]),
            },
        },
        "audit/audit": {
            "description": (
                "Checks every invariant of the whole graph and says which are broken, in the "
                "table `audit-violations`. It wants to be alone: not while a night runs."
            ),
            "fields": {},
        },
        "forget/forget": {
            "description": (
                "Erases one document from the graph, the extraction store, the record of changes, "
                "the logs and Prefect's own history, with all that only it supports, and looks "
                "everywhere for what still cites it: `forget-receipt`. This cannot be undone, and "
                "backups are not touched. If the document still lies in its source, delete it "
                "there first, or the next night reads it again."
            ),
            "fields": {
                "document": _field(
                    "Id of the document: source/path", "string", "", pattern="^[^/]+/.+"
                )
            },
        },
        "rebuild/rebuild": {
            "description": (
                "Withdraws every document and upserts it again from the extraction store, without "
                "the model. For a graph that somebody has damaged."
            ),
            "fields": {},
        },
        "review/review": {
            "description": (
                "Asks about pairs of names that may mean one thing and that resolution leaves to a "
                "person. The run waits until somebody presses *Resume* on its page and answers "
                "*same*, *different* or *skip*. A decision can be undone with `nightloom split`."
            ),
            "fields": {
                "pairs": _field("Pairs at most", "integer", 5, minimum=1, maximum=20),
                "wait_minutes": _field(
                    "Minutes to wait for the answers", "integer", 60, minimum=1, maximum=1440
                ),
            },
        },
        "resolve/resolve": {
            "description": (
                "Joins names that mean one thing, tells namesakes apart, and says why, in the "
                "table `resolve-decisions`. What people decided stays as it is.\n\n"
                f"* Joined from a likelihood of {settings.resolution.keep:g} on, asked about from "
                f"{settings.resolution.review:g} on (`review`)\n"
                f"* Every night: {'yes' if settings.resolution.every_night else 'no'}"
            ),
            "fields": {
                "whole": _field("Weigh all names", "boolean", False),
                "dry_run": _field("Only say what would be decided", "boolean", False),
            },
        },
        "retrain/retrain": {
            "description": (
                "Trains a model on labelled documents, makes it the candidate, compares it with "
                "what reads now and waits until somebody presses *Resume* on the page of the run "
                "and says whether it is to read. The comparison is in `model-comparison` and "
                "`model-changes`. A run that was cancelled goes on where it stopped when it is "
                "started with the same form.\n\n"
                f"* Configurations in {escaped(settings.models.configs)}: "
                f"{escaped(', '.join(configs)) or 'none yet'}\n" + _gate(settings)
            ),
            "fields": {
                "config": _field(
                    "Training configuration",
                    "string",
                    configs[0] if configs else "",
                    enum=configs or [""],
                ),
                "judged": _field("Learn from judged facts, too", "boolean", True),
                "labelled": _field("Further labelled documents", "string", ""),
                **_compared_on(sources),
                "wait_minutes": _field(
                    "Minutes to wait for an answer", "integer", 720, minimum=1, maximum=10080
                ),
            },
        },
        "promote/promote": {
            "description": (
                "Compares a model with what reads now and waits until somebody presses *Resume* "
                "on the page of the run and says whether it is to read from now on. "
                "`nightloom models rollback` undoes it.\n\n" + _gate(settings)
            ),
            "fields": {
                "model": _field("Model", "string", "candidate", minLength=1),
                **_compared_on(sources),
                "wait_minutes": _field(
                    "Minutes to wait for an answer", "integer", 60, minimum=1, maximum=10080
                ),
            },
        },
    }


def laid_over(schema: dict[str, Any], fields: dict[str, Field]) -> dict[str, Any]:
    """Return a form's schema with what is given of its fields; other parameters are refused."""
    form = deepcopy(schema)
    properties = form.setdefault("properties", {})
    for name, given in fields.items():
        made = properties[name]
        kept = {key: made[key] for key in ("description", "position") if key in made}
        properties[name] = kept | given
    form["additionalProperties"] = False
    form.setdefault("type", "object")
    return form


def _compared_on(sources: list[str]) -> dict[str, Field]:
    return {
        "source": _field(
            "Compared on the source", "string", EVERY_SOURCE, enum=[EVERY_SOURCE, *sources]
        ),
        "sample": _field("Documents that both read", "integer", 0, minimum=0),
    }


def _gate(settings: Settings) -> str:
    """Return what a model is measured by before anybody is asked, as the settings say."""
    models = settings.models
    gold = escaped(models.gold) if models.gold else "none"
    behaviours = escaped(models.behaviours) if models.behaviours else "none"
    return (
        f"* Both read {counted(models.sample, 'document')} of the sources.\n"
        f"* Gold documents: {gold}; cases of behaviours: {behaviours}\n"
        f"* Refused if more than {models.max_removed:.0%} of the facts would go, if a figure falls "
        f"by more than {models.max_fall:g}, or below {models.min_mention_f1:g} (F1 of mentions), "
        f"{models.min_relation_f1:g} (F1 of relations) or {models.min_behaviours:g} (behaviours)"
    )


def _field(title: str, type_: str, default: object, **more: object) -> Field:
    return {"title": title, "type": type_, "default": default, **more}
