"""Which epoch is the best depends on what the model is for."""

from extractors.training.evaluating import dev_score

SURE = {"mention_f1": 0.80, "relation_f1": 0.50, "recall_at_precision_75": 0.30}
MANY = {"mention_f1": 0.86, "relation_f1": 0.51, "recall_at_precision_75": 0.20}


def test_graph_wants_sure_facts_and_a_corpus_all_of_them():
    assert dev_score(SURE, 0.75) > dev_score(MANY, 0.75)
    assert dev_score(SURE, 0.0) < dev_score(MANY, 0.0)


def test_model_without_relations_is_judged_by_mentions():
    assert dev_score({"mention_f1": 0.80}, 0.75) == 0.80


def test_an_epoch_that_finds_no_relation_yet_does_not_beat_one_that_does():
    first = SURE | {"relation_f1": 0.0, "recall_at_precision_75": 0.0}

    assert dev_score(first, 0.75) < dev_score(SURE, 0.75)
    assert dev_score(first, 0.0) < dev_score(SURE, 0.0)
