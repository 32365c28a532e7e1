"""Devices that are there, what is computed in, and whose fault it is when that fails."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from extractors.devices import device_named, uses_bfloat16
from extractors.errors import ConfigError, DeviceUnavailableError, MachineError
from extractors.facts import Document
from extractors.faults import fault_of, machine_faults
from extractors.reading.extractor import ExtractorConfig, TransformerExtractor
from tests.extractors.tiny import tiny_checkpoint

ROOT = Path(__file__).parents[2]
CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    "name",
    [
        "gpu",
        "GPU",
        "cuda:99",
        "cuda:-1",
        "cuda:",
        "mps:9",
        "tpu",
        "xpu:9",
        "meta",
        "",
        "hpu",
        " cpu",
    ],
)
def test_a_device_that_is_not_there_is_refused_in_one_sentence(name):
    with pytest.raises(DeviceUnavailableError, match=r"choose auto, cpu") as raised:
        device_named(name)
    assert repr(name) in str(raised.value) or f"device {name} " in str(raised.value)


@pytest.mark.skipif(torch.cuda.is_available(), reason="asks for a GPU where there is none")
def test_cuda_without_a_gpu_is_refused():
    with pytest.raises(DeviceUnavailableError, match="no device cuda on this machine"):
        device_named("cuda")


def test_a_processor_is_always_there():
    assert {device_named(name).type for name in ("cpu", "cpu:3", "auto")} <= {"cpu", "cuda"}


BROKEN = [
    torch.AcceleratorError("an error of a kind that nobody has met"),
    RuntimeError("CUDA error: device-side assert triggered\nCUDA kernel errors might be late"),
    RuntimeError("CUDA error: an illegal memory access was encountered"),
    RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    RuntimeError("CUBLAS_STATUS_INTERNAL_ERROR when calling `cublasSgemm`"),
    RuntimeError("NCCL error in: ProcessGroupNCCL.cpp, unhandled system error"),
    RuntimeError("HIP error: unspecified launch failure"),
    RuntimeError("CUDA driver version is insufficient for CUDA runtime version"),
    RuntimeError("Found no NVIDIA driver on your system."),
]
FULL = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    torch.AcceleratorError("CUDA error: out of memory"),
    RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("MPS backend out of memory (MPS allocated: 17.9 GB)"),
]
STARVED = [
    MemoryError(),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 64 bytes."),
    RuntimeError("can't start new thread"),
    RuntimeError("std::bad_alloc"),
    OSError(12, "Cannot allocate memory"),
    ImportError("libtorch_cpu.so: failed to map segment from shared object"),
]


def test_torch_that_cannot_be_loaded_is_the_fault_of_the_machine():
    """With 300 MB of address space its libraries cannot be mapped."""
    code = """if True:
        import resource, extractors
        resource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))
        try:
            extractors.TransformerExtractor.load("general", engine="torch")
        except extractors.MachineError as error:
            print(error)
    """

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "cannot be loaded" in ended.stdout
    assert "free memory" in ended.stdout


def named(errors: list[BaseException]) -> list:
    return [pytest.param(error, id=f"{type(error).__name__}-{error}"[:50]) for error in errors]


@pytest.mark.parametrize("error", named([*BROKEN, *FULL]))
def test_what_a_gpu_says_is_the_fault_of_the_gpu(error):
    with pytest.raises(DeviceUnavailableError, match="cuda"), machine_faults(GPU):
        raise error


@pytest.mark.parametrize("error", named(STARVED))
def test_memory_that_ran_out_is_the_fault_of_the_machine(error):
    with pytest.raises(MachineError, match="no memory left"), machine_faults(CPU):
        raise error


@pytest.mark.parametrize(
    "error",
    named(
        [
            RuntimeError("index 200 is out of bounds for dimension 0 with size 200"),
            IndexError("index out of range in self"),
            OSError(2, "No such file or directory", "out of memory.txt"),
            ValueError("a confidence lies between 0 and 1, not nan"),
        ]
    ),
)
def test_what_a_text_may_have_caused_is_not_the_fault_of_the_machine(error):
    assert fault_of(error, CPU) is fault_of(error, GPU) is None


@pytest.mark.parametrize(
    ("precision", "device", "expected"),
    [
        ("auto", CPU, False),
        ("auto", GPU, True),
        ("float32", CPU, False),
        ("float32", GPU, False),
        ("bfloat16", CPU, True),
        ("bfloat16", GPU, True),
    ],
)
def test_bfloat16_is_for_gpus_unless_asked_for(precision, device, expected):
    assert uses_bfloat16(precision, device) is expected


@pytest.mark.parametrize(
    ("capabilities", "warns"),
    [
        ({"avx2": True}, True),
        ({"avx512_bf16": True, "cpu_name": "Intel(R) Xeon(R)"}, True),
        ({"avx512_bf16": True, "cpu_name": "AMD EPYC"}, False),
        ({"amx_bf16": True}, False),
    ],
)
def test_a_processor_without_units_for_bfloat16_is_named(monkeypatch, caplog, capabilities, warns):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)

    with caplog.at_level(logging.WARNING):
        uses_bfloat16("bfloat16", CPU)

    assert ("float32 is faster" in caplog.text) is warns


def test_an_unknown_precision_is_refused_by_name(encoder_folders):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])

    with pytest.raises(ConfigError, match="no precision is called 'float16': known are auto"):
        TransformerExtractor(checkpoint, ExtractorConfig(precision="float16"))


def test_bfloat16_reads_nearly_the_same():
    documents = [
        Document(id=path.stem, text=path.read_text("utf-8"))
        for path in sorted((ROOT / "samples/people").glob("*.md"))
    ]

    exact, rough = (
        {
            (said.document.id, relation.subject.name, relation.type, relation.object.name): (
                relation.confidence
            )
            for said in TransformerExtractor.load("general", precision=precision).extract(documents)
            for relation in said.relations
        }
        for precision in ("float32", "bfloat16")
    )

    assert exact != rough
    both = exact.keys() & rough.keys()
    assert len(both) > 0.9 * max(len(exact), len(rough)) > 20
    assert all(abs(exact[fact] - rough[fact]) < 0.05 for fact in both)
