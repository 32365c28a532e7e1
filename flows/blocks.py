"""Secrets that stand in blocks of a Prefect server, for sources whose credentials name one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from flows.errors import SourceError
from flows.prefect_home import api_url, own_url, password_file
from flows.roles import install_command
from flows.settings import Settings

if TYPE_CHECKING:
    from prefect.blocks.system import Secret


def read_block(settings: Settings, block: str) -> object:
    """Return what a block says, as JSON has it; nothing of it is kept here or shown.

    A flow run asks the server that it is a run of, anybody else the one of `nightloom up`.

    Args:
        settings: Where that one is.
        block: Kind and name of the block: `secret/NAME`.

    Raises:
        SourceError: It cannot be had.
    """
    try:
        from prefect.blocks.system import Secret
    except ModuleNotFoundError as error:
        raise SourceError(
            f"the credentials stand in the Prefect block {block}, and Prefect is not installed "
            f"here: {install_command('flows')}"
        ) from error
    try:
        with _asked(settings):
            # A coroutine only where the caller is one.
            held = cast("Secret[Any]", Secret.load(block.removeprefix("secret/")))
            return held.get()
    except ValueError as error:  # what Prefect says where no block has this name
        raise SourceError(
            f"the credentials stand in the Prefect block {block}, and there is none of this name: "
            f"make it there (Blocks, kind Secret), or set them in the environment"
        ) from error
    except Exception as error:  # noqa: BLE001 - whatever it is, the server was not to be asked
        # Not the error's own words, in which an address with a password may stand.
        raise SourceError(
            f"the credentials stand in the Prefect block {block}, and the Prefect server does not "
            f"give it ({type(error).__name__}): start `nightloom up`, whose server is "
            f"{own_url(settings)}, or set them in the environment"
        ) from None


@contextmanager
def _asked(settings: Settings) -> Iterator[None]:
    """Have Prefect ask the right server while the `with` lasts."""
    from prefect.runtime import flow_run
    from prefect.settings import (
        PREFECT_API_AUTH_STRING,
        PREFECT_API_KEY,
        PREFECT_API_URL,
        temporary_settings,
    )

    if flow_run.id:
        yield
        return
    word = password_file(settings)
    ours = {
        PREFECT_API_URL: api_url(settings),
        PREFECT_API_AUTH_STRING: word.read_text("ascii").strip() if word.exists() else None,
        PREFECT_API_KEY: None,  # of another Prefect of this person, and for that one alone
    }
    with temporary_settings(updates=ours):
        yield
