"""Read and write the files of corpora: records with their place, errors that name it.

JSON lists are read record by record, so that a file larger than memory can be read.
"""

import bz2
import gzip
import json
import lzma
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, TextIO, TypeVar

from extractors.errors import CorpusError

T = TypeVar("T")

_PACKED: dict[str, tuple[bytes, Any]] = {
    ".gz": (b"\x1f\x8b", gzip.open),
    ".bz2": (b"BZh", bz2.open),
    ".xz": (b"\xfd7zXZ\0", lzma.open),
}
"""By the end of a name: how a packed file begins, and what opens it."""

_BLOCK = 1 << 20
_SPACE = re.compile(r"[ \t\r\n]*")
_NEXT_OBJECT = re.compile(r"\n\s*\{")
_NEXT_LIST = re.compile(r"\n\s*\[")


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of a file, or one list, and where it stands."""

    number: int
    line: int
    data: Any

    @property
    def where(self) -> str:
        """Its place in words."""
        return f"record {self.number} (line {self.line})"


def json_records(path: Path) -> Iterator[Record | CorpusError]:
    """Yield the records of a JSON list, or of JSON lines, in order; of a broken line its error.

    Raises:
        CorpusError: The file is not UTF-8, or its list is broken, so that nobody knows where the
            next record begins.
    """
    reader = _JsonReader(path)
    with opened(path) as file:
        yield from reader.records(file)


def read_records(path: Path, document: Callable[[Record], T]) -> Iterator[T | CorpusError]:
    """Yield what `document` makes of each object of a file; of one that is wrong its error.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    return read_each_record(path, lambda record: [document(record)])


