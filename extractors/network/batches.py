"""Tensors for the network of torch: what `arrays` makes, on a device."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from extractors.network.arrays import candidate_arrays, group_arrays, input_arrays, pair_arrays
from extractors.network.values import Candidates, Group, Groups, Inputs, Pairs
from extractors.text import IntArray, Window


def inputs_of(windows: Sequence[Window], pad_id: int, device: torch.device | str = "cpu") -> Inputs:
    """Pad windows to the longest of them."""
    inputs: Inputs = on_device(input_arrays(windows, pad_id), device)
    return inputs


def candidates_of(
    windows: Sequence[Window], ranges: Sequence[IntArray], device: torch.device
) -> Candidates:
    """Put the units of all windows in one list, and the `(S, 2)` unit ranges of each window."""
    candidates: Candidates = on_device(candidate_arrays(windows, ranges), device)
    return candidates


def groups_of(
    windows: Sequence[Window], groups: Sequence[Sequence[Group]], device: torch.device
) -> Groups:
    """Turn the groups of each window into tensors, numbered window by window."""
    tensors: Groups = on_device(group_arrays(windows, groups), device)
    return tensors


def pairs_of(
    windows: Sequence[Window],
    groups: Sequence[Sequence[Group]],
    distances: Sequence[IntArray],
    origin: Sequence[tuple[int, int, int]],
    device: torch.device,
    *,
    between: bool = False,
) -> Pairs:
    """Turn pairs of groups into tensors, as `pair_arrays` says."""
    arrays = pair_arrays(windows, groups, distances, origin, between=between)
    pairs: Pairs = on_device(arrays, device)
    return pairs


def on_device(arrays: Any, device: torch.device | str) -> Any:
    """Return a value of arrays as one of tensors, all whole numbers in one copy to the device."""
    columns = list(_arrays(arrays))
    whole = [column for column in columns if column.dtype != bool]
    flat = np.concatenate([column.ravel() for column in whole]) if whole else np.empty(0, np.int64)
    copied = torch.from_numpy(flat).to(device, non_blocking=True)
    tensors = iter(torch.split(copied, [column.size for column in whole]))
    made = [
        next(tensors).reshape(column.shape)
        if column.dtype != bool
        else torch.from_numpy(column).to(device, non_blocking=True)
        for column in columns
    ]
    return _made(arrays, iter(made))


def _arrays(value: Any) -> Iterator[npt.NDArray[Any]]:
    """Yield the arrays of a value in the order of its fields."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _arrays(getattr(value, field.name))
    elif value is not None:
        yield value


def _made(value: Any, tensors: Iterator[Tensor]) -> Any:
    """Return a value of the same shape with the next tensors in place of its arrays."""
    if is_dataclass(value):
        kind: Any = type(value)
        return kind(*(_made(getattr(value, f.name), tensors) for f in fields(value)))
    return None if value is None else next(tensors)
