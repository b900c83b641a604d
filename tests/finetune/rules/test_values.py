from tests.finetune.rules.chunks import asked


def test_how_many() -> None:
    text = "Orfoz kuyruğunda sunucu başına en çok 110 çekirdek kullanılabilir."
    assert asked(text, rule="value") == {"Orfoz kuyruğunda sunucu başına en çok kaç çekirdek kullanılabilir?"}
    assert asked(text, rule="value", side="test") == {
        "Orfoz kuyruğunda sunucu başına en çok ne kadar çekirdek kullanılabilir?"
    }


def test_times_and_shares() -> None:
    text = "Oturum açık kalırsa 15 dakikada bir yenilenir."
    assert "Oturum açık kalırsa ne kadar sürede bir yenilenir?" in asked(text, rule="value", side="test")
    text = "Kodlanan veri özgün veriden %33 daha fazla yer kaplar."
    assert asked(text, rule="value") == set()  # "daha" is no unit
    text = "Kodlama sırasında belleğin %33 kadarlık kısmı boş kalır."
    assert asked(text, rule="value") == {"Kodlama sırasında belleğin yüzde kaç kadarlık kısmı boş kalır?"}


def test_versions_and_numbering_are_no_values() -> None:
    for text in (
        "PHP 7.3.0 öncesinde işlev farklı bir dizi döndürürdü.",
        "Ayrıntılar kılavuzun 12 numaralı kısmında anlatılır.",
    ):
        assert asked(text, rule="value") == set()


def test_years() -> None:
    text = "Merkez binası 2014 yılında Ankara kampüsünde açıldı."
    assert asked(text, rule="year") == {"Merkez binası hangi yılda Ankara kampüsünde açıldı?"}
    assert asked(text, rule="year", side="test") == {"Merkez binası ne zaman Ankara kampüsünde açıldı?"}


def test_defaults() -> None:
    text = "`session.gc_divisor` yönergesinin öntanımlı değeri `100` olarak belirlenmiştir."
    assert "session.gc_divisor yönergesinin varsayılan değeri nedir?" in asked(text, rule="default")


def test_which_command_in_the_case_that_it_had() -> None:
    for text, question in (
        ("İşleri kuyruğa göndermek için `sbatch` komutunu çalıştırmanız gerekir.",
         "İşleri kuyruğa göndermek için hangi komutu çalıştırmanız gerekir?"),
        ("Çok baytlı dizgeler her zaman `mb_substr` işlevine aktarılır.",
         "Çok baytlı dizgeler her zaman hangi işleve aktarılır?"),
        ("Oturumun süresi yalnızca `gc_maxlifetime` yönergesiyle değiştirilir.",
         "Oturumun süresi yalnızca hangi yönergeyle değiştirilir?"),
        ("Yedekleme sıklığı yalnızca `--interval` seçeneğinde belirtilir.",
         "Yedekleme sıklığı yalnızca hangi seçenekte belirtilir?"),
    ):  # fmt: skip
        assert asked(text, rule="which") == {question}
    assert "Yedekleme sıklığı yalnızca nerede belirtilir?" in asked(text, rule="which", side="test")


def test_the_subject_of_what_acts_on_something() -> None:
    text = "CUDA Streams, bağımsız işlemlerin aynı anda çalışmasını sağlar."
    assert asked(text, rule="subject") == {"bağımsız işlemlerin aynı anda çalışmasını ne sağlar?"}
    assert "CUDA Streams ne işe yarar?" in asked(text, rule="role")
    assert asked("Genel olarak, bağımsız işlemler aynı anda yapılır.", rule="subject") == set()
