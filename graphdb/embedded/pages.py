"""Neo4j Browser's pages, unpacked, so that a script of nightloom's may prepare them.

Browser keeps saved queries and styles where the page of its address keeps them, in the user's own
browser, and the server has no say in it. So one line is added to its start page: it loads
`nightloom/seed.js`, if somebody has put that there. All else stays as its makers ship it. The pages
are unpacked on the user's machine, from the jar that was fetched there.
"""

import shutil
import zipfile
from pathlib import Path

START_PAGE = "index.html"
SCRIPT = '<script src="nightloom/seed.js"></script>'
BEFORE = '<script src="ui-libs-'
"""The first of Browser's own scripts: what they find must be there before."""


def unpack_pages(jar: Path, folder: Path) -> None:
    """Put Browser's pages into `folder/browser`, unless those of this jar are there.

    Args:
        jar: Browser's.
        folder: To stand on the class path in its place.
    """
    stamp = folder / "unpacked"
    if stamp.is_file() and stamp.read_text("utf-8") == jar.name:
        return
    shutil.rmtree(folder / "browser", ignore_errors=True)
    with zipfile.ZipFile(jar) as archive:
        archive.extractall(
            folder, [name for name in archive.namelist() if name.startswith("browser/")]
        )
    page = folder / "browser" / START_PAGE
    content = page.read_text("utf-8")
    page.write_text(content.replace(BEFORE, SCRIPT + BEFORE, 1), "utf-8")
    stamp.write_text(jar.name, "utf-8")  # last: what was interrupted is unpacked again
