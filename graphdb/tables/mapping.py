"""What a table means: of what its rows are, and which of its columns say what of them.

[[tables]]
file = "staff*.csv"          # pattern of the document's path; left out: any
sheet = "Staff"              # heading above the table; left out: any
label = "Person"             # each row is one
name = "full name"           # the column that names it
key = "no"                   # the column by which other rows name it, of this and of other files
keys = "staff numbers"       # what these keys are called; left out: they are this table's own

[tables.relations]
WORKS_FOR = { column = "employer", type = "Organization" }
KNOWS = { column = "friends", type = "Person", separator = ";" }
LEADS = { column = "boss no", type = "Person", by = "key", reverse = true }

Keys of two tables are never compared unless they are of one set, a *key set*: that of the mapping
itself, or the one that several mappings name by `keys`.
"""

import json
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Link(BaseModel):
    """A column whose cells name what the thing of the row is joined with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(min_length=1)
    type: str
    """The entity type of what the cells name."""
    by: Literal["name", "key"] = "name"
    """Whether cells hold names, or the keys of rows, of this document or of others."""
    keys: str = ""
    """Of which tables' rows; empty: those of this mapping, or the only ones that there are."""
    reverse: bool = False
    """Whether the relation goes from what the cell names to the thing of the row."""
    separator: str = ""
    """What stands between several names of one cell; empty: a cell is one name."""


class TableMapping(BaseModel):
    """Which tables are meant, and what their columns say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = "*"
    sheet: str = ""
    label: str
    """The entity type of the thing that each row is of."""
    name: str = Field(min_length=1)
    key: str = ""
    keys: str = ""
    """What the set of keys is called, for mappings and columns that share it."""
    relations: dict[str, tuple[Link, ...]] = {}

    @field_validator("relations", mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        """Take one column of a relation type without the brackets of a list."""
        if not isinstance(value, dict):
            return value
        return {
            name: links if isinstance(links, list | tuple) else (links,)
            for name, links in value.items()
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        named = (self.name, self.key, *(link.column for _, link in self.links()))
        return tuple(dict.fromkeys(column for column in named if column))

    def links(self) -> Iterator[tuple[str, Link]]:
        """Yield each column that joins, with its relation type."""
        for type_, links in self.relations.items():
            yield from ((type_, link) for link in links)

    @property
    def key_set(self) -> str:
        """What tells these keys from those of other tables; empty: rows have no key."""
        if not self.key:
            return ""
        own = (self.file, self.sheet, self.label, self.name, self.key)
        return self.keys or json.dumps(own, ensure_ascii=False)

    @property
    def is_for_any(self) -> bool:
        """Whether the mapping names no file and no sheet, so that the columns alone decide."""
        return self.file == "*" and not self.sheet

    def fits(self, document_id: str, heading: str) -> bool:
        """Say whether a table that stands there is meant.

        The pattern is that of a path in the source, or of a file's name alone.
        """
        path = document_id.partition("/")[2] or document_id
        names = (path, path.rpartition("/")[2])
        fits_file = any(fnmatchcase(name, self.file) for name in names)
        return fits_file and self.sheet in ("", heading)


def key_sets_of(link: Link, mapping: TableMapping, mappings: Sequence[TableMapping]) -> list[str]:
    """Return the key sets that the cells of a column may be meant by; of a good mapping one.

    Args:
        link: A column that holds keys.
        mapping: The mapping that it belongs to.
        mappings: All mappings.
    """
    of_type = {each.key_set: each.keys for each in mappings if each.label == link.type and each.key}
    if link.keys:
        return [key_set for key_set, name in of_type.items() if name == link.keys]
    if mapping.label == link.type and mapping.key:
        return [mapping.key_set]
    return list(of_type)
