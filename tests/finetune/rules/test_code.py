from tests.finetune.rules.chunks import asked


def test_error_messages() -> None:
    text = "Betik çalışınca “slurmstepd: error: Detected oom_kill event” iletisi görünebilir."
    assert asked(text, rule="error") == {
        "slurmstepd: error: Detected oom_kill event",
        "slurmstepd: error: Detected oom_kill event hatası nasıl çözülür?",
        "slurmstepd: error: Detected oom_kill event hatası neden olur?",
    }
    assert asked("`void socket_clear_error Socket null soket`", rule="error") == set()
    assert asked("```\nMean absolute error: 0.13 olarak\n```", rule="error") == set()


def test_exceptions_of_a_function() -> None:
    text = "Başlangıç değeri dizgeden uzunsa bir ValueError yavrulanır."
    found = asked(text, title="str_ripos", rule="thrown")
    assert found == {"str_ripos hangi durumda ValueError verir?", "str_ripos ValueError hatası"}


def test_commands_of_a_shell() -> None:
    found = asked("```bash\n$ git rebase --abort\nx = 1\nfor i in range(3)\n```", rule="command")
    assert found == {
        "git rebase --abort",
        "git rebase --abort komutu ne yapar?",
        "git rebase --abort ne işe yarar?",
    }


def test_names_that_a_list_explains() -> None:
    text = (
        "- `session.gc_maxlifetime` `int`\n\nVerinin kaç saniye sonra temizleneceğini belirler.\n\n"
        "- `uri`\n\nBakılacak isim alanını betimleyen adres."
    )
    assert "session.gc_maxlifetime ne işe yarar?" in asked(text, rule="term")
    found = asked(text, title="isDefaultNamespace", rule="part")
    assert "isDefaultNamespace için uri ne anlama gelir?" in found
