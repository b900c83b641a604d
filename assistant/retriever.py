"""The search as a LangChain retriever, for people who build their own chains."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.search import Searcher


class KilavuzRetriever(BaseRetriever):
    """Retrieves chunks as LangChain documents; metadata tells where they stand and why they were found."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    limit: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                page_content=hit.chunk.text,
                id=str(hit.chunk.id),
                metadata={
                    "source": hit.chunk.source,
                    "title": hit.chunk.title,
                    "heading": " › ".join(hit.chunk.headings),
                    "page": hit.chunk.page,
                    "score": hit.score,
                    "lexical_rank": hit.lexical_rank,
                    "dense_rank": hit.dense_rank,
                },
            )
            for hit in self.searcher.search(query, self.limit)
        ]
