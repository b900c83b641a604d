"""Settings, read once at the edge: command line, then environment, then `.env`, then `kilavuz.toml`.

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


def load_settings(**given: object) -> Settings:
    """Settings with the given values (those not None) before all other sources.

    Raises KilavuzError if a value is not allowed.
    """
    try:
        settings = Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise KilavuzError(
            f"kilavuz.toml okunamadı ({error}); dosyayı düzeltin ya da silin.",
            f"kilavuz.toml could not be read ({error}); mend the file or delete it.",
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = "KILAVUZ_" + "_".join(map(str, first["loc"])).upper()
        raise KilavuzError(
            f"{name} ayarının değeri geçersiz ({first['input']!r}); README'deki ayarlar tablosuna bakıp "
            "düzeltin.",
            f"The setting {name} has a value that is not allowed ({first['input']!r}); see the table of "
            "settings in README.",
        ) from None
    home = Path(os.path.realpath(settings.home.expanduser()))
    return settings.model_copy(update={"home": home})
