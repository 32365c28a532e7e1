"""The Prefect server, its worker and the page as programs, and what makes Prefect ours."""

import json
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

from flows.prefect_home import api_url, own_url, password_file, prefect_folder
from flows.services.password import password
from flows.services.processes import Program
from flows.settings import Settings, environment_name, inherited_environment
from flows.tools import make_private

WORK_POOL = "nightloom"
DEPLOYMENT = "nightly/nightly"
DAY_S = 86_400
JSON_LOGGING = Path(__file__).with_name("logging.yml")
"""Has Prefect's processes log as JSON."""


def prefect_environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which Prefect is ours: its own home, closed to everybody else.

    The password is made where there is none yet.
    """
    folder = prefect_folder(settings)
    word = password(password_file(settings))
    lines = {"PREFECT_LOGGING_SETTINGS_PATH": str(JSON_LOGGING)}
    return (
        inherited_environment()
        | (lines if settings.log_format == "json" else {})
        | _closed(settings, folder, word)
    )


def _closed(settings: Settings, folder: Path, word: str) -> dict[str, str]:
    return {
        # The working directory may hold a `flows` or a `queue.py` of the person's.
        "PYTHONSAFEPATH": "1",
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": api_url(settings),
        "PREFECT_SERVER_API_HOST": settings.listen,
        "PREFECT_SERVER_API_PORT": str(settings.prefect.port),
        # Nobody is answered who does not know this word; `flows.services.server` sees to the rest.
        "PREFECT_SERVER_API_AUTH_STRING": word,
        "PREFECT_API_AUTH_STRING": word,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": own_url(settings),
        # Its pages ask the server by the name under which they were opened, and so no other origin.
        "PREFECT_UI_API_URL": "/api",
        "PREFECT_UI_STATIC_DIRECTORY": str(folder / "pages"),
        # Nothing leaves this machine.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_V2_ENABLED": "true",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Runs are kept as long as what they changed; without this, for ever.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(settings.history_days * DAY_S),
    }


def prefect_server(settings: Settings) -> Program:
    """The Prefect server: API, scheduler and UI."""
    program = _program(settings, "Prefect server", "flows.services.server")
    setting = environment_name("prefect.port")
    return replace(program, port=settings.prefect.port, port_setting=setting)


def worker(settings: Settings) -> Program:
    """The worker that starts the runs of the deployment, each as a process."""
    pool = ("--pool", WORK_POOL, "--type", "process")
    return _program(settings, "Prefect worker", "prefect", "worker", "start", *pool)


def page(settings: Settings) -> Program:
    """The page on which people ask the graph; it reads the settings of this folder."""
    program = _program(settings, "page", "flows.page", str(Path.cwd()))
    setting = environment_name("page.port")
    return replace(program, port=settings.page.port, port_setting=setting)


def page_word(settings: Settings) -> str:
    """Return what the page's login asks for, which is what Prefect's asks for; make it if needed.

    The page may run where Prefect never did.
    """
    make_private(settings.home)
    make_private(prefect_folder(settings))
    return password(password_file(settings))


def page_url(settings: Settings) -> str:
    """Return the address of the page, which is not `localhost`, as that of Prefect is not."""
    return f"http://127.0.0.1:{settings.page.port}"


def is_healthy(settings: Settings) -> bool:
    """Whether the Prefect server answers."""
    return _says_yes(f"{api_url(settings)}/health")


def is_page_healthy(settings: Settings) -> bool:
    """Whether the page answers."""
    return _says_yes(f"{page_url(settings)}/health")


def _says_yes(address: str) -> bool:
    # No proxy: this is loopback, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as response:
            return bool(json.load(response))
    except (OSError, ValueError):
        return False


def _program(settings: Settings, name: str, *module_and_arguments: str) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-m", *module_and_arguments),
        folder=prefect_folder(settings),
    )
