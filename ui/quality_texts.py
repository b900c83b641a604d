"""The labels of the quality view, in Turkish and English."""

from assistant.errors import Message

QUALITY = Message("Kalite", "Quality")
LEAD = Message(
    "Sorular ne kadar yanıt buluyor, yanıtlar ne kadar beğeniliyor ve belgelerde ne eksik?",
    "How many questions find an answer, how the answers are liked, and what the documents lack.",
)
SPAN = Message("Dönem", "Period")
DAYS = Message("Son {days} gün", "Last {days} days")
BEFORE = Message("önceki {days} günde {value}", "{value} in the {days} days before")
NONE_BEFORE = Message("önceki {days} günde yok", "none in the {days} days before")

QUESTIONS = Message("Soru", "Questions")
SHARE = Message("Yanıtlanan", "Answered")
LIKED = Message("Beğenilen yanıt", "Answers liked")
TIME = Message("Yanıt süresi", "Time to answer")
TIME_MORE = Message("20 yanıttan 19'u {seconds} içinde", "19 of 20 within {seconds}")
VOTES = Message("{up} iyi, {down} kötü oy", "{up} good, {down} bad votes")
NO_VOTES = Message("henüz oy yok", "no votes yet")
SOURCE_VOTES = Message("kaynaklara {up} iyi, {down} kötü", "sources: {up} good, {down} bad")

BY_DAY = Message("Günlük sorular", "Questions a day")
ANSWERED = Message("yanıtlandı", "answered")
UNANSWERED = Message("yanıt bulunamadı", "no answer found")
VOTES_BY_DAY = Message("Yanıtlara verilen oylar", "Votes on answers")
UP = Message("iyi yanıt", "good answer")
DOWN = Message("kötü yanıt", "bad answer")
TIME_BY_DAY = Message("Yanıt süresi (saniye)", "Time to answer (seconds)")
USUAL = Message("ortanca", "median")
SLOW = Message("95. yüzdelik", "95th percentile")
AS_NUMBERS = Message("Sayılarla göster", "Show the numbers")
DAY = Message("Gün", "Day")
NOTHING = Message("Bu dönemde soru sorulmadı.", "Nothing was asked in this period.")
NOTHING_VOTED = Message(
    "Bu dönemin yanıtlarına oy verilmedi. Yanıtların altındaki başparmaklar aramayı eğitmeye de yarar.",
    "No answer of this period has a vote. The thumbs below answers also help to train the search.",
)

MISSING = Message("Yanıtı bulunamayan sorular", "Questions without an answer")
MISSING_LEAD = Message(
    "Belgelerde eksik olabilecek konular; benzer sorular bir arada.",
    "What the documents may lack; similar questions are together.",
)
NONE_MISSING = Message(
    "Bu dönemde her soruya yanıt bulundu.", "Every question of this period found an answer."
)
TIMES = Message("{count} kez", "{count} times")
OTHER_WORDINGS = Message("{count} başka soruluş", "{count} other wordings")
OPEN = Message("Sohbeti aç: {question}", "Open the conversation: {question}")
DISLIKED = Message("Kötü oy alan yanıtlar", "Answers with a bad vote")
NONE_DISLIKED = Message("Bu dönemde kötü oy yok.", "No bad vote in this period.")
SLOWEST = Message("En yavaş yanıtlar", "Slowest answers")

EVALUATIONS = Message("Arama ölçümleri", "Measurements of the search")
EVALUATIONS_LEAD = Message(
    "Yanıtı bilinen sorularla ölçülür: kilavuz evaluate sorular.jsonl",
    "Measured with questions whose answers are known: kilavuz evaluate questions.jsonl",
)
NO_EVALUATIONS = Message("Henüz ölçüm yok.", "No measurement yet.")
TREND = Message("{files} ile ölçümler (yüzde)", "Measured with {files} (per cent)")
WHEN = Message("Zaman", "When")
FILES = Message("Soru dosyası", "Question file")
COUNT = Message("Soru", "Questions")
EMBEDDER = Message("Gömme modeli", "Embedder")
SECONDS = Message("Süre (sn)", "Seconds")
INTERVAL = Message("%95 güven aralığı {low}–{high}", "95 % interval {low}–{high}")
ROUNDS = Message("Öğrenme turları", "Learning rounds")
ROUNDS_LEAD = Message(
    "Her turda aday model, kullanımdaki modelle aynı sorularda karşılaştırılır (nDCG@10).",
    "Each round compares the candidate with the model in use on the same questions (nDCG@10).",
)
NO_ROUNDS = Message("Henüz öğrenme turu yok.", "No learning round yet.")
MODEL = Message("Model", "Model")
SIDES = {
    "dense": Message("Anlam araması", "Meaning search"),
    "hybrid": Message("Karma arama", "Hybrid search"),
    "general": Message("Genel konular", "General subjects"),
}
VERDICT = Message("Karar", "Verdict")
PASSED = Message("kullanılabilir", "may be used")
REFUSED = Message("reddedildi", "refused")


def percent(share: float | None, language: str, digits: int = 0) -> str:
    """A share as the language writes it: %82 in Turkish, 82% in English; a dash for None."""
    if share is None:
        return "–"
    text = f"{100 * share:.{digits}f}"
    return f"{text}%" if language == "en" else f"%{text.replace('.', ',')}"
