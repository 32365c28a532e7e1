"""`python -m flows.page FOLDER`: the page with the settings of a folder, as `nightloom up` does."""

import os
import sys

from flows.console import print_error, set_up_logging
from flows.errors import FlowError
from flows.page import serve
from flows.settings import load_settings
from graphdb.errors import GraphError


def main() -> None:
    """Serve until asked to end."""
    os.chdir(sys.argv[1])
    try:
        settings = load_settings()
        set_up_logging(settings.log_level, settings.log_format)
        serve(settings)
    except (FlowError, GraphError) as error:
        print_error(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
