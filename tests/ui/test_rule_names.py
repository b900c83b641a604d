from finetune.rules.templates import TEMPLATES
from ui.rule_names import RULES, rule_name


def test_every_rule_has_a_name_of_its_own() -> None:
    reported = {"side" if rule.startswith("side ") else rule for rule in TEMPLATES}
    assert set(RULES) == reported | {"llm"}
    for language in ("tr", "en"):
        names = [rule_name(rule, language) for rule in RULES]
        assert len(set(names)) == len(names) and all(names)


def test_a_rule_of_another_version_stands_as_it_is() -> None:
    assert rule_name("why", "tr") == "neden" and rule_name("forgotten", "tr") == "forgotten"
