# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The header, the progress bar and the drop folder as HTML. Pure: records in, HTML out, escaped."""

from html import escape

from ui import texts
from ui.web.backend import Progress, Status
from ui.web.icons import icon


def header_html(status: Status, language: str) -> str:
    """What is in use, plainly: embedder, language model, number of documents and passages."""
    counts = texts.COUNTS.say(language).format(
        documents=texts.number(status.documents, language), chunks=texts.number(status.chunks, language)
    )
    llm = f"{texts.LLM.say(language)}: {status.llm}" if status.llm else texts.NO_LLM.say(language)
    embedder = f"{texts.EMBEDDER.say(language)}: {status.embedder}"
    running = ""
    if status.progress:
        said = _said(status.progress, language)
        running = f'<span class="running" title="{escape(said)}">{escape(said)}</span>'
    return (
        f'<div class="facts">{running}<span class="counts">{counts}</span>'
        f'<span title="{escape(embedder)}">{escape(embedder)}</span>'
        f'<span class="llm" title="{escape(llm)}">{escape(llm)}</span></div>'
    )


def _said(progress: Progress, language: str) -> str:
    said = texts.DEEPENING if progress.deepening else texts.INGESTING
    return said.say(language).format(
        done=texts.number(progress.done, language), total=texts.number(progress.total, language)
    )


def progress_html(progress: Progress | None, language: str) -> str:
    """A bar while files are being read or an index is being made, else nothing."""
    if progress is None:
        return ""
    share = min(100.0, 100 * progress.done / progress.total) if progress.total > 0 else 0.0
    said = _said(progress, language)
    return (
        f'<div class="progress"><p><strong>{said}</strong> <span>{escape(progress.current)}</span></p>'
        f'<div class="bar" role="progressbar" aria-label="{said}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share:.0f}"><i style="width:{share:.1f}%"></i></div></div>'
    )


def folder_html(status: Status, language: str) -> str:
    """Where files can be dropped, with a button that copies the path."""
    label = texts.COPY_PATH.say(language)
    return (
        f'<p class="folder"><span>{texts.DROP_FOLDER.say(language)}</span> <code>{escape(str(status.drop_folder))}'
        f'</code> <button type="button" class="tool" data-action="copy-path" data-copied="{texts.COPIED.say(language)}" '
        f'aria-label="{label}" title="{label}">{icon("copy")}</button></p>'
    )
