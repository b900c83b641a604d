"""Sends the page's events as a browser would, or as somebody who forges them."""

import json
import urllib.parse
import urllib.request
from typing import Any
from uuid import uuid4


class PageClient:
    """A browser's cookies and the page's events, each known by its place and name: "conversations open"."""

    def __init__(self, url: str, login: tuple[str, str] | None = None) -> None:
        self._url = url
        self._client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        if login:
            form = urllib.parse.urlencode({"username": login[0], "password": login[1]}).encode()
            assert json.load(self._client.open(f"{url}/login", form)) == {"success": True}

    def config(self) -> dict[str, Any]:
        found: dict[str, Any] = json.load(self._client.open(self._url + "/config"))
        return found

    def events(self) -> list[tuple[str, int, list[str]]]:
        """Every event that runs on the server: its name, number, and the places of the parts it is given."""
        config = self.config()
        places = {one["id"]: one["props"].get("elem_id") or "" for one in config["components"]}
        return [
            (f"{places.get(target, '')} {name}", one["id"], [places[id] for id in one["inputs"]])
            for one in config["dependencies"]
            for target, name in one["targets"]
            if one["backend_fn"]
        ]

    def send(self, number: int, data: list[object], event: dict[str, object] | None = None) -> dict[str, Any]:
        """What comes of an event: "success", and "output" with the "data" of the parts."""
        session = uuid4().hex
        body = {"data": data, "fn_index": number, "session_hash": session, "event_data": event or {}}
        headers = {"Content-Type": "application/json"}
        join = urllib.request.Request(
            f"{self._url}/gradio_api/queue/join", json.dumps(body).encode(), headers
        )
        self._client.open(join).read()
        with self._client.open(
            f"{self._url}/gradio_api/queue/data?session_hash={session}", timeout=30
        ) as one:
            for line in one:
                if b"process_completed" in line:
                    found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                    return found
        raise AssertionError("no answer")
