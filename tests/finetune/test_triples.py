from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from assistant.errors import KilavuzError
from finetune.questions import Question
from finetune.rules.templates import TEMPLATES
from finetune.splits import split_of
from finetune.triples import make_triples
from tests.fakes import WordEmbedder
from tests.finetune.rules.chunks import chunk

PARTS = ("pompa", "vana", "motor", "kazan", "filtre", "röle", "sensör", "kompresör", "türbin", "jeneratör")
SITES = ("Ankara", "İzmir", "Bursa", "Adana", "Konya", "Samsun")


def library():
    """60 documents of two chunks that share most of their words."""
    chunks = []
    for site in SITES:
        for part in PARTS:
            name = f"{site.lower()}-{part}.md"
            title = f"{site} {part}"
            texts = (
                f"{site} tesisindeki {part}, basıncı dengede tutan bir {part} düzeneğidir. {part} yatağı "
                f"aşındığı için {site} tesisinde bakım sıklığı artar.",
                f"{site} tesisindeki {part} yatağını değiştirmek için {part} kapağı sökülür. {site} ekibi "
                f"yılda en çok {len(part)} kez {part} değişimi yapabilir.",
            )
            heads = (f"{site} {part} Tanıtımı", f"{site} {part} yatağını değiştirme")
            chunks += [
                chunk(text, title, head, title=title, source=name, position=n)
                for n, (text, head) in enumerate(zip(texts, heads, strict=True))
            ]
    return chunks


@pytest.fixture(scope="module")
def made():
    return make_triples(library(), WordEmbedder(), num_negatives=2)


def test_the_sides_share_no_document(made) -> None:
    sides = {"train": made.train, "dev": made.dev, "test": made.test}
    for side, triples in sides.items():
        assert triples
        assert {split_of(triple.source) for triple in triples} == {side}


def test_test_questions_have_templates_of_their_own(made) -> None:
    """Words that only one side's templates have are in that side's questions alone."""
    assert not any("ne yapmalıyım" in one.question or one.question.endswith(" nedir?") for one in made.test)
    assert any(
        tail in one.question
        for one in made.test
        for tail in ("adımları izlemeliyim?", "konusunu anlatır mısın?", "ne kadar")
    )
    assert {one.rule for one in made.train} <= set(TEMPLATES) | {"side"}


def test_negatives_are_mined_and_never_held_out(made) -> None:
    passages = {part: one for one in library() for part in (one.passage, one.text)}
    shown = {"train": {"train"}, "dev": {"train", "dev"}, "test": {"train", "dev", "test"}}
    for side in ("train", "dev", "test"):
        for triple in getattr(made, side):
            own = passages[triple.positive]
            assert len(triple.negatives) <= 2 and triple.positive not in triple.negatives
            for negative in triple.negatives:
                there = passages[negative]
                assert split_of(there.source) in shown[side]
                assert there.source != own.source or there.headings != own.headings
    assert sum(len(one.negatives) for one in made.train) > len(made.train)


def test_half_of_the_training_passages_have_no_heading_and_their_negatives_neither(made) -> None:
    texts = {one.text for one in library()}
    bare = [one for one in made.train if one.positive in texts]
    assert 0.3 < len(bare) / len(made.train) < 0.7
    assert all(negative in texts for one in bare for negative in one.negatives)
    whole = [one for one in made.train if one.positive not in texts]
    assert not any(negative in texts for one in whole for negative in one.negatives)
    assert not any(one.positive in texts for one in (*made.dev, *made.test))


def test_noise_is_for_training_alone() -> None:
    clean = make_triples(library(), WordEmbedder(), noise=0.0)
    noisy = make_triples(library(), WordEmbedder(), noise=1.0)
    assert (clean.dev, clean.test) == (noisy.dev, noisy.test)
    same = sum(a.question == b.question for a, b in zip(clean.train, noisy.train, strict=True))
    assert same < 0.2 * len(clean.train)


def test_the_same_seed_gives_the_same_triples_and_another_does_not(made) -> None:
    again = make_triples(library(), WordEmbedder(), num_negatives=2)
    assert replace(again, seconds=0) == replace(made, seconds=0)
    other = make_triples(library(), WordEmbedder(), num_negatives=2, seed=1)
    assert {one.source for one in other.test} != {one.source for one in made.test}


def test_the_order_of_the_chunks_does_not_change_the_questions(made) -> None:
    turned = make_triples(library()[::-1], WordEmbedder(), num_negatives=2, noise=0.0)
    clean = make_triples(library(), WordEmbedder(), num_negatives=2, noise=0.0)
    assert {one.question for one in turned.test} == {one.question for one in clean.test}


