"""Files of labelled documents, written as tools export them."""

import json

import pytest


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path; what is no text becomes JSON."""

    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write


@pytest.fixture
def lines(write):
    """Write records as JSON lines."""

    def lines(name, *records):
        return write(name, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))

    return lines
