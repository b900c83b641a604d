"""The arguments of the command line, with help and errors in Turkish or English.

It only parses: what the commands do is in `cli.py`. Nothing heavy may be imported here.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ui.embed_arguments import add_embed
from ui.finetune_arguments import add_finetune, with_hyphens
from ui.training_options import Say
from ui.usage_language import argparse_in
from ui.users_arguments import add_users

LIMIT = 5
"""Hits that `search` shows unless told otherwise."""


def parse(argv: Sequence[str], language: str) -> argparse.Namespace:
    """The arguments. Exits like argparse, with 0 after help and 2 after wrong usage."""

    def t(tr: str, en: str) -> str:
        return en if language == "en" else tr

    with argparse_in(language):
        parser, asking = _build(t)
        args = parser.parse_args(with_hyphens(argv))
        _check(args, parser, asking, t)
    return args


def _build(t: Say) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser, and the parsers of the commands that ask, by name."""

    def positive(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text)):
            raise argparse.ArgumentTypeError(
                t(f"pozitif bir tam sayı gerekir: {text}", f"must be a positive whole number: {text}")
            )
        return int(text)

    # Options of all commands: accepted before and after the command's name. SUPPRESS keeps the
    # command's parser from overwriting what stood before the name.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--home",
        metavar=t("KLASÖR", "FOLDER"),
        help=t(
            "ev klasörü: dizin, katalog ve belge klasörü burada durur (KILAVUZ_HOME; yoksa ~/kilavuz)",
            "home: index, catalogue and documents folder live here (KILAVUZ_HOME; else ~/kilavuz)",
        ),
    )
    common.add_argument(
        "--language",
        choices=("tr", "en"),
        help=t(
            "dil: tr (Türkçe, varsayılan) ya da en (İngilizce)",
            "language: tr (Turkish, the default) or en (English)",
        ),
    )
    serving = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    chat = serving.add_argument_group(t("sohbet sunucusu", "chat server"))
    chat.add_argument(
        "--host",
        metavar=t("ADRES", "ADDRESS"),
        help=t(
            "dinlenecek adres (varsayılan 127.0.0.1: yalnızca bu bilgisayar)",
            "address to listen on (default 127.0.0.1: this machine only)",
        ),
    )
    chat.add_argument(
        "--port",
        type=int,
        metavar="PORT",
        help=t(
            "bağlantı noktası (varsayılan 7860, doluysa sonraki boş olan; 0: boş olan herhangi biri)",
            "port (default 7860 or the next free one; 0: any that is free)",
        ),
    )
    chat.add_argument(
        "--auth",
        metavar=t("KULLANICI:PAROLA", "USER:PASSWORD"),
        help=t(
            "sayfaya giriş bilgisi; sayfa başka bilgisayarlara açılıyorsa zorunludur. Komut satırını "
            "başkaları görebilir: KILAVUZ_AUTH daha güvenlidir",
            "login of the page, required when other machines can reach it. Others may see a command "
            "line: KILAVUZ_AUTH is safer",
        ),
    )
    chat.add_argument(
        "--no-browser", action="store_true", help=t("tarayıcıyı açmaz", "do not open the browser")
    )

    parser = argparse.ArgumentParser(
        prog="kilavuz",
        parents=[common, serving],
        description=t(
            "Türkçe teknik belgeler için sohbet asistanı: belgelerinizi klasöre bırakın, sorunuzu "
            "sorun, kaynaklı yanıt alın. Komut verilmezse sohbeti açar.",
            "A chat assistant for Turkish technical documents: drop files in, ask, get cited answers. "
            "Without a command it opens the chat.",
        ),
        epilog=t(
            "Çıkış kodu: 0 tamam, 1 hata, 2 yanlış kullanım, 130 Ctrl+C. Ayarlar: README.",
            "Exit code: 0 fine, 1 failed, 2 wrong usage, 130 Ctrl+C. Settings: README.",
        ),
    )
    parser.add_argument(
        "--version", action="store_true", help=t("sürümü gösterir ve çıkar", "show the version and exit")
    )
    commands = parser.add_subparsers(
        dest="command", title=t("komutlar", "commands"), metavar=t("KOMUT", "COMMAND")
    )

    def command(name: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[common, *parents], help=text, description=text)

    command(
        "serve",
        t("sohbeti açar (komut verilmediğinde de bu olur)", "open the chat (as without a command)"),
        serving,
    )
    ingest = command(
        "ingest",
        t(
            "belgeleri içe aktarır; klasörler hatırlanır. Adı verilen bir yol okunamazsa çıkış kodu 1 olur; "
            "bir klasörün içindeki "
            "okunamayan dosyalar yalnızca listelenir, çıkış kodu 0 kalır",
            "ingest documents; folders are remembered. Exit code 1 if a path that was named cannot be "
            "read; unreadable files "
            "inside a folder are listed and leave it 0",
        ),
    )
    ingest.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar=t("YOL", "PATH"),
        help=t(
            "dosya ya da klasör; verilmezse bilinen bütün klasörler",
            "file or folder; without one, every folder known",
        ),
    )
    asking = {}
    for name, text in (
        (
            "search",
            t(
                "belgelerde arar, bulunan pasajları gösterir",
                "search the documents and show the passages found",
            ),
        ),
        ("ask", t("soruyu sorar, kaynaklı yanıt verir", "ask a question and get a cited answer")),
        (
            "intent",
            t(
                "sorunun ne istediğini (tanım, karşılaştırma, hata …) ve ne kadar emin olduğunu gösterir",
                "show what a question is after (definition, compare, error …) and how sure that is",
            ),
        ),
    ):
        asking[name] = one = command(name, text)
        one.add_argument(
            "question", nargs="*", metavar=t("SORU", "QUESTION"), help=t("sorulacak soru", "the question")
        )
        one.add_argument(
            "--questions",
            type=Path,
            metavar="Q.jsonl",
            help=t(
                "soruları bu dosyadan okur; her satırda bir JSON nesnesi (id, question)",
                "read the questions from this file, a JSON object a line (id, question)",
            ),
        )
        one.add_argument(
            "--out",
            type=Path,
            metavar="R.jsonl",
            help=t(
                "sonuçları bu dosyaya yazar (--questions ile birlikte)",
                "write the results to this file (with --questions)",
            ),
        )
    for name in ("search", "ask"):
        asking[name].add_argument(
            "--in",
            dest="within",
            action="append",
            default=[],
            metavar=t("BELGE", "DOCUMENT"),
            help=t(
                "yalnızca bu belgeye ya da klasöre bakar: belge listesindeki adı ya da dosyanın yolu; birden "
                "çok kez verilebilir",
                "look only at this document or folder: its name in the documents list, or the file's path; "
                "may be given more than once",
            ),
        )
    asking["search"].add_argument(
        "--limit",
        type=positive,
        metavar=t("SAYI", "NUMBER"),
        help=t(
            f"en çok kaç sonuç gösterileceği (varsayılan {LIMIT})", f"most results to show (default {LIMIT})"
        ),
    )
    command(
        "mcp",
        t(
            "belgeleri, bu komutu başlatan MCP istemcisine (Claude Desktop, VS Code …) araç olarak sunar",
            "offer the documents as tools to the MCP client (Claude Desktop, VS Code …) that starts this",
        ),
    )
    evaluate = command(
        "evaluate",
        t(
            "yanıtları bilinen soruları sorar, arama ve yanıtların ne kadar iyi olduğunu ölçer",
            "ask questions whose answers are known and measure how good search and answers are",
        ),
    )
    evaluate.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="Q.jsonl",
        help=t(
            "soru dosyası; her satırda bir JSON nesnesi: id, question, source (belge), evidence (belgeden "
            "alıntılar; belgelerde yanıt yoksa []); isteğe bağlı: page, answer, kind, previous",
            "question file, a JSON object a line: id, question, source (document), evidence (quotations "
            "from it; [] if the documents have no answer); optional: page, answer, kind, previous",
        ),
    )
    given = evaluate.add_mutually_exclusive_group()
    given.add_argument(
        "--results",
        type=Path,
        metavar="R.jsonl",
        help=t(
            "hiçbir şey sormaz; bu dosyadaki sonuçları ölçer",
            "ask nothing; measure the results in this file",
        ),
    )
    given.add_argument(
        "--out",
        type=Path,
        metavar="R.jsonl",
        help=t("sonuçları bu dosyaya da yazar", "write the results to this file, too"),
    )
    evaluate.add_argument(
        "--compare",
        type=Path,
        metavar="R.jsonl",
        help=t(
            "aynı soruların bu dosyadaki sonuçlarına göre farkı gösterir",
            "show how they differ from the results of the same questions in this file",
        ),
    )
    add_finetune(command, common, t)
    add_users(command, common, t)
    add_embed(command, common, t)
    status = command(
        "status",
        t(
            "neyin kullanıldığını, nelerin dizinlendiğini ve sunucunun çalışıp çalışmadığını gösterir",
            "what is in use and indexed, and whether a server runs",
        ),
    )
    for one in (evaluate, status):
        one.add_argument("--json", action="store_true", help=t("JSON olarak yazar", "write it as JSON"))

    return parser, asking


def _check(
    args: argparse.Namespace,
    parser: argparse.ArgumentParser,
    asking: dict[str, argparse.ArgumentParser],
    t: Say,
) -> None:
    """Refuse what argparse can't: options that do not go with the command or with each other."""
    for name in ("host", "port", "auth", "no_browser"):
        if name in args and args.command not in (None, "serve"):
            option = "--" + name.replace("_", "-")
            parser.error(
                t(f"{option} yalnızca sohbet sunucusu içindir", f"{option} is only for the chat server")
            )
    for name in ("home", "language", "host", "port", "auth", "no_browser", "limit"):
        args.__dict__.setdefault(name, None)
    if args.command not in asking:
        return
    error = asking[args.command].error
    batch = bool(args.questions or args.out)
    if batch and not (args.questions and args.out):
        error(t("--questions ve --out birlikte verilmeli", "--questions and --out go together"))
    if batch == bool(args.question):
        error(
            t(
                "ya bir SORU ya da --questions ile --out verilmeli",
                "give either a QUESTION or --questions with --out",
            )
        )
    if batch and args.limit:
        error(t("--limit ile --questions birlikte kullanılamaz", "--limit does not go with --questions"))
