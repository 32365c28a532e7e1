"""A catalogue of one's own is a table: of text, or Parquet."""

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from flows.catalogue import read_catalogue
from flows.errors import SettingsError
from graphdb import Ontology

ONTOLOGY = Ontology.model_validate({"entities": {"Organization": {"identity": "resolved"}}})
ROWS = [
    ("id", "type", "name", "name_de"),
    ("Q37156", "Organization", "IBM|Big Blue", "IBM Deutschland"),
    ("Q312", "Organization", "Apple", ""),
]


def written(path):
    """Write the table as the suffix says."""
    if path.suffix == ".parquet":
        names, *rows = ROWS
        columns = [Array(list(column), DataType.string()) for column in zip(*rows, strict=True)]
        write_parquet(Table.from_pydict(dict(zip(names, columns, strict=True))), str(path))
    else:
        mark = "\t" if path.suffix == ".tsv" else ","
        path.write_text("".join(f"{mark.join(row)}\n" for row in ROWS))
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_any_name_of_a_row_leads_to_its_id(tmp_path, suffix):
    catalogue = read_catalogue(written(tmp_path / f"things{suffix}"), ONTOLOGY)

    for name in ("IBM", "big blue", "IBM Deutschland"):
        assert catalogue("Organization", name) == {"catalogue:Q37156"}
    assert catalogue("Organization", "Apple") == {"catalogue:Q312"}
    assert catalogue("Organization", "Pear") == frozenset()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe no table", None])
def test_what_is_no_table_is_named(tmp_path, suffix, content):
    path = tmp_path / f"things{suffix}"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SettingsError, match=f"the catalogue .*things{suffix}"):
        read_catalogue(path, ONTOLOGY)


def test_row_that_cannot_be_is_named(tmp_path):
    path = tmp_path / "things.csv"
    path.write_text("id,type,name\nQ1,Organization,Acme\nQ2,Planet,Mars\n")

    with pytest.raises(SettingsError, match="line 3: is of type Planet"):
        read_catalogue(path, ONTOLOGY)
