"""SpERT's shape on our encoder: one sentence at a time, and a mask over its tokens for every span.

What Eberts and Ulges describe (https://arxiv.org/abs/1909.07755), for its speed alone: the layers
after the encoder are not trained, and as many spans are taken for mentions as our model finds.
"""

import time
from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from extractors.facts import Extraction
from extractors.reading.extractor import TransformerExtractor
from extractors.text.chunking import sentences

WIDTH_FEATURES = 25
NOWHERE = -1e30


class SpanMasks(nn.Module):
    """Classifies spans and pairs of them by the maximum over masked tokens."""

    def __init__(self, hidden_size: int, n_types: int, n_relations: int, max_width: int) -> None:
        super().__init__()
        self.max_width = max_width
        self.width = nn.Embedding(max_width + 1, WIDTH_FEATURES)
        self.mention = nn.Linear(2 * hidden_size + WIDTH_FEATURES, 1 + n_types)
        self.relation = nn.Linear(3 * hidden_size + 2 * WIDTH_FEATURES, n_relations)

    def spans(self, n_tokens: int) -> tuple[Tensor, Tensor]:
        """Return the `(S, 2)` bounds of all spans up to a width, and their `(S, T)` masks."""
        starts = torch.arange(n_tokens).repeat_interleave(self.max_width)
        ends = starts + torch.arange(1, self.max_width + 1).repeat(n_tokens)
        bounds = torch.stack([starts, ends], 1)[ends <= n_tokens]
        return bounds, masks(bounds, n_tokens)

    def forward(self, hidden: Tensor, n_mentions: int) -> tuple[Tensor, Tensor]:
        """Return mention scores `(S, 1 + E)` and relation scores `(P, R)` of `(T, H)` tokens."""
        bounds, inside = self.spans(len(hidden))
        widths = self.width(bounds[:, 1] - bounds[:, 0])
        spans = masked_maximum(hidden, inside)  # (S, H)
        sentence = hidden[:1].expand(len(spans), -1)
        scores = self.mention(torch.cat([sentence, spans, widths], 1))
        found = scores[:, 1:].amax(1).topk(min(n_mentions, len(scores))).indices.sort().values
        pairs = torch.cartesian_prod(found, found).view(-1, 2)
        left, right = pairs[pairs[:, 0] != pairs[:, 1]].unbind(1)
        between = torch.stack(
            [
                torch.minimum(bounds[left, 1], bounds[right, 1]),
                torch.maximum(bounds[left, 0], bounds[right, 0]),
            ],
            1,
        )
        context = masked_maximum(hidden, masks(between, len(hidden)))  # (P, H)
        features = [context, spans[left], spans[right], widths[left], widths[right]]
        return scores, self.relation(torch.cat(features, 1))


def masks(bounds: Tensor, n_tokens: int) -> Tensor:
    """Return the tokens of `(S, 2)` bounds as `(S, T)` bool."""
    token = torch.arange(n_tokens)
    return (token >= bounds[:, :1]) & (token < bounds[:, 1:])


def masked_maximum(hidden: Tensor, inside: Tensor) -> Tensor:
    """Return the maximum of `(T, H)` over each of `(S, T)` masks, zeros where one is empty."""
    maxima = torch.where(inside[:, :, None], hidden, NOWHERE).amax(1)  # by way of (S, T, H)
    return maxima.masked_fill(~inside.any(1)[:, None], 0)


def seconds(extractor: TransformerExtractor, found: Sequence[Extraction]) -> float:
    """Return how long SpERT's shape takes to read the documents of what we extracted."""
    config = extractor.model.config
    heads = SpanMasks(
        extractor.model.encoder.hidden_size,
        len(config.entity_types),
        len(config.relation_types),
        config.max_width,
    ).to(extractor.device)
    started = time.perf_counter()
    with torch.inference_mode():
        for extraction in found:
            starts = [m.span.start for entity in extraction.entities for m in entity.mentions]
            spans = list(sentences(extraction.document.text))
            counts = Counter(
                next(n for n, span in enumerate(spans) if start < span.end) for start in starts
            )
            for n, span in enumerate(spans):
                text = extraction.document.text[span.start : span.end]
                encoded = extractor.encoder.tokenizer(
                    text, truncation=True, max_length=config.window_tokens, return_tensors="pt"
                ).to(extractor.device)
                token_ids = encoded["input_ids"]
                shapes = torch.zeros_like(token_ids)
                hidden = extractor.model.encoder(
                    token_ids, shapes, shapes, encoded["attention_mask"]
                )
                scores, relations = heads(hidden[0], counts[n])
                scores.argmax(1).cpu(), relations.sigmoid().cpu()
    return time.perf_counter() - started
