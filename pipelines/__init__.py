"""From corpus and datasets to a published version: parse, check, compute, index, publish."""
