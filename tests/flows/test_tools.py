"""How the graph is opened: with which user and password."""

import pytest

from flows.errors import SettingsError
from flows.night import in_silence
from flows.services import status
from flows.settings import load_settings
from flows.tools import open_graph, site_of


@pytest.fixture
def settings_with(tmp_path, monkeypatch):
    """Settings that name a server, and a file with this text."""
    monkeypatch.chdir(tmp_path)

    def settings(text: str, uri: str = "bolt://127.0.0.1:1"):
        (tmp_path / "auth").write_text(text)
        monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", uri)
        monkeypatch.setenv("NIGHTLOOM_GRAPH__AUTH_FILE", "auth")
        return load_settings()

    return settings


def test_user_and_password_may_stand_in_a_file(settings_with, server, graph):
    settings = settings_with(f"{server.user}/{server.password}\n", server.uri)

    with open_graph(settings, in_silence) as opened:
        assert opened.counts().documents == 0
    assert status(settings).password_in == "auth"
    assert server.password not in str(site_of(settings))


@pytest.mark.parametrize("text", ["", "s3cret-word", "neo4j/", "/s3cret-word"])
def test_file_without_both_is_named_and_not_shown(settings_with, text):
    with pytest.raises(SettingsError) as refused, open_graph(settings_with(text), in_silence):
        pass

    assert "NIGHTLOOM_GRAPH__AUTH_FILE, auth, does not hold USER/PASSWORD" in str(refused.value)
    assert "s3cret-word" not in str(refused.value)


def test_file_that_is_not_there_is_named(settings_with, tmp_path):
    settings = settings_with("neo4j/s3cret-word")
    (tmp_path / "auth").unlink()

    with (
        pytest.raises(SettingsError, match="auth, cannot be read"),
        open_graph(settings, in_silence),
    ):
        pass
