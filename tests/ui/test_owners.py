"""Conversations are their owner's: events of another user, forged, on the real server with logins."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.owners import NOBODY, Owner
from assistant.records import Answer, Chunk, Hit
from assistant.settings import load_settings
from tests.ui.page_client import PageClient
from tests.ui.service_fakes import in_loop, running
from ui.access import Access
from ui.server import build_app
from ui.service import Service, open_service
from ui.users import add_user

pytestmark = [  # pandas in gradio's own queue, every twenty events
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
CAN, AYLA, MANAGER = ("can", "canın-parolası"), ("ayla", "aylanın-parolası"), ("ışık", "ışığın-parolası")
SECRET = "Işıl'ın maaşı kaç?"
HIT = Hit(Chunk("yok.md", "Belge", (), None, "Gizli pasaj.", 0), 0.5)


@dataclass
class Site:
    url: str
    service: Service
    turns: dict[str, int] = field(default_factory=dict)

    def kept(self, name: str) -> dict[str, Any]:
        """All that the catalogue holds of a conversation."""
        read = self.service.catalogue.read
        turns = read("SELECT * FROM turns WHERE conversation = ? ORDER BY id", (name,))
        votes = [read(f"SELECT * FROM {table} WHERE turn = ?", (self.turns[name],))
                 for table in ("votes", "remarks", "pointed")]  # fmt: skip
        return {"turns": turns, "votes": votes, "name": read("SELECT * FROM conversation_names")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("ev")
    (home / "kilavuz.toml").write_text('embedder = "kilavuz-compact"\n')
    for (name, password), role in ((MANAGER, "manager"), (CAN, "reader"), (AYLA, "reader")):
        add_user(home, name, password, role)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.samples.copy_samples", lambda *given: None)
        service = open_service(load_settings(home=home))
    with closing(service):
        app = in_loop(lambda: build_app(service, "belirteç", "tr", Access(home)))
        with running(app) as url:
            yield Site(url, service)


@pytest.fixture(autouse=True)
def conversations(site: Site) -> None:
    """One of can's, one of the manager's, one of nobody's; each asked anew."""
    with site.service.catalogue.change() as db:
        for table in ("votes", "remarks", "pointed", "conversation_names", "turns"):
            db.execute(f"DELETE FROM {table}")
    for id, owner in (("cans", Owner("can")), ("managers", Owner("ışık")), ("nobodys", NOBODY)):
        answer = Answer("Yanıt [1]", (HIT,))
        site.turns[id] = site.service.own(owner).turns.record(id, f"{id}: {SECRET}", answer).turn or 0


def see(site: Site, who: tuple[str, str], event: str, sent: dict[str, object], id: str = "") -> str:
    """All that comes back to a user for an event with a conversation's id in the page's hidden field."""
    client, said = PageClient(site.url, who), []
    for name, number, inputs in client.events():
        if name == event:
            parts = {"conversation": id, "box": "Yeni soru"}
            said.append(client.send(number, [parts.get(place) for place in inputs], sent))
    assert said
    return json.dumps(said, ensure_ascii=False)


FORGED = {
    "conversations open": {"id": "ID"},
    "conversations rename": {"id": "ID", "name": "Benim"},
    "conversations delete": {"id": "ID"},
    "conversations export": {"id": "ID", "format": "json"},
    "undo restore": {"id": "ID"},
    "start find": {"wanted": "maaşı"},
    "past sources": {"turn": "TURN"},
    "past vote": {"turn": "TURN", "target": "answer", "vote": "1"},
    "sources vote": {"turn": "TURN", "target": "hit:0", "vote": "-1"},
    "past branch": {"turn": "TURN", "question": "Yeni soru"},
    "past ask": {"question": "Yeni soru"},
    "box submit": {},
    "sources where": {"turn": "TURN"},
    "where seek": {"turn": "TURN", "text": ""},
    "sources point": {"turn": "TURN", "hit": "0", "right": "true"},
    "remark remark": {"turn": "TURN", "target": "answer", "reason": "", "text": "x"},
    "sources show": {"turn": "TURN", "hit": "0"},
    "viewer leaf": {"turn": "TURN", "hit": "0", "first": "0"},
}  # fmt: skip


@pytest.mark.parametrize("event", FORGED)
@pytest.mark.parametrize(("who", "id"), [(AYLA, "cans"), (AYLA, "nobodys"), (MANAGER, "cans")])
def test_nothing_of_anothers_is_shown_or_changed(
    site: Site, who: tuple[str, str], id: str, event: str
) -> None:
    before = site.kept(id)
    turn = str(site.turns[id])
    sent = {name: {"ID": id, "TURN": turn}.get(value, value) for name, value in FORGED[event].items()}
    said = see(site, who, event, dict(sent), id)
    assert f"{id}: " not in said and "Gizli pasaj" not in said
    assert site.kept(id) == before


def test_an_owner_and_for_nobodys_a_manager_may(site: Site) -> None:
    for who, id in ((CAN, "cans"), (MANAGER, "managers"), (MANAGER, "nobodys")):
        assert f"{id}: " in see(site, who, "conversations open", {"id": id})
        see(site, who, "past vote", {"turn": str(site.turns[id]), "target": "answer", "vote": "1"}, id)
        assert len(site.kept(id)["votes"][0]) == 1
        see(site, who, "conversations delete", {"id": id})
        assert f"{id}: " not in see(site, who, "start find", {"wanted": ""})


def test_a_question_is_its_askers_whatever_conversation_is_named(site: Site) -> None:
    see(site, AYLA, "box submit", {}, "cans")
    asked = "SELECT conversation, owner FROM turns WHERE question = 'Yeni soru'"
    ((conversation, owner),) = site.service.catalogue.read(asked)
    assert owner == "ayla" and conversation != "cans"
    see(site, AYLA, "box submit", {}, conversation)
    assert site.service.catalogue.read(asked) == [(conversation, "ayla")] * 2


def test_quality_shows_what_all_asked_and_leads_to_ones_own_alone(site: Site) -> None:
    said = see(site, MANAGER, "nav review", {})
    assert "cans: " in said and "managers: " in said
    assert 'data-id=\\"managers\\"' in said and 'data-id=\\"cans\\"' not in said
