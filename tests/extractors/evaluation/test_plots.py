from extractors.evaluation import curve, reliability
from extractors.evaluation.plots import precision_recall_plot, reliability_plot

PNG = b"\x89PNG\r\n"


def test_reliability_is_drawn(tmp_path):
    reliability_plot(reliability([0.9, 0.2], [True, False]), tmp_path / "new" / "a.png")

    assert (tmp_path / "new" / "a.png").read_bytes().startswith(PNG)


def test_nothing_can_be_drawn_too(tmp_path):
    reliability_plot(reliability([], []), tmp_path / "a.png")
    precision_recall_plot(curve([], [], [], 0), tmp_path / "b.png")

    assert (tmp_path / "b.png").read_bytes().startswith(PNG)
