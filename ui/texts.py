# ruff: noqa: E501 - sentences are not cut
"""Every label of the page, in Turkish and English, and how numbers, dates and repairs are written.

Sentences about errors do not stand here: they come as `KilavuzError` from where they happen.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from assistant.errors import Message
from assistant.records import Chunk, Repair, UnreadPage, Unsupported

CHAT = Message("Sohbet", "Chat")
DOCUMENTS = Message("Belgeler", "Documents")
VIEWS = Message("Görünüm", "View")
EMBEDDER = Message("Gömme modeli", "Embedder")
LLM = Message("Dil modeli", "Language model")
NO_LLM = Message("Dil modeli yok: belgelerden alıntı", "No language model: quoted from documents")
COUNTS = Message("{documents} belge · {chunks} pasaj", "{documents} documents · {chunks} passages")
INGESTING = Message("İçe aktarılıyor: {done} / {total}", "Importing: {done} / {total}")
DEEPENING = Message(
    "Anlam dizini derinleştiriliyor: {done} / {total} pasaj",
    "Deepening the meaning index: {done} / {total} passages",
)

CONVERSATIONS = Message("Sohbetler", "Conversations")
NEW = Message("Yeni sohbet", "New conversation")
NO_CONVERSATIONS = Message("Henüz sohbet yok.", "No conversations yet.")
QUESTIONS = Message("{turns} soru", "{turns} questions")
ONE_QUESTION = Message("1 soru", "1 question")
DELETE = Message("Sil", "Delete")
DELETE_SURE = Message("Silinsin mi?", "Delete?")
YES_DELETE = Message("Evet, sil", "Yes, delete")
CANCEL = Message("Vazgeç", "Cancel")
CLOSE = Message("Kapat", "Close")

SCOPE_ALL = Message("Belgeler: tümü", "Documents: all")
SCOPE_SOME = Message("Belgeler: {count} seçili", "Documents: {count} chosen")
SCOPE_FIND = Message("Belge ya da klasör adı…", "Name of a document or folder…")
SCOPE_FIND_LABEL = Message("Belge ya da klasör bul", "Find a document or folder")
SCOPE_CLEAR = Message("Tümüne dön", "Back to all")
SCOPE_DROP = Message("{name} seçimini kaldır", "Drop {name}")
SCOPE_LIST = Message("Sorunun sınırlanacağı belgeler", "Documents that the question is limited to")
SCOPE_NONE = Message("Bu ada uyan belge ya da klasör yok.", "No document or folder has this name.")
SCOPE_EMPTY = Message("Henüz aranabilecek bir belge yok.", "No document is searchable yet.")
SCOPE_MORE = Message(
    "… ve {count} tane daha; adını yazarak bulabilirsiniz.", "… and {count} more; write a name to find it."
)
SCOPE_GONE = Message(
    "Seçtiğiniz belgelerden artık olmayanlar seçimden çıkarıldı.",
    "Chosen documents that are gone were dropped from the choice.",
)
FOLDER_COUNT = Message("klasör · {count} belge", "folder · {count} documents")
WITHIN = Message("Yalnızca: {names}", "Only: {names}")

ASK = Message("Belgelerinize bir soru sorun…", "Ask your documents a question…")
ASK_LABEL = Message("Sorunuz", "Your question")
ASK_HINT = Message(
    "Enter gönderir, Shift+Enter yeni satır açar. Yanıtı kaynağından doğrulayın.",
    "Enter sends, Shift+Enter starts a new line. Check the answer against its source.",
)
SEND = Message("Gönder", "Send")
STOP = Message("Durdur", "Stop")
RETRY = Message("Yeniden dene", "Try again")
COPY = Message("Yanıtı kopyala", "Copy the answer")
COPIED = Message("Kopyalandı", "Copied")
GOOD_ANSWER = Message("İyi yanıt", "Good answer")
BAD_ANSWER = Message("Kötü yanıt", "Bad answer")
SEARCHING = Message("Belgelerde aranıyor…", "Searching the documents…")
STOPPED = Message(
    "Yanıt durduruldu; o ana kadar yazılanlar kaydedildi.",
    "The answer was stopped; what was written until then is kept.",
)
ORIGINS = {
    "extractive": Message("Belgelerden alıntı", "Quoted from the documents"),
    "faq": Message("SSS dosyanızdan", "From your own FAQ"),
    "smalltalk": Message("Kılavuz", "Kılavuz"),
}
"""Who wrote an answer, by its generator; any other is a language model's name."""
SECONDS = Message("{seconds} sn", "{seconds} s")
SHOW_SOURCES = Message("Kaynaklar ({count})", "Sources ({count})")
EMPTY_TITLE = Message("Ne öğrenmek istersiniz?", "What would you like to know?")
EMPTY_TEXT = Message(
    "Yanıtlar yalnızca sizin belgelerinizden gelir; her cümlenin kaynağı yanında gösterilir.",
    "Answers come from your documents alone, each sentence with its source beside it.",
)
EMPTY_NO_DOCUMENTS = Message(
    "Henüz aranabilecek bir belge yok. Belgeler sekmesinden PDF, Markdown, Word, HTML ya da metin dosyası yükleyin veya dosyaları şu klasöre bırakın:",
    "There is no searchable document yet. Upload PDF, Markdown, Word, HTML or text files in the Documents tab, or drop them in this folder:",
)
EXAMPLES = (
    Message(
        "Pompada aşırı titreşim olursa ne yapmalıyım?", "What should I do if the pump vibrates too much?"
    ),
    Message("EG-240 ağ geçidinin varsayılan adresi nedir?", "What is the default address of the EG-240?"),
    Message("Hangi dosya türleri okunur?", "Which file types can be read?"),
    Message("bge-m3 neden karma aramada kullanılır?", "Why is bge-m3 used in hybrid search?"),
)

