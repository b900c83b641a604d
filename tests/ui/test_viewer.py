"""The document beside the answer, without a browser."""

from dataclasses import replace

import pytest

from assistant.document_texts import KnownDocument
from assistant.errors import KilavuzError, Message
from assistant.owners import NOBODY
from assistant.records import Chunk
from tests.ui.fake_page_backend import HOSTILE, FakeBackend, NoTexts
from ui.originals import Original
from ui.web.viewer import Place, pdf_html, text_html
from ui.web.viewer_actions import AFTER, BEFORE, ViewerActions

DOCUMENT = KnownDocument(7, "/b/şema.pdf", "alt/şema.pdf", "Şema", "pdf", "x", 9, 300)
CHUNK = Chunk("alt/şema.pdf", "Şema", ("Şema", "Isı"), 4, "Isı ölçülür.", 120, 40)


def chunk(position: int, text: str = "Metin.", page: int | None = 4) -> Chunk:
    return replace(CHUNK, position=position, id=position, text=text, page=page)


def place(**changes: object) -> Place:
    return Place(DOCUMENT, replace(CHUNK, **changes), 120, ("Isı ölçülür.",), (("turn", "5"), ("hit", "0")))


def test_a_pdf_is_named_by_its_id_and_opens_at_the_page() -> None:
    html = pdf_html(place(), "tr")
    assert 'data-url="/belge/7" data-page="4" data-pages="9"' in html and "/b/şema.pdf" not in html
    assert 'data-key="turn=5&amp;hit=0&amp;kind=pdf"' in html
    assert '<q class="quote">Isı ölçülür.</q><q class="near">Isı ölçülür.</q>' in html
    assert 'data-page="1"' in pdf_html(place(page=None), "tr")


def test_nothing_of_a_document_becomes_a_tag() -> None:
    bad = replace(DOCUMENT, title=HOSTILE, source=HOSTILE)
    where = Place(bad, replace(CHUNK, headings=(HOSTILE,)), 0, (HOSTILE,), (("chunk", '"><script>'),))
    notice = Message(HOSTILE, HOSTILE)
    for html in (pdf_html(where, "tr"), text_html(where, [chunk(0, HOSTILE)], "tr", notice, drawable=True)):
        for tag in ("<script", "<img", "<style", 'href="javascript', '="javascript'):
            assert tag not in html


def test_the_passage_is_marked_and_tables_are_put_together() -> None:
    chunks = [
        chunk(119),
        chunk(120, "| a | b |\n|---|---|\n| 1 | 2 |"),
        chunk(121, "| 3 | 4 |"),
        chunk(122, page=5),
    ]
    html = text_html(place(), chunks, "tr")
    assert html.count('<section class="part here">') == 1 and html.count("<table>") == 1
    assert "<td>3</td>" in html.partition("part here")[2].partition("</section>")[0]
    assert html.count('class="page-mark"') == 2
    assert html.count('data-action="leaf"') == 2  # there is more before and after


class Reading(NoTexts):
    """One PDF with 300 passages."""

    document_there = True

    def known(self, sources: object) -> dict[str, int]:
        return {"1-belge.pdf": 7}

    def document(self, id: int) -> KnownDocument | None:
        return DOCUMENT if self.document_there else None

    def position(self, document: int, chunk: Chunk) -> int:
        return 120

    def chunks(self, document: int, first: int, count: int) -> list[Chunk]:
        return [chunk(n) for n in range(first, min(300, first + count))]

    def chunk(self, id: int) -> Chunk | None:  # type: ignore[override]
        return replace(CHUNK, source="1-belge.pdf") if id == 40 else None


class Backend(FakeBackend):
    def __init__(self) -> None:
        super().__init__()
        self.reading = Reading()

    def original(self, document_id: int) -> Original:
        raise KilavuzError("Dosya yerinde değil.", "The file is gone.")


@pytest.fixture
def backend() -> Backend:
    backend = Backend()
    list(backend.stream("Pompa?", conversation="abc"))
    return backend


def show(backend: Backend, conversation: object = "abc", **sent: object) -> str:
    return ViewerActions(backend, NOBODY, "tr").show(lambda name: sent.get(name), conversation)


def test_a_file_that_is_gone_is_shown_as_text_and_why(backend: Backend) -> None:
    html = show(backend, turn="1", hit="0")
    assert 'data-kind="text"' in html and "Dosya yerinde değil." in html
    assert html.count('class="part') == BEFORE + AFTER
    assert 'data-kind="text"' in show(backend, chunk="40")


def test_further_passages_come_from_the_place_asked_for(backend: Backend) -> None:
    sent = {"turn": 1, "hit": 0, "first": "280"}
    html = ViewerActions(backend, NOBODY, "tr").leaf(sent.get, "abc")
    assert html.count('class="part') == 20 and "Belgenin sonu" in html
    for first in ("-5", "x", None, 10**30, "99999"):
        assert 'class="part' in ViewerActions(backend, NOBODY, "tr").leaf({**sent, "first": first}.get, "abc")


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"turn": 1}, {"turn": 1, "hit": 4}, {"turn": 1, "hit": -1}, {"turn": 2, "hit": 0}, {"chunk": 41},
        {"turn": "1; DROP", "hit": []}, {"chunk": {"a": 1}}, {"turn": 1, "hit": 1}, {"chunk": "-40"},
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told_in_a_sentence(backend: Backend, sent: dict[str, object]) -> None:
    if sent == {"turn": 1, "hit": 1}:  # a hit, but its document is gone
        backend.reading.known = lambda sources: {}  # type: ignore[method-assign]
    with pytest.raises(KilavuzError, match="artık yok"):
        show(backend, **sent)


def test_a_turn_of_another_conversation_is_not_shown(backend: Backend) -> None:
    for conversation in ("xyz", "", None, ["abc"], "../abc"):
        with pytest.raises(KilavuzError):
            show(backend, conversation, turn=1, hit=0)
    backend.reading.document_there = False
    with pytest.raises(KilavuzError):
        show(backend, turn=1, hit=0)
