import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import topk
from assistant.topk import Term, add, best

SCORES = st.floats(2**-10, 30, width=32) | st.sampled_from([0.5, 1.0, 2.0])  # the second for ties


def term(weight, postings):
    chunks = np.array(sorted(postings), np.int32)
    scores = np.array([postings[chunk] for chunk in sorted(postings)], np.float32)
    return Term(weight, float(scores.max()), chunks, scores)


def by_bound(terms):
    return sorted(terms, key=lambda t: (t.highest >= 0, -t.weight * t.highest))


def plain(terms, size, limit):
    total = np.zeros(size, np.float32)
    for each in terms:
        add(total, each)
    order = np.lexsort((np.arange(size), -total))[:limit]
    return [(row, total[row]) for row in order.tolist() if total[row] > 0]


def found(terms, size, limit):
    rows, scores = best(terms, size, limit, "float32")
    assert scores.dtype == np.float32
    return list(zip(rows.tolist(), scores, strict=True))


@pytest.fixture
def always_pruned(monkeypatch):
    """Looks after each term, and goes over to the candidates as soon as that is right."""
    monkeypatch.setattr(topk, "_LOOK", -1)
    monkeypatch.setattr(topk, "_LOOK_CHUNK", 0)
    monkeypatch.setattr(topk, "_FIND", 0)


TERMS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.dictionaries(st.integers(0, 29), SCORES, min_size=1),
        st.sampled_from([1, 1, 1, -1]),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(TERMS, st.integers(1, 40))
def check_equals_plain_sum(drawn, limit):
    terms = by_bound(
        term(weight, {chunk: sign * score for chunk, score in postings.items()})
        for weight, postings, sign in drawn
    )
    assert found(terms, 30, limit) == plain(terms, 30, limit)


def test_equals_the_plain_sum():
    check_equals_plain_sum()


def test_equals_the_plain_sum_where_pruning_always_pays(always_pruned):
    check_equals_plain_sum()


def realistic(draw, size=200_000, count=40):
    """Terms from rare to common, with postings that a topic has together; rounded scores make ties."""
    topic = draw.choice(size, size // 50, replace=False)
    terms = []
    for i in range(count):
        frequency = int(size * 0.3 * (i + 1) ** 2 / count**2) + 5
        chunks = np.union1d(
            draw.choice(size, frequency, replace=False), draw.choice(topic, min(frequency // 5, 2000))
        ).astype(np.int32)
        idf = np.log(1 + size / len(chunks))
        scores = (idf * np.round(draw.uniform(0.4, 1, len(chunks)), 2)).astype(np.float32)
        terms.append(Term(int(draw.integers(1, 9)), float(scores.max()), chunks, scores))
    return by_bound(terms)


@pytest.mark.parametrize("limit", [1, 10, 100])
def test_equals_the_plain_sum_on_many_chunks(limit, monkeypatch):
    draw = np.random.default_rng(limit)
    calls = []
    finish = topk._finish
    monkeypatch.setattr(topk, "_finish", lambda *given: calls.append(1) or finish(*given))
    for _ in range(5):
        terms = realistic(draw)
        assert found(terms, 200_000, limit) == plain(terms, 200_000, limit)
    assert calls  # it was pruned


def test_nothing_to_find():
    assert found([], 5, 3) == []
    assert found([], 0, 3) == []
    assert found([term(1, {0: -1.0})], 5, 3) == []


def test_ties_by_row_and_the_limit():
    terms = [term(2, dict.fromkeys([7, 3, 5], 1.0)), term(1, {5: 0.5})]
    assert found(terms, 9, 2) == [(5, 2.5), (3, 2.0)]
    assert found(terms, 9, 9) == [(5, 2.5), (3, 2.0), (7, 2.0)]
