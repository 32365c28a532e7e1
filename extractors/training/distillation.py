"""Distillation: a model learns to score as its teachers do, beside what the labels say."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from extractors.errors import ConfigError
from extractors.network import Candidates, Groups, Inputs, JointModel, ModelConfig, Pairs
from extractors.reading import relation_scores
from extractors.text import TextEncoder
from extractors.training.donor import load_donor
from extractors.training.validation import Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillationConfig:
    """Who teaches, and how much that counts."""

    teachers: tuple[str, ...] = ()
    """Models, by name or folder, of the same types and tokens; the scores of several are averaged:
    seeds of one configuration make an ensemble."""
    weight: Weight = 1.0
    """Of the mean squared error between the model's scores and its teachers', in the loss."""


class Teachers:
    """Trained models that score what the student scores; their means are the target."""

    def __init__(self, models: Sequence[JointModel], weight: float) -> None:
        self.models = models
        self.weight = weight

    @classmethod
    def load(
        cls,
        config: DistillationConfig,
        student: ModelConfig,
        encoder: TextEncoder,
        device: torch.device,
    ) -> "Teachers":
        """Load the teachers of a configuration onto a device.

        Raises:
            CheckpointError: There is no such model.
            ConfigError: A teacher knows other types, reads other tokens, or scores no spans.
        """
        models, key = [], "distillation.teachers"
        for name in config.teachers:
            teacher = load_donor(
                key,
                name,
                student,
                alike=("architecture", "entity_types", "relation_types", "max_width", "between"),
                remedy="teachers that were trained with the same",
            )
            # Teachers get the student's token ids, and would read other words in them.
            if teacher.tokenizer.get_vocab() != encoder.tokenizer.get_vocab():
                raise ConfigError(
                    f"{key} {name} reads other tokens than {student.encoder}: take teachers whose "
                    "encoder has the same vocabulary",
                    key,
                )
            assert isinstance(teacher.model, JointModel)  # as the student is
            models.append(teacher.model.to(device).eval().requires_grad_(False))
        return cls(models, config.weight)

    @torch.no_grad()
    def encode(self, inputs: Inputs, *, bfloat16: bool) -> list[Tensor]:
        """Return each teacher's `(B, T, H)`, H being its own."""
        return [
            m.encoder(
                inputs.token_ids, inputs.shapes, inputs.structures, inputs.mask, bfloat16=bfloat16
            )
            for m in self.models
        ]

    @torch.no_grad()
    def mention_scores(self, hidden: Sequence[Tensor], candidates: Candidates) -> Tensor:
        """Return `(S, E)`: the mean logits of each type against no mention."""
        scores = [
            against_none(model.mention_head(hidden_of_model, candidates))
            for model, hidden_of_model in zip(self.models, hidden, strict=True)
        ]
        return torch.stack(scores).mean(0)

    @torch.no_grad()
    def relation_scores(
        self, hidden: Sequence[Tensor], mask: Tensor, groups: Groups, pairs: Pairs
    ) -> Tensor:
        """Return `(P, R)`: the mean scores of each relation type."""
        scores = []
        # The student's groups and pairs: scores can be compared only of the same pairs.
        for model, hidden_of_model in zip(self.models, hidden, strict=True):
            pooled = model.group_pooler(hidden_of_model, groups)
            logits, _ = model.relation_head(hidden_of_model, mask, groups, pooled, pairs)
            scores.append(relation_scores(model.config, logits))
        return torch.stack(scores).mean(0)


def against_none(logits: Tensor) -> Tensor:
    """Return `(S, E)` from `(S, 1 + E)`: what each type scores more than no mention.

    A number added to all logits of a span changes nothing, so teachers agree on differences alone.
    """
    return logits[:, 1:] - logits[:, :1]
