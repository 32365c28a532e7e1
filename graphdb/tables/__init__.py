"""Tables of documents as facts: which columns mean what, and what the rows say."""

from graphdb.tables.facts import TablesRead, read_tables, with_tables
from graphdb.tables.keys import RowElsewhere, RowsElsewhere, candidate_rows, no_rows, row_meant
from graphdb.tables.mapping import Link, TableMapping, key_sets_of
from graphdb.tables.rows import Cell, Table, row_places, tables_of, unescaped

__all__ = [
    "Cell",
    "Link",
    "RowElsewhere",
    "RowsElsewhere",
    "Table",
    "TableMapping",
    "TablesRead",
    "candidate_rows",
    "key_sets_of",
    "no_rows",
    "read_tables",
    "row_meant",
    "row_places",
    "tables_of",
    "unescaped",
    "with_tables",
]
