"""Settings, read once at the edge: command line, environment, `.env`, `kilavuz.toml` here, then the home's.

The home's `kilavuz.toml` is what the page keeps (ui/kept_settings.py); it can be written by hand, too.

Nothing below the composition root sees this class; parts receive plain values.
"""

import os
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import KilavuzError
from assistant.user_file import broken, line_of_table, read_toml

HOME_FILE = "kilavuz.toml"
"""The settings file in the home, the last that is asked."""


class Settings(BaseSettings):
    """Every setting, with its default. The environment variable is the name with KILAVUZ_ before it."""

    model_config = SettingsConfigDict(env_prefix="KILAVUZ_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default_factory=lambda: Path.home() / "kilavuz")
    embedder: str = ""
    reranker: str = ""
    reranker_seconds: float = Field(default=0.5, gt=0, le=60)
    llm: str = ""
    llm_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout: float = Field(default=30.0, gt=0)
    llm_context: int = Field(default=0, ge=0)
    chroma_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    auth: SecretStr = SecretStr("")
    language: Literal["tr", "en"] = "tr"
    max_file_mb: int = Field(default=100, gt=0)
    chunk_tokens: int = Field(default=256, ge=32, le=4096)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, Path("kilavuz.toml"))
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def drop_folder(self) -> Path:
        """The folder whose documents become searchable by themselves."""
        return self.home / "belgeler"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"KILAVUZ_{name.upper()}"


def in_environment(name: str) -> bool:
    """Whether the environment sets it, in whatever case."""
    return any(one.upper() == variable(name) for one in os.environ)


def load_settings(**given: object) -> Settings:
    """Settings with the given values (those not None) before all other sources.

    Raises KilavuzError if a value is not allowed, or a settings file can't be read.
    """
    settings = load_without_home(**given)
    path = settings.home / HOME_FILE
    if not path.exists() or (Path(HOME_FILE).exists() and path.samefile(HOME_FILE)):
        return settings
    kept, text = read_toml(path)
    new = {name: value for name, value in kept.items() if name not in settings.model_fields_set}
    try:
        return load_without_home(**{**given, **new, "home": settings.home})
    except KilavuzError as error:
        name = next((name for name in new if variable(name) in error.message.tr), "")
        line = line_of_table(text, name)
        raise broken(
            path, line, f"{name} değeri geçersiz", f"{name} has a value that is not allowed"
        ) from None


def load_without_home(**given: object) -> Settings:
    """The same without the file in the home: its `model_fields_set` are those that the file can't change."""
    try:
        settings = Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise KilavuzError(
            f"kilavuz.toml okunamadı ({error}); dosyayı düzeltin ya da silin.",
            f"kilavuz.toml could not be read ({error}); mend the file or delete it.",
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = variable("_".join(map(str, first["loc"])))
        raise KilavuzError(
            f"{name} ayarının değeri geçersiz ({first['input']!r}); README'deki ayarlar tablosuna bakıp "
            "düzeltin.",
            f"The setting {name} has a value that is not allowed ({first['input']!r}); see the table of "
            "settings in README.",
        ) from None
    home = Path(os.path.realpath(settings.home.expanduser()))
    return settings.model_copy(update={"home": home})
