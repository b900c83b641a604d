"""The user's own questions and answers: what is matched, what is not, broken files."""

from pathlib import Path

import pytest

from assistant.embedder import load_embedder
from assistant.errors import KilavuzError
from assistant.faq import Faq, load_faq
from tests.fakes import WordEmbedder

FILE = """
[[sss]]
soru = ["Parolamı nasıl sıfırlarım?", "Parolamı unuttum, ne yapmalıyım?"]
yanit = "Giriş sayfasındaki *bağlantıyı* kullanın."
kaynak = "BT el kitabı, s. 4"

[[sss]]
soru = "E-1042 hatası nedir?"
yanit = "Yağ basıncı düşük."
kaynak = "Arıza listesi"
"""


@pytest.fixture(scope="module")
def faq(tmp_path_factory: pytest.TempPathFactory) -> Faq:
    file = tmp_path_factory.mktemp("faq") / "sss.toml"
    file.write_text(FILE, "utf-8")
    return load_faq(file, load_embedder())


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Parolamı nasıl sıfırlarım?", "BT el kitabı, s. 4"),
        ("parolami nasil sifirlarim", "BT el kitabı, s. 4"),
        ("PAROLAMI UNUTTUM NE YAPMALIYIM", "BT el kitabı, s. 4"),
        ("e-1042 hatası nedir", "Arıza listesi"),
        ("E-1043 hatası nedir?", None),
        ("Parolamı neden sıfırlarım?", None),
        ("Parola kaç günde bir sıfırlanır?", None),
        ("Pompayı nasıl sıfırlarım?", None),
        ("Merhaba", None),
        ("?!", None),
    ],
)
def test_only_nearly_the_same_question_is_answered(faq: Faq, question: str, source: str | None) -> None:
    found = faq.match(question)
    assert (found.source if found else None) == source


def test_without_a_file_nothing_is_answered(tmp_path: Path) -> None:
    assert load_faq(tmp_path / "sss.toml", WordEmbedder()).match("Parolamı nasıl sıfırlarım?") is None
    (tmp_path / "sss.toml").write_text("# daha boş\n", "utf-8")
    assert load_faq(tmp_path / "sss.toml", WordEmbedder()).match("Parolamı nasıl sıfırlarım?") is None


GOOD = '[[sss]]\nsoru = "a mı?"\nyanit = "b"\nkaynak = "c"\n\n'


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (GOOD + '[[sss]]\nsoru = "a"\nyanit = "b"\n', 6),
        (GOOD + '[[sss]]\nsoru = []\nyanit = "b"\nkaynak = "c"\n', 6),
        (GOOD + '[[sss]]\nsoru = ["a", 3]\nyanit = "b"\nkaynak = "c"\n', 6),
        (GOOD + '[[ sss ]]\nsoru = "?"\nyanit = "b"\nkaynak = "c"\n', 6),
        (GOOD + '[[sss]]\nsoru = "a"\nyanit = 3\nkaynak = "c"\n', 6),
        (GOOD + '[[soru]]\nsoru = "a"\n', 6),
        ('[sss]\nsoru = "a"\n', 1),
        ('sss = ["a"]\n', 1),
        ('sss = "a"\n', 1),
        (GOOD + '[[sss]]\nsoru = "a\n', 7),
    ],
)
def test_a_broken_file_is_one_sentence_with_the_line(tmp_path: Path, content: str, line: int) -> None:
    file = tmp_path / "sss.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(KilavuzError, match=f"satır {line}: ") as error:
        load_faq(file, WordEmbedder())
    assert "düzeltin ya da dosyayı silin" in error.value.message.tr
    assert f"line {line}: " in error.value.message.en
