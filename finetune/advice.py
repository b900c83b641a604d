"""What a data set lacks for a good training: the advice of the guide, each with the figure that it rests on.

Nothing here stops a training; what cannot be trained on at all is refused where it is read.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from assistant import turkish
from assistant.errors import Message
from finetune.records import Triple

FEW_PAIRS = 1000
ANSWER_TOKENS = (50, 200)
"""The guide's bounds of an answer."""
ODD_SHARE = 0.2
"""Share of the answers that may lie outside on one side before it is mentioned."""
NEGATIVES = (2, 5)
MOST_NEGATIVES = 10
LEAST_HELD_OUT = 0.1
EPOCHS = ((5_000, 5, 10), (50_000, 3, 5), (None, 1, 3))
"""Up to so many pairs, from and to so many epochs."""


def advice(
    triples: Sequence[Triple],
    *,
    epochs: float,
    train_share: float,
    count_tokens: Callable[[Sequence[str]], Sequence[int]],
) -> list[Message]:
    """What to mend before training on `triples`, the gravest first; empty if all is as it should be.

    `train_share` is the part that is trained on, `count_tokens` the model's own count for each text.
    """
    said = [
        *_size(len(triples)),
        *_doubles(triples),
        *_contradictions(triples),
        *_lengths(count_tokens([triple.positive for triple in triples])),
        *_negatives(triples),
    ]
    if 1 - train_share < LEAST_HELD_OUT - 1e-9:
        share = f"{100 * (1 - train_share):.0f}"
        said.append(
            Message(
                f"Verinin yalnız %{share} kadarı ölçüm için ayrılıyor; en az %10 ayırın (--train-split 0.9).",
                f"Only {share} % of the data is held out; hold out 10 % at least (--train-split 0.9).",
            )
        )
    return said + _epochs(len(triples), epochs)


def _size(count: int) -> list[Message]:
    if count >= FEW_PAIRS:
        return []
    return [
        Message(
            f"Veri az: {_number(count)} soru var; iyi bir sonuç için sayıyı en az 1.000 yapın ya da soruları "
            "belgelerden türetin.",
            f"Little data: {count:,} questions; bring at least 1,000, or make some from the documents.",
        )
    ]


def _doubles(triples: Sequence[Triple]) -> list[Message]:
    seen = Counter((_plain(triple.question), _plain(triple.positive)) for triple in triples)
    doubles = len(triples) - len(seen)
    if not doubles:
        return []
    return [
        Message(
            f"{_number(doubles)} satır başka bir satırın aynısı; yinelenenleri silin, yoksa aynı soru hem "
            "eğitimde hem ölçümde bulunabilir.",
            f"{doubles:,} rows repeat another one; delete them, or training and test share questions.",
        )
    ]


def _contradictions(triples: Sequence[Triple]) -> list[Message]:
    right = {(_plain(triple.question), _plain(triple.positive)) for triple in triples}
    count = sum(
        any((_plain(triple.question), _plain(text)) in right for text in triple.negatives)
        for triple in triples
    )
    if not count:
        return []
    return [
        Message(
            f"{_number(count)} soruda bir yanıt hem doğru hem yanlış sayılmış; bu yanlış örnekleri silin.",
            f"In {count:,} questions an answer counts as right and as wrong; delete these negatives.",
        )
    ]


def _lengths(tokens: Sequence[int]) -> list[Message]:
    least, most = ANSWER_TOKENS
    said = []
    short = sum(count < least for count in tokens)
    long = sum(count > most for count in tokens)
    if short > ODD_SHARE * len(tokens):
        said.append(
            Message(
                f"Yanıtların %{100 * short / len(tokens):.0f} kadarı {least} belirteçten kısa; bağlamıyla "
                f"birlikte, {least}–{most} belirteçlik yanıtlar yazın.",
                f"{100 * short / len(tokens):.0f} % of the answers are shorter than {least} tokens; write "
                f"answers of {least} to {most} tokens, with their context.",
            )
        )
    if long > ODD_SHARE * len(tokens):
        said.append(
            Message(
                f"Yanıtların %{100 * long / len(tokens):.0f} kadarı {most} belirteçten uzun; onları bölün ya "
                "da --max-seq-length değerini yükseltin, yoksa sonları okunmaz.",
                f"{100 * long / len(tokens):.0f} % of the answers are longer than {most} tokens; cut them, "
                "or raise --max-seq-length, or their ends are not read.",
            )
        )
    return said


def _negatives(triples: Sequence[Triple]) -> list[Message]:
    with_any = [len(triple.negatives) for triple in triples if triple.negatives]
    if not with_any:
        return []  # they are mined
    few = sum(len(triple.negatives) < NEGATIVES[0] for triple in triples)
    many = sum(count > MOST_NEGATIVES for count in with_any)
    said = []
    if few > ODD_SHARE * len(triples):
        said.append(
            Message(
                f"{_number(few)} sorunun ikiden az yanlış örneği var; her soruya, doğru yanıta benzeyen "
                "2–5 yanlış örnek verin.",
                f"{few:,} questions have fewer than two negatives; give each 2 to 5 close ones.",
            )
        )
    if many:
        said.append(
            Message(
                f"{_number(many)} sorunun 10'dan çok yanlış örneği var; en zor 2–5 tanesini bırakın, fazlası "
                "yalnız süreyi uzatır.",
                f"{many:,} questions have more than 10 negatives; keep the 2 to 5 hardest.",
            )
        )
    return said


def _epochs(count: int, epochs: float) -> list[Message]:
    least, most = next((low, high) for size, low, high in EPOCHS if size is None or count < size)
    if least <= epochs <= most:
        return []
    risk = (
        ("az öğrenir", "learns too little") if epochs < least else ("ezberlemeye başlar", "learns by heart")
    )
    return [
        Message(
            f"{_number(count)} soru için {epochs:g} tur önerilmez: model {risk[0]}; {least}–{most} tur "
            f"deneyin (--epochs {least}).",
            f"{epochs:g} epochs are not advised for {count:,} questions: the model {risk[1]}; try {least} to "
            f"{most} (--epochs {least}).",
        )
    ]


def _plain(text: str) -> str:
    return " ".join(turkish.fold(text).split())


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
