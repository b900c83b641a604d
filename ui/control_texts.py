# ruff: noqa: E501 - sentences are not cut
"""Labels of the Training and Settings views, in Turkish and English."""

from assistant.errors import Message

TRAINING = Message("Eğitim", "Training")
SETTINGS = Message("Ayarlar", "Settings")
ROLES = {"reader": Message("Okur", "Reader"), "manager": Message("Yönetici", "Manager")}

# --- training --------------------------------------------------------------------------------------

TRAINING_ABOUT = Message(
    "Kılavuz belgelerinizden sorular üretir, oylarınızla birleştirir ve aramanın anlam modelini bunlarla eğitir. Yeni model, eğitimin hiç görmediği sorularla ölçülür; siz kullanıma almadan arama değişmez.",
    "Kılavuz makes questions from your documents, joins them with your votes and trains the search's model of meaning on them. The new model is measured with questions that the training never saw; the search does not change until you promote it.",
)
STEPS = {
    "triples": Message("Sorular", "Questions"),
    "train": Message("Eğitim", "Training"),
    "evaluate": Message("Ölçüm", "Measuring"),
    "gate": Message("Karar", "Decision"),
    "promote": Message("Kullanım", "In use"),
}
NO_ROUND = Message("Henüz bir eğitim turu yok.", "There has been no round yet.")
ROUND = Message("{number}. tur", "Round {number}")
START = Message("Eğitimi başlat", "Start training")
GO_ON = Message("Kaldığı yerden sürdür", "Go on where it stopped")
NEW_ROUND = Message("Yeni tur başlat", "Begin a new round")
STOP = Message("Eğitimi durdur", "Stop training")
STARTED = Message(
    "Eğitim başladı. Sohbet bu sırada çalışmayı sürdürür.",
    "The training has begun. The chat goes on meanwhile.",
)
RUNNING = Message("Eğitim sürüyor", "Training")
RUNNING_ELSEWHERE = Message(
    "Komut satırından başlatılmış bir eğitim sürüyor; buradan durdurulamaz.",
    "A training that was begun on the command line is running; it can't be stopped here.",
)
PREPARING = Message("Hazırlanıyor…", "Preparing…")
OF = Message("{done} / {total}", "{done} of {total}")
KILLED = Message(
    "Eğitim süreci sonlanmış; sürdürürseniz kaldığı yerden devam eder.",
    "The training's process has ended; it goes on from there if you start it again.",
)
COUNTS = {
    "train": Message("eğitim sorusu", "training questions"),
    "dev": Message("seçim sorusu", "dev questions"),
    "test": Message("sınama sorusu", "test questions"),
    "votes": Message("oylardan gelen", "from votes"),
}
COURSE = Message("Eğitimin gidişi", "The training's course")
LOSS = Message("Eğitim kaybı", "Training loss")
DEV = Message("Seçim sorularında nDCG@10", "nDCG@10 on the dev questions")
STEP = Message("adım {step}", "step {step}")
LAST = Message("son: {value}", "last: {value}")
NO_CURVE = Message(
    "Eğitim adımları başlayınca eğriler burada çizilir.", "The curves are drawn here once there are steps."
)

