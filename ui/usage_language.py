"""In which language help and errors of the command line are, and argparse's own texts in Turkish."""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

ARGPARSE_TR = {
    "usage: ": "kullanım: ",
    "positional arguments": "argümanlar",
    "options": "seçenekler",
    "show this help message and exit": "bu yardımı gösterir ve çıkar",
    "%(prog)s: error: %(message)s\n": "%(prog)s: hata: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "expected one argument": "bir değer gerekir",
    "expected at most one argument": "en çok bir değer alır",
    "expected at least one argument": "en az bir değer gerekir",
    "expected %s argument": "%s değer gerekir",
    "expected %s arguments": "%s değer gerekir",
    "ambiguous option: %(option)s could match %(matches)s": (
        "belirsiz seçenek: %(option)s; şunlardan biri olabilir: %(matches)s"
    ),
    "unrecognized arguments: %s": "tanınmayan argümanlar: %s",
    "the following arguments are required: %s": "şu argümanlar gerekli: %s",
    "one of the arguments %s is required": "şunlardan biri gerekli: %s",
    "not allowed with argument %s": "%s ile birlikte kullanılamaz",
    "ignored explicit argument %r": "bu seçenek değer almaz: %r",
    "unexpected option string: %s": "beklenmeyen seçenek: %s",
    "invalid %(type)s value: %(value)r": "geçersiz değer: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "geçersiz seçim: %(value)r (şunlardan biri olmalı: %(choices)s)"
    ),
    "unknown parser %(parser_name)r (choices: %(choices)s)": (
        "bilinmeyen komut: %(parser_name)r (şunlardan biri olmalı: %(choices)s)"
    ),
}
"""argparse's own texts in Turkish, by its English ones (Python 3.11 to 3.13)."""


@contextmanager
def argparse_in(language: str) -> Iterator[None]:
    """Let argparse speak `language` inside the block.

    argparse has no other door: it looks its texts up through `_` and `ngettext` in its module, and
    through gettext proper only with compiled .mo files on disk.
    """
    if language == "en":
        yield
        return
    kept = {name: getattr(argparse, name) for name in ("_", "ngettext")}

    def translate(text: str) -> str:
        return ARGPARSE_TR.get(text, text)

    def translate_plural(one: str, many: str, count: int) -> str:
        return translate(one if count == 1 else many)

    vars(argparse).update(_=translate, ngettext=translate_plural)
    try:
        yield
    finally:
        vars(argparse).update(kept)


def language_of(argv: Sequence[str]) -> str:
    """The language of help and errors, before anything is parsed: `--language`, else the environment."""
    language = os.environ.get("KILAVUZ_LANGUAGE", "tr")
    for number, word in enumerate(argv):
        if word == "--language" and number + 1 < len(argv):
            language = argv[number + 1]
        elif word.startswith("--language="):
            language = word.partition("=")[2]
    return "en" if language == "en" else "tr"
