from tests.finetune.rules.chunks import asked


def test_what_is_done_to_reach_something() -> None:
    found = asked("Paketi kurmak için `pip install x` komutunu çalıştırın.", rule="task")
    assert found == {
        "Paketi nasıl kurarım?",
        "Paketi kurmak için ne yapmalıyım?",
        "Paketi kurmak için ne gerekir?",
    }


def test_being_able_is_left_out() -> None:
    found = asked("R işlerini çalıştırabilmek için betik dosyası hazırlanır.", rule="task")
    assert "R işlerini nasıl çalıştırırım?" in found


def test_what_a_function_does_and_what_does_that() -> None:
    text = "# ftp_errno\n\nSon hata kodunu döndürür\n\n## Açıklama\n\n`int ftp_errno`"
    assert asked(text, title="ftp_errno", rule="summary") == {
        "ftp_errno ne işe yarar?",
        "ftp_errno ne yapar?",
    }
    assert asked(text, title="ftp_errno", rule="doer") == {
        "Son hata kodunu nasıl döndürürüm?",
        "Son hata kodunu döndürmek için ne kullanılır?",
        "Son hata kodunu döndüren nedir?",
        "Son hata kodunu döndürmek",
    }


def test_only_code_has_such_a_line() -> None:
    assert asked("# Giriş\n\nSon hata kodunu döndürür\n", title="Giriş", rule="doer") == set()
    assert asked("# ftp_x\n\nGenel değerler\n\nmetin", title="ftp_x", rule="doer") == set()  # a plural
