"""What to label next: which documents, and the same pre-annotated for Label Studio and brat.

picked = suggest(extractions, 20)
write_tasks([each.extraction for each in picked], Path("to-label"), entity_types, relation_types)
"""

from extractors.labelling.choosing import DOUBTFUL, Suggestion, suggest, uncertainty
from extractors.labelling.judged import Labelled
from extractors.labelling.preannotating import kept, write_tasks

__all__ = ["DOUBTFUL", "Labelled", "Suggestion", "kept", "suggest", "uncertainty", "write_tasks"]
