"""What a training tells the user."""

from assistant.errors import KilavuzError, Message

LEAST = 2
"""Examples that a training needs: with one there is nothing to tell it apart from."""


def too_few(count: int) -> KilavuzError:
    """There are too few examples."""
    return KilavuzError(
        f"Eğitim için en az {LEAST} örnek gerekli, {count} örnek var; daha çok veri verin.",
        f"A training needs at least {LEAST} examples, and there are {count}; give more data.",
    )


def nothing_gained() -> Message:
    """No checkpoint is better than the base."""
    return Message(
        "Eğitim seçim sorularında kazanç getirmedi; daha çok veri ya da daha düşük bir öğrenme hızı deneyin.",
        "The training gained nothing on the dev questions; try more data or a lower learning rate.",
    )


def smaller(size: int) -> Message:
    """The batch had to become smaller."""
    return Message(
        f"Bellek yetmediği için eğitim {size} örneklik gruplarla yeniden başladı.",
        f"Memory was not enough, so the training started again with batches of {size}.",
    )


def too_little_memory() -> KilavuzError:
    """There is too little memory for any batch."""
    return KilavuzError(
        "Bellek bu modeli en küçük grupla eğitmeye bile yetmiyor; --max-seq-length değerini küçültün, "
        "--lora ya da "
        "daha küçük bir model kullanın.",
        "Memory is not even enough to train this model with the smallest batch; lower --max-seq-length, "
        "use --lora "
        "or a smaller model.",
    )
