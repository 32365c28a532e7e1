"""Settings: one place, four sources, and no misspelt name passes."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import SecretStr

from extractors import ExtractorConfig
from flows.errors import SettingsError
from flows.settings import Settings, environment_name, known_settings, load_settings, origins
from flows.sources import Folder, Remote
from flows.sources.remote.credentials import credentials_of
from flows.tools import site_of
from graphdb import GraphConfig
from graphdb.embedded import EmbeddedConfig
from graphdb.inference import InferenceConfig

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def bare(tmp_path, monkeypatch):
    """An empty folder and an environment without our names."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("NIGHTLOOM_"):
            monkeypatch.delenv(name)


def test_environment_wins_over_dotenv_and_that_over_toml(monkeypatch):
    Path("nightloom.toml").write_text("home = 'c'\n[graph]\nuser = 'toml'\nbolt_port = 3\n")
    Path(".env").write_text("NIGHTLOOM_HOME=b\nNIGHTLOOM_GRAPH__BOLT_PORT=2\n")
    monkeypatch.setenv("NIGHTLOOM_HOME", "a")

    settings = load_settings()

    assert settings.home == Path("a")
    assert (settings.graph.bolt_port, settings.graph.user) == (2, "toml")


def test_keyword_argument_wins_over_everything(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_MAX_VANISHED", "0.5")

    assert load_settings(max_vanished=0.2).max_vanished == 0.2


def test_empty_value_is_no_value(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", "")

    assert load_settings().graph.uri is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("NIGHTLOOM_GRAHP__URI", "NIGHTLOOM_GRAPH__URI"),
        ("NIGHTLOOM_MAX_VANISHD", "NIGHTLOOM_MAX_VANISHED"),
        ("NIGHTLOOM_GRAPH__BOLD_PORT", "NIGHTLOOM_GRAPH__BOLT_PORT"),
        ("NIGHTLOOM_HOME__X", "NIGHTLOOM_HOME"),
    ],
)
@pytest.mark.parametrize("place", ["the environment", ".env"])
def test_misspelt_name_is_refused_with_the_right_one(name, meant, place, monkeypatch):
    if place == ".env":
        Path(".env").write_text(f"{name}=1\n")
    else:
        monkeypatch.setenv(name, "1")

    with pytest.raises(SettingsError, match=f"{place} names {name}.*did you mean {meant}\\?"):
        load_settings()


@pytest.mark.parametrize(
    ("toml", "meant"),
    [
        ("max_vanishd = 1", "max_vanished"),
        ("[graph]\nur = 'x'", "graph.uri"),
        ("[grap]\nuri = 'x'", "graph.uri"),
    ],
)
def test_misspelt_key_in_the_file_is_refused_with_the_right_one(toml, meant):
    Path("nightloom.toml").write_text(toml)

    with pytest.raises(SettingsError, match=f"nightloom.toml names .*did you mean {meant}\\?"):
        load_settings()


def test_other_peoples_names_in_dotenv_are_left_alone():
    Path(".env").write_text("AWS_REGION=eu\n")

    assert load_settings() == Settings()


