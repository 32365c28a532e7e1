"""Tables of documents as facts: which columns mean what, and what the rows say."""

from graphdb.tables.facts import with_tables
from graphdb.tables.mapping import Link, TableMapping
from graphdb.tables.rows import Cell, Table, row_places, tables_of

__all__ = ["Cell", "Link", "Table", "TableMapping", "row_places", "tables_of", "with_tables"]
