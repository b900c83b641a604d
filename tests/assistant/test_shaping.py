from assistant.records import Chunk, Hit
from assistant.shaping import LOOKED_AT, shaped, without_copies


def hits(*texts: str) -> list[Hit]:
    """Hits with falling scores, each from a document of its own."""
    return [
        Hit(Chunk(f"{n}.md", "Belge", (), None, text, 0, n), 0.9 - 0.02 * n) for n, text in enumerate(texts)
    ]


def found(ranked: list[Hit]) -> list[int]:
    return [hit.chunk.id for hit in ranked]


def telling(word: str) -> float:
    return 1.0 if word in ("belge", "kulla") else 5.0


LONG = " ".join(f"kelime{chr(97 + n)}" for n in range(26)) + " pompanın bakımı her yıl yapılır"


def test_copies_are_shown_once() -> None:
    shown = without_copies("pompa bakımı", hits(LONG, "başka", LONG, LONG + " ayrıca", "başka"))
    assert found(shown) == [0, 1]
    assert [hit.copies for hit in shown] == [("2.md", "3.md"), ("4.md",)]


def test_what_differs_in_a_number_a_code_or_a_word_asked_for_is_no_copy() -> None:
    texts = LONG, f"{LONG} 12", f"{LONG} 13", f"{LONG} E-1042", f"{LONG} vana"
    assert found(without_copies("vana bakımı", hits(*texts))) == [0, 1, 2, 3, 4]
    assert found(without_copies("pompa bakımı", hits(*texts))) == [0, 1, 2, 3]
    assert found(without_copies("pompa", hits("pompa", "motor"))) == [0, 1]
    for yes, no in (("vanası var", "vanası YOKTUR"), ("vanası açık", "vanası açık değil.")):
        assert found(without_copies("pompa", hits(f"{LONG} {yes}", f"{LONG} {no}"))) == [0, 1]
    assert without_copies("pompa", []) == []


def test_a_definition_comes_before_what_only_names_the_word() -> None:
    before = hits(
        "Bakımda pompa sökülür.",
        "Pompa, sıvıları bir yerden başka yere ileten makinedir.",
    )
    for question in ("Pompa nedir?", "POMPA NEDİR", "pompa ne demek"):
        assert found(shaped(question, before, telling)) == [1, 0]
    assert found(shaped("Pompa nasıl sökülür?", before, telling)) == [0, 1]


def test_both_sides_of_a_comparison_come_first() -> None:
    one_sided = [f"Dalgıç tipi {n} numaralı modelde suya iner." for n in ("bir", "iki", "üç", "dört")]
    found_hits = hits(*one_sided, "Santrifüj tipi yüzeyde çalışır.")
    assert found(shaped("dalgıç ile santrifüj arasındaki fark nedir", found_hits, telling))[:2] == [0, 4]
    assert found(shaped("dalgıç ve santrifüj nerede kullanılır", found_hits, telling)) == [0, 1, 2, 3, 4]


def test_scores_stay_with_the_places_and_far_hits_stay_where_they_are() -> None:
    texts = [f"Dalgıç {n} suya iner." for n in range(LOOKED_AT)] + ["Santrifüj yüzeyde çalışır."]
    before = hits(*texts)
    after = shaped("dalgıç ile santrifüj farkı", before, telling)
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert found(after)[-1] == LOOKED_AT
    assert sorted(found(after)) == found(before)


def test_hostile_questions() -> None:
    for question in ("", "?", "nedir fark", "\x00", "ne demek " * 400):
        assert sorted(found(shaped(question, hits("a", "b"), telling))) == [0, 1]
    assert shaped("nedir", [], telling) == []
