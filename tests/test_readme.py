"""README says what is true: the tree, the settings, the commands."""

import re
from pathlib import Path

import pytest

from assistant.settings import Settings
from ui.cli import main

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.tr.md"]


@pytest.mark.parametrize("name", READMES)
def test_the_tree_names_every_file_and_nothing_else(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    tree = next(block for block in re.findall(r"```\n(.*?)```", text, re.S) if block.startswith("assistant/"))
    named = set(re.findall(r"(\w+\.py)\b", tree)) - {"test_architecture.py"}
    there = {
        path.name
        for package in ("assistant", "ingest", "finetune", "ui")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert named == there


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_in_the_table_with_its_default(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for setting, field in Settings.model_fields.items():
        row = next((r for r in text.splitlines() if r.startswith("|") and _variable(setting) in r), "")
        assert row, setting
        if isinstance(field.default, int | float | str) and field.default:
            shown = field.default if isinstance(field.default, str) else f"{field.default:g}"
            assert f"`{shown}`" in row


def _variable(setting: str) -> str:
    return "`KILAVUZ_" + setting.upper() + "`"


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8"))
    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_the_example_is_what_the_command_prints(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / name).read_text("utf-8")
    found = re.search(r'```\n\$ kilavuz ask "(.*?)"\n(.*?)\n```', text, re.S)
    assert found
    home = str(tmp_path / "home")
    assert main(["--home", home, "ingest"]) == 0
    capsys.readouterr()
    assert main(["--home", home, "ask", found[1]]) == 0
    assert capsys.readouterr().out.strip() == found[2].strip()
