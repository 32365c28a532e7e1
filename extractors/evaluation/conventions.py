"""What an evaluation counts where corpora differ, and the sentences that say so."""

from dataclasses import dataclass

from extractors.calibration import TRUSTED_FROM, few_documents
from extractors.evaluation.relations import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """What this evaluation counted, and how; printed with every table."""

    symmetric: tuple[str, ...] = ()
    """Relation types without direction: each is counted once, whichever way round."""
    singletons: bool = True
    """Whether clusters of one mention count in the cluster scores."""
    calibrated_on: Match = "soft"
    """When a relation counts as right for calibration."""
    trained_on: str = ""
    """What the model was trained on, in words: "train", "train + dev"."""
    fitted_on: int | None = None
    """How many documents the model's confidences were fitted on; None: nobody noted."""

    def lines(self) -> list[str]:
        """Return the conventions as sentences."""
        lines = [
            "Micro unless said otherwise; direction matters; gold and predictions are sets.",
            "Mentions: strict = span and type. Relations: boundaries = label and both arguments' "
            "exact mentions; strict = and both types; soft = label and at least one mention shared "
            "on both sides.",
            "Clusters: exact = all mentions and no other; MUC, B³ and CEAF φ4, whatever the type. "
            "Entities: cluster and type.",
            f"Calibration: relations that are right by the {self.calibrated_on} convention; ECE in "
            "ten bins.",
        ]
        if self.symmetric:
            lines.append(f"Symmetric, counted once: {', '.join(self.symmetric)}.")
        if not self.singletons:
            lines.append("Clusters of one mention are left out of the cluster scores.")
        if self.trained_on:
            lines.append(
                f"Trained on: {self.trained_on}; Ign leaves out of precision the facts "
                "that were stated there between entities of the same names."
            )
        if self.fitted_on is not None and self.fitted_on < TRUSTED_FROM:
            sentence = few_documents(self.fitted_on)
            lines.append(f"{sentence[0].upper()}{sentence[1:]}.")
        return lines
