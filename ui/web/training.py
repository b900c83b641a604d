# ruff: noqa: E501 - HTML in pieces reads worse than a long line
"""The Training view as HTML: the round, its curves, the comparison, votes to review, models. Pure, escaped."""

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from assistant.errors import Message
from ui import control_texts as words
from ui import texts
from ui.web.curves import chart

if TYPE_CHECKING:
    from finetune.curves import Point
    from finetune.gate import Difference
    from finetune.records import Triple
    from finetune.votes import Candidate
    from ui.training import ModelRow, RoundState, Running

REVIEWED = 25
"""Suggestions that are shown at once."""
_PASSAGE = 260


def run_html(running: "Running", one: "RoundState | None", language: str) -> str:
    """The state of the round: steps, progress, what can be done, curves and figures."""
    head = f'<h2>{words.TRAINING.say(language)}</h2><p class="about">{words.TRAINING_ABOUT.say(language)}</p>'
    title = (
        words.ROUND.say(language).format(number=one.number)
        if one
        else (words.RUNNING if running.active else words.NO_ROUND).say(language)
    )
    body = f'<div class="card run"><div class="line"><h3>{title}</h3>{_buttons(running, one, language)}</div>'
    body += _steps(running, one, language) if one or running.active else ""
    body += _progress(running, language)
    if one and one.counts:
        body += '<dl class="counts">' + "".join(
            f"<div><dd>{texts.number(one.counts[name], language)}</dd><dt>{said.say(language)}</dt></div>"
            for name, said in words.COUNTS.items()
            if name in one.counts
        ) + "</dl>"  # fmt: skip
    body += "</div>"
    if one and (one.curve or running.active):
        body += _curves(one.curve, language)
    if one and one.figures:
        body += _comparison(one, language)
    return f'<section class="control training">{head}{body}</section>'


def _buttons(running: "Running", one: "RoundState | None", language: str) -> str:
    def button(action: str, label: Message, kind: str, data: str = "") -> str:
        return f'<button type="button" class="{kind}" data-action="{action}" {data}>{label.say(language)}</button>'

    if running.active:
        stop = button("stop", words.STOP, "plain") if running.ours else ""
        return f'<div class="buttons">{stop}</div>'
    if one is None or one.over:
        return f'<div class="buttons">{button("start", words.START, "primary")}</div>'
    if "gate" in one.done:
        return f'<div class="buttons">{button("start", words.NEW_ROUND, "plain", "data-new=1")}</div>'
    new = button("start", words.NEW_ROUND, "plain", "data-new=1")
    return f'<div class="buttons">{new}{button("start", words.GO_ON, "primary")}</div>'


def _steps(running: "Running", one: "RoundState | None", language: str) -> str:
    done = one.done if one else frozenset()
    rows, active = "", running.active
    for name, label in words.STEPS.items():
        state = "done" if name in done else "now" if active else "todo"
        active = active and name in done
        current = ' aria-current="step"' if state == "now" else ""
        rows += (
            f'<li class="{state}"{current}><i aria-hidden="true"></i><span>{label.say(language)}</span></li>'
        )
    return f'<ol class="steps">{rows}</ol>'


def _progress(running: "Running", language: str) -> str:
    if not running.active:
        error = running.error or (words.KILLED if running.outcome == "killed" else None)
        return f'<p class="notice">{escape(error.say(language))}</p>' if error else ""
    if not running.ours and running.label is None:
        return f'<p class="quiet">{words.RUNNING_ELSEWHERE.say(language)}</p>'
    label = running.label.say(language) if running.label else words.PREPARING.say(language)
    share = min(100.0, 100 * running.done / running.total) if running.total else 0.0
    of = words.OF.say(language).format(
        done=texts.number(running.done, language), total=texts.number(running.total, language)
    )
    last = f'<p class="quiet">{escape(running.notes[-1].say(language))}</p>' if running.notes else ""
    return (
        f'<div class="progress" role="status"><p><strong>{escape(label)}</strong> <span>{of if running.total else ""}</span></p>'
        f'<div class="bar" role="progressbar" aria-label="{escape(label)}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share:.0f}"><i style="width:{share:.1f}%"></i></div></div>{last}'
    )


def _curves(points: "Sequence[Point]", language: str) -> str:
    step = words.STEP.say(language)
    drawn = ""
    for title, name, digits in ((words.LOSS, "loss", 2), (words.DEV, "dev", 3)):
        pairs = [(one.step, value) for one in points if (value := getattr(one, name)) is not None]
        drawn += chart(title.say(language), pairs, partial(_number, language, digits), step)
    if not drawn:
        drawn = f'<p class="quiet">{words.NO_CURVE.say(language)}</p>'
    return f'<div class="card"><h3>{words.COURSE.say(language)}</h3><div class="charts">{drawn}</div></div>'