COMPARISON = Message("Kullanımdaki model ile aday", "The model in use and the candidate")
IN_USE = Message("Kullanımda", "In use")
CANDIDATE = Message("Aday", "Candidate")
DIFFERENCE = Message("Fark (%95 aralığı)", "Difference (95% interval)")
METRIC = Message("Ölçüt", "Metric")
METRICS = {
    "recall@1": Message("Duyarlılık@1", "Recall@1"),
    "recall@5": Message("Duyarlılık@5", "Recall@5"),
    "recall@10": Message("Duyarlılık@10", "Recall@10"),
    "mrr@10": Message("MRR@10", "MRR@10"),
    "ndcg@10": Message("nDCG@10", "nDCG@10"),
}
GROUPS = {
    ("test", "dense"): Message("Anlam araması, sınama soruları", "Dense alone, test questions"),
    ("test", "hybrid"): Message("Karma arama, sınama soruları", "Hybrid, test questions"),
    ("general", "dense"): Message("Anlam araması, genel konular", "Dense alone, general subjects"),
}
BETTER_WORSE = Message(
    "{better} soruda daha iyi, {worse} soruda daha kötü", "better on {better} questions, worse on {worse}"
)
PASSED = Message("geçti", "passed")
FAILED = Message("kaldı", "failed")
VERDICT_YES = Message("Aday daha iyi: kullanıma alınabilir.", "The candidate is better: it may be promoted.")
VERDICT_NO = Message(
    "Aday kullanıma alınamaz; arama değişmedi.", "The candidate can't be promoted; the search is unchanged."
)
PROMOTE = Message("Kullanıma al", "Promote")
PROMOTE_SURE = Message("Bu model kullanılsın mı?", "Use this model?")
YES_PROMOTE = Message("Evet, kullan", "Yes, use it")
ROLL_BACK = Message("Öncekine dön", "Roll back")
ROLL_BACK_SURE = Message("Önceki modele dönülsün mü?", "Back to the model before?")
YES_ROLL_BACK = Message("Evet, dön", "Yes, go back")
SERVES = Message("Artık kullanımda: {model}.", "In use now: {model}.")
WILL_SERVE = Message(
    "Kullanıma alındı: {model}. Dizini hazırlanırken önceki model yanıtlıyor.",
    "Promoted: {model}. The one before answers while its index is built.",
)
OF_SETTINGS = Message("ayarlardaki model", "the model of the settings")

REVIEW = Message("Oylardan gelen örnekler", "Examples from votes")
REVIEW_ABOUT = Message(
    "Bir oy, pasajın soruyu yanıtladığını söyler. Kesin olanlar kendiliğinden eğitime girer; kuşkulu olanları siz kabul edin ya da reddedin.",
    "A vote says that a passage answers a question. Sure ones train by themselves; accept or reject the doubtful ones.",
)
NO_VOTES = Message(
    "Henüz oylardan örnek çıkmadı. Sohbette kaynakları 👍 ile işaretledikçe burada birikir.",
    "Votes have given no examples yet. They gather here as sources get a 👍 in the chat.",
)
STATES = {
    "ready": Message("eğitime girer", "will train"),
    "doubtful": Message("kuşkulu", "doubtful"),
    "accepted": Message("kabul edildi", "accepted"),
    "rejected": Message("reddedildi", "rejected"),
}
BELIEF = Message(
    "%{percent} olası · {ups} olumlu, {downs} olumsuz oy", "{percent}% likely · {ups} up, {downs} down"
)
ACCEPT = Message("Kabul et", "Accept")
REJECT = Message("Reddet", "Reject")
MORE_VOTES = Message("… ve {count} örnek daha", "… and {count} more")
EXAMPLES = Message(
    "Belgelerden üretilen sorulardan örnekler", "Some of the questions made from the documents"
)

MODELS = Message("Modellerin geçmişi", "History of models")
NO_MODELS = Message("Henüz eğitilmiş bir model yok.", "No model has been trained yet.")
MODEL = Message("Model", "Model")
MADE = Message("Tarih", "Made")
QUALITY = Message("nDCG@10", "nDCG@10")
TRIPLES = Message("Soru", "Questions")
SIZE = Message("Boyut", "Size")
STATE = Message("Durum", "State")
SERVING = Message("kullanımda", "in use")
PREVIOUS = Message("önceki", "the one before")
REFUSED = Message("reddedildi", "refused")
WAITING = Message("hazır", "ready")
BASE_MODEL = Message("Kullanımda: {model}", "In use: {model}")

# --- settings --------------------------------------------------------------------------------------

