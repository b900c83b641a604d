# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The dialog that lists the keyboard shortcuts; what they do stands in chat.js."""

from ui import chat_texts, texts
from ui.web.icons import icon


def shortcuts_html(language: str) -> str:
    """The closed dialog."""
    groups = ""
    for title, rows in chat_texts.SHORTCUT_GROUPS:
        lines = "".join(f"<dt>{_keys(keys)}</dt><dd>{does.say(language)}</dd>" for keys, does in rows)
        groups += f"<section><h3>{title.say(language)}</h3><dl>{lines}</dl></section>"
    close = texts.CLOSE.say(language)
    return (
        f'<dialog id="shortcuts" aria-labelledby="shortcuts-title"><div class="head"><h2 id="shortcuts-title">'
        f'{chat_texts.SHORTCUTS.say(language)}</h2><button type="button" class="tool" data-close-dialog aria-label="{close}" '
        f'title="{close}">{icon("close")}</button></div><div class="groups">{groups}</div><footer><label><input '
        f'type="checkbox" data-single-keys checked> {chat_texts.SINGLE_KEYS.say(language)}</label><p class="quiet">'
        f"{chat_texts.SHORTCUTS_NOTE.say(language)}</p></footer></dialog>"
    )


def shortcuts_button(language: str) -> str:
    """Opens the dialog."""
    label = f"{chat_texts.SHORTCUTS.say(language)} (?)"
    return f'<button type="button" class="tool" data-shortcuts aria-label="{label}" title="{label}">{icon("keyboard")}</button>'


def _keys(keys: str) -> str:
    """Keys that are pressed together stand side by side; two blanks part those that are alternatives."""
    return " ".join("+".join(f"<kbd>{key}</kbd>" for key in one.split("+")) for one in keys.split("  "))
