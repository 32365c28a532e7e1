"""Measures what a model states of ordinary prose, as shipped, by genre.

    python -m benchmarks.bench_prose [--json] [--model auto] [--by-genre] [--strangers]

Reads the dev parts of the corpora `genres`, `written` and `written_zh`, each with the model of its
language, in the folder that NIGHTLOOM_DATA names (docs/corpora.md), and the texts of
`configs/texts` that are kept apart: on those nothing was trained and nothing chosen.

A fact is right when gold has its type between entities that share a mention with its ends, exact
spans, or when a labelled fact implies it (`[implied]` in configs/general.toml): such a fact counts
for precision and not for recall.

`--strangers` measures each genre of the English corpora with confidences and a threshold that were
fitted without it: what a genre that nobody thought of would get.
"""

import argparse
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.bench_demo import SYMMETRIC, implied
from benchmarks.figures import Figure, figure, show
from extractors.calibration import calibration_error, f1, fit_logistic, relation_design
from extractors.checkpoints import find_checkpoint, load
from extractors.corpora import read_corpus
from extractors.evaluation import Argument, RelationKey, SoftMatcher
from extractors.facts import Entity, Extraction, Relation
from extractors.reading import TransformerExtractor
from extractors.text import TextEncoder
from extractors.training import TrainConfig
from extractors.training.evaluating import judge_model
from flows.extractor import model_for_text
from flows.setting_groups import AUTO
from flows.settings import load_settings

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "configs/texts"
FLOORS = {
    "genres": (0.70, 0.25, 0.78),
    "written": (0.80, 0.40, 0.78),
    "written_zh": (0.75, 0.30, 0.80),
}
"""Precision and recall of relations, and F1 of mentions, by corpus."""
AIMS = {"genres": (0.82, 0.5, 0.86), "written": (0.88, 0.65, 0.86), "written_zh": (0.85, 0.5, 0.88)}


@dataclass(slots=True)
class Tally:
    """What was found of some documents, and what of it is right."""

    chances: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    n_cited: int = 0
    """Facts whose cited sentences mention both ends."""
    n_gold: int = 0
    n_met: int = 0
    n_mentions: int = 0
    n_mentions_right: int = 0
    n_gold_mentions: int = 0

    def add(self, gold: Extraction, said: Extraction, following: Extraction) -> None:
        """Count one document.

        Args:
            gold: What is labelled in it.
            said: What a model says of it.
            following: The document with what the labelled facts imply.
        """
        matcher, implied = SoftMatcher(gold, SYMMETRIC), SoftMatcher(following, SYMMETRIC)
        met: set[int] = set()
        for relation in said.relations:
            key = relation_key(relation)
            met |= set(matcher.meets(key))
            self.right.append(bool(matcher.meets(key) or implied.meets(key)))
            self.chances.append(relation.confidence)
            self.n_cited += relation.mentions_both_ends
        self.n_gold += len(matcher.gold)
        self.n_met += len(met)
        gold_mentions, said_mentions = _mentions(gold), _mentions(said)
        self.n_mentions += len(said_mentions)
        self.n_gold_mentions += len(gold_mentions)
        self.n_mentions_right += len(gold_mentions & said_mentions)

    @property
    def precision(self) -> float:
        """Of the stated facts."""
        return sum(self.right) / max(1, len(self.right))

    @property
    def recall(self) -> float:
        """Of the labelled facts."""
        return self.n_met / max(1, self.n_gold)

    @property
    def mention_f1(self) -> float:
        """Of mentions, span and type exact."""
        return f1(
            self.n_mentions_right / max(1, self.n_mentions),
            self.n_mentions_right / max(1, self.n_gold_mentions),
        )

    @property
    def ece(self) -> float:
        """Expected calibration error of the stated facts."""
        return calibration_error(np.array(self.chances), np.array(self.right, bool))


def tallies(extractor: TransformerExtractor, path: Path) -> dict[str, Tally]:
    """Read a corpus and count, by genre and, under "", in all."""
    golds = list(read_corpus(path))
    counted: dict[str, Tally] = defaultdict(Tally)
    for gold, said in zip(golds, extractor.extract(g.document for g in golds), strict=True):
        for genre in ("", gold.document.id.rsplit("-", 1)[0]):
            counted[genre].add(gold, said, followed(gold))
    return counted


