"""Whether a candidate may take the place of the embedder in use.

Three things must hold, all measured on what training never saw: by vectors alone it finds more on the test
questions, beyond chance; together with the keyword side, as users search, it finds no less; and on the
general set, texts of other subjects, it has lost no more than a point. What is not certain is refused: the
model in use costs nothing to keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from assistant.errors import KilavuzError, Message
from assistant.metrics import clustered_interval
from finetune.compare import Figures

METRIC = "ndcg@10"
HYBRID_MARGIN = 0.01
"""The hybrid's fall that its interval must exclude: a test for "no worse" needs a margin."""
GENERAL_MARGIN = 0.01
"""The fall on the general set that is allowed: a point."""
LEAST_QUESTIONS, LEAST_DOCUMENTS = 50, 5
"""Below these an interval says nothing: five documents drawn again and again are hardly ever a sample."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Candidate less in use on the same questions: means, their difference with its 95 % interval."""

    candidate: float
    in_use: float
    value: float
    interval: tuple[float, float]
    better: int
    worse: int


@dataclass(frozen=True, slots=True)
class Check:
    """One of the conditions: what was measured, and whether it holds."""

    name: str
    label: Message
    difference: Difference
    limit: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the candidate may be promoted; `against` is the fingerprint of what it was compared with."""

    promoted: bool
    candidate: str
    against: str
    checks: tuple[Check, ...]
    refusals: tuple[Message, ...] = ()


def decide(
    candidate: Figures, in_use: Figures, general_candidate: Figures | None, general_in_use: Figures | None
) -> Verdict:
    """Compare both on the test questions and on the general set.

    Raises KilavuzError if they were not asked the same questions. Without figures of the general set, or with
    too few test questions, the candidate is refused.
    """
    checks, refusals = [], []
    documents = len(set(candidate.clusters))
    if len(candidate.questions) < LEAST_QUESTIONS or documents < LEAST_DOCUMENTS:
        refusals.append(_too_few(len(candidate.questions), documents))
    if candidate.questions:
        dense, hybrid = (difference(candidate, in_use, side) for side in ("dense", "hybrid"))
        checks += [
            Check("dense", _DENSE, dense, 0.0, dense.interval[0] > 0),
            Check("hybrid", _HYBRID, hybrid, -HYBRID_MARGIN, hybrid.interval[0] > -HYBRID_MARGIN),
        ]
    if general_candidate is None or general_in_use is None or not general_candidate.questions:
        refusals.append(_NO_GENERAL)
    else:
        fall = difference(general_candidate, general_in_use, "dense")
        checks.append(Check("general", _GENERAL, fall, -GENERAL_MARGIN, fall.value >= -GENERAL_MARGIN))
    refusals += [_REFUSALS[check.name] for check in checks if not check.passed]
    return Verdict(not refusals, candidate.fingerprint, in_use.fingerprint, tuple(checks), tuple(refusals))


def difference(candidate: Figures, in_use: Figures, side: str, metric: str = METRIC) -> Difference:
    """How the candidate's metric differs; questions of one document are drawn together.

    Raises KilavuzError if both were not asked the same.
    """
    if candidate.questions != in_use.questions or candidate.clusters != in_use.clusters:
        raise KilavuzError(
            "İki modelin ölçümleri aynı sorularla yapılmamış; ölçümü yineleyin: kilavuz finetune evaluate.",
            "The models were not measured with the same questions; measure again: kilavuz finetune evaluate.",
        )
    ours, theirs = candidate.scores[side][metric], in_use.scores[side][metric]
    gained = [a - b for a, b in zip(ours, theirs, strict=True)]
    return Difference(
        fmean(ours),
        fmean(theirs),
        fmean(gained),
        clustered_interval(gained, candidate.clusters),
        sum(one > _EQUAL for one in gained),
        sum(one < -_EQUAL for one in gained),
    )


_EQUAL = 1e-9

_DENSE = Message("Anlam araması, sınama soruları", "Dense, test questions")
_HYBRID = Message("Karma arama, sınama soruları", "Hybrid, test questions")
_GENERAL = Message("Anlam araması, genel küme", "Dense, general set")
_REFUSALS: Mapping[str, Message] = {
    "dense": Message(
        "Yeni model, sınama sorularında kullanılandan kesin olarak daha iyi değil.",
        "The new model is not certainly better on the test questions than the one in use.",
    ),
    "hybrid": Message(
        "Yeni modelle karma aramanın kötüleşmediği kesin değil.",
        "With the new model it is not certain that the hybrid search gets no worse.",
    ),
    "general": Message(
        "Yeni model genel konularda bir puandan fazla geriledi.",
        "The new model has lost more than a point on general subjects.",
    ),
}
_NO_GENERAL = Message(
    "Genel küme ölçülmedi; ölçülmeden hiçbir model kullanıma alınmaz.",
    "The general set was not measured; without it no model is promoted.",
)


def _too_few(questions: int, documents: int) -> Message:
    return Message(
        f"Karar vermek için sınama sorusu az: {documents} belgeden {questions} soru; en az {LEAST_DOCUMENTS} "
        f"belgeden {LEAST_QUESTIONS} soru gerekir. Belge ekleyip yeniden deneyin.",
        f"Too few test questions to decide: {questions} from {documents} documents; at least "
        f"{LEAST_QUESTIONS} from {LEAST_DOCUMENTS} documents are needed. Add documents and try again.",
    )
