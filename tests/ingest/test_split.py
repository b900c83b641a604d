import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.records import Chunk, Document, Heading, Page
from ingest.lexicon import lexicon_of
from ingest.read_markdown import read_markdown
from ingest.split import TINY, split

LEXICON = lexicon_of(())


def words(texts: Sequence[str]) -> list[int]:
    """A token is a word: sizes can be counted by hand."""
    return [len(text.split()) for text in texts]


def markdown(text: str) -> Document:
    return read_markdown(text.encode(), "a.md", "", lexicon_of(()))


def chunks(text: str, size: int = 256) -> list[Chunk]:
    return split(markdown(text), words, size)


def sentence(number: int, length: int) -> str:
    return " ".join([f"C{number}"] + ["kelime"] * (length - 2) + ["biter."])


def paragraph(count: int, length: int = 10) -> str:
    return " ".join(sentence(n, length) for n in range(count))


LONG = paragraph(4)  # 40 words: no section of it is tiny


def test_sections_begin_at_headings_and_carry_their_path() -> None:
    got = chunks(f"Önsöz. {LONG}\n\n# A\n\n{LONG}\n\n## B\n\n{LONG}\n\n# C\n\n{LONG}\n")
    assert [c.headings for c in got] == [(), ("A",), ("A", "B"), ("C",)]
    assert [c.position for c in got] == [0, 1, 2, 3]
    assert got[2].text.startswith("## B\n") and got[2].source == "a.md" and got[2].page is None


def test_levels_that_are_left_out() -> None:
    got = chunks(f"### A\n\n{LONG}\n\n# B\n\n{LONG}\n\n#### C\n\n{LONG}\n\n## D\n\n{LONG}\n")
    assert [c.headings for c in got] == [("A",), ("B",), ("B", "C"), ("B", "D")]


def test_heading_without_body_goes_with_the_next_section() -> None:
    got = chunks(f"# A\n\n## B\n\n{LONG}\n")
    assert [(c.headings, c.text[:3]) for c in got] == [(("A", "B"), "# A")]


def test_headings_without_body_at_the_end_stay_with_the_text_before() -> None:
    got = chunks(f"# A\n\n{LONG}\n\n## B\n\n# C\n")
    assert len(got) == 1 and got[0].headings == ("A",) and got[0].text.endswith("# C")


def test_tiny_sections_join_their_sibling_under_the_common_path() -> None:
    got = chunks(f"# A\n\n{LONG}\n\n## B\n\nKısa metin.\n\n## C\n\n{LONG}\n\n# D\n\nKısa.\n")
    assert [c.headings for c in got] == [("A",), ("A",), ("D",)]
    assert got[1].text.startswith("## B") and "## C" in got[1].text


def test_a_section_of_some_size_stays_alone() -> None:
    body = " ".join(["kelime"] * TINY)
    assert len(chunks(f"# A\n\n{body}\n\n# B\n\n{body}\n")) == 2


def test_blocks_are_kept_whole() -> None:
    code = "```python\n" + "\n".join(f"x{n} = {n}" for n in range(10)) + "\n\n# yorum\n```"
    table = "| a | b |\n|---|---|\n" + "".join(f"| {n} | iki |\n" for n in range(6))
    items = "".join(f"- madde {n}\n  - alt madde\n" for n in range(8))
    got = chunks(f"{LONG}\n\n{code}\n\n{LONG}\n\n{table}\n{LONG}\n\n{items}\n{LONG}\n", 60)
    for block in (code, table, items):
        assert any(block.strip() in c.text for c in got)


def test_large_code_is_cut_at_blank_lines() -> None:
    parts = ["\n".join(f"satır{p}{n} = a b c d" for n in range(5)) for p in range(6)]
    got = chunks("```\n" + "\n\n".join(parts) + "\n```\n", 70)
    assert len(got) == 3
    assert all(any(part in c.text for c in got) for part in parts)


def test_large_code_without_blank_lines_is_cut_at_lines() -> None:
    lines = [f"değişken{n} = a b c" for n in range(60)]
    got = chunks("```\n" + "\n".join(lines) + "\n```\n", 50)
    assert [line for c in got for line in c.text.split("\n") if line in lines] == lines


def test_large_table_is_cut_between_rows_and_stays_verbatim() -> None:
    rows = [f"| {n} | bir iki üç |" for n in range(40)]
    text = "| no | ad |\n|---|---|\n" + "\n".join(rows) + "\n"
    got = chunks(text, 60)
    assert len(got) > 2 and [line for c in got for line in c.text.split("\n")][2:] == rows


