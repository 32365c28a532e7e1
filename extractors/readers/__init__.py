"""Readers that others wrote: found by name, made, and everything they give checked."""

from extractors.readers.draft import Draft, DraftEntity
from extractors.readers.finding import find_reader
from extractors.readers.plugged import PluggedReader
from extractors.readers.protocol import EntityLabel, Reader, ReaderSetup, RelationLabel

__all__ = [
    "Draft",
    "DraftEntity",
    "EntityLabel",
    "PluggedReader",
    "Reader",
    "ReaderSetup",
    "RelationLabel",
    "find_reader",
]
