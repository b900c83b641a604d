"""Both embedders of our own: `python -m finetune.shipped.recipe CORPUS --questions … --work … --out …`.

The static one, the question–passage pairs, the one with layers (on all texts), one after another. What takes
long is found in the work folder if it is done already, so a run that was cut goes on when called again.
"""

import argparse
import sys
from pathlib import Path

from finetune.shipped import body, examples, static


def main(argv: list[str] | None = None) -> int:
    """Write OUT/compact, OUT/deep/export and OUT/deep/sentence-transformers."""
    parser = argparse.ArgumentParser(
        prog="python -m finetune.shipped.recipe", description=__doc__.splitlines()[0]
    )
    parser.add_argument("corpus", type=Path, help="folder with parallel/, docs/, text/ and qa/")
    parser.add_argument("--questions", nargs="*", default=[], help="evaluation questions on docs/")
    parser.add_argument("--work", required=True, help="folder for intermediate results, to resume")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(argv)
    texts = [str(given.corpus / "parallel"), "--work", given.work]
    if given.questions:
        texts += ["--exclude-docs", str(given.corpus / "docs"), "--exclude-questions", *given.questions]
    compact = given.out / "compact"
    made = (compact / "config.json").exists()
    return (
        (0 if made else static.main([*texts, "--out", str(compact)]))
        or examples.main([str(given.corpus), "--questions", *given.questions, "--work", given.work])
        or body.main([*texts, "--texts", "0", "--static", str(compact), "--out", str(given.out / "deep")])
    )


if __name__ == "__main__":
    sys.exit(main())
