"""Which columns of a CoNLL file hold the tokens and the tags, told from its rows.

EU      NNP  B-NP  B-ORG           the tag is last (CoNLL-2003, and what most tools write)
3       Bayern  B-ORG  B-LOC       rows are numbered, tags are on two levels (GermEval 2014)
1       Ada  PROPN  …  NER=B-PER   the tag is a feature of the last column (CoNLL-U)
1       Ada  B-PER  -  mary        who annotated stands behind the tag (Universal NER)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from extractors.errors import CorpusError

TAG = re.compile(r"O|[BIESLU]-.+")
_NUMBER = re.compile(r"\d+(?:[-.]\d+)?")
_FEATURE = re.compile(r"(?:^|(?<=\|))(NER|NE|ner|ne)=([^|]*)")
_ROWS = 2000
"""Rows that are looked at: a header or an odd line more or less decides nothing."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where tokens and tags stand; columns are counted from 0, the last one is -1."""

    token: int = 0
    tags: tuple[int, ...] = (-1,)
    """One column for each level of tags, the outermost first."""
    numbered: bool = False
    """Whether rows begin with their number in the sentence, so that `#` begins a comment."""
    feature: str = ""
    """Name of the feature in the tag's column that holds the tag; empty: the column is the tag."""

    @property
    def n_columns(self) -> int:
        """The fewest columns that a row has."""
        return max(self.token, *self.tags, 1) + 1

    def tag(self, columns: Sequence[str], level: int) -> str:
        """Return the tag of a row."""
        column = columns[self.tags[level]]
        if not self.feature:
            return column
        found = _FEATURE.search(column)
        return found[2] if found else "O"

    def tagged(self, columns: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
        """Return a row with other tags, one for each level."""
        row = list(columns)
        for index, tag in zip(self.tags, tags, strict=True):
            row[index] = self._feature_tagged(row[index], tag) if self.feature else tag
        return tuple(row)

    def _feature_tagged(self, column: str, tag: str) -> str:
        kept = [each for each in column.split("|") if each != "_" and not _FEATURE.match(each)]
        if tag != "O":
            kept.append(f"{self.feature}={tag}")
        return "|".join(kept) or "_"


def is_comment(line: str, *, starts_sentence: bool) -> bool:
    """Say whether a line of a file without numbers is a comment: `#` may be a token there."""
    return line.startswith("#") and starts_sentence and not TAG.fullmatch(line.split()[-1])


def split(line: str) -> tuple[tuple[str, ...], str]:
    """Return the columns of a row and what stands between them."""
    separator = "\t" if "\t" in line else " "
    return tuple(column for column in line.split(separator) if column), separator


def find_layout(path: Path, sentences: Sequence[Sequence[tuple[str, ...]]]) -> Layout:
    """Return where tokens and tags stand, told from the first sentences of a file.

    Raises:
        CorpusError: No column holds tags, or it cannot be told which one.
    """
    rows = list(islice((row for sentence in sentences for row in sentence), _ROWS))
    n = min((len(row) for row in rows), default=0)
    if n < 2:
        return Layout()
    numbered = n > 2 and all(_is_numbered(sentence) for sentence in sentences if sentence)
    token = 1 if numbered else 0
    if features := {found[1] for row in rows if (found := _FEATURE.search(row[-1]))}:
        return Layout(token, numbered=numbered, feature=min(features))
    # Half of them: a few tags of an unknown kind are errors of their rows, not another column.
    tagged = [
        column
        for column in range(token + 1, n)
        if 2 * sum(TAG.fullmatch(row[column]) is not None for row in rows) >= len(rows)
    ]
    if numbered and tagged == [2, 3]:
        return Layout(token, tags=(2, 3), numbered=True)
    if n - 1 in tagged:
        return Layout(token, numbered=numbered)
    if len(tagged) == 1:
        return Layout(token, tags=(tagged[0],), numbered=numbered)
    if tagged:
        columns = ", ".join(str(column + 1) for column in tagged)
        raise CorpusError(path, "", f"columns {columns} all hold tags: name one as tag_column")
    raise CorpusError(
        path, "", "no column holds tags such as O and B-Person: name it as tag_column, if there is"
    )


def _is_numbered(sentence: Sequence[tuple[str, ...]]) -> bool:
    first = sentence[0][0]
    return first.partition("-")[0] in ("1", "0") and all(
        _NUMBER.fullmatch(row[0]) for row in sentence
    )