def _number(language: str, digits: int, value: float) -> str:
    return texts.number(value, language, digits)


def _comparison(one: "RoundState", language: str) -> str:
    assert one.figures
    heads = (words.METRIC, words.IN_USE, words.CANDIDATE, words.DIFFERENCE)
    head = "".join(f'<th scope="col">{said.say(language)}</th>' for said in heads)
    rows, group = "", None
    for (name, side, metric), found in one.figures.items():
        if (name, side) != group:
            group = name, side
            rows += f'<tr class="group"><th scope="colgroup" colspan="4">{words.GROUPS[group].say(language)}</th></tr>'
        rows += _metric(metric, found, language)
    table = f'<div class="scroll" tabindex="0" role="region" aria-label="{words.COMPARISON.say(language)}"><table class="figures"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    verdict = _verdict(one, language) if one.verdict else ""
    return f'<div class="card"><h3>{words.COMPARISON.say(language)}</h3>{verdict}{table}</div>'


def _metric(metric: str, found: "Difference", language: str) -> str:
    low, high = found.interval
    kind = "good" if low > 0 else "bad" if high < 0 else "even"
    counts = words.BETTER_WORSE.say(language).format(better=found.better, worse=found.worse)
    return (
        f'<tr><th scope="row">{words.METRICS[metric].say(language)}</th><td>{texts.number(found.in_use, language, 3)}</td>'
        f'<td>{texts.number(found.candidate, language, 3)}</td><td class="{kind}" title="{counts}"><b>{signed(found.value, language)}</b> '
        f'<span class="interval">({signed(low, language)}; {signed(high, language)})</span></td></tr>'
    )


def _verdict(one: "RoundState", language: str) -> str:
    verdict: Mapping[str, Any] = one.verdict or {}
    good = bool(verdict.get("promoted"))
    said = (words.VERDICT_YES if good else words.VERDICT_NO).say(language)
    why = "".join(f"<li>{escape(Message(**each).say(language))}</li>" for each in verdict.get("refusals", ()))
    checks = "".join(
        f'<li class="{"good" if each["passed"] else "bad"}">{escape(Message(**each["label"]).say(language))}: '
        f"{(words.PASSED if each['passed'] else words.FAILED).say(language)}</li>"
        for each in verdict.get("checks", ())
    )
    act = ""
    if good and not one.over:
        act = sure(
            "promote", one.model, words.PROMOTE, words.PROMOTE_SURE, words.YES_PROMOTE, language, "primary"
        )
    kind = "yes" if good else "no"
    return (
        f'<div class="verdict {kind}"><div class="line"><p><strong>{said}</strong></p>{act}</div>'
        f'<ul class="checks">{checks}</ul>{f"<ul class=why>{why}</ul>" if why else ""}</div>'
    )


def review_html(
    found: "Sequence[Candidate]", doubt: Message | None, triples: "Sequence[Triple]", language: str
) -> str:
    """What the votes suggest, the doubtful ones first; and some of the questions made from the documents."""
    order = {"doubtful": 0, "ready": 1, "accepted": 2, "rejected": 3}
    rows = "".join(
        _candidate(one, language) for one in sorted(found, key=lambda one: order[one.state])[:REVIEWED]
    )
    more = ""
    if len(found) > REVIEWED:
        count = texts.number(len(found) - REVIEWED, language)
        more = f'<p class="quiet">{words.MORE_VOTES.say(language).format(count=count)}</p>'
    body = (
        f'<ul class="candidates">{rows}</ul>{more}'
        if found
        else f'<p class="quiet">{words.NO_VOTES.say(language)}</p>'
    )
    warned = f'<p class="notice">{escape(doubt.say(language))}</p>' if doubt else ""
    about = f'<p class="about">{words.REVIEW_ABOUT.say(language)}</p>'
    return (
        f'<section class="control training"><div class="card"><h3>{words.REVIEW.say(language)}</h3>{about}{warned}{body}'
        f"{_examples(triples, language)}</div></section>"
    )


