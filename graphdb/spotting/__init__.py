"""A catalogue's names in texts: where one stands, word by word, and what is meant by it there."""

from graphdb.spotting.known_names import KnownName, KnownNames
from graphdb.spotting.placing import Spotted, with_known_names
from graphdb.spotting.sightings import Sighting, Sureness

__all__ = ["KnownName", "KnownNames", "Sighting", "Spotted", "Sureness", "with_known_names"]
