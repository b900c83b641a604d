import pytest

from ingest.dialects import MAX_DEPTH, plain_markdown


def lines(text: str) -> list[str]:
    """What comes out, without blank lines."""
    return [line for line in plain_markdown(text).split("\n") if line.strip()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Başlık\n\nİstanbul'da ılık – düz metin.\n",
        "| a | b |\n|---|---|\n",
        "Altı\n===\n",
        "a === b\n\n!!!\n",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain_markdown(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("!!! note\n    Işığı kapatın.\n", ["**Not**", "Işığı kapatın."]),
        ('!!! warning "Ölçüm İçin"\n    Dikkat.\n\nson', ["**Ölçüm İçin**", "Dikkat.", "son"]),
        ('!!! tip ""\n    Adsız.\n', ["Adsız."]),
        ("??? danger\n    Gizli.\n", ["**Tehlike**", "Gizli."]),
        ('???+ example "Açık"\n    Metin.\n', ["**Açık**", "Metin."]),
        ("!!! note inline end\n    Yanda.\n", ["**Not**", "Yanda."]),
        ("!!! note\n\tSekmeyle.\n", ["**Not**", "Sekmeyle."]),
        ('=== "Linux"\n    apt\n=== "Windows"\n    winget\n', ["**Linux**", "apt", "**Windows**", "winget"]),
        (
            '!!! note\n    dış\n\n    !!! tip "İç"\n        iç\n\n    dış yine\n',
            ["**Not**", "dış", "**İç**", "iç", "dış yine"],
        ),
    ],
)
def test_indented_boxes_of_mkdocs(text: str, shown: list[str]) -> None:
    assert lines(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":::note\nMetin.\n:::\n", ["**Not**", "Metin."]),
        (":::tip[Öneri: İyi]\nMetin.\n:::\n", ["**Öneri: İyi**", "Metin."]),
        ("::: warning Şunu bilin\nMetin.\n:::\n", ["**Şunu bilin**", "Metin."]),
        ("::::info\n:::danger\niç\n:::\ndış\n::::\n", ["**Bilgi**", "**Tehlike**", "iç", "dış"]),
        (':::image type="content" source="a.png" alt-text="Ana pencere":::\n', ["Ana pencere"]),
        ('::: moniker range=">= aspnetcore-3.0"\nMetin.\n::: moniker-end\n', ["Metin."]),
        ('::: zone pivot="cli"\nMetin.\n::: zone-end\n', ["Metin."]),
    ],
)
def test_colon_boxes_of_docusaurus_vuepress_and_microsoft(text: str, shown: list[str]) -> None:
    assert lines(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("> [!NOTE]\n> Işık yanar.\n>\n> Söner.\n\nson\n", ["**Not**", "Işık yanar.", "Söner.", "son"]),
        ("> [!warning]- Katlı başlık\n> Metin.\n", ["**Katlı başlık**", "Metin."]),
        ("> [!TIP] Bu bir cümledir.\n> Metin.\n", ["**İpucu**", "Bu bir cümledir.", "Metin."]),
        ('> [!div class="checklist"]\n> * Kurulum\n', ["> * Kurulum"]),
        ("> Yalnızca alıntı [!] metni\n", ["> Yalnızca alıntı [!] metni"]),
    ],
)
def test_callouts_of_github_and_obsidian(text: str, shown: list[str]) -> None:
    assert lines(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("```{note}\nMetin.\n```\n", ["**Not**", "Metin."]),
        (":::{admonition} Özel İleti\n:class: tip\nMetin.\n:::\n", ["**Özel İleti**", "Metin."]),
        ("```{versionadded} 2.1\nYeni.\n```\n", ["**Eklendiği sürüm 2.1**", "Yeni."]),
        ("```{figure} yol/resim.png\n:alt: Şema\n:width: 50%\nAltyazı\n```\n", ["Şema", "Altyazı"]),
        ("```{toctree}\n:maxdepth: 2\nGiriş <giris>\nkurulum\n```\n", ["- Giriş", "- kurulum"]),
        ("```{code-block} python\n:linenos:\nx = {1}\n```\n", ["```python", "x = {1}", "```"]),
        ("```{math}\n:label: enerji\nE = mc^2\n```\n", ["$$", "E = mc^2", "$$"]),
        ("````{note}\n```{tip}\niç\n```\ndış\n````\n", ["**Not**", "**İpucu**", "iç", "dış"]),
        ("(hedef-ı)=\n# Başlık\n", ["# Başlık"]),
    ],
)
def test_directives_and_targets_of_myst(text: str, shown: list[str]) -> None:
    assert lines(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("```{.python .input}\nx\n```\n", ["```python", "x", "```"]),
        ("```{r, echo=FALSE}\nx\n```\n", ["```r", "x", "```"]),
        ("{% highlight ruby %}\nx\n{% endhighlight %}\n", ["```ruby", "x", "```"]),
        ("{% include a.html %}\nMetin {% raw %}arada{% endraw %}.\n", ["Metin arada."]),
        ('{{< figure src="a.png" alt="Çizim" >}}\n', ["Çizim"]),
        ("[Sayfa]({{ site.url }}/a) gibi {{ degisken }}\n", ["[Sayfa](/a) gibi {{ degisken }}"]),
        ("[[_TOC_]]\n[TOC]\nMetin\n", ["Metin"]),
        (":begin_tab:`mxnet, pytorch`\nMetin\n:end_tab:\n", ["**mxnet, pytorch**", "Metin"]),
        ("import Tabs from '@theme/Tabs';\n\n# Başlık\n", ["# Başlık"]),
        ("# Başlık\n\nimport os from 'kod'\n", ["# Başlık", "import os from 'kod'"]),  # below text it is text
    ],
)
def test_other_programs(text: str, shown: list[str]) -> None:
    assert lines(text) == shown


@pytest.mark.parametrize("fence", ["```", "~~~", "````bash", "```{.python}"])
def test_code_is_left_as_it_is(fence: str) -> None:
    code = "!!! note\n    x\n:::tip\n> [!NOTE]\n{% if a %}\n(a)=\n[TOC]"
    close = fence[:3] if fence[3:4] != "`" else "````"
    assert f"\n{code}\n{close}\n" in plain_markdown(f"{fence}\n{code}\n{close}\n")


def test_code_in_a_box_and_in_a_list_is_code() -> None:
    assert lines("!!! note\n    ```\n    :::tip\n    ```\nson") == ["**Not**", "```", ":::tip", "```", "son"]
    assert lines("- ```\n  :::tip\n  ```\n:::tip\n") == ["- ```", "  :::tip", "  ```", "**İpucu**"]


def test_a_box_that_is_left_ends_its_open_fence() -> None:
    assert lines("!!! note\n    ```\n    x\n\nson\n\n:::tip\n")[-1] == "**İpucu**"


def test_boxes_that_never_end_lose_nothing() -> None:
    assert lines("```{note}\nson\n") == ["**Not**", "son"]
    assert lines(":::\n") == [] and lines("::: \nson")[-1] == "son"
    assert lines("!!! note") == ["**Not**"]


def test_boxes_that_are_too_deep_stay_as_they_are() -> None:
    nested = "\n".join("    " * depth + "!!! note" for depth in range(MAX_DEPTH + 5))
    assert sum(line.strip() == "!!! note" for line in lines(nested)) == 5
