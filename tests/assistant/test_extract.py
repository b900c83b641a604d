"""What is chosen, how it is written, and what it is worth, on passages that can be checked by hand."""

import numpy as np

from assistant.extract import BUDGET, LIMIT, best_quote, extract
from assistant.records import Chunk, Hit


def hit(text, score=0.9, source="a.md", headings=(), position=0, page=None, **found):
    return Hit(Chunk(source, "Belge", headings, page, text, position), score, **found)


def one(key):
    """Every word weighs the same."""
    return 1.0


class LetterEmbedder:
    """Similar means: the text holds the letters "zq"."""

    name = fingerprint = "letters"
    dimension = 2
    max_tokens = 100

    def __init__(self):
        self.calls = []

    def embed_passages(self, texts):
        self.calls.append(list(texts))
        return np.array([[1.0, 0.0] if "zq" in t else [0.0, 1.0] for t in texts], dtype=np.float32)

    def embed_question(self, text):
        return np.array([1.0, 0.0], dtype=np.float32)

    def count_tokens(self, texts):
        return [len(t.split()) for t in texts]


DROPOUT = hit(
    "Ağlar büyüktür. İletim sönümü, gizli birimlerin eğitimde rastgele kapatılması olarak adlandırılır. "
    "Bu bir ölçüdür. Başka bir konu vardır. Hava bugün çok güzel ve deniz sakin."
)


def test_no_hits_give_nothing():
    assert extract("nedir", [], one).text == ""
    assert extract("nedir", [], one).confidence == 0.0


def test_a_definition_is_found_verbatim_and_cited():
    found = extract("İletim sönümü nedir?", [DROPOUT], one)
    assert (
        "İletim sönümü, gizli birimlerin eğitimde rastgele kapatılması olarak adlandırılır. [1]" in found.text
    )
    assert "Hava" not in found.text
    (citation,) = found.citations
    assert (citation.number, citation.hit) == (1, 0)
    assert citation.quote in DROPOUT.chunk.text and citation.quote.startswith("İletim")
    assert "".join(found.parts) == found.text


def test_numbers_follow_first_appearance_and_reading_order_holds_within_a_document():
    second = hit("Kedi balkonda uyur. Kedi evde yaşar ve süt içer.", 0.9, "a.md", position=7)
    first = hit("Kedi süt sever ve evde içer.", 0.8, "a.md", position=2)
    other = hit("Kedi süt içmez, evde su içer.", 0.7, "b.md")
    found = extract("kedi evde süt içer mi", [second, first, other], one)
    assert found.text.index("sever") < found.text.index("yaşar") < found.text.index("içmez")
    assert [(c.number, c.hit) for c in found.citations] == [(1, 1), (2, 0), (3, 2)]
    assert found.text.index("[1]") < found.text.index("[2]") < found.text.index("[3]")


def test_steps_come_as_a_list_in_order_and_code_in_a_closed_fence():
    text = "Paketi kurmak için:\n\n1. Terminali açın\n2. Paketi kurun\n\n```bash\npip install paket\n"
    found = extract("paket nasıl kurulur, terminal", [hit(text)], one)
    assert "1. Terminali açın [1]\n2. Paketi kurun [1]" in found.text
    assert "```bash\npip install paket\n```\n\n[1]" in found.text


def test_a_table_row_brings_its_header():
    text = "| Ad | Port |\n|---|---|\n| sunucu | 80 |\n| vekil | 8080 |"
    found = extract("vekil hangi portu kullanır", [hit(text)], one)
    assert "| Ad | Port |\n|---|---|\n| vekil | 8080 |\n\n[1]" in found.text
    bare = extract("vekil hangi portu kullanır", [hit("| vekil | 8080 |")], one)
    assert bare.text == "```text\n| vekil | 8080 |\n```\n\n[1]"


def test_rows_of_one_table_share_its_header():
    text = "| Ad | Port |\n|---|---|\n| sunucu | 80 |\n| vekil | 8080 |\n| posta | 25 |"
    found = extract("sunucu ve vekil hangi portu kullanır", [hit(text)], one)
    assert found.text.startswith("| Ad | Port |\n|---|---|\n| sunucu | 80 |\n| vekil | 8080 |")
    assert found.text.count("| Ad |") == 1 and len(found.parts) == 1
    assert found.text.endswith("\n\n[1]") and found.text.count("[1]") == 1


CODES = hit("| Kod | Anlamı |\n|---|---|\n| E-1041 | Hata: kısa devre |\n| E-1042 | Hata: yanıt yok |")


def test_rows_about_another_code_are_not_chosen():
    other = hit("Hata sürerse hattı söküp yeniden takın.", 0.8, "b.md")
    found = extract("E-1042 hatası ne anlama gelir?", [CODES, other], one)
    assert "| E-1042 | Hata: yanıt yok |" in found.text
    assert "E-1041" not in found.text and "hattı" not in found.text


def test_a_code_that_no_passage_has_excludes_nothing():
    assert "E-1041" in extract("E-9999 hatası ne anlama gelir?", [CODES], one).text


def test_sentences_under_a_heading_with_the_code_may_be_chosen():
    section = hit("E-1041 ile karıştırmayın. Hata, hattın koptuğunu bildirir.", headings=("E-1042",))
    assert "koptuğunu" in extract("E-1042 hatası ne demek?", [section], one).text


