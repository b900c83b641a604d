# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The sources panel as HTML: what an answer stands on, with the matching words marked.

Pure: text in, HTML out. Titles, headings, passages and questions are hostile and always escaped.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from assistant.errors import Message
from assistant.records import Answer, Hit
from assistant.remarks import passage_key
from assistant.turkish import matched_spans
from ui import source_texts, texts
from ui.web.icons import icon

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """What else is known of the sources: those whose documents are there, and the passages pointed out."""

    known: Collection[str] = ()
    right: Collection[str] = ()


def sources_html(
    answer: Answer | None,
    question: str,
    votes: Mapping[str, int],
    embedder: str,
    language: str,
    judged: Judged = Judged(),
) -> str:
    """The panel for one answer: cited sources first and open, then the other hits. None = nothing asked yet."""
    if answer is None:
        return f'<div class="sources"><p class="quiet">{texts.NO_ANSWER_YET.say(language)}</p></div>'
    if not answer.hits:
        return f'<div class="sources"><p class="quiet">{texts.NO_SOURCES.say(language)}</p></div>'
    numbers: dict[int, list[int]] = {}
    quotes: dict[int, list[str]] = {}
    for citation in answer.citations:
        if 0 <= citation.hit < len(answer.hits):
            numbers.setdefault(citation.hit, []).append(citation.number)
            quotes.setdefault(citation.hit, []).append(citation.quote)
    cited = sorted(numbers, key=lambda index: min(numbers[index]))
    others = [index for index in range(len(answer.hits)) if index not in numbers]

    def card(index: int, opened: bool) -> str:
        return _card(
            answer, index, numbers.get(index, []), quotes.get(index, []), answer.searched or question,
            votes.get(f"hit:{index}", 0), embedder, language, opened, judged,
        )  # fmt: skip

    parts = (
        [evidence_html(answer.turn, votes.get("evidence", 0), language)] if answer.turn is not None else []
    )
    parts += [card(index, True) for index in cited]
    if others:
        heading = texts.OTHER_SOURCES if cited else texts.NEAREST_SOURCES
        parts.append(f'<h3 class="others">{heading.say(language)}</h3>')
        parts += [card(index, False) for index in others]
    turn = "" if answer.turn is None else str(answer.turn)
    return f'<div class="sources" data-turn="{turn}">{"".join(parts)}</div>'


def _card(
    answer: Answer,
    index: int,
    numbers: list[int],
    quotes: list[str],
    question: str,
    vote: int,
    embedder: str,
    language: str,
    opened: bool,
    judged: Judged,
) -> str:
    hit = answer.hits[index]
    chunk = hit.chunk
    badges = "".join(f'<span class="badge">{number}</span>' for number in sorted(set(numbers)))
    page = escape(texts.page(chunk, language))
    # The title stands above already.
    path = " › ".join(chunk.headings[1:] if chunk.headings[:1] == (chunk.title,) else chunk.headings)
    anchors = " ".join(str(number) for number in numbers)
    voting = acts = ""
    if answer.turn is not None:
        data = f'data-turn="{answer.turn}" data-hit="{index}"'
        acts = right_html(data, passage_key(chunk) in judged.right, language)
        acts = (show_html(data, language) if chunk.source in judged.known else "") + acts
        labels = texts.GOOD_SOURCE.say(language), texts.BAD_SOURCE.say(language)
        voting = vote_html(answer.turn, f"hit:{index}", vote, *labels)
    return (
        f'<details class="source{" cited" if numbers else ""}" data-numbers="{anchors}"{" open" if opened else ""}>'
        f'<summary>{badges}<span class="name"><span class="title">{escape(chunk.title or chunk.source)}</span>'
        f"{f'<span class=path>{escape(path)}</span>' if path else ''}</span></summary>"
        f'<p class="file">{icon("file")}<span>{escape(chunk.source)}</span>'
        f"{f'<span class=page>{page}</span>' if page else ''}</p>"
        f'<p class="passage" tabindex="0">{passage_html(hit.text, question, quotes)}</p>'
        f"{f'<div class=acts>{acts}</div>' if acts else ''}"
        f'<div class="foot">{_why(hit, embedder, language)}{voting}</div></details>'
    )


