"""The process of one run: loads the flow, enters the folder where it works, lets Prefect run it.

Run as a program by the worker (`python -P -m flows.services.flow_run MODULE FOLDER`), in an empty
folder. The order matters: Prefect puts the working directory first on the path while it imports a
flow, and reads settings of its own from files there. Both are done with when the folder is entered.
"""

import logging
import os
import runpy
import sys
from contextlib import suppress
from importlib import import_module

ENGINE = "prefect.engine"
SPEAKERS = ("prefect.flow_runs", "prefect.engine")
"""Loggers that say how a run has ended."""


def main() -> None:
    """Run the flow whose run the environment names."""
    module, folder = sys.argv[1:]
    del sys.argv[1:]  # the engine would take them for its own
    # A flow that cannot be imported is for Prefect to report: it tries again, from where we are.
    with suppress(ImportError):
        import_module(module)
        os.chdir(folder)
        _leave_out_told_ends()
        _keep_password_secret()
    runpy.run_module(ENGINE, run_name="__main__", alter_sys=True)


def _leave_out_told_ends() -> None:
    """Have a run that ends as its flow says be explained by its state alone.

    For Prefect a flow that returns Cancelled or Failed raises these: it logs their traceback, which
    leads through Prefect's own code, beside the sentence that says what happened.
    """
    from prefect.exceptions import CancelledRun, FailedRun

    def is_news(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, (CancelledRun, FailedRun))

    for speaker in SPEAKERS:
        logging.getLogger(speaker).addFilter(is_news)


def _keep_password_secret() -> None:
    """Have what opens Prefect stand in no line of JSON."""
    from prefect.settings import get_current_settings

    from flows.telemetry import keep_secret

    word = get_current_settings().api.auth_string
    keep_secret(*(word.get_secret_value().split(":") if word else ()))


if __name__ == "__main__":
    main()
