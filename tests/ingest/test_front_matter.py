import pytest

from ingest.front_matter import FrontMatter, front_matter


def yaml(fields: str) -> tuple[str, str]:
    """Title and description of YAML fields."""
    found = front_matter(f"---\n{fields}\n---\nmetin\n")
    assert found.text == "metin\n"
    return found.title, found.about


@pytest.mark.parametrize(
    "text",
    [
        "",
        "metin",
        "# Başlık\n---\na: b\n---\n",
        "---\nBir çizgi\n---\nmetin",
        "---\ntitle: kapanmıyor\n\nmetin",
        "----\ntitle: a\n----\n",
        "***\ntitle: a\n***\n",
        "---\n---\nmetin",
        "---",
        "+++\n",
    ],
)
def test_a_text_without_front_matter_is_given_back_whole(text: str) -> None:
    assert front_matter(text) == FrontMatter("", "", text)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ("title: Işığın Hızı", "Işığın Hızı"),
        ("title:   'Python''ın Yolu'  ", "Python'ın Yolu"),
        ('title: "Nasıl: \\"kur\\""', 'Nasıl: "kur"'),
        ("title: Ankara'nın suyu", "Ankara'nın suyu"),
        ("title: >-\n  Uzun bir\n  başlık\nsira: 1", "Uzun bir başlık"),
        ("title: Süren\n  başlık\nsira: 1", "Süren başlık"),
        ("title: C# ve F#", "C# ve F#"),
        ("title: Kurulum # yorum", "Kurulum"),
        ("title:", ""),
        ("title: ~", ""),
        ("baslik: x", ""),
        ("author:\n  title: Müdür", ""),
        ("sub-title: x\ntitle: İç: dış", "İç: dış"),
    ],
)
def test_title_in_yaml(fields: str, title: str) -> None:
    assert yaml(fields)[0] == title


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ("description: Kısa açıklama.\ndate: 2024-01-05", "Kısa açıklama."),
        ("description: |\n  Bir.\n\n  İki.\nlayout: x", "Bir. İki."),
        ("summary: Özet.\ndescription: Açıklama.", "Açıklama.\n\nÖzet."),
        ("summary: Aynı.\ndescription: Aynı.", "Aynı."),
        ("tags: [ağ, 'yazıcı', \"ışık\"]", "ağ, yazıcı, ışık"),
        ("tags:\n  - ağ\n  - yazıcı", "ağ, yazıcı"),
        ("tags:\n- ağ\n- 'yazıcı'\ntitle: x", "ağ, yazıcı"),
        ("tags: [\n  ağ,\n  yazıcı\n]", "ağ, yazıcı"),
        ("keywords: ağ, yazıcı", "ağ, yazıcı"),
        ("tags: []", ""),
        ("ms.author: x\nlayout: default", ""),
    ],
)
def test_what_describes_the_page_in_yaml(fields: str, about: str) -> None:
    assert yaml(fields)[1] == about


def test_yaml_may_end_with_dots_and_follow_blank_lines() -> None:
    assert front_matter("\n\n--- \ntitle: a\n...\nson") == FrontMatter("a", "", "son")


def test_toml() -> None:
    fields = 'title = "Ağ  Ayarları"\ndate = 2024-01-05\ndescription = """Bir\niki"""\n'
    text = f'+++\n{fields}[taxonomies]\ntags = ["ağ", 3]\n+++\nson'
    assert front_matter(text) == FrontMatter("Ağ Ayarları", "Bir iki\n\nağ", "son")


@pytest.mark.parametrize("fields", ["title = ", "title = [" * 5000, "title: yaml"])
def test_broken_toml_is_left_out(fields: str) -> None:
    assert front_matter(f"+++\nx = 1\n{fields}\n+++\nson") == FrontMatter("", "", "son")


@pytest.mark.parametrize(
    "text",
    [
        "---\n" + "a: b\n" * 50_000,
        "---\n" * 50_000,
        "---\ntitle:\n" + "- \n" * 50_000 + "---\n",
        "---\ntitle: " + "[" * 200_000 + "\n---\n",
        "\n" * 200_000,
        "---\ntitle: >\n" + "\n \n" * 50_000 + "---\n",
        "---\n" + "tags: [\n" * 30_000 + "---\n",
        "---\ntitle: a\n" + " " * 200_000 + "\n---\n",
    ],
)
@pytest.mark.timeout(20)
def test_hostile_fields_end(text: str) -> None:
    front_matter(text)
