"""Commands through `main`, with the fake service where a library would be."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import KilavuzError
from assistant.records import Answer, Chunk, Failure, Hit, IngestReport, Unsupported
from tests.ui.service_fakes import REASON, make_service, state
from ui import arguments, cli, terminal
from ui.cli import main
from ui.service import Service
from ui.usage_language import language_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("KILAVUZ_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KILAVUZ_HOME", str(tmp_path / "ev"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Service]:
    """Puts a fake service where the commands open the real one."""

    def use_it(*states: Any, **given: Any) -> Service:
        service = make_service(tmp_path / "ev", *states, **given)
        monkeypatch.setattr("ui.service.open_service", lambda settings: service)
        return service

    return use_it


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


# help and usage

HELP = """
import sys
sys.argv = ["kilavuz", "--help"]
from ui.cli import main
code = main()
heavy = {"pydantic", "numpy", "torch", "gradio", "chromadb", "fastapi", "httpx", "tqdm"} & set(sys.modules)
print(code, sorted(heavy))
"""


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    seconds = []
    for _ in range(3):  # the machine may be busy with something else
        start = time.perf_counter()
        result = python(HELP)
        seconds.append(time.perf_counter() - start)
        assert result.stdout.splitlines()[-1] == "0 []"
    assert min(seconds) < 0.5


FINETUNE_STEPS = ("round", "triples", "train", "evaluate", "gate", "promote", "rollback", "models", "prune",
                  "export", "feedback")  # fmt: skip
ENGLISH_OF_ARGPARSE = re.compile(
    r"usage|options:|positional|argument|error|show this|invalid|required|expected|unrecognized|choose"
)


@pytest.mark.parametrize(
    "command",
    [[], ["serve"], ["ingest"], ["search"], ["ask"], ["intent"], ["mcp"], ["evaluate"], ["status"],
     ["finetune"], *(["finetune", step] for step in FINETUNE_STEPS), ["finetune", "feedback", "accept"]],
)  # fmt: skip
def test_help_is_in_the_language_asked_for(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    turkish = capsys.readouterr().out
    assert turkish.startswith("kullanım: kilavuz")
    assert "seçenekler:" in turkish
    assert ENGLISH_OF_ARGPARSE.findall(turkish) == []
    assert main(["--language", "en", *command, "--help"]) == 0
    english = capsys.readouterr().out
    assert english.startswith("usage: kilavuz")
    assert re.findall("[çğışöüÇĞİŞÖÜ]", english.replace("Türkçe", "")) == []


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["serach"], "geçersiz seçim: 'serach'"),
        (["status", "--jsn"], "tanınmayan argümanlar: --jsn"),
        (["--home"], "bir değer gerekir"),
        (["--port", "x"], "geçersiz değer: 'x'"),
        (["--language", "de"], "geçersiz seçim: 'de'"),
        (["status", "--json=1"], "değer almaz"),
        (["search"], "ya bir SORU"),
        (["search", "x", "--questions", "a", "--out", "b"], "ya bir SORU"),
        (["ask", "--questions", "a"], "birlikte verilmeli"),
        (["ask", "--out", "a"], "birlikte verilmeli"),
        (["search", "x", "--limit", "0"], "pozitif"),
        (["search", "x", "--limit", "²"], "pozitif"),
        (["search", "--limit", "3", "--questions", "a", "--out", "b"], "--limit ile"),
        (["evaluate"], "şu argümanlar gerekli: Q.jsonl"),
        (["evaluate", "q", "--results", "r", "--out", "o"], "--results ile birlikte kullanılamaz"),
        (["--port", "1", "status"], "--port yalnızca"),
        (["--no-browser", "ask", "x"], "--no-browser yalnızca"),
    ],
)
def test_wrong_usage_is_told_in_turkish(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(argv) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err
    assert ENGLISH_OF_ARGPARSE.findall(said.err) == []
    assert list(tmp_path.iterdir()) == []  # nothing was made


def test_argparse_speaks_english_again_afterwards() -> None:
    import argparse

    before = vars(argparse)["_"]
    main(["--help"])
    assert vars(argparse)["_"] is before


@pytest.mark.parametrize(
    ("argv", "environment", "language"),
    [([], None, "tr"), ([], "en", "en"), (["--language", "tr"], "en", "tr"), (["--language=en"], None, "en"),
     (["--language"], None, "tr"), (["--language", "de"], "en", "tr")],
)  # fmt: skip
def test_the_language_is_known_before_parsing(
    argv: list[str], environment: str | None, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if environment:
        monkeypatch.setenv("KILAVUZ_LANGUAGE", environment)
    assert language_of(argv) == language


def test_options_of_all_commands_stand_before_or_after_the_command() -> None:
    for argv in (["--home", "/a", "status"], ["status", "--home", "/a"]):
        assert arguments.parse(argv, "tr").home == "/a"
    assert arguments.parse(["status"], "tr").home is None
    bare, named = arguments.parse(["--port", "0"], "tr"), arguments.parse(["serve", "--port", "0"], "tr")
    assert (bare.command, bare.port, named.command, named.port) == (None, 0, "serve", 0)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kilavuz {cli.version()}\n"


# search and ask


def test_search_shows_heading_place_reason_and_passage(
    use: Callable[..., Service], capsys: pytest.CaptureFixture[str]
) -> None:
    service = use(state(1, "/a.md"))
    assert main(["search", "yağ", "ne", "zaman", "--limit", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "1. Bakım › Yağ",
        "   pompa.pdf, s. 3 · puan 0,83 · sözcük aramasında 1. · anlam aramasında 2.",
        "   Yağ altı ayda bir değişir.",
    ]
    assert lines[4] == "2. Bakım › Yağ"
    assert service.assistant.asked == [("yağ ne zaman", [])]  # type: ignore[attr-defined]
    assert service._library.closed == 1  # type: ignore[attr-defined]


def test_ask_shows_the_answer_with_its_sources(
    use: Callable[..., Service], capsys: pytest.CaptureFixture[str]
) -> None:
    use(state(1, "/a.md"))
    assert main(["ask", "yağ", "--language", "en"]) == 0
    assert capsys.readouterr().out == (
        "Yağ altı ayda bir değişir. [1]\n\nSources\n[1] pompa.pdf, p. 3 · Bakım › Yağ\n"
    )


def test_nothing_found_where_nothing_is_says_what_to_do(
    use: Callable[..., Service], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service = use()
    monkeypatch.setattr(service.assistant, "search", lambda *given: [])
    assert main(["search", "yağ"]) == 0
    said = capsys.readouterr()
    assert "Hiçbir sonuç" in said.out
    assert "kilavuz ingest" in said.err


def test_what_documents_hold_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = Chunk("a\x1b[2J.md", "t", ("\x9b31m\u202eb",), None, "x\x1b]0;ele\x07 bel\xadge\u00a0y\ud800", 0)
    terminal.print_hits([Hit(evil, 0.5)], "tr")
    terminal.print_answer(Answer("\x1b[2Jy\nz"), "tr")
    said = capsys.readouterr().out
    assert [c for c in said if not c.isprintable() and c != "\n"] == []
    assert "belge y" in said
    assert "y\nz" in said


def test_doubted_sentences_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Bir [1]. İki [1].\n\n```\nüç\n```"
    code = text.index("```")
    doubts = (Unsupported(9, 17), Unsupported(code, len(text)))
    terminal.print_answer(Answer(text, unsupported=doubts), "tr")
    assert capsys.readouterr().out == "Bir [1]. İki [1]. [?]\n\n```\nüç\n```\n[?]\n"


def test_batch_writes_the_results(use: Callable[..., Service], tmp_path: Path) -> None:
    use(state(1, "/a.md"))
    questions, out = tmp_path / "q.jsonl", tmp_path / "r.jsonl"
    questions.write_text('{"id": "a", "question": "yağ"}\n', "utf-8")
    assert main(["ask", "--questions", str(questions), "--out", str(out)]) == 0
    result = json.loads(out.read_text("utf-8"))
    assert (result["id"], result["citations"]) == ("a", [{"source": "pompa.pdf", "page": 3}])
    assert main(["search", "--questions", str(questions), "--out", str(questions)]) == 1
    assert questions.read_text("utf-8") == '{"id": "a", "question": "yağ"}\n'


# ingest


def test_ingest_reports_and_gives_absolute_paths(
    use: Callable[..., Service], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[Any] = []

    def ingest(paths: Any, *, progress: Any, again: object = ()) -> IngestReport:
        given.append(paths)
        progress(1, 1, "a.md")
        return IngestReport(added=3, changed=1, unchanged=9, read=(state(1, "a.md", 40),), seconds=1.25)

    use(ingest=ingest)
    (tmp_path / "belge").mkdir()
    assert main(["ingest", "belge"]) == 0
    said = capsys.readouterr()
    assert said.out == (
        "3 belge eklendi, 1 yenilendi, 0 taşındı, 0 çıkarıldı, 9 değişmemiş; 40 pasaj yazıldı (1,2 sn).\n\n"
        "  Belge  Sayfa   Pasaj     Süre  Onarımlar\n"
        "  a.md       –      40   0,0 sn\n"
    )
    assert said.err == ""  # no bar where nobody watches
    use(ingest=ingest)
    assert main(["ingest"]) == 0
    assert given == [[tmp_path / "belge"], None]


@pytest.mark.parametrize(
    ("named", "failing", "code"),
    [
        ("klasör", "alt/b.pdf", 0),
        ("klasör/b.pdf", "b.pdf", 1),
        ("klasör/a.pdf", "b.pdf", 0),
        ("klasör", None, 0),
    ],
)
def test_only_a_path_that_was_named_makes_ingest_fail(
    use: Callable[..., Service], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    named: str, failing: str | None, code: int,
) -> None:  # fmt: skip
    (tmp_path / "klasör").mkdir()
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / "klasör" / name).touch()
    failures = (Failure(failing, REASON),) if failing else ()
    use(ingest=lambda paths, progress, again: IngestReport(failures=failures))
    assert main(["ingest", named]) == code
    said = capsys.readouterr().out
    assert ("Okunamayan dosyalar (1):" in said) is bool(failing)
    assert failing is None or f"  {failing}  dosya boş" in said


def test_a_missing_path_is_listed_and_the_others_are_ingested(
    use: Callable[..., Service], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[Any] = []

    def ingest(paths: Any, *, progress: Any, again: object = ()) -> IngestReport:
        given.append(paths)
        return IngestReport(added=1)

    use(ingest=ingest)
    (tmp_path / "var.md").touch()
    assert main(["ingest", "yok", "var.md"]) == 1
    assert given == [[tmp_path / "var.md"]]
    said = capsys.readouterr().out
    assert "1 belge eklendi" in said
    assert re.search(r"/yok +Böyle bir dosya ya da klasör yok", said)
    assert main(["ingest", "yok"]) == 1
    assert len(given) == 1  # nothing left to ingest


# status


def test_status_says_it_all(
    use: Callable[..., Service], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(state(1, "/a.md"), state(0, "/b.pdf", 0, REASON))
    assert main(["status"]) == 0
    said = capsys.readouterr().out
    for line in (
        f"Ev klasörü       : {tmp_path}/ev",
        f"Belge klasörü    : {tmp_path}/ev/belgeler",
        "Gömme modeli     : sahte-gömücü",
        "Yeniden sıralama : kapalı",
        "Dil modeli       : yok; yanıtlar belgelerden aynen alınır",
        "Belge            : 1",
        "Pasaj            : 2",
        "Okunamayan       : 1",
        "Sunucu           : çalışmıyor",
        "  b.pdf  dosya boş",
    ):
        assert line in said.splitlines()
    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": cli.version(), "home": f"{tmp_path}/ev", "drop_folder": f"{tmp_path}/ev/belgeler",
        "embedder": "sahte-gömücü", "reranker": None, "llm": None, "documents": 1, "chunks": 2,
        "server": None,
        "failures": [{"source": "b.pdf", "reason": "dosya boş"}],
    }  # fmt: skip


# serve

SERVE = """
import sys
from types import SimpleNamespace
from tests.ui.service_fakes import make_service, state
import ui.server, ui.service, ui.web.mount, ingest.watch
ingest.watch.Watcher = lambda folders, changed: SimpleNamespace(start=lambda: None, stop=lambda: None)
ui.web.mount.mount_page = lambda app, backend, language, access, max_file_mb, **given: app
ui.server.open_service = lambda settings: make_service(settings.home, state(1, "/a.md"))
from ui.cli import main
sys.exit(main(["--port", "0"]))
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_server_serves_the_commands_and_ends_cleanly(
    end: signal.Signals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "ev"
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not (home / "server.json").exists() and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
        page = json.loads((home / "server.json").read_text())["page"]

        assert main(["search", "yağ", "--limit", "1"]) == 0  # no fake here: the server answers
        assert "1. Bakım › Yağ" in capsys.readouterr().out
        asked = {"id": 1, "question": "yağ", "source": "pompa.pdf"}
        (tmp_path / "q.jsonl").write_text(json.dumps(asked), "utf-8")
        assert main(["evaluate", "q.jsonl"]) == 0
        assert "100,0 (100,0–100,0)" in capsys.readouterr().out
        assert main(["status"]) == 0
        assert f"Sunucu           : {page}" in capsys.readouterr().out.splitlines()
        assert main(["ingest"]) == 0
        assert "2 belge eklendi" in capsys.readouterr().out
        assert main([]) == 0  # a second one leads to the first
        assert capsys.readouterr().out == f"Kılavuz zaten çalışıyor: {page}\n"
        assert main(["--port", "0"]) == 1
        assert "önce onu kapatın" in capsys.readouterr().err

        process.send_signal(end)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert out.splitlines()[0] == f"Kılavuz hazır: {page}"
    assert "sahte-gömücü" in out
    assert err == "Kılavuz kapatılıyor.\n"
    assert not (home / "server.json").exists()


# when things go wrong


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def open_service(settings: Any) -> Service:
        raise error

    monkeypatch.setattr("ui.service.open_service", open_service)


def test_an_error_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, KilavuzError("Ev meşgul.", "The home is busy."))
    assert main(["status"]) == 1
    assert capsys.readouterr() == ("", "Ev meşgul.\n")
    assert main(["status", "--language", "en"]) == 1
    assert capsys.readouterr() == ("", "The home is busy.\n")


