# ruff: noqa: E501 - sentences are not cut
"""Labels of the look into a model on the page, in Turkish and English."""

from assistant.errors import Message

TITLE = Message("Yakından bak", "A closer look")
ABOUT = Message(
    "Bir modelin cümlelerinizi nasıl okuduğunu resimle gösterir. Cümleleri alt alta yazın; resim çizilirken sohbet sürer.",
    "Draws how a model reads your sentences. Write one sentence a line; the chat goes on while the picture is drawn.",
)
SENTENCES = Message("Cümleler (her satıra bir tane)", "Sentences (one a line)")
PICTURE = Message("Resim", "Picture")
PICTURES = {
    "tokens": Message("Belirteçler: cümle nasıl bölünüyor", "Tokens: how the sentence is cut"),
    "clusters": Message("Anlam kümeleri", "Groups by meaning"),
    "contexts": Message("Bir sözcüğün bağlamları", "One word in its contexts"),
    "attention": Message("Dikkat haritası", "Attention map"),
}
WORD = Message("Sözcük (bağlamlar için)", "Word (for contexts)")
LAYER = Message("Katman (dikkat için)", "Layer (for attention)")
HEAD = Message("Başlık (dikkat için; 0: ortalama)", "Head (for attention; 0: mean)")
MODEL = Message("Model", "Model")
IN_USE = Message("kullanımdaki model", "the model in use")
DRAW = Message("Çiz", "Draw")
DRAWING = Message("Çiziliyor…", "Drawing…")
KEEP = Message("PNG olarak kaydet", "Save as PNG")
UNKNOWN = Message(
    "Böyle bir resim ya da model yok; sayfayı yenileyin.", "No such picture or model; reload the page."
)
NO_SENTENCE = Message("Cümle yok; en az bir cümle yazın.", "There is no sentence; write one at least.")
TOO_MANY = Message(
    "En çok {most} cümle çizilir; daha az cümle yazın.",
    "At most {most} sentences are drawn; write fewer.",
)
NO_LAYERS = Message(
    "Dikkat haritası ve sözcük bağlamları için katmanları olan bir model gerekir; bu modelde yalnızca gömme matrisi var, listeden başka bir model seçin.",
    "Attention and word contexts need a model with layers; this one has an embedding matrix alone, choose another from the list.",
)
TOO_SLOW = Message(
    "Resim {seconds} saniyede çizilemedi; daha az cümle yazın ya da daha küçük bir model seçin.",
    "The picture was not drawn in {seconds} seconds; write fewer sentences, or choose a smaller model.",
)
ENDED = Message(
    "Resmi çizen süreç sonlandı; bellek yetmemiş olabilir: daha küçük bir model seçin.",
    "The process that drew the picture ended; memory may be short: choose a smaller model.",
)
