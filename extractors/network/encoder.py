"""The encoder: a pretrained one, cut to its first layers and told how tokens are spelled."""

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from extractors.errors import ConfigError
from extractors.text import SHAPES, STRUCTURES


class Encoder(nn.Module):
    """A pretrained encoder that is also told how each token is spelled, and where it stands."""

    def __init__(
        self, encoder: PreTrainedModel, *, structure: bool = False, n_guides: int = 0
    ) -> None:
        super().__init__()
        self.base = encoder
        self.hidden_size: int = encoder.config.hidden_size
        self.shapes = nn.Embedding(len(SHAPES), self.hidden_size)
        nn.init.zeros_(self.shapes.weight)  # starts as the encoder that was pretrained
        self.structures: nn.Embedding | None = None
        if structure:
            self.structures = nn.Embedding(len(STRUCTURES), self.hidden_size)
            nn.init.zeros_(self.structures.weight)
        self.guides: nn.Embedding | None = None
        if n_guides:
            # Row 0 stands for the guide that the model follows in service, and stays zero.
            self.guides = nn.Embedding(1 + n_guides, self.hidden_size, padding_idx=0)
            nn.init.zeros_(self.guides.weight)

    def forward(
        self,
        token_ids: Tensor,
        shapes: Tensor,
        structures: Tensor,
        mask: Tensor,
        *,
        guides: Tensor | None = None,
        bfloat16: bool = False,
    ) -> Tensor:
        """Encode `(B, T)` tokens into `(B, T, H)` float32, whatever it computes in.

        Args:
            token_ids: `(B, T)` int64.
            shapes: `(B, T)` int64 indices in `SHAPES`.
            structures: `(B, T)` int64 indices in `STRUCTURES`; not looked at by a model without
                `structure`.
            mask: `(B, T)` bool, true where there is a token.
            guides: `(B,)` int64, what the labels of each window follow: 0 for the guide of service,
                else 1 + its index in `ModelConfig.guides`; None: 0 for all.
            bfloat16: Whether to compute in bfloat16.
        """
        with torch.autocast(token_ids.device.type, torch.bfloat16, enabled=bfloat16):
            embedded = self.base.get_input_embeddings()(token_ids)  # (B, T, H)
            embedded = embedded + self.shapes(shapes)
            if self.structures is not None:
                embedded = embedded + self.structures(structures)
            if self.guides is not None and guides is not None:
                embedded = embedded + self.guides(guides)[:, None]  # (B, 1, H)
            hidden: Tensor = self.base(
                inputs_embeds=embedded, attention_mask=mask.to(torch.int64)
            ).last_hidden_state
        return hidden.float()


def keep_layers(encoder: PreTrainedModel, n: int) -> None:
    """Cut an encoder off after its first `n` layers.

    Raises:
        ConfigError: It has fewer.
    """
    n_layers = int(encoder.config.num_hidden_layers)
    if not 0 < n <= n_layers:
        raise ConfigError(f"the encoder has {n_layers} layers, not {n}", "model.encoder_layers")
    # Families of encoders call their list of layers differently; its length tells it.
    for module in encoder.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.ModuleList) and len(child) == n_layers:
                setattr(module, name, child[:n])
    encoder.config.num_hidden_layers = n
