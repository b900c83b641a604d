"""The search as a LangChain retriever, for people who build their own chains."""

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.records import Hit


class KilavuzRetriever(BaseRetriever):
    """Retrieves chunks as LangChain documents; metadata tells where they stand and why they were found.

    `search` is `library.searcher.search` or `assistant.search`; `limit` the number of chunks.
    """

    search: Callable[[str, int], list[Hit]]
    limit: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                page_content=hit.text,
                id=str(hit.chunk.id),
                metadata={
                    "source": hit.chunk.source,
                    "title": hit.chunk.title,
                    "heading": " › ".join(hit.chunk.headings),
                    "page": hit.chunk.page,
                    "score": hit.score,
                    "lexical_rank": hit.lexical_rank,
                    "dense_rank": hit.dense_rank,
                    "rerank_score": hit.rerank_score,
                },
            )
            for hit in self.search(query, self.limit)
        ]
