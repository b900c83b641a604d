"""What `kilavuz embed` shows of a model's inside: attention, tokens, a word in its contexts, [MASK]."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.errors import Message
from ui.embed_uses import print_json
from ui.terminal import clean, decimal, say

if TYPE_CHECKING:
    from assistant.settings import Settings


def _attention(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.attention import attention, draw_attention

    seen = attention(args.sentence, args.model, args.layer, args.head)
    draw_attention(seen, args.out, settings.language)
    if args.json:
        told = {
            "tokens": seen.tokens,
            "weights": seen.weights.tolist(),
            "layer": seen.layer,
            "head": seen.head,
        }
        print_json(told | {"file": str(args.out)})
        return
    for row, token in enumerate(seen.tokens):
        most = seen.weights[row].argsort()[::-1][:3]
        looked = ", ".join(
            f"{clean(seen.tokens[at])} {decimal(float(seen.weights[row, at]), 2, settings.language)}"
            for at in most
        )
        say(f"{clean(token)} → {looked}")
    _drawn(settings, args)


def _tokens(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.sentences import all_sentences
    from finetune.workbench.token_view import compare, read_by

    if args.length is not None or args.second is not None:
        rows = read_by(args.model, args.sentence, args.second, args.length)
        if args.json:
            print_json([asdict(row) for row in rows])
            return
        for row in rows:
            say(f"{row.id:>6} {row.mask} {row.type}  {clean(row.token)}")
        return
    found = compare(
        args.sentence, [args.model, *args.models], all_sentences(args.texts) if args.texts else ()
    )
    if args.out:
        from finetune.workbench.token_picture import draw_tokens

        draw_tokens(found, args.out, settings.language)
    if args.json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        fertility = decimal(each.fertility, 2, settings.language)
        told = Message(
            f"sözlük {each.vocabulary}, sözcük başına {fertility} belirteç",
            f"vocabulary {each.vocabulary}, {fertility} tokens a word",
        )
        kind = "" if each.name == each.kind else f" ({each.kind})"
        say(f"{clean(each.name)}{kind}: {told.say(settings.language)}")
        say("  " + clean(" | ".join(each.tokens)))
    if args.out:
        _drawn(settings, args)


def _contexts(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.word_contexts import draw_contexts, word_contexts

    found = word_contexts(args.word, args.sentences, args.model, args.layer)
    if args.out:
        draw_contexts(found, args.out, settings.language)
    near = found.similarities()
    if args.json:
        told = {"forms": found.forms, "similarities": near.tolist(), "vectors": found.vectors.tolist()}
        print_json(told | {"static": (found.static @ found.static.T).tolist(), "layer": found.layer})
        return
    for row, sentence in enumerate(found.sentences):
        shown = " ".join(decimal(float(value), 3, settings.language) for value in near[row])
        say(f"{shown}  {clean(sentence)}")
    if args.out:
        _drawn(settings, args)


def _fill(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.masked import fill_mask

    found = fill_mask(args.sentence, args.model)
    if args.json:
        print_json([{"token": token, "probability": share} for token, share in found])
        return
    for token, share in found:
        say(f"{decimal(share, 3, settings.language)}  {clean(token)}")


def _drawn(settings: "Settings", args: argparse.Namespace) -> None:
    say(Message(f"Resim: {args.out}", f"Picture: {args.out}").say(settings.language))


USES: "dict[str, Callable[[Settings, argparse.Namespace], None]]" = {
    "attention": _attention,
    "tokens": _tokens,
    "word-contexts": _contexts,
    "fill-mask": _fill,
}
