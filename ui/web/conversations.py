# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The list of conversations as HTML: names, what a search found, a menu for each. Everything is escaped.

Menus and the name's box are opened by chat.js; only buttons with data-action reach the server.
"""

from collections.abc import Sequence
from html import escape

from assistant.conversations import LONGEST_NAME
from assistant.records import Conversation
from ui import chat_texts, texts
from ui.web.icons import icon


def start_html(language: str) -> str:
    """What stands above the list: the button for a new conversation and the search, which chat.js sends."""
    label = chat_texts.FIND_LABEL.say(language)
    return (
        f'<div class="start"><button type="button" class="new" data-action="new">{icon("plus")}{texts.NEW.say(language)}</button>'
        f'<input type="search" id="seek" maxlength="200" autocomplete="off" aria-label="{label}" '
        f'placeholder="{chat_texts.FIND.say(language)}"><button type="button" hidden data-action="find" data-wanted=""></button></div>'
    )


def conversations_html(
    conversations: Sequence[Conversation], current: str, language: str, wanted: str = ""
) -> str:
    """The list, the one used last first; `current` is marked. `wanted` is what was searched for."""
    head = f"<h2>{texts.CONVERSATIONS.say(language)}</h2>"
    if conversations:
        rows = "".join(_row(one, one.id == current, language) for one in conversations)
        body = f"<ul>{rows}</ul>{_tools(language)}"
    else:
        none = chat_texts.NOT_FOUND if wanted.strip() else texts.NO_CONVERSATIONS
        body = f'<p class="quiet" role="status">{none.say(language)}</p>'
    label = texts.CONVERSATIONS.say(language)
    return (
        f'<nav class="conversations" aria-label="{label}" data-wanted="{escape(wanted)}">{head}{body}</nav>'
    )


def _row(one: Conversation, current: bool, language: str) -> str:
    asked = texts.ONE_QUESTION if one.turns == 1 else texts.QUESTIONS
    detail = f"{texts.moment(one.started_at, language)} · {asked.say(language).format(turns=one.turns)}"
    below = (
        f'<span class="found">{escape(one.found)}</span>'
        if one.found
        else f'<span class="when">{escape(detail)}</span>'
    )
    id, title = escape(one.id), escape(one.title)
    return (
        f'<li{" class=current" if current else ""}><button type="button" class="open" data-action="open" data-id="{id}" '
        f'title="{title}"{" aria-current=true" if current else ""}><span class="title">{title}</span>{below}</button>'
        f"{_menu(one, language)}</li>"
    )


def _menu(one: Conversation, language: str) -> str:
    label = escape(chat_texts.TOOLS.say(language).format(title=one.title))
    return (
        f'<span class="more"><button type="button" class="tool" data-menu aria-haspopup="menu" aria-expanded="false" '
        f'aria-label="{label}" title="{label}">{icon("more")}</button></span>'
    )


def _tools(language: str) -> str:
    """The menu and the name's box, once for all rows: chat.js puts them into the row that wants them."""
    items = "".join(
        f'<button type="button" role="menuitem" tabindex="-1" {data}>{icon(shape)}{name.say(language)}</button>'
        for shape, name, data in (
            ("pencil", chat_texts.RENAME, "data-rename"),
            ("download", chat_texts.EXPORT_MD, 'data-action="export" data-id="" data-format="md"'),
            ("download", chat_texts.EXPORT_JSON, 'data-action="export" data-id="" data-format="json"'),
            ("trash", texts.DELETE, 'class="bad" data-action="delete" data-id=""'),
        )
    )
    label, save = chat_texts.NAME.say(language), chat_texts.SAVE.say(language)
    return (
        f'<template><span role="menu" hidden>{items}</span>'
        f'<span class="naming" hidden><input type="text" maxlength="{LONGEST_NAME}" aria-label="{label}">'
        f'<button type="button" class="tool" data-action="rename" data-id="" data-name="" aria-label="{save}" title="{save}">'
        f"{icon('check')}</button></span></template>"
    )


def undo_html(id: str, title: str, language: str) -> str:
    """What stands at the bottom for a while after a deletion: the way back."""
    said = escape(chat_texts.DELETED.say(language).format(title=title))
    close = texts.CLOSE.say(language)
    return (
        f'<div class="undo" role="status"><span>{said}</span><button type="button" data-action="restore" '
        f'data-id="{escape(id)}">{chat_texts.UNDO.say(language)}</button><button type="button" class="tool" data-dismiss '
        f'aria-label="{close}" title="{close}">{icon("close")}</button></div>'
    )
