import numpy as np

from assistant.related import MOST, RelatedWords

MEANINGS = {
    "kanca": (1.0, 0.0), "hook": (0.9, 0.436), "kancalar": (1.0, 0.0), "olta": (0.6, 0.8), "vana": (0.0, 1.0),
}  # fmt: skip


class Meanings:
    """Knows the words above; all others mean the opposite of the first."""

    name = fingerprint = "meanings"
    dimension, max_tokens = 2, 8

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_passages(self, texts):
        self.asked += texts
        return np.array([MEANINGS.get(text, (-1.0, 0.0)) for text in texts], np.float32).reshape(-1, 2)

    def embed_question(self, text):
        return self.embed_passages([text])[0]

    def count_tokens(self, texts):
        return [1 for _ in texts]


def test_words_of_like_meaning_nearest_first() -> None:
    related = RelatedWords(lambda: list(MEANINGS), Meanings())
    (near,) = related.of(["kanca"])  # not itself nor what begins like it
    assert [word for word, _ in near] == ["hook", "olta"]
    assert np.allclose([similar for _, similar in near], [0.9, 0.6])
    olta = [("olta", np.float32(0.8))]
    assert related.of(["vana", "bilinmeyen", "vana"]) == [olta, [], olta]


def test_what_is_asked_for_is_no_relation() -> None:
    related = RelatedWords(lambda: list(MEANINGS), Meanings())
    for _ in range(2):
        of_kanca, of_hook = related.of(["kanca", "hook"])
        assert [word for word, _ in of_kanca] == ["olta"]
        assert [word for word, _ in of_hook] == ["olta"]
    assert [word for word, _ in related.of(["hook"])[0]] == ["kanca", "kancalar", "olta"]


def test_what_has_no_meaning_of_its_own_has_no_relations() -> None:
    related = RelatedWords(lambda: ["ab", "kanca"], Meanings())
    assert related.of(["ab", "3.11", "--kanca", ""]) == [[], [], [], []]
    assert RelatedWords(lambda: [], Meanings()).of(["kanca"]) == [[]]
    assert related.of([]) == []


def test_a_few_are_enough() -> None:
    class Alike(Meanings):
        def embed_passages(self, texts):
            return np.tile(np.array([1, 0], np.float32), (len(texts), 1))

    words = [f"{letter}kelime" for letter in "abcçdefghi"]
    assert len(RelatedWords(lambda: words, Alike()).of(["kanca"])[0]) == MOST


def test_vectors_are_made_when_asked_for_and_once() -> None:
    embedder = Meanings()
    first = RelatedWords(lambda: ["kanca", "hook"], embedder)
    assert embedder.asked == []
    first.of(["kanca"])
    first.of(["kanca"])
    assert embedder.asked == ["kanca", "hook", "kanca"]
    never_asked = RelatedWords(lambda: ["vana"], embedder, first)
    after = RelatedWords(lambda: ["hook", "vana", "kanca"], embedder, never_asked)
    assert [word for word, _ in after.of(["kanca"])[0]] == ["hook"]
    assert embedder.asked[3:] == ["vana", "kanca"]


def test_what_is_remembered_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr("assistant.related._REMEMBERED", 3)
    related = RelatedWords(lambda: list(MEANINGS), Meanings())
    for number in range(10):
        related.of([f"kelime{chr(97 + number)}", "kanca"])
        assert len(related._near) <= 5
