"""Places of documents beside this machine's folders, each reached by a library of its own."""

from flows.sources.remote.addresses import (
    PLACE_KINDS,
    PlaceKind,
    checked_address,
    is_address,
    kind_of,
    name_for,
)
from flows.sources.remote.credentials import Credentials, give_credentials, read_blocks_with
from flows.sources.remote.remote import Remote, hang_up

__all__ = [
    "PLACE_KINDS",
    "Credentials",
    "PlaceKind",
    "Remote",
    "checked_address",
    "give_credentials",
    "hang_up",
    "is_address",
    "kind_of",
    "name_for",
    "read_blocks_with",
]
