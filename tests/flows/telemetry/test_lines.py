"""A log line as JSON: where the work was, no secret, no text of a document."""

import json
import logging
import sys
import warnings

import pytest

from flows.telemetry import JsonLines, keep_secret, working

TEXT = "Ada was born in Ghent"


@pytest.fixture
def lines(tmp_path):
    """What loggers say while the test runs."""
    said: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    handler = Kept()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in said]
    root.removeHandler(handler)


def test_line_says_when_where_and_what(lines):
    with working(run="r1", source="notes"), working(step="extract", document="notes/a.txt"):
        logging.getLogger("flows.night").warning("entry %s is damaged", "x")
    logging.getLogger("flows.night").warning("all is done")

    first, second = lines()
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "WARNING",
        "message": "entry x is damaged",
        "logger": "flows.night",
        "run": "r1",
        "source": "notes",
        "step": "extract",
        "document": "notes/a.txt",
    }
    assert set(second) == {"time", "level", "message", "logger"}


def test_document_of_the_line_goes_before_that_of_the_place(lines):
    with working(document="notes/a.txt"):
        logging.getLogger("graphdb").warning("aside", extra={"document": "notes/b.txt"})

    (line,) = lines()
    assert line["document"] == "notes/b.txt"


def raised(logger: str) -> None:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        logging.getLogger(logger).exception("document %s failed: %s", "notes/a.txt", error)


def test_error_of_a_library_is_its_class_and_its_place(lines):
    """Whatever fails over a document may quote it."""
    raised("flows.night")

    (line,) = lines()
    assert line["message"] == "document notes/a.txt failed: ValueError"
    assert line["error"] == "ValueError"
    assert line["at"][-1].endswith(" raised")
    assert TEXT not in json.dumps(line)


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("discarding %s", (TEXT,)),
        (f"discarding element: {TEXT}", ()),
        (f"Finished in state Failed('{TEXT}')", ()),
        (TEXT.join("{}"), ()),
    ],
)
def test_line_of_a_library_ends_where_a_value_may_begin(lines, sentence, values):
    logging.getLogger("some.library").warning(sentence, *values)

    (line,) = lines()
    assert line["message"] in ("discarding", "discarding element", "Finished in state Failed",
                               "some.library")  # fmt: skip
    assert TEXT not in json.dumps(line)


def test_warning_of_python_is_named_and_not_quoted(lines):
    said = warnings.formatwarning(TEXT, UserWarning, "/lib/parser.py", 7, f'parse("{TEXT}")')
    logging.getLogger("py.warnings").warning("%s", said)

    (line,) = lines()
    assert line["message"] == "/lib/parser.py:7: UserWarning"


def test_secrets_and_logins_are_left_out(lines):
    keep_secret("hunter-22", "ab")
    logging.getLogger("flows").warning("%s at s3://me:word@host/x by hunter-22, about", "read")

    (line,) = lines()
    assert line["message"] == "read at s3://…@host/x by …, about"


def test_what_a_terminal_would_obey_is_escaped_and_begins_no_line():
    line = JsonLines().format(
        logging.makeLogRecord({"name": "flows", "msg": "a\n\x1b[2J\u202eb", "levelname": "INFO"})
    )

    assert json.loads(line)["message"] == "a\n\x1b[2J\u202eb"
    assert line.isprintable()


def test_error_without_a_message_of_its_own_is_a_line_too():
    try:
        raise KeyError(TEXT)
    except KeyError:
        record = logging.makeLogRecord({"name": "flows", "msg": "x", "exc_info": sys.exc_info()})

    assert json.loads(JsonLines().format(record))["error"] == "KeyError"
