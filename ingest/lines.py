"""One line of a PDF page: its text, where it stands and how it is set. A page is a list of them.

The steps from a page to a Document (layout, tables, headings, repair) all take and give such lists.
Knows nothing of how lines are read or arranged.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal["text", "heading", "item", "row", ""]
"""Running text, a heading, a list item, a table row "| a | b |", or "" for a line that was dropped."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in its place of the reading order; a Line with text "" parts two paragraphs.

    `x` and `y` are where its baseline begins, in points from the left and the bottom of the page as it is
    shown; `size` is that of its letters in points, 0 where unknown; `level` 1 to 6 is a heading's, else 0.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    font: str = ""
    role: Role = "text"
    level: int = 0
