"""The settings that the page keeps, in `<home>/kilavuz.toml`: what they are, who else sets them.

What the command line, the environment, `.env` or the `kilavuz.toml` of the folder say stands above the file;
such a setting is fixed here. Secrets go in and are never handed out.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from assistant.errors import KilavuzError, Message
from assistant.settings import (
    HOME_FILE,
    Settings,
    in_environment,
    load_settings,
    load_without_home,
    variable,
)
from assistant.whole_file import whole_file

SECRET = "llm_api_key"
MODEL = ("llm", "llm_url", SECRET, "llm_timeout", "llm_context")
"""The language model's; they serve as soon as they are kept, all others from the next start on."""
FIELDS = (
    *MODEL, "embedder", "reranker", "reranker_seconds", "chunk_tokens", "language", "max_file_mb",
)  # fmt: skip
LONGEST = 2000

_ENVIRONMENT = Message("{name} ortam değişkeniyle belirlenmiş", "set by the environment variable {name}")
_COMMAND = Message("komut satırında verilmiş", "given on the command line")
_FILE = Message(
    "Kılavuz'un başlatıldığı klasördeki .env ya da kilavuz.toml dosyasında belirlenmiş",
    "set in .env or kilavuz.toml in the folder that Kılavuz was started in",
)
_KEY_FIXED = Message(
    "anahtar başka yerde belirlendiği için adresi de orada değiştirin",
    "the key is set elsewhere, so change its address there",
)


class KeptSettings:
    """The settings of a running Kılavuz, and those that the next start would have."""

    def __init__(self, running: Settings) -> None:
        """`running` is what this process was started with. Raises KilavuzError if a file can't be read."""
        self.home = running.home
        self.running = running
        found = load_settings(home=running.home)
        self._given = {
            name: getattr(running, name) for name in FIELDS if getattr(running, name) != getattr(found, name)
        }

    def next(self) -> Settings:
        """The settings that the next start would have. Raises KilavuzError if a file can't be read."""
        return load_settings(home=self.home, **self._given)

    def fixed(self) -> dict[str, Message]:
        """The settings that the page can't change, each with the reason."""
        outside = load_without_home(home=self.home).model_fields_set
        reasons: dict[str, Message] = {}
        for name in FIELDS:
            if name in self._given:
                reasons[name] = _COMMAND
            elif name in outside and in_environment(name):
                tr, en = (text.format(name=variable(name)) for text in (_ENVIRONMENT.tr, _ENVIRONMENT.en))
                reasons[name] = Message(tr, en)
            elif name in outside:
                reasons[name] = _FILE
        if SECRET in reasons:
            reasons.setdefault("llm_url", _KEY_FIXED)
        return reasons

    def waiting(self) -> tuple[str, ...]:
        """The settings that the next start changes."""
        later = self.next()
        return tuple(
            name
            for name in FIELDS
            if name not in MODEL and getattr(later, name) != getattr(self.running, name)
        )

    def with_changes(self, said: Mapping[str, str]) -> Settings:
        """What the next start would have with these values; "" is the default, but keeps the key.

        A kept key is not sent elsewhere: with another address or provider it must be given again. Raises
        KilavuzError for a value that is not allowed.
        """
        before = self.next()
        values: dict[str, object] = {name: getattr(before, name) for name in FIELDS}
        fixed = self.fixed()
        for name, value in said.items():
            if name not in FIELDS or name in fixed or (name == SECRET and not value.strip()):
                continue
            values[name] = _checked(name, value) or Settings.model_fields[name].get_default()
        if _place(values) != _place({name: getattr(before, name) for name in FIELDS}):
            if SECRET not in fixed:
                values[SECRET] = SecretStr(_checked(SECRET, said.get(SECRET, "")))
            elif before.llm and values["llm"]:
                raise _key_stays(fixed[SECRET])
        return load_without_home(**{**values, "home": self.home})

    def keep(self, wanted: Settings) -> None:
        """Write what differs from the defaults into the home's file. Raises KilavuzError."""
        fixed, lines = self.fixed(), {}
        for name in FIELDS:
            if name in fixed:
                continue
            value = getattr(wanted, name)
            default = Settings.model_fields[name].get_default()
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            lines[name] = "" if value == default else f"{name} = {json.dumps(plain, ensure_ascii=False)}"
        _write(self.home / HOME_FILE, lines)


def _key_stays(reason: Message) -> KilavuzError:
    return KilavuzError(
        f"Dil modelinin anahtarı sayfadan değiştirilemiyor ({reason.tr}); başka bir sağlayıcıya "
        "gönderilmemesi için modeli de orada değiştirin.",
        f"The language model's key can't be changed here ({reason.en}); so that it is not sent to another "
        "provider, change the model there, too.",
    )


def _place(values: Mapping[str, object]) -> tuple[str, str]:
    """Where a key goes: the server's address and the provider."""
    return str(values["llm_url"]), str(values["llm"]).partition(":")[0]


def _checked(name: str, value: str) -> str:
    value = value.strip()
    if len(value) > LONGEST or not value.isprintable():
        raise KilavuzError(
            f"{variable(name)} ayarının değeri çok uzun ya da görünmeyen karakter içeriyor; düzeltip yeniden "
            "kaydedin.",
            f"The setting {variable(name)} is too long or has invisible characters; correct it.",
        )
    return value


def _write(path: Path, lines: Mapping[str, str]) -> None:
    """Set these names, or drop them for ""; what else stands in the file stays. Raises KilavuzError."""
    try:
        text = path.read_text("utf-8-sig") if path.exists() else ""
        for name in lines:
            text = re.sub(rf"(?m)^[ \t]*{name}[ \t]*=.*(?:\n|\Z)", "", text)
        new = "".join(f"{line}\n" for line in lines.values() if line)
        text = new + text  # before any table
        tomllib.loads(text)
        with whole_file(path) as file:
            file.write(text)
    except (OSError, ValueError) as error:
        raise KilavuzError(
            f"Ayarlar {path} dosyasına yazılamadı ({error}); dosyanın izinlerini ve içeriğini denetleyin.",
            f"The settings could not be written to {path} ({error}); check its permissions and content.",
        ) from error