def test_an_unexpected_error_leaves_its_traceback_in_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, ZeroDivisionError("sıfır"))
    assert main(["status"]) == 1
    log = tmp_path / "ev" / "kilavuz.log"
    said = capsys.readouterr()
    assert said.err == f"Beklenmeyen bir hata oldu (ZeroDivisionError); ayrıntısı şurada: {log}\n"
    assert "ZeroDivisionError: sıfır" in log.read_text("utf-8")


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dosya").touch()
    assert main(["--home", str(tmp_path / "dosya"), "status"]) == 1
    said = capsys.readouterr()
    assert "Ev klasörüne yazılamıyor" in said.err
    assert said.err.count("\n") == 1


def test_a_setting_that_is_not_allowed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KILAVUZ_PORT", "99999")
    assert main(["status"]) == 1
    assert "KILAVUZ_PORT" in capsys.readouterr().err


def test_ctrl_c_ends_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    assert main(["status"]) == 128 + signal.SIGINT == 130
    assert capsys.readouterr() == ("", "Durduruldu; o ana kadar tamamlananlar kayıtlı.\n")


def test_warnings_of_libraries_go_to_the_log(
    use: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import logging

    service = use()
    monkeypatch.setattr(service, "status", lambda: logging.getLogger("chromadb").warning("gürültü") or 1 / 0)
    assert main(["status"]) == 1
    assert "gürültü" in (tmp_path / "ev" / "kilavuz.log").read_text("utf-8")
    assert "gürültü" not in capsys.readouterr().err
    assert [h for h in logging.getLogger().handlers if type(h).__name__ == "RotatingFileHandler"] == []


def test_a_reader_that_has_gone_is_no_error() -> None:
    code = (
        "import sys; from ui import cli; from ui.terminal import say;"
        "cli.run = lambda args: [say('x' * 1000) for _ in range(1000)] and 0;"
        "sys.exit(cli.main(['status']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(30) == 128 + signal.SIGPIPE
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_terminal_without_turkish_letters_gets_what_it_can_show() -> None:
    result = python("from ui.cli import main; main(['--help'])", PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert result.stdout.startswith("kullan?m: kilavuz")
    assert result.stderr == ""


def test_intents_need_no_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "r.jsonl"
    questions.write_text(
        '{"id": "a", "utterance": "Merhaba"}\n{"id": 2, "question": "Tork nedir?"}\n', "utf-8"
    )
    assert main(["intent", "--questions", str(questions), "--out", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["id"], row["intent"]) for row in rows] == [("a", "greeting"), (2, "definition")]
    assert all(set(row) == {"id", "intent", "confidence"} and 0.5 < row["confidence"] <= 1 for row in rows)
    assert not (tmp_path / "ev" / "kilavuz.db").exists()
    assert main(["intent", "merhaba"]) == 0
    assert capsys.readouterr().out.startswith("greeting ")
    assert main(["intent", "--questions", str(questions), "--out", str(questions)]) == 1
    (tmp_path / "ev" / "niyetler.toml").write_text("greeting = 3\n", "utf-8")
    assert main(["intent", "merhaba"]) == 1
    assert "satır 1" in capsys.readouterr().err


# limits


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_limit_by_name_by_folder_and_by_path_on_disk(
    use: Callable[..., Service], tmp_path: Path, command: str
) -> None:
    file = tmp_path / "İzin ışığı.pdf"
    file.write_bytes(b"x")
    service = use(state(1, file), state(2, "/d/başka.md"))
    names = ["--in", "İzin ışığı.pdf", "--in", "klasör", "--in", str(file)]
    assert main([command, *names, "Yağ", "ne", "zaman", "değişir?"]) == 0
    assert service.assistant.within == ("İzin ışığı.pdf", "klasör", "İzin ışığı.pdf")  # type: ignore[attr-defined]


def test_an_answer_says_what_it_was_limited_to(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_answer(Answer("Evet.", within=("a.md", "b", "c", "d\x1b[2J")), "tr")
    assert capsys.readouterr().out == "Yalnızca: a.md, b, c ve 1 belge ya da klasör daha\n\nEvet.\n"