def _candidate(one: "Candidate", language: str) -> str:
    kind = {"ready": "good", "accepted": "good", "doubtful": "old", "rejected": "bad"}[one.state]
    belief = words.BELIEF.say(language).format(percent=round(100 * one.belief), ups=one.ups, downs=one.downs)

    def button(action: str, label: Message, off: bool) -> str:
        return (
            f'<button type="button" class="plain" data-action="{action}" data-key="{escape(one.key)}"'
            f"{' disabled' if off else ''}>{label.say(language)}</button>"
        )

    return (
        f'<li><p class="asked">{escape(one.triple.question)}</p><p class="passage">{escape(_short(one.triple.positive))}</p>'
        f'<div class="line"><p class="detail"><span class="state {kind}">{words.STATES[one.state].say(language)}</span>'
        f"<span>{escape(one.triple.source)}</span><span>{belief}</span></p>"
        f'<div class="buttons">{button("reject", words.REJECT, one.state == "rejected")}'
        f"{button('accept', words.ACCEPT, one.state == 'accepted')}</div></div></li>"
    )


def _examples(triples: "Sequence[Triple]", language: str) -> str:
    if not triples:
        return ""
    rows = "".join(
        f'<li><p class="asked">{escape(one.question)}</p><p class="passage">{escape(_short(one.positive))}</p>'
        f'<p class="detail"><span>{escape(one.source)}</span></p></li>'
        for one in triples
    )
    return f'<details class="examples"><summary>{words.EXAMPLES.say(language)}</summary><ul class="candidates">{rows}</ul></details>'


def models_html(rows: "Sequence[ModelRow]", serving: str, previous: str | None, language: str) -> str:
    """The history of models, the newest first; promote and roll back."""
    name = serving or words.OF_SETTINGS.say(language)
    back = ""
    if previous is not None:
        back = sure(
            "rollback", "", words.ROLL_BACK, words.ROLL_BACK_SURE, words.YES_ROLL_BACK, language, "plain"
        )
    line = f'<div class="line"><p>{words.BASE_MODEL.say(language).format(model=f"<strong>{escape(name)}</strong>")}</p>{back}</div>'
    if not rows:
        body = f'<p class="quiet">{words.NO_MODELS.say(language)}</p>'
    else:
        heads = (words.MODEL, words.MADE, words.QUALITY, words.TRIPLES, words.SIZE, words.STATE)
        head = "".join(f'<th scope="col">{said.say(language)}</th>' for said in heads)
        table = "".join(_model(one, language) for one in rows)
        body = (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{words.MODELS.say(language)}"><table class="models"><thead><tr>{head}<th scope="col"><span class="unseen">'
            f"{words.PROMOTE.say(language)}</span></th></tr></thead><tbody>{table}</tbody></table></div>"
        )
    return f'<section class="control training"><div class="card"><h3>{words.MODELS.say(language)}</h3>{line}{body}</div></section>'


def _model(row: "ModelRow", language: str) -> str:
    one = row.model
    kind, state = ("old", words.WAITING) if one.promotable else ("bad", words.REFUSED)
    if row.serves:
        kind, state = "good", words.SERVING
    elif row.previous:
        kind, state = "old", words.PREVIOUS
    reached = " → ".join(
        texts.number(one.figures[name], language, 3)
        for name in ("dense in use", "dense")
        if name in one.figures
    )
    act = ""
    if one.promotable and not row.serves:
        act = sure(
            "promote", one.name, words.PROMOTE, words.PROMOTE_SURE, words.YES_PROMOTE, language, "plain"
        )
    return (
        f'<tr><th scope="row">{escape(one.name)}</th><td>{escape(texts.moment(one.made_at, language))}</td><td>{reached}</td>'
        f"<td>{texts.number(one.triples, language)}</td><td>{texts.number(row.bytes / 1e6, language, 1)} MB</td>"
        f'<td><span class="state {kind}">{state.say(language)}</span></td><td class="act">{act}</td></tr>'
    )


def sure(
    action: str, name: str, label: Message, question: Message, yes: Message, language: str, kind: str
) -> str:
    """A button that first asks; only the one behind it carries the action."""
    return (
        f'<span class="confirm"><button type="button" class="{kind} ask" data-confirm>{label.say(language)}</button>'
        f'<span class="sure"><span>{question.say(language)}</span><button type="button" class="danger go" data-action="{action}" '
        f'data-name="{escape(name)}">{yes.say(language)}</button><button type="button" data-cancel>{texts.CANCEL.say(language)}</button>'
        "</span></span>"
    )


def signed(value: float, language: str) -> str:
    """With a sign and three digits; what is rounded to zero has none."""
    text = texts.number(abs(value), language, 3)
    return ("" if not text.strip("0.,") else "+" if value > 0 else "−") + text


def _short(passage: str) -> str:
    plain = " ".join(passage.split())
    return plain if len(plain) <= _PASSAGE else plain[:_PASSAGE].rsplit(" ", 1)[0] + " …"
