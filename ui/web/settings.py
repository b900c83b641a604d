# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The Settings view as HTML: appearance and account for all, settings and machine for managers. Pure, escaped."""

from collections.abc import Collection, Mapping
from html import escape

from pydantic import SecretStr

from assistant.errors import Message
from assistant.settings import Settings
from ui import control_texts as words
from ui import texts
from ui.machine import Machine

NUMBERS = {
    "llm_timeout": ("1", "600", "1"),
    "llm_context": ("0", "2000000", "1"),
    "reranker_seconds": ("0.1", "60", "0.1"),
    "chunk_tokens": ("32", "4096", "1"),
    "max_file_mb": ("1", "10000", "1"),
}
"""Least, most and step of the fields that hold numbers."""
GROUPS = (
    (words.LLM, words.LLM_ABOUT, ("llm", "llm_url", "llm_api_key", "llm_timeout", "llm_context"), ("llm",)),
    (words.SEARCH, words.SEARCH_ABOUT, ("embedder", "reranker", "reranker_seconds", "chunk_tokens"), ("embedder", "reranker")),
    (words.GENERAL, None, ("language", "max_file_mb"), ()),
)  # fmt: skip


def personal_html(name: str | None, role: str, language: str) -> str:
    """Appearance and account. `name` is None where nobody logs in."""
    themes = "".join(
        f'<button type="button" role="radio" aria-checked="false" data-theme="{theme}">{said.say(language)}</button>'
        for theme, said in words.THEMES.items()
    )
    theme = f'<div class="themes" role="radiogroup" aria-label="{words.THEME.say(language)}">{themes}</div>'
    cards = f'<div class="card"><h3>{words.APPEARANCE.say(language)}</h3>{theme}</div>'
    if name is None:
        account = f'<p class="quiet">{words.NO_LOGIN.say(language)}</p>'
    else:
        account = (
            f'<div class="line"><p><strong>{escape(name)}</strong> · {words.ROLES[role].say(language)}</p>'
            f'<a class="plain" href="/logout">{words.LOG_OUT.say(language)}</a></div>'
        )
    if role == "manager":
        account += f'<p class="quiet">{_with_code(words.USERS_ABOUT.say(language))}</p>'
    cards += f'<div class="card"><h3>{words.ACCOUNT.say(language)}</h3>{account}</div>'
    return f'<section class="control settings"><h2>{words.SETTINGS.say(language)}</h2><div class="pair">{cards}</div></section>'


def settings_html(
    kept: Settings, fixed: Mapping[str, Message], waiting: Collection[str], language: str
) -> str:
    """The fields by group, with test buttons, and the button that saves. No secret is in it."""
    cards = ""
    for title, about, names, trials in GROUPS:
        fields = "".join(_field(name, kept, fixed.get(name), name in waiting, language) for name in names)
        said = f'<p class="about">{about.say(language)}</p>' if about else ""
        tests = "".join(_trial(what, language) for what in trials)
        cards += f'<div class="card"><h3>{title.say(language)}</h3>{said}<div class="fields">{fields}</div>{tests}</div>'
    save = f'<div class="save"><button type="button" class="primary" data-send="save">{words.SAVE.say(language)}</button></div>'
    return f'<section class="control settings" data-testing="{words.TESTING.say(language)}">{cards}{save}</section>'


def _field(name: str, kept: Settings, reason: Message | None, waits: bool, language: str) -> str:
    value = getattr(kept, name)
    off = " disabled" if reason else ""
    notes = []
    if reason:
        notes.append(words.FIXED.say(language).format(reason=reason.say(language)))
    if waits:
        notes.append(words.LATER.say(language))
    described = f' aria-describedby="about-{name}"' if notes else ""
    common = f'id="set-{name}" name="{name}"{off}{described}'
    hint = words.HINTS[name].say(language) if name in words.HINTS else ""
    if isinstance(value, SecretStr):
        hint = (words.KEY_KEPT if value.get_secret_value() else words.KEY_NONE).say(language)
        control = f'<input type="password" {common} autocomplete="off" placeholder="{escape(hint)}">'
    elif name == "language":
        options = "".join(
            f'<option value="{code}"{" selected" if code == value else ""}>{said.say(language)}</option>'
            for code, said in words.LANGUAGES.items()
        )
        control = f"<select {common}>{options}</select>"
    elif name in NUMBERS:
        least, most, step = NUMBERS[name]
        control = f'<input type="number" {common} value="{value:g}" min="{least}" max="{most}" step="{step}">'
    else:
        control = f'<input type="text" {common} value="{escape(str(value))}" placeholder="{escape(hint)}" spellcheck="false" autocapitalize="off" autocomplete="off">'
    about = f'<p class="why" id="about-{name}">{escape(" ".join(notes))}</p>' if notes else ""
    return f'<div class="field"><label for="set-{name}">{words.FIELDS[name].say(language)}</label>{control}{about}</div>'


def _trial(what: str, language: str) -> str:
    named = words.TEST_OF.say(language).format(what=words.FIELDS[what].say(language))
    if what == "llm":
        named = words.TEST_OF.say(language).format(what=words.LLM.say(language))
    return (
        f'<div class="trial"><button type="button" class="plain" data-send="trial" data-what="{what}">{named}</button>'
        f'<p class="result" data-result="{what}" role="status"></p></div>'
    )


def trial_html(what: str, sentence: str, fine: bool) -> str:
    """What a test has said; page code shows it beside the button."""
    return f'<p data-of="{escape(what)}" class="{"good" if fine else "bad"}">{escape(sentence)}</p>'


def machine_html(machine: Machine, language: str) -> str:
    """Processor, memory, disk and GPU."""
    cores = words.CORES_COUNT.say(language).format(count=machine.cores)
    rows = f"<div><dt>{words.CORES.say(language)}</dt><dd>{cores}</dd></div>"
    rows += _meter(words.MEMORY, machine.memory_free, machine.memory, language)
    rows += _meter(words.DISK, machine.disk_free, machine.disk, language)
    gpus = "<br>".join(map(escape, machine.gpus)) or words.NO_GPU.say(language)
    rows += f"<div><dt>{words.GPU.say(language)}</dt><dd>{gpus}</dd></div>"
    return f'<section class="control settings"><div class="card"><h3>{words.MACHINE.say(language)}</h3><dl class="machine">{rows}</dl></div></section>'


def _meter(label: Message, free: int, total: int, language: str) -> str:
    name = label.say(language)
    if not total:
        return f"<div><dt>{name}</dt><dd>{words.UNKNOWN.say(language)}</dd></div>"
    said = words.FREE.say(language).format(
        free=texts.number(free / 1e9, language, 1), total=texts.number(total / 1e9, language, 1)
    )
    used = 100 * (total - free) / total
    full = " full" if used > 90 else ""
    return (
        f'<div><dt>{name}</dt><dd>{said}<span class="meter{full}" role="meter" aria-label="{name}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{used:.0f}"><i style="width:{used:.1f}%"></i></span></dd></div>'
    )


def _with_code(sentence: str) -> str:
    said, colon, command = escape(sentence).partition(": ")
    return f"{said}{colon}<code>{command}</code>"
