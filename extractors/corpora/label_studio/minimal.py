"""The export JSON-MIN as a task: its fields are the data, its lists of regions the annotation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from extractors.corpora.files import Record

_ABOUT = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")


def as_task(record: Record) -> Record:
    """Return a record of JSON-MIN as the task it is of; a task as it is."""
    data = record.data
    if "data" in data:
        return record
    regions = dict(_region_fields(data))
    result = [
        {"id": f"{name}-{number}", "type": "labels", "from_name": name, "value": region}
        for name, field in regions.items()
        for number, region in enumerate(field)
    ]
    about = {name: data[name] for name in _ABOUT if name in data}
    annotation = {"completed_by": data.get("annotator"), "result": result, **about}
    others = {name: value for name, value in data.items() if name not in {*_ABOUT, *regions}}
    return replace(record, data={"data": others, "annotations": [annotation]})


def _region_fields(data: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the fields that are lists of regions, by the name of their control."""
    for name, value in data.items():
        if isinstance(value, list) and value and all(_is_region(item) for item in value):
            yield name, value


def _is_region(item: object) -> bool:
    return isinstance(item, dict) and {"start", "end"} <= item.keys()
