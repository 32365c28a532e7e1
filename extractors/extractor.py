"""The extractor under the name that scripts written for version 0.1 import it by."""

from extractors.config import ExtractorConfig
from extractors.reading import TransformerExtractor

__all__ = ["ExtractorConfig", "TransformerExtractor"]
