"""Gradients of several batches, of smaller parts when memory runs out, and of nonsense."""

from types import SimpleNamespace

import pytest
import torch

from extractors.errors import DeviceUnavailableError, TrainingError
from extractors.training.backward import Backward
from extractors.training.objective import Loss

BATCHES = [[SimpleNamespace(name=f"{i}", value=float(i)) for i in range(4)]] * 2


class Line:
    """One weight, and a device with room for so many examples."""

    def __init__(self, room: int) -> None:
        self.weight = torch.nn.Parameter(torch.tensor(1.0))
        self.room = room
        self.backward = Backward(torch.optim.SGD([self.weight]), at_once=4)

    def loss(self, part) -> Loss:
        total = torch.stack([self.weight * example.value for example in part]).mean()
        if len(part) > self.room:
            total.backward()  # part of a gradient was there when memory ran out
            raise torch.OutOfMemoryError("CUDA out of memory")
        return Loss(total, {"mention": total.detach()})

    def run(self) -> dict[str, float]:
        return self.backward(BATCHES, self.loss, n_windows=8, step=1)


def test_batches_add_up_to_their_mean():
    line = Line(room=4)

    assert line.run() == {"total": 1.5, "mention": 1.5}
    assert line.weight.grad.item() == 1.5


@pytest.mark.parametrize("room", [1, 2, 3])
def test_out_of_memory_halves_what_is_read_at_once_and_changes_nothing_else(room):
    line = Line(room)

    assert line.run()["total"] == 1.5
    assert line.weight.grad.item() == 1.5
    assert line.backward.at_once == max(n for n in (1, 2) if n <= room)


def test_no_room_for_one_is_said():
    with pytest.raises(DeviceUnavailableError, match="not even one window"):
        Line(room=0).run()


def test_a_loss_that_is_no_number_stops_and_names_the_documents():
    line = Line(room=4)

    with pytest.raises(TrainingError, match="not a number at step 7: 0, 1, 2, 3"):
        line.backward(BATCHES, lambda part: Loss(torch.tensor(torch.nan), {}), n_windows=8, step=7)
