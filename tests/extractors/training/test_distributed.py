"""Two processes train as one would that reads all their batches."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.training import run

ROOT = Path(__file__).parents[3]
SCRIPT = """
import json, sys
from pathlib import Path
from extractors.training import TrainConfig, run

steps = run(TrainConfig.load(sys.argv[1]), Path(sys.argv[2]), device="cpu")
losses = [step.loss for step in steps]
if losses:
    Path(sys.argv[2], "losses.json").write_text(json.dumps(losses))
"""


def test_two_processes_train_as_one_that_accumulates(config, encoder_folders, gold_file, tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(f"""
        [[train]]
        path = "{gold_file}"
        format = "jsonl"
        [model]
        encoder = "{encoder_folders["bert"]}"
        max_width = 4
        window_tokens = 120
        overlap_tokens = 24
        head_size = 16
        block_size = 8
        dropout = 0.0
        [objective]
        shape_dropout = 0.0
        [schedule]
        epochs = 2
        batch_windows = 2
        accumulate = 2
        misread_after = 99
        threads = 1
    """)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    from extractors.training import TrainConfig

    alone = [step.loss for step in run(TrainConfig.load(path), tmp_path / "alone", device="cpu")]

    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*torchrun, str(script), str(path), str(tmp_path / "together")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    together = json.loads((tmp_path / "together/losses.json").read_text())
    assert together == pytest.approx(alone, rel=1e-4)
