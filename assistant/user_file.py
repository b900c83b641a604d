"""TOML files that a user writes, and what is said of one that is broken: which line, and what to do."""

import re
import tomllib
from pathlib import Path
from typing import Any

from assistant.errors import KilavuzError


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """What stands in the file, and its text for `line_of_table`. Raises KilavuzError if it cannot be read."""
    try:
        text = path.read_text("utf-8-sig")
        return tomllib.loads(text.replace("\r\n", "\n")), text
    except UnicodeDecodeError:
        raise KilavuzError(
            f"{path} UTF-8 ile yazılmamış; dosyayı UTF-8 olarak kaydedin ya da silin.",
            f"{path} is not written in UTF-8; save it as UTF-8, or delete it.",
        ) from None
    except OSError as error:
        raise KilavuzError(
            f"{path} okunamadı ({error.strerror}); izinleri denetleyin ya da dosyayı silin.",
            f"{path} could not be read ({error.strerror}); check its permissions, or delete it.",
        ) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1  # "at end of document"
        raise broken(
            path, line, "tırnaklar, virgüller ya da ayraçlar eksik", "quotes, commas or brackets"
        ) from None


def line_of_table(text: str, name: str, nth: int = 1) -> int:
    """The line, from 1, of the nth heading [name] or [[name]], else of `name = …`; 1 if there is neither."""
    for pattern in (rf"^[ \t]*\[+[ \t\"']*{re.escape(name)}\b", rf"^[ \t\"']*{re.escape(name)}\b"):
        places = [match.start() for match in re.finditer(pattern, text, re.MULTILINE)]
        if len(places) >= nth:
            return text.count("\n", 0, places[nth - 1]) + 1
    return 1


def broken(path: Path, line: int, tr: str, en: str) -> KilavuzError:
    """What is said of a line that is not as it should be."""
    return KilavuzError(
        f"{path}, satır {line}: {tr}; satırı düzeltin ya da dosyayı silin.",
        f"{path}, line {line}: {en}; mend the line, or delete the file.",
    )
