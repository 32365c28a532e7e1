"""Keeps transformers from drawing and remarking where a night has its own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from transformers.utils import logging


@contextmanager
def no_progress_bar() -> Iterator[None]:
    """Draw no bar for weights that load in a tenth of a second: the night has its own progress."""
    was_drawn = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if was_drawn:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def no_remarks() -> Iterator[None]:
    """Keep transformers from printing tables of layers that are new, or not used, on purpose."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
