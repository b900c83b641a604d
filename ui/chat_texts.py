"""Labels of the chat's own tools: conversations, branches, shortcuts and exported files."""

from assistant.errors import Message

FIND = Message("Sohbetlerde ara…", "Search conversations…")
FIND_LABEL = Message("Sohbetlerde ara", "Search conversations")
OLDER = Message("Daha eski sohbetleri arayarak bulursunuz.", "Search to find older conversations.")
NOT_FOUND = Message("Bu sözcüklerin geçtiği bir sohbet yok.", "No conversation has these words.")
TOOLS = Message("“{title}” için işlemler", "Actions for “{title}”")
RENAME = Message("Yeniden adlandır", "Rename")
NAME = Message("Sohbetin adı", "Name of the conversation")
SAVE = Message("Kaydet", "Save")
EXPORT_MD = Message("Markdown olarak indir", "Download as Markdown")
EXPORT_JSON = Message("JSON olarak indir", "Download as JSON")
DELETED = Message("“{title}” silindi.", "“{title}” was deleted.")
UNDO = Message("Geri al", "Undo")

EDIT = Message("Soruyu düzenle", "Edit the question")
EDIT_NOTE = Message(
    "Yeni bir sohbet dalı açılır; bu sohbet olduğu gibi kalır.",
    "A new branch is opened; this conversation stays as it is.",
)
GO_ON = Message("Bunlar da ilginizi çekebilir", "You may also want to ask")

SHORTCUTS = Message("Klavye kısayolları", "Keyboard shortcuts")
SHORTCUTS_NOTE = Message(
    "Tek harfli kısayollar bir metin kutusunda yazarken çalışmaz.",
    "Single letters do nothing while you write in a text box.",
)
SINGLE_KEYS = Message("Tek harfli kısayollar açık", "Single-letter shortcuts are on")
SHORTCUT_GROUPS = (
    (
        Message("Soru", "Question"),
        (
            ("Enter", Message("Soruyu gönder", "Send the question")),
            ("Shift+Enter", Message("Yeni satır", "New line")),
            ("↑", Message("Boş kutuda: son soruyu düzenle", "In an empty box: edit the last question")),
            ("/", Message("Soru kutusuna geç", "Go to the question box")),
            (
                "Esc",
                Message(
                    "Yanıtı durdur, kutudan çık, pencereyi kapat", "Stop the answer, leave the box, close"
                ),
            ),
        ),
    ),
    (
        Message("Yanıt", "Answer"),
        (
            ("J  K", Message("Sonraki ya da önceki yanıt", "Next or previous answer")),
            ("1 … 9", Message("O numaralı kaynağı aç", "Open the source of that number")),
            ("S", Message("Yanıtın kaynakları", "Sources of the answer")),
            ("C", Message("Yanıtı kopyala", "Copy the answer")),
            ("R", Message("Yeniden dene", "Try again")),
            ("E", Message("Soruyu düzenle", "Edit the question")),
        ),
    ),
    (
        Message("Sohbetler", "Conversations"),
        (
            ("N", Message("Yeni sohbet", "New conversation")),
            ("Ctrl+K", Message("Sohbetlerde ara", "Search conversations")),
            ("↑  ↓", Message("Listede gezin", "Move in the list")),
            ("F2", Message("Sohbeti yeniden adlandır", "Rename the conversation")),
            ("?", Message("Bu pencere", "This window")),
        ),
    ),
)

UNKNOWN_FORMAT = Message(
    "Sohbet yalnızca Markdown ya da JSON olarak indirilir.",
    "A conversation is downloaded as Markdown or JSON only.",
)
NOTHING_TO_EXPORT = Message(
    "Bu sohbette indirilecek bir şey yok.", "There is nothing to download in this conversation."
)
FILE_NAME = Message("sohbet", "conversation")
EXPORTED_SOURCES = Message("Kaynaklar", "Sources")
EXPORTED_FROM = Message(
    "Kılavuz sohbeti · {moment} · {questions}", "Conversation with Kılavuz · {moment} · {questions}"
)
