from tests.finetune.rules.chunks import asked


def test_what_a_sentence_says_that_something_is() -> None:
    found = asked("Önbellek, sık kullanılan verileri hızlı bellekte tutan bir katmandır.", rule="definition")
    assert found == {"Önbellek nedir?", "Önbellek ne demek?", "Önbellek nedir, kısaca açıklar mısın?"}


def test_a_name_at_the_beginning_needs_no_comma() -> None:
    assert "HDFS nedir?" in asked(
        "HDFS büyük dosyaları tutan dağıtık bir dosya sistemidir.", rule="definition"
    )


def test_what_something_is_called() -> None:
    text = "Eski kopyaların belli aralıklarla silinmesine çöp toplama denir."
    assert "çöp toplama nedir?" in asked(text, rule="definition")


def test_sentences_that_define_nothing() -> None:
    for text in (
        "Sistem, her gece yarısı otomatik olarak yedeklenmektedir.",
        "Bu, sık kullanılan verileri tutan bir katmandır.",
        "Sunucu kapanırsa, kullanılacak olan yedek sunucunun adresidir.",
        "PHP, Perl ve Python betikleri için gerekli olan bileşenlerdir.",
    ):
        assert asked(text, rule="definition") == set()


def test_abbreviations_whose_letters_fit() -> None:
    found = asked(
        "Veriler HDFS (Hadoop Distributed File System) üzerinde saklanmaktadır.", rule="abbreviation"
    )
    assert found == {"HDFS açılımı nedir?", "HDFS neyin kısaltması?"}
    assert asked("Veriler TRUBA (Ulusal Hesaplama) üzerinde saklanmaktadır.", rule="abbreviation") == set()
