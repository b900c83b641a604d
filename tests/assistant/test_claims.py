import pytest

from assistant.claims import claims

CASES = {
    "before the full stop": ("Kedi süt içer [1]. Köpek su içer [2].", [(1,), (2,)]),
    "behind it": ("Kedi süt içer. [1] Köpek su içer.[2]", [(1,), (2,)]),
    "several": ("Kedi süt içer [1][2].", [(1, 2)]),
    "leaning on the next one": ("Kedi süt içer. Köpek su içer [2].", [(2,), (2,)]),
    "none behind it": ("Kedi süt içer [1]. Köpek su içer.", [(1,), ()]),
    "not across paragraphs": ("Kedi süt içer.\n\nKöpek su içer [2].", [(), (2,)]),
    "items": ("- Kedi süt içer. Uyur [1].\n- Köpek su içer.\n", [(1,), (1,), ()]),
    "an item's own mark in front": ("- [1] Kedi süt içer.\n- [2] Köpek su içer.", [(1,), (2,)]),
    "an introduction's mark": ("Hayvanlar [2]:\n\n1. Kedi süt içer.\n2. Köpek su içer.", [(2,), (2,), (2,)]),
    "a table": ("| a | b |\n|---|---|\n| kedi | süt |\n| köpek | su |\n\n[1]", [(1,), (1,)]),
    "a row's own": ("| a | b |\n|---|---|\n| kedi | süt [2] |", [(2,)]),
    "code": ("Şunu yazın [1]:\n\n```sh\nx[2] = 1\n```", [(1,), (1,)]),
    "alone behind code": ("```sh\nx[2] = 1\n```\n\n[1]", [(1,)]),
    "in a code span": ("Kedi `a[1]` yazar.", [()]),
    "only a mark": ("[1]", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("answer", "cited"), CASES.values(), ids=CASES)
def test_what_stands_behind_a_claim(answer, cited):
    assert [claim.cited for claim in claims(answer)] == cited


def test_claims_are_the_answers_own_text_without_marks():
    answer = "# Başlık\n\n**Kedi** süt içer.[1]\n\n1. Köpek su içer [2]. Uyur.\n"
    found = claims(answer)
    assert [answer[c.start : c.end] for c in found] == ["**Kedi** süt içer.", "Köpek su içer [2].", "Uyur."]
    assert not any("[" in claim.text for claim in found)
    assert [len(c.text) for c in found] == [c.end - c.start for c in found]
