import pytest

from finetune.rules.reading import bare_heading, is_term, plain, read, stands_alone, topic
from tests.finetune.rules.chunks import chunk, decomposed


def test_markup_is_taken_off() -> None:
    text = "**Ağ** için `ssh -X` [komutu](https://a.b/c) :ref:`gerekir` (https://x.y/z) [#not1]_ ."
    assert plain(text) == "Ağ için ssh -X komutu gerekir."
    assert plain(".htaccess ve `php.ini` dosyası") == ".htaccess ve php.ini dosyası"


def test_sections_have_their_sentences_items_and_code() -> None:
    text = (
        "## Kurulum\nÖnce paket yöneticisi güncellenir ve kurulur.\n\n"
        "- İlk adımda indirin.\n- `--hedef`\n\n"
        "```bash\n# yorum\napt install x\n## Başlık değil\n```\n\n"
        "## Boş\n\n## Ayar\nAyar dosyası açılıp düzenlenir."
    )
    first, second = read(chunk(text)).sections
    assert (first.heading, second.heading) == ("Kurulum", "Ayar")
    assert first.sentences == ("Önce paket yöneticisi güncellenir ve kurulur.",)
    assert first.items == ("İlk adımda indirin.", "--hedef")
    assert first.codes == ("# yorum", "apt install x", "## Başlık değil")


def test_decomposed_letters_are_read_as_composed_ones() -> None:
    text = "Önbellek, sık kullanılan verileri saklayan bir katmandır."
    assert read(chunk(decomposed(text))).sections == read(chunk(text)).sections


@pytest.mark.parametrize(
    "sentence",
    [
        *("Bu komut dosyayı siler.", "Komut şunu siler.", "Yukarıdaki komut siler.", "Ancak komut siler."),
        *("Aşağıda listelenir.", "ONU siler.", "Önceki adım yapılır.", "İlgili dosya silinir."),
    ],
)
def test_what_leans_on_something_else_does_not_stand_alone(sentence: str) -> None:
    assert not stands_alone(sentence)


def test_words_that_begin_alike_do_not_lean() -> None:
    assert stands_alone("Buhar basıncı ölçülür.") and stands_alone("Onarım süresi uzar.")
    assert stands_alone("Su seviyesi düşer.") and stands_alone("Oturum kapanır.")


def test_topics_and_headings() -> None:
    assert topic("Amber Kılavuzu") == "Amber"
    assert topic("2 - Veri Kaynakları") == "Veri Kaynakları"
    assert topic("Bu başlık bir konu adı olamayacak kadar çok sözcük içerir") == ""
    assert topic("Nasıl kurulur?") == topic("20240115") == ""
    assert bare_heading("BETİK DOSYASININ HAZIRLANMASI") == "betik dosyasının hazırlanması"
    assert bare_heading("MADDE 12 – Kayıt yenileme") == "Kayıt yenileme"
    assert bare_heading("1.2.3 **Ağ Ayarları**:") == "Ağ Ayarları"


def test_code_tokens_are_told_from_words() -> None:
    tokens = ("session.gc_divisor", "--no-cache", "XMLReader", "E_WARNING", "strpos()")
    assert all(map(is_term, tokens))
    assert not any(map(is_term, ("Kurulum", "dosya", "iki sözcük", "")))
