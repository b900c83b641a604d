"""The labels of the documents view, in Turkish and English."""

from assistant.errors import Message

DROP = Message("Dosyaları ya da bir klasörü buraya bırakın", "Drop files or a folder here")
KINDS = Message("PDF, Markdown, Word, HTML, RST ya da metin", "PDF, Markdown, Word, HTML, RST or text")
CHOOSE_FILES = Message("Dosya seç", "Choose files")
CHOOSE_FOLDER = Message("Klasör seç", "Choose a folder")
ADD = Message("Belge ekle", "Add documents")

SENDING = Message("Gönderiliyor", "Sending")
WAITING = Message("Sırada", "Waiting")
READ = Message("Okundu, dizine ekleniyor", "Read, being indexed")
DONE = Message("Aranabilir", "Searchable")
FAILED = Message("Eklenemedi", "Not added")
PASSAGES = Message("{count} pasaj", "{count} passages")
TRAY = Message("Eklenenler", "Added")
TRAY_ALL = Message("{done} / {total} aranabilir", "{done} of {total} searchable")
TRAY_FAILED = Message("{count} sorunlu", "{count} with a problem")
TRAY_MORE = Message("… ve {count} dosya daha", "… and {count} more files")
TRAY_CLEAR = Message("Listeyi kapat", "Close the list")
NOT_READ_KIND = Message("Bu tür okunmaz", "This kind is not read")
TOO_LARGE = Message("{limit} MB sınırını aşıyor", "Exceeds the limit of {limit} MB")
NOT_SENT = Message(
    "Gönderilemedi; bağlantıyı denetleyip yeniden ekleyin",
    "Could not be sent; check the connection and add it again",
)
SKIPPED = Message("{count} dosya atlandı: türü okunmuyor", "{count} files skipped: their kind is not read")
LOST = Message(
    "Gönderilen dosya bulunamadı; yeniden ekleyin.",
    "The file that was sent could not be found; add it again.",
)

ONLY = Message("Belgeleri süz", "Filter the documents")
ALL = Message("Tümü", "All")
GOOD = Message("Aranabilir", "Searchable")
TROUBLED = Message("Sorunlu", "With problems")
MENDED = Message("Onarılmış", "Mended")
NEVER = Message("Hiç alıntılanmayan", "Never cited")
OFTEN = Message("Sık alıntılanan", "Often cited")
SORT = Message("Sırala", "Sort")
SORT_DEFAULT = Message("Sorunlular önce, sonra en yeni", "Problems first, then newest")
SORTED_UP = Message("{name}: artan", "{name}: ascending")
SORTED_DOWN = Message("{name}: azalan", "{name}: descending")
CITED = Message("Alıntı", "Cited")
CITED_HINT = Message("Kaç yanıt bu belgeyi kaynak gösterdi", "How many answers cite this document")
NEVER_CITED = Message("henüz yok", "not yet")
LAST_CITED = Message("Son alıntı", "Last cited")
NONE_SUCH = Message("Bu süzgece uyan belge yok.", "No document passes this filter.")
ACTIONS = Message("İşlemler", "Actions")

PREVIEW = Message("Önizle: {name}", "Preview: {name}")
PREVIEW_HEAD = Message("Belge önizlemesi", "Document preview")
PREVIEW_GONE = Message(
    "Bu belge artık yok ya da yeniden okunuyor; listeden yeniden açın.",
    "This document is gone or being read anew; open it again from the list.",
)
PREVIEW_TEXT = Message("Aranan metin", "The text that is searched")
PREVIEW_NOTHING = Message(
    "Bu belgeden aranabilir bir metin çıkmadı.", "No searchable text came out of this document."
)
MORE = Message("Sonraki {count} pasaj", "Next {count} passages")
BACK = Message("Önceki {count} pasaj", "Previous {count} passages")
SIZE = Message("Boyut", "Size")
PLACE = Message("Yer", "Place")
REINDEX = Message("Yeniden oku", "Read again")
REINDEXING = Message(
    "{name} yeniden okunuyor; bitene dek eski hâli aranabilir.",
    "{name} is being read again; until then the version before is searched.",
)

DELETED = Message(
    "{name} silindi; artık aramalarda çıkmaz.", "{name} was deleted; searches no longer find it."
)
UNDO = Message("Geri al", "Undo")
RESTORED = Message(
    "{name} geri getirildi; okununca aranabilir olur.",
    "{name} is back; searchable as soon as it has been read.",
)