@pytest.mark.parametrize("value", ["abc", "0", "70000"])
def test_value_that_is_not_allowed_names_setting_and_place(value, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__BOLT_PORT", value)

    with pytest.raises(SettingsError, match=r"NIGHTLOOM_GRAPH__BOLT_PORT .*the environment"):
        load_settings()


@pytest.mark.parametrize("content", [b"[graph\nuri = 1", b"\xff\xfe"])
def test_broken_file_is_named(content):
    Path("nightloom.toml").write_bytes(content)

    with pytest.raises(SettingsError, match=r"nightloom\.toml cannot be read"):
        load_settings()


def test_password_shows_nowhere(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", "s3cret-word")
    settings = load_settings()

    assert settings.graph.password == SecretStr("s3cret-word")
    assert "s3cret-word" not in f"{settings!r} {settings.model_dump_json()}"


def test_error_does_not_repeat_the_value(monkeypatch):
    """What stands in the wrong place may be a secret."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__BOLT_PORT", "s3cret-word")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert "s3cret-word" not in str(caught.value)


def test_origins_say_where_a_setting_was_given(monkeypatch):
    Path(".env").write_text("NIGHTLOOM_HOME=b\n")
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", "u")

    found = {(origin.setting, origin.place) for origin in origins()}

    assert found == {("home", ".env"), ("graph.user", "the environment")}


def test_ontology_is_the_folders_own_before_the_shipped_one():
    shipped = load_settings().ontology_path
    Path("ontology.toml").touch()

    assert shipped.is_file()
    assert load_settings().ontology_path == Path("ontology.toml")


def test_rules_lie_beside_the_ontology():
    Path("a/rules").mkdir(parents=True)

    assert load_settings(ontology=Path("a/b.toml")).rules_path == Path("a/rules")
    assert load_settings(ontology=Path("b.toml")).rules_path is None
    assert load_settings(rules=Path("c")).rules_path == Path("c")


def written(default) -> str:
    """Return a default as the environment says it."""
    if isinstance(default, tuple):
        return json.dumps(default)
    return "" if default is None else str(default)


def test_example_lists_every_setting_with_its_default():
    """`.env.example` is the page people copy: it may not differ from the code."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    listed = dict(
        match.groups() for line in lines if (match := re.match(r"# (NIGHTLOOM_\w+)=(.*)", line))
    )

    assert listed == {
        environment_name(name): written(default) for name, default in known_settings().items()
    }


def test_sources_are_named_after_their_folders_and_relative_to_the_file(tmp_path):
    Path("nightloom.toml").write_text(
        '[[sources]]\npath = "notes"\n\n'
        '[[sources]]\nname = "post"\npath = "/mnt/letters"\ninclude = ["*.md"]\n'
        'exclude = ["drafts/**"]\n'
    )

    assert load_settings().sources == (
        Folder(name="notes", path=tmp_path / "notes"),
        Folder(name="post", path=Path("/mnt/letters"), include=("*.md",), exclude=("drafts/**",)),
    )


def test_sources_may_stand_in_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NIGHTLOOM_SOURCES", '[{"path": "notes"}]')

    assert load_settings().sources == (Folder(name="notes", path=tmp_path / "notes"),)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('pth = "notes"', "nightloom.toml names sources.pth.*did you mean sources.path?"),
        ('name = "notes"', r"\[\[sources\]\] number 1 in nightloom.toml: has no path"),
        ("path = 3", r"\[\[sources\]\] number 1 in nightloom.toml: has no path"),
        ('path = "notes"\nname = "a/b"', "“a/b” cannot be the name of a source"),
        ('path = "notes"\ninclude = "*.md"', r"number 1, include in nightloom.toml: input should"),
        ('path = "a"\nname = "s"\n[[sources]]\npath = "b"\nname = "s"', "2 sources are called 's'"),
    ],
)
def test_source_that_cannot_be_one_is_refused(table, said):
    Path("nightloom.toml").write_text(f"[[sources]]\n{table}\n")

    with pytest.raises(SettingsError, match=said):
        load_settings()


@pytest.mark.parametrize("place", ["the environment", ".env", "nightloom.toml"])
def test_setting_that_went_says_what_to_do_instead(place, monkeypatch):
    if place == "the environment":
        monkeypatch.setenv("NIGHTLOOM_DOCUMENTS", "samples")
    elif place == ".env":
        Path(".env").write_text("NIGHTLOOM_DOCUMENTS=samples\n")
    else:
        Path("nightloom.toml").write_text('documents = "samples"\n')

    with pytest.raises(SettingsError, match=f"{place} names .* no setting any more: .*every-night"):
        load_settings()


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+s", "neo4j+ssc", "http"])
@pytest.mark.parametrize(
    "address",
    [
        "neo4j:s3cret-word@host:7687",
        ":s3cret-word@host",
        "s3cret-word@host",
        "neo4j%3As3cret-word%40host",
        "neo4j:s3cret-word%2540host",
        "neo4j:s3cret-word@[::1",
        "host?password=s3cret-word",
    ],
)
@pytest.mark.parametrize("place", ["the environment", ".env", "nightloom.toml"])
def test_password_in_the_address_is_refused_and_not_shown(scheme, address, place, monkeypatch):
    uri = f"{scheme}://{address}"
    if place == "the environment":
        monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", uri)
    elif place == ".env":
        Path(".env").write_text(f"NIGHTLOOM_GRAPH__URI={uri}\n")
    else:
        Path("nightloom.toml").write_text(f'[graph]\nuri = "{uri}"\n')

    with pytest.raises(SettingsError) as caught:
        load_settings()

    said = str(caught.value)
    assert "s3cret-word" not in said
    assert "NIGHTLOOM_GRAPH__USER and NIGHTLOOM_GRAPH__PASSWORD" in said
    assert place in said


def test_defaults_are_those_of_the_libraries():
    settings = load_settings()

    assert settings.inference == InferenceConfig()
    for section, config in (
        (settings.graph, GraphConfig()),
        (settings.graph, EmbeddedConfig()),
        (settings.extractor, ExtractorConfig()),
    ):
        shared = {field.name for field in fields(config)} & {f.name for f in fields(section)}
        assert shared
        for name in shared:
            assert getattr(section, name) == getattr(config, name)


def test_reading_settings_loads_no_model_and_no_prefect():
    heavy = "{'torch', 'transformers', 'prefect', 'py3langid'}"
    code = f"import sys, flows.settings; print(sorted({heavy} & set(sys.modules)))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("written", "read"),
    [('["*"]', ("*",)), ('["GENRE", "Number"]', ("GENRE", "Number")), ("[]", ())],
)
def test_list_inside_a_table_is_json_in_the_environment(monkeypatch, written, read):
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__LEFT_OUT", written)

    assert load_settings().extractor.left_out == read


