"""Units are verbatim, cover the text, and end where a Turkish reader would say they end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Chunk
from assistant.sentences import LONG, chunk_units, units


def texts(text):
    return [unit.text for unit in units(text)]


def kinds(text):
    return [(unit.kind, unit.text) for unit in units(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["İlk cümle budur.", "İkinci cümle de bu."],
        ["Diller (örn. Python) kullanılır.", "Sonra biter."],
        ["Örn. Python böyledir.", "Başka bir cümle."],
        ["Liste, sözlük vb. yapılar vardır.", "Biter."],
        ["Liste, sözlük vb.", "Bunlar yapıdır."],
        ["Dr. Ayşe Yılmaz ile Prof. Dr. A. B. Kaya yazdı.", "Yayımlandı."],
        ["Ayrıntı için bkz. Bölüm 3.", "Şimdi geçelim."],
        ["Bu, s. 12 ve md. 4'te No. 5 olarak geçer.", "Tamam."],
        ["Madde 5. Bu Yönetmelik yürürlüktedir.", "Bitti."],
        ["Şekil 2.3. Ağın yapısı görülür.", "Bitti."],
        ["Başla.", "1. Kurulum adımları şunlardır.", "Bitti."],
        ["Sürüm 3.11 gerekir.", "Daha eskisi olmaz."],
        ["Burada 5. madde uygulanır.", "21. yüzyıl gelir."],
        ["II. Dünya Savaşı bitti.", "Yıl 1945."],
        ["Bu 2012. yılda oldu.", "Başladı 2012.", "Sonra bitti."],
        ["numpy.linalg.norm işlevi kullanılır.", "Ayar settings.py içinde."],
        ["Bakınız https://ornek.com/a.b?c=d.e adresi.", "Sonra dönün."],
        ["Adres https://ornek.com/a.", "Sonra dönün."],
        ["`a. B` yazın.", "Sonra `C. D` yazın."],
        ["Olasılık $P(A. B)$ ile gösterilir.", "Bu kadar."],
        ["“Geldi mi?” diye sordu.", "Evet!", "Nasıl?", "Böyle… ve böyle."],
        ["Sonuç iyidir (bkz. Tablo 2.)", "Devam edelim."],
        ["T.C. Resmî Gazete yayımladı.", "M.Ö. 300 yılında."],
    ],
)
def test_sentences_end_where_they_should(sentences):
    assert texts(" ".join(sentences)) == sentences


def test_a_sentence_runs_over_the_lines_of_a_pdf():
    text = "Öğrenme oranı, adımın\nboyunu belirler. Büyük seçilirse\nıraksar."
    assert texts(text) == ["Öğrenme oranı, adımın\nboyunu belirler.", "Büyük seçilirse\nıraksar."]


def test_every_kind_of_block():
    text = """## Kurulum

Önce paketi kurun:

```bash
pip install kilavuz

kilavuz. Sonra
```

- Birinci madde. İki cümlesi var.
- İkinci madde
  devamı da var
1. Adım
2) Adım iki

| Ad | Değer |
|----|-------|
| a  | 1     |
| b  | 2     |

Son söz."""
    assert kinds(text) == [
        ("heading", "## Kurulum"),
        ("sentence", "Önce paketi kurun:"),
        ("code", "```bash\npip install kilavuz\n\nkilavuz. Sonra\n```"),
        ("item", "- Birinci madde. İki cümlesi var."),
        ("item", "- İkinci madde\n  devamı da var"),
        ("item", "1. Adım"),
        ("item", "2) Adım iki"),
        ("header", "| Ad | Değer |"),
        ("row", "| a  | 1     |"),
        ("row", "| b  | 2     |"),
        ("sentence", "Son söz."),
    ]


def test_a_table_without_outer_bars():
    assert kinds("Ad | Değer\n---|---\na | 1\n\nSon.") == [
        ("header", "Ad | Değer"),
        ("row", "a | 1"),
        ("sentence", "Son."),
    ]


def test_a_wrapped_ordinal_is_no_item_but_a_step_is():
    assert kinds("Bu Kanunun\n5. maddesi uygulanır.") == [("sentence", "Bu Kanunun\n5. maddesi uygulanır.")]
    assert [k for k, _ in kinds("1. Kurun\n2. Çalıştırın\n3. Bakın")] == ["item"] * 3


def test_an_underlined_line_and_a_numbered_line_are_headings():
    assert kinds("Başlık\n======\nCümle.") == [("heading", "Başlık"), ("sentence", "Cümle.")]
    assert kinds("3.1 Giriş\nCümle.") == [("heading", "3.1 Giriş"), ("sentence", "Cümle.")]


def test_a_code_block_that_the_chunk_cuts_runs_to_the_end():
    assert kinds("Metin.\n```py\nx = 1\n\ny = 2") == [
        ("sentence", "Metin."),
        ("code", "```py\nx = 1\n\ny = 2"),
    ]


def test_a_shorter_fence_inside_does_not_close():
    assert kinds("````\n```\na\n```\n````\nSon.")[0] == ("code", "````\n```\na\n```\n````")


def test_long_items_and_sentences_are_cut():
    item = "- " + "Bu bir cümledir. " * 40
    assert len(units(item)) == 40
    wrapped = "\n".join(["kelime " * 8] * 30)
    assert all(len(unit.text) <= LONG for unit in units(wrapped))
    assert "".join(t.replace("\n", "").replace(" ", "") for t in texts(wrapped)) == "kelime" * 240


def test_nothing_to_quote():
    assert units("") == []
    assert units("\n---\n***\n") == []


TABLE = """Değerler hafif yağlanmış, 8.8 sınıfı cıvatalar
içindir ve değişmez
Sıkma momentleri
Emme flanşı M16 120 N·m
çelik"""


def test_short_lines_of_a_page_before_a_capital_stand_alone():
    assert [u.text for u in units(TABLE, page=True)] == [
        "Değerler hafif yağlanmış, 8.8 sınıfı cıvatalar\niçindir ve değişmez",
        "Sıkma momentleri",
        "Emme flanşı M16 120 N·m\nçelik",
    ]
    assert len(units(TABLE)) == 1


def test_a_line_that_is_a_heading_of_the_chunk():
    chunk = Chunk("a.pdf", "A", ("6. Sıkma", "Öteki"), 3, "6.  Sıkma\nDeğerler yağlı cıvatalar içindir.", 0)
    assert [(u.kind, u.text) for u in chunk_units(chunk)] == [
        ("heading", "6.  Sıkma"),
        ("sentence", "Değerler yağlı cıvatalar içindir."),
    ]


@given(st.text(alphabet="aA.1 \n|`-#$*>:İ[](", max_size=120))
def test_units_are_verbatim_in_order_and_lose_no_word(text):
    for page in (False, True):
        check(text, units(text, ("aA",), page))


def check(text, found):
    assert all(text[u.start : u.end] == u.text for u in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    kept = sum(c.isalnum() for u in found for c in u.text)
    assert kept == sum(c.isalnum() for c in text)