SOURCES = Message("Kaynaklar", "Sources")
NO_ANSWER_YET = Message(
    "Yanıtın dayandığı pasajlar burada görünür. Kaynağı açmak için yanıttaki [1] gibi bir işarete tıklayın.",
    "The passages that the answer stands on appear here. Click a mark such as [1] to open its source.",
)
DOUBT = Message(
    "Bu cümle gösterilen kaynakta bulunamadı", "This sentence could not be found in the source shown"
)
MISSING = Message(
    "Bu cümle gösterilen kaynakta bulunamadı; kaynakta geçmeyen: {missing}",
    "This sentence could not be found in the source shown; not in it: {missing}",
)
NO_SOURCES = Message("Bu soruya yakın bir pasaj bulunamadı.", "No passage near this question was found.")
OTHER_SOURCES = Message("Bulunan öteki pasajlar", "Other passages found")
NEAREST_SOURCES = Message("En yakın pasajlar", "Nearest passages")
PAGE = Message("sayfa {page}", "page {page}")
PRINTED = Message(" (basılı: {label})", " (printed: {label})")
WHY = Message("Neden bu?", "Why this?")
LEXICAL = Message("Sözcük araması", "Word search")
DENSE = Message("Anlam araması", "Meaning search")
FUSED = Message("Birleşik puan", "Fused score")
RERANKED = Message("Yeniden sıralama", "Reranking")
COPIES = Message("Aynı metin şurada da var", "The same text is also in")
LEXICAL_FOUND = Message("{rank}. sıra (BM25 {score})", "rank {rank} (BM25 {score})")
DENSE_FOUND = Message("{rank}. sıra (benzerlik {score})", "rank {rank} (similarity {score})")
NOT_FOUND_SO = Message("bu yolla bulunmadı", "not found this way")
GOOD_SOURCE = Message("Doğru kaynak", "Right source")
BAD_SOURCE = Message("Yanlış kaynak", "Wrong source")

