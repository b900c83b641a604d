"""What the rules that make questions are called in the table of a round's yields."""

from assistant.errors import Message

RULES = {
    "definition": Message("tanım", "definition"),
    "abbreviation": Message("kısaltma", "abbreviation"),
    "asked": Message("metindeki soru", "question in the text"),
    "how": Message("nasıl yapılır", "how-to heading"),
    "done": Message("yapılacak iş", "heading of a doing"),
    "heading": Message("başlık", "heading"),
    "topic heading": Message("konu ve başlık", "topic and heading"),
    "task": Message("görev", "task"),
    "doer": Message("işi gören", "what does a task"),
    "summary": Message("ne işe yarar", "what it is for"),
    "role": Message("rol", "role"),
    "why": Message("neden", "why"),
    "condition": Message("koşul", "condition"),
    "condition of": Message("konunun koşulu", "condition of the topic"),
    "whether": Message("evet ya da hayır", "yes or no"),
    "value": Message("değer", "value"),
    "year": Message("yıl", "year"),
    "default": Message("varsayılan değer", "default value"),
    "which": Message("hangisi", "which"),
    "subject": Message("cümlenin öznesi", "subject of a sentence"),
    "list": Message("liste", "list"),
    "compare": Message("karşılaştırma", "comparison"),
    "instead": Message("yerine geçen", "replacement"),
    "error": Message("hata iletisi", "error message"),
    "thrown": Message("verdiği hata", "error of the topic"),
    "command": Message("komut", "command"),
    "term": Message("terim", "term"),
    "part": Message("konunun parçası", "part of the topic"),
    "keywords": Message("anahtar sözcükler", "keywords"),
    "side": Message("konunun bir yönü", "side of the topic"),
    "llm": Message("dil modeli", "language model"),
}
"""By the name that `finetune/questions.py` gives a rule; "llm" are the language model's questions."""


def rule_name(rule: str, language: str) -> str:
    """The name for users; one that is not known, as in a round of another version, stands as it is."""
    return RULES[rule].say(language) if rule in RULES else rule
