"""The process of one run: loads the flow, enters the folder where it works, lets Prefect run it.

Run as a program by the worker (`python -P -m flows.services.flow_run MODULE FOLDER`), in an empty
folder. The order matters: Prefect puts the working directory first on the path while it imports a
flow, and reads settings of its own from files there. Both are done with when the folder is entered.
"""

import os
import runpy
import sys
from contextlib import suppress
from importlib import import_module

ENGINE = "prefect.engine"


def main() -> None:
    """Run the flow whose run the environment names."""
    module, folder = sys.argv[1:]
    del sys.argv[1:]  # the engine would take them for its own
    # A flow that cannot be imported is for Prefect to report: it tries again, from where we are.
    with suppress(ImportError):
        import_module(module)
        os.chdir(folder)
    runpy.run_module(ENGINE, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