def test_large_list_is_cut_between_items() -> None:
    items = [f"- madde {n} bir iki üç\n  - alt {n} dört beş" for n in range(20)]
    got = chunks("\n".join(items) + "\n", 50)
    assert len(got) > 2
    assert all(c.text.startswith("- madde") for c in got)
    assert "\n".join(c.text for c in got) == "\n".join(items)


def test_large_paragraph_is_cut_between_sentences() -> None:
    got = chunks(paragraph(30), 64)
    assert len(got) == 5
    assert all(c.text.startswith("C") and c.text.endswith("biter.") for c in got)


def test_the_last_chunk_is_no_scrap() -> None:
    got = chunks(paragraph(9), 80)  # eight sentences fit into one chunk, the ninth would stand alone
    assert [len(c.text.split()) for c in got] == [70, 20]


def test_giant_word_is_cut_by_characters() -> None:
    def characters(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    got = split(markdown("ş" * 1000), characters, 64)
    assert "".join(c.text for c in got) == "ş" * 1000 and max(len(c.text) for c in got) <= 64


def test_marks_alone_are_no_chunk_but_stay_with_a_neighbour() -> None:
    got = chunks(f"***\n\n# A\n\n{paragraph(6)}\n\n---\n\n{paragraph(6)}\n\n$$\n", 64)
    assert "".join(c.text for c in got).count("***") == 1
    assert got[0].text.startswith("***") and got[-1].text.endswith("$$")
    assert all(re.search(r"\w", c.text) for c in got)


def test_marks_beyond_measure_are_left_out() -> None:
    got = chunks("metin\n\n" + "- - " * 5000 + "\n\nson\n", 32)
    assert {word for c in got for word in c.text.split()} == {"metin", "-", "son"}
    assert sum(len(c.text.split()) for c in got) < 200
    assert max(len(c.text.split()) for c in got) <= 64


def test_chunks_do_not_cross_pages_and_know_them() -> None:
    pages = (Page(f"Giriş\n{LONG}", 1), Page("", 2), Page(f"devam {LONG}\nSonuç\n{LONG}", 3), Page("• –", 4))
    headings = (Heading(1, "Giriş", 0, 0), Heading(1, "Sonuç", 2, pages[2].text.index("Sonuç")))
    got = split(Document("a.pdf", "a", "pdf", "", pages, headings), words)
    assert [(c.page, c.headings) for c in got] == [(1, ("Giriş",)), (3, ("Giriş",)), (3, ("Sonuç",))]
    assert [c.position for c in got] == [0, 1, 2]
    assert all(c.text in pages[(c.page or 0) - 1].text for c in got)


def test_chunks_carry_the_label_that_is_printed_on_their_page() -> None:
    pages = (Page(LONG, 1, "iv"), Page(LONG, 2))
    got = split(Document("a.pdf", "a", "pdf", "", pages), words)
    assert [(c.page, c.page_label) for c in got] == [(1, "iv"), (2, None)]


def test_a_pdfs_table_is_cut_between_rows_only() -> None:
    rows = [f"| {n} | bir iki üç |" for n in range(40)]
    text = f"{LONG}\n\nTablo 1\n| no | ad |\n| --- | --- |\n" + "\n".join(rows) + f"\n\n{LONG}"
    got = split(Document("a.pdf", "a", "pdf", "", (Page(text, 1),)), words, 60)
    lines = [line for c in got for line in c.text.split("\n")]
    assert [line for line in lines if line in rows] == rows
    assert any("Tablo 1\n| no | ad |" in c.text for c in got)


def test_a_pdfs_small_table_stays_whole() -> None:
    table = "| no | ad |\n| --- | --- |\n| 1 | bir |\n| 2 | iki |"
    text = f"{paragraph(5)}\n\n{table}\n\n{paragraph(5)}"
    got = split(Document("a.pdf", "a", "pdf", "", (Page(text, 1),)), words, 64)
    assert any(table in c.text for c in got)


def test_a_table_that_was_html_is_cut_between_rows_only() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>bir iki üç</td></tr>\n" for n in range(40))
    got = chunks(f"<table>\n<tr><th>no</th><th>ad</th></tr>\n{rows}</table>\n\n{LONG}\n", 60)
    lines = [line for c in got for line in c.text.split("\n") if line.startswith("| ")]
    assert lines[2:] == [f"| {n} | bir iki üç |" for n in range(40)] and len(got) > 2


def test_headings_of_front_matter_and_html_open_sections() -> None:
    got = chunks(f"---\ntitle: Işık\n---\n{LONG}\n\n<h2>İç &amp; dış</h2>\n\n{LONG}\n")
    assert [c.headings for c in got] == [("Işık",), ("Işık", "İç & dış")]


def test_code_in_a_box_is_cut_as_code() -> None:
    lines = [f"değişken{n} = a b c" for n in range(60)]
    got = chunks("!!! note\n    ```\n" + "".join(f"    {line}\n" for line in lines) + "    ```\n", 50)
    assert [line for c in got for line in c.text.split("\n") if line in lines] == lines


def test_heading_path_counts_towards_the_size() -> None:
    heading = " ".join(["başlık"] * 20)
    text = f"# {heading}\n\n{paragraph(20)}\n"
    assert max(len(c.passage.replace("›", "").split()) for c in chunks(text, 50)) <= 50


def test_special_tokens_of_each_text_are_not_summed() -> None:
    def with_marks(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    text = "".join(f"- {n}\n" for n in range(200))
    assert len(split(markdown(text), with_marks, 100)) == len(chunks(text, 100))


def test_the_tokenizer_is_called_a_few_times_with_many_texts() -> None:
    calls = []

    def counted(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return words(texts)

    text = "".join(f"# Bölüm {n}\n\n{LONG}\n\n- madde\n\n" for n in range(200))
    split(markdown(text), counted)
    assert len(calls) <= 3 and max(calls) >= 600


def test_unicode_line_separators_and_nfd_names() -> None:
    got = chunks("# I\u0307zmir\n\nSatır\u2028başka\u0085satır\fson.\n")
    assert got[0].headings == ("İzmir",) and "son." in got[-1].text


BLOCKS = st.sampled_from(
    [
        "# Başlık İ", "## Alt ı başlık", "Altı çizili\n-----", "Bir cümle. İkinci cümle! Üçüncüsü?", "***",
        "```\nkod satırı\n\n# yorum\n```", "```", "- madde\n  - alt\n    1. derin\n- son", "1. bir\n2. iki",
        "| a | b |\n|---|---|\n| 1 | 2 |", "> alıntı\n> # başlık", "<div>\n\nhtml\n\n</div>", "---", "....",
        "[bağ]: http://a.b", "$$\nx\n=\ny\n$$", "kelime " * 30, "ü" * 90, "| tek", "\t\n", "+++", "#",
        "    girintili kod",
    ]
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)


@given(st.lists(BLOCKS | TEXT, min_size=1, max_size=12), st.integers(4, 40), st.booleans())
@settings(max_examples=300, deadline=None)
def test_everything_is_in_some_chunk_verbatim_and_in_order(parts: list[str], size: int, is_pdf: bool) -> None:
    text = "\n\n".join(parts) + "\n\nson"
    if is_pdf:
        half = len(text) // 2
        document = Document("a", "a", "pdf", "", (Page(text[:half], 1), Page(text[half:], 2)))
    else:
        document = markdown(text)
    got = split(document, words, size)
    assert [c.position for c in got] == list(range(len(got)))
    for page in document.pages:
        place = 0
        for chunk in (c for c in got if c.page == page.number):
            found = page.text.index(chunk.text, place)
            left_out = page.text[place:found]
            assert not any(map(str.isalnum, left_out))
            assert not left_out.strip() or len(left_out.split()) + len(chunk.text.split()) > 2 * size
            place = found + len(chunk.text)
            assert any(map(str.isalnum, chunk.text)) and chunk.text == chunk.text.strip()
            assert len(chunk.text.split()) <= 2 * size
        assert not any(map(str.isalnum, page.text[place:]))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_tiny_sizes_end(size: int) -> None:
    got = chunks("# Uzun bir başlık burada\n\nBir iki üç dört beş.\n", size)
    assert "".join("".join(c.text.split()) for c in got) == "#UzunbirbaşlıkburadaBirikiüçdörtbeş."


@pytest.mark.parametrize("text", ["# b\n" * 20_000, "bir iki " * 100_000, "- a\n" * 20_000, "x" * 500_000])
@pytest.mark.timeout(60)
def test_odd_documents_take_no_time_beyond_their_size(text: str) -> None:
    got = chunks(text, 256)
    assert sum(len("".join(c.text.split())) for c in got) == len("".join(text.split()))
