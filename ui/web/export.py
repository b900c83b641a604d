"""A conversation as a file: Markdown to read and pass on, JSON for programs. Pure: records in, text out.

Document and user text in the Markdown can bring no HTML, links or images: outside code "<" is written as an
entity, and the signs of a link as signs.
"""

import json
import re
from collections.abc import Mapping, Sequence

from assistant import turkish
from assistant.records import Citation, Conversation, Hit, Turn
from ui import chat_texts, texts

Votes = Mapping[int, Mapping[str, int]]

_CODE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[^\n]*$|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)

_ACTIVE = {"html_block", "html_inline", "link_open", "image"}


def markdown(one: Conversation, turns: Sequence[Turn], language: str) -> str:
    """Questions as headings, answers as they are, then the sources: document, heading path, page, quote."""
    asked = texts.ONE_QUESTION if len(turns) == 1 else texts.QUESTIONS
    questions = asked.say(language).format(turns=len(turns))
    moment = texts.moment(one.started_at, language)
    said = chat_texts.EXPORTED_FROM.say(language).format(moment=moment, questions=questions)
    parts = [f"# {_line(one.title)}", f"*{said}*"]
    for turn in turns:
        parts += [f"## {_line(turn.question)}", _harmless(turn.answer.text)]
        if turn.answer.notice:
            parts.append(f"> {_line(turn.answer.notice.say(language))}")
        if sources := [_source(citation, turn.answer.hits, language) for citation in turn.answer.citations]:
            parts += [f"**{chat_texts.EXPORTED_SOURCES.say(language)}**", "\n".join(sources)]
    return "\n\n".join(parts) + "\n"


def as_json(one: Conversation, turns: Sequence[Turn], votes: Votes) -> str:
    """Everything that the turns say and stand on, with the votes."""
    return json.dumps(
        {
            "id": one.id,
            "name": one.title,
            "started_at": one.started_at,
            "turns": [_turn(turn, votes.get(turn.id, {})) for turn in turns],
        },
        ensure_ascii=False,
        indent=2,
    )


def file_name(one: Conversation, ending: str, language: str) -> str:
    """The title in plain letters, so that it is a name on every machine."""
    plain = re.sub(r"[^a-z0-9]+", "-", turkish.fold(one.title)).strip("-")[:60].strip("-")
    return f"{plain or chat_texts.FILE_NAME.say(language)}.{ending}"


def _turn(turn: Turn, votes: Mapping[str, int]) -> dict[str, object]:
    answer = turn.answer
    return {
        "id": turn.id,
        "asked_at": turn.asked_at,
        "question": turn.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "generator": answer.generator,
        "seconds": answer.seconds,
        "notice": answer.notice.tr if answer.notice else None,
        "within": list(answer.within),
        "citations": [{"number": c.number, "source": c.hit, "quote": c.quote} for c in answer.citations],
        "sources": [_hit(hit) for hit in answer.hits],
        "votes": dict(votes),
    }


def _hit(hit: Hit) -> dict[str, object]:
    chunk = hit.chunk
    return {
        "document": chunk.source,
        "title": chunk.title,
        "headings": list(chunk.headings),
        "page": chunk.page,
        "text": chunk.text,
        "score": hit.score,
        "lexical_rank": hit.lexical_rank,
        "dense_rank": hit.dense_rank,
    }


def _source(citation: Citation, hits: Sequence[Hit], language: str) -> str:
    chunk = hits[citation.hit].chunk
    places = (
        chunk.title or chunk.source,
        chunk.source,
        " › ".join(chunk.headings),
        texts.page(chunk, language),
    )
    where = ", ".join(dict.fromkeys(_line(place) for place in places if place))
    return f"- [{citation.number}] {where}: “{_line(citation.quote)}”"


def _line(text: str) -> str:
    return (
        re.sub(r"([\\`*_#\[\]])", r"\\\1", " ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;")
    )


def _harmless(text: str) -> str:
    """The text with no HTML, links or images of its own; what is code beyond doubt shows its signs."""
    kept, end = [], 0
    for code in _CODE.finditer(text):
        kept += [_escaped(text[end : code.start()]), code[0]]
        end = code.end()
    shown = "".join([*kept, _escaped(text[end:])])
    return shown if _is_plain(shown) else _escaped(text)


def _escaped(text: str) -> str:
    return re.sub(r"\](?=[(\[:])", r"]\\", text.replace("<", "&lt;"))


def _is_plain(text: str) -> bool:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    return not any(token.type in _ACTIVE for token in (*tokens, *inner))
