"""Shares that can be counted by hand."""

import pytest

from assistant.coverage import chunk_keys, code_keys, coverage, heading_keys, keys
from assistant.records import Chunk

CHUNK = Chunk("a.md", "Hayvanlar", ("Evcil", "Kediler"), None, "Kedi E-1042 içer ve uyur.", 0)


def test_keys_leave_out_stop_words():
    assert keys("Kedi ve köpek") == {"kedi", "kopek"}
    assert heading_keys(CHUNK) == {"hayva", "evcil", "kedil"}
    assert chunk_keys(CHUNK) == {"hayva", "evcil", "kedil", "kedi", "e-1042", "icer", "uyur"}


def test_codes_have_letters_and_something_else():
    assert code_keys(keys("E-1042 KILAVUZ_PORT ResNet50 GitHub 2024 3.11 kedi")) == {
        "e-1042",
        "kilavuz_port",
        "resnet50",
    }


def test_coverage_is_weighted_and_counts_a_key_where_it_is_worth_most():
    weights = {"kedi": 3.0, "sut": 1.0}
    assert coverage(weights, (1.0, {"kedi"})) == pytest.approx(0.75)
    assert coverage(weights, (1.0, {"sut"}), (0.5, {"kedi", "sut"})) == pytest.approx((1 + 1.5) / 4)
    assert coverage(weights, (1.0, set())) == 0.0
    assert coverage({}, (1.0, {"kedi"})) == 0.0
