from finetune.yields import AMBIGUOUS, Yield, Yields


def test_rows_by_side_and_rule() -> None:
    yields = Yields([("test", "why"), ("train", "list"), ("train", "how"), ("train", "how")])
    yields.keep("train", "how")
    yields.drop("train", "how", AMBIGUOUS)
    assert yields.rows() == (
        Yield("train", "how", 2, 1, {AMBIGUOUS: 1}),
        Yield("train", "list", 1, 0, {}),
        Yield("test", "why", 1, 0, {}),
    )
