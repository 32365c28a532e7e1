"""From a trained network to a checkpoint: merged, calibrated, described."""

import json
from pathlib import Path
from typing import Any

from extractors.calibration import Calibration
from extractors.checkpoints import LANGUAGES_FILE, Checkpoint, languages_read, save
from extractors.languages import languages_of
from extractors.network import Network
from extractors.text import TextEncoder
from extractors.training.config import TrainConfig
from extractors.training.data import Data, portable
from extractors.training.donor import load_donor
from extractors.training.fitting import fit_calibration
from extractors.training.lora import merged
from extractors.training.model_card import model_card
from extractors.training.scoring import Judgement


def save_checkpoint(
    config: TrainConfig,
    model: Network,
    encoder: TextEncoder,
    data: Data,
    out: Path,
    *,
    dev: dict[str, float] | None = None,
    judgement: Judgement | None = None,
    borrowed: Calibration | None = None,
) -> None:
    """Write the checkpoint, calibrated on dev, else as another model was, else not at all.

    Args:
        config: With every type filled in.
        model: As it is now.
        encoder: Its tokenizer goes along.
        data: What was read.
        out: The folder to write.
        dev: What dev says.
        judgement: The readings of dev, to calibrate on.
        borrowed: The calibration to take over where there is no dev.
    """
    calibration, measured = fit_calibration(
        judgement, config.target_precision, config.argument_share
    )
    origin = "dev" if measured else "none"
    if borrowed is not None:
        calibration, origin = borrowed, Path(config.calibrate_from).name
    checkpoint = Checkpoint(
        model=merged(model),
        tokenizer=encoder.tokenizer,
        calibration=calibration,
        metrics={
            **(dev or {}),
            **measured,
            "dev_documents": len(data.dev),
            "calibrated_on": origin,
        },
        training={**portable(config).to_dict(), "data": dict(data.fingerprints)},
        name=config.name,
    )
    card = model_card(
        config.name, model.config, calibration, checkpoint.metrics, checkpoint.training
    )
    save(checkpoint, out, storage=config.storage, card=card)
    if data.train:
        codes = languages_of(gold.document.text for gold in data.train)
    else:  # nothing was learned
        codes = languages_read(config.start_from)
    (out / LANGUAGES_FILE).write_text(json.dumps(codes) + "\n", "utf-8")


def borrowed_calibration(config: TrainConfig) -> Calibration | None:
    """Return the calibration of the model that `calibrate_from` names; None if it names none.

    Raises:
        CheckpointError: There is no such model.
        ConfigError: It scores something else, so that its calibration would mean nothing here.
    """
    if not config.calibrate_from:
        return None
    return load_donor(
        "calibrate_from",
        config.calibrate_from,
        config.model,
        alike=("entity_types", "relation_types", "symmetric", "relation_loss"),
        remedy="a model of the same types and loss",
    ).calibration


def read_metrics(folder: Path) -> dict[str, Any]:
    """Return what was measured of the checkpoint in a folder."""
    metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text("utf-8"))
    return metrics
