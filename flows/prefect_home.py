"""Where the Prefect of these settings is: its folder, its addresses, its password's file."""

from pathlib import Path

from flows.settings import Settings


def prefect_folder(settings: Settings) -> Path:
    """Return the folder of everything that Prefect keeps."""
    return settings.home.absolute() / "prefect"


def password_file(settings: Settings) -> Path:
    """Return the file that holds what the login page asks for."""
    return prefect_folder(settings) / "password"


def own_url(settings: Settings) -> str:
    """Return the address that people open.

    Not `localhost`: that may be ::1 first, where another user of this machine could listen and show
    a login page of their own.
    """
    return f"http://127.0.0.1:{settings.prefect.port}"


def api_url(settings: Settings) -> str:
    """Return the address that our programs ask."""
    return f"{own_url(settings)}/api"
