"""Run `kilavuz` so that any address but the loopback is refused and written down.

python tests/guard.py LOG ARGUMENT...
"""

import ipaddress
import sys
from pathlib import Path


def is_loopback(host: object) -> bool:
    """Whether a host name or address stays on this machine."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def guard(log: Path) -> None:
    """From now on, refuse and note what would leave this machine (in this process)."""

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else "localhost"
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
        else:
            return
        if not is_loopback(host):
            with log.open("a") as file:
                file.write(f"{event} {host}\n")
            raise OSError(f"refused: {host}")

    sys.addaudithook(watch)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    guard(Path(sys.argv[1]))
    from ui.cli import main

    sys.exit(main(sys.argv[2:]))
