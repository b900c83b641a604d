import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.build import build_assistant, open_library
from assistant.errors import KilavuzError
from assistant.retriever import KilavuzRetriever
from assistant.settings import Settings
from tests.fakes import read_file
from tests.llm_server import saying, serving


@pytest.fixture(params=["local", "server"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("chroma_server") if request.param == "server" else ""
    return Settings(home=tmp_path / "home", chroma_url=url)


def test_a_home_answers_with_the_shipped_embedder(settings: Settings) -> None:
    library = open_library(settings)
    try:
        library.add(
            [read_file("a.md", "Pompa yağı yılda bir değişir."), read_file("b.md", "Vana kapatılır.")]
        )
        library.publish()
        assistant = build_assistant(settings, library)
        answer = assistant.ask("Pompa yağı ne zaman değişir?")
        assert "yılda bir" in answer.text
        assert answer.turn == 1
        found = KilavuzRetriever(search=library.searcher.search, limit=1).invoke("pompa yağı")
        assert found[0].page_content == "Pompa yağı yılda bir değişir."
        assert found[0].metadata["source"] == "a.md"
        assert found[0].metadata["lexical_rank"] == 1
    finally:
        library.close()


def test_two_homes_share_a_server_without_meeting(chroma_server: str, tmp_path: Path) -> None:
    for name in ("bir", "iki"):
        library = open_library(Settings(home=tmp_path / name, chroma_url=chroma_server))
        library.add([read_file(f"{name}.md", f"Pompa {name}.")])
        library.publish()
        assert [hit.chunk.source for hit in library.searcher.search("pompa")] == [f"{name}.md"]
        library.close()


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    library = open_library(settings)
    with pytest.raises(KilavuzError, match="başka bir Kılavuz süreci"):
        open_library(settings)
    library.close()
    open_library(settings).close()


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dosya").write_text("")
    with pytest.raises(KilavuzError, match="klasörü açılamadı"):
        open_library(Settings(home=tmp_path / "dosya" / "ev"))


def test_asking_with_the_shipped_embedder_imports_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from assistant.build import build_assistant, open_library\n"
        "from assistant.settings import Settings\n"
        "from pathlib import Path\n"
        "from tests.fakes import read_file\n"
        "settings = Settings(home=Path(sys.argv[1]))\n"
        "library = open_library(settings)\n"
        "library.add([read_file('a.md', 'Pompa yağı yılda bir değişir.')]); library.publish()\n"
        "print(build_assistant(settings, library).ask('Pompa yağı ne zaman değişir?').text)\n"
        "assert not {'torch', 'transformers', 'langchain', 'gradio'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "home"],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "yılda bir" in done.stdout


def test_the_users_own_files_are_read(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    library = open_library(settings)
    try:
        (tmp_path / "sss.toml").write_text(
            '[[sss]]\nsoru = "Pompa kimde?"\nyanit = "Ali\'de."\nkaynak = "Defter"\n', "utf-8"
        )
        (tmp_path / "niyetler.toml").write_text('thanks = ["gözlerinden öperim"]\n', "utf-8")
        assistant = build_assistant(settings, library)
        assert assistant.ask("pompa kimde").text == "Ali'de.\n\nKaynak: Defter"
        assert assistant.ask("Gözlerinden öperim").text.startswith("Rica ederim")
        assert assistant.ask("Hangi belgeler var?").text.startswith("Henüz aranabilen bir belge yok")
        (tmp_path / "sss.toml").write_text("[[sss]]\n", "utf-8")
        with pytest.raises(KilavuzError, match="satır 1"):
            build_assistant(settings, library)
    finally:
        library.close()


@pytest.mark.parametrize(
    ("name", "said"),
    [("yok:model", "sağlayıcı:model"), ("gpt", "sağlayıcı:model"), ("openai:gpt-5", "KILAVUZ_LLM_API_KEY")],
)
def test_a_model_that_is_not_to_be_had_is_one_sentence_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = Settings(home=tmp_path, llm=name)
    library = open_library(settings)
    try:
        with pytest.raises(KilavuzError, match=said) as error:
            build_assistant(settings, library)
        assert "\n" not in error.value.message.tr and error.value.message.en
    finally:
        library.close()


def test_what_a_model_says_is_checked_and_its_context_kept(tmp_path: Path) -> None:
    invented = "Pompa yağı yılda bir değişir [1]. Kompresör kayışı haftada 3 kez Ankara'da gerilir [1]."
    with serving(saying(invented)) as (url, received):
        settings = Settings(home=tmp_path, llm="openai:deneme", llm_url=url, llm_context=2048)
        library = open_library(settings)
        try:
            library.add([read_file("a.md", "Pompa yağı yılda bir değişir. " * 400)])
            library.publish()
            answer = build_assistant(settings, library).ask("Pompa yağı ne zaman değişir?")
        finally:
            library.close()
    assert [answer.text[one.start : one.end] for one in answer.unsupported] == [invented[33:].strip()]
    assert len(received[0][2]["messages"][1]["content"]) < 2048 * 2.5


def test_the_reranker_of_the_settings_orders_every_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    class LastFirst:
        batch_tokens = 1000

        def __init__(self, name: str) -> None:
            self.name = name
            loaded.append(name)

        def lengths(self, question: str, passages: Sequence[str]) -> list[int]:
            return [1] * len(passages)

        def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
            return np.arange(len(passages), dtype=float)

    monkeypatch.setattr("assistant.cross_encoder.load_cross_encoder", LastFirst)
    files = [read_file("a.md", "Pompa yağı pompa yağı."), read_file("b.md", "Pompa kimde?")]
    orders = []
    for name, home in (("", "ev"), ("sahte", "ev2")):
        settings = Settings(home=tmp_path / home, reranker=name, reranker_seconds=60)
        library = open_library(settings)
        try:
            library.add(files)
            library.publish()
            assistant = build_assistant(settings, library)
            orders.append([hit.chunk.source for hit in assistant.search("pompa yağı")])
            assert [hit.chunk.source for hit in assistant.ask("pompa yağı").hits] == orders[-1]
            assert [hit.chunk.source for hit in library.searcher.search("pompa yağı")] == orders[-1]
        finally:
            library.close()
    assert orders == [["a.md", "b.md"], ["b.md", "a.md"]] and loaded == ["sahte"]