def _why(hit: Hit, embedder: str, language: str) -> str:
    def found(message: Message, rank: int | None, score: float) -> str:
        if rank is None:
            return texts.NOT_FOUND_SO.say(language)
        return message.say(language).format(rank=rank, score=texts.number(score, language, 2))

    rows = (
        (texts.LEXICAL, found(texts.LEXICAL_FOUND, hit.lexical_rank, hit.lexical_score)),
        (texts.DENSE, found(texts.DENSE_FOUND, hit.dense_rank, hit.dense_score)),
        (texts.FUSED, texts.number(hit.score, language, 2)),
        (texts.RERANKED, "" if hit.rerank_score is None else texts.number(hit.rerank_score, language, 2)),
        (texts.EMBEDDER, embedder),
        (texts.COPIES, ", ".join(hit.copies)),
    )
    listed = "".join(
        f"<dt>{name.say(language)}</dt><dd>{escape(value)}</dd>" for name, value in rows if value
    )
    return f'<details class="why"><summary>{texts.WHY.say(language)}</summary><dl>{listed}</dl></details>'


def vote_html(turn: int, target: str, value: int, good: str, bad: str) -> str:
    """Two buttons. A pressed one sends 0 when clicked again, which takes the vote back."""
    buttons = "".join(
        f'<button type="button" class="tool" data-action="vote" data-turn="{turn}" data-target="{escape(target)}" '
        f'data-vote="{sign}" aria-pressed="{"true" if value == sign else "false"}" aria-label="{escape(label)}" '
        f'title="{escape(label)}">{icon(shape)}</button>'
        for sign, label, shape in ((1, good, "up"), (-1, bad, "down"))
    )
    return f'<span class="votes" role="group">{buttons}</span>'


def evidence_html(turn: int, vote: int, language: str) -> str:
    """The vote on the sources as a whole, and the way to point out a better one."""
    good, bad = source_texts.GOOD_EVIDENCE.say(language), source_texts.BAD_EVIDENCE.say(language)
    return (
        f'<div class="evidence"><span>{source_texts.EVIDENCE.say(language)}</span>{vote_html(turn, "evidence", vote, good, bad)}'
        f'<button type="button" class="where" data-action="where" data-turn="{turn}">{icon("search")}'
        f"<span>{source_texts.WHERE.say(language)}</span></button></div>"
    )


def right_html(data: str, pressed: bool, language: str) -> str:
    """The button that points a passage out; `data` are the attributes that name it."""
    return (
        f'<button type="button" class="act right" data-action="point" {data} aria-pressed="{"true" if pressed else "false"}">'
        f"{icon('check')}<span>{source_texts.RIGHT.say(language)}</span></button>"
    )


def show_html(data: str, language: str) -> str:
    """The button that opens the document at a passage."""
    return f'<button type="button" class="act show" data-action="show" {data}>{icon("book")}<span>{source_texts.SHOW.say(language)}</span></button>'


def passage_html(text: str, question: str, quotes: Iterable[str] = ()) -> str:
    """The escaped text, words of the question in <mark>, quoted stretches in <span class="quote">."""
    marks = [(start, end, "mark") for start, end in matched_spans(text, question)]
    for quote in quotes:
        start = text.find(quote) if quote else -1
        if start >= 0:
            marks.append((start, start + len(quote), "quote"))
    # Cutting at every border first makes overlapping spans harmless: no tag can cross another.
    cuts = sorted({0, len(text), *(cut for start, end, _ in marks for cut in (start, end))})
    parts = []
    for start, end in pairwise(cuts):
        kinds = {kind for s, e, kind in marks if s <= start and end <= e}
        piece = escape(text[start:end])
        piece = f"<mark>{piece}</mark>" if "mark" in kinds else piece
        parts.append(f'<span class="quote">{piece}</span>' if "quote" in kinds else piece)
    return "".join(parts)