def figures(model: str, *, by_genre: bool) -> dict[str, Figure]:
    """Return what is measured of the corpora."""
    shown: dict[str, Figure] = {}
    paths = {name: load_settings().data / name / "dev.jsonl" for name in FLOORS}
    paths |= {path.stem: path for path in sorted(TEXTS.glob("*_apart.jsonl"))}
    for name, path in paths.items():
        precision, recall, mentions = FLOORS.get(name, (None, None, None))
        first = next(iter(read_corpus(path))).document.text
        extractor = TransformerExtractor.load(model_for_text(model, first))
        counted = tallies(extractor, path)
        whole = counted.pop("")
        aims = AIMS.get(name, (None, None, None))
        shown |= {
            f"{name}: precision": figure(whole.precision, "ratio", floor=precision, aim=aims[0]),
            f"{name}: recall": figure(whole.recall, "ratio", floor=recall, aim=aims[1]),
            f"{name}: facts stated": figure(len(whole.right), f"of {whole.n_gold} labelled"),
            f"{name}: both ends cited": figure(
                whole.n_cited / max(1, len(whole.right)), "ratio", floor=0.97, aim=1
            ),
            f"{name}: ECE": figure(whole.ece, "ratio", floor=0.06, aim=0.03, direction="<="),
            f"{name}: mentions F1": figure(whole.mention_f1, "ratio", floor=mentions, aim=aims[2]),
        }
        if by_genre:
            for genre, tally in sorted(counted.items()):
                shown[f"{name}, {genre}: precision"] = figure(tally.precision, "ratio")
                shown[f"{name}, {genre}: recall"] = figure(tally.recall, "ratio")
    return shown


def strangers(model: str) -> dict[str, Figure]:
    """Return what each genre gets from a calibration that was fitted on the others."""
    config = TrainConfig.load(ROOT / "configs/general.toml")
    checkpoint = load(find_checkpoint(model))
    shape = checkpoint.model.config
    paths = [load_settings().data / name / "dev.jsonl" for name in ("genres", "written")]
    golds = [gold for path in paths for gold in read_corpus(path)]
    encoder = TextEncoder(
        checkpoint.tokenizer, window_tokens=shape.window_tokens, overlap_tokens=shape.overlap_tokens
    )
    judged, _ = judge_model(checkpoint.model, encoder, golds, replace(config, model=shape))
    genre_of = np.array([gold.document.id.partition("-")[0] for gold in golds])
    genres = genre_of[judged.relation_document]
    features, ridges = relation_design(
        judged.relation_features,
        judged.relation_apart,
        judged.relation_type,
        judged.relation_leads,
        judged.n_relation_types,
    )
    right, shown = judged.relation_right, {}
    for genre in sorted(set(genre_of)):
        others = genres != genre
        weights = fit_logistic(features[others], right[others], ridges)
        chances = 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))
        kept = ~others & (chances >= checkpoint.calibration.relation_threshold)
        if kept.any():
            name, n = f"stranger, {genre}", int(kept.sum())
            shown[f"{name}: precision"] = figure(float(right[kept].mean()), f"of {n} facts")
            shown[f"{name}: confidence, mean"] = figure(float(chances[kept].mean()), "ratio")
    return shown


def followed(gold: Extraction) -> Extraction:
    """Return a labelled document with what its facts imply."""
    return implied().of(gold)


def relation_key(relation: Relation) -> RelationKey:
    """Return what a fact is matched by: its type, and the mentions of its ends."""
    return RelationKey(relation.type, _argument(relation.subject), _argument(relation.object))


def _argument(entity: Entity) -> Argument:
    return Argument(frozenset((m.span.start, m.span.end) for m in entity.mentions), "")


def _mentions(extraction: Extraction) -> set[tuple[int, int, str]]:
    return {
        (mention.span.start, mention.span.end, entity.type)
        for entity in extraction.entities
        for mention in entity.mentions
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--model", default=AUTO)
    parser.add_argument("--by-genre", action="store_true")
    parser.add_argument("--strangers", action="store_true")
    asked = parser.parse_args()
    if asked.strangers:
        show(strangers(model_for_text(asked.model, "")), as_json=asked.json)
        return
    show(figures(asked.model, by_genre=asked.by_genre), as_json=asked.json)


if __name__ == "__main__":
    main()
