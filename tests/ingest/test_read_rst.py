from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.records import Document
from ingest.lexicon import lexicon_of
from ingest.read_rst import MAX_LINE, MAX_MARKS, read_rst


def read(text: str) -> Document:
    return read_rst(text.encode(), "kılavuz/isi-pompasi.rst", "özet", lexicon_of(()))


def shown(text: str) -> str:
    return read(text).pages[0].text


def test_headings_by_their_underlines() -> None:
    document = read("========\nIşık\n========\n\nMetin.\n\nİnce ayar\n---------\n\nSon.\n\nAlt\n~~~\n\nx\n")
    text = document.pages[0].text
    assert [(h.level, h.text) for h in document.headings] == [(1, "Işık"), (2, "İnce ayar"), (3, "Alt")]
    assert [text[h.offset :].split("\n")[0] for h in document.headings] == [
        "# Işık",
        "## İnce ayar",
        "### Alt",
    ]
    assert document.title == "Işık" and document.format == "rst"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("- bir\n- iki\n\n  - iç\n", "- bir\n- iki\n\n  - iç"),
        ("3. üç\n#. dört\n", "3. üç\n4. dört"),
        ("Terim\n  Anlamı.\n", "- Terim\n  Anlamı."),
        ("``a < b`` ve **kalın**", "`a < b` ve **kalın**"),
        ("Kod::\n\n  x = 1\n\n  # ş\n", "Kod:\n\n```\nx = 1\n\n# ş\n```"),
        (".. code-block:: python\n   :linenos:\n\n   x = 1\n", "```python\nx = 1\n```"),
        ("`Sayfa <https://a.tr/x>`_ ve `hedef`_\n\n.. _hedef: b.html\n", "Sayfa (https://a.tr/x) ve hedef"),
        (".. image:: a.png\n   :alt: Güç şeması\n", "Güç şeması"),
        (".. note:: Işığı *kapatın*.\n", "**Not**\n\nIşığı *kapatın*."),
        (".. admonition:: Özel İleti\n\n   Metin.\n", "**Özel İleti**\n\nMetin."),
        (".. versionadded:: 2.1\n   Yeni.\n", "**Eklendiği sürüm 2.1**\n\nYeni."),
        (
            ".. toctree::\n   :caption: İçerik\n\n   Giriş <giris>\n   kurulum\n",
            "**İçerik**\n\n- Giriş\n- kurulum",
        ),
        (":ref:`Kurulum <hedef>` ve :py:func:`~a.b` ve :bilinmez:`söz`", "Kurulum ve `a.b` ve `söz`"),
        ("Not [1]_ burada.\n\n.. [1] Dipnot metni.\n", "Not (1) burada.\n\n(1) Dipnot metni."),
        (":math:`E = mc^2` ve son", "$E = mc^2$ ve son"),
        (".. bir yorum\n\nson", "son"),
        (".. |urun| replace:: Isı Pompası\n\n|urun| çalışır.", "Isı Pompası çalışır."),
        (".. bilinmeyen:: Konu\n   :secenek: x\n\n   Metin.\n", "**Konu**\n\nMetin."),
        (":Yazar: Ayşe\n:Sürüm: 2\n", ""),
    ],
)
def test_elements(text: str, markdown: str) -> None:
    got = "\n".join(line.rstrip() for line in shown(text).split("\n"))
    assert got == markdown if markdown else all(word in got for word in ("Yazar", "Ayşe", "Sürüm"))


@pytest.mark.parametrize(
    "table",
    [
        "====  =====\nAd    Güç\n====  =====\nİç    2 kW\nDış   5 kW\n====  =====\n",
        "+-----+------+\n| Ad  | Güç  |\n+=====+======+\n| İç  | 2 kW |\n"
        "+-----+------+\n| Dış | 5 kW |\n+-----+------+\n",
        ".. list-table::\n   :header-rows: 1\n\n   * - Ad\n     - Güç\n   * - İç\n"
        "     - 2 kW\n   * - Dış\n     - 5 kW\n",
        ".. csv-table::\n   :header: Ad, Güç\n\n   İç, 2 kW\n   Dış, 5 kW\n",
    ],
)
def test_tables_keep_their_rows_together(table: str) -> None:
    assert "| Ad | Güç |\n| --- | --- |\n| İç | 2 kW |\n| Dış | 5 kW |" in shown(table)


