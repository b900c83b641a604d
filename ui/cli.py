"""The command line: arguments in, exit code out. `kilavuz` alone opens the chat.

Everything heavy is imported by the command that needs it, so that `kilavuz --help` answers at once.
A command uses the server that runs on the home, if one does, and opens the library itself otherwise.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError, Message
from ui import terminal
from ui.arguments import LIMIT, parse
from ui.log import keep_traceback, logging_to
from ui.question_files import answer_file, match_file
from ui.usage_language import language_of

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ui.client import Client
    from ui.service import Service

STOPPED, BROKEN_PIPE = 128 + signal.SIGINT, 128 + signal.SIGPIPE
"""Exit codes as shells give them to a command that such a signal ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 if all went well, 1 if it failed, 2 for wrong usage, 130 after Ctrl-C."""
    given = list(sys.argv[1:] if argv is None else argv)
    language = language_of(given)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # replaced by something simpler
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without Turkish letters
    home = Path(os.environ.get("KILAVUZ_HOME") or Path.home() / "kilavuz")
    try:
        args = parse(given, language)
        home = Path(args.home or home)
        code = run(args)
        sys.stdout.flush()
        return code
    except SystemExit as end:  # argparse has said what there was to say
        return end.code if isinstance(end.code, int) else 1
    except KilavuzError as error:
        terminal.complain(error.message, language)
        return 1
    except KeyboardInterrupt:
        terminal.complain(
            Message(
                "Durduruldu; o ana kadar tamamlananlar kayıtlı.",
                "Stopped; what was finished until then is kept.",
            ),
            language,
        )
        return STOPPED
    except BrokenPipeError:  # whoever read our output has had enough
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        terminal.complain(keep_traceback(error, home), language)
        return 1


def run(args: argparse.Namespace) -> int:
    """Run a parsed command; returns the exit code. Raises KilavuzError."""
    if args.version:
        terminal.say(f"kilavuz {version()}")
        return 0
    from assistant.settings import load_settings

    settings = load_settings(
        home=args.home, language=args.language, host=args.host, port=args.port, auth=args.auth
    )
    with logging_to(settings.home):
        return COMMANDS[args.command or "serve"](settings, args)


def _serve(settings: "Settings", args: argparse.Namespace) -> int:
    from ui.server import serve

    named = any(value is not None for value in (args.host, args.port, args.auth))
    return serve(settings, open_browser=sys.stdout.isatty() and not args.no_browser, named=named)


def _ingest(settings: "Settings", args: argparse.Namespace) -> int:
    from dataclasses import replace

    from assistant.records import IngestReport
    from ui.report import print_deepened, print_report, refusal

    language = settings.language
    paths = [Path(os.path.abspath(path.expanduser())) for path in args.paths]
    refused = [failure for path in paths if (failure := refusal(path))]
    readable = [path for path in paths if str(path) not in {failure.source for failure in refused}]
    report = IngestReport(failures=tuple(refused))
    if readable or not paths:
        with opened(settings) as desk:
            with terminal.progress_bar(Message("Belgeler", "Documents"), language) as step:
                report = desk.ingest(readable or None, step)
            report = replace(report, failures=(*refused, *report.failures))
            print_report(report, language)
            if desk.can_be_deepened:
                with terminal.progress_bar(Message("Anlam dizini", "Meaning index"), language) as step:
                    started = time.monotonic()
                    done = desk.deepen(step)
                if done:
                    print_deepened(time.monotonic() - started, language)
    else:
        print_report(report, language)
    failed = [Path(failure.source).parts for failure in report.failures]
    named = any(path.parts[-len(parts) :] == parts for path in readable if path.is_file() for parts in failed)
    return 1 if refused or named else 0


def _search(settings: "Settings", args: argparse.Namespace) -> int:
    with opened(settings) as desk:
        within = _within(args, desk)
        if args.questions:
            answer_file(settings.language, args, desk, within)
            return 0
        hits = desk.search(_question(args), args.limit or LIMIT, within=within)
        terminal.print_hits(hits, settings.language)
        if not hits:
            _hint(desk, settings)
    return 0


def _ask(settings: "Settings", args: argparse.Namespace) -> int:
    with opened(settings) as desk:
        within = _within(args, desk)
        if args.questions:
            answer_file(settings.language, args, desk, within)
            return 0
        answer = desk.ask(_question(args), within=within)
        terminal.print_answer(answer, settings.language)
        if answer.abstained:
            _hint(desk, settings)
    return 0


def _intent(settings: "Settings", args: argparse.Namespace) -> int:
    from assistant.build import build_intents

    intents = build_intents(settings)
    if args.questions:
        match_file(intents, args)
        return 0
    found = intents.match(_question(args))
    terminal.say(f"{found.name} {found.confidence:.2f}")
    return 0


def _evaluate(settings: "Settings", args: argparse.Namespace) -> int:
    from ui.evaluate import evaluate

    @contextlib.contextmanager
    def asked() -> Iterator["Service | Client"]:
        with opened(settings) as desk:
            _hint(desk, settings)
            yield desk

    evaluate(settings.language, args, settings.home, asked)
    return 0


def _question(args: argparse.Namespace) -> str:
    return _utf8(" ".join(args.question))


def _utf8(text: str) -> str:
    # Bytes of the command line that are no UTF-8 come as lone surrogates, which nothing can store.
    return os.fsencode(text).decode("utf-8", "replace")


def _within(args: argparse.Namespace, desk: "Service | Client") -> tuple[str, ...]:
    """What `--in` names; a file's own path on disk becomes its name in the documents list."""
    from assistant.scope import as_source

    on_disk = any(os.path.isfile(name) for name in args.within)
    states = desk.documents() if on_disk else ()
    return tuple(as_source(_utf8(name), states) for name in args.within)


