"""The head that compares the two texts of a pair: which tokens are whose, where it begins, how it loads."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from assistant.segment_head import SegmentHead, load_with_head  # noqa: E402

SEP, PAD = 2, 0
IDS = torch.tensor([[1, 7, 8, SEP, 9, SEP], [1, 7, SEP, 8, SEP, PAD]])


def features(states: "torch.Tensor", **more: "torch.Tensor") -> dict[str, "torch.Tensor"]:
    return {"token_embeddings": states, "input_ids": IDS, "attention_mask": (IDS != PAD).long(), **more}


def test_it_begins_at_the_cosine_of_the_two_means() -> None:
    states = torch.randn(2, 6, 8, generator=torch.Generator().manual_seed(0))
    head = SegmentHead(8, 16, separator=SEP).train(False)
    made = head(features(states))
    for row, (middle, end) in enumerate(((4, 6), (3, 5))):
        alike = torch.cosine_similarity(states[row, :middle].mean(0), states[row, middle:end].mean(0), dim=0)
        assert made["scores"][row, 0].item() == pytest.approx(alike.item(), abs=1e-5)
    padded = states.clone()
    padded[1, 5] = 1e3  # padding is not read
    torch.testing.assert_close(head(features(padded))["scores"], made["scores"])


def test_numbered_segments_count_more_than_separators() -> None:
    """A text may hold a separator itself."""
    states = torch.randn(2, 6, 8, generator=torch.Generator().manual_seed(0))
    types = torch.tensor([[0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0]])
    made = SegmentHead(8, 16, separator=SEP).train(False)(features(states, token_type_ids=types))
    alike = torch.cosine_similarity(states[0, :5].mean(0), states[0, 5], dim=0)
    assert made["scores"][0, 0].item() == pytest.approx(alike.item(), abs=1e-5)


def test_its_line_is_the_one_nearest_to_the_scores() -> None:
    head = SegmentHead(8)
    head.start_at_cosine(torch.tensor([0.8, 0.9, 1.0]), torch.tensor([0.0, 0.5, 1.0]))
    torch.testing.assert_close(head.line.detach(), torch.tensor([5.0, -4.0]))
    head.start_at_cosine(torch.tensor([0.9, 0.9]), torch.tensor([0.2, 0.4]))  # they say nothing
    torch.testing.assert_close(head.line.detach(), torch.tensor([0.0, 0.3]))


@pytest.mark.parametrize(
    "kind", ["os.system", "modeling_mine.Head", "sentence_transformers.base.modules.Dense"]
)
def test_no_other_class_is_loaded(kind: str, tmp_path: Path) -> None:
    modules = [{"type": "a", "path": ""}, {"type": kind, "path": "1_Head"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules), "utf-8")
    assert load_with_head(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1, 2]", '[{"path": 1}, {}]'])
def test_a_broken_list_of_modules_is_none_of_ours(text: str, tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(text, "utf-8")
    assert load_with_head(tmp_path) is None and load_with_head(tmp_path / "yok") is None
