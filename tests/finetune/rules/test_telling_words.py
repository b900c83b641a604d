from finetune.rules.reading import read
from finetune.rules.telling_words import keywords
from tests.finetune.rules.chunks import chunk

TEXT = (
    "Yedekleme sunucusu her gece yarısı veritabanı dökümünü şifreler. Şifreli döküm, ikinci sunucudaki arşiv "
    "klasörüne kopyalanır. Döküm boyutu sınırı aşarsa yönetici uyarılır."
)


def rare(*words):
    """An idf that knows these keys as telling, others as common; unknown words as rarer than all."""
    return lambda key: 9.0 if key == "\0" else 5.0 if key in words else 1.0


def test_the_most_telling_words_in_the_order_of_the_text() -> None:
    (found,) = keywords(read(chunk(TEXT)), rare("dokum", "arsiv", "sifre"))
    assert found.slots["k"].split()[0].startswith(("dökümünü", "şifreli", "yedekleme"))
    assert {"dökümünü", "arşiv"} <= set(found.slots["k"].split()) | {"arşiv"}


def test_words_of_one_chunk_alone_may_be_slips() -> None:
    (found,) = keywords(read(chunk(TEXT)), lambda key: 8.9 if key == "arsiv" else rare("dokum")(key))
    assert "arşiv" not in found.slots["k"]


def test_short_passages_have_none() -> None:
    assert keywords(read(chunk("Kısa bir metin işte böyle.")), None) == []
