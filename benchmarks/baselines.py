"""The searches that others would write, to compare with. Needs `pip install -c constraints.txt ".[bench]"`.

- naive LangChain: `BM25Retriever` with its default preprocessing, `text.split()`; rank_bm25's Okapi below it.
- bm25s: with its default tokenizer (Python's lowercase, words of two letters on, English stop words).
- Snowball: bm25s over the Turkish Snowball stems of the same words, without stop words. It gets our Turkish
  lowercase, since the stemmer is made for that; what is left is the stemmer's own.

All search the same pieces of at most 1,000 characters with 200 in common, made by LangChain's
RecursiveCharacterTextSplitter of plainly read files: Markdown as its raw text, PDFs page by page as pypdf
gives them. They get a follow-up question as it is, and know no titles, headings, paths or neighbours.
"""

import logging
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from assistant import turkish
from benchmarks.questions import Passage, Question

Search = Callable[[Question], list[Passage]]
"""The best passages for a question, best first."""

NAIVE = "naive LangChain"


def naive_passages(folder: Path) -> list[Passage]:
    """The Markdown and PDF files below a folder, plainly read and cut; a PDF that can't be read is named."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    split = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_text
    found = []
    for path in sorted(folder.rglob("*")):
        source = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        texts = [path.read_text("utf-8", errors="replace")] if path.suffix == ".md" else []
        if path.suffix == ".pdf":
            texts = _pages(path)
        found += [Passage(source, piece) for text in texts for piece in split(text)]
    return found


def _pages(path: Path) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return [page.extract_text() for page in PdfReader(path).pages]
    except PyPdfError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return []


def baselines(passages: Sequence[Passage], depth: int) -> dict[str, Search]:
    """The three searches over these passages by name; each gives the best `depth`."""
    from bm25s import tokenize
    from Stemmer import Stemmer

    stemmer = Stemmer("turkish")

    def stems(texts: Sequence[str]) -> object:
        lowercase = [turkish.lower(text) for text in texts]
        return tokenize(lowercase, lower=False, stopwords=None, stemmer=stemmer, show_progress=False)

    return {
        NAIVE: _langchain(passages, depth),
        "bm25s": _bm25s(passages, depth, partial(tokenize, show_progress=False)),
        "Snowball": _bm25s(passages, depth, stems),
    }


def _langchain(passages: Sequence[Passage], depth: int) -> Search:
    from langchain_community.retrievers import BM25Retriever

    texts = [passage.text for passage in passages]
    retriever = BM25Retriever.from_texts(texts, [{"source": p.source} for p in passages], k=depth)
    return lambda question: [
        Passage(found.metadata["source"], found.page_content) for found in retriever.invoke(question.text)
    ]


def _bm25s(passages: Sequence[Passage], depth: int, tokens: Callable[[Sequence[str]], object]) -> Search:
    from bm25s import BM25

    index = BM25()
    index.index(tokens([passage.text for passage in passages]), show_progress=False)
    count = min(depth, len(passages))

    def search(question: Question) -> list[Passage]:
        rows, _ = index.retrieve(tokens([question.text]), k=count, show_progress=False)
        return [passages[row] for row in rows[0]]

    return search
