"""Where documents come from: what a source holds tonight, and the text of one document."""

from flows.sources.asked import (
    EVERY_SOURCE,
    asked_in_form,
    asked_source,
    asked_sources,
    check_any,
    every_night_too,
    source_at,
)
from flows.sources.converting import Converter, shared_converter
from flows.sources.folder import Folder, check_folder
from flows.sources.formats import (
    FORMATS,
    format_of,
    known_encoding,
    unread_format,
)
from flows.sources.found import Listing, place_of
from flows.sources.inventory import Inventory, ListedDocuments
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.listing import (
    checked_name,
    list_file,
    list_folder,
    list_path,
    list_source,
    read_document,
    source_name,
)
from flows.sources.remote import (
    PLACE_KINDS,
    Credentials,
    Remote,
    checked_address,
    give_credentials,
    is_address,
    name_for,
    read_blocks_with,
)
from flows.sources.sandbox import Limits, probe
from flows.sources.seen import Seen
from flows.sources.values import Gap, SetAside, Source

__all__ = [
    "EVERY_SOURCE",
    "FORMATS",
    "PLACE_KINDS",
    "AnySource",
    "Converter",
    "Credentials",
    "Folder",
    "Gap",
    "Inventory",
    "Limits",
    "ListedDocument",
    "ListedDocuments",
    "Listing",
    "Remote",
    "Seen",
    "SetAside",
    "Source",
    "asked_in_form",
    "asked_source",
    "asked_sources",
    "check_any",
    "check_folder",
    "checked_address",
    "checked_name",
    "every_night_too",
    "format_of",
    "give_credentials",
    "is_address",
    "known_encoding",
    "list_file",
    "list_folder",
    "list_path",
    "list_source",
    "name_for",
    "place_of",
    "probe",
    "read_blocks_with",
    "read_document",
    "shared_converter",
    "source_at",
    "source_name",
    "unread_format",
]
