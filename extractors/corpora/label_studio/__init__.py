r"""Label Studio JSON: tasks to import with a model's predictions, and the export with annotations.

    [{"id": 7, "data": {"text": "Ada works for Acme."},
      "annotations": [{"completed_by": 1, "was_cancelled": false, "result": [
        {"id": "a", "type": "labels", "from_name": "label", "to_name": "text",
         "value": {"start": 0, "end": 3, "text": "Ada", "labels": ["Person"]}},
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right",
         "labels": ["WORKS_FOR"]}]}]}]

Offsets are UTF-16 code units, as JavaScript counts; some tools write code points instead, and where
only those fit what a region quotes they are taken and noted. Every region is an entity of its own;
with `entities="clusters"` those that `Equiv` relations join are one, as in brat.

The export JSON-MIN is read as well: one annotation a record, its regions beside the text in a field
with the name of their control; it has no relations. Regions of another field than the text (their
`to_name` is another one's) are noted and left out.

A task without an annotation that somebody submitted is not labelled and is left out. Of several
annotations the one marked as ground truth is read, or else the last; where the others say something
different that is noted. What has lost its other half in labelling (a relation whose region was
deleted, one without a label, a region without a label) is noted and left out.
"""

from extractors.corpora.label_studio.reading import read
from extractors.corpora.label_studio.writing import labelling_config, write

__all__ = ["labelling_config", "read", "write"]