def test_list_that_is_no_json_is_refused(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__LEFT_OUT", "GENRE, Number")

    with pytest.raises(SettingsError, match=r"NIGHTLOOM_EXTRACTOR__LEFT_OUT.*list in JSON"):
        load_settings()


def test_address_is_a_source_with_patterns_and_limits():
    Path("nightloom.toml").write_text(
        '[[sources]]\npath = "s3://box/letters/"\nexclude = ["drafts"]\nmax_bytes = 1000\n'
        '[[sources]]\nname = "site"\npath = "https://example.org/sitemap.xml"\n'
    )

    assert load_settings().sources == (
        Remote(name="letters", url="s3://box/letters", exclude=("drafts",), max_bytes=1000),
        Remote(name="site", url="https://example.org/sitemap.xml"),
    )


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("sftp://ada:hunter2@example.org", "holds a user name or a password"),
        ("ftp://example.org", "known are s3://"),
    ],
)
def test_address_that_cannot_be_one_is_refused_by_its_number(path, sentence):
    Path("nightloom.toml").write_text(f'[[sources]]\npath = "{path}"\n')

    where = r"\[\[sources\]\] number 1 in "
    with pytest.raises(SettingsError, match=f"{where}.*{sentence}") as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)


def test_limit_below_zero_is_refused():
    Path("nightloom.toml").write_text('[[sources]]\npath = "s3://box/x"\nmax_bytes = -1\n')

    with pytest.raises(SettingsError, match=r"number 1, max_bytes in .*greater than or equal to 0"):
        load_settings()


def test_credentials_come_from_the_environment_by_the_name_of_the_source(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_CREDENTIALS__TEAM_NOTES__USER", "ada")
    monkeypatch.setenv("NIGHTLOOM_CREDENTIALS__TEAM_NOTES__PASSWORD", "hunter2")

    settings = load_settings()

    assert credentials_of("Team-Notes") == settings.credentials["team_notes"]
    assert credentials_of("team notes").password.get_secret_value() == "hunter2"
    assert credentials_of("others").password is None
    assert "hunter2" not in repr(settings) + json.dumps(site_of(settings))


def test_misspelt_credential_is_refused(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_CREDENTIALS__NOTES__PASWORD", "hunter2")

    with pytest.raises(SettingsError, match="PASWORD, which is no setting") as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)


def test_credentials_in_the_file_are_refused():
    Path("nightloom.toml").write_text('[credentials.notes]\npassword = "hunter2"\n')

    with pytest.raises(SettingsError, match="set NIGHTLOOM_CREDENTIALS__NAME__PASSWORD in the"):
        load_settings()


def test_source_names_the_block_that_its_credentials_stand_in():
    Path("nightloom.toml").write_text(
        '[[sources]]\npath = "s3://box/letters"\ncredentials = "secret/team-notes"\n'
    )

    settings = load_settings()

    assert settings.sources[0].credentials == "secret/team-notes"


@pytest.mark.parametrize(
    ("path", "credentials", "sentence"),
    [
        ("s3://box", "hunter2", "credentials in .*should name a block of Prefect"),
        ("s3://box", "json/hunter2", "credentials in .*should name a block of Prefect"),
        ("s3://box", "secret/hunter2_", "credentials in .*should name a block of Prefect"),
        ("notes", "secret/hunter2", "is a folder and has credentials"),
    ],
)
def test_what_is_no_block_is_refused_and_not_shown(path, credentials, sentence):
    Path("nightloom.toml").write_text(
        f'[[sources]]\npath = "{path}"\ncredentials = "{credentials}"\n'
    )

    with pytest.raises(
        SettingsError, match=rf"number 1.* in .*{sentence}|number 1, {sentence}"
    ) as e:
        load_settings()

    assert "hunter2" not in str(e.value)


def test_address_in_the_environment_is_checked_under_any_name(monkeypatch):
    sources = '[{"name": "n", "url": "sftp://ada:hunter2@example.org"}]'
    monkeypatch.setenv("NIGHTLOOM_SOURCES", sources)

    with pytest.raises(SettingsError, match="holds a user name or a password") as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("GRAPH__URI", "bolt://ada:hunter2@example.org"),
        ("RAY__ADDRESS", "ada:hunter2@10.0.0.1:6379"),
        ("TELEMETRY__ENDPOINT", "http://ada%3Ahunter2%2540example.org:4318"),
    ],
)
def test_login_in_an_address_is_refused_wherever_one_is_set(monkeypatch, name, address):
    monkeypatch.setenv(f"NIGHTLOOM_{name}", address)

    with pytest.raises(SettingsError, match="holds a user name or a password") as refused:
        load_settings()

    assert "hunter2" not in str(refused.value)
