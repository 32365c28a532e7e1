"""Where documents come from: what a source holds tonight, and the text of one document."""

from flows.sources.asked import asked_source, asked_sources, check_any, every_night_too
from flows.sources.converting import Converter, shared_converter
from flows.sources.folder import Folder, check_folder
from flows.sources.formats import (
    FORMATS,
    TEXT_SUFFIXES,
    known_encoding,
    unread_format,
)
from flows.sources.listed import ListedDocument, Listing, place_of
from flows.sources.listing import (
    list_file,
    list_folder,
    list_path,
    list_source,
    read_document,
    source_name,
)
from flows.sources.sandbox import Limits, probe
from flows.sources.values import Gap, SetAside, Source

__all__ = [
    "FORMATS",
    "TEXT_SUFFIXES",
    "Converter",
    "Folder",
    "Gap",
    "Limits",
    "ListedDocument",
    "Listing",
    "SetAside",
    "Source",
    "asked_source",
    "asked_sources",
    "check_any",
    "check_folder",
    "every_night_too",
    "known_encoding",
    "list_file",
    "list_folder",
    "list_path",
    "list_source",
    "place_of",
    "probe",
    "read_document",
    "shared_converter",
    "source_name",
    "unread_format",
]
