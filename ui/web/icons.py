# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The page's icons as inline SVG, so that no font or file has to be fetched for them."""

_PATHS = {
    "up": "M7 11v9H4v-9zm0 0 4-8a2.5 2.5 0 0 1 2.4 3L13 9h5.5a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.200 20H7",
    "down": "M17 13V4h3v9zm0 0-4 8a2.500 2.500 0 0 1-2.400-3L11 15H5.500a2 2 0 0 1-2-2.400l1.300-7A2 2 0 0 1 6.800 4H17",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "retry": "M20 11a8 8 0 1 0-2.300 6.700M20 4v7h-7",
    "plus": "M12 5v14M5 12h14",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "book": "M5 4h10a4 4 0 0 1 4 4v12H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
    "close": "M6 6l12 12M18 6 6 18",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
    "pencil": "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "check": "M5 13l4 4L19 7",
    "branch": "M7 4v16M7 14c0-4 10-2 10-7M17 7V4M17 4l-2.500 2.500M17 4l2.500 2.500",
    "reply": "M6 5v6a4 4 0 0 0 4 4h8M14 11l4 4-4 4",
    "keyboard": "M3 7h18v10H3zM7 10.500h.01M10.500 10.500h.01M14 10.500h.01M17.500 10.500h.01M8 14h8",
    "upload": "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
    "stop": "M7 7h10v10H7z",
    "search": "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14M16.500 16.500 21 21",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "up-page": "M6 15l6-6 6 6",
    "down-page": "M6 9l6 6 6-6",
    "minus": "M5 12h14",
    "text": "M5 6h14M5 11h14M5 16h9",
}


def icon(name: str) -> str:
    """The icon as an <svg> element that takes the text's colour and size; hidden from screen readers."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor" '
        'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )
