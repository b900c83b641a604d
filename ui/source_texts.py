"""The labels of the document viewer, of remarks on votes and of pointing out a source."""

from assistant.errors import Message

SHOW = Message("Belgede göster", "Show in the document")
VIEWER = Message("Belge: {title}", "Document: {title}")
BACK = Message("Kaynaklara dön", "Back to the sources")
PREVIOUS_PAGE = Message("Önceki sayfa", "Previous page")
NEXT_PAGE = Message("Sonraki sayfa", "Next page")
PAGE_NUMBER = Message("Sayfa numarası", "Page number")
SMALLER = Message("Küçült", "Zoom out")
LARGER = Message("Büyüt", "Zoom in")
AS_TEXT = Message("Metin olarak göster", "Show as text")
AS_PDF = Message("Sayfa olarak göster", "Show as pages")
DOWNLOAD = Message("Dosyayı indir", "Download the file")
EARLIER = Message("Öncesini göster", "Show what comes before")
LATER = Message("Devamını göster", "Show what follows")
START_OF = Message("Belgenin başı", "Beginning of the document")
END_OF = Message("Belgenin sonu", "End of the document")
LOADING = Message("Belge açılıyor…", "Opening the document…")
CANNOT_DRAW = Message(
    "Bu PDF çizilemedi; “Metin olarak göster” düğmesiyle okuyabilirsiniz.",
    "This PDF could not be drawn; you can read it with the button that shows it as text.",
)
NOT_ON_PAGE = Message(
    "Alıntı bu sayfanın metninde bulunamadı; sayfa doğrudur.",
    "The quote was not found in this page's text; the page is the right one.",
)
GONE = Message(
    "Bu belge artık yok; pasaj, yanıtın verildiği zamanki hâliyle kaynak kartında duruyor.",
    "This document is gone; its source card keeps the passage as it was when the answer was given.",
)

EVIDENCE = Message("Kaynaklar soruyu karşılıyor mu?", "Do the sources fit the question?")
GOOD_EVIDENCE = Message("Evet, kaynaklar doğru", "Yes, the sources are right")
BAD_EVIDENCE = Message("Hayır, kaynaklar yanlış", "No, the sources are wrong")
RIGHT = Message("Doğru kaynak bu", "This is the right source")
WHERE = Message("Bu bilgi belgelerde nerede?", "Where in the documents is this?")
WHERE_HINT = Message(
    "Doğru pasajı arayın ve işaretleyin: arama sizin işaretlerinizden öğrenir.",
    "Search for the right passage and point it out: the search learns from what you mark.",
)
WHERE_LABEL = Message("Belgelerde aranacak sözcükler", "Words to search for in the documents")
SEEK = Message("Ara", "Search")
NOTHING_FOUND = Message(
    "Buna yakın bir pasaj bulunamadı; başka sözcüklerle deneyin.",
    "No passage near this was found; try other words.",
)
FOUND = Message("{count} pasaj bulundu", "{count} passages found")

REMARK_TITLES = {
    "answer": Message("Yanıt hakkında", "About the answer"),
    "evidence": Message("Kaynaklar hakkında", "About the sources"),
    "hit": Message("Kaynak hakkında: {title}", "About the source: {title}"),
}
REMARK_UP = Message("Teşekkürler. Eklemek istediğiniz bir şey var mı?", "Thank you. Anything to add?")
REMARK_DOWN = Message("Teşekkürler. Sorun neydi?", "Thank you. What was wrong?")
REMARK_TEXT = Message("Kendi sözlerinizle (isteğe bağlı)", "In your own words (optional)")
REMARK_KEPT = Message("Görüşünüz kaydedildi.", "Your remark was kept.")
REMARK_WHERE_GOES = Message(
    "Yalnızca Kılavuz'un çalıştığı bilgisayardaki soru günlüğüne yazılır.",
    "It is written to the log on the machine that Kılavuz runs on, and nowhere else.",
)
SAVE = Message("Kaydet", "Save")
REASONS = {
    "wrong": Message("Yanlış bilgi", "Wrong"),
    "incomplete": Message("Eksik", "Incomplete"),
    "off topic": Message("Konu dışı", "Off topic"),
    "unclear": Message("Anlaşılmıyor", "Unclear"),
    "contradicts the source": Message("Kaynakla çelişiyor", "Contradicts the source"),
    "wrong document": Message("Yanlış belge", "Wrong document"),
    "wrong place": Message("Belge doğru, yer yanlış", "Right document, wrong place"),
    "outdated": Message("Eski bilgi", "Outdated"),
    "not in the documents": Message("Belgelerde yok", "Not in the documents"),
    "hard to read": Message("Metin bozuk", "The text is garbled"),
}
"""Reasons by their names in `assistant.remarks.REASONS`."""
