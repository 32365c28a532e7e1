"""Two processes train as one would that reads all their batches."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.training import TrainConfig, run

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


def without_dropout(encoder: Path, folder: Path) -> Path:
    """Copy an encoder: processes draw other dropout than one process does."""
    shutil.copytree(encoder, folder)
    path = folder / "config.json"
    settings = json.loads(path.read_text())
    nothing = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    path.write_text(json.dumps(settings | nothing))
    return folder


def test_two_processes_train_as_one_that_accumulates(encoder_folders, gold_file, tmp_path):
    encoder = without_dropout(encoder_folders["bert"], tmp_path / "encoder")
    path = tmp_path / "small.toml"
    path.write_text(f"""
        [[train]]
        path = "{gold_file}"
        format = "jsonl"
        [[dev]]
        path = "{gold_file}"
        format = "jsonl"
        [model]
        encoder = "{encoder}"
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
    assert done.stderr.count("8 of the 8 dev documents are learned from, too") == 1
    assert done.stderr.count("fitted on 8 documents, fewer than 20") == 1
