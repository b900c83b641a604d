"""What to call a document whose file does not say it plainly: file name, PDF metadata or first line.

The rules only refuse what is known to be junk; they cannot tell a good title from a poor one.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from assistant.turkish import fold

_WORD = re.compile(r"[^\W\d_]{2,}")
_FILE_NAME = re.compile(
    r"\.(?:docx?|dotx?|odt|rtf|tex|dvi|indd|qxd|pptx?|xlsx?|pdf|md|html?|rst|txt)$", re.IGNORECASE
)
_PROGRAM = re.compile(
    r"^microsoft (?:word|excel|powerpoint) ?-|^powerpoint (?:presentation|sunusu)"
    r"|^(?:untitled|isimsiz|adsiz|basliksiz|document|belge|layout|presentation|slide|slayt|sunu)\s*\d*$"
)
_BROKEN = re.compile(
    r"[ÃÄÅ][^a-zA-ZçğıöşüÇĞİÖŞÜ\s]|[ðþýÐÞÝ\ufffd\x00-\x1f]|[˘¸˙¨]|[^\x00-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u22ff]"
)
_ADDRESS = re.compile(r"https?:|www\.|@|©|doi|issn|\d{4}[;:(]|[^\W\d_]\d|\*", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"universite|fakulte|enstitu|bakanlig|mudurlu|bolumu$|anabilim|^t ?\.? ?c(?!\w)|dergi|journal"
    r"|^(?:derleme|review|arastirma makalesi|(?:amac|ozet|giris|anahtar kelimeler|abstract)(?!\w))"
)
_INDEX_NAMES = ("index", "readme", "_index")


def readable_stem(source: str) -> str:
    """The file name of `source` without suffix, written as words; the folder's name for index and README."""
    path = PurePosixPath(source)
    stem = path.stem
    if fold(stem) in _INDEX_NAMES and path.parent.name:
        stem = path.parent.name
    spaced = stem if " " in stem else stem.replace("-", " ")
    return " ".join(spaced.replace("_", " ").split()) or path.name


def pdf_title(metadata: str | None, source: str, first_lines: Iterable[str]) -> str:
    """The metadata's title, or a file name written for people, or a first line, or any file name.

    What looks like junk is passed over. A file name of three words or more with a capital or a blank was
    written for people. It goes before the first line, which is often an institution's name or half a title.
    """
    if metadata and is_title(metadata.strip()):
        return " ".join(metadata.split())
    stem = readable_stem(source)
    is_slug = not any(c.isupper() or c == " " for c in PurePosixPath(source).stem)
    if len(_WORD.findall(stem)) >= 3 and not is_slug:
        return stem
    for line in first_lines:
        folded = fold(line.strip())
        letters = sum(map(len, _WORD.findall(line)))
        if (
            is_title(line.strip())
            and len(_WORD.findall(line)) >= 2
            and letters >= 0.7 * len(line.replace(" ", ""))
            and len(line) <= 100
            and (line[0].isupper() or line[0].isdigit())
            and not line.rstrip().endswith((".", ",", ";"))
            and not _ADDRESS.search(line)
            and not _INSTITUTION.search(folded)
        ):
            return " ".join(line.split())
    return stem


def is_title(text: str) -> bool:
    """Whether a file's metadata or line may be a title: not a file name, a program's default, or damaged."""
    return (
        4 <= len(text) <= 150
        and _WORD.search(text) is not None
        and not _FILE_NAME.search(text)
        and not _PROGRAM.search(fold(text))
        and not _BROKEN.search(text)
        and "     " not in text  # laid out with blanks: a template's header
    )
