"""The rules that keep the parts apart, read from the source."""

import ast
import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("assistant", "ingest", "finetune", "ui")
MAY_IMPORT = {
    "assistant": {"assistant"},
    "ingest": {"assistant", "ingest"},
    "finetune": {"assistant", "finetune"},
    "ui": set(PACKAGES),
}
OWNERS = {
    "chromadb": ["assistant/index.py"],
    "sqlite3": ["assistant/catalogue.py"],
    "langchain": ["assistant/llm.py"],
    "langchain_core": [
        *(
            "assistant/llm.py",
            "assistant/llm_errors.py",
            "assistant/retriever.py",
            "finetune/llm_questions.py",
        ),
    ],
    "sentence_transformers": [
        *("assistant/embedder.py", "assistant/cross_encoder.py", "assistant/segment_head.py", "finetune/"),
    ],
    "datasets": ["finetune/rows.py", "finetune/train.py", "finetune/trainer.py"],
    "matplotlib": ["finetune/curves.py", "finetune/workbench/"],
    "peft": ["finetune/lora.py"],
    "torch": [
        *("assistant/embedder.py", "assistant/cross_encoder.py", "assistant/precision.py"),
        *("assistant/segment_head.py", "finetune/"),
    ],
    "rank_bm25": ["assistant/bm25.py"],
    "Stemmer": ["assistant/turkish.py"],
    "pypdf": ["ingest/pdf_lines.py"],
    "pypdfium2": ["ingest/pdfium.py"],
    "pytesseract": ["ingest/ocr.py"],
    "ftfy": ["ingest/repair_letters.py", "finetune/encoding.py"],
    "bs4": ["ingest/html_converter.py", "ingest/html_markdown.py"],
    "markdownify": ["ingest/html_converter.py"],
    "docutils": ["ingest/read_rst.py"],
    "mammoth": ["ingest/read_docx.py"],
    "markdown_it": ["ingest/", "ui/web/export.py"],
    "watchdog": ["ingest/watch.py"],
    "gradio": ["ui/web/"],
    "fastapi": ["ui/"],
    "uvicorn": ["ui/"],
    "httpx": ["ui/"],
    "mcp": ["ui/mcp.py"],
    "mcp_types": ["ui/mcp.py"],
    "tqdm": ["ui/", "finetune/"],
    "pydantic_settings": ["assistant/settings.py"],
}
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_data_flows_one_way_and_libraries_have_owners(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    used = imports(path)
    assert used & set(PACKAGES) <= MAY_IMPORT[name.split("/")[0]]
    for library, owners in OWNERS.items():
        if library in used:
            assert any(name == owner or (owner.endswith("/") and name.startswith(owner)) for owner in owners)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_one_file_changes_the_case_of_turkish_text(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() in ("assistant/turkish.py", "assistant/settings.py"):
        return  # the second only spells the names of its variables
    calls = [
        (node.func.attr, node.lineno)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("lower", "upper", "casefold", "title", "capitalize", "swapcase")
        and ast.unparse(node.func.value) != "turkish"
    ]
    assert calls == []


def test_every_dependency_is_pinned_and_used() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {re.split("==", line)[0] for line in lines if line and not line.startswith("#")}
    assert {re.split(r"[\[<>=]", name)[0] for name in wanted} <= pinned
    modules = {
        "pydantic-settings": "pydantic_settings",
        "markdown-it-py": "markdown_it",
        "rank-bm25": "rank_bm25",
        "pystemmer": "Stemmer",
        "sentence-transformers": "sentence_transformers",
        "beautifulsoup4": "bs4",
        "pillow": "PIL",
        "accelerate": "sentence_transformers",  # whose trainer needs it
        "cryptography": "pypdf",  # pypdf needs it for encrypted files
    }
    used = set().union(*(imports(path) for path in SOURCES))
    assert {modules.get(name, name) for name in project["dependencies"]} <= used
