"""A backend for the page that keeps everything in memory and answers by a fixed script."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.errors import KilavuzError, Message
from assistant.owners import Owner
from assistant.quality import Asked, Vote
from assistant.records import Answer, Chunk, Citation, Conversation, DocumentState, Exchange, Hit, Turn
from assistant.remarks import Remark, passage_key
from finetune.registry import Model
from ui.evaluations import Evaluated
from ui.originals import Original
from ui.web.backend import Progress, Status

FOLDER = Path("/home/ayşe/kilavuz/belgeler")

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
        self.hidden: set[str] = set()

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
        return [turn for turn in self.kept if turn.conversation == id and id not in self.hidden]


class FakeConversations:
    def __init__(self, turns: FakeTurns) -> None:
        self._turns = turns
        self.names: dict[str, str] = {}

    def all(self) -> list[Conversation]:
        first: dict[str, Turn] = {}
        for turn in (one for one in self._turns.kept if one.conversation not in ("", *self._turns.hidden)):
            first.setdefault(turn.conversation, turn)
        return [
            Conversation(
                id, self.names.get(id) or turn.question, turn.asked_at, len(self._turns.conversation(id))
            )
            for id, turn in reversed(first.items())
        ]

    def find(self, wanted: str) -> list[Conversation]:
        return [one for one in self.all() if wanted in one.title]

    def get(self, id: str) -> Conversation | None:
        return next((one for one in self.all() if one.id == id), None)

    def rename(self, id: str, name: str) -> None:
        if not self.get(id):
            raise KilavuzError("Bu sohbet artık yok <b>x</b>.", "This conversation is gone.")
        self.names[id] = name

    def delete(self, id: str) -> None:
        self._turns.hidden.add(id)

    def closed(self, id: str) -> bool:
        return id in self._turns.hidden

    def restore(self, id: str) -> None:
        self._turns.hidden.discard(id)

    def branch(self, id: str, turn: int) -> str:
        turns = self._turns.conversation(id)
        if turn not in [one.id for one in turns]:
            raise KilavuzError("Bu sohbet artık yok.", "This conversation is gone.")
        new = f"dal{len(self._turns.kept)}"
        for one in turns:
            if one.id < turn:
                self._turns.record(new, one.question, one.answer)
        return new


class FakeBackend:
    """What belongs to any user is itself.

    `gate` holds back the end of an answer to a question with "beklet" in it.
    """

    def __init__(self) -> None:
        self.turns = FakeTurns()
        self.conversations = FakeConversations(self.turns)
        self.remarks, self.reading = FakeRemarks(), NoTexts()
        self.searched: list[str] = []
        self.gate, self.uploads = threading.Event(), threading.Event()
        self.uploads.set()
        self.asked: list[tuple[str, list[Exchange], str]] = []
        self.within: list[tuple[str, ...]] = []
        self.progress: Progress | None = None
        self.embedder = "kilavuz-compact-1"
        self.now: set[str] = set()
        self.reread: list[int] = []
        self.deleted: list[DocumentState] = []
        self.earlier: list[Asked] = []
        self.measured: list[Evaluated] = []
        self.trained: list[Model] = []
        wrong = Message("PDF parola korumalı; parolasız bir kopyasını ekleyin.", "The PDF has a password.")
        self.states = [
            state(1, "bakim/kp200-bakim-talimati.pdf", "KP-200 Santrifüj Pompa Bakım Talimatı", 48, 212),
            state(2, "rulman-izleme.md", "Rulman İzleme Kılavuzu", 0, 37),
            replace(state(3, "gizli/sözleşme.pdf", "sözleşme.pdf", 0, 0), reason=wrong),
            replace(state(4, "ag-gecidi.md", "EG-240 ağ geçidi sorun giderme", 0, 64), reason=wrong),
        ]

    def own(self, owner: Owner) -> "FakeBackend":
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

    def starters(self) -> Sequence[str]:
        return ()

    def nearby(self, chunk: Chunk) -> Sequence[Chunk]:
        text = (
            "Rulman yağı altı ayda bir değişir; değişimde eski yağ bütünüyle alınır ve yuva temizlenir. " * 2
        )
        return [replace(chunk, headings=("Bakım", "Rulman yağının değişimi"), text=text)]

    def search(self, question: str, limit: int = 10) -> list[Hit]:
        self.searched.append(question)
        return [] if "yok" in question else list(HITS)

    def original(self, document_id: int) -> Original:
        raise KilavuzError("Böyle bir belge yok.", "There is no such document.")

    def documents(self) -> list[DocumentState]:
        return list(self.states)

    def passages(self, document_id: int, first: int, count: int) -> list[Chunk]:
        known = next(one for one in self.states if one.id == document_id)
        numbers = range(first, min(first + count, known.chunks))
        return [replace(HITS[0].chunk, text=f"{number}. pasaj {PASSAGE}") for number in numbers]

    def read_now(self) -> set[str]:
        return self.now

    def upload(self, path: Path, name: str) -> str:
        self.uploads.wait(60)
        if Path(name).suffix not in (".md", ".pdf"):
            raise KilavuzError(f"{name} eklenmedi.", f"{name} was not added.")
        assert path.read_bytes()
        new = state(len(self.states) + 1, name, Path(name).stem, 0, 5)
        self.states.append(replace(new, path=str(FOLDER / name)))
        return name

    def reindex(self, document_id: int) -> str:
        self.reread.append(document_id)
        return next(one.source for one in self._one(document_id))

    def delete_document(self, document_id: int) -> str:
        self.deleted.extend(self._one(document_id))
        self.states = [one for one in self.states if one.id != document_id]
        return str(document_id)

    def restore(self, token: str) -> str:
        back = next(one for one in self.deleted if str(one.id) == token)
        self.deleted.remove(back)
        self.states.append(back)
        return back.source

    def _one(self, id: int) -> list[DocumentState]:
        found = [one for one in self.states if one.id == id]
        if not found:
            raise KilavuzError("Böyle bir belge yok.", "There is no such document.")
        return found

    def all_asked(self) -> list[Asked]:
        return [*self.earlier, *(_asked(turn) for turn in self.turns.kept)]

    def all_votes(self) -> list[Vote]:
        when = "2026-05-04T09:30:00+00:00"
        return [Vote(turn, target, value, when) for (turn, target), value in self.turns.voted.items()]

    def evaluations(self) -> list[Evaluated]:
        return self.measured

    def models(self) -> list[Model]:
        return self.trained

    def status(self) -> Status:
        chunks = sum(one.chunks for one in self.states)
        documents = sum(1 for one in self.states if one.chunks)
        return Status(
            self.embedder, documents, chunks, None, FOLDER, self.progress, ingests=len(self.deleted)
        )


def _asked(turn: Turn) -> Asked:
    answer = turn.answer
    return Asked(
        turn.id, turn.conversation, turn.asked_at, turn.question, not answer.abstained, answer.generator,
        answer.seconds, answer.sources,
    )  # fmt: skip


def state(id: int, source: str, title: str, pages: int, chunks: int) -> DocumentState:
    moment = f"2026-05-{id % 28 + 1:02d}T09:30:00+00:00"
    return DocumentState(id, f"/belgeler/{source}", source, title, pages, chunks, 1000, moment)


class NoTexts:
    """No document can be read beside the answer."""

    def known(self, sources: Sequence[str]) -> dict[str, int]:
        return {}

    def chunk(self, id: int) -> None:
        return None


class FakeRemarks:
    """Remarks and passages pointed out, by turn."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], Remark] = {}
        self.right: dict[tuple[int, str], str] = {}

    def remark(self, turn: int, target: str, remark: Remark) -> None:
        if turn < 1 or remark.reason not in ("", "wrong", "incomplete"):
            raise KilavuzError("Görüşünüz kaydedilemedi <b>x</b>.", "It could not be kept.")
        self.kept[turn, target] = remark

    def remarks(self, turn: int) -> dict[str, Remark]:
        return {target: remark for (one, target), remark in self.kept.items() if one == turn}

    def point_out(self, turn: int, chunk: Chunk, right: bool = True, searched: str = "") -> None:
        self.right.pop((turn, passage_key(chunk)), None)
        if right:
            self.right[turn, passage_key(chunk)] = searched

    def pointed(self, turn: int) -> frozenset[str]:
        return frozenset(key for one, key in self.right if one == turn)

    def made_with(self, turn: int) -> dict[str, str]:
        return {}
