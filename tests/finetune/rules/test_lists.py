from tests.finetune.rules.chunks import asked

ITEMS = "\n\n- Sunucu kurulumu\n- Ağ ayarları\n- Yedekleme işleri\n"


def test_what_leads_to_a_list() -> None:
    found = asked("Desteklenen depolama türleri şunlardır:" + ITEMS, rule="list")
    assert found == {"Desteklenen depolama türleri nelerdir?", "Desteklenen depolama türleri hangileridir?"}
    assert asked("Desteklenen depolama türleri şunlardır:\n\n- Tek öğe\n", rule="list") == set()


def test_a_heading_in_the_plural() -> None:
    assert "Kurulum Adımları nelerdir?" in asked("## Kurulum Adımları" + ITEMS, rule="list")


def test_comparisons_need_a_difference() -> None:
    text = "GELU ile ReLU arasındaki fark, eksi değerlerde ortaya çıkar."
    assert asked(text, rule="compare") == {"GELU ile ReLU arasındaki fark nedir?", "GELU ReLU farkı"}
    assert "GELU mu ReLU mu kullanmalıyım?" in asked(text, rule="compare", side="test")
    assert asked("## PHP ve COM\nPHP ile COM nesneleri birlikte kullanılabilir.", rule="compare") == set()


def test_what_to_take_instead() -> None:
    text = "Yeni projelerde `mysql_query` yerine hazır deyimler önerilir."
    assert "mysql_query yerine ne kullanabilirim?" in asked(text, rule="instead")
    assert asked("Silmek yerine dosyayı taşımak her zaman önerilir.", rule="instead") == set()
