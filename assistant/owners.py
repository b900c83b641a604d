"""Whose turns and conversations are whose; the one place that says what becomes of nobody's.

A turn bears the name of the user who asked, and a conversation has one owner: that of its first turn. What
was asked where nobody logs in, by a command or by a program bears no name. It belongs to nobody: where nobody
logs in it is all that there is to see, and once users log in only managers see it.
"""

from dataclasses import dataclass

from assistant.errors import KilavuzError


@dataclass(frozen=True, slots=True)
class Owner:
    """Who wants to see turns and conversations: what is another's is not there for them.

    `name` is "" where nobody logs in. With `and_nobodys` what belongs to nobody is seen, too.
    """

    name: str = ""
    and_nobodys: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """The values for `MINE`."""
        return self.name, "" if self.and_nobodys else self.name


NOBODY = Owner()
"""Who asks without a name."""

MINE = "owner IN (?, ?)"
"""The condition, in SQL, that a turn is one of the owner's; its values are `Owner.names`."""


def gone() -> KilavuzError:
    """The refusal to touch a conversation that there is not, or that is another's: nobody learns which."""
    return KilavuzError(
        "Bu sohbet artık yok; sayfayı yenileyip yeniden deneyin.",
        "This conversation is gone; reload the page and try again.",
    )
