"""The one public error: its message is shown to the user as it is, in Turkish or in English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for the user in both languages."""

    tr: str
    en: str

    def say(self, language: str) -> str:
        """The sentence in `language`: "en" gives English, all else Turkish."""
        return self.en if language == "en" else self.tr


class KilavuzError(Exception):
    """What is wrong and what to do about it, in one Turkish and one English sentence."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(tr)
        self.message = Message(tr, en)

    def __reduce__(self) -> tuple[type["KilavuzError"], tuple[str, str]]:
        """Exceptions with two arguments cross process borders only if told how."""
        return KilavuzError, (self.message.tr, self.message.en)
