"""Fine-tunes an encoder and its heads on labelled documents.

`run` is the door: a configuration in, a checkpoint out, one yielded step at a time.
"""

from extractors.training.config import CorpusConfig, TrainConfig
from extractors.training.data import Data, read_data, with_files, with_types
from extractors.training.distributed import is_shared
from extractors.training.loop import run
from extractors.training.optimization import ScheduleConfig
from extractors.training.stepping import TrainingStep
from extractors.training.tuning import TuningTrial, trials_of, tune

__all__ = [
    "CorpusConfig",
    "Data",
    "ScheduleConfig",
    "TrainConfig",
    "TrainingStep",
    "TuningTrial",
    "is_shared",
    "read_data",
    "run",
    "trials_of",
    "tune",
    "with_files",
    "with_types",
]
