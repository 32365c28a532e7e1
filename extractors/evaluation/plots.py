"""Draw what an evaluation measured: the reliability of confidences, precision over recall."""

from pathlib import Path
from typing import TYPE_CHECKING

from extractors.evaluation.curves import Curve
from extractors.evaluation.reliability import Reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def reliability_plot(measured: Reliability, path: Path, *, title: str = "Relations") -> None:
    """Write a PNG: share of right facts over their confidence, and how many facts there are."""
    figure = _figure(4.6, 5.4)
    reliability, sizes = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    full = [bin_ for bin_ in measured.bins if bin_.n]
    reliability.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--")
    reliability.plot(
        [bin_.mean_confidence for bin_ in full],
        [bin_.share_right for bin_ in full],
        marker="o",
        color="#2458a6",
    )
    reliability.set_title(
        f"{title}: ECE {measured.ece:.3f}, Brier {measured.brier:.3f}", fontsize=10
    )
    reliability.set_ylabel("share right")
    reliability.set_ylim(0, 1)
    sizes.bar(
        [(bin_.low + bin_.high) / 2 for bin_ in measured.bins],
        [bin_.n for bin_ in measured.bins],
        width=[0.9 * (bin_.high - bin_.low) for bin_ in measured.bins],
        color="#9db8dd",
    )
    sizes.set_ylabel("facts")
    sizes.set_xlabel("confidence")
    sizes.set_xlim(0, 1)
    _finish(figure, [reliability, sizes], path)


def precision_recall_plot(curve: Curve, path: Path, *, title: str = "Relations") -> None:
    """Write a PNG: precision over recall at every threshold, the best F1 marked."""
    figure = _figure(4.6, 4.2)
    axes = figure.subplots()
    threshold, best = curve.best()
    axes.plot(curve.recall, curve.precision, color="#2458a6", linewidth=1.5)
    axes.plot([best.recall], [best.precision], marker="o", color="#b3261e")
    axes.set_title(f"{title}: best F1 {100 * best.f1:.1f} at {threshold:.2f}", fontsize=10)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    _finish(figure, [axes], path)


def _figure(width: float, height: float) -> "Figure":
    # A figure of its own, without pyplot: no window, no state shared with the caller's plots.
    from matplotlib.figure import Figure  # 0.5 s to import, and only needed here

    return Figure(figsize=(width, height), layout="constrained")


def _finish(figure: "Figure", axes: "list[Axes]", path: Path) -> None:
    for one_plot in axes:
        one_plot.set_axisbelow(True)
        one_plot.grid(color="0.92")
        one_plot.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
