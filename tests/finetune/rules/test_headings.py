from tests.finetune.rules.chunks import asked

BODY = "\nKurulum paketini indirdikten sonra dosyaları hedef klasöre kopyalayın ve betiği çalıştırın."


def test_a_heading_that_names_a_doing() -> None:
    assert asked("## Dosya ekleme" + BODY, rule="how") == {
        "Dosya nasıl eklenir?",
        "Dosya nasıl eklerim?",
        "Dosya eklemek için ne yapmalıyım?",
        "Dosya ekleme nasıl yapılıyor?",
    }


def test_an_object_with_its_ending_takes_no_passive() -> None:
    found = asked("## Nesneleri Silmek" + BODY, rule="how")
    assert "Nesneleri nasıl silerim?" in found
    assert "Nesneleri nasıl silinir?" not in found


def test_a_noun_that_belongs_to_its_verb_goes_with_it() -> None:
    assert "Bağlantıyı nasıl kabul ederim?" in asked("## Bağlantıyı kabul etme" + BODY, rule="how")


def test_things_done() -> None:
    found = asked("## MATLAB Lisansının Tanıtılması" + BODY, rule="done")
    assert "MATLAB Lisansının Tanıtılması nasıl yapılır?" in found


def test_sides_are_asked_of_the_topic() -> None:
    found = asked("## Dönen Değerler" + BODY, title="socket_recv", rule="side")
    assert found == {"socket_recv ne döndürür?", "socket_recv dönüş değeri nedir?"}
    assert asked("## Dönen Değerler" + BODY, title="Genel bilgiler ve öneriler", rule="side") == set()


def test_empty_sections_are_not_asked_about() -> None:
    assert asked("## Değiştirgeler\n\n## Dosya ekleme\n", title="socket_recv") == set()


def test_questions_that_the_text_asks() -> None:
    assert asked("## Uygulamam Açık İçeriyor Mu?" + BODY, rule="asked") == {"Uygulamam Açık İçeriyor Mu?"}
    text = "Disk kotamı nasıl görebilirim?\n\nKota, kota komutu ile her zaman sorgulanabilir durumdadır."
    assert asked(text, rule="asked") == {"Disk kotamı nasıl görebilirim?"}
    assert asked("Dosyayı kim bilir nereye koymuş olabilirler?", rule="asked") == set()  # nothing follows


def test_generic_headings_are_no_questions() -> None:
    for heading in ("Giriş", "Özet", "Madde 5", "Ayrıca Bakınız", "Öğrenim Hedefleri", "$x$ Değeri"):
        assert asked(f"## {heading}" + BODY, rule="heading") == set()
