"""Ray is asked for and is not there: one sentence says so, before anything is started."""

import subprocess
import sys
from pathlib import Path

from flows.scale import opened_readers

ROOT = Path(__file__).parents[3]


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path):
    """A fresh Python that finds our packages, and of the others all but Ray."""
    libraries = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (libraries / "site-packages").iterdir():
        if path.name.partition("-")[0] != "ray" and path.suffix != ".pth":
            (tmp_path / path.name).symlink_to(path)
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]\n"
        "from flows.scale import opened_readers; from flows.settings import Settings\n"
        "from flows.errors import RoleMissingError\n"
        "try:\n"
        "    opened_readers(Settings(scale='ray'), None, None, None).__enter__()\n"
        "except RoleMissingError as error:\n"
        "    print(error)"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )

    (line,) = done.stdout.splitlines()
    assert "NIGHTLOOM_SCALE is ray, and Ray is not installed: " in line
    assert "[ray]" in line


def test_without_the_setting_the_extractor_itself_reads_and_ray_stays_out(settings_of, model):
    extractor = object()
    settings = settings_of(model).model_copy(update={"scale": ""})

    with opened_readers(settings, extractor, None, None) as reader:
        assert reader is extractor
    code = (
        "import sys, flows.tools; "
        "print(sorted({'ray', 'flows.scale.driver', 'flows.scale.stream'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