def test_code_blocks_are_for_questions_about_code():
    text = "```\nkedi = süt\n```\n\nKedi bazen süt içer."
    assert "```" not in extract("kedi ne zaman süt içer", [hit(text)], one).text
    assert "kedi = süt" in extract("kedi süt kodu örneği", [hit(text)], one).text
    assert "kedi = süt" in extract("kedi ne zaman süt içer", [hit("```\nkedi = süt\n```")], one).text


def test_it_stops_once_the_question_is_covered():
    more = hit("Kedi de süt de burada anılır.", 0.3, "b.md")
    far = hit("Burada kedi anılır, o kadar.", 0.3, "c.md")
    assert "burada anılır" in extract("kedi süt içer mi", [hit("Kedi su içer."), more], one).text
    assert extract("kedi süt içer mi", [hit("Kedi süt içer."), far], one).text == "Kedi süt içer. [1]"


def test_a_heading_of_a_pdf_is_not_glued_to_its_text():
    page = hit(
        "6. Sıkma değerleri\nCıvatalar yağlıdır ve çapraz sırayla sıkılır.",
        headings=("6. Sıkma değerleri",),
        page=4,
    )
    assert extract("cıvatalar nasıl sıkılır", [page], one).text.startswith("Cıvatalar yağlıdır")


def test_every_quote_is_verbatim():
    hits = [
        CODES,
        DROPOUT,
        hit("> Kedi  evde\n> süt içer.\n\n* Kedi\n  hata verir.\n\n```\n  kedi()\n```", source="b.md"),
        hit("Kedi hata\nKısa\n3 kedi evde süt içer ve hata kodu nasıl olur bilmez.", source="c.pdf", page=2),
    ]
    for question in (
        "kedi nasıl süt içer",
        "E-1042 hatası",
        "hata kodu örneği nedir",
        "iletim sönümü",
        "kısa",
    ):
        found = extract(question, hits, one)
        assert found.citations
        assert all(c.quote in hits[c.hit].chunk.text for c in found.citations)


def test_the_same_sentence_of_two_documents_comes_once():
    found = extract("kedi süt içer", [hit("Kedi süt içer."), hit("Kedi süt\niçer.", source="b.md")], one)
    assert found.text == "Kedi süt içer. [1]"


def test_lines_of_a_pdf_flow_but_the_quote_is_exact():
    found = extract("kedi süt içer mi", [hit("Kedi evde\nsüt içer.", page=3)], one)
    assert found.text == "Kedi evde süt içer. [1]"
    assert found.citations[0].quote == "Kedi evde\nsüt içer."


def test_length_stays_within_bounds():
    sentence = "Kedi süt içer ve {} kez evde uyur. "
    many = hit("".join(sentence.format(n) for n in range(200)))
    assert len(extract("kedi süt içer evde", [many], one).text) <= BUDGET
    code = "```\n" + "kedi = süt\n" * 60 + "```"
    long = extract("kedi süt nasıl içer", [hit(f"Kedi süt içer:\n\n{code}\n\n{code}x")], one)
    assert BUDGET < len(long.text) <= LIMIT


def test_a_value_is_preferred_where_a_value_is_asked():
    found = extract(
        "bağlantı süresi kaç saniyedir",
        [hit("Bağlantı süresi önemlidir. Bağlantı süresi 30 saniyedir.")],
        one,
    )
    assert found.citations[0].quote == "Bağlantı süresi 30 saniyedir."


def test_rare_words_weigh_more():
    text = "Model veri ister. Katman sönümlenir."
    rare = extract("model veri sönümlenir", [hit(text)], lambda key: 9.0 if key == "sonum" else 1.0)
    assert rare.citations[0].quote == "Katman sönümlenir."


def test_the_embedder_is_asked_once_and_counts():
    embedder = LetterEmbedder()
    text = "Kedi süt içer. " + " ".join(f"Kedi {n} kez uyur." for n in range(60)) + " Köpek kedi zq sever."
    found = extract("kedi zıplar", [hit(text)], one, embedder)
    assert len(embedder.calls) == 1 and len(embedder.calls[0]) == 30
    near = extract("kedi", [hit("Kedi süt içer. Kedi zq sever.")], one, embedder)
    assert near.citations[0].quote == "Kedi zq sever."
    assert found.parts


def test_headings_are_never_quoted():
    found = extract("kedi süt", [hit("## Kedi süt\n\nO hayvan içer.")], one)
    assert found.text == "O hayvan içer. [1]"


def test_a_chunk_with_nothing_to_quote():
    assert extract("kedi", [hit("***\n---")], one).text == ""


def test_best_quote_is_verbatim():
    chunk = hit("Kedi uyur.\nSüt\nbeyazdır.").chunk
    assert best_quote("süt beyaz olur", chunk, one) == "Süt\nbeyazdır."
    assert best_quote("süt", hit("## Başlık").chunk, one) == "## Başlık"


def test_words_of_the_question_before_count_less():
    text = "Kedi balık yer. Uzun bir ara cümle vardır burada. Köpek kemik yer."
    found = extract("peki köpek?", [hit(text)], one, before="Kedi balık yer mi?")
    assert found.citations[0].quote == "Köpek kemik yer."
    assert (
        extract("neden?", [hit(text)], one, before="Kedi balık yer mi?").citations[0].quote
        == "Kedi balık yer."
    )


def test_the_rest_of_a_sentence_that_a_page_break_left_is_not_quoted():
    found = extract("kedi süt içer mi", [hit("süt içer. Kedi süt içer. Köpek su içer.")], one)
    assert "süt içer. [1] Kedi" not in found.text and found.text.startswith("Kedi süt içer. [1]")
