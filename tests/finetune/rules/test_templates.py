import re
from string import Formatter

import pytest

from finetune.rules.templates import TEMPLATES

TRAIN = {template for row in TEMPLATES.values() for template in row.train}
TEST = {template for row in TEMPLATES.values() for template in row.test}


def skeleton(template: str) -> str:
    """The template with its slots blank, but for those that hold a question word."""
    return re.sub(r"\{(?!kac|mi|what|ami|bmi)\w+\}", "_", template)


@pytest.mark.parametrize("rule", TEMPLATES)
def test_every_rule_can_train_and_test(rule: str) -> None:
    assert TEMPLATES[rule].train and TEMPLATES[rule].test


def test_no_template_is_on_both_sides_whatever_its_rule() -> None:
    assert {skeleton(one) for one in TRAIN} & {skeleton(one) for one in TEST} == set()


@pytest.mark.parametrize("rule", TEMPLATES)
def test_no_training_template_makes_a_question_of_a_test_template(rule: str) -> None:
    """With plain words in its slots it fits no training template of its rule that has words of its own."""
    patterns = [
        re.compile(re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(one)))
        for one in TEMPLATES[rule].train
        if skeleton(one).strip("_ ?")
    ]
    for template in TEMPLATES[rule].test:
        slots = {name: "sözcük" for _, name, _, _ in Formatter().parse(template) if name}
        question = template.format_map(slots)
        assert not any(pattern.fullmatch(question) for pattern in patterns), template
