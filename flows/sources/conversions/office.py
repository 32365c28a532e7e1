"""What the files of Office programs have in common: they are zip archives that describe themselves.

The archive is looked at before any library unpacks it: what it would be unpacked to is written in
it, and a bomb is not opened.
"""

import io
import zipfile

from lxml import etree

from flows.sources.conversions.members import is_bomb
from flows.sources.values import UnreadableError

MAX_UNPACKED_BYTES = 300_000_000
MAX_MEMBERS = 10_000

_CORE = "docProps/core.xml"
_META = "meta.xml"
_NAMES = {
    "title": ("title",),
    "author": ("creator", "initial-creator"),
    "date": ("created", "creation-date", "date"),
    "language": ("language",),
}


def checked(content: bytes) -> dict[str, str]:
    """Return title, author, date and language of an Office file, as far as it says them.

    Raises:
        UnreadableError: It is no such file, locked, or unpacks to more than could be of any use.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "has a password, or is of an old kind: save it without one, in the new"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_MEMBERS:
                raise UnreadableError(
                    f"holds {len(infos)} parts, more than {MAX_MEMBERS}: save it anew"
                )
            n_bytes = sum(info.file_size for info in infos)
            if n_bytes > MAX_UNPACKED_BYTES:
                raise UnreadableError(
                    f"unpacks to {n_bytes / 1e6:,.0f} MB, more than "
                    f"{MAX_UNPACKED_BYTES / 1e6:.0f}: save it anew, without pictures"
                )
            if any(is_bomb(info.file_size, info.compress_size) for info in infos):
                raise UnreadableError("is packed as only a bomb is: save it anew")
            names = {info.filename for info in infos}
            for name in (_CORE, _META):
                if name in names:
                    return _said(archive.read(name))
            return {}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableError(f"is damaged ({error}): save it anew") from error


def xml_parser() -> etree.XMLParser:
    """Return a parser that follows no entity and fetches nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _said(core: bytes) -> dict[str, str]:
    try:
        tree = etree.fromstring(core, parser=xml_parser())
    except etree.XMLSyntaxError:
        return {}  # what it says of itself is damaged, which is no reason not to read it
    said: dict[str, str] = {}
    for element in tree.iter(etree.Element):
        name = etree.QName(element).localname
        for key, names in _NAMES.items():
            if name in names and element.text and not said.get(key):
                said[key] = element.text.strip()
    if "date" in said:
        said["date"] = said["date"][:10]
    return said