@pytest.mark.parametrize(
    "directive",
    [
        ".. include:: {}",
        ".. include:: {}\n   :literal:",
        ".. raw:: html\n   :file: {}",
        ".. csv-table::\n   :file: {}",
        ".. literalinclude:: {}",
        ".. raw:: html\n   :url: file://{}",
        ".. csv-table:: x\n   :url: file://{}",
        ".. figure:: {}",
        ".. image:: {}",
        ".. highlight:: {}",
        ".. math::\n   :file: {}",
    ],
)
def test_other_files_are_never_read(directive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gizli.txt").write_text("parola,12345\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    for path in (str(tmp_path / "gizli.txt"), "gizli.txt"):
        text = shown(f"Başlangıç.\n\n{directive.format(path)}\n\nSon.\n")
        assert "12345" not in text and "Başlangıç." in text and "Son." in text


def test_raw_html_is_left_out() -> None:
    text = shown(
        "Bir.\n\n.. raw:: html\n\n   <script>kötü()</script>\n\n.. role:: h(raw)\n   :format: html\n\nİki."
    )
    assert "script" not in text and "Bir." in text and "İki." in text


@pytest.mark.parametrize(
    "text",
    [
        "Kısa\n=\n\nson",
        "**açık ve `tırnak\n\nson",
        ".. image::\n\nson",
        "=== ===\na b c d\n\nson",
        "+---+\n| a\n\nson",
        "Bir\n===\n\nİki\n---\n\nÜç\n+++\n\nDört\n---\n\nBeş\n~~~\n\nson",
        ".. |a| replace:: |a|\n\n|a| son",
        "  girinti\nson",
        "`yok`_ [9]_ |yok| son",
        ".. contents::\n   :depth: x\n\nson",
        ".. code-block::\n\nson",
        ".. note::\n\nson",
        '.. csv-table::\n\n   "a\n\nson',
        "\0\x0bson",
        ".. class:: \n\nson",
        ".. unicode:: 0xffffffff\n\nson",
        ".. date:: %Y\n\nson",
        ".. default-role:: yok\n\n`son`",
        ".. parsed-literal::\n\n  **a\n\nson",
        "::\n\nson",
    ],
)
def test_text_with_errors_is_read_in_silence(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert "son" in shown(text)
    assert capfd.readouterr() == ("", "")


def test_the_names_of_one_file_are_none_of_the_next() -> None:
    from docutils.parsers.rst import directives, roles

    before = set(directives._directives), set(roles._roles)
    shown(".. bizim:: x\n\n:bizimki:`y`")
    assert (set(directives._directives), set(roles._roles)) == before


def test_lines_and_files_that_are_too_long_come_bare() -> None:
    assert shown("*a*\n\n" + "x" * MAX_LINE).startswith("*a*\n\nxxx")
    assert shown("*a* b\n\n" * MAX_MARKS).count("*a* b") == MAX_MARKS
    assert "**bir**\n\n*" in shown("**bir**\n\n" + "*a\n" * 2000)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, b"\0" * 99])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(KilavuzError, match="UTF-8"):
        read_rst(data, "a.rst", "", lexicon_of(()))


@pytest.mark.parametrize("text", ["", "\n", ".. yorum\n", "----\n"])
def test_file_without_text_is_refused(text: str) -> None:
    with pytest.raises(KilavuzError, match="metin yok"):
        read(text)


def test_encodings_and_decomposed_letters() -> None:
    text = "Şu küçük ağaç ıslandı, İğne çıktı.\n"
    for data in (text.encode("cp1254"), text.encode("utf-16"), text.replace("İ", "I\u0307").encode()):
        assert read_rst(data, "a.rst", "", lexicon_of(())).pages[0].text == text.strip()


@pytest.mark.parametrize(
    "piece", ["|a|", "`", "*", ".. a::\n", "[1]_ ", "a_ ", "=== ===\n", "+---+\n", "- ", "> "]
)
@pytest.mark.timeout(30)
def test_hostile_text_ends(piece: str) -> None:
    line = piece if "\n" in piece else piece * 30 + "\n"
    assert "baş" in shown("baş\n\n" + line * (30_000 // len(line)))