def read_each_record(
    path: Path, documents: Callable[[Record], Iterable[T]], *, lists: bool = False
) -> Iterator[T | CorpusError]:
    """Yield all that `documents` makes of each record; of one that is wrong its error.

    Args:
        path: The file.
        documents: What to make of a record.
        lists: Whether a record may be a list, too.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    for record in json_records(path):
        if isinstance(record, CorpusError):
            yield record
        elif not isinstance(record.data, dict) and not lists:
            reason = f"record {record.number} is not an object"
            yield CorpusError(path, f"line {record.line}", reason)
        else:
            try:
                with at(path, record.where):
                    made = list(documents(record))
            except CorpusError as error:
                yield error
            else:
                yield from made


def first_record(path: Path) -> Any:
    """Return the first record of a JSON file that is whole, or None if it is empty.

    Raises:
        CorpusError: No record is whole.
    """
    first_error: CorpusError | None = None
    for record in json_records(path):
        if isinstance(record, Record):
            return record.data
        first_error = first_error or record
    if first_error:
        raise first_error
    return None


def suffix_of(path: Path) -> str:
    """Return the end of a file's name in lower case, without that of its packing."""
    inner = path.with_suffix("") if path.suffix.lower() in _PACKED else path
    return inner.suffix.lower()


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """Open a UTF-8 file, line ends as they are, a byte order mark left out.

    A file that is packed by gzip, bzip2 or xz is unpacked piece by piece while it is read, whatever
    its name.

    Raises:
        CorpusError: The file cannot be read, or turns out not to be UTF-8, or not packed whole.
    """
    try:
        with _unpacking(path) as unpacked, TextIOWrapper(unpacked, "utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise CorpusError(path, "", f"not UTF-8 at byte {error.start} of a block") from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        # What is wrong with a file has a number; what is wrong inside one that is packed has none.
        damage = f"it is packed, and damaged or cut off: {error}"
        raise CorpusError(path, "", getattr(error, "strerror", None) or damage) from error


def _unpacking(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        beginning = file.read(8)
    for magic, unpack in _PACKED.values():
        if beginning.startswith(magic):
            unpacked: IO[bytes] = unpack(path, "rb")
            return unpacked
    return path.open("rb")


@contextmanager
def at(path: Path, where: str) -> Iterator[None]:
    """Say which record of which file contradicts itself.

    Raises:
        CorpusError: A field is missing or wrong.
    """
    try:
        yield
    except KeyError as error:
        raise CorpusError(path, where, f"there is no {error}") from error
    except IndexError as error:
        raise CorpusError(path, where, f"something is named that is not there: {error}") from error
    except (TypeError, AttributeError) as error:
        raise CorpusError(path, where, f"a value is of the wrong kind: {error}") from error
    except ValueError as error:
        raise CorpusError(path, where, str(error)) from error


def whole_number(value: object) -> int:
    """Return a position or an index of a record; JSON's `true` is none, though Python adds it up.

    Raises:
        ValueError: The value is no whole number.
    """
    if type(value) is not int:
        raise ValueError(f"a position is a whole number, not {json.dumps(value, default=str)}")
    return value


def write_text(path: Path, pieces: Iterable[str]) -> None:
    """Write a file piece by piece; it appears under its name when it is whole.

    It is packed if its name ends in `.gz`, `.bz2` or `.xz`.

    Raises:
        CorpusError: The text cannot be written as UTF-8, or the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        _, pack = _PACKED.get(path.suffix.lower(), (b"", open))
        with pack(unfinished, "wb") as packed, TextIOWrapper(packed, "utf-8", newline="") as file:
            file.writelines(pieces)
        unfinished.replace(path)
    except UnicodeEncodeError as error:
        what = f"U+{ord(error.object[error.start]):04X} cannot be written as UTF-8"
        raise CorpusError(path, "", what) from error
    finally:
        unfinished.unlink(missing_ok=True)


def write_json_list(path: Path, records: Iterable[Any]) -> None:
    """Write a JSON list, one record a line."""
    write_text(path, _list_pieces(records))


def write_json_lines(path: Path, records: Iterable[Any]) -> None:
    """Write JSON lines."""
    write_text(path, (f"{as_json(record)}\n" for record in records))


def as_json(record: Any) -> str:
    """Return a record as one line of JSON, readable unless it holds what UTF-8 cannot."""
    line = json.dumps(record, ensure_ascii=False)
    # A lone surrogate is legal in JSON as \ud800 and nowhere in UTF-8.
    return line if _is_utf8(line) else json.dumps(record)


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _list_pieces(records: Iterable[Any]) -> Iterator[str]:
    yield "["
    separator = "\n"
    for record in records:
        yield separator + as_json(record)
        separator = ",\n"
    yield "\n]\n"


class _JsonReader:
    """Decodes one object at a time out of a buffer that grows until the object is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._position = 0
        self._line = 1
        self._ended = False

    def records(self, file: TextIO) -> Iterator[Record | CorpusError]:
        are_pairs = self._next_char(file) == "[" and self._begins_with_pair()
        in_list = self._next_char(file) == "[" and not are_pairs
        if in_list:
            self._advance(self._position + 1)
        number = 0
        while char := self._next_char(file):
            if in_list and char == "]":
                self._advance(self._position + 1)
                if self._next_char(file):
                    raise self._error("there is more after the end of the list")
                return
            try:
                record: Record | CorpusError = self._record(file, number)
            except CorpusError as error:
                # Only between lines is it known where the next record begins.
                if in_list:
                    raise
                record = error
                self._skip_to(_NEXT_LIST if are_pairs else _NEXT_OBJECT)
            yield record
            number += 1
            if in_list and self._next_char(file) not in (",", "]"):
                raise self._error("a comma or the end of the list is missing")
            if in_list and self._text[self._position] == ",":
                self._advance(self._position + 1)
        if in_list:
            raise self._error("the list has no end")

    def _begins_with_pair(self) -> bool:
        """Say whether the first line is a text with what is said of it: then each line is one."""
        try:
            first = json.loads(self._text[self._position :].partition("\n")[0])
        except (ValueError, RecursionError):
            return False
        return len(first) == 2 and isinstance(first[0], str) and isinstance(first[1], dict)

    def _record(self, file: TextIO, number: int) -> Record:
        line = self._line
        while True:
            try:
                data, end = self._decoder.raw_decode(self._text, self._position)
            except json.JSONDecodeError as error:
                # Half an object is no JSON either: it is wrong only at the end of the file.
                distance = error.pos - self._position
                if self._read(file):
                    continue
                position = min(self._position + distance, len(self._text))
                raise self._error(f"not JSON: {error.msg}", position) from error
            except RecursionError as error:
                raise self._error("nested too deeply") from error
            break
        self._advance(end)
        return Record(number, line, data)

    def _skip_to(self, beginning: re.Pattern[str]) -> None:
        """Step over the rest of a line that is no JSON, to the next that begins a record."""
        following = beginning.search(self._text, self._position)
        self._advance(following.start() + 1 if following else len(self._text))

    def _next_char(self, file: TextIO) -> str:
        """Step over white space; return the next character, or nothing at the end."""
        while True:
            self._advance(_SPACE.match(self._text, self._position).end())  # type: ignore[union-attr]
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._read(file):
                return ""

    def _read(self, file: TextIO) -> bool:
        """Append to what is not decoded yet, doubling it; say whether there was more."""
        # Doubling keeps the work in proportion to the file: a record is tried log n times.
        rest = self._text[self._position :]
        block = file.read(max(_BLOCK, len(rest)))
        self._text, self._position = rest + block, 0
        return bool(block)

    def _advance(self, position: int) -> None:
        self._line += self._text.count("\n", self._position, position)
        self._position = position

    def _error(self, reason: str, position: int | None = None) -> CorpusError:
        """Return an error that names the line of a position, or that of the next character."""
        line = self._line
        if position is not None:
            line += self._text.count("\n", self._position, position)
        return CorpusError(self._path, f"line {line}", reason)
