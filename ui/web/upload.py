# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The place to add files to, as HTML. documents.js sends the files and lists them while it does."""

from html import escape

from ingest.read import READERS
from ingest.scan import NOT_DOCUMENTS
from ui import documents_texts
from ui.web.icons import icon


def upload_html(max_file_mb: int, language: str) -> str:
    """Drop area with its two choosers. Its data tell documents.js which files it may send, and its sentences."""
    limit = documents_texts.TOO_LARGE.say(language).format(limit=max_file_mb)
    said = {
        "max": str(max_file_mb * 1_000_000),
        "kinds": ",".join(READERS),
        "passed-over": ",".join(sorted(NOT_DOCUMENTS)),
        "too-large": limit,
        "unknown": documents_texts.NOT_READ_KIND.say(language),
        "failed": documents_texts.NOT_SENT.say(language),
        "sending": documents_texts.SENDING.say(language),
        "waiting": documents_texts.WAITING.say(language),
        "skipped": documents_texts.SKIPPED.say(language),
    }
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in said.items())
    files, folder = documents_texts.CHOOSE_FILES.say(language), documents_texts.CHOOSE_FOLDER.say(language)
    kinds = f"{documents_texts.KINDS.say(language)} · {max_file_mb} MB"
    return (
        f'<div class="drop" {data}><span class="sign">{icon("upload")}</span><p><strong>{documents_texts.DROP.say(language)}</strong>'
        f'<span>{kinds}</span></p><p class="choose"><button type="button" class="pick-files">{files}</button>'
        f'<button type="button" class="pick-folder">{folder}</button></p>'
        f'<input type="file" multiple hidden aria-label="{files}" accept="{",".join(READERS)}">'
        f'<input type="file" multiple hidden aria-label="{folder}" webkitdirectory></div>'
        '<ul class="sending" aria-live="polite"></ul>'
    )