DROP_FOLDER = Message(
    "Şu klasöre bırakılan dosyalar da kendiliğinden eklenir:",
    "Files dropped in this folder are added by themselves:",
)
COPY_PATH = Message("Yolu kopyala", "Copy the path")
FILTER = Message("Belge adına göre süz…", "Filter by name…")
FILTER_LABEL = Message("Belge ara", "Find a document")
NAME = Message("Belge", "Document")
STATE = Message("Durum", "State")
PAGES = Message("Sayfa", "Pages")
CHUNKS = Message("Pasaj", "Passages")
CHANGED = Message("Son değişiklik", "Last change")
READ_IN = Message("Süre", "Time")
HOW_READ = Message("Nasıl okundu?", "How was it read?")
REPAIRED = Message("Onarımlar", "Repairs")
REPAIRS = {
    "encoding": Message("{count} sözcükte kodlama", "encoding of {count} words"),
    "accents": Message("{count} sözcükte ayrık aksan", "loose accents in {count} words"),
    "ligatures": Message("{count} sözcükte bitişik harf", "ligatures in {count} words"),
    "letters": Message("{count} sözcükte eksik harf", "missing letters in {count} words"),
    "hyphens": Message("satır sonunda bölünmüş {count} sözcük", "{count} words broken at line ends"),
    "spaces": Message("içinde boşluk olan {count} sözcük", "{count} words with blanks inside"),
    "glued": Message("yapışık {count} sözcük", "{count} glued words"),
    "bullets": Message("{count} madde imi", "{count} bullets"),
    "running": Message("{count} üst ve alt bilgi satırı", "{count} running lines"),
    "columns": Message("{count} sayfada sütun sırası", "column order on {count} pages"),
    "second reader": Message("ikinci okuyucuyla {count} sayfa", "{count} pages by the second reader"),
    "ocr": Message("metin tanımayla {count} sayfa", "{count} pages by text recognition"),
}
"""What was mended in a document, by `Repair.kind`."""
UNREAD = Message("okunamayan sayfalar: {pages}", "pages that could not be read: {pages}")
UNREAD_COUNT = Message("{count} sayfası okunamadı", "{count} pages unread")
SEARCHABLE = Message("Aranabilir", "Searchable")
OLD_SEARCHABLE = Message("Eski sürümü aranabilir", "Older version searchable")
UNREADABLE = Message("Okunamadı", "Could not be read")
NO_DOCUMENTS = Message("Henüz belge yok.", "No documents yet.")
NO_MATCH = Message("Bu ada uyan belge yok.", "No document has this name.")
SHOWN = Message("{first}–{last} / {total} belge", "{first}–{last} of {total} documents")
EARLIER = Message("Önceki", "Previous")
LATER = Message("Sonraki", "Next")

NOTICE = Message("Bilgi", "Note")
ATTENTION = Message("Dikkat", "Attention")
EMPTY_QUESTION = Message("Önce bir soru yazın.", "Write a question first.")
UNEXPECTED = Message(
    "Beklenmeyen bir hata oldu; yeniden deneyin. Sürerse ev klasöründeki kilavuz.log dosyasına bakın.",
    "Something unexpected went wrong; try again. If it goes on, look at kilavuz.log in the home.",
)
LOGIN = Message("Kılavuz: oturum açın", "Kılavuz: log in")

ASK_ABOUT = Message("{heading} hakkında bilgi verir misin?", "What do the documents say about {heading}?")
ASK_QUOTED = Message("“{heading}” başlığında ne anlatılıyor?", "What is said under “{heading}”?")
ASK_HOW = Message("{heading} için ne yapmalıyım?", "How do I do this: {heading}?")
ASK_SUMMARY = Message("“{title}” belgesini özetler misin?", "Could you sum up “{title}”?")


def number(value: float, language: str, digits: int = 0) -> str:
    """The number as the language writes it: 5.798 and 0,82 in Turkish, 5,798 and 0.82 in English."""
    text = f"{value:,.{digits}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def moment(iso: str, language: str) -> str:
    """Date and time of an ISO 8601 moment in the server's time zone; as it stands if it is not one."""
    try:
        local = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return local.strftime("%Y-%m-%d %H:%M" if language == "en" else "%d.%m.%Y %H:%M")


def page(chunk: Chunk, language: str) -> str:
    """The page of a passage as the PDF counts, with the number that is printed on it if that is another."""
    if chunk.page is None:
        return ""
    printed = PRINTED.say(language).format(label=chunk.page_label) if chunk.page_label else ""
    return PAGE.say(language).format(page=chunk.page) + printed


def doubt(claim: Unsupported, language: str) -> str:
    """Why a sentence is doubted; what of it stands nowhere, where that is known."""
    if not claim.missing:
        return DOUBT.say(language)
    return MISSING.say(language).format(missing=", ".join(claim.missing[:5]))


def repairs(done: Sequence[Repair], language: str) -> str:
    """What was mended, in words."""
    return " · ".join(
        REPAIRS[repair.kind].say(language).format(count=number(repair.count, language)) for repair in done
    )


def unread(pages: Sequence[UnreadPage], language: str) -> list[str]:
    """The pages that could not be read, as ranges, a sentence for each reason."""
    reasons: dict[str, list[int]] = {}
    for page in pages:
        reasons.setdefault(page.reason.say(language), []).append(page.number)
    said = UNREAD.say(language)
    return [f"{said.format(pages=ranges(numbers))} – {reason}" for reason, numbers in reasons.items()]


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, neighbours drawn together: 3, 5–9, 12."""
    parts = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ", ".join(parts)
