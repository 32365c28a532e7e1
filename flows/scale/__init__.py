"""Reading on several machines: Ray has the documents read, everything else stays where it is."""

from flows.scale.extractor import RayExtractor
from flows.scale.opening import opened_readers

__all__ = ["RayExtractor", "opened_readers"]
