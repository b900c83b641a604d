import pytest

from ingest.lexicon import Lexicon, lexicon_of, load_lexicon
from ingest.repair_words import fix_hyphens, fix_initials, fix_spaces, vocabulary


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.mark.parametrize(
    ("lines", "mended"),
    [
        (["bu bir has-", "talıktır, çünkü"], ["bu bir hastalıktır,", "çünkü"]),
        (["ve geliş¬", "tirme"], ["ve geliştirme", ""]),
        (["ve geliş\u2010", "  tirme) olur"], ["ve geliştirme)", "olur"]),
        (["YÖNET-", "MELİK 5"], ["YÖNETMELİK", "5"]),
        (["Anka-", "ra'da yaşar"], ["Ankara'da", "yaşar"]),
        (["sap-", "", "tanmıştır.13 Sonra"], ["saptanmıştır.13", "", "Sonra"]),
        (["en çok de ğerlen-", "dirme"], ["en çok değerlendirme", ""]),  # and a stray blank
        (["risk de ğerlendirilme-", "sinde"], ["risk değerlendirilmesinde", ""]),
        (["| Öz- geçmiş | geliş- tirme süreci |"], ["| Özgeçmiş | geliştirme süreci |"]),
        (["önlenebilmekte-", "dir."], ["önlenebilmektedir.", ""]),  # a known stem with its ending
    ],
)
def test_a_broken_word_goes_to_its_first_line(lexicon: Lexicon, lines: list[str], mended: list[str]) -> None:
    found, count = fix_hyphens(lines, lexicon, vocabulary(lines))
    assert found == mended
    assert count >= 1


@pytest.mark.parametrize(
    "lines",
    [
        ["Ön-", "Lisans programı"],
        ["eğitim-", "öğretim yılı"],
        ["bir e-", "postalarını takip"],
        ["ön-lisans ya da ön-", "lisans"],  # the document writes it so
        ["command-", "1 dosyası"],
        ["self-", "attention katmanı"],
        ["--no-cache-", "dir seçeneği"],
        ["paket_adı-", "sürüm"],
        ["KVH-", "ye bağlı"],
        ["x = a -", "b + c"],
        ["has-", "42", "talık"],
        ["has-", "", "", "", "", "talık"],
        ["has-"],
        ["| has-", "talık |"],
        ["satır/dosya-", "nın yolu"],
        ["xqz-", "wvk"],
    ],
)
def test_other_hyphens_stay(lexicon: Lexicon, lines: list[str]) -> None:
    assert fix_hyphens(lines, lexicon, vocabulary(lines)) == (lines, 0)


def test_a_word_that_stands_whole_in_the_document_is_known() -> None:
    lines = ["gluonik fre-", "kansın gluo-", "nik olması"]
    small = lexicon_of(["olması"])
    assert fix_hyphens(lines, small, vocabulary(lines))[0] == ["gluonik fre-", "kansın gluonik", "olması"]
    assert "fre" not in vocabulary(lines) and "kansın" not in vocabulary(lines)


def test_a_soft_hyphen_at_a_line_end_needs_no_list() -> None:
    lines = ["zorbul\u00ad", "graf işi"]
    assert fix_hyphens(lines, lexicon_of([]), vocabulary(lines))[0] == ["zorbulgraf", "işi"]


BROKEN = [
    "hastas ı olan bireylerin oran ı dü şük bulundu",
    "kütles inin artış ı ile sa ğkalım oran ı ilişkil idir",
    "Otuz b ir cm ve üzer inde ölçülen çevre, r isk",
    "de ğerlendirme yöntemi kullan ılmıştır; yan ı sıra r isk",
    "Anah tar Ke li me ler: bes lenme, ya ğ oran ı",
    "çal ışmada bel irtilen sonuçlar anlaml ıdır",
]


def test_blanks_inside_words_go_where_there_are_many(lexicon: Lexicon) -> None:
    mended, count = fix_spaces(BROKEN, lexicon, vocabulary(BROKEN))
    assert mended == [
        "hastası olan bireylerin oranı düşük bulundu",
        "kütlesinin artışı ile sağkalım oranı ilişkilidir",
        "Otuz bir cm ve üzer inde ölçülen çevre, risk",  # "üzer" and "inde" are two words
        "değerlendirme yöntemi kullanılmıştır; yanı sıra risk",
        "Anahtar Kelimeler: beslenme, yağ oranı",
        "çalışmada belirtilen sonuçlar anlamlıdır",
    ]
    assert count >= 18


def test_one_such_place_may_be_chance(lexicon: Lexicon) -> None:
    lines = ["A da B de olabilir, hastas ı için", "int i = 0; char c in s1"]
    assert fix_spaces(lines, lexicon, vocabulary(lines)) == (lines, 0)


@pytest.mark.parametrize(
    "line",
    [
        "o kadar iyi ki bu da bir şey",
        "a better way",
        "veri tabanı ve bilgi işlem, her hangi bir şey",  # two words that are one word, too
        "**Tamam**'ı seçin, 'Kaydet' e tıklayın",
        "for (int i = 0; i < n; i++) s_ı",
        "| A | da | hastas | ı |",
        "n in y de, 3 ün 5 i",
    ],
)
def test_right_lines_stay_in_a_broken_document(lexicon: Lexicon, line: str) -> None:
    lines = [*BROKEN, line]
    assert fix_spaces(lines, lexicon, vocabulary(lines))[0][-1] == line


def test_a_large_first_letter_joins_its_word(lexicon: Lexicon) -> None:
    lines = ["H", "er kurumsal uygulama", "B", "", "Bu da", "N", "", "A", "xqz"]
    mended, count = fix_initials(lines, lexicon, vocabulary(lines))
    assert mended == ["", "Her kurumsal uygulama", "B", "", "Bu da", "N", "", "A", "xqz"]
    assert count == 1
