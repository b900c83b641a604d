from tests.finetune.rules.chunks import asked


def test_why_is_asked_where_a_reason_is_given() -> None:
    expected = {"DRAM modülleri oldukça neden yavaştır?", "DRAM modülleri oldukça yavaştır, neden?"}
    assert asked("Fiziksel özellikleri nedeniyle DRAM modülleri oldukça yavaştır.", rule="why") == expected
    for text in (
        "Sunucu yeniden başlatıldığı için açık oturumlar hemen kapatılır.",
        "Açık oturumlar hemen kapatılır, çünkü sunucu yeniden başlatılır.",
        "Sunucu yeniden başlar. Bu nedenle açık oturumlar hemen kapatılır.",
        "Açık oturumlar hemen kapatılır. Çünkü sunucu yeniden başlatılır.",
    ):
        assert "Açık oturumlar hemen neden kapatılır?" in {
            q[0].upper() + q[1:] for q in asked(text, rule="why")
        }


def test_what_happens_if() -> None:
    text = "Eğer karakter kümesi belirtilmezse öntanımlı kodlama kullanılır."
    assert asked(text, rule="condition") == {
        "karakter kümesi belirtilmezse ne olur?",
        "karakter kümesi belirtilmezse ne yapmak gerekir?",
    }
    of_topic = asked(text, title="iconv_strrpos", rule="condition of")
    assert "iconv_strrpos kullanırken karakter kümesi belirtilmezse ne olur?" in of_topic


def test_wishes_are_no_conditions() -> None:
    assert asked("Belgelere katkı yapmak isterseniz depoyu çatallayın.", rule="condition") == set()


def test_what_may_or_must_be() -> None:
    for text, question in (
        ("Dosyalar bir kez daha kullanılabilir.", "Dosyalar bir kez daha kullanılabilir mi?"),
        (
            "Gizli anahtar dosyanızı kolayca yükleyebilirsiniz.",
            "Gizli anahtar dosyanızı kolayca yükleyebilir miyim?",
        ),
        ("Parola alanının doldurulması zorunlu değildir.", "Parola alanının doldurulması zorunlu mu?"),
        (
            "Sunucuya ağın dışından doğrudan bağlanılamaz.",
            "Sunucuya ağın dışından doğrudan bağlanılabilir mi?",
        ),
        ("Eski sürümün önceden kaldırılması gerekmez.", "Eski sürümün önceden kaldırılması gerekir mi?"),
        (
            "Tek kullanımlık anahtarlar artık desteklenmez.",
            "Tek kullanımlık anahtarlar artık desteklenir mi?",
        ),
    ):
        assert asked(text, rule="whether") == {question}
