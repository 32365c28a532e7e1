"""Fine-tunes an encoder and its heads on labelled documents.

`run` is the door: a configuration in, a checkpoint out, one yielded step at a time.
"""

from extractors.training.config import CorpusConfig, ScheduleConfig, TrainConfig
from extractors.training.data import Data, read_data
from extractors.training.loop import Step, run

__all__ = ["CorpusConfig", "Data", "ScheduleConfig", "Step", "TrainConfig", "read_data", "run"]
