"""What is answered without passages, and that documents come first."""

from collections.abc import Sequence

import pytest

from assistant.embedder import load_embedder
from assistant.intents import Intents, load_intents
from assistant.records import Answer, Chunk, DocumentState, Hit
from assistant.smalltalk import reply

PUMP = Hit(Chunk("pompa.pdf", "Pompa", ("Yağ",), None, "Pompanın yağı altı ayda bir değişir.", 0), 0.9)


@pytest.fixture(scope="module")
def intents() -> Intents:
    return load_intents(load_embedder())


def document(title: str, chunks: int = 1) -> DocumentState:
    return DocumentState(1, f"/d/{title}.md", f"{title}.md", title, 1, chunks, 1, "")


def say(
    intents: Intents, utterance: str, hits: Sequence[Hit] = (PUMP,), answered: bool = False,
    documents: Sequence[DocumentState] = (), language: str = "tr",
) -> Answer | None:  # fmt: skip
    return reply(utterance, intents, hits, answered, lambda: documents, language)


@pytest.mark.parametrize(
    ("utterance", "tr", "en"),
    [
        ("Merhaba", "Merhaba!", "Hello!"),
        ("Teşekkür ederim", "Rica ederim", "welcome"),
        ("Neler yapabilirsin?", "Belge ekleyin", "Add documents"),
    ],
)
def test_small_talk_is_friendly_in_both_languages(intents: Intents, utterance: str, tr: str, en: str) -> None:
    turkish, english = say(intents, utterance), say(intents, utterance, language="en")
    assert turkish and tr in turkish.text and not turkish.abstained
    assert english and en in english.text
    assert (turkish.generator, turkish.hits, turkish.citations) == ("smalltalk", (), ())


@pytest.mark.parametrize(
    "utterance",
    ["Merhaba, pompanın yağı ne zaman değişir?", "Teşekkürler, peki pompanın yağı?", "Pompa yağı nedir?"],
)
def test_a_word_of_the_documents_is_never_small_talk(intents: Intents, utterance: str) -> None:
    assert say(intents, utterance) is None


def test_out_of_scope_abstains_unless_the_documents_seem_to_answer(intents: Intents) -> None:
    answer = say(intents, "Yarın hava nasıl olacak?")
    assert answer and answer.abstained and "kaynağıyla" in answer.text
    assert say(intents, "Yarın hava nasıl olacak?", answered=True) is None


def test_the_list_of_documents(intents: Intents) -> None:
    documents = [document(f"Belge {n}") for n in range(30)] + [document("Bozuk", chunks=0)]
    answer = say(intents, "Hangi belgeler var?", documents=documents)
    assert answer and "30 belge var" in answer.text
    assert answer.text.count("\n- ") == 20 and "… ve 10 belge daha." in answer.text
    assert "Bozuk" not in answer.text


def test_the_document_that_is_asked_for(intents: Intents) -> None:
    documents = [document("Pompa bakımı"), document("[Git](x) <b>kitabı"), document("Staj yönergesi")]
    answer = say(intents, "Stajla ilgili belge var mı?", documents=documents)
    assert answer and "- Staj yönergesi (Staj yönergesi.md)" in answer.text and "Pompa" not in answer.text
    listed = say(intents, "Hangi belgeler var?", documents=documents)
    assert listed and not set("[]<>*") & set(listed.text)


def test_a_list_of_nothing_says_how_to_add_some(intents: Intents) -> None:
    answer = say(intents, "Hangi belgeler var?", hits=())
    assert answer and "belge klasörüne bırakın" in answer.text