APPEARANCE = Message("Görünüm", "Appearance")
THEME = Message("Tema", "Theme")
THEMES = {
    "system": Message("Sistem", "System"),
    "light": Message("Açık", "Light"),
    "dark": Message("Koyu", "Dark"),
}
ACCOUNT = Message("Hesap", "Account")
LOG_OUT = Message("Oturumu kapat", "Log out")
USERS_ABOUT = Message(
    "Kullanıcılar komut satırından yönetilir: kilavuz users add AD --role reader|manager",
    "Users are managed on the command line: kilavuz users add NAME --role reader|manager",
)
NO_LOGIN = Message(
    "Oturum açılmıyor: sayfa yalnızca bu bilgisayardan açılabilir ve herkes yöneticidir.",
    "There is no login: the page opens only on this machine, and everyone is a manager.",
)
LLM = Message("Dil modeli", "Language model")
LLM_ABOUT = Message(
    "Yanıtları kendi sözleriyle yazar. Boş bırakırsanız yanıtlar belgelerden alıntıdır ve hiçbir sunucuya bağlanılmaz.",
    "Writes answers in its own words. Leave it empty and answers are quoted from the documents; no server is asked.",
)
SEARCH = Message("Arama", "Search")
SEARCH_ABOUT = Message(
    "Gömme modeli değişince yeni dizin arka planda hazırlanır; o zamana dek eskisi yanıtlar.",
    "After a change of the embedder its index is built in the background; the old one answers until then.",
)
GENERAL = Message("Genel", "General")
FIELDS = {
    "llm": Message("Model (sağlayıcı:ad)", "Model (provider:name)"),
    "llm_url": Message("Sunucu adresi", "Server's address"),
    "llm_api_key": Message("API anahtarı", "API key"),
    "llm_timeout": Message("Yanıt bekleme süresi (sn)", "Longest silence (s)"),
    "llm_context": Message(
        "Bağlam (belirteç, 0: modelin kendi sınırı)", "Context (tokens; 0: the model's own)"
    ),
    "embedder": Message("Gömme modeli", "Embedder"),
    "reranker": Message("Yeniden sıralama modeli", "Reranker"),
    "reranker_seconds": Message("Yeniden sıralama süresi (sn)", "Time for reranking (s)"),
    "chunk_tokens": Message("Pasaj boyu (belirteç)", "Size of a passage (tokens)"),
    "language": Message("Dil", "Language"),
    "max_file_mb": Message("En büyük dosya (MB)", "Largest file (MB)"),
}
HINTS = {
    "llm": Message("örneğin openai:qwen2.5 ya da ollama:llama3", "such as openai:qwen2.5 or ollama:llama3"),
    "llm_url": Message("örneğin http://localhost:8000/v1", "such as http://localhost:8000/v1"),
    "embedder": Message("boş: Kılavuz'un kendi modeli", "empty: Kılavuz's own"),
    "reranker": Message(
        "boş: kapalı; örneğin BAAI/bge-reranker-v2-m3", "empty: off; such as BAAI/bge-reranker-v2-m3"
    ),
}
KEY_KEPT = Message("kayıtlı; değiştirmek için yenisini yazın", "kept; write a new one to change it")
KEY_NONE = Message("anahtar yok", "no key")
LANGUAGES = {"tr": Message("Türkçe", "Turkish"), "en": Message("İngilizce", "English")}
FIXED = Message("Buradan değiştirilemez: {reason}.", "Can't be changed here: {reason}.")
LATER = Message("Yeniden başlatınca geçerli olur", "Applies after a restart")
TEST = Message("Sına", "Test")
TESTING = Message("Sınanıyor…", "Testing…")
TEST_OF = Message("{what}: sına", "{what}: test")
SAVE = Message("Ayarları kaydet", "Save settings")
SAVED = Message("Ayarlar kaydedildi.", "Settings saved.")
SAVED_LATER = Message(
    "Ayarlar kaydedildi. Kılavuz yeniden başlatılınca geçerli olacak: {names}.",
    "Settings saved. After a restart of Kılavuz these apply: {names}.",
)
KEY_DROPPED = Message(
    "Sunucu ya da sağlayıcı değiştiği için eski anahtar silindi; gerekiyorsa yenisini girin.",
    "The old key was removed since server or provider changed; give the new one if it is needed.",
)
MACHINE = Message("Bu bilgisayar", "This machine")
CORES = Message("İşlemci", "Processor")
CORES_COUNT = Message("{count} çekirdek", "{count} cores")
MEMORY = Message("Bellek", "Memory")
DISK = Message("Disk", "Disk")
GPU = Message("GPU", "GPU")
NO_GPU = Message("yok; her şey işlemcide çalışır", "none; everything runs on the processor")
FREE = Message("{free} GB boş / {total} GB", "{free} GB free of {total} GB")
UNKNOWN = Message("bilinmiyor", "unknown")
