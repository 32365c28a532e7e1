"""Where documents come from: what a source holds tonight, and the bytes of one document."""

from flows.sources.folder import (
    SUFFIXES,
    TEXT_SUFFIXES,
    ListedDocument,
    Listing,
    SetAside,
    check_folder,
    list_folder,
    list_path,
    read_document,
    source_name,
)

__all__ = [
    "SUFFIXES",
    "TEXT_SUFFIXES",
    "ListedDocument",
    "Listing",
    "SetAside",
    "check_folder",
    "list_folder",
    "list_path",
    "read_document",
    "source_name",
]
