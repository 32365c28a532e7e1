"""Addresses of places beside folders: which kinds there are, and what an address may not hold."""

from dataclasses import dataclass
from importlib import metadata
from urllib.parse import SplitResult, unquote, urlsplit

from flows.errors import SourceError
from flows.text import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceKind:
    """A kind of place that documents come from."""

    scheme: str
    """What its addresses begin with, and the extra that brings it."""

    title: str
    distribution: str
    """What has to be installed to reach it."""

    extra: str
    credentials: str
    """Where its credentials are taken from."""

    is_store: bool = False
    """Whether it is an object store, whose library has credentials of its own."""

    @property
    def is_installed(self) -> bool:
        """Whether it can be reached from here."""
        try:
            metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return False
        return True


_OURS = "NIGHTLOOM_CREDENTIALS__NAME__USER, …__PASSWORD"
_AWS = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL and what else boto3 reads"

PLACE_KINDS = (
    PlaceKind(
        scheme="s3",
        title="Amazon S3 and alike",
        distribution="s3fs",
        extra="s3",
        credentials=_AWS,
        is_store=True,
    ),
    PlaceKind(
        scheme="gs",
        title="Google Cloud Storage",
        distribution="gcsfs",
        extra="gs",
        credentials="GOOGLE_APPLICATION_CREDENTIALS",
        is_store=True,
    ),
    PlaceKind(
        scheme="az",
        title="Azure Blob Storage",
        distribution="adlfs",
        extra="az",
        credentials="AZURE_STORAGE_CONNECTION_STRING, or …_ACCOUNT_NAME and …_ACCOUNT_KEY",
        is_store=True,
    ),
    PlaceKind(
        scheme="sftp",
        title="SFTP",
        distribution="sshfs",
        extra="sftp",
        credentials=f"{_OURS}, …__KEY_FILE, …__KNOWN_HOSTS; else the keys in ~/.ssh",
    ),
    PlaceKind(
        scheme="webdav",
        title="WebDAV over HTTP",
        distribution="webdav4",
        extra="webdav",
        credentials=_OURS,
    ),
    PlaceKind(
        scheme="webdavs",
        title="WebDAV over HTTPS",
        distribution="webdav4",
        extra="webdav",
        credentials=_OURS,
    ),
    PlaceKind(
        scheme="http",
        title="sitemap, or list of addresses, over HTTP",
        distribution="httpx",
        extra="web",
        credentials=_OURS,
    ),
    PlaceKind(
        scheme="https",
        title="sitemap, or list of addresses, over HTTPS",
        distribution="httpx",
        extra="web",
        credentials=_OURS,
    ),
)
_KIND_BY_SCHEME = {kind.scheme: kind for kind in PLACE_KINDS}


def is_address(path: str) -> bool:
    """Say whether somebody means an address, and no folder: `s3://…`, of a known kind or not."""
    return "://" in path


def checked_address(address: str) -> str:
    """Return an address that may be shown everywhere, without a slash at its end.

    Raises:
        SourceError: It is of no known kind, names no place, or holds something secret.
    """
    parts = _parts(address)
    if parts.scheme not in _KIND_BY_SCHEME:
        known = ", ".join(f"{kind.scheme}://" for kind in PLACE_KINDS)
        raise SourceError(
            f"documents cannot come from addresses that begin with {shown(parts.scheme)}://: "
            f"known are {known}"
        )
    # The address itself stays out of these sentences.
    if "@" in unquote(unquote(parts.netloc)):
        raise SourceError(
            f"an address of {parts.scheme}:// holds a user name or a password, and addresses are "
            "shown in messages: write only what stands behind the @, and set "
            "NIGHTLOOM_CREDENTIALS__NAME__USER and NIGHTLOOM_CREDENTIALS__NAME__PASSWORD, with the "
            "source's name for NAME"
        )
    if parts.query or parts.fragment:
        raise SourceError(
            f"an address of {parts.scheme}:// has something behind a ? or #, which may be a key, "
            "and addresses are shown in messages: leave it out"
        )
    if not parts.hostname:
        raise SourceError(f"{shown(address)} names no server or bucket: write it behind the //")
    return address.rstrip("/")


def kind_of(address: str) -> PlaceKind:
    """Return the kind of place that a checked address leads to."""
    return _KIND_BY_SCHEME[_parts(address).scheme]


def name_for(address: str) -> str:
    """Return what a source is called that nobody gave a name: the last part of its address.

    >>> name_for("s3://archive/letters/1815"), name_for("https://example.org/sitemap.xml")
    ('1815', 'example.org')
    """
    parts = _parts(address)
    last = parts.path.strip("/").rpartition("/")[2]
    is_list = parts.scheme in ("http", "https")
    return unquote(last) if last and not is_list else str(parts.hostname)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise SourceError("an address cannot be understood: check its server and port") from error
    return parts
