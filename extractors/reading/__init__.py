"""Units into facts: the network over windows, its scores decoded, the facts of one document."""

from extractors.config import ExtractorConfig
from extractors.reading.decoding import Reading
from extractors.reading.extractor import TransformerExtractor
from extractors.reading.merging import Types, best_score, merge
from extractors.reading.windows import (
    askable_pairs,
    read_windows,
    relation_scores,
    token_sentences,
)

__all__ = [
    "ExtractorConfig",
    "Reading",
    "TransformerExtractor",
    "Types",
    "askable_pairs",
    "best_score",
    "merge",
    "read_windows",
    "relation_scores",
    "token_sentences",
]
