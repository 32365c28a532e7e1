"""The program that knows Ray: lines of batches in, lines of answers out; run by the night.

Ray Data has batches read as a stream, by actors that live as long as the night:

    line ──► pipe in a folder ──► read task ──► map_batches, one actor a worker ──► line

It is a process of its own because Ray takes over what it runs in: its signals, its environment, its
log. When Ray is lost, this process ends, and the night starts another.
"""

import json
import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from flows.night import Plain
from flows.scale.lines import heard, own_output, say

END_S = 5.0
"""How long Ray may take to end what it has started."""

OBJECT_STORE_BYTES = 256 * 1024 * 1024
"""Of a cluster of our own: some batches and their answers. Ray would take a third of the memory."""

ROOM_S = 15.0
"""A worker without a processor for so long has lost its machine for good."""


def main() -> None:
    """Be told what to do, then have batches read until nobody listens."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been left ignored
    output = own_output()
    lines = heard(on_end=_end)
    order = json.loads(next(lines))
    try:
        _have_read(order, lines, output)
    except KeyboardInterrupt:
        pass  # the night is over
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever started this is told
        _tell(output, _first_line(error), is_lasting=isinstance(error, ConnectionError))
    os._exit(0)  # Ray has threads that would keep the process


def _tell(output: Any, problem: str, *, is_lasting: bool = False) -> None:
    """Say why this process ends, unless nobody listens any more."""
    with suppress(OSError):
        say(output, {"problem": problem, "is_lasting": is_lasting})


def _have_read(order: Plain, lines: Iterator[str], output: Any) -> None:
    """Have each batch read that comes, for as long as any may come."""
    warnings.simplefilter("ignore")
    import ray

    try:
        _connect(order)
        say(output, _room(order))
        folder = Path(order["folder"])
        pipe = folder / f"batches-{os.getpid()}"
        os.mkfifo(pipe, 0o600)
        _in_background(_forward, lines, pipe)
        _in_background(_watch_room, order, output)
        for batch in _answers(order, pipe):
            for answer in batch["answer"].to_pylist():
                output.write(f"{answer}\n")
            output.flush()
        raise RuntimeError("the stream of batches ended")
    finally:
        ray.shutdown()


def _connect(order: Plain) -> None:
    """Join the cluster, or start one of our own.

    Raises:
        ConnectionError: There is none, or none that this machine belongs to; says what to do.
    """
    import ray

    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if not order["address"]:
        n_cpus = max(os.cpu_count() or 1, order["workers"] * order["threads"])
        ray.init(
            address="local",
            num_cpus=n_cpus,
            include_dashboard=False,
            object_store_memory=OBJECT_STORE_BYTES,
            _temp_dir=order["folder"],
            **quiet,
        )
        return
    try:
        ray.init(address=order["address"], **quiet)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise ConnectionError(
            f"there is no cluster at NIGHTLOOM_RAY__ADDRESS={order['address']} that this machine "
            f"belongs to: start `ray start` here, as docs/scale.md says; {_first_line(error)}"
        ) from error


def _room(order: Plain) -> Plain:
    """Return how many workers there is room for, and what to say if more were asked for.

    Raises:
        RuntimeError: There is room for none.
    """
    import ray

    n_workers, n_room = _wanted(order), _n_room(order)
    if not n_room:
        raise RuntimeError("the cluster has no processor to read with: start a node with some")
    lacking = ""
    if n_workers > n_room:
        lacking = (
            f"NIGHTLOOM_RAY__WORKERS is {n_workers}, and the cluster has room for {n_room}: start "
            "more nodes, or lower the setting"
        )
    order["workers"] = min(n_workers, n_room)
    n_machines = sum(node["Alive"] for node in ray.nodes())
    return {"workers": order["workers"], "machines": n_machines, "lacking": lacking}


def _wanted(order: Plain) -> int:
    return int(order["workers"]) or _n_room(order)


def _n_room(order: Plain) -> int:
    """Return for how many workers there are processors now: GPUs, if the device is one."""
    import ray

    resources = ray.cluster_resources()
    n_gpus = int(resources.get("GPU", 0))
    order["reading"]["gpu"] = order["device"] != "cpu" and n_gpus > 0
    if order["reading"]["gpu"]:
        return n_gpus
    return int(resources.get("CPU", 0) // order["threads"])


def _answers(order: Plain, pipe: Path) -> Iterator[Any]:
    """Yield tables of answers as they come."""
    import ray
    import ray.data
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    from flows.scale.actor import ReadingActor
    from flows.scale.stream import Batches

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = 1  # each batch goes on as it comes: none waits for others
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    room = {"num_gpus": 1} if order["reading"]["gpu"] else {"num_cpus": order["threads"]}
    dataset = ray.data.read_datasource(
        Batches(str(pipe)),
        override_num_blocks=1,
        num_cpus=0,
        # Where the pipe is; and never again, for what has left the pipe is gone.
        ray_remote_args={"scheduling_strategy": here, "max_retries": 0},
    ).map_batches(
        ReadingActor,
        fn_constructor_args=[json.dumps(order["reading"])],
        batch_size=None,
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(size=order["workers"]),
        max_restarts=-1,
        max_task_retries=3,
        **room,
    )
    yield from dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)


def _forward(lines: Iterator[str], pipe: Path) -> None:
    """Pass batches on, as fast as they are taken."""
    with pipe.open("w") as taken:
        for line in lines:
            taken.write(line)
            taken.flush()


def _watch_room(order: Plain, output: Any) -> None:
    """End this process when workers have lost their machine: Ray would wait for it for ever."""
    short_since: float | None = None
    while True:
        time.sleep(3)
        problem = ""
        try:
            is_short = _n_room(order) < order["workers"]
        except Exception as error:  # noqa: BLE001 - whatever it is, there is no cluster any more
            is_short, problem = True, _first_line(error)
        short_since = (short_since or time.monotonic()) if is_short else None
        if short_since and (problem or time.monotonic() - short_since > ROOM_S):
            _tell(output, f"machines were lost{problem and f' ({problem})'}")
            os._exit(1)


def _end() -> None:
    """End Ray as it should, or at least this process."""
    os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, whatever it waits for
    time.sleep(END_S)
    os._exit(1)


def _in_background(function: Any, *arguments: Any) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
