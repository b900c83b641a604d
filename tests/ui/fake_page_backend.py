"""A backend for the page that keeps everything in memory and answers by a fixed script."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.errors import KilavuzError, Message
from assistant.records import Answer, Chunk, Citation, Conversation, DocumentState, Exchange, Hit, Turn
from ui.web.backend import Progress, Status

PASSAGE = (
    "Pompada aşırı titreşim görülürse önce kaplin ayarı denetlenir. Eksen kaçıklığı 0,05 mm değerini "
    "aşıyorsa motor ayakları şimlenerek ayar yenilenir.\n\nAyar düzgünse rulman sıcaklığı ölçülür; 80 °C "
    "üzerindeki sıcaklık rulmanın yağsız kaldığını ya da aşındığını gösterir."
)
ANSWER = (
    "Pompada aşırı titreşim görülürse önce kaplin ayarı denetlenir. [1]\n\n"
    "- Eksen kaçıklığı **0,05 mm** değerini aşıyorsa motor ayakları şimlenir. [1]\n"
    "- Rulman sıcaklığı `80 °C` üzerindeyse rulman yağsız kalmış olabilir. [2]"
)
HOSTILE = (
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> ${window.pwned=1} '
    "{{constructor.constructor('window.pwned=1')()}} [1] ![x](https://example.invalid/a.png) "
    "[git](javascript:window.pwned=1) <style>body{display:none}</style>"
)


def hit(number: int, title: str, headings: tuple[str, ...], page: int | None, text: str) -> Hit:
    chunk = Chunk(
        f"{number}-belge.pdf" if page else f"{number}-not.md", title, headings, page, text, 0, number
    )
    return Hit(chunk, 1 / number, number, 12.5 / number, number + 1 if number < 3 else None, 0.71)


HITS = (
    hit(1, "KP-200 Santrifüj Pompa Bakım Talimatı", ("Arıza giderme", "Titreşim"), 14, PASSAGE),
    hit(2, "Rulman İzleme Kılavuzu", ("Sıcaklık sınırları",), None,
        "Rulman sıcaklığı ISI kamerasıyla ölçülür; 80 °C üzerinde pompa durdurulur."),
    hit(3, "Yıllık bakım planı", ("Mekanik işler", "Pompalar"), 3,
        "Pompa titreşim ölçümü üç ayda bir yapılır ve kayda geçirilir."),
    hit(4, "Kaplin montajı", (), 2, "Kaplin yarımları arasında 3 mm boşluk bırakılır."),
)  # fmt: skip


class FakeTurns:
    def __init__(self) -> None:
        self.kept: list[Turn] = []
        self.voted: dict[tuple[int, str], int] = {}

    def record(self, conversation: str, question: str, answer: Answer) -> Answer:
        answer = replace(answer, turn=len(self.kept) + 1)
        self.kept.append(
            Turn(len(self.kept) + 1, conversation, "2026-05-04T09:30:00+00:00", question, answer)
        )
        return answer

    def vote(self, turn: int, target: str, value: int) -> None:
        if not 1 <= turn <= len(self.kept) or value not in (-1, 0, 1):
            raise KilavuzError("Bu oy kaydedilemedi <b>x</b>.", "This vote could not be kept.")
        self.voted[turn, target] = value

    def votes(self, turn: int) -> dict[str, int]:
        return {target: value for (one, target), value in self.voted.items() if one == turn and value}

    def conversation(self, id: str) -> list[Turn]:
        return [turn for turn in self.kept if turn.conversation == id]

    def conversations(self) -> list[Conversation]:
        first: dict[str, Turn] = {}
        for turn in (one for one in self.kept if one.conversation):
            first.setdefault(turn.conversation, turn)
        return [
            Conversation(id, turn.question, turn.asked_at, len(self.conversation(id)))
            for id, turn in reversed(first.items())
        ]

    def delete_conversation(self, id: str) -> None:
        self.kept = [replace(t, conversation="") if t.conversation == id else t for t in self.kept]


class FakeBackend:
    """`assistant` is itself. `gate` holds back the end of an answer to a question with "beklet" in it."""

    def __init__(self) -> None:
        self.turns = FakeTurns()
        self.gate = threading.Event()
        self.asked: list[tuple[str, list[Exchange], str]] = []
        self.within: list[tuple[str, ...]] = []
        self.progress: Progress | None = None
        self.embedder = "kilavuz-compact-1"
        wrong = Message("PDF parola korumalı; parolasız bir kopyasını ekleyin.", "The PDF has a password.")
        self.states = [
            state(1, "bakim/kp200-bakim-talimati.pdf", "KP-200 Santrifüj Pompa Bakım Talimatı", 48, 212),
            state(2, "rulman-izleme.md", "Rulman İzleme Kılavuzu", 0, 37),
            replace(state(3, "gizli/sözleşme.pdf", "sözleşme.pdf", 0, 0), reason=wrong),
            replace(state(4, "ag-gecidi.md", "EG-240 ağ geçidi sorun giderme", 0, 64), reason=wrong),
        ]

    @property
    def assistant(self) -> "FakeBackend":
        return self

    def stream(
        self,
        question: str,
        history: Sequence[Exchange] = (),
        conversation: str = "",
        within: Sequence[str] = (),
    ) -> Iterator[Answer]:
        self.within.append(tuple(within))
        self.asked.append((question, list(history), conversation))
        if "hata" in question:
            raise KilavuzError(
                "Soru çok uzun <i>x</i>; kısaltıp yeniden deneyin.", "The question is too long."
            )
        if "çök" in question:
            raise RuntimeError("secret detail")
        text = HOSTILE if "saldır" in question else ANSWER
        citations = (Citation(1, 0, PASSAGE[:62]), Citation(2, 1, "80 °C üzerinde pompa durdurulur."))
        answer = Answer("", HITS, citations, generator="extractive", seconds=0.24, within=tuple(within))
        if "yok" in question:
            text, answer = "Bunu belgelerde bulamadım.", replace(answer, citations=(), abstained=True)
        if "saldır" in question:
            chunk = replace(HITS[0].chunk, title=HOSTILE, headings=(HOSTILE,), text=HOSTILE)
            answer = replace(answer, hits=(replace(HITS[0], chunk=chunk), *HITS[1:]))
        for end in range(60, len(text), 60):
            yield replace(answer, text=text[:end])
            if "beklet" in question and end == 60:
                self.gate.wait(20)
        notice = Message("Dil modeli yanıt vermedi; alıntı gösteriliyor.", "The model is silent.")
        last = replace(answer, text=text, notice=notice if "model" in question else None)
        yield self.turns.record(conversation, question, last)

    def documents(self) -> list[DocumentState]:
        return list(self.states)

    def upload(self, paths: Sequence[Path]) -> list[str]:
        names = []
        for path in paths:
            if path.suffix not in (".md", ".pdf"):
                raise KilavuzError(f"{path.name} eklenmedi.", f"{path.name} was not added.")
            assert path.read_bytes()
            names.append(path.name)
            self.states.append(state(len(self.states) + 1, path.name, path.stem, 0, 5))
        return names

    def delete_document(self, document_id: int) -> None:
        if document_id not in {one.id for one in self.states}:
            raise KilavuzError("Böyle bir belge yok.", "There is no such document.")
        self.states = [one for one in self.states if one.id != document_id]

    def status(self) -> Status:
        chunks = sum(one.chunks for one in self.states)
        documents = sum(1 for one in self.states if one.chunks)
        folder = Path("/home/ayşe/kilavuz/belgeler")
        return Status(self.embedder, documents, chunks, None, folder, self.progress)


def state(id: int, source: str, title: str, pages: int, chunks: int) -> DocumentState:
    moment = f"2026-05-{id % 28 + 1:02d}T09:30:00+00:00"
    return DocumentState(id, f"/belgeler/{source}", source, title, pages, chunks, 1000, moment)
