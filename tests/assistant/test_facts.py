import pytest

from assistant.facts import facts, held, missing


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Sınır 7,1 mm'dir.", "sınır 7.1 mm"),
        ("Sınır 7.10 mm'dir.", "sınır 7,1 mm"),
        ("1.000 kayıt okunur.", "1000 kayıt"),
        ("1000 kayıt okunur.", "bin kayıt"),
        ("1 000 kayıt okunur.", "1,000 kayıt"),
        ("1.234,5 litre", "1234.5 litre"),
        ("Süre 15 gündür.", "Süre on beş gündür."),
        ("Süre 3 aydır.", "Üçüncü ayın sonunda"),
        ("Boşluk 10mm olmalı.", "Boşluk 10 mm olmalı."),
        ("%50'si dolu.", "yüzde 50"),
        ("Saat 14:30'da.", "14.30 ile 14:30"),
        ("2024'te Linux'ta çıktı.", "LINUX 2024"),
        ("Bunu Ankara'da yapın.", "ankara"),
        ("Bu Ankarada olur.", "Ankara"),
        ("Bu İstanbul'da olur.", "ISTANBUL"),
        ("Hata E-1042'dir.", "E-1042"),
        ("UTF8 kullanılır.", "UTF-8"),
        ("Bunu `docker run -d` ile başlatın.", "docker run -d nginx"),
        ("`max_seq_length` 512'dir.", "max_seq_length=512"),
        ("getUserName çağrılır.", "getUserName()"),
        ("3.11.2 sürümü", "Python 3.11.2"),
        ("Adım 2: pompayı durdurun.", ""),
        ("Üç gün beklenir.", ""),
        ("Pompa durur. Vana kapanır: Sonra açılır.", ""),
        ("Bu İ\u0307STANBUL değil.".replace("\u0307", ""), "istanbul"),
        ("Bu Go\u0308kdere'de olur.", "Gökdere"),
    ],
)
def test_what_stands_in_the_source(sentence, source):
    assert missing(facts(sentence), held(source)) == ()


@pytest.mark.parametrize(
    ("sentence", "source", "gone"),
    [
        ("Sınır 7,2 mm'dir.", "sınır 7,1 mm", "7,2"),
        ("1.000 kayıt okunur.", "bir kayıt", "1.000"),
        ("Süre 16 gündür.", "Süre on beş gündür.", "16"),
        ("Bu Windows'ta çalışır.", "Linux'ta çalışır", "Windows"),
        ("Yalnız Pardus desteklenir.", "yalnız debian", "Pardus"),
        ("GPU gerekir.", "CPU gerekir", "GPU"),
        ("Hata E-1043'tür.", "E-1042", "e-1043"),
        ("`rm -rf` çalıştırın.", "rm -r", "rf"),
        ("getUserName çağrılır.", "getUser()", "getusername"),
        ("3.11.2 sürümü", "3.11.3", "3.11.2"),
        ("Ağırlık 2 000 kg", "2 kg", "2 000"),
    ],
)
def test_what_does_not(sentence, source, gone):
    assert missing(facts(sentence), held(source)) == (gone,)


def test_no_fact_in_plain_words():
    assert not any((f := facts("Pompa çalışırken kapak açılmaz."), f.numbers, f.names, f.codes)[1:])


def test_long_digits_are_read():
    assert missing(facts("9" * 5000), held("9" * 5000)) == ()
