"""What a browser sent, checked: it may have sent anything."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio import EventData

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def sent(event: "EventData", name: str) -> object:
    """What came under `name` with an event."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def conversation_id(value: object) -> str:
    """The value if it can be a conversation's id, else ""."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def integer(value: object, otherwise: int = 0) -> int:
    """The value as an integer as far as SQLite can hold it; attributes of HTML elements come as text."""
    text = str(value)
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else otherwise


def text(value: object, most: int) -> str:
    """The value as text of at most so many characters, "" if it is none."""
    return value[:most].strip() if isinstance(value, str) else ""