def test_a_limit_is_spread_over_documents_and_leaves_the_test_questions(made) -> None:
    few = make_triples(library(), WordEmbedder(), limit=40)
    assert [len(few.train), len(few.dev)] == [40, 4]
    assert [one.question for one in few.test] == [one.question for one in made.test]
    assert max(Counter(one.source for one in few.train).values()) <= 2


def test_the_yield_adds_up(made) -> None:
    kept = defaultdict(int)
    for row in made.report:
        assert row.made == row.kept + sum(row.dropped.values())  # without a limit nothing is left over
        kept[row.split] += row.kept
    assert kept == {"train": len(made.train), "dev": len(made.dev), "test": len(made.test)}


def test_questions_of_several_sections_are_ambiguous() -> None:
    same = [
        replace(one, text="Önbellek, sık kullanılan verileri hızlı bellekte tutan bir katmandır.")
        for one in library()
    ]
    with pytest.raises(KilavuzError):
        make_triples([replace(one, headings=(), title="") for one in same], WordEmbedder())


def test_passages_that_held_out_documents_repeat_do_not_train() -> None:
    chunks = library()
    test = next(one for one in chunks if split_of(one.source) == "test")
    train = next(i for i, one in enumerate(chunks) if split_of(one.source) == "train")
    chunks[train] = replace(chunks[train], text=test.text, headings=("Başka", "Yer"))
    made = make_triples(chunks, WordEmbedder())
    assert not any(test.text in one.positive for one in made.train)
    assert any("copied" in row.dropped for row in made.report) or any(
        "ambiguous" in row.dropped for row in made.report
    )


def test_passages_that_held_out_documents_repeat_are_no_negatives_either() -> None:
    chunks = library()
    test = next(one for one in chunks if split_of(one.source) == "test")
    repeated = {one.source: n for n, one in enumerate(chunks) if split_of(one.source) == "train"}
    for place in repeated.values():  # one passage of each document
        chunks[place] = replace(chunks[place], text=test.text)
    made = make_triples(chunks, WordEmbedder())
    assert not any(test.text in text for one in (*made.train, *made.dev) for text in one.negatives)


def test_without_hard_negatives_there_are_none() -> None:
    made = make_triples(library(), WordEmbedder(), hard_negatives=False)
    assert made.train and all(one.negatives == () for one in (*made.train, *made.dev, *made.test))


def test_stored_vectors_are_used() -> None:
    chunks, embedder = library(), WordEmbedder()
    vectors = embedder.embed_passages([one.passage for one in chunks])
    stored = make_triples(chunks, embedder, vectors=vectors)
    assert replace(stored, seconds=0) == replace(make_triples(chunks, embedder), seconds=0)
    with pytest.raises(ValueError, match="vectors"):
        make_triples(chunks, embedder, vectors=np.zeros((1, 64), np.float32))


class Writer:
    """Knows a question for every other chunk."""

    def __init__(self):
        self.told = []

    def questions(self, one):
        self.told.append(one)
        return (
            [Question(f"{one.title} için uzman sorusu {one.position}", "llm", "llm fact")]
            if one.position
            else None
        )


def test_a_language_model_writes_where_it_can_and_never_for_the_test() -> None:
    writer = Writer()
    made = make_triples(library(), WordEmbedder(), llm=writer)
    rules = Counter(one.rule for one in made.train)
    assert rules["llm"] and len(rules) > 1
    assert "llm" not in {one.rule for one in made.test}
    assert "test" not in {split_of(one.source) for one in writer.told}


def test_with_a_limit_a_language_model_is_asked_no_more_than_needed() -> None:
    writer = Writer()
    make_triples(library(), WordEmbedder(), llm=writer, limit=10)
    assert len(writer.told) == 10 == len({one.source for one in writer.told})


def test_progress_is_told_and_reaches_its_end() -> None:
    told = []
    make_triples(library(), WordEmbedder(), progress=lambda *step: told.append(step))
    assert {name for _, _, name in told} == {"index", "questions", "triples"}
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("chunks", [[], [chunk("kısa")], [chunk("```\nkod = 1\n```")] * 3])
def test_where_nothing_can_be_asked_the_user_is_told(chunks) -> None:
    with pytest.raises(KilavuzError, match="soru üretilemedi"):
        make_triples(chunks, WordEmbedder())
