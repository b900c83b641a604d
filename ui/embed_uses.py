"""What `kilavuz embed` does with sentences: similarity, search, paraphrases, groups, classes."""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from assistant.errors import KilavuzError, Message
from ui.terminal import clean, decimal, say

if TYPE_CHECKING:
    from assistant.settings import Settings


def given(args: argparse.Namespace) -> Iterator[str]:
    """The sentences of the command line or of `--file`, one after another. Raises KilavuzError."""
    from finetune.workbench.sentences import read_sentences

    _demand_one_source(args)
    return read_sentences(args.file, args.column) if args.file else iter(args.sentences)


def print_json(said: Any) -> None:  # noqa: ANN401 - what JSON can say
    """Write it as JSON."""
    say(json.dumps(said, ensure_ascii=False, indent=2))


def _all_given(args: argparse.Namespace) -> list[str]:
    from finetune.workbench.sentences import all_sentences

    _demand_one_source(args)
    return all_sentences(args.file, args.column) if args.file else args.sentences


def _demand_one_source(args: argparse.Namespace) -> None:
    if bool(args.file) == bool(args.sentences):
        raise KilavuzError(
            "Ya cümleleri yazın ya da --file ile bir dosya verin.",
            "Either write the sentences, or give a file with --file.",
        )


def _similarity(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.loading import load_any
    from finetune.workbench.uses import similarities

    first, *others = args.sentences
    scores = similarities(load_any(args.model), [first], others)[0].tolist()
    if args.json:
        print_json([{"sentence": text, "score": score} for text, score in zip(others, scores, strict=True)])
        return
    for score, sentence in zip(scores, others, strict=True):
        say(f"{decimal(score, 4, settings.language)}  {_line(sentence)}")


def _search(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.loading import load_any
    from finetune.workbench.uses import search

    found = search(load_any(args.model), args.question, given(args), args.limit)
    if args.json:
        print_json([{"sentence": one.text, "number": one.place + 1, "score": one.score} for one in found])
        return
    for one in found:
        say(f"{decimal(one.score, 4, settings.language)}  {one.place + 1}. {_line(one.text)}")


def _paraphrases(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.data import read_pairs
    from finetune.workbench.loading import load_any
    from finetune.workbench.uses import PARAPHRASE, paraphrases, threshold_for

    embedder, language = load_any(args.model), settings.language
    threshold = PARAPHRASE if args.threshold is None else args.threshold
    if args.scored:
        threshold, f1 = threshold_for(embedder, list(read_pairs(args.scored)))
        if not args.json:
            chosen = Message("Seçilen eşik: {} (F1 {})", "Threshold chosen: {} (F1 {})").say(language)
            say(chosen.format(decimal(threshold, 4, language), decimal(f1, 3, language)))
    sentences = _all_given(args)
    found = paraphrases(embedder, sentences, threshold, args.limit)
    if args.json:
        print_json(
            [{"sentences": [sentences[p.first], sentences[p.second]], "score": p.score} for p in found]
        )
        return
    if not found:
        say(Message("Aynı şeyi söyleyen cümle yok.", "No sentences say the same.").say(language))
    for pair in found:
        say(f"{decimal(pair.score, 4, language)}  {_line(sentences[pair.first])}")
        say(f"        {_line(sentences[pair.second])}")


def _cluster(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.clusters import cluster, draw
    from finetune.workbench.loading import load_any

    sentences = _all_given(args)
    groups = cluster(load_any(args.model), sentences, args.groups)
    if args.plot:
        draw(groups, sentences, args.plot, settings.language)
    if args.json:
        print_json(
            [{"sentence": text, "group": int(of) + 1} for text, of in zip(sentences, groups.of, strict=True)]
        )
        return
    for group, middle in enumerate(groups.middles):
        members = groups.members(group)
        count = Message("{} cümle", "{} sentences").say(settings.language).format(len(members))
        say(f"{group + 1}. {_line(sentences[middle])} ({count})")
        for member in members:
            say(f"   {_line(sentences[member])}")
    if args.plot:
        say(Message("Resim: {}", "Picture: {}").say(settings.language).format(args.plot))


def _classify(settings: "Settings", args: argparse.Namespace) -> None:
    from finetune.workbench.loading import load_any
    from finetune.workbench.sentences import read_labelled
    from finetune.workbench.uses import Classifier

    sentences = _all_given(args)
    found = Classifier(load_any(args.model), read_labelled(args.examples)).classify(sentences)
    _print_classes(settings, args, sentences, found)


def _intent(settings: "Settings", args: argparse.Namespace) -> None:
    from assistant.intents import EXAMPLES
    from finetune.workbench.loading import load_any
    from finetune.workbench.sentences import read_labelled
    from finetune.workbench.uses import match_intents

    sentences = _all_given(args)
    examples = read_labelled(args.examples or EXAMPLES)
    _print_classes(settings, args, sentences, match_intents(load_any(args.model), sentences, examples))


def _print_classes(
    settings: "Settings", args: argparse.Namespace, sentences: list[str], found: list[Any]
) -> None:
    from dataclasses import asdict

    if args.json:
        print_json([{"sentence": text, **asdict(one)} for text, one in zip(sentences, found, strict=True)])
        return
    for text, one in zip(sentences, found, strict=True):
        say(f"{clean(one.label)}  {decimal(one.confidence, 2, settings.language)}  {_line(text)}")


def _line(text: str) -> str:
    return " ".join(clean(text).split())


USES: "dict[str, Callable[[Settings, argparse.Namespace], None]]" = {
    "similarity": _similarity,
    "search": _search,
    "paraphrases": _paraphrases,
    "cluster": _cluster,
    "classify": _classify,
    "intent": _intent,
}
