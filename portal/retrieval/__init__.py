"""The portal's one retriever: exact search over embeddings fused with BM25 over character n-grams."""
