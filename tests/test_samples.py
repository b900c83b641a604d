"""The sample documents: shipped, readable, in good Turkish letters, and in step with the settings.

The PDF is read with pypdf alone, so a fault here is a fault of the file and not of our reader.
"""

import re
import tomllib
import unicodedata
from fnmatch import fnmatch
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from assistant.settings import Settings

SAMPLES = Path(str(files("assistant"))) / "samples"
MARKDOWN = ["ag-gecidi-sorun-giderme.md", "bge-m3-ile-gomme-modelleri.md", "kilavuz-nedir.md"]
PDF = "pompa-bakim-talimati.pdf"

# Words of each page, chosen so that every Turkish letter that PDFs tend to lose stands on some page.
PDF_WORDS = {
    1: ["Santrifüj Pompa Bakım Talimatı", "şalteri kilitleyin", "Gövdedeki basıncı", "ağır yaralanmaya"],
    2: ["Basma yüksekliği 48 m", "Rulman yağı ISO VG 68", "aşınma halkası boşluğunu", "7,1 mm/s"],
    3: ["İlk yağ değişimi", "Ölçüm İzin verilen", "Çark somununu sökün", "0,10 mm", "20 N·m ile sıkın"],
    4: ["Çark ve aşınma halkası kontrolü", "Emme flanşı M16 8 120 N·m", "DİKKAT", "kuru çalıştırmayın"],
    5: ["Arıza giderme", "Gürültü, çakıl sesi Kavitasyon", "Uzun süreli bekletme", "gövdeyi çatlatır"],
}


@pytest.fixture(scope="module")
def pdf():
    with PdfReader(SAMPLES / PDF) as reader:
        yield reader


def titles(outline, level=1):
    for item in outline:
        if isinstance(item, Destination):
            yield level, item.title
        else:
            yield from titles(item, level + 1)


def test_the_folder_holds_these_samples_and_nothing_else():
    assert sorted(path.name for path in SAMPLES.iterdir()) == [*MARKDOWN, PDF]


def test_the_wheel_takes_every_sample():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"].get("package-data", {}).get("assistant", [])
    left_out = [name for name in [*MARKDOWN, PDF] if not any(fnmatch(f"samples/{name}", p) for p in patterns)]
    assert left_out == []


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_is_clean_turkish_text(name):
    raw = (SAMPLES / name).read_bytes()
    text = raw.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not raw.startswith(b"\xef\xbb\xbf") and "\r" not in text and "\ufffd" not in text
    assert set("çğıİöşüÇ") <= set(text)
    assert text.count("```") % 2 == 0
    assert 60 <= text.count("\n") <= 150


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_headings_form_a_tree(name):
    text = re.sub(r"^```.*?^```", "", (SAMPLES / name).read_text(encoding="utf-8"), flags=re.M | re.S)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_table_rows_have_as_many_cells_as_their_heading(name):
    tables = re.findall(r"(?:^\|.*\n)+", (SAMPLES / name).read_text(encoding="utf-8"), re.M)
    assert tables
    for table in tables:
        assert len({row.count("|") for row in table.splitlines()}) == 1


def test_the_guide_names_every_setting_with_its_default():
    rows = re.findall(
        r"^\| `KILAVUZ_(\w+)` \| (.*?) \|", (SAMPLES / "kilavuz-nedir.md").read_text(encoding="utf-8"), re.M
    )
    told = {name: default for name, default in rows}
    assert len(told) == len(rows)
    assert set(told) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        if name == "home":
            assert told["HOME"] == "`~/kilavuz`"
        elif isinstance(default, (str, int, float)) and default != "":
            assert told[name.upper()] == str(default).removesuffix(".0")
        else:
            assert told[name.upper()].startswith("boş")


def test_pdf_is_small_plain_and_titled(pdf):
    assert (SAMPLES / PDF).stat().st_size < 150_000
    assert not pdf.is_encrypted
    assert pdf.metadata is not None and pdf.metadata.title == "SP-65 Santrifüj Pompa Bakım Talimatı"
    assert len(pdf.pages) == len(PDF_WORDS) == 5


@pytest.mark.parametrize("number", PDF_WORDS)
def test_pdf_page_gives_its_turkish_text(pdf, number):
    text = pdf.pages[number - 1].extract_text()
    assert unicodedata.is_normalized("NFC", text)
    assert "\ufffd" not in text and not re.search("[ﬀ-ﬆ\u00ad\ue000-\uf8ff]", text)
    assert [words for words in PDF_WORDS[number] if words not in " ".join(text.split())] == []
    assert f"Sayfa {number} / 5" in text


def test_pdf_outline_names_the_headings_on_their_pages(pdf):
    outline = list(titles(pdf.outline))
    chapters = [title for level, title in outline if level == 2]
    assert outline[0] == (1, "SP-65 Santrifüj Pompa Bakım Talimatı")
    assert [title.split(".")[0] for title in chapters] == [str(n) for n in range(1, 10)]
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert [title for _, title in outline if title not in text.splitlines()] == []


def test_every_sample_says_what_is_invented(pdf):
    gateway = (SAMPLES / "ag-gecidi-sorun-giderme.md").read_text(encoding="utf-8")
    assert "anlatılan ürün kurgusaldır" in gateway
    assert "Anlatılan pompa kurgusaldır" in pdf.pages[0].extract_text()
