"""Rules for what stands in code: error messages, commands, and lists that explain names."""

import re
from collections.abc import Iterator

from assistant.turkish import fold, is_code
from finetune.rules.found import Found
from finetune.rules.reading import Reading, is_term, plain

_ERROR = re.compile(
    r"error|hata(?!y)|exception|istisna|fail|cannot|can't|denied|not found|fatal|warning|unable"
    r"|invalid|bulunamadı|refused|timed out",
    re.IGNORECASE,
)
_NO_ERROR = re.compile(
    r"(?:absolute|squared|mean|standard|training|test|margin of) error|error rate|hata oranı", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"]([^\"“”\n`]{1,120})[”\"]|`([^`\n]{1,120})`")
_MESSAGE = re.compile(
    r"\w: \S|not found|denied|failed|cannot|timed out|bulunamadı|unable|invalid|too many|out of",
    re.IGNORECASE,
)
_DECLARED = re.compile(
    r"^(?:public|private|protected|static|final|void|bool|int|string|mixed|array|object|\w+ \|)\b"
)
_THROWN = re.compile(r"(?<![\w\\])(E_[A-Z_]{4,}|[A-Z]\w+(?:Error|Exception))(?!\w)")
_COMMAND = re.compile(r"^[$%#>]? ?((?:sudo )?[a-z][a-z0-9_.+-]{1,20}(?: [\w./:@=*\"'-]+){1,7})$")
_SHELL = re.compile(
    r"^(?:sudo )?[a-z][\w.+-]* (?:.* )?-{1,2}[A-Za-z]|^(?:sudo |git |pip |apt|docker |module |php "
    r"|sbatch |npm |conda |kubectl |python3? |yum |dnf |systemctl |ssh |make |curl |wget )"
)
_EXPLAINED = re.compile(
    r"^[ \t]*[-*+•] +(?:\*\*|`)+([^`*\n]{2,60}?)(?:\*\*"
    r"|`)+(?: +\(?`[^`\n]*`\)?)?(?:\s*\n\n[ \t]*(?![-*+•#|`<])| ?[:–—-]+ +)(\S[^\n]{20,})",
    re.MULTILINE,
)
_TELLING = 6


def errors(reading: Reading) -> Iterator[Found]:
    """Error messages, and what throws which exception."""
    for section in reading.sections:
        quoted = [plain(one or other) for one, other in _QUOTED.findall(section.body)]
        lines = [
            line for line in section.codes if not line.startswith(("#", "//", "*", "$", "<", "echo", "print"))
        ]
        for text in [*quoted, *lines]:
            message = text.strip(" .=:")
            if not 12 <= len(message) <= 110 or not _MESSAGE.search(message) or _DECLARED.match(message):
                continue
            if (
                _ERROR.search(message)
                and not _NO_ERROR.search(message)
                and 3 <= len(message.split()) <= 14
                and not re.search(r"[;{}$<>#%]|\w\(", message)
            ):
                yield Found("error", {"e": message})
    if is_term(reading.topic):
        for name in dict.fromkeys(
            name for sentence in reading.sentences for name in _THROWN.findall(sentence)
        ):
            yield Found("thrown", {"t": reading.topic, "x": name})


def commands(reading: Reading) -> Iterator[Found]:
    """Commands of a shell, from code blocks and from the text."""
    lines = [line for section in reading.sections for line in section.codes]
    for line in [*lines, *sorted(reading.spans)]:
        match = _COMMAND.match(line)
        if match and _SHELL.match(match[1]) and len(match[1]) < 60:
            yield Found("command", {"k": match[1]})


def terms(reading: Reading) -> Iterator[Found]:
    """Names that a list explains; names that say nothing by themselves are asked with their topic."""
    for section in reading.sections:
        for name, told in _EXPLAINED.findall(section.body):
            term = plain(name).strip(" :-").split("=")[0].strip()
            if not 1 < len(term) <= 45 or len(term.split()) > 5 or not re.search(r"[^\W\d_]{2}", term):
                continue
            if fold(plain(told)).startswith(("bkz", "bak ", "bakiniz")):
                continue
            if len(term.strip("$-")) >= _TELLING and is_code(term.strip("()$")):
                yield Found("term", {"x": term})
            elif reading.topic and fold(reading.topic) != fold(term):
                yield Found("part", {"x": term, "t": reading.topic})