def _hint(desk: "Service | Client", settings: "Settings") -> None:
    """Say why nothing is found if nothing is there."""
    if not desk.status().documents:
        terminal.complain(
            Message(
                f"Henüz aranabilecek bir belge yok; belgeleri {settings.drop_folder} klasörüne koyup "
                "`kilavuz ingest` komutunu çalıştırın.",
                f"No document is searchable yet; put documents in {settings.drop_folder} and run "
                "`kilavuz ingest`.",
            ),
            settings.language,
        )


def _mcp(settings: "Settings", args: argparse.Namespace) -> int:
    try:
        from ui.mcp import serve_mcp
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise KilavuzError(
            "MCP sunucusu için gereken paket kurulu değil; kurmak için: pip install -U mcp",
            "The package that the MCP server needs is not installed; to install it: pip install -U mcp",
        ) from error
    serve_mcp(lambda: opened(settings), settings.language, version())
    return 0


def _finetune(settings: "Settings", args: argparse.Namespace) -> int:
    from ui.finetune import finetune

    return finetune(settings, args, lambda: opened(settings))


def _users(settings: "Settings", args: argparse.Namespace) -> int:
    from ui.users_command import users

    return users(settings, args)


def _embed(settings: "Settings", args: argparse.Namespace) -> int:
    from ui.embed import embed

    return embed(settings, args)


def _status(settings: "Settings", args: argparse.Namespace) -> int:
    with opened(settings) as desk:
        status, failures = desk.status(), desk.failures()
        server = desk.server.page if hasattr(desk, "server") else None
    language = settings.language
    if not args.json:
        terminal.print_status(
            status, failures, home=str(settings.home), version=version(), server=server, language=language
        )
        return 0
    facts = {
        "version": version(),
        "home": str(settings.home),
        "drop_folder": str(status.drop_folder),
        "embedder": status.embedder,
        "documents": status.documents,
        "chunks": status.chunks,
        "reranker": status.reranker,
        "llm": status.llm,
        "server": server,
        "failures": [{"source": one.source, "reason": one.reason.say(language)} for one in failures],
    }
    terminal.say(json.dumps(facts, ensure_ascii=False, indent=2))
    return 0


COMMANDS: dict[str, Callable[["Settings", argparse.Namespace], int]] = {
    "serve": _serve,
    "ingest": _ingest,
    "search": _search,
    "ask": _ask,
    "intent": _intent,
    "mcp": _mcp,
    "evaluate": _evaluate,
    "finetune": _finetune,
    "embed": _embed,
    "status": _status,
    "users": _users,
}


@contextlib.contextmanager
def opened(settings: "Settings") -> Iterator["Service | Client"]:
    """The running server's client, else a service in this process."""
    from ui.client import connect

    if client := connect(settings.home):
        with client:
            yield client
        return
    from ui.service import open_service

    service = open_service(settings)
    try:
        yield service
    finally:
        service.close()


def version() -> str:
    """The installed version, or "?" where the package is only lying there."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("kilavuz")
    except PackageNotFoundError:
        return "?"


if __name__ == "__main__":
    sys.exit(main())
