"""Writes a model's card: what it reads, what it was trained on, how well it does, as measured."""

from typing import Any

from extractors.calibration import TRUSTED_FROM, Calibration, few_documents
from extractors.network import ModelConfig


def model_card(
    name: str,
    model: ModelConfig,
    calibration: Calibration,
    metrics: dict[str, Any],
    training: dict[str, Any],
) -> str:
    """Return the card as Markdown."""
    parts = [
        f"# {name}",
        "",
        f"Reads {len(model.entity_types)} entity types and {len(model.relation_types)} relation "
        f"types off documents of any length, with the encoder `{model.encoder}`.",
        "",
        *_measured(metrics),
        *_calibrated(calibration, metrics),
        "## Trained on",
        "",
        *(_corpus(corpus) for corpus in training.get("train", [])),
        *_mixed(training),
        "",
        f"{_chosen_on(metrics, training)} Other texts, other domains and other languages will go "
        "less well.",
        "",
        "## Types",
        "",
        f"Entities: {', '.join(model.entity_types)}.",
        "",
        f"Relations: {', '.join(model.relation_types)}.",
        "",
        *([f"Without direction: {', '.join(model.symmetric)}.", ""] if model.symmetric else []),
    ]
    return "\n".join(parts)


def _measured(metrics: dict[str, Any]) -> list[str]:
    if "mention_f1" not in metrics:
        return ["Nothing was measured: training had no documents held out.", ""]
    rows = [
        ("mentions, F1 (span and type)", "mention_f1"),
        ("mentions as shipped, precision", "mention_precision"),
        ("mentions as shipped, recall", "mention_recall"),
        ("relations, best F1 (soft)", "relation_f1"),
        ("relations, recall at precision 0.60", "recall_at_precision_60"),
        ("relations, recall at precision 0.75", "recall_at_precision_75"),
        ("relations as shipped, precision, cross-fitted", "precision"),
        ("relations as shipped, recall, cross-fitted", "recall"),
        ("relations as shipped, calibration error (ECE), cross-fitted", "ece"),
        ("relations as shipped, Brier score, cross-fitted", "brier"),
    ]
    return [
        "## Measured on held-out documents, mentions predicted",
        "",
        "| what | value |",
        "|---|---|",
        *(f"| {label} | {metrics[key]:.3f} |" for label, key in rows if key in metrics),
        "",
        "A relation is right when both its arguments share a mention with those of a gold relation "
        "of its type (soft). Cross-fitted: each document was judged with a calibration and a "
        "threshold that never saw it.",
        "",
    ]


def _calibrated(calibration: Calibration, metrics: dict[str, Any]) -> list[str]:
    origin = {
        "dev": "Confidences are chances, fitted on the held-out documents.",
        "none": "**Confidences are not calibrated**: they are what the network says, kept away "
        "from 1, and the thresholds are even odds. `calibrate_from` takes those of a model that "
        "was trained alike with documents held out.",
    }.get(
        metrics.get("calibrated_on", "dev"),
        f"Calibration and thresholds are those of the model `{metrics.get('calibrated_on')}`, "
        "fitted on documents it had not seen; they were not checked for this model.",
    )
    n_documents = metrics.get("dev_documents", 0)
    is_few = metrics.get("calibrated_on") == "dev" and n_documents < TRUSTED_FROM
    sentence = few_documents(n_documents)
    few = f" **{sentence[0].upper()}{sentence[1:]}.**" if is_few else ""
    return [
        "## Confidence",
        "",
        f"{origin}{few} As shipped, a relation is reported from confidence "
        f"{calibration.relation_threshold:.2f}, a mention from "
        f"{calibration.mention_threshold:.2f}.",
        "",
    ]


def _chosen_on(metrics: dict[str, Any], training: dict[str, Any]) -> str:
    n = metrics.get("dev_documents", 0)
    if not n:
        return "No documents were held out: the last epoch was kept, whatever it was like."
    how = "given as dev" if training.get("dev") else f"held out by seed {training.get('seed')}"
    return f"{n} documents were {how}; the epoch and the thresholds were chosen on them."


def _mixed(training: dict[str, Any]) -> list[str]:
    """Say where the weights are from that these texts alone have not given."""
    mean, start = training.get("mean", []), training.get("start_from")
    learns = training["schedule"]["epochs"] > 0
    others = [f"{each['share']:.2f} of `{each['model']}`" for each in mean]
    own = 1 - sum(each["share"] for each in mean)
    if not learns:
        if not others:
            return [f"Nothing was learned: the weights are those of `{start}`."]
        first = f"{own:.2f} of `{start}`"
        return [f"Nothing was learned: the weights are a mean, {', '.join([first, *others])}."]
    lines = [f"Training began with the weights of `{start}`."] if start else []
    if others:
        what = f"{own:.2f} of what was learned"
        lines.append(f"What is saved is a mean of weights: {', '.join([what, *others])}.")
    return ["", " ".join(lines)] if lines else []


def _corpus(corpus: dict[str, Any]) -> str:
    notes = [corpus["format"]] if corpus["format"] else []
    if not corpus["complete"]:
        notes.append("labels incomplete")
    if corpus.get("labelled_entities") is not None or corpus.get("labelled_relations") is not None:
        notes.append("some types labelled")
    return f"* `{corpus['path']}`" + (f" ({', '.join(notes)})" if notes else "")
