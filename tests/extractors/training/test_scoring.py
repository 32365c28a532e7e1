"""What training counts after an epoch: the same as `evaluate`, and no more than was seen."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extractors.calibration import MOST_LEAD
from extractors.evaluation import judge
from extractors.facts import Span
from extractors.reading.decoding import NameGroup, Reading, ScoredMention, ScoredRelation
from extractors.reading.merging import Types
from extractors.training.fitting import fit_calibration
from extractors.training.labels import ImpliedConfig
from extractors.training.scoring import Judgement, judge_readings
from tests.extractors.evaluation.builders import TEXT, extractions

TYPES = Types(entities=("A", "B"), relations=("R", "S"))


def reading_of(extraction, relations):
    """The extraction as if one window had been read so; confidences serve as scores."""
    groups = tuple(
        NameGroup(
            TYPES.entities.index(entity.type),
            entity.name,
            tuple(ScoredMention((0, 1), m.span, 0, 1.0) for m in entity.mentions),
        )
        for entity in extraction.entities
    )
    rows = {entity: row for row, entity in enumerate(extraction.entities)}
    scored = tuple(
        ScoredRelation(
            rows[relation.subject],
            TYPES.relations.index(relation.type),
            rows[relation.object],
            relation.confidence,
            {},
        )
        for relation in relations
    )
    return Reading(Span(0, len(TEXT)), groups, scored)


@given(extractions(), extractions(), st.sampled_from([(), ("R",), ("R", "S")]))
def test_soft_means_the_same_in_training_and_in_evaluation(gold, predicted, symmetric):
    """Each relation by itself; of several for one gold relation training takes the surest."""
    types = Types(entities=TYPES.entities, relations=TYPES.relations, symmetric=symmetric)
    for relation in predicted.relations:
        [alone] = judge(
            gold, _with_relations(predicted, relation), "soft", symmetric=symmetric
        ).predictions
        judgement = judge_readings([gold], [[reading_of(predicted, [relation])]], types)

        assert judgement.relation_right.tolist() == [alone.right]
    n_gold = judge_readings([gold], [[]], types).n_gold_relations
    assert n_gold == len(judge(gold, predicted, "soft", symmetric=symmetric).gold_types)


@given(extractions())
def test_what_a_labelled_fact_implies_is_right_and_need_not_be_found(gold):
    """With "R implies S, the other way round", each R turned into an S is right."""
    only_r = _with_relations(gold, *(r for r in gold.relations if r.type == "R"))
    implied = ImpliedConfig(turned={"R": ("S",)})
    for relation in only_r.relations:
        following = replace(relation, type="S", subject=relation.object, object=relation.subject)
        reading = reading_of(only_r, [following])
        judgement = judge_readings([only_r], [[reading]], TYPES, implied)

        assert judgement.relation_right.tolist() == [True]
        assert judgement.n_gold_relations == len(judge(only_r, only_r, "soft").gold_types)
        assert judge_readings([only_r], [[reading]], TYPES).relation_right.tolist() == [False]


def _with_relations(extraction, *relations):
    return type(extraction)(
        document=extraction.document,
        chunks=extraction.chunks,
        entities=extraction.entities,
        relations=relations,
    )


SCORES = st.floats(-1e6, 1e6)
LEADS = st.tuples(*[st.floats(-MOST_LEAD, MOST_LEAD)] * 3)


@st.composite
def judgements(draw):
    """Any scores of any facts in up to thirty documents, right or wrong however it comes."""
    n_documents = draw(st.integers(1, 30))
    mentions = draw(st.lists(st.tuples(SCORES, st.booleans()), max_size=60))
    row = st.tuples(
        SCORES,
        SCORES,
        st.booleans(),
        st.integers(0, n_documents - 1),
        st.integers(0, 9),
        st.integers(0, 2),
        LEADS,
    )
    relations = draw(st.lists(row, max_size=60))
    return Judgement(
        n_documents=n_documents,
        mention_scores=np.array([score for score, _ in mentions], np.float64),
        mention_right=np.array([right for _, right in mentions], bool),
        n_gold_mentions=len(mentions),
        relation_features=np.array([row[:2] for row in relations], np.float64).reshape(-1, 2),
        relation_leads=np.array([row[6] for row in relations], np.float64).reshape(-1, 3),
        relation_apart=np.array([row[4] for row in relations], np.int64),
        relation_type=np.array([row[5] for row in relations], np.int64),
        n_relation_types=3,
        relation_right=np.array([row[2] for row in relations], bool),
        relation_document=np.array([row[3] for row in relations], np.int64),
        n_gold_relations=len(relations),
    )


@given(
    st.none() | judgements(),
    st.sampled_from([0.0, 0.75]),
    SCORES,
    SCORES,
    st.integers(0, 9),
    st.integers(0, 2),
    LEADS,
)
def test_no_confidence_is_above_what_the_judged_facts_support(
    judgement, target, score, argument, apart, type_, leads
):
    calibration, _ = fit_calibration(judgement, target)

    n_mentions = int(judgement.mention_right.sum()) if judgement else 0
    n_relations = int(judgement.relation_right.sum()) if judgement else 0
    most = 10 * judgement.n_documents if judgement else 0
    for n_right, confidence in (
        (n_mentions, calibration.mention_confidence(score)),
        (n_relations, calibration.relation_confidence(score, argument, apart, type_, leads)),
    ):
        n = max(1, min(n_right, most))
        assert 0 < confidence <= (n + 1) / (n + 2)
