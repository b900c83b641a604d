import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sparse import EMPTY, Sparse, as_csr, column_sums, stack, take, tally

ROWS = st.lists(st.lists(st.integers(0, 4), max_size=6), max_size=6)


def sparse(rows):
    ends = np.cumsum([0, *map(len, rows)])
    return tally(ends, np.array([column for row in rows for column in row], np.int32), 5)


def dense(matrix):
    shape = len(matrix.indptr) - 1, 5
    return as_csr(matrix, shape).toarray().tolist()


def counted(rows):
    return [[row.count(column) for column in range(5)] for row in rows]


@given(ROWS, ROWS)
def test_tally_and_stack(one, other):
    assert dense(sparse(one)) == counted(one)
    assert dense(stack([EMPTY, sparse(one), sparse(other)])) == counted(one + other)


@given(ROWS, st.data())
def test_take(rows, data):
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1)) if rows else st.just([]))
    taken = take(sparse(rows), np.array(chosen, np.int64), 5)
    assert dense(taken) == counted([rows[i] for i in chosen])
    assert taken.indices.dtype == np.int32 and taken.data.dtype == np.uint16


@given(ROWS)
def test_column_sums(rows):
    sums = column_sums(sparse(rows), 5)
    assert sums.tolist() == [sum(row.count(column) for row in rows) for column in range(5)]


def test_column_sums_of_many_parts(monkeypatch):
    monkeypatch.setattr("assistant.sparse._PART", 2)
    assert column_sums(sparse([[0, 0, 3], [], [1, 3, 4], [3]]), 5).tolist() == [2, 1, 0, 3, 1]


def test_all_rows_in_order_are_the_matrix_itself():
    matrix = sparse([[1], [2, 2]])
    assert take(matrix, np.arange(2), 5) is matrix


def test_rows_are_read_and_added_below():
    matrix = sparse([[1], [2, 0, 2]])
    assert [part.tolist() for part in matrix.row(1)] == [[0, 2], [1, 2]]
    assert as_csr(matrix, (3, 5)).toarray().tolist()[2] == [0] * 5


def test_a_count_ends_where_its_bytes_end():
    matrix = tally(np.array([0, 70_000]), np.zeros(70_000, np.int32), 1)
    assert matrix.data.tolist() == [65_535]


@pytest.mark.parametrize("rows", [[], [[]]])
def test_nothing(rows):
    assert dense(sparse(rows)) == counted(rows)
    assert isinstance(stack([sparse(rows)]), Sparse)
