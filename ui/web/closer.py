# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The look into a model as HTML: its form, and the picture or the sentence that says why not. Pure, escaped."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from html import escape

from assistant.errors import Message
from ui import closer_texts as words

EXAMPLE = "Parayı bankaya yatırdım.\nParktaki bankada oturduk.\nBankanın faizi yükseldi."
"""In the form at first: the documents are Turkish, whatever the page speaks."""


def closer_html(models: Iterable[str], language: str) -> str:
    """The form; `models` are the names of the home's own."""
    named = {"": words.IN_USE.say(language), **{name: name for name in models}}
    pictures = {name: said.say(language) for name, said in words.PICTURES.items()}
    text = f'<textarea id="closer-text" name="sentences" rows="4" maxlength="20000" aria-describedby="closer-about">{EXAMPLE}</textarea>'
    fields = (
        _field("picture", words.PICTURE, _select("picture", pictures), language)
        + _field("model", words.MODEL, _select("model", named), language)
        + _field("word", words.WORD, '<input id="closer-word" name="word" type="text" maxlength="100" autocomplete="off">', language)
        + _field("layer", words.LAYER, '<input id="closer-layer" name="layer" type="number" value="1" step="1">', language)
        + _field("head", words.HEAD, '<input id="closer-head" name="head" type="number" value="1" min="0" step="1">', language)
    )  # fmt: skip
    return (
        f'<section class="control settings" data-testing="{words.DRAWING.say(language)}"><div class="card">'
        f'<h3>{words.TITLE.say(language)}</h3><p class="about" id="closer-about">{words.ABOUT.say(language)}</p>'
        f'{_field("text", words.SENTENCES, text, language)}<div class="fields">{fields}</div>'
        f'<div class="trial"><button type="button" class="plain" data-send="draw" data-what="draw">{words.DRAW.say(language)}</button>'
        '<p class="result" data-result="draw" role="status"></p></div></div></section>'
    )


def picture_html(png: bytes, picture: str, language: str) -> str:
    """The picture, and a link to keep it."""
    data, name = f"data:image/png;base64,{b64encode(png).decode()}", words.PICTURES[picture].say(language)
    return (
        f'<section class="control settings"><figure class="card drawn"><img src="{data}" alt="{escape(name)}">'
        f'<figcaption><a class="plain" download="kilavuz-{picture}.png" href="{data}">{words.KEEP.say(language)}</a></figcaption></figure></section>'
    )


def refused_html(sentence: str) -> str:
    """Why there is no picture."""
    return (
        f'<section class="control settings"><p class="card bad" role="alert">{escape(sentence)}</p></section>'
    )


def _field(name: str, label: Message, control: str, language: str) -> str:
    return f'<div class="field"><label for="closer-{name}">{label.say(language)}</label>{control}</div>'


def _select(name: str, options: Mapping[str, str]) -> str:
    inner = "".join(
        f'<option value="{escape(value)}">{escape(said)}</option>' for value, said in options.items()
    )
    return f'<select id="closer-{name}" name="{name}">{inner}</select>'
